//! Flattening: a name answered with the addresses of another one, as *ALIAS* and *ANAME*
//! records of DNS providers do.
//!
//! A CNAME may not stand where other records are ([RFC 1034 §3.6.2](https://www.rfc-editor.org/rfc/rfc1034#section-3.6.2)),
//! as they are at every apex. So the server asks for the target itself, keeps the addresses no
//! longer than their TTL allows, and hands them on under its own name. Outside there is no
//! alias to be seen. No RFC has this; what is here is what providers have in common.
//!
//! Only a question that the zone has no data for is flattened: records of its own come first.

mod copies;

use std::net::{IpAddr, SocketAddr};

use ipnet::IpNet;

use self::copies::{Copies, Found, Reading, What};
use super::steering::tell_scope;
use super::{AuthoritativeServer, Datagram, MAX_ALIASES, Transport};
use crate::dns::{Class, Edns, EdnsOption, Message, Name, Question, Rcode, Rrset, Rtype, Subnet};
use crate::engine::node::client::ephemeral_port;
use crate::engine::node::{DNS_PORT, Outbox, UDP_PAYLOAD_SIZE};
use crate::engine::{EventKind, SimDuration, SimTime, Stream};

/// How long a query for a target waits for its response. Most resolvers give up on a server
/// sooner or not much later.
const PATIENCE: SimDuration = SimDuration::from_millis(1000);
/// How often a target is asked for before the askers get SERVFAIL.
const TRIES: u32 = 2;
/// The most queries for targets that are under way at a time.
const MAX_PENDING: usize = 64;
/// The most questions that wait for one response.
const MAX_WAITING: usize = 256;

/// A name that is answered with the addresses of another one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FlattenedName {
    /// The name that is asked for, for instance the apex of a zone.
    pub owner: Name,
    /// The name whose addresses it gets.
    pub target: Name,
    /// Whom the server asks for the target: a resolver, or a server of the target's zone.
    pub upstream: IpAddr,
    /// The server's own address, of the same family, that it asks from.
    pub source: IpAddr,
    /// Whether it passes on the asker's Client Subnet
    /// ([RFC 7871](https://www.rfc-editor.org/rfc/rfc7871)). If not, whoever answers for the
    /// target sees no more than the place of this server.
    pub passes_subnet: bool,
}

/// The flattened names of a server, and what it has learned of their targets.
#[derive(Clone, Debug)]
pub(super) struct Flattening {
    /// The names.
    names: Vec<FlattenedName>,
    /// What is known of the targets.
    copies: Copies,
    /// Queries that wait for a response.
    pending: Vec<Pending>,
    /// Message IDs and ports.
    random: Stream,
}

/// What is asked for: a target, a type, and for whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Wanted {
    /// The flattened name, as an index.
    index: usize,
    /// A or AAAA.
    rtype: Rtype,
    /// The network that is told, if one is.
    network: Option<IpNet>,
}

/// A query for a target, and who waits for it.
#[derive(Clone, Debug)]
struct Pending {
    /// What it asks for.
    wanted: Wanted,
    /// Its message ID.
    id: u16,
    /// The port it came from.
    port: u16,
    /// How it went.
    transport: Transport,
    /// Which try it is, from 1.
    attempt: u32,
    /// When it is given up.
    due: SimTime,
    /// The questions that wait for it.
    waiting: Vec<Datagram>,
}

/// What is known about the target when a question is answered.
#[derive(Clone, Copy, Debug)]
pub(super) enum Given<'a> {
    /// Nothing yet: the copies have to be looked through.
    LookUp,
    /// This has just come.
    Found(&'a Found),
    /// Nothing could be had.
    Failed,
}

/// What flattening does to a response.
#[derive(Debug)]
pub(super) enum Flattened {
    /// It stays as it is, or has become a failure.
    No,
    /// It has to wait for the target.
    Held,
    /// It speaks for the target now.
    Done(EventKind),
}

impl Flattening {
    /// Sends a query for a target, and notes until when a response is waited for.
    fn send(&mut self, now: SimTime, outbox: &mut Outbox, pending: Pending) {
        let Some(name) = self.names.get(pending.wanted.index) else {
            return;
        };
        let (id, port) = (self.random.next_u16(), ephemeral_port(&mut self.random));
        let question = Question::new(name.target.clone(), pending.wanted.rtype);
        let mut query = Message::query(id, question);
        query.flags.rd = true;
        let network = pending.wanted.network;
        let told = network.map(|network| EdnsOption::subnet(Subnet::of(network)));
        query.edns = Some(Edns {
            options: told.into_iter().collect(),
            ..Edns::with_payload_size(UDP_PAYLOAD_SIZE)
        });
        let source = SocketAddr::new(name.source, port);
        let destination = SocketAddr::new(name.upstream, DNS_PORT);
        outbox.transmit(Datagram {
            transport: pending.transport,
            ..Datagram::udp(source, destination, query)
        });
        self.pending.push(Pending {
            id,
            port,
            due: now + PATIENCE,
            ..pending
        });
    }

    /// Takes the query out that a response answers.
    fn take_pending(&mut self, datagram: &Datagram, response: &Message) -> Option<Pending> {
        let names = &self.names;
        let index = self.pending.iter().position(|pending| {
            let Some(name) = names.get(pending.wanted.index) else {
                return false;
            };
            let asked = Question::new(name.target.clone(), pending.wanted.rtype);
            pending.id == response.id
                && pending.transport == datagram.transport
                && datagram.source == SocketAddr::new(name.upstream, DNS_PORT)
                && datagram.destination == SocketAddr::new(name.source, pending.port)
                && response.question.as_ref() == Some(&asked)
        })?;
        Some(self.pending.remove(index))
    }

    /// Lets a question wait for what it needs. `false` if too many do already.
    fn hold(
        &mut self,
        now: SimTime,
        outbox: &mut Outbox,
        wanted: Wanted,
        query: &Datagram,
    ) -> bool {
        let is_wanted = |pending: &&mut Pending| pending.wanted == wanted;
        if let Some(pending) = self.pending.iter_mut().find(is_wanted) {
            // Asked again by somebody who is impatient, it is still one question.
            let is_known = pending.waiting.contains(query);
            let has_room = pending.waiting.len() < MAX_WAITING;
            if has_room && !is_known {
                pending.waiting.push(query.clone());
            }
            return has_room || is_known;
        }
        if self.pending.len() >= MAX_PENDING {
            return false;
        }
        let pending = Pending {
            wanted,
            id: 0,
            port: 0,
            transport: Transport::Udp,
            attempt: 1,
            due: now,
            waiting: vec![query.clone()],
        };
        self.send(now, outbox, pending);
        true
    }
}

/// Flattened names.
impl AuthoritativeServer {
    /// Makes the server answer for `names` with the addresses of their targets, in place of
    /// earlier ones. `random` gives its queries IDs and ports.
    pub fn set_flattened(&mut self, names: Vec<FlattenedName>, random: Stream) {
        let flattening = Flattening {
            names,
            copies: Copies::default(),
            pending: Vec::new(),
            random,
        };
        self.flattening = Some(Box::new(flattening)).filter(|f| !f.names.is_empty());
    }

    /// The flattened names, in the order they were given.
    pub fn flattened(&self) -> &[FlattenedName] {
        self.flattening.as_ref().map_or(&[], |f| &f.names)
    }

    /// Puts the addresses of the target into a response without data, or holds the question
    /// until they are known.
    pub(super) fn flatten(
        &mut self,
        now: SimTime,
        datagram: &Datagram,
        query: &Message,
        response: &mut Message,
        given: Given<'_>,
    ) -> Flattened {
        let Some(flattening) = &mut self.flattening else {
            return Flattened::No;
        };
        let Some(question) = flattenable(query, response) else {
            return Flattened::No;
        };
        let owner = last_name(&question.qname, &response.answer);
        let named = flattening.names.iter().enumerate();
        let Some((index, name)) = { named }.find(|(_, name)| name.owner == owner) else {
            return Flattened::No;
        };
        // Who tells no bits of an address wants to be nowhere.
        let network = query.subnet().map(|subnet| subnet.network);
        let wanted = Wanted {
            index,
            rtype: question.qtype,
            network: network.filter(|n| name.passes_subnet && n.prefix_len() > 0),
        };
        let target = name.target.clone();
        let known = match given {
            Given::LookUp => flattening.copies.get(now, &target, wanted),
            Given::Found(found) => Some(found.clone()),
            Given::Failed => None,
        };
        let Some(found) = known else {
            let may_wait = matches!(given, Given::LookUp);
            if may_wait && flattening.hold(now, &mut self.outbox, wanted, datagram) {
                return Flattened::Held;
            }
            *response = Message {
                edns: response.edns.take(),
                ..Message::response_to(query, Rcode::SERVFAIL)
            };
            return Flattened::No;
        };
        match found.what {
            What::Records(set) => {
                response.authority.clear();
                response.answer.push(set.with_owner(owner.clone()));
            }
            What::Nothing(left) => {
                // What the target lacks may be there sooner than this zone's SOA says.
                for set in &mut response.authority {
                    set.ttl = set.ttl.min(left);
                }
            }
        }
        tell_scope(response, found.scope);
        Flattened::Done(EventKind::AliasFlattened { owner, target })
    }

    /// Takes a response about a target, and answers those who wait for it.
    pub(super) fn take_target(&mut self, now: SimTime, datagram: &Datagram, response: &Message) {
        let Some(flattening) = &mut self.flattening else {
            return;
        };
        let Some(mut pending) = flattening.take_pending(datagram, response) else {
            let datagram = std::sync::Arc::new(datagram.clone());
            self.outbox.report(EventKind::ResponseIgnored { datagram });
            return;
        };
        if response.flags.tc && pending.transport == Transport::Udp {
            pending.transport = Transport::Tcp;
            flattening.send(now, &mut self.outbox, pending);
            return;
        }
        let wanted = pending.wanted;
        let target = flattening.names.get(wanted.index).map(|name| &name.target);
        let reading = target.and_then(|target| Reading::of(response, target, wanted.rtype));
        let found = match (reading, target) {
            (Some(reading), Some(target)) => Some(
                flattening
                    .copies
                    .store(now, target, wanted, response, reading),
            ),
            _ => None,
        };
        let given = found.as_ref().map_or(Given::Failed, Given::Found);
        self.answer_all(now, pending.waiting, given);
    }

    /// Answers questions that have waited.
    fn answer_all(&mut self, now: SimTime, waiting: Vec<Datagram>, given: Given<'_>) {
        for datagram in waiting {
            if let Ok(query) = datagram.message() {
                self.respond(now, &datagram, &query, given);
            }
        }
    }

    /// Asks once more for targets that nobody has told of in time, or gives them up.
    pub(crate) fn handle_timeout(&mut self, now: SimTime) {
        while let Some(flattening) = &mut self.flattening {
            let is_due = |pending: &Pending| pending.due <= now;
            let Some(index) = flattening.pending.iter().position(is_due) else {
                return;
            };
            let pending = flattening.pending.remove(index);
            if let Some(name) = flattening.names.get(pending.wanted.index) {
                self.outbox.report(EventKind::QueryTimedOut {
                    server: None,
                    address: name.upstream,
                    waited: PATIENCE,
                });
            }
            if pending.attempt < TRIES {
                let attempt = pending.attempt + 1;
                let again = Pending { attempt, ..pending };
                flattening.send(now, &mut self.outbox, again);
            } else {
                self.answer_all(now, pending.waiting, Given::Failed);
            }
        }
    }

    /// When a query for a target is next given up.
    pub(crate) fn next_timeout(&self) -> Option<SimTime> {
        let pending = self.flattening.as_ref()?.pending.iter();
        pending.map(|pending| pending.due).min()
    }
}

/// The question, if it asks for addresses and the zone has none: the response is NODATA.
fn flattenable<'q>(query: &'q Message, response: &Message) -> Option<&'q Question> {
    let is_empty = response.rcode == Rcode::NOERROR && response.authority_soa().is_some();
    let question = query.question.as_ref().filter(|_| is_empty)?;
    let asks_addresses = matches!(question.qtype, Rtype::A | Rtype::AAAA);
    Some(question).filter(|q| asks_addresses && q.qclass == Class::IN)
}

/// The name that the aliases of an answer lead to.
fn last_name(qname: &Name, answer: &[Rrset]) -> Name {
    let mut last = qname.clone();
    for _ in 0..=MAX_ALIASES {
        let is_next = |set: &&Rrset| set.rtype == Rtype::CNAME && set.owner == last;
        match answer.iter().find(is_next).and_then(Rrset::alias_target) {
            Some(target) => last = target,
            None => break,
        }
    }
    last
}

#[cfg(test)]
mod tests;
