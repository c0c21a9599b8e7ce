//! The servers of a script: zones, single replies, silence.

use std::net::IpAddr;
use std::sync::Arc;

use dns_lab::dns::{Flags, Message, Name, Rcode, Rrset, Rtype, parse_records};
use dns_lab::engine::{
    Action, AuthoritativeServer, Datagram, Node, Payload, SimDuration, SimTime, Transport, Zone,
};

use super::outline::{Item, Words};

/// One server.
#[derive(Clone, Debug)]
pub(crate) struct Server {
    /// What the script calls it.
    pub(crate) name: String,
    /// Where it listens.
    pub(crate) addresses: Vec<IpAddr>,
    /// How long its responses are under way.
    pub(crate) delay: SimDuration,
    /// It never answers.
    is_silent: bool,
    /// Nobody listens, and the network says so.
    is_closed: bool,
    /// Replies to single questions, looked at first.
    rules: Vec<Rule>,
    /// Its zones.
    zones: Option<Node>,
}

/// What a server makes of a query.
pub(crate) enum Reaction {
    /// It responds, if need be with forgeries that come first.
    Respond(Vec<Datagram>),
    /// Nothing comes.
    Silence,
    /// The network reports that nobody listens.
    Closed,
}

/// A reply to some questions.
#[derive(Clone, Debug)]
struct Rule {
    /// The name asked for; `None` for any.
    qname: Option<Name>,
    /// Whether names below it count too.
    is_below: bool,
    /// The type asked for; `None` for any.
    qtype: Option<Rtype>,
    /// The transport it came over; `None` for either.
    transport: Option<Transport>,
    /// What becomes of the query.
    effect: Effect,
    /// The rule works only once.
    is_once: bool,
    /// What the response says.
    content: Content,
}

/// What a rule does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Effect {
    /// Respond.
    Reply,
    /// Stay silent.
    Ignore,
    /// Send a response that is not what it seems, and go on to the next rule.
    Forge(Forgery),
}

/// What is wrong with a forged response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Forgery {
    /// Another message ID.
    Id,
    /// Another port.
    Port,
    /// Another source address.
    Source,
    /// Another question.
    Question,
}

/// Codes, flags and records of a response.
#[derive(Clone, Debug)]
struct Content {
    /// The response code.
    rcode: Rcode,
    /// AA, TC and RA as the script says.
    flags: Flags,
    /// Answer, authority and additional section.
    sections: [Vec<Rrset>; 3],
}

/// Reads `server NAME ADDRESS…` with the lines below.
pub(crate) fn parse_server(item: &Item) -> Result<Server, String> {
    let mut words = item.words();
    words.next();
    let mut server = Server {
        name: words.need("name")?.to_owned(),
        addresses: Vec::new(),
        delay: SimDuration::ZERO,
        is_silent: false,
        is_closed: false,
        rules: Vec::new(),
        zones: None,
    };
    let mut zones: Vec<Arc<Zone>> = Vec::new();
    while words.peek().is_some() {
        server.addresses.push(words.value("address")?);
    }
    for line in &item.children {
        let mut words = line.words();
        match words.need("keyword")? {
            "delay" => server.delay = words.span()?,
            "silent" => server.is_silent = true,
            "closed" => server.is_closed = true,
            "zone" => {
                let origin: Name = words.value("name")?;
                zones.push(Arc::new(parse_zone(&origin, line)?));
            }
            "reply" => server.rules.push(rule(line, Effect::Reply, &mut words)?),
            "ignore" => server.rules.push(rule(line, Effect::Ignore, &mut words)?),
            "forge" => {
                let forgery = match words.need("what is forged")? {
                    "id" => Forgery::Id,
                    "port" => Forgery::Port,
                    "source" => Forgery::Source,
                    "question" => Forgery::Question,
                    other => return line.fault(format!("`{other}` cannot be forged")),
                };
                let rule = rule(line, Effect::Forge(forgery), &mut words)?;
                server.rules.push(rule);
            }
            other => return line.fault(format!("`{other}` says nothing about a server")),
        }
        words.end()?;
    }
    if !zones.is_empty() {
        server.zones = Some(Node::Authoritative(AuthoritativeServer::new(zones)));
    }
    Ok(server)
}

/// A zone from the lines below; a SOA record is made up if there is none.
fn parse_zone(origin: &Name, item: &Item) -> Result<Zone, String> {
    let lines: Vec<&str> = item
        .children
        .iter()
        .map(|line| line.text.as_str())
        .collect();
    let mut text = lines.join("\n") + "\n";
    if !lines.iter().any(|line| line.contains(" SOA ")) {
        text.push_str("@ 3600 SOA ns.invalid. hostmaster.invalid. 1 7200 900 1209600 300\n");
    }
    Zone::parse(origin, &text).map_err(|fault| format!("zone of line {}: {fault}", item.line))
}

/// `QNAME|*|below NAME TYPE|* [over udp|tcp] [once] [CODE] [aa] [tc] [ra]` with the records below.
fn rule(item: &Item, effect: Effect, words: &mut Words<'_>) -> Result<Rule, String> {
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
        effect,
        is_once: false,
        content: Content {
            rcode: Rcode::NOERROR,
            flags: Flags::default(),
            sections: section_lines(item)?,
        },
    };
    while let Some(word) = words.next() {
        let flags = &mut rule.content.flags;
        match word {
            "over" => rule.transport = Some(transport(words)?),
            "once" => rule.is_once = true,
            "aa" => flags.aa = true,
            "tc" => flags.tc = true,
            "ra" => flags.ra = true,
            code => match code.parse() {
                Ok(rcode) => rule.content.rcode = rcode,
                Err(_) => return item.fault(format!("`{code}` is no code or flag")),
            },
        }
    }
    Ok(rule)
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

impl Server {
    /// What the server does with a query.
    pub(crate) fn react(&mut self, now: SimTime, datagram: &Datagram) -> Reaction {
        if self.is_closed {
            return Reaction::Closed;
        }
        let Ok(query) = datagram.message() else {
            return Reaction::Silence;
        };
        if self.is_silent {
            return Reaction::Silence;
        }
        let mut responses = Vec::new();
        let mut index = 0;
        while let Some(rule) = self.rules.get(index) {
            if !rule.fits(&query, datagram.transport) {
                index += 1;
                continue;
            }
            let rule = if rule.is_once {
                self.rules.remove(index)
            } else {
                index += 1;
                rule.clone()
            };
            match rule.effect {
                Effect::Ignore => return quiet_unless(responses),
                Effect::Reply => {
                    responses.push(rule.content.respond(datagram, &query));
                    return Reaction::Respond(responses);
                }
                Effect::Forge(forgery) => {
                    let response = rule.content.respond(datagram, &query);
                    responses.push(forged(response, forgery));
                }
            }
        }
        match &mut self.zones {
            Some(zones) => {
                zones.handle_datagram(now, datagram);
                while let Some(action) = zones.poll_action() {
                    if let Action::Transmit(response) = action {
                        responses.push(response);
                    }
                }
            }
            None => {
                let refusal = Message::response_to(&query, Rcode::REFUSED);
                responses.push(with_transport(datagram, refusal));
            }
        }
        quiet_unless(responses)
    }
}

/// Silence if there is nothing to send.
fn quiet_unless(responses: Vec<Datagram>) -> Reaction {
    if responses.is_empty() {
        Reaction::Silence
    } else {
        Reaction::Respond(responses)
    }
}

/// A response over the query's transport.
fn with_transport(query: &Datagram, response: Message) -> Datagram {
    Datagram {
        transport: query.transport,
        ..query.reply(response)
    }
}

impl Rule {
    /// Whether the rule is about this query.
    fn fits(&self, query: &Message, transport: Transport) -> bool {
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
        with_transport(datagram, response)
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
