//! The acts of a script and what they check.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use dns_lab::dns::{
    Edns, EdnsOption, Flags, Message, Name, Question, Rcode, Rdata, Rrset, Rtype, Section,
    parse_records,
};
use dns_lab::engine::{Datagram, Payload, SimDuration, Transport};
use ipnet::IpNet;

use super::options::{RESOLVER, resolver_config};
use super::outline::{Item, Words, parse_outline};
use super::server::{parse_server, transport};
use super::world::{World, line};

/// How long a client waits for an answer, at most.
const PATIENCE: SimDuration = SimDuration::from_secs(300);
/// The EDNS option of RFC 7871.
const CLIENT_SUBNET: u16 = 8;
/// The EDNS option of RFC 8914.
const EXTENDED_ERROR: u16 = 15;

/// A script under way.
struct Play {
    /// Resolver and servers.
    world: World,
    /// How many asks have been checked.
    checked: usize,
}

/// Plays a script.
///
/// # Errors
/// The first act that did not go as written, with all that happened before.
pub(crate) fn play(text: &str) -> Result<(), String> {
    let items = parse_outline(text);
    let Some((first, acts)) = items.split_first() else {
        return Err("the script is empty".into());
    };
    if first.text != "resolver" {
        return first.fault("a script begins with `resolver`");
    }
    let mut play = Play {
        world: World::new(resolver_config(first)?),
        checked: 0,
    };
    for act in acts {
        play.world.log.push(format!("---- {}", act.text));
        if let Err(problem) = play.act(act) {
            let log = play.world.log.join("\n");
            return Err(format!("{log}\n{problem}"));
        }
    }
    if play.checked < play.world.asks.len() {
        return Err("a query was asked and its answer never checked".into());
    }
    Ok(())
}

impl Play {
    /// One act.
    fn act(&mut self, act: &Item) -> Result<(), String> {
        let mut words = act.words();
        match words.need("act")? {
            "server" => {
                let server = parse_server(act)?;
                // The new one takes the old one's place.
                self.world.servers.retain(|old| old.name != server.name);
                self.world.servers.push(server);
                Ok(())
            }
            "ask" => self.ask(&mut words),
            "expect" => self.expect(act, &mut words),
            "sent" => self.sent(act, &mut words),
            "wait" => {
                let until = self.world.now + words.span()?;
                words.end()?;
                self.world.run(until, None)
            }
            other => act.fault(format!("`{other}` is no act")),
        }
    }

    /// `ask NAME TYPE [without-recursion] [unvalidated] [dnssec] [edns SIZE] [subnet NET]
    /// [over tcp] [from ADDRESS]`.
    fn ask(&mut self, words: &mut Words<'_>) -> Result<(), String> {
        if self.checked == self.world.asks.len() {
            self.world.sent.clear();
        }
        let question = Question::new(words.value("name")?, words.value("type")?);
        let mut query = Message::query(0x2a2a, question);
        query.flags.rd = true;
        let mut client: IpAddr = IpAddr::from([198, 51, 100, 7]);
        let mut over = Transport::Udp;
        while let Some(word) = words.next() {
            match word {
                "without-recursion" => query.flags.rd = false,
                "unvalidated" => query.flags.cd = true,
                "dnssec" => edns_of(&mut query).dnssec_ok = true,
                "edns" => edns_of(&mut query).udp_payload_size = words.value("size")?,
                "subnet" => {
                    let net: IpNet = words.value("network")?;
                    edns_of(&mut query).options.push(subnet_option(net, 0));
                }
                "over" => over = transport(words)?,
                "from" => client = words.value("address")?,
                other => return words.fault(format!("`{other}` is not expected here")),
            }
        }
        let local = RESOLVER
            .iter()
            .filter_map(|text| text.parse::<IpAddr>().ok());
        let local = local
            .into_iter()
            .find(|own| own.is_ipv4() == client.is_ipv4());
        let port = 20_000 + u16::try_from(self.world.asks.len()).unwrap_or(0);
        let datagram = Datagram {
            source: SocketAddr::new(client, port),
            destination: SocketAddr::new(local.unwrap_or(client), 53),
            transport: over,
            payload: Payload::Message(Arc::new(query)),
        };
        self.world.ask(datagram)
    }

    /// `expect nothing`, or `expect CODE [aa] [ad] [tc] [error N] [subnet NET SCOPE]
    /// [after SPAN]` with the records below.
    fn expect(&mut self, act: &Item, words: &mut Words<'_>) -> Result<(), String> {
        let index = self.checked;
        let Some(asked_at) = self.world.asks.get(index).map(|ask| ask.asked_at) else {
            return act.fault("nothing was asked that was not checked yet");
        };
        self.checked += 1;
        self.world
            .run(self.world.now.max(asked_at + PATIENCE), Some(index))?;
        // What the answer sets off without taking time belongs to it.
        self.world.run(self.world.now, None)?;
        let answer = self
            .world
            .asks
            .get(index)
            .and_then(|ask| ask.answer.clone());
        if words.peek() == Some("nothing") {
            return match answer {
                None => Ok(()),
                Some((_, message)) => act.fault(format!("answered: {}", line(&message))),
            };
        }
        let Some((at, message)) = answer else {
            return act.fault("no answer came");
        };
        let rcode: Rcode = words.value("response code")?;
        if message.rcode != rcode {
            return act.fault(format!("the answer is {}", line(&message)));
        }
        let mut wanted = Flags::default();
        while let Some(word) = words.next() {
            match word {
                "aa" => wanted.aa = true,
                "ad" => wanted.ad = true,
                "tc" => wanted.tc = true,
                "error" => {
                    let code: u16 = words.value("number")?;
                    let found = option_value(&message, EXTENDED_ERROR);
                    if found.is_none_or(|value| !value.starts_with(&code.to_be_bytes())) {
                        return act.fault(format!("no extended error {code}"));
                    }
                }
                "subnet" => {
                    let net: IpNet = words.value("network")?;
                    let option = subnet_option(net, words.value("scope")?);
                    if option_value(&message, CLIENT_SUBNET) != Some(&option.value[..]) {
                        return act.fault("the client subnet is another");
                    }
                }
                "after" => {
                    let span = words.span()?;
                    if at.since(asked_at) != span {
                        return act.fault(format!("it took {}", at.since(asked_at)));
                    }
                }
                other => return act.fault(format!("`{other}` is not expected here")),
            }
        }
        let flags = message.flags;
        if (flags.aa, flags.ad, flags.tc) != (wanted.aa, wanted.ad, wanted.tc) || !flags.ra {
            return act.fault(format!("the flags are {}", flags.names().join(" ")));
        }
        check_sections(act, &message)
    }

    /// `sent nothing`, or `sent` with one query a line, in order. Each says server, name and
    /// type, then `over tcp`, `rd` or `subnet NET` where that is so.
    fn sent(&mut self, act: &Item, words: &mut Words<'_>) -> Result<(), String> {
        let is_nothing = words.next() == Some("nothing");
        words.end()?;
        let found: Vec<String> = self
            .world
            .sent
            .drain(..)
            .map(|sent| sent_line(&sent.server, &sent.message, sent.datagram.transport))
            .collect();
        let mut wanted = Vec::new();
        for child in &act.children {
            let mut words = child.words();
            let server = words.need("server")?.to_owned();
            let (qname, qtype): (Name, Rtype) = (words.value("name")?, words.value("type")?);
            let question = Question::new(qname, qtype);
            wanted.push(
                format!("{server} {question} {}", words.rest())
                    .trim_end()
                    .to_owned(),
            );
        }
        if is_nothing != wanted.is_empty() {
            return act.fault("name the queries, or say `sent nothing`");
        }
        if found == wanted {
            return Ok(());
        }
        act.fault(format!(
            "sent were:\n  {}\ninstead of:\n  {}",
            found.join("\n  "),
            wanted.join("\n  ")
        ))
    }
}

/// A query of the resolver as scripts write it.
fn sent_line(server: &str, message: &Message, transport: Transport) -> String {
    let question = message.question.as_ref().map(ToString::to_string);
    let mut text = format!("{server} {}", question.unwrap_or_default());
    if transport == Transport::Tcp {
        text.push_str(" over tcp");
    }
    if message.flags.rd {
        text.push_str(" rd");
    }
    if let Some([_, family, bits, _, octets @ ..]) = option_value(message, CLIENT_SUBNET) {
        let mut full = octets.to_vec();
        full.resize(if *family == 1 { 4 } else { 16 }, 0);
        let address = <[u8; 4]>::try_from(full.as_slice())
            .map(IpAddr::from)
            .or_else(|_| <[u8; 16]>::try_from(full.as_slice()).map(IpAddr::from));
        if let Ok(address) = address {
            text.push_str(&format!(" subnet {address}/{bits}"));
        }
    }
    text
}

/// The query's OPT record, made on first use.
fn edns_of(query: &mut Message) -> &mut Edns {
    query
        .edns
        .get_or_insert_with(|| Edns::with_payload_size(1232))
}

/// The option of RFC 7871 §6.
fn subnet_option(net: IpNet, scope: u8) -> EdnsOption {
    let (family, octets) = match net.network() {
        IpAddr::V4(address) => (1, address.octets().to_vec()),
        IpAddr::V6(address) => (2, address.octets().to_vec()),
    };
    let used = usize::from(net.prefix_len()).div_ceil(8);
    let mut value = vec![0, family, net.prefix_len(), scope];
    value.extend(&octets[..used]);
    EdnsOption {
        code: CLIENT_SUBNET,
        value: value.into(),
    }
}

/// The octets of an option.
fn option_value(message: &Message, code: u16) -> Option<&[u8]> {
    let options = &message.edns.as_ref()?.options;
    let option = options.iter().find(|option| option.code == code)?;
    Some(&option.value)
}

/// One record that a script expects.
#[derive(Debug)]
struct Wanted {
    /// The section.
    section: Section,
    /// The record.
    set: Rrset,
    /// Whether any TTL will do.
    any_ttl: bool,
}

/// The answer section must be as written, and the others if the script mentions them. A
/// TTL of `*` stands for any.
fn check_sections(act: &Item, message: &Message) -> Result<(), String> {
    let mut mentioned = vec![Section::Answer];
    let mut wanted: Vec<Wanted> = Vec::new();
    for child in &act.children {
        let mut words = child.words();
        let section = match words.need("section")? {
            "answer" => Section::Answer,
            "authority" => Section::Authority,
            "additional" => Section::Additional,
            other => return child.fault(format!("`{other}` is no section")),
        };
        mentioned.push(section);
        let text = words.rest();
        if text == "none" {
            continue;
        }
        let any_ttl = text.split_whitespace().nth(1) == Some("*");
        let text = if any_ttl {
            text.replacen(" * ", " 0 ", 1)
        } else {
            text
        };
        let sets = parse_records(&Name::root(), &text);
        let set = sets.ok().and_then(|mut sets| sets.pop());
        let Some(set) = set else {
            return child.fault("this is no record");
        };
        wanted.push(Wanted {
            section,
            set,
            any_ttl,
        });
    }
    for section in mentioned {
        let mut found = single_records(message.section(section));
        for record in wanted.iter().filter(|record| record.section == section) {
            let same = |(set, data): &(Rrset, Rdata)| {
                set.owner == record.set.owner
                    && record.set.data.first() == Some(data)
                    && (record.any_ttl || set.ttl == record.set.ttl)
            };
            match found.iter().position(same) {
                Some(index) => {
                    found.remove(index);
                }
                None => {
                    let set = &record.set;
                    let name = section.as_str();
                    return act.fault(format!("{name} lacks {set}: {}", line(message)));
                }
            }
        }
        if let Some((set, _)) = found.first() {
            let name = section.as_str();
            return act.fault(format!("{name} has too much, for instance {set}"));
        }
    }
    Ok(())
}

/// Each record of some sets with the set it comes from.
fn single_records(sets: &[Rrset]) -> Vec<(Rrset, Rdata)> {
    let each = |set: &Rrset| {
        let set = set.clone();
        let data = set.data.to_vec();
        data.into_iter().map(move |data| (set.clone(), data))
    };
    sets.iter().flat_map(each).collect()
}
