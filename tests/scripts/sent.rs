//! The queries a script expects of the resolver.

use std::net::IpAddr;

use dns_lab::dns::{Name, Question, Rtype};
use dns_lab::engine::{SimDuration, SimTime, Transport};
use ipnet::IpNet;

use super::outline::Item;
use super::world::Sent;

/// One query that a script expects. What is `None` may be anything.
#[derive(Debug)]
struct Wanted {
    /// The server's name.
    server: String,
    /// What it is asked.
    question: Question,
    /// How.
    transport: Transport,
    /// Whether recursion is desired.
    rd: bool,
    /// The client's network it is told.
    subnet: Option<IpNet>,
    /// The UDP size offered; `Some(None)` for a query without OPT record.
    edns: Option<Option<u16>>,
    /// Whether DNSSEC records are asked for.
    dnssec: Option<bool>,
    /// Which of its addresses is asked.
    address: Option<IpAddr>,
    /// How long after the last client's query.
    after: Option<SimDuration>,
    /// Whether it goes to the address of the query before.
    again: Option<bool>,
}

/// How the expected queries relate to those sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Manner {
    /// They are all of them, in this order.
    Exactly,
    /// They are all of them.
    AnyOrder,
    /// They are among them, in this order.
    AmongOthers,
}

/// Checks `sent [nothing | in any order | among others]` against the queries sent since the
/// last client's query, which came at `asked_at`.
pub(crate) fn check_sent(act: &Item, sent: &[Sent], asked_at: SimTime) -> Result<(), String> {
    let mut words = act.words();
    words.next();
    let rest = words.rest();
    let manner = match rest.as_str() {
        "" | "nothing" => Manner::Exactly,
        "in any order" => Manner::AnyOrder,
        "among others" => Manner::AmongOthers,
        other => return act.fault(format!("`{other}` says nothing about queries")),
    };
    let wanted: Vec<Wanted> = act.children.iter().map(wanted).collect::<Result<_, _>>()?;
    if (rest == "nothing") != wanted.is_empty() {
        return act.fault("name the queries, or say `sent nothing`");
    }
    let fits = |index: usize, wanted: &Wanted| {
        let before = index.checked_sub(1).and_then(|before| sent.get(before));
        wanted.fits(&sent[index], before, asked_at)
    };
    let is_same_number = sent.len() == wanted.len();
    let is_good = match manner {
        Manner::Exactly => {
            let mut each = wanted.iter().enumerate();
            is_same_number && each.all(|(index, wanted)| fits(index, wanted))
        }
        Manner::AnyOrder => {
            let mut left: Vec<usize> = (0..sent.len()).collect();
            let mut take = |wanted: &Wanted| {
                let place = left.iter().position(|index| fits(*index, wanted));
                place.map(|place| left.remove(place)).is_some()
            };
            is_same_number && wanted.iter().all(&mut take)
        }
        Manner::AmongOthers => {
            let mut rest = 0..sent.len();
            let mut each = wanted.iter();
            each.all(|wanted| rest.any(|index| fits(index, wanted)))
        }
    };
    if is_good {
        return Ok(());
    }
    let found: Vec<String> = sent.iter().map(|sent| describe(sent, asked_at)).collect();
    let lines: Vec<&str> = act.children.iter().map(|line| line.text.as_str()).collect();
    act.fault(format!(
        "sent were:\n  {}\ninstead of:\n  {}",
        found.join("\n  "),
        lines.join("\n  ")
    ))
}

/// Checks `queries [at-most|at-least] N [to SERVER]`.
pub(crate) fn check_number(act: &Item, sent: &[Sent]) -> Result<(), String> {
    let mut words = act.words();
    words.next();
    let bound = words.peek().filter(|word| word.starts_with("at-"));
    if bound.is_some() {
        words.next();
    }
    let number: usize = words.value("number")?;
    let mut server = None;
    if words.peek() == Some("to") {
        words.next();
        server = Some(words.need("server")?);
    }
    words.end()?;
    let is_counted = |sent: &&Sent| server.is_none_or(|server| sent.server == server);
    let found = sent.iter().filter(is_counted).count();
    let is_good = match bound {
        None => found == number,
        Some("at-most") => found <= number,
        Some("at-least") => found >= number,
        Some(other) => return act.fault(format!("`{other}` is no bound")),
    };
    if is_good {
        return Ok(());
    }
    act.fault(format!("there were {found} queries"))
}

/// `SERVER NAME TYPE` and what else is said of the query.
fn wanted(line: &Item) -> Result<Wanted, String> {
    let mut words = line.words();
    let server = words.need("server")?.to_owned();
    let (qname, qtype): (Name, Rtype) = (words.value("name")?, words.value("type")?);
    let mut wanted = Wanted {
        server,
        question: Question::new(qname, qtype),
        transport: Transport::Udp,
        rd: false,
        subnet: None,
        edns: None,
        dnssec: None,
        address: None,
        after: None,
        again: None,
    };
    while let Some(word) = words.next() {
        match word {
            "over" => wanted.transport = super::rule::transport(&mut words)?,
            "rd" => wanted.rd = true,
            "subnet" => wanted.subnet = Some(words.value("network")?),
            "edns" => wanted.edns = Some(Some(words.value("size")?)),
            "no-edns" => wanted.edns = Some(None),
            "dnssec" => wanted.dnssec = Some(true),
            "no-dnssec" => wanted.dnssec = Some(false),
            "at" => wanted.address = Some(words.value("address")?),
            "after" => wanted.after = Some(words.span()?),
            "again" => wanted.again = Some(true),
            "elsewhere" => wanted.again = Some(false),
            other => return line.fault(format!("`{other}` says nothing about a query")),
        }
    }
    Ok(wanted)
}

impl Wanted {
    /// Whether a query is as expected; `before` is the one sent before it.
    fn fits(&self, sent: &Sent, before: Option<&Sent>, asked_at: SimTime) -> bool {
        let to = sent.datagram.destination.ip();
        let is_again = before.map(|before| before.datagram.destination.ip() == to);
        let message = &sent.message;
        let size = message.edns.as_ref().map(|edns| edns.udp_payload_size);
        let dnssec = message.edns.as_ref().is_some_and(|edns| edns.dnssec_ok);
        self.server == sent.server
            && message.question.as_ref() == Some(&self.question)
            && self.transport == sent.datagram.transport
            && self.rd == message.flags.rd
            && self.subnet == message.subnet().map(|subnet| subnet.network)
            && self.edns.is_none_or(|edns| edns == size)
            && self.dnssec.is_none_or(|wanted| wanted == dnssec)
            && self.address.is_none_or(|address| address == to)
            && (self.again.is_none() || self.again == is_again)
            && self
                .after
                .is_none_or(|span| span == sent.at.since(asked_at))
    }
}

/// A query of the resolver as scripts write it.
fn describe(sent: &Sent, asked_at: SimTime) -> String {
    let message = &sent.message;
    let question = message.question.as_ref().map(ToString::to_string);
    let mut text = format!("{} {}", sent.server, question.unwrap_or_default());
    if sent.datagram.transport == Transport::Tcp {
        text.push_str(" over tcp");
    }
    if message.flags.rd {
        text.push_str(" rd");
    }
    if let Some(subnet) = message.subnet() {
        text.push_str(&format!(" subnet {}", subnet.network));
    }
    let after = sent.at.since(asked_at);
    let address = sent.datagram.destination.ip();
    text.push_str(&format!("   [at {address} after {after}]"));
    text
}
