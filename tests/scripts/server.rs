//! The servers of a script: zones, single replies, silence.

use std::net::IpAddr;
use std::sync::Arc;

use dns_lab::dns::{Message, Name, Rcode};
use dns_lab::engine::{Action, AuthoritativeServer, Datagram, Node, SimDuration, SimTime, Zone};

use super::outline::Item;
use super::rule::{Effect, Forgery, Rule, Verdict, parse_rule, with_transport};

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
            "reply" => server
                .rules
                .push(parse_rule(line, Effect::Reply, &mut words)?),
            "ignore" => server
                .rules
                .push(parse_rule(line, Effect::Ignore, &mut words)?),
            "forge" => {
                let forgery = match words.need("what is forged")? {
                    "id" => Forgery::Id,
                    "port" => Forgery::Port,
                    "source" => Forgery::Source,
                    "question" => Forgery::Question,
                    "subnet" => Forgery::Subnet,
                    "transport" => Forgery::Transport,
                    other => return line.fault(format!("`{other}` cannot be forged")),
                };
                let rule = parse_rule(line, Effect::Forge(forgery), &mut words)?;
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
            match rule.apply(datagram, &query) {
                Verdict::Ignore => return quiet_unless(responses),
                Verdict::Respond(response) => {
                    responses.push(response);
                    return Reaction::Respond(responses);
                }
                Verdict::Forge(response) => responses.push(response),
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
