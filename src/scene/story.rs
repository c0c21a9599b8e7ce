//! Which events belong together: lookups, and the exchanges they are made of.

use std::net::SocketAddr;

use crate::dns::{Message, Name, Question};
use crate::engine::{
    Datagram, EventId, EventKind, NodeId, Payload, SimDuration, SimTime, Trace, TraceEvent,
    Transport,
};

/// One question of an application and all that came of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Lookup {
    /// Its number among the lookups of the trace, from 0.
    pub number: usize,
    /// The client.
    pub client: NodeId,
    /// What it asks.
    pub question: Question,
    /// The event it begins with, as an index into the trace.
    pub started: usize,
    /// The event that hands the application its answer; `None` if it never got one.
    pub finished: Option<usize>,
    /// Its events in order, connection included, as indices into the trace.
    pub events: Vec<usize>,
    /// The queries it took, in the order they were sent; a handshake counts as one.
    pub exchanges: Vec<Exchange>,
}

/// A query and what came back.
#[derive(Clone, Debug, PartialEq)]
pub struct Exchange {
    /// Who asks.
    pub from: NodeId,
    /// Who is asked; `None` if no machine has the address.
    pub to: Option<NodeId>,
    /// Where the query goes.
    pub destination: SocketAddr,
    /// The zone whose server is asked; `None` for stubs and handshakes.
    pub zone: Option<Name>,
    /// The host name of the server, if the asker knows it.
    pub server: Option<Name>,
    /// What is asked; `None` for a handshake.
    pub question: Option<Question>,
    /// How it travels.
    pub transport: Transport,
    /// The event of the query's sending.
    pub sent: usize,
    /// The event of its arrival.
    pub arrived: Option<usize>,
    /// The event of the response's sending.
    pub answered: Option<usize>,
    /// The event of the response's arrival.
    pub received: Option<usize>,
    /// The event that says query or response was lost.
    pub dropped: Option<usize>,
    /// The event that ends the wait without a response.
    pub gave_up: Option<usize>,
}

impl Exchange {
    /// Whether it is a TCP handshake with a web host.
    pub fn is_handshake(&self) -> bool {
        self.question.is_none()
    }

    /// The last event of the exchange.
    pub fn end(&self) -> Option<usize> {
        self.received.or(self.gave_up)
    }

    /// The time from query to response; `None` if there was none.
    pub fn round_trip(&self, trace: &Trace) -> Option<SimDuration> {
        let received = trace.events().get(self.received?)?;
        Some(received.at.since(trace.events().get(self.sent)?.at))
    }
}

/// The datagram and DNS message of an event that is about one.
pub(super) fn datagram_of(event: &TraceEvent) -> Option<&Datagram> {
    match &event.kind {
        EventKind::DatagramSent { datagram, .. }
        | EventKind::DatagramReceived { datagram, .. }
        | EventKind::DatagramDropped { datagram, .. }
        | EventKind::ResponseIgnored { datagram } => Some(datagram),
        _ => None,
    }
}

/// The DNS message of a datagram that carries one as a value.
pub(super) fn message_of(datagram: &Datagram) -> Option<&Message> {
    match &datagram.payload {
        Payload::Message(message) => Some(message),
        _ => None,
    }
}

/// All lookups of a trace, in the order they began.
pub fn lookups(trace: &Trace) -> Vec<Lookup> {
    let starts = trace
        .events()
        .iter()
        .filter(|event| is_start(event))
        .count();
    (0..starts)
        .filter_map(|number| lookup(trace, number))
        .collect()
}

/// The last lookup of a client that is among the first `events` events; of any client if
/// `client` is `None`.
pub fn current_lookup(trace: &Trace, client: Option<NodeId>, events: usize) -> Option<Lookup> {
    let shown = trace.events().iter().take(events);
    let started = shown.filter(|event| is_start(event)).enumerate();
    let own = started.filter(|(_, event)| client.is_none_or(|client| event.node == client));
    let (number, _) = own.last()?;
    lookup(trace, number)
}

/// For a query over TCP, how long its handshake takes: all of its way but the last trip.
/// `None` for anything else and for what never arrives.
pub(super) fn handshake_time(sent: &TraceEvent) -> Option<SimDuration> {
    let EventKind::DatagramSent {
        datagram,
        arrives_at: Some(arrives_at),
        ..
    } = &sent.kind
    else {
        return None;
    };
    let trips = u64::from(datagram.trips());
    let way = arrives_at.since(sent.at).as_micros();
    (trips > 1).then(|| SimDuration::from_micros(way * (trips - 1) / trips))
}

/// Whether an application asks something.
fn is_start(event: &TraceEvent) -> bool {
    matches!(event.kind, EventKind::LookupStarted { .. })
}

/// One lookup, by its number among all of the trace.
fn lookup(trace: &Trace, number: usize) -> Option<Lookup> {
    let start = trace
        .events()
        .iter()
        .filter(|event| is_start(event))
        .nth(number)?;
    let EventKind::LookupStarted { question } = &start.kind else {
        return None;
    };
    let mut collector = Collector::new(trace, start, question);
    for event in &trace.events()[start.id.index() + 1..] {
        if collector.is_over(event) {
            break;
        }
        collector.consider(event);
    }
    let Collector {
        events,
        finished,
        exchanges,
        ..
    } = collector;
    let (started, client) = (start.id.index(), start.node);
    Some(Lookup {
        number,
        client,
        question: question.clone(),
        started,
        finished,
        events,
        exchanges,
    })
}

/// Gathers the events of one lookup.
struct Collector<'a> {
    /// The trace.
    trace: &'a Trace,
    /// The client.
    client: NodeId,
    /// What it asks.
    question: &'a Question,
    /// The events found so far.
    events: Vec<usize>,
    /// The event that ends the question.
    finished: Option<usize>,
    /// The exchanges found so far.
    exchanges: Vec<Exchange>,
    /// How many events have been looked at that do not belong, since the last that did.
    idle: usize,
}

/// Foreign events after which a finished lookup is taken to be over.
const PATIENCE: usize = 2_000;

impl<'a> Collector<'a> {
    /// Begins with the first event.
    fn new(trace: &'a Trace, start: &TraceEvent, question: &'a Question) -> Self {
        Self {
            trace,
            client: start.node,
            question,
            events: vec![start.id.index()],
            finished: None,
            exchanges: Vec::new(),
            idle: 0,
        }
    }

    /// Whether nothing of this lookup can come any more: it has its answer and, since then,
    /// the client has asked again or much else has happened.
    fn is_over(&self, event: &TraceEvent) -> bool {
        let asks_again = is_start(event) && event.node == self.client;
        self.finished.is_some() && (self.idle > PATIENCE || (asks_again && !self.awaits_anything()))
    }

    /// Whether an exchange is open.
    fn awaits_anything(&self) -> bool {
        self.exchanges
            .iter()
            .any(|exchange| exchange.end().is_none())
    }

    /// Whether an event is among those found.
    fn has(&self, id: EventId) -> bool {
        self.events.binary_search(&id.index()).is_ok()
    }

    /// Takes the event if it belongs.
    fn consider(&mut self, event: &TraceEvent) {
        if !self.belongs(event) {
            self.idle += 1;
            return;
        }
        self.idle = 0;
        self.events.push(event.id.index());
        self.note(event);
    }

    /// Whether an event belongs to the lookup: what brought it about does, or it is the
    /// client's own doing about the same question.
    fn belongs(&self, event: &TraceEvent) -> bool {
        let is_client = event.node == self.client;
        match &event.kind {
            EventKind::LookupStarted { .. } | EventKind::Intervened { .. } => false,
            EventKind::CacheMissed { question, layer }
            | EventKind::CacheHit {
                question, layer, ..
            } if *layer != crate::engine::CacheLayer::Resolver => {
                is_client && self.finished.is_none() && question == self.question
            }
            EventKind::HostsFileUsed { question, .. } => {
                is_client && self.finished.is_none() && question == self.question
            }
            EventKind::LookupFinished { question, .. } => {
                is_client && self.finished.is_none() && question == self.question
            }
            // Brought about by the end of the client's patience, which is no event.
            EventKind::StaleServed { question, .. } => {
                self.finished.is_none() && question == self.question
            }
            EventKind::ConnectionOpened { address, .. }
            | EventKind::ConnectionReset { address, .. }
            | EventKind::ConnectionClosed { address, .. }
            | EventKind::ConnectionFailed { address, .. } => {
                is_client
                    && self.exchanges.iter().any(|exchange| {
                        exchange.is_handshake() && exchange.destination.ip() == *address
                    })
            }
            EventKind::DatagramSent { datagram, .. } => {
                let is_answer_to_us = self.exchanges.iter().any(|exchange| {
                    exchange.answered.is_none() && is_reply(self.trace, exchange, datagram)
                });
                let is_retried_handshake = is_client
                    && datagram.payload == Payload::Syn
                    && self.exchanges.iter().any(|exchange| {
                        exchange.is_handshake() && exchange.destination == datagram.destination
                    });
                let is_first_query = is_client
                    && event.cause.is_none()
                    && self.finished.is_none()
                    && message_of(datagram).is_some_and(|message| {
                        !message.flags.qr && message.question.as_ref() == Some(self.question)
                    });
                let is_caused = event.cause.is_some_and(|cause| self.has(cause));
                let is_foreign_answer =
                    message_of(datagram).is_some_and(|m| m.flags.qr) && !is_answer_to_us;
                (is_caused && !is_foreign_answer)
                    || is_answer_to_us
                    || is_retried_handshake
                    || is_first_query
            }
            _ => event.cause.is_some_and(|cause| self.has(cause)),
        }
    }

    /// Learns what the event says about the exchanges.
    fn note(&mut self, event: &TraceEvent) {
        let index = event.id.index();
        let cause = event.cause.map(EventId::index);
        match &event.kind {
            EventKind::LookupFinished { .. } => self.finished = Some(index),
            EventKind::DatagramSent { datagram, to, .. } => {
                let trace = self.trace;
                let open = self.exchanges.iter_mut().find(|exchange| {
                    exchange.answered.is_none() && is_reply(trace, exchange, datagram)
                });
                if let Some(exchange) = open {
                    exchange.answered = Some(index);
                    return;
                }
                let is_query = message_of(datagram).is_some_and(|message| !message.flags.qr);
                if is_query || datagram.payload == Payload::Syn {
                    let exchange = self.begin(event, datagram, *to);
                    self.exchanges.push(exchange);
                }
            }
            EventKind::DatagramReceived { .. } => {
                for exchange in &mut self.exchanges {
                    if cause == Some(exchange.sent) {
                        exchange.arrived = Some(index);
                    } else if cause.is_some() && cause == exchange.answered {
                        exchange.received = Some(index);
                    }
                }
            }
            EventKind::DatagramDropped { .. } => {
                let lost = self.exchanges.iter_mut().find(|exchange| {
                    cause == Some(exchange.sent) || (cause.is_some() && cause == exchange.answered)
                });
                if let Some(exchange) = lost {
                    exchange.dropped = Some(index);
                }
            }
            EventKind::QueryTimedOut { .. } => {
                let silent = self
                    .exchanges
                    .iter_mut()
                    .find(|exchange| cause == Some(exchange.sent));
                if let Some(exchange) = silent {
                    exchange.gave_up = Some(index);
                }
            }
            EventKind::ConnectionFailed { .. } => {
                let handshakes = self.exchanges.iter_mut().rev();
                let last = handshakes
                    .into_iter()
                    .find(|exchange| exchange.is_handshake());
                if let Some(exchange) = last {
                    exchange.gave_up = exchange.gave_up.or(Some(index));
                }
            }
            _ => {}
        }
    }

    /// An exchange that begins with a query or the first segment of a handshake.
    fn begin(&mut self, event: &TraceEvent, datagram: &Datagram, to: Option<NodeId>) -> Exchange {
        let index = event.id.index();
        if datagram.payload == Payload::Syn {
            // Sending the segment again ends the wait for the one before.
            let before = self
                .exchanges
                .iter_mut()
                .rev()
                .find(|known| known.is_handshake());
            if let Some(before) = before.filter(|known| known.received.is_none()) {
                before.gave_up = before.gave_up.or(Some(index));
            }
        }
        let (zone, server) = self.choice(event, datagram.destination);
        Exchange {
            from: event.node,
            to,
            destination: datagram.destination,
            zone,
            server,
            question: message_of(datagram).and_then(|message| message.question.clone()),
            transport: datagram.transport,
            sent: index,
            arrived: None,
            answered: None,
            received: None,
            dropped: None,
            gave_up: None,
        }
    }

    /// The zone and host name a resolver has in mind for a query: from the choice that led to
    /// it, else (a repetition over TCP) from the last exchange with the same server.
    fn choice(&self, event: &TraceEvent, to: SocketAddr) -> (Option<Name>, Option<Name>) {
        let cause = event.cause.and_then(|cause| self.trace.get(cause));
        if let Some(EventKind::ServerChosen { zone, server, .. }) = cause.map(|event| &event.kind) {
            return (Some(zone.clone()), Some(server.clone()));
        }
        let before = self.exchanges.iter().rev();
        let mut before =
            before.filter(|exchange| exchange.destination == to && exchange.from == event.node);
        before.next().map_or((None, None), |exchange| {
            (exchange.zone.clone(), exchange.server.clone())
        })
    }
}

/// Whether a datagram is the response to an exchange's query.
fn is_reply(trace: &Trace, exchange: &Exchange, datagram: &Datagram) -> bool {
    let Some(sent) = trace.events().get(exchange.sent).and_then(datagram_of) else {
        return false;
    };
    if datagram.source != sent.destination || datagram.destination != sent.source {
        return false;
    }
    match (message_of(sent), message_of(datagram)) {
        (Some(query), Some(response)) => response.flags.qr && response.id == query.id,
        (None, None) => datagram.payload == Payload::SynAck,
        _ => false,
    }
}

/// When an event happened; the start of the run if there is no such event.
pub(super) fn time_of(trace: &Trace, index: usize) -> SimTime {
    trace
        .events()
        .get(index)
        .map_or(SimTime::ZERO, |event| event.at)
}
