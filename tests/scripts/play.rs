//! The acts of a script and what they check.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use dns_lab::dns::{Edns, EdnsOption, ExtendedError, Flags, Message, Question, Rcode, Subnet};
use dns_lab::engine::{Datagram, Payload, SimDuration, SimTime, Transport};

use super::options::{RESOLVER, resolver_config};
use super::outline::{Item, Words, parse_outline};
use super::records::check_sections;
use super::rule::transport;
use super::sent::{check_number, check_sent};
use super::server::parse_server;
use super::world::{World, line};

/// How long a client waits for an answer, at most.
const PATIENCE: SimDuration = SimDuration::from_secs(300);

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
            "sent" => {
                let sent = std::mem::take(&mut self.world.sent);
                check_sent(act, &sent, self.last_asked_at())
            }
            "queries" => check_number(act, &self.world.sent),
            "wait" => {
                let until = self.world.now + words.span()?;
                words.end()?;
                self.world.run(until, None)
            }
            other => act.fault(format!("`{other}` is no act")),
        }
    }

    /// When a client last asked.
    fn last_asked_at(&self) -> SimTime {
        let last = self.world.asks.last();
        last.map_or(SimTime::ZERO, |ask| ask.asked_at)
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
                    let subnet = Subnet::of(words.value("network")?);
                    edns_of(&mut query).options.push(EdnsOption::subnet(subnet));
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

    /// `expect nothing`, or `expect CODE [aa] [ad] [tc] [error N|no-error] [edns SIZE|no-edns]
    /// [subnet NET SCOPE|no-subnet] [after SPAN]` with the records below.
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
                    if message.extended_errors().all(|error| error.0 != code) {
                        let found: Vec<ExtendedError> = message.extended_errors().collect();
                        return act.fault(format!("the extended errors are {found:?}"));
                    }
                }
                "no-error" => {
                    if let Some(error) = message.extended_errors().next() {
                        return act.fault(format!("there is an extended error: {error:?}"));
                    }
                }
                "edns" => {
                    let size: u16 = words.value("size")?;
                    let found = message.edns.as_ref().map(|edns| edns.udp_payload_size);
                    if found != Some(size) {
                        return act.fault(format!("the size offered is {found:?}"));
                    }
                }
                "no-edns" => {
                    if message.edns.is_some() {
                        return act.fault("the answer has an OPT record");
                    }
                }
                "subnet" => {
                    let mut wanted = Subnet::of(words.value("network")?);
                    wanted.scope = words.value("scope")?;
                    if message.subnet() != Some(wanted) {
                        let found = message.subnet();
                        return act.fault(format!("the client subnet is {found:?}"));
                    }
                }
                "no-subnet" => {
                    if let Some(subnet) = message.subnet() {
                        return act.fault(format!("the client subnet is {subnet:?}"));
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
}

/// The query's OPT record, made on first use.
fn edns_of(query: &mut Message) -> &mut Edns {
    query
        .edns
        .get_or_insert_with(|| Edns::with_payload_size(1232))
}
