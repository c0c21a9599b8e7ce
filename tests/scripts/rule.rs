//! Replies of a script's servers to single questions.

use std::net::IpAddr;
use std::sync::Arc;

use dns_lab::dns::{
    Edns, EdnsOption, Flags, Message, Name, Rcode, Rrset, Rtype, Subnet, parse_records,
};
use dns_lab::engine::{Datagram, Payload, Transport};
use ipnet::IpNet;

use super::outline::{Item, Words};

/// A reply to some questions.
#[derive(Clone, Debug)]
pub(crate) struct Rule {
    /// The name asked for; `None` for any.
    qname: Option<Name>,
    /// Whether names below it count too.
    is_below: bool,
    /// The type asked for; `None` for any.
    qtype: Option<Rtype>,
    /// The transport it came over; `None` for either.
    transport: Option<Transport>,
    /// What else must be so of the query.
    conditions: Vec<Condition>,
    /// What becomes of the query.
    effect: Effect,
    /// The rule works only once.
    pub(crate) is_once: bool,
    /// What the response says.
    content: Content,
}

/// What a rule asks of a query beside its question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Condition {
    /// It has an OPT record, or none.
    Edns(bool),
    /// It has a client subnet, or none.
    Subnet(bool),
    /// Its client subnet lies in this network.
    SubnetIn(IpNet),
}

/// What a rule does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Effect {
    /// Respond.
    Reply,
    /// Stay silent.
    Ignore,
    /// Send a response that is not what it seems, and go on to the next rule.
    Forge(Forgery),
}

/// What is wrong with a forged response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Forgery {
    /// Another message ID.
    Id,
    /// Another port.
    Port,
    /// Another source address.
    Source,
    /// Another question.
    Question,
    /// Another client's network.
    Subnet,
    /// Another transport.
    Transport,
}

/// What a rule makes of a query.
pub(crate) enum Verdict {
    /// This response, and no more.
    Respond(Datagram),
    /// Nothing.
    Ignore,
    /// This false response, and then what the next rule says.
    Forge(Datagram),
}

/// Codes, flags and records of a response.
#[derive(Clone, Debug)]
struct Content {
    /// The response code.
    rcode: Rcode,
    /// AA, TC and RA as the script says.
    flags: Flags,
    /// Whether it has an OPT record.
    has_edns: bool,
    /// The scope of the client subnet it hands back.
    scope: Option<u8>,
    /// Answer, authority and additional section.
    sections: [Vec<Rrset>; 3],
}

/// Reads `QNAME|*|below NAME TYPE|*`, conditions (`over udp|tcp`, `if edns|no-edns`,
/// `if subnet|no-subnet|in NET`, `once`) and content (`CODE`, `aa`, `tc`, `ra`, `opt`, `scope N`)
/// with the records below.
pub(crate) fn parse_rule(
    item: &Item,
    effect: Effect,
    words: &mut Words<'_>,
) -> Result<Rule, String> {
    let mut is_below = false;
    let qname = match words.peek() {
        Some("*") => {
            words.next();
            None
        }
        Some("below") => {
            words.next();
            is_below = true;
            Some(words.value("name")?)
        }
        _ => Some(words.value("name")?),
    };
    let qtype = match words.peek() {
        Some("*") => {
            words.next();
            None
        }
        _ => Some(words.value("type")?),
    };
    let mut rule = Rule {
        qname,
        is_below,
        qtype,
        transport: None,
        conditions: Vec::new(),
        effect,
        is_once: false,
        content: Content {
            rcode: Rcode::NOERROR,
            flags: Flags::default(),
            has_edns: false,
            scope: None,
            sections: section_lines(item)?,
        },
    };
    while let Some(word) = words.next() {
        let content = &mut rule.content;
        match word {
            "over" => rule.transport = Some(transport(words)?),
            "if" => rule.conditions.push(condition(words)?),
            "once" => rule.is_once = true,
            "aa" => content.flags.aa = true,
            "tc" => content.flags.tc = true,
            "ra" => content.flags.ra = true,
            "opt" => content.has_edns = true,
            "scope" => content.scope = Some(words.value("scope")?),
            code => match code.parse() {
                Ok(rcode) => content.rcode = rcode,
                Err(_) => return item.fault(format!("`{code}` is no code or flag")),
            },
        }
    }
    Ok(rule)
}

/// `edns`, `no-edns`, `subnet`, `no-subnet` or `in NET`.
fn condition(words: &mut Words<'_>) -> Result<Condition, String> {
    match words.need("condition")? {
        "edns" => Ok(Condition::Edns(true)),
        "no-edns" => Ok(Condition::Edns(false)),
        "subnet" => Ok(Condition::Subnet(true)),
        "no-subnet" => Ok(Condition::Subnet(false)),
        "in" => Ok(Condition::SubnetIn(words.value("network")?)),
        other => words.fault(format!("`{other}` is no condition")),
    }
}

/// `udp` or `tcp`.
pub(crate) fn transport(words: &mut Words<'_>) -> Result<Transport, String> {
    match words.need("transport")? {
        "udp" => Ok(Transport::Udp),
        "tcp" => Ok(Transport::Tcp),
        other => words.fault(format!("`{other}` is no transport")),
    }
}

/// The lines `answer RR`, `authority RR`, `additional RR`.
fn section_lines(item: &Item) -> Result<[Vec<Rrset>; 3], String> {
    let mut texts = [String::new(), String::new(), String::new()];
    for line in &item.children {
        let mut words = line.words();
        let section = match words.need("section")? {
            "answer" => 0,
            "authority" => 1,
            "additional" => 2,
            other => return line.fault(format!("`{other}` is no section")),
        };
        texts[section].push_str(&words.rest());
        texts[section].push('\n');
    }
    let mut sections = [Vec::new(), Vec::new(), Vec::new()];
    for (section, text) in sections.iter_mut().zip(&texts) {
        let sets = parse_records(&Name::root(), text);
        *section = sets.map_err(|fault| format!("below line {}: {fault}", item.line))?;
    }
    Ok(sections)
}

impl Rule {
    /// Whether the rule is about this query.
    pub(crate) fn fits(&self, query: &Message, transport: Transport) -> bool {
        let Some(question) = &query.question else {
            return false;
        };
        let name_fits = match &self.qname {
            None => true,
            Some(name) if self.is_below => question.qname.is_below(name),
            Some(name) => question.qname == *name,
        };
        name_fits
            && self.qtype.is_none_or(|qtype| qtype == question.qtype)
            && self.transport.is_none_or(|other| other == transport)
            && self.conditions.iter().all(|c| c.holds(query))
    }

    /// What becomes of a query that fits.
    pub(crate) fn apply(&self, datagram: &Datagram, query: &Message) -> Verdict {
        match self.effect {
            Effect::Reply => Verdict::Respond(self.content.respond(datagram, query)),
            Effect::Ignore => Verdict::Ignore,
            Effect::Forge(forgery) => {
                Verdict::Forge(forged(self.content.respond(datagram, query), forgery))
            }
        }
    }
}

impl Condition {
    /// Whether it is so of a query.
    fn holds(self, query: &Message) -> bool {
        let subnet = query.subnet();
        match self {
            Self::Edns(wanted) => query.edns.is_some() == wanted,
            Self::Subnet(wanted) => subnet.is_some() == wanted,
            Self::SubnetIn(network) => subnet.is_some_and(|s| network.contains(&s.network)),
        }
    }
}

impl Content {
    /// The response to a query.
    fn respond(&self, datagram: &Datagram, query: &Message) -> Datagram {
        let mut response = Message::response_to(query, self.rcode);
        response.flags.aa = self.flags.aa;
        response.flags.tc = self.flags.tc;
        response.flags.ra = self.flags.ra;
        let [answer, authority, additional] = self.sections.clone();
        (response.answer, response.authority, response.additional) =
            (answer, authority, additional);
        let told = query.subnet();
        if self.has_edns || self.scope.is_some() {
            let mut edns = Edns::with_payload_size(1232);
            if let (Some(subnet), Some(scope)) = (told, self.scope) {
                edns.options
                    .push(EdnsOption::subnet(Subnet { scope, ..subnet }));
            }
            response.edns = Some(edns);
        }
        with_transport(datagram, response)
    }
}

/// A response over the query's transport.
pub(crate) fn with_transport(query: &Datagram, response: Message) -> Datagram {
    Datagram {
        transport: query.transport,
        ..query.reply(response)
    }
}

/// Spoils a response.
fn forged(mut response: Datagram, forgery: Forgery) -> Datagram {
    match (forgery, &mut response.payload) {
        (Forgery::Id, Payload::Message(message)) => {
            let message = Arc::make_mut(message);
            message.id = message.id.wrapping_add(1);
        }
        (Forgery::Question, Payload::Message(message)) => {
            let message = Arc::make_mut(message);
            if let Some(question) = &mut message.question {
                question.qname = question.qname.parent().unwrap_or_else(Name::root);
            }
        }
        (Forgery::Subnet, Payload::Message(message)) => {
            let message = Arc::make_mut(message);
            let subnet = message.subnet().and_then(elsewhere);
            if let (Some(subnet), Some(edns)) = (subnet, &mut message.edns) {
                edns.options = vec![EdnsOption::subnet(subnet)];
            }
        }
        (Forgery::Transport, _) => {
            response.transport = match response.transport {
                Transport::Udp => Transport::Tcp,
                Transport::Tcp => Transport::Udp,
            };
        }
        (Forgery::Port, _) => {
            let port = response.destination.port().wrapping_add(1);
            response.destination.set_port(port);
        }
        (Forgery::Source, _) => {
            let stranger = match response.source.ip() {
                IpAddr::V4(_) => IpAddr::from([203, 0, 113, 66]),
                IpAddr::V6(_) => IpAddr::from([0x2001, 0xdb8, 0, 0, 0, 0, 0, 0x66]),
            };
            response.source.set_ip(stranger);
        }
        _ => {}
    }
    response
}

/// A network as large as this one in another place.
fn elsewhere(subnet: Subnet) -> Option<Subnet> {
    let address = match subnet.network.network() {
        IpAddr::V4(_) => IpAddr::from([192, 0, 2, 0]),
        IpAddr::V6(_) => IpAddr::from([0x2001, 0xdb8, 0xeee, 0, 0, 0, 0, 0]),
    };
    let network = IpNet::new(address, subnet.network.prefix_len()).ok()?;
    Some(Subnet {
        scope: subnet.scope,
        ..Subnet::of(network)
    })
}
