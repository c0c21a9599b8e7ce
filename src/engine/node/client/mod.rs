//! A machine with an application: browser cache, then OS stub (hosts file and cache), then
//! the recursive resolver, then a connection to the address it got.

mod caches;
mod connection;
mod lookup;
mod response;

use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, SocketAddr};

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use self::lookup::{Download, Lookup, Stage};
use self::response::Reading;
use super::{Action, Datagram, Outbox, Payload, Transport};
use crate::dns::{Edns, Message, Name, Question, Rcode, Rtype, Ttl};
use crate::engine::{
    Cache, CacheLayer, EventKind, FailureReason, Outcome, SimDuration, SimTime, Stream, TtlPolicy,
};

/// Time to look into the browser's own cache: a hash lookup in the same process.
const BROWSER_LOOKUP: SimDuration = SimDuration::from_micros(50);
/// Time to ask the operating system's stub resolver: a call to another process.
const STUB_LOOKUP: SimDuration = SimDuration::from_micros(250);
/// How long the stub waits for the resolver (glibc `timeout`, 5 s).
const STUB_TIMEOUT: SimDuration = SimDuration::from_secs(5);
/// How often the stub asks (glibc `attempts`, 2).
const STUB_ATTEMPTS: u32 = 2;
/// The TTL of an answer from the hosts file as the browser sees it.
const HOSTS_TTL: Ttl = Ttl::from_secs(0);

/// What a client machine is like.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ClientConfig {
    /// The machine's own address.
    pub address: IpAddr,
    /// The recursive resolver it asks.
    pub resolver: SocketAddr,
    /// The browser's cache; `None` for an application without one.
    pub browser: Option<TtlPolicy>,
    /// The operating system's cache; `None` for a stub without one, such as plain glibc.
    pub stub: Option<TtlPolicy>,
    /// The hosts file.
    pub hosts: IndexMap<Name, Vec<IpAddr>>,
    /// Whether the application connects to the address it gets.
    pub connects: bool,
    /// The UDP payload size the stub offers with EDNS(0), in octets. `None` sends no OPT
    /// record, as glibc does unless told to; then 512 octets are the limit
    /// ([RFC 1035 §4.2.1](https://www.rfc-editor.org/rfc/rfc1035#section-4.2.1)).
    pub udp_payload_size: Option<u16>,
}

/// A machine that asks.
#[derive(Clone, Debug)]
pub struct Client {
    /// What the machine is like.
    config: ClientConfig,
    /// The browser's cache.
    browser: Option<Cache>,
    /// The stub's cache.
    stub: Option<Cache>,
    /// The lookups under way by number.
    lookups: BTreeMap<u64, Lookup>,
    /// The number of the next lookup.
    next_lookup: u64,
    /// What is due when.
    timers: BTreeSet<(SimTime, u64)>,
    /// What waits to be sent or reported.
    outbox: Outbox,
    /// Message IDs and ports.
    random: Stream,
}

impl Client {
    /// A client; `random` gives it message IDs and ports.
    pub fn new(config: ClientConfig, random: Stream) -> Self {
        Self {
            browser: config.browser.map(Cache::new),
            stub: config.stub.map(Cache::new),
            config,
            lookups: BTreeMap::new(),
            next_lookup: 0,
            timers: BTreeSet::new(),
            outbox: Outbox::default(),
            random,
        }
    }

    /// What the machine is like.
    pub fn config(&self) -> &ClientConfig {
        &self.config
    }

    /// Joins another network: what it sends from now on has another source and goes to another
    /// resolver.
    pub(crate) fn join_network(&mut self, address: IpAddr, resolver: SocketAddr) {
        self.config.address = address;
        self.config.resolver = resolver;
    }

    /// The browser's cache.
    pub fn browser_cache(&self) -> Option<&Cache> {
        self.browser.as_ref()
    }

    /// The stub's cache.
    pub fn stub_cache(&self) -> Option<&Cache> {
        self.stub.as_ref()
    }

    /// The browser's cache, to change it.
    pub(crate) fn browser_cache_mut(&mut self) -> Option<&mut Cache> {
        self.browser.as_mut()
    }

    /// The stub's cache, to change it.
    pub(crate) fn stub_cache_mut(&mut self) -> Option<&mut Cache> {
        self.stub.as_mut()
    }

    /// The questions under way.
    pub fn pending(&self) -> impl Iterator<Item = &Question> {
        let waiting = self.lookups.values().filter(|lookup| {
            !matches!(lookup.stage, Stage::Connect { .. } | Stage::Transfer { .. })
        });
        waiting.map(|lookup| &lookup.question)
    }

    /// An application asks for a name.
    pub fn ask(&mut self, now: SimTime, question: Question) {
        self.start(now, question, None);
    }

    /// An application looks up the address of a name, connects, and asks for parts of a long
    /// answer for a while, one each second.
    pub fn download(&mut self, now: SimTime, qname: Name, length: SimDuration) {
        let question = Question::new(qname, Rtype::A);
        self.start(now, question, Some(Download::new(length)));
    }

    /// An application asks for a name, and may have plans with the address.
    fn start(&mut self, now: SimTime, question: Question, download: Option<Download>) {
        self.outbox.report(EventKind::LookupStarted {
            question: question.clone(),
        });
        let (stage, delay) = match self.browser {
            Some(_) => (Stage::ConsultBrowser, BROWSER_LOOKUP),
            None => (Stage::ConsultStub, STUB_LOOKUP),
        };
        self.begin(now, question, stage, delay, false, download);
    }

    /// Begins a lookup at one of its stages.
    fn begin(
        &mut self,
        now: SimTime,
        question: Question,
        stage: Stage,
        delay: SimDuration,
        refresh: bool,
        download: Option<Download>,
    ) {
        let number = self.next_lookup;
        self.next_lookup += 1;
        let due = now + delay;
        let lookup = Lookup {
            question,
            started: now,
            stage,
            due,
            refresh,
            download,
        };
        self.lookups.insert(number, lookup);
        self.timers.insert((due, number));
    }

    /// Takes what arrived: the resolver's answer or the second segment of a handshake.
    pub(crate) fn handle_datagram(&mut self, now: SimTime, datagram: &Datagram) {
        match datagram.payload {
            Payload::SynAck => return self.finish_connection(now, datagram),
            Payload::Part => return self.take_part(datagram),
            Payload::Reset => return self.connection_was_reset(now, datagram),
            _ => {}
        }
        let Ok(message) = datagram.message() else {
            return;
        };
        let matching = self.lookups.iter().find(|(_, lookup)| {
            let Stage::AwaitResolver {
                id,
                port,
                transport,
                ..
            } = lookup.stage
            else {
                return false;
            };
            message.flags.qr
                && message.id == id
                && datagram.transport == transport
                && datagram.destination == SocketAddr::new(self.config.address, port)
                && datagram.source == self.config.resolver
                && message.question.as_ref() == Some(&lookup.question)
        });
        let Some((&number, _)) = matching else {
            self.outbox.report(EventKind::ResponseIgnored {
                datagram: datagram.clone().into(),
            });
            return;
        };
        let Some(lookup) = self.remove(number) else {
            return;
        };
        if let (true, Transport::Udp, Stage::AwaitResolver { attempt, .. }) =
            (message.flags.tc, datagram.transport, &lookup.stage)
        {
            // What came is not all of it, so none of it is used (RFC 2181 §9).
            let attempt = *attempt;
            self.send_query(now, number, lookup, attempt, Transport::Tcp);
            return;
        }
        let reading = Reading::of(&message, &lookup.question);
        let soa = message.authority_soa();
        for layer in [CacheLayer::Stub, CacheLayer::Browser] {
            self.remember(now, layer, lookup.question.qtype, &reading, soa);
        }
        self.finish(now, lookup, reading.outcome, None);
    }

    /// Does what has become due.
    pub(crate) fn handle_timeout(&mut self, now: SimTime) {
        while let Some(&(due, number)) = self.timers.first() {
            if due > now {
                break;
            }
            let Some(lookup) = self.remove(number) else {
                continue;
            };
            match lookup.stage {
                Stage::ConsultBrowser => self.consult_browser(now, number, lookup),
                Stage::ConsultStub => self.consult_stub(now, number, lookup),
                Stage::AwaitResolver { .. } => self.resolver_was_silent(now, number, lookup),
                Stage::Connect { .. } => self.host_was_silent(now, number, lookup),
                Stage::Transfer { .. } => self.ask_for_part(now, number, lookup),
            }
        }
    }

    /// When the client next wants to be woken.
    pub(crate) fn next_timeout(&self) -> Option<SimTime> {
        self.timers.first().map(|&(due, _)| due)
    }

    /// The next action.
    pub(crate) fn poll_action(&mut self) -> Option<Action> {
        self.outbox.pop()
    }

    /// Takes a lookup out, with its timer.
    fn remove(&mut self, number: u64) -> Option<Lookup> {
        let lookup = self.lookups.remove(&number)?;
        self.timers.remove(&(lookup.due, number));
        Some(lookup)
    }

    /// Puts a lookup back into another stage.
    fn enter(&mut self, number: u64, lookup: Lookup, stage: Stage, due: SimTime) {
        self.timers.insert((due, number));
        self.lookups.insert(
            number,
            Lookup {
                stage,
                due,
                ..lookup
            },
        );
    }

    /// Sends the query to the resolver.
    fn send_query(
        &mut self,
        now: SimTime,
        number: u64,
        lookup: Lookup,
        attempt: u32,
        transport: Transport,
    ) {
        let id = self.random.next_u16();
        let port = ephemeral_port(&mut self.random);
        let mut message = Message::query(id, lookup.question.clone());
        message.flags.rd = true;
        message.edns = self.config.udp_payload_size.map(Edns::with_payload_size);
        let source = SocketAddr::new(self.config.address, port);
        self.outbox.transmit(Datagram {
            transport,
            ..Datagram::udp(source, self.config.resolver, message)
        });
        let stage = Stage::AwaitResolver {
            id,
            port,
            transport,
            attempt,
            sent_at: now,
        };
        self.enter(number, lookup, stage, now + STUB_TIMEOUT);
    }

    /// Asks again or gives up.
    fn resolver_was_silent(&mut self, now: SimTime, number: u64, lookup: Lookup) {
        let Stage::AwaitResolver {
            attempt, sent_at, ..
        } = lookup.stage
        else {
            return;
        };
        let address = self.config.resolver.ip();
        let waited = now.since(sent_at);
        self.outbox.report(EventKind::QueryTimedOut {
            server: None,
            address,
            waited,
        });
        if attempt < STUB_ATTEMPTS {
            self.send_query(now, number, lookup, attempt + 1, Transport::Udp);
        } else {
            let failure = Outcome::Failure(Rcode::SERVFAIL, FailureReason::ResolverSilent);
            self.finish(now, lookup, failure, None);
        }
    }

    /// Hands the outcome to the application, which may connect.
    fn finish(
        &mut self,
        now: SimTime,
        lookup: Lookup,
        outcome: Outcome,
        answered_by: Option<CacheLayer>,
    ) {
        if lookup.refresh {
            return;
        }
        let elapsed = now.since(lookup.started);
        let question = lookup.question.clone();
        let address = outcome.address();
        let finished = EventKind::LookupFinished {
            question,
            outcome,
            answered_by,
            elapsed,
        };
        self.outbox.report(finished);
        let asks_address = matches!(lookup.question.qtype, Rtype::A | Rtype::AAAA);
        // A loopback address leads back into the machine, which is not part of the world.
        let address = address.filter(|address| asks_address && !address.is_loopback());
        let connects = self.config.connects || lookup.download.is_some();
        if let (true, Some(address)) = (connects, address) {
            let number = self.next_lookup;
            self.next_lookup += 1;
            self.send_syn(now, number, lookup, address, now, 1);
        }
    }
}

/// A source port above the well-known ones ([RFC 6056 §3.2](https://www.rfc-editor.org/rfc/rfc6056#section-3.2)).
pub(super) fn ephemeral_port(random: &mut Stream) -> u16 {
    let first = 1024;
    first + u16::try_from(random.below(usize::from(u16::MAX - first))).unwrap_or(0)
}
