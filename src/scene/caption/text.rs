//! The sentences, one function for each group of events.

use std::net::IpAddr;

use super::transport;
use crate::dns::{Name, Question, Rcode, Rrset, Rtype};
use crate::engine::{
    CacheLayer, EventKind, FailureReason, IgnoreReason, Node, NodeId, Outcome, Rank, ServerReason,
    SimDuration, StartingPoint, Trace, TraceEvent, World, ZoneVerdict,
};
use crate::scene::words::{capitalize, count, duration, name_in_prose};

/// The sentences for an event.
pub(super) fn text(world: &World, trace: &Trace, event: &TraceEvent) -> String {
    let teller = Teller {
        world,
        trace,
        event,
    };
    match &event.kind {
        EventKind::Intervened { what } => format!("{what}."),
        EventKind::LookupStarted { question } => {
            format!(
                "{} needs {}.",
                capitalize(teller.application()),
                wanted(question)
            )
        }
        EventKind::HostsFileUsed { question, address } => format!(
            "The hosts file of this machine says that {} is {address}. DNS is not asked.",
            name_in_prose(&question.qname)
        ),
        EventKind::CacheMissed { layer, question } => teller.miss(*layer, question),
        EventKind::CacheHit {
            layer,
            question,
            outcome,
            remaining,
        } => teller.hit(*layer, question, outcome, *remaining),
        EventKind::RrsetCached {
            layer,
            rrset,
            rank,
            granted,
            ..
        } => teller.stored(*layer, rrset, *rank, SimDuration::from(*granted)),
        EventKind::NegativeCached {
            layer,
            owner,
            rtype,
            granted,
            ..
        } => format!(
            "{} remembers for {} that {}.",
            teller.cache_owner(*layer),
            duration(SimDuration::from(*granted)),
            absence(owner, *rtype)
        ),
        EventKind::ResolutionStarted {
            question,
            sub: false,
        } => {
            format!(
                "{} begins to look for {}.",
                teller.subject(),
                wanted(question)
            )
        }
        EventKind::ResolutionStarted {
            question,
            sub: true,
        } => format!(
            "To go on, the resolver needs {}, a name server it has no address for. It looks for that first.",
            wanted(question)
        ),
        EventKind::StartingPointChosen {
            qname,
            zone,
            source,
        } => teller.starting_point(qname, zone, *source),
        EventKind::ServerChosen {
            zone,
            server,
            address,
            reason,
            candidates,
        } => teller.choice(zone, server, *address, *reason, *candidates),
        EventKind::DatagramSent { datagram, to, .. } => transport::sent(&teller, datagram, *to),
        EventKind::DatagramReceived { datagram, .. } => transport::received(&teller, datagram),
        EventKind::DatagramDropped { datagram, reason } => {
            transport::dropped(&teller, datagram, *reason)
        }
        EventKind::ResponseIgnored { datagram } => transport::ignored(&teller, datagram),
        EventKind::ZoneConsulted {
            zone,
            question,
            verdict,
        } => teller.verdict(zone.as_ref(), question, *verdict),
        EventKind::ReferralFollowed {
            from_zone,
            zone_cut,
            servers,
            glue,
        } => {
            let addresses = match glue {
                0 => "No address came along".to_owned(),
                _ => format!(
                    "{} came along as glue",
                    count(*glue, "address", "addresses")
                ),
            };
            let (from, to) = (name_in_prose(from_zone), name_in_prose(zone_cut));
            let servers = count(*servers, "name server", "name servers");
            format!(
                "{} follows the referral from {from} to {to}, which has {servers}. {addresses}.",
                teller.subject()
            )
        }
        EventKind::AliasFollowed {
            alias,
            target,
            count,
        } => {
            let so_far = match count {
                0 | 1 => String::new(),
                _ => format!(" This is alias number {count} on the way."),
            };
            let (alias, target) = (name_in_prose(alias), name_in_prose(target));
            format!(
                "{alias} is an alias for {target}. The resolver goes on with that name.{so_far}"
            )
        }
        EventKind::RecordIgnored {
            owner,
            rtype,
            reason,
        } => {
            let (subject, owner) = (teller.subject(), name_in_prose(owner));
            match reason {
                IgnoreReason::OutOfZone => format!(
                    "{subject} ignores {owner} {rtype}: the name lies outside the zone of the server that sent it."
                ),
                IgnoreReason::LowerRank => format!(
                    "{subject} keeps what it has of {owner} {rtype}: that came from a better source."
                ),
            }
        }
        EventKind::QueryTimedOut {
            server,
            address,
            waited,
        } => {
            let waited = duration(*waited);
            match server {
                Some(server) => format!(
                    "{} ({address}) has not answered for {waited}. The resolver stops waiting.",
                    server.without_dot()
                ),
                None => format!(
                    "The recursive resolver has not answered for {waited}. The stub resolver stops waiting."
                ),
            }
        }
        EventKind::ServerPassedOver {
            server,
            address,
            rcode,
            is_lame,
        } => {
            let server = server.without_dot();
            if *is_lame {
                format!(
                    "{server} ({address}) does not serve the zone it was asked about: the delegation is lame. The resolver turns to another server."
                )
            } else {
                format!(
                    "{server} ({address}) answers with {rcode}, which does not help. The resolver turns to another server."
                )
            }
        }
        EventKind::ResolutionFinished {
            question,
            outcome,
            upstream_queries,
            sub,
        } => teller.resolved(question, outcome, *upstream_queries, *sub),
        EventKind::LookupFinished {
            question,
            outcome,
            answered_by,
            elapsed,
        } => teller.finished(question, outcome, *answered_by, *elapsed),
        EventKind::ConnectionOpened { address, elapsed } => format!(
            "The TCP connection to {address} stands after {}. {} can send its request.",
            duration(*elapsed),
            capitalize(teller.application())
        ),
        EventKind::ConnectionFailed { address, elapsed } => format!(
            "Nothing at {address} answers within {}. {} gives up and shows an error.",
            duration(*elapsed),
            capitalize(teller.application())
        ),
    }
}

/// What a question is after: `the address of www.example.com`.
pub(super) fn wanted(question: &Question) -> String {
    let name = name_in_prose(&question.qname);
    match question.qtype {
        Rtype::A => format!("the address of {name}"),
        Rtype::AAAA => format!("the IPv6 address of {name}"),
        Rtype::NS => format!("the name servers of {name}"),
        Rtype::MX => format!("the mail servers of {name}"),
        Rtype::PTR => format!("the host name behind {name}"),
        Rtype::CNAME => format!("the target of the alias {name}"),
        Rtype::ANY => format!("all records of {name}"),
        rtype => format!("the {rtype} records of {name}"),
    }
}

/// What a question is after, without the name.
pub(super) fn wanted_briefly(qtype: Rtype) -> String {
    match qtype {
        Rtype::A => "the address".to_owned(),
        Rtype::AAAA => "the IPv6 address".to_owned(),
        Rtype::ANY => "the records".to_owned(),
        rtype => format!("the {rtype} records"),
    }
}

/// That a name or a type does not exist.
pub(super) fn absence(owner: &Name, rtype: Option<Rtype>) -> String {
    let owner = name_in_prose(owner);
    match rtype {
        None => format!("{owner} does not exist"),
        Some(rtype) => format!("{owner} has no {rtype} records"),
    }
}

/// What an answer says: `www.example.com is 198.51.100.5`.
pub(super) fn finding(question: &Question, sets: &[Rrset]) -> String {
    let name = name_in_prose(&question.qname);
    let last = sets.iter().rev().find(|set| set.rtype == question.qtype);
    let addresses: Vec<String> = last
        .iter()
        .flat_map(|set| set.addresses())
        .map(|address| address.to_string())
        .collect();
    match (addresses.as_slice(), last) {
        ([address], _) => format!("{name} is {address}"),
        ([first, rest @ ..], _) => {
            format!(
                "{name} is {first} and {}",
                count(rest.len(), "more address", "more addresses")
            )
        }
        ([], Some(set)) => {
            format!(
                "{name} has {}",
                count(
                    set.data.len(),
                    &format!("{} record", set.rtype),
                    &format!("{} records", set.rtype)
                )
            )
        }
        ([], None) => {
            let records = sets.iter().map(|set| set.data.len()).sum();
            format!("{name} has {}", count(records, "record", "records"))
        }
    }
}

/// Why a resolution failed, as a sentence.
pub(super) fn failure(rcode: Rcode, reason: FailureReason) -> String {
    match reason {
        FailureReason::NoServerAnswered => {
            "No name server that could know gives a usable answer".to_owned()
        }
        FailureReason::NoServerAddress => {
            "The delegation names no server whose address can be found".to_owned()
        }
        FailureReason::AliasLoop => "The aliases lead in a circle, or on for too long".to_owned(),
        FailureReason::WorkLimit => {
            "The question has used up all the work the resolver allows for one question".to_owned()
        }
        FailureReason::Reported => format!("The server itself reports {rcode}"),
        FailureReason::ResolverSilent => "The recursive resolver is silent".to_owned(),
    }
}

/// What the sentences about one event are made from.
pub(super) struct Teller<'a> {
    /// Titles.
    pub(super) world: &'a World,
    /// What came before and after.
    pub(super) trace: &'a Trace,
    /// The event.
    pub(super) event: &'a TraceEvent,
}

impl<'a> Teller<'a> {
    /// What brought the event about.
    pub(super) fn cause(&self) -> Option<&'a TraceEvent> {
        self.trace.get(self.event.cause?)
    }

    /// The event directly before.
    fn previous(&self) -> Option<&'a TraceEvent> {
        self.trace
            .events()
            .get(self.event.id.index().checked_sub(1)?)
    }

    /// "It" where the sentence before had the same subject, else who the node is.
    pub(super) fn subject(&self) -> String {
        let goes_on = self.previous().is_some_and(|previous| {
            previous.node == self.event.node
                && previous.at == self.event.at
                && !matches!(
                    previous.kind,
                    EventKind::Intervened { .. } | EventKind::DatagramSent { .. }
                )
        });
        if goes_on {
            "It".to_owned()
        } else {
            capitalize(&self.role(self.event.node))
        }
    }

    /// Who a node is, in the middle of a sentence.
    pub(super) fn role(&self, node: NodeId) -> String {
        match self.world.node(node) {
            Node::Client(_) => "the stub resolver".to_owned(),
            Node::Resolver(_) => "the resolver".to_owned(),
            Node::Authoritative(_) | Node::Host(_) => self.world.spec(node).title.clone(),
        }
    }

    /// What asks on the client: a browser, if it has a cache of its own.
    fn application(&self) -> &'static str {
        match self.world.node(self.event.node) {
            Node::Client(client) if client.browser_cache().is_some() => "the browser",
            _ => "the application",
        }
    }

    /// The owner of a cache as the subject of a sentence.
    fn cache_owner(&self, layer: CacheLayer) -> String {
        match layer {
            CacheLayer::Browser => "The browser".to_owned(),
            CacheLayer::Stub => "The stub resolver".to_owned(),
            CacheLayer::Resolver => self.subject(),
        }
    }

    /// A cache had no usable entry.
    fn miss(&self, layer: CacheLayer, question: &Question) -> String {
        let name = name_in_prose(&question.qname);
        let before = &self.trace.events()[..self.event.id.index()];
        let had_other = before
            .iter()
            .filter(|event| event.node == self.event.node)
            .any(|event| {
                matches!(&event.kind, EventKind::RrsetCached { layer: known, rrset, .. }
                if *known == layer && rrset.owner == question.qname)
            });
        let nothing = if had_other {
            format!("no answer under {name} for type {}", question.qtype)
        } else {
            format!("nothing under {name}")
        };
        match layer {
            CacheLayer::Browser => {
                format!("Cache miss: the browser has {nothing}. It asks the operating system.")
            }
            CacheLayer::Stub => format!(
                "Cache miss: the operating system's stub resolver has {nothing}, and its hosts file does not list the name."
            ),
            CacheLayer::Resolver => format!("Cache miss: the resolver has {nothing}."),
        }
    }

    /// A cache answered.
    fn hit(
        &self,
        layer: CacheLayer,
        question: &Question,
        outcome: &Outcome,
        remaining: SimDuration,
    ) -> String {
        let (who, remaining) = (
            match layer {
                CacheLayer::Browser => "the browser",
                CacheLayer::Stub => "the stub resolver",
                CacheLayer::Resolver => "the resolver",
            },
            duration(remaining),
        );
        match outcome {
            Outcome::Answer(sets) => format!(
                "Cache hit: {who} remembers that {}, for another {remaining}. Nobody needs to be asked.",
                finding(question, sets)
            ),
            Outcome::NoData => format!(
                "Cache hit: {who} remembers, for another {remaining}, that {}.",
                absence(&question.qname, Some(question.qtype))
            ),
            Outcome::NxDomain => format!(
                "Cache hit: {who} remembers, for another {remaining}, that {}.",
                absence(&question.qname, None)
            ),
            Outcome::Failure(rcode, _) => format!(
                "Cache hit: {who} remembers, for another {remaining}, that this question failed with {rcode}."
            ),
        }
    }

    /// A cache stored records.
    fn stored(&self, layer: CacheLayer, set: &Rrset, rank: Rank, granted: SimDuration) -> String {
        let who = self.cache_owner(layer);
        let key = format!("{} {}", name_in_prose(&set.owner), set.rtype);
        let what = match set.rtype {
            Rtype::NS => {
                let servers = count(set.data.len(), "name server", "name servers");
                format!("the {servers} of {}", name_in_prose(&set.owner))
            }
            _ if rank == Rank::Additional => format!("{key}, the address that came along,"),
            _ => key,
        };
        let ttl = SimDuration::from(set.ttl);
        let limit = if ttl == granted {
            String::new()
        } else {
            format!(
                " The TTL is {}; this cache goes by its own limit.",
                duration(ttl)
            )
        };
        format!("{who} stores {what} for {}.{limit}", duration(granted))
    }

    /// The zone whose servers are asked first.
    fn starting_point(&self, qname: &Name, zone: &Name, source: StartingPoint) -> String {
        let subject = self.subject();
        let nearer: Vec<String> = qname
            .ancestors()
            .filter(|name| name.is_below(zone) && (name != qname || name.label_count() <= 2))
            .map(|name| name.without_dot())
            .collect();
        let place = name_in_prose(zone);
        match (source, nearer.as_slice()) {
            (StartingPoint::CachedDelegation, _) if !zone.is_root() => {
                format!("{subject} knows the name servers of {place}, so it starts there.")
            }
            (_, []) => format!("{subject} starts at {place}."),
            (_, [rest @ .., last]) => {
                let rest = rest.join(", ");
                let list = if rest.is_empty() {
                    last.clone()
                } else {
                    format!("{rest} or {last}")
                };
                format!("{subject} knows no name server for {list}, so it starts at {place}.")
            }
        }
    }

    /// One of a zone's servers was picked.
    fn choice(
        &self,
        zone: &Name,
        server: &Name,
        address: IpAddr,
        reason: ServerReason,
        candidates: usize,
    ) -> String {
        let subject = self.subject();
        let server = format!("{} ({address})", server.without_dot());
        let place = name_in_prose(zone);
        match reason {
            ServerReason::OnlyOne => {
                format!("{subject} turns to {server}, the only one left to ask about {place}.")
            }
            ServerReason::Untried => format!(
                "{subject} picks {server} from {candidates} addresses for {place}. It has never asked this one, so it does not know how fast it is."
            ),
            ServerReason::Fastest(rtt) => format!(
                "{subject} picks {server} for {place}: at about {} it is the fastest it knows.",
                duration(rtt)
            ),
            ServerReason::AmongFast(rtt) => format!(
                "{subject} picks {server} for {place}, at random among the fast ones. It takes about {}.",
                duration(rtt)
            ),
        }
    }

    /// What an authoritative server found in its zones.
    fn verdict(&self, zone: Option<&Name>, question: &Question, verdict: ZoneVerdict) -> String {
        let name = name_in_prose(&question.qname);
        let place = zone.map_or_else(String::new, name_in_prose);
        let what = wanted_briefly(question.qtype);
        match verdict {
            ZoneVerdict::Answer => {
                format!("The zone of {place} has {what} of {name}.")
            }
            ZoneVerdict::Alias => format!(
                "In the zone of {place}, {name} is an alias. This server says where it leads, not what is there."
            ),
            ZoneVerdict::Referral => match transport::next_referral(self) {
                Some(cut) => format!(
                    "{} does not know {what}. It refers the resolver to {}.",
                    capitalize(&place),
                    name_in_prose(&cut)
                ),
                None => format!(
                    "{} does not know {what}, but knows who does.",
                    capitalize(&place)
                ),
            },
            ZoneVerdict::NoData => {
                format!(
                    "In the zone of {place}, {}.",
                    absence(&question.qname, Some(question.qtype))
                )
            }
            ZoneVerdict::NxDomain => {
                format!(
                    "In the zone of {place}, {}.",
                    absence(&question.qname, None)
                )
            }
            ZoneVerdict::Refused => {
                format!("None of this server's zones holds {name}, so it refuses to answer.")
            }
        }
    }

    /// A resolver settled a question.
    fn resolved(
        &self,
        question: &Question,
        outcome: &Outcome,
        queries: usize,
        sub: bool,
    ) -> String {
        let subject = self.subject();
        let effort = match queries {
            0 => "without asking anybody".to_owned(),
            _ => format!("after {}", count(queries, "query", "queries")),
        };
        let found = match outcome {
            Outcome::Answer(sets) => {
                format!("{subject} knows it {effort}: {}", finding(question, sets))
            }
            Outcome::NoData => format!(
                "{subject} knows it {effort}: {}",
                absence(&question.qname, Some(question.qtype))
            ),
            Outcome::NxDomain => {
                format!(
                    "{subject} knows it {effort}: {}",
                    absence(&question.qname, None)
                )
            }
            Outcome::Failure(rcode, reason) => {
                format!(
                    "{}. {subject} gives up {effort} ({rcode})",
                    failure(*rcode, *reason)
                )
            }
        };
        let back = if sub {
            " Now it goes back to the question it came from."
        } else {
            ""
        };
        format!("{found}.{back}")
    }

    /// An application got its answer.
    fn finished(
        &self,
        question: &Question,
        outcome: &Outcome,
        answered_by: Option<CacheLayer>,
        elapsed: SimDuration,
    ) -> String {
        let who = capitalize(self.application());
        let elapsed = duration(elapsed);
        let source = if answered_by.is_some() {
            ", without a packet leaving the machine"
        } else {
            ""
        };
        match outcome {
            Outcome::Answer(sets) => {
                format!(
                    "{who} has its answer after {elapsed}{source}: {}.",
                    finding(question, sets)
                )
            }
            Outcome::NoData => format!(
                "{who} learns after {elapsed}{source} that {}.",
                absence(&question.qname, Some(question.qtype))
            ),
            Outcome::NxDomain => format!(
                "{who} learns after {elapsed}{source} that {}. It shows an error.",
                absence(&question.qname, None)
            ),
            Outcome::Failure(rcode, reason) => format!(
                "{who} gets no answer and shows an error after {elapsed}: {rcode}. {}.",
                failure(*rcode, *reason)
            ),
        }
    }
}
