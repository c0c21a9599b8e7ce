//! A resolver among a script's servers, on one clock.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use dns_lab::dns::Message;
use dns_lab::engine::{
    Action, Datagram, Payload, QueryFate, RecursiveResolver, ResolverConfig, SimDuration, SimTime,
};

use super::server::{Reaction, Server};

/// Events between two acts, at most; more is a loop.
const MAX_EVENTS: usize = 100_000;

/// A client's query and what came of it.
#[derive(Clone, Debug)]
pub(crate) struct Ask {
    /// Where the client is; the port tells one query from another.
    pub(crate) client: SocketAddr,
    /// When it asked.
    pub(crate) asked_at: SimTime,
    /// What it got, and when.
    pub(crate) answer: Option<(SimTime, Arc<Message>)>,
}

/// A query of the resolver.
#[derive(Clone, Debug)]
pub(crate) struct Sent {
    /// The server's name, or its address if the script has no such server.
    pub(crate) server: String,
    /// As it was sent.
    pub(crate) datagram: Datagram,
    /// What it asks.
    pub(crate) message: Arc<Message>,
    /// When.
    pub(crate) at: SimTime,
}

/// Something under way to the resolver.
struct Coming {
    /// When it arrives.
    at: SimTime,
    /// What arrives.
    event: Arrival,
}

/// What can arrive.
enum Arrival {
    /// A datagram.
    Datagram(Datagram),
    /// The news that nobody listens where this query went.
    Unreachable(Datagram),
}

/// The world of a script.
pub(crate) struct World {
    /// The resolver under test.
    resolver: RecursiveResolver,
    /// The time.
    pub(crate) now: SimTime,
    /// The servers; the last one with a name or address counts.
    pub(crate) servers: Vec<Server>,
    /// What is under way to the resolver.
    coming: Vec<Coming>,
    /// What clients asked.
    pub(crate) asks: Vec<Ask>,
    /// What the resolver asked.
    pub(crate) sent: Vec<Sent>,
    /// All that happened, for the reader of a failure.
    pub(crate) log: Vec<String>,
}

impl World {
    /// A resolver that knows nothing, and no servers.
    pub(crate) fn new(config: ResolverConfig) -> Self {
        Self {
            resolver: RecursiveResolver::new(config, 1, "resolver"),
            now: SimTime::ZERO + SimDuration::from_secs(86_400),
            servers: Vec::new(),
            coming: Vec::new(),
            asks: Vec::new(),
            sent: Vec::new(),
            log: Vec::new(),
        }
    }

    /// A client's datagram reaches the resolver; what needs no time happens at once.
    pub(crate) fn ask(&mut self, datagram: Datagram) -> Result<(), String> {
        self.asks.push(Ask {
            client: datagram.source,
            asked_at: self.now,
            answer: None,
        });
        self.resolver.handle_datagram(self.now, &datagram);
        self.drain();
        self.run(self.now, None)
    }

    /// Lets things happen up to a moment, or until a client has its answer.
    pub(crate) fn run(&mut self, until: SimTime, awaited: Option<usize>) -> Result<(), String> {
        for _ in 0..MAX_EVENTS {
            let has_answer = awaited.and_then(|index| self.asks.get(index)?.answer.as_ref());
            if has_answer.is_some() {
                return Ok(());
            }
            let next = self.coming.iter().enumerate().min_by_key(|(_, c)| c.at);
            let next = next.map(|(index, coming)| (coming.at, index));
            let timer = self.resolver.next_timeout();
            match (next, timer) {
                (Some((at, index)), timer)
                    if at <= until && timer.is_none_or(|timer| at <= timer) =>
                {
                    self.now = self.now.max(at);
                    let coming = self.coming.remove(index);
                    self.arrive(coming.event);
                }
                (_, Some(timer)) if timer <= until => {
                    self.now = self.now.max(timer);
                    self.resolver.handle_timeout(self.now);
                }
                _ => {
                    self.now = self.now.max(until);
                    return Ok(());
                }
            }
            self.drain();
        }
        Err(format!("more than {MAX_EVENTS} events in one act"))
    }

    /// Something reaches the resolver.
    fn arrive(&mut self, event: Arrival) {
        match event {
            Arrival::Datagram(datagram) => {
                if let Ok(message) = datagram.message() {
                    let source = datagram.source;
                    self.log
                        .push(format!("{} {source} says {}", self.now, line(&message)));
                }
                self.resolver.handle_datagram(self.now, &datagram);
            }
            Arrival::Unreachable(query) => {
                self.resolver
                    .give_up_on(self.now, &query, QueryFate::Unreachable);
            }
        }
    }

    /// Takes what the resolver wants done.
    fn drain(&mut self) {
        while let Some(action) = self.resolver.poll_action() {
            match action {
                Action::Report(kind) => {
                    let text = format!("{kind:?}").replace('\n', " / ");
                    self.log.push(format!("{}   {text}", self.now));
                }
                Action::Transmit(datagram) => self.take(datagram),
            }
        }
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
            self.come(SimDuration::ZERO, Arrival::Datagram(accepted));
            return;
        }
        let Ok(message) = datagram.message() else {
            return;
        };
        let to = datagram.destination;
        if message.flags.qr {
            self.log
                .push(format!("{} client gets {}", self.now, line(&message)));
            let now = self.now;
            if let Some(ask) = self.asks.iter_mut().find(|ask| ask.client == to) {
                ask.answer.get_or_insert((now, message));
            }
            return;
        }
        self.log.push(format!(
            "{} resolver asks {to} {}",
            self.now,
            line(&message)
        ));
        let found = self.server_at(to.ip());
        let server = found.map_or_else(
            || to.ip().to_string(),
            |index| self.servers[index].name.clone(),
        );
        self.sent.push(Sent {
            server,
            datagram: datagram.clone(),
            message,
            at: self.now,
        });
        let Some(server) = found.and_then(|index| self.servers.get_mut(index)) else {
            return;
        };
        let delay = server.delay;
        match server.react(self.now, &datagram) {
            Reaction::Respond(responses) => {
                for response in responses {
                    self.come(delay, Arrival::Datagram(response));
                }
            }
            Reaction::Closed => self.come(delay, Arrival::Unreachable(datagram)),
            Reaction::Silence => {}
        }
    }

    /// The server that listens at an address.
    fn server_at(&self, address: IpAddr) -> Option<usize> {
        let listens = |server: &Server| server.addresses.contains(&address);
        self.servers.iter().rposition(listens)
    }

    /// Something sets out for the resolver.
    fn come(&mut self, delay: SimDuration, event: Arrival) {
        self.coming.push(Coming {
            at: self.now + delay,
            event,
        });
    }
}

/// A message in one line.
pub(crate) fn line(message: &Message) -> String {
    let mut text = match &message.question {
        Some(question) => format!("{question} {}", message.rcode),
        None => format!("(no question) {}", message.rcode),
    };
    for name in message.flags.names() {
        text.push(' ');
        text.push_str(name);
    }
    for (name, sets) in [
        ("answer", &message.answer),
        ("authority", &message.authority),
        ("additional", &message.additional),
    ] {
        for set in sets {
            text.push_str(&format!(" | {name} {set}").replace('\n', ", "));
        }
    }
    text
}
