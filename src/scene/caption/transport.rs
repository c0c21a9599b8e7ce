//! The sentences about datagrams: sent, received, lost, ignored.

use super::is_referral;
use super::phrases::{absence, finding, wanted};
use super::text::Teller;
use crate::dns::{Message, Name, Question, Rcode, Rtype, Section};
use crate::engine::{
    Datagram, DropReason, EventId, EventKind, Node, NodeId, Payload, SimDuration, Transport,
};
use crate::scene::story::message_of;
use crate::scene::words::{begin_sentence, count, duration, name_in_prose};

/// A datagram left a node.
pub(super) fn sent(teller: &Teller<'_>, datagram: &Datagram, to: Option<NodeId>) -> String {
    let receiver = to.map(|to| teller.world.spec(to).title.clone());
    let address = datagram.destination.ip();
    match &datagram.payload {
        Payload::Syn => match receiver {
            Some(receiver) => {
                format!("The machine opens a TCP connection to {receiver} ({address}).")
            }
            None => format!("The machine opens a TCP connection to {address}."),
        },
        Payload::SynAck => format!(
            "{} accepts the connection.",
            begin_sentence(&teller.role(teller.event.node))
        ),
        Payload::Request => "It asks for the next part over the open connection.".to_owned(),
        Payload::Part => "The next part leaves.".to_owned(),
        Payload::Fin => "It ends the connection.".to_owned(),
        Payload::Reset => format!(
            "{} knows of no such connection and says so: a reset (RST).",
            begin_sentence(&teller.role(teller.event.node))
        ),
        Payload::Octets(octets) => format!("{} octets leave for {address}.", octets.len()),
        Payload::Message(message) if message.flags.qr => response_sent(teller, message),
        Payload::Message(message) => query_sent(teller, datagram, message),
    }
}

/// A query left a client, a resolver, or a server that flattens a name.
fn query_sent(teller: &Teller<'_>, datagram: &Datagram, message: &Message) -> String {
    let Some(question) = &message.question else {
        return format!("{} sends a query without a question.", teller.subject());
    };
    let what = wanted(question);
    let mut cause = teller.cause();
    if let Some(EventKind::SubnetSent { .. }) = cause.map(|event| &event.kind) {
        // Whom it tells of its client was chosen before.
        cause = cause.and_then(|told| teller.trace.get(told.cause?));
    }
    let cause = cause.map(|event| &event.kind);
    if let Node::Client(_) = teller.world.node(teller.event.node) {
        return if datagram.transport == Transport::Tcp {
            format!(
                "The answer did not fit into a UDP datagram. The stub resolver connects by TCP, one round trip, and then asks again for {what}."
            )
        } else if matches!(cause, Some(EventKind::QueryTimedOut { .. })) {
            format!("The stub resolver asks the recursive resolver once more for {what}.")
        } else {
            format!(
                "The stub resolver asks the recursive resolver for {what}, and for the whole work of finding it (RD)."
            )
        };
    }
    if let Node::Authoritative(_) = teller.world.node(teller.event.node) {
        return format!(
            "{} asks {} for {what}, whose answer it is to give as its own. The question waits.",
            teller.subject(),
            datagram.destination.ip()
        );
    }
    if datagram.transport == Transport::Tcp {
        return format!(
            "{} connects to {} by TCP, one round trip, and then asks for {what}.",
            teller.subject(),
            datagram.destination.ip()
        );
    }
    match cause {
        Some(EventKind::ServerChosen { zone, .. }) => {
            format!(
                "{} asks {} for {what}.",
                teller.subject(),
                name_in_prose(zone)
            )
        }
        _ => format!(
            "{} asks {} for {what}.",
            teller.subject(),
            datagram.destination.ip()
        ),
    }
}

/// A response left a server or a resolver.
fn response_sent(teller: &Teller<'_>, message: &Message) -> String {
    let is_resolver = matches!(teller.world.node(teller.event.node), Node::Resolver(_));
    let (who, whom) = if is_resolver {
        ("The resolver".to_owned(), "the client")
    } else {
        (speaker(teller), "the resolver")
    };
    if message.flags.tc {
        return format!(
            "The answer is too long for this UDP datagram. {who} sends an empty one with TC set: ask again over TCP."
        );
    }
    if is_referral(message) {
        let cut = cut_of(message).map_or_else(String::new, |cut| name_in_prose(&cut));
        let servers = servers_of(message);
        let glue = message.record_count(Section::Additional);
        let glue = match glue {
            0 => "without an address".to_owned(),
            _ => format!("with {} as glue", count(glue, "address", "addresses")),
        };
        let servers = count(servers, "name server", "name servers");
        return format!("{who} refers {whom} to {cut}: {servers}, {glue}.");
    }
    let Some(question) = &message.question else {
        return format!("{who} answers {}.", message.rcode);
    };
    match message.rcode {
        Rcode::NOERROR | Rcode::NXDOMAIN => {
            format!("{who} tells {whom}: {}.", content(message, question))
        }
        Rcode::REFUSED => format!("{who} refuses to answer {whom} (REFUSED)."),
        Rcode::SERVFAIL => {
            format!("{who} tells {whom} that it could not find out (SERVFAIL).")
        }
        Rcode::NOTIMP => format!("{who} does not do what was asked for (NOTIMP)."),
        Rcode::FORMERR => format!("{who} cannot read the query (FORMERR)."),
        rcode => format!("{who} answers {whom} with the code {rcode}."),
    }
}

/// What a settled response says.
fn content(message: &Message, question: &Question) -> String {
    let has_type = message.answer.iter().any(|set| set.rtype == question.qtype);
    let wants_all = question.qtype == Rtype::ANY;
    let end = message
        .answer
        .iter()
        .rev()
        .find_map(crate::dns::Rrset::alias_target);
    match (message.rcode, end) {
        (Rcode::NXDOMAIN, Some(target)) => {
            let name = name_in_prose(&question.qname);
            format!(
                "{name} is an alias, but {} (NXDOMAIN)",
                absence(&target, None)
            )
        }
        (Rcode::NXDOMAIN, None) => {
            format!("{} (NXDOMAIN)", absence(&question.qname, None))
        }
        (_, _) if has_type || (wants_all && !message.answer.is_empty()) => {
            let ttl = message.answer.iter().map(|set| set.ttl).min();
            let ttl = ttl.map_or_else(String::new, |ttl| {
                format!(", good for {}", duration(SimDuration::from(ttl)))
            });
            format!("{}{ttl}", finding(question, &message.answer))
        }
        (_, Some(target)) => {
            let (name, target) = (name_in_prose(&question.qname), name_in_prose(&target));
            format!("{name} is an alias for {target}")
        }
        (_, None) => absence(&question.qname, Some(question.qtype)),
    }
}

/// Who speaks when an authoritative server responds: the zone it looked into, or the server.
fn speaker(teller: &Teller<'_>) -> String {
    match teller.cause().map(|event| &event.kind) {
        Some(EventKind::ZoneConsulted {
            zone: Some(zone), ..
        }) => begin_sentence(&name_in_prose(zone)),
        _ => begin_sentence(&teller.role(teller.event.node)),
    }
}

/// The zone a referral points to.
fn cut_of(message: &Message) -> Option<Name> {
    message
        .authority
        .iter()
        .find(|set| set.rtype == Rtype::NS)
        .map(|set| set.owner.clone())
}

/// The number of name servers a referral lists.
fn servers_of(message: &Message) -> usize {
    message
        .authority
        .iter()
        .filter(|set| set.rtype == Rtype::NS)
        .map(|set| set.data.len())
        .sum()
}

/// The zone the response refers to that follows the present event.
pub(super) fn next_referral(teller: &Teller<'_>) -> Option<Name> {
    let next = teller.trace.events().get(teller.event.id.index() + 1)?;
    if next.cause != Some(teller.event.id) {
        return None;
    }
    super::event_message(next).and_then(cut_of)
}

/// The noun for what a datagram carries.
fn noun(datagram: &Datagram) -> &'static str {
    match &datagram.payload {
        Payload::Syn => "request for a connection",
        Payload::SynAck => "acceptance",
        Payload::Request => "request for a part",
        Payload::Part => "part",
        Payload::Fin => "end of the connection",
        Payload::Reset => "reset",
        Payload::Octets(_) => "datagram",
        Payload::Message(message) if !message.flags.qr => "query",
        Payload::Message(message) if is_referral(message) => "referral",
        Payload::Message(message) => match message.rcode {
            Rcode::NOERROR if message.flags.tc => "cut response",
            Rcode::NOERROR => "answer",
            Rcode::NXDOMAIN => "NXDOMAIN response",
            _ => "error response",
        },
    }
}

/// A datagram reached a node.
pub(super) fn received(teller: &Teller<'_>, datagram: &Datagram) -> String {
    let event = teller.event;
    let article = if noun(datagram).starts_with(['a', 'e', 'N']) {
        "An"
    } else {
        "A"
    };
    let Some(sent) = teller.cause() else {
        return format!(
            "{article} {} arrives that claims to come from {}.",
            noun(datagram),
            datagram.source
        );
    };
    let on_the_way = duration(event.at.since(sent.at));
    let place = match teller.world.node(event.node) {
        Node::Client(_) => "the machine that asked".to_owned(),
        _ => teller.role(event.node),
    };
    let is_query = match &datagram.payload {
        Payload::Message(message) => !message.flags.qr,
        Payload::Syn | Payload::Request | Payload::Fin => true,
        Payload::Octets(_) | Payload::SynAck | Payload::Part | Payload::Reset => false,
    };
    if is_query {
        return format!("The {} reaches {place} after {on_the_way}.", noun(datagram));
    }
    let begin = match &datagram.payload {
        Payload::SynAck => "it asked",
        _ => "the query left",
    };
    match query_of(teller, sent.id, datagram) {
        Some(query) => {
            let waited = duration(event.at.since(query));
            format!(
                "The {} reaches {place}, {waited} after {begin}.",
                noun(datagram)
            )
        }
        None => format!("The {} reaches {place} after {on_the_way}.", noun(datagram)),
    }
}

/// When the query a response answers was sent.
fn query_of(
    teller: &Teller<'_>,
    response: EventId,
    datagram: &Datagram,
) -> Option<crate::engine::SimTime> {
    let before = teller.trace.events()[..response.index()].iter().rev();
    let mut queries = before.filter(|event| {
        let EventKind::DatagramSent {
            datagram: query, ..
        } = &event.kind
        else {
            return false;
        };
        let same_id = match (message_of(query), message_of(datagram)) {
            (Some(query), Some(response)) => query.id == response.id,
            (None, None) => true,
            _ => false,
        };
        event.node == teller.event.node
            && query.source == datagram.destination
            && query.destination == datagram.source
            && same_id
    });
    queries.next().map(|event| event.at)
}

/// A datagram was lost.
pub(super) fn dropped(teller: &Teller<'_>, datagram: &Datagram, reason: DropReason) -> String {
    let noun = noun(datagram);
    match reason {
        DropReason::Loss => format!(
            "The {noun} is lost on the way. Nobody is told: whoever waits for an answer only sees time pass."
        ),
        DropReason::NodeDown => format!(
            "{} is down. The {noun} reaches nobody.",
            teller.world.spec(teller.event.node).title
        ),
        DropReason::Withdrawn => format!(
            "The route still leads to a site that has withdrawn the address. The {noun} is lost, until the sender's network has heard of the withdrawal."
        ),
        DropReason::SiteDown => format!(
            "The route leads to a site that has crashed and still announces the address. The {noun} is lost, and so is all else until the site withdraws."
        ),
        DropReason::NoRoute => {
            format!("No site announces the address. The {noun} is lost: there is no route.")
        }
        DropReason::OtherSite => format!(
            "The route has changed since the handshake. The {noun} reaches another site, which knows nothing of the connection."
        ),
        DropReason::NoSuchAddress => format!(
            "No machine has the address {}. The {noun} reaches nobody.",
            datagram.destination.ip()
        ),
    }
}

/// A datagram was not what anybody waited for.
pub(super) fn ignored(teller: &Teller<'_>, datagram: &Datagram) -> String {
    let subject = teller.subject();
    if datagram.message().is_err() {
        return format!("{subject} ignores the datagram: these octets are no DNS message.");
    }
    // What was really sent by the server it claims to come from has a cause.
    let is_genuine = teller
        .cause()
        .is_some_and(|received| received.cause.is_some());
    if is_genuine {
        format!("{subject} ignores the response: it no longer waits for it.")
    } else {
        format!(
            "{subject} ignores the response: ID, port, address or question match nothing it has asked."
        )
    }
}
