//! The machines of a world, each a small state machine without I/O.
//!
//! A node is fed with datagrams and timeouts and drained of [`Action`]s. It reads no clock,
//! knows no network and no other node.

mod authoritative;
mod chaos;
mod client;
mod edns;
mod host;
mod recursive;
mod truncation;

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::Arc;

use bytes::Bytes;

pub use authoritative::{AuthoritativeServer, FlattenedName};
pub use client::{Client, ClientConfig};
pub use host::Host;
pub use recursive::{
    Answering, ClientSubnet, ConfiguredZone, Delegation, Hardening, Minimisation, Prefetch,
    PrefetchTrigger, QueryFate, RecursiveResolver, ResolverConfig, ResolverProduct, ServeStale,
    ServerSelection, ServerStats, WorkLimits, ZoneMode,
};
pub use truncation::{UDP_PAYLOAD_SIZE, fit_udp};

use crate::dns::{Message, WireError};
use crate::engine::{Cache, CacheLayer, EventKind, SimTime};

/// The port DNS servers listen on.
pub(crate) const DNS_PORT: u16 = 53;

/// How a datagram travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Transport {
    /// One datagram, no handshake.
    Udp,
    /// A segment of a TCP connection.
    Tcp,
}

/// What a datagram carries.
#[derive(Clone, Debug, PartialEq)]
pub enum Payload {
    /// A DNS message. It is kept as a value and encoded when somebody looks at its octets.
    Message(Arc<Message>),
    /// Raw octets, from a forger or a fuzzer.
    Octets(Bytes),
    /// The first segment of a TCP handshake.
    Syn,
    /// The answer to a [`Payload::Syn`].
    SynAck,
    /// A segment of a connection that asks for the next part of a long answer.
    Request,
    /// A part of a long answer.
    Part,
    /// The end of a connection.
    Fin,
    /// A segment that says: there is no such connection here.
    Reset,
}

/// Something sent from one address to another.
#[derive(Clone, Debug, PartialEq)]
pub struct Datagram {
    /// Where it claims to come from.
    pub source: SocketAddr,
    /// Where it goes.
    pub destination: SocketAddr,
    /// How it travels.
    pub transport: Transport,
    /// What it carries.
    pub payload: Payload,
}

impl Datagram {
    /// A UDP datagram with a DNS message.
    pub fn udp(source: SocketAddr, destination: SocketAddr, message: Message) -> Self {
        let payload = Payload::Message(Arc::new(message));
        Self {
            source,
            destination,
            transport: Transport::Udp,
            payload,
        }
    }

    /// How many times the way is gone until this has arrived: once, but for a query over TCP,
    /// which waits for the two segments of a handshake before it can leave
    /// ([RFC 9293 §3.5](https://www.rfc-editor.org/rfc/rfc9293#section-3.5)).
    pub fn trips(&self) -> u32 {
        let is_tcp_query = self.transport == Transport::Tcp
            && matches!(&self.payload, Payload::Message(message) if !message.flags.qr);
        if is_tcp_query { 3 } else { 1 }
    }

    /// Whether it answers something that its receiver has sent.
    pub fn is_reply(&self) -> bool {
        match &self.payload {
            Payload::Message(message) => message.flags.qr,
            Payload::Octets(_) | Payload::Syn | Payload::Request | Payload::Fin => false,
            Payload::SynAck | Payload::Part | Payload::Reset => true,
        }
    }

    /// The segment that tells its sender that no such connection is known
    /// ([RFC 9293 §3.5.2](https://www.rfc-editor.org/rfc/rfc9293#section-3.5.2)).
    pub fn reset(&self) -> Self {
        self.back(Payload::Reset)
    }

    /// Another payload on the way back.
    pub(crate) fn back(&self, payload: Payload) -> Self {
        Self {
            source: self.destination,
            destination: self.source,
            transport: self.transport,
            payload,
        }
    }

    /// The same payload's way back with another message.
    pub fn reply(&self, message: Message) -> Self {
        Self::udp(self.destination, self.source, message)
    }

    /// The DNS message, decoded if it came as octets.
    ///
    /// # Errors
    /// Why the octets are not a message; a handshake segment counts as a short header.
    pub fn message(&self) -> Result<Arc<Message>, WireError> {
        match &self.payload {
            Payload::Message(message) => Ok(Arc::clone(message)),
            Payload::Octets(octets) => Message::decode(octets.clone()).map(Arc::new),
            Payload::Syn
            | Payload::SynAck
            | Payload::Request
            | Payload::Part
            | Payload::Fin
            | Payload::Reset => Err(WireError::ShortHeader),
        }
    }
}

/// What a node wants done or known.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// Something happened at the node.
    Report(EventKind),
    /// Send this.
    Transmit(Datagram),
}

/// Actions waiting to be drained, in the order they happened.
#[derive(Clone, Debug, Default)]
pub(crate) struct Outbox(VecDeque<Action>);

impl Outbox {
    /// Adds an event.
    pub(crate) fn report(&mut self, kind: EventKind) {
        self.0.push_back(Action::Report(kind));
    }

    /// Adds a datagram.
    pub(crate) fn transmit(&mut self, datagram: Datagram) {
        self.0.push_back(Action::Transmit(datagram));
    }

    /// Takes the oldest action.
    pub(crate) fn pop(&mut self) -> Option<Action> {
        self.0.pop_front()
    }
}

/// One machine of a world.
#[expect(
    clippy::large_enum_variant,
    reason = "nodes are few and live behind an Arc"
)]
#[derive(Clone, Debug)]
pub enum Node {
    /// A machine with an application, a browser cache and a stub resolver.
    Client(Client),
    /// A recursive resolver.
    Resolver(RecursiveResolver),
    /// An authoritative server.
    Authoritative(AuthoritativeServer),
    /// A web server: it accepts connections and speaks no DNS.
    Host(Host),
}

impl Node {
    /// Takes what arrived at `now`.
    pub fn handle_datagram(&mut self, now: SimTime, datagram: &Datagram) {
        self.handle_datagram_at(now, 0, datagram);
    }

    /// Takes what arrived at `now` at one of the node's sites.
    pub fn handle_datagram_at(&mut self, now: SimTime, site: usize, datagram: &Datagram) {
        match self {
            Self::Client(node) => node.handle_datagram(now, datagram),
            Self::Resolver(node) => node.handle_datagram(now, datagram),
            Self::Authoritative(node) => node.handle_datagram(now, datagram),
            Self::Host(node) => node.handle_datagram(now, site, datagram),
        }
    }

    /// Does what has become due by `now`.
    pub fn handle_timeout(&mut self, now: SimTime) {
        match self {
            Self::Client(node) => node.handle_timeout(now),
            Self::Resolver(node) => node.handle_timeout(now),
            Self::Host(node) => node.handle_timeout(now),
            Self::Authoritative(node) => node.handle_timeout(now),
        }
    }

    /// When the node next wants [`handle_timeout`](Self::handle_timeout).
    pub fn next_timeout(&self) -> Option<SimTime> {
        match self {
            Self::Client(node) => node.next_timeout(),
            Self::Resolver(node) => node.next_timeout(),
            Self::Host(node) => node.next_timeout(),
            Self::Authoritative(node) => node.next_timeout(),
        }
    }

    /// The next thing the node wants done; `None` when it is drained.
    pub fn poll_action(&mut self) -> Option<Action> {
        match self {
            Self::Client(node) => node.poll_action(),
            Self::Resolver(node) => node.poll_action(),
            Self::Authoritative(node) => node.poll_action(),
            Self::Host(node) => node.poll_action(),
        }
    }

    /// One of the node's caches, if it has it.
    pub fn cache(&self, layer: CacheLayer) -> Option<&Cache> {
        match (self, layer) {
            (Self::Client(node), CacheLayer::Browser) => node.browser_cache(),
            (Self::Client(node), CacheLayer::Stub) => node.stub_cache(),
            (Self::Resolver(node), CacheLayer::Resolver) => Some(node.cache()),
            _ => None,
        }
    }

    /// One of the node's caches, to change it.
    pub fn cache_mut(&mut self, layer: CacheLayer) -> Option<&mut Cache> {
        match (self, layer) {
            (Self::Client(node), CacheLayer::Browser) => node.browser_cache_mut(),
            (Self::Client(node), CacheLayer::Stub) => node.stub_cache_mut(),
            (Self::Resolver(node), CacheLayer::Resolver) => Some(node.cache_mut()),
            _ => None,
        }
    }
}
