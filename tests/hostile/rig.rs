//! A resolver between clients and an upstream that does what a test wants. No world, no
//! network: datagrams go in and out by hand, so that every one of them can be counted.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;

use dns_lab::dns::{Message, Name, Question, Rtype};
use dns_lab::engine::{
    Action, Datagram, Delegation, EventKind, RecursiveResolver, ResolverConfig, SimDuration,
    SimTime, Transport,
};

/// The resolver's own IPv4 address.
pub(crate) const RESOLVER: &str = "198.51.100.53";
/// Its IPv6 address.
pub(crate) const RESOLVER_V6: &str = "2001:db8:ffff::53";
/// The only root server.
pub(crate) const ROOT: &str = "192.0.2.1";
/// Who asks.
pub(crate) const CLIENT: &str = "198.51.100.200:5353";
/// Steps after which a run counts as endless. No test comes near it unless something loops.
const MAX_STEPS: usize = 200_000;

/// Reads a name.
pub(crate) fn name(text: &str) -> Name {
    text.parse().expect("a valid name")
}

/// Reads an address with a port.
pub(crate) fn socket(text: &str) -> SocketAddr {
    text.parse().expect("an address with a port")
}

/// Unbound's defaults with one root server.
pub(crate) fn plain_config() -> ResolverConfig {
    let hints = Delegation {
        zone: Name::root(),
        servers: vec![(
            name("a.root.example"),
            vec![ROOT.parse().expect("an address")],
        )],
    };
    let addresses = [RESOLVER, RESOLVER_V6].map(|own| own.parse().expect("an address"));
    ResolverConfig::new(addresses.to_vec(), hints)
}

/// What answers the resolver's queries.
pub(crate) trait Upstream {
    /// What comes back for one query: datagrams and how long each takes.
    fn receive(&mut self, query: &Datagram, message: &Message) -> Vec<(SimDuration, Datagram)>;
}

impl<F: FnMut(&Datagram, &Message) -> Vec<(SimDuration, Datagram)>> Upstream for F {
    fn receive(&mut self, query: &Datagram, message: &Message) -> Vec<(SimDuration, Datagram)> {
        self(query, message)
    }
}

/// The resolver and all it has done.
pub(crate) struct Rig {
    /// Who is tested.
    pub(crate) resolver: RecursiveResolver,
    /// The present moment.
    pub(crate) now: SimTime,
    /// Every query it sent to a server.
    pub(crate) queries: Vec<Datagram>,
    /// Every response it sent to a client.
    pub(crate) answers: Vec<Datagram>,
    /// Everything it reported.
    pub(crate) events: Vec<EventKind>,
    /// Every response an upstream gave, in case a test wants to send it again.
    pub(crate) responses: Vec<Datagram>,
    /// What is on its way to the resolver.
    underway: BTreeMap<(SimTime, usize), Datagram>,
    /// Breaks ties in `underway`.
    sequence: usize,
    /// How many queries have been given to the upstream.
    handed_over: usize,
}

impl Rig {
    /// A resolver that has seen nothing.
    pub(crate) fn new(config: ResolverConfig, seed: u64) -> Self {
        Self {
            resolver: RecursiveResolver::new(config, seed, "rig"),
            now: SimTime::ZERO,
            queries: Vec::new(),
            answers: Vec::new(),
            events: Vec::new(),
            responses: Vec::new(),
            underway: BTreeMap::new(),
            sequence: 0,
            handed_over: 0,
        }
    }

    /// A client's query; returns the datagram.
    pub(crate) fn ask(&mut self, id: u16, qname: &str, qtype: Rtype) -> Datagram {
        let mut query = Message::query(id, Question::new(name(qname), qtype));
        query.flags.rd = true;
        let own = SocketAddr::new(RESOLVER.parse().expect("an address"), 53);
        let datagram = Datagram::udp(socket(CLIENT), own, query);
        self.deliver(&datagram);
        datagram
    }

    /// Gives the resolver a datagram now.
    pub(crate) fn deliver(&mut self, datagram: &Datagram) {
        self.resolver.handle_datagram(self.now, datagram);
        self.drain();
    }

    /// Lets a datagram arrive after some time.
    pub(crate) fn send(&mut self, delay: SimDuration, datagram: Datagram) {
        let key = (self.now + delay, self.sequence);
        self.sequence += 1;
        self.underway.insert(key, datagram);
    }

    /// Takes what the resolver wants done.
    pub(crate) fn drain(&mut self) {
        while let Some(action) = self.resolver.poll_action() {
            match action {
                Action::Report(kind) => self.events.push(kind),
                Action::Transmit(datagram) => {
                    let message = datagram.message().expect("the resolver sends messages");
                    if message.flags.qr {
                        self.answers.push(datagram);
                    } else {
                        self.queries.push(datagram);
                    }
                }
            }
        }
    }

    /// Does the next thing that is due by `until`. `false` if there is none.
    pub(crate) fn step(&mut self, upstream: &mut impl Upstream, until: SimTime) -> bool {
        while let Some(query) = self.queries.get(self.handed_over).cloned() {
            self.handed_over += 1;
            let message = query.message().expect("the resolver sends messages");
            for (delay, response) in upstream.receive(&query, &message) {
                self.responses.push(response.clone());
                self.send(delay, response);
            }
        }
        let arrival = self.underway.first_key_value().map(|(key, _)| key.0);
        let timeout = self.resolver.next_timeout();
        let Some(due) = [arrival, timeout].into_iter().flatten().min() else {
            return false;
        };
        if due > until {
            return false;
        }
        self.now = self.now.max(due);
        if arrival == Some(due) {
            let (_, datagram) = self.underway.pop_first().expect("one is due");
            self.resolver.handle_datagram(self.now, &datagram);
        } else {
            self.resolver.handle_timeout(self.now);
        }
        self.drain();
        true
    }

    /// Goes on until nothing is left to happen.
    ///
    /// # Panics
    /// If that takes more steps than any sound run does.
    pub(crate) fn run(&mut self, upstream: &mut impl Upstream) {
        for _ in 0..MAX_STEPS {
            if !self.step(upstream, SimTime::FAR_FUTURE) {
                return;
            }
        }
        panic!("no end after {MAX_STEPS} steps");
    }

    /// Clears the record of what was sent and reported; the resolver keeps what it knows.
    pub(crate) fn forget(&mut self) {
        self.queries.clear();
        self.answers.clear();
        self.events.clear();
        self.responses.clear();
        self.handed_over = 0;
    }

    /// Lets time pass with nothing on its way.
    pub(crate) fn wait(&mut self, secs: u64) {
        self.now += SimDuration::from_secs(secs);
    }

    /// The responses to a client's query, by its ID.
    pub(crate) fn answers_to(&self, id: u16) -> Vec<Arc<Message>> {
        let messages = self.answers.iter().map(|answer| answer.message());
        let messages = messages.map(|message| message.expect("the resolver sends messages"));
        messages.filter(|message| message.id == id).collect()
    }

    /// Why the resolver is not at rest, if it is not: it works on something, waits for
    /// something, or would still take a response that it has had or given up on.
    pub(crate) fn unrest(&mut self) -> Option<String> {
        let pending: Vec<String> = self.resolver.pending().map(ToString::to_string).collect();
        if !pending.is_empty() {
            return Some(format!("still works on {}", pending.join(", ")));
        }
        if let Some(due) = self.resolver.next_timeout() {
            return Some(format!("still waits until {due:?}"));
        }
        let replays: Vec<Datagram> = self.queries.iter().map(served_nothing).collect();
        for replay in replays.into_iter().chain(self.responses.clone()) {
            let before = self.queries.len() + self.answers.len();
            self.events.clear();
            self.deliver(&replay);
            let is_ignored = matches!(self.events[..], [EventKind::ResponseIgnored { .. }]);
            if !is_ignored || self.queries.len() + self.answers.len() != before {
                return Some(format!("takes a late response: {replay:?}"));
            }
        }
        None
    }
}

/// A server's reply over the transport the query came by.
pub(crate) fn reply(query: &Datagram, message: Message) -> Datagram {
    Datagram {
        transport: query.transport,
        ..query.reply(message)
    }
}

/// A response to a query of the resolver that fits it in every way.
fn served_nothing(query: &Datagram) -> Datagram {
    let message = query.message().expect("the resolver sends messages");
    let mut response = Message::response_to(&message, dns_lab::dns::Rcode::SERVFAIL);
    response.flags.aa = true;
    reply(query, response)
}

/// The other transport.
pub(crate) fn other(transport: Transport) -> Transport {
    match transport {
        Transport::Udp => Transport::Tcp,
        Transport::Tcp => Transport::Udp,
    }
}
