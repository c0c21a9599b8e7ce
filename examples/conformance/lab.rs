//! The resolver between scripted clients and scripted servers, on the script's own clock.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use bytes::Bytes;
use dns_lab::dns::Message;
use dns_lab::engine::{
    Action, Datagram, EventKind, Payload, QueryFate, RecursiveResolver, ResolverConfig,
    SimDuration, SimTime, Transport,
};

use crate::config::{RESOLVER_V4, RESOLVER_V6};
use crate::entry::Entry;
use crate::packet::{Asked, Opt, Packet};

/// Where scripts without an address put the client.
pub(crate) const DEFAULT_CLIENT: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);
/// The port of servers and of the resolver.
const DNS_PORT: u16 = 53;
/// Actions taken from the resolver after one input, at most: a safeguard against loops.
const MAX_ACTIONS: usize = 100_000;
/// Timers fired for one move of the clock, at most.
const MAX_TIMERS: usize = 10_000;

/// A query of the resolver that has no answer yet.
#[derive(Clone, Debug)]
pub(crate) struct Pending {
    /// Counts the queries sent.
    pub(crate) serial: usize,
    /// As it was sent.
    pub(crate) datagram: Datagram,
    /// What it asks.
    pub(crate) packet: Packet,
}

impl Pending {
    /// The server asked.
    pub(crate) fn server(&self) -> IpAddr {
        self.datagram.destination.ip()
    }
}

/// An answer a client got.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    /// The client.
    pub(crate) client: IpAddr,
    /// How it came.
    pub(crate) transport: Transport,
    /// What it says.
    pub(crate) packet: Packet,
}

/// The resolver and all that is under way.
pub(crate) struct Lab {
    /// The resolver under test.
    resolver: RecursiveResolver,
    /// The script's clock.
    now: SimTime,
    /// Queries without an answer, oldest first.
    pub(crate) pending: Vec<Pending>,
    /// Answers not yet checked, oldest first.
    pub(crate) answers: Vec<Answer>,
    /// Client queries without an answer.
    pub(crate) unanswered: usize,
    /// Every query sent, for checks that come later.
    pub(crate) sent: Vec<Pending>,
    /// The serial number of the next query.
    next_serial: usize,
    /// The port of the next client.
    next_port: u16,
    /// What happened, if somebody wants to know.
    pub(crate) log: Option<Vec<String>>,
}

impl Lab {
    /// A resolver that knows nothing; the clock does not start at zero so that there is a past.
    pub(crate) fn new(config: ResolverConfig, traces: bool) -> Self {
        Self {
            resolver: RecursiveResolver::new(config, 1, "resolver"),
            now: SimTime::ZERO + SimDuration::from_secs(86_400),
            pending: Vec::new(),
            answers: Vec::new(),
            unanswered: 0,
            sent: Vec::new(),
            next_serial: 0,
            next_port: 10_000,
            log: traces.then(Vec::new),
        }
    }

    /// Adds a line to the log.
    pub(crate) fn note(&mut self, text: impl FnOnce() -> String) {
        if let Some(log) = &mut self.log {
            log.push(text());
        }
    }

    /// A client sends an entry.
    pub(crate) fn ask(&mut self, entry: &Entry, client: IpAddr) {
        let local = if client.is_ipv4() {
            RESOLVER_V4
        } else {
            RESOLVER_V6
        };
        let octets = entry
            .octets
            .as_ref()
            .map_or_else(|| entry.packet.octets(), |raw| Bytes::from(raw.clone()));
        let source = SocketAddr::new(client, self.next_port);
        self.next_port = self.next_port.checked_add(1).unwrap_or(10_000);
        let datagram = Datagram {
            source,
            destination: SocketAddr::new(local, DNS_PORT),
            transport: if entry.matching.tcp {
                Transport::Tcp
            } else {
                Transport::Udp
            },
            payload: Payload::Octets(octets),
        };
        self.note(|| match datagram.message() {
            Ok(message) => format!("client {client} asks {}", Packet::from_message(&message)),
            Err(error) => format!("client {client} sends octets: {error}"),
        });
        self.unanswered += 1;
        self.resolver.handle_datagram(self.now, &datagram);
        self.drain();
    }

    /// A server answers a pending query with an entry.
    pub(crate) fn reply(&mut self, index: usize, entry: &Entry, overrides: &Overrides) {
        if index >= self.pending.len() {
            return;
        }
        let pending = self.pending.remove(index);
        let packet = adjusted(entry, &pending.packet, overrides);
        let octets = match &entry.octets {
            Some(raw) => with_id(raw, pending.packet.id),
            None => packet.octets(),
        };
        self.note(|| {
            let shown = Message::decode(octets.clone());
            let shown = shown.map_or(packet, |message| Packet::from_message(&message));
            let line = entry.line;
            format!("{} answers by line {line}: {shown}", pending.server())
        });
        let datagram = Datagram {
            source: pending.datagram.destination,
            destination: pending.datagram.source,
            transport: pending.datagram.transport,
            payload: Payload::Octets(octets),
        };
        self.resolver.handle_datagram(self.now, &datagram);
        if self.drain() {
            // The resolver goes on waiting for a fitting answer; there will be none.
            self.abandon(&pending, QueryFate::TimedOut);
        }
    }

    /// A pending query gets no answer.
    pub(crate) fn give_up(&mut self, index: usize, fate: QueryFate) {
        if index >= self.pending.len() {
            return;
        }
        let pending = self.pending.remove(index);
        let question = pending.packet.question().map(ToString::to_string);
        let question = question.unwrap_or_default();
        self.note(|| format!("{} does not answer {question}: {fate:?}", pending.server()));
        self.abandon(&pending, fate);
    }

    /// Ends the resolver's wait for a query.
    fn abandon(&mut self, pending: &Pending, fate: QueryFate) {
        self.resolver.give_up_on(self.now, &pending.datagram, fate);
        self.drain();
    }

    /// Moves the clock and fires what has become due.
    pub(crate) fn pass_time(&mut self, span: SimDuration) {
        self.now += span;
        self.note(|| format!("{span} pass"));
        for _ in 0..MAX_TIMERS {
            match self.resolver.next_timeout() {
                Some(due) if due <= self.now => self.resolver.handle_timeout(self.now),
                _ => break,
            }
            self.drain();
        }
    }

    /// Takes what the resolver wants done; whether it ignored a response.
    fn drain(&mut self) -> bool {
        let mut has_ignored = false;
        for _ in 0..MAX_ACTIONS {
            let Some(action) = self.resolver.poll_action() else {
                break;
            };
            match action {
                Action::Report(kind) => {
                    has_ignored |= matches!(kind, EventKind::ResponseIgnored { .. });
                    self.note(|| format!("  {}", event_text(&kind)));
                }
                Action::Transmit(datagram) => self.take(datagram),
            }
        }
        has_ignored
    }

    /// Takes a datagram of the resolver.
    fn take(&mut self, datagram: Datagram) {
        if datagram.payload == Payload::Syn {
            let accepted = Datagram {
                source: datagram.destination,
                destination: datagram.source,
                transport: datagram.transport,
                payload: Payload::SynAck,
            };
            self.resolver.handle_datagram(self.now, &accepted);
            return;
        }
        let Ok(message) = datagram.message() else {
            return;
        };
        let packet = Packet::from_message(&message);
        if packet.flags.qr {
            let client = datagram.destination.ip();
            self.note(|| format!("client {client} gets {packet}"));
            self.unanswered = self.unanswered.saturating_sub(1);
            self.answers.push(Answer {
                client,
                transport: datagram.transport,
                packet,
            });
            return;
        }
        let server = datagram.destination.ip();
        let transport = datagram.transport;
        self.note(|| format!("resolver asks {server} over {transport:?}: {packet}"));
        let pending = Pending {
            serial: self.next_serial,
            datagram,
            packet,
        };
        self.next_serial += 1;
        self.sent.push(pending.clone());
        self.pending.push(pending);
    }
}

/// What a dialect changes in every reply.
#[derive(Clone, Debug, Default)]
pub(crate) struct Overrides {
    /// The reply has an OPT record exactly if the query has, with the query's flags.
    pub(crate) mirrors_edns: bool,
    /// The ID is copied with the letter case of the name.
    pub(crate) copies_case: bool,
}

/// An entry's message as the reply to a query.
fn adjusted(entry: &Entry, query: &Packet, overrides: &Overrides) -> Packet {
    let mut packet = entry.packet.clone();
    packet.id = query.id;
    if entry.adjust.copy_query {
        packet.questions.clone_from(&query.questions);
    }
    if overrides.copies_case
        && entry.adjust.copy_id
        && let (Some(ours), Some(asked)) = (packet.questions.first_mut(), query.question())
        && ours.qname == asked.qname
    {
        ours.qname = asked.qname.clone();
    }
    if overrides.mirrors_edns {
        packet.opt = query.opt.as_ref().map(|opt| Opt {
            payload_size: 4096,
            dnssec_ok: opt.dnssec_ok,
            ..Opt::default()
        });
    }
    if let Some(opt) = &mut packet.opt
        && (entry.adjust.copy_subnet_scope || entry.adjust.increment_subnet_scope)
    {
        // Code, length and family take six octets; then come source and scope.
        let source = query
            .opt
            .as_ref()
            .and_then(|opt| opt.options.get(6))
            .copied();
        let increment = u8::from(entry.adjust.increment_subnet_scope);
        if let (Some(source), Some(scope)) = (source, opt.options.get_mut(7)) {
            *scope = source.saturating_add(increment);
        }
    }
    packet
}

/// Octets with another message ID.
fn with_id(raw: &[u8], id: u16) -> Bytes {
    let mut octets = raw.to_vec();
    for (place, octet) in octets.iter_mut().zip(id.to_be_bytes()) {
        *place = octet;
    }
    octets.into()
}

/// An event in one line.
fn event_text(kind: &EventKind) -> String {
    match kind {
        EventKind::ResponseIgnored { datagram } => {
            format!("ResponseIgnored from {}", datagram.source)
        }
        other => format!("{other:?}").replace('\n', " / "),
    }
}

/// Whether a packet asks this.
pub(crate) fn asks(packet: &Packet, asked: &Asked) -> bool {
    packet.question() == Some(asked)
}

/// A message that only says the server failed.
pub(crate) fn server_failure(query: &Packet) -> Entry {
    let mut packet = Packet {
        rcode: 2,
        questions: query.questions.clone(),
        ..Packet::default()
    };
    packet.flags.qr = true;
    packet.flags.rd = query.flags.rd;
    Entry {
        packet,
        ..Entry::default()
    }
}
