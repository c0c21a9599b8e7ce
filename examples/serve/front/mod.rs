//! The clients' side: UDP and TCP sockets, and who waits for which answer.

mod connection;
mod guests;
mod listen;

use std::collections::{BTreeMap, VecDeque};
use std::io::ErrorKind;
use std::net::SocketAddr;
use std::sync::Arc;

use bytes::Bytes;
use dns_lab::dns::{Message, Rcode};
use dns_lab::engine::{Datagram, Payload, SimDuration, SimTime, Transport, fit_udp};
use mio::{Interest, Registry, Token};

use self::connection::Connection;
pub(crate) use self::guests::Guest;
use self::guests::{Guests, ReplyPath};
use self::listen::Endpoint;

/// TCP connections at once; more are closed at once ([RFC 7766 §6.2.2](https://www.rfc-editor.org/rfc/rfc7766#section-6.2.2)).
const MAX_CONNECTIONS: usize = 256;
/// How long a TCP connection may be idle ([RFC 7766 §6.2.3](https://www.rfc-editor.org/rfc/rfc7766#section-6.2.3)
/// asks for a few seconds).
const IDLE_LIMIT: SimDuration = SimDuration::from_secs(10);
/// Datagrams read from one socket before others have their turn.
const DATAGRAMS_AT_ONCE: usize = 64;
/// Longer than any UDP payload, in octets.
const BUFFER_SIZE: usize = 65_536;

/// A client's query on its way to the engine.
#[derive(Clone, Debug)]
pub(crate) struct Query {
    /// Which of the addresses of [`Front::addresses`] was asked.
    pub(crate) endpoint: usize,
    /// The query. Its source has the client's address and, as its port, the guest number.
    pub(crate) datagram: Datagram,
}

/// All sockets that face clients.
#[derive(Debug)]
pub(crate) struct Front {
    /// Where sockets are registered.
    registry: Registry,
    /// What it listens on; tokens are `2 * index` for UDP and one more for TCP.
    endpoints: Vec<Endpoint>,
    /// The address of each endpoint.
    addresses: Vec<SocketAddr>,
    /// TCP connections.
    connections: BTreeMap<Token, Connection>,
    /// The number of the next connection.
    next_connection: usize,
    /// Who waits for an answer.
    guests: Guests,
    /// Queries not yet taken.
    queries: VecDeque<Query>,
    /// UDP endpoints with datagrams left to read.
    backlog: Vec<usize>,
    /// Where datagrams are read to.
    buffer: Vec<u8>,
    /// How many queries were answered.
    answered: u64,
}

impl Front {
    /// Listens on every address, UDP and TCP.
    ///
    /// # Errors
    /// The addresses that cannot be used, and why.
    pub(crate) fn bind(registry: Registry, addresses: &[SocketAddr]) -> Result<Self, String> {
        let endpoints = listen::bind_all(&registry, addresses)?;
        let addresses = endpoints.iter().map(|endpoint| endpoint.address).collect();
        Ok(Self {
            registry,
            next_connection: endpoints.len() * 2,
            endpoints,
            addresses,
            connections: BTreeMap::new(),
            guests: Guests::default(),
            queries: VecDeque::new(),
            backlog: Vec::new(),
            buffer: vec![0; BUFFER_SIZE],
            answered: 0,
        })
    }

    /// The addresses it listens on.
    pub(crate) fn addresses(&self) -> &[SocketAddr] {
        &self.addresses
    }

    /// How many queries were answered.
    pub(crate) fn answered(&self) -> u64 {
        self.answered
    }

    /// The next query for the engine.
    pub(crate) fn poll_query(&mut self) -> Option<Query> {
        self.queries.pop_front()
    }

    /// Whether datagrams are left to read at once.
    pub(crate) fn has_backlog(&self) -> bool {
        !self.backlog.is_empty()
    }

    /// Reads on where it stopped to give others their turn.
    pub(crate) fn read_backlog(&mut self, now: SimTime) {
        for index in std::mem::take(&mut self.backlog) {
            self.read_datagrams(now, index);
        }
    }

    /// When a wait of this side ends.
    pub(crate) fn next_due(&self) -> Option<SimTime> {
        let idle = self.connections.values().filter_map(Connection::idle_since);
        let ends = idle.map(|since| since + IDLE_LIMIT);
        ends.chain(self.guests.next_due()).min()
    }

    /// Forgets clients that were not answered, and closes idle connections.
    pub(crate) fn expire(&mut self, now: SimTime) {
        for path in self.guests.expire(now) {
            if let ReplyPath::Tcp(token) = path
                && let Some(connection) = self.connections.get_mut(&token)
            {
                connection.in_flight = connection.in_flight.saturating_sub(1);
            }
        }
        self.connections.retain(|_, connection| {
            let since = connection.idle_since();
            since.is_none_or(|since| since + IDLE_LIMIT > now)
        });
    }

    /// Takes what a socket has. `false` if the token is not of this side.
    pub(crate) fn handle_event(&mut self, now: SimTime, token: Token) -> bool {
        let index = token.0 / 2;
        if index < self.endpoints.len() {
            if token.0.is_multiple_of(2) {
                self.read_datagrams(now, index);
            } else {
                self.accept(now, index);
            }
            return true;
        }
        if self.connections.contains_key(&token) {
            self.attend(now, token);
            return true;
        }
        // Tokens of connections that are gone are still ours.
        token.0 < FIRST_FOREIGN_TOKEN
    }

    /// Reads datagrams of one endpoint.
    fn read_datagrams(&mut self, now: SimTime, index: usize) {
        for _ in 0..DATAGRAMS_AT_ONCE {
            match self.endpoints[index].udp.recv_from(&mut self.buffer) {
                Ok((length, peer)) => {
                    let octets = Bytes::copy_from_slice(&self.buffer[..length]);
                    let path = ReplyPath::Udp {
                        endpoint: index,
                        peer,
                    };
                    self.take(now, index, peer, path, octets);
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => return,
                // Such as an ICMP error about an earlier answer: it concerns nobody else.
                Err(_) => {}
            }
        }
        self.backlog.push(index);
    }

    /// Accepts TCP connections of one endpoint.
    fn accept(&mut self, now: SimTime, index: usize) {
        loop {
            let (mut stream, peer) = match self.endpoints[index].tcp.accept() {
                Ok(accepted) => accepted,
                // The client has gone already; there may be others.
                Err(error) if error.kind() == ErrorKind::ConnectionAborted => continue,
                Err(_) => return,
            };
            if self.connections.len() >= MAX_CONNECTIONS {
                continue;
            }
            let token = Token(self.next_connection);
            let interest = Interest::READABLE | Interest::WRITABLE;
            if self
                .registry
                .register(&mut stream, token, interest)
                .is_err()
            {
                continue;
            }
            self.next_connection += 1;
            let connection = Connection::new(stream, index, peer, now);
            self.connections.insert(token, connection);
            self.attend(now, token);
        }
    }

    /// Writes and reads what a connection has; closes it when it is done.
    fn attend(&mut self, now: SimTime, token: Token) {
        let Some(mut connection) = self.connections.remove(&token) else {
            return;
        };
        let (queries, is_open) = connection.attend(now);
        let (index, peer) = (connection.endpoint, connection.peer);
        if is_open {
            self.connections.insert(token, connection);
        }
        for octets in queries {
            self.take(now, index, peer, ReplyPath::Tcp(token), octets);
        }
    }

    /// Takes one query: rejects what cannot be read, and gives everything else a number.
    fn take(
        &mut self,
        now: SimTime,
        endpoint: usize,
        peer: SocketAddr,
        path: ReplyPath,
        octets: Bytes,
    ) {
        let Ok(query) = Message::decode(octets.clone()) else {
            match Message::rejection_of(&octets) {
                Some(response) => self.send(now, path, &response),
                None => self.give_up(path),
            }
            return;
        };
        let query = Arc::new(query);
        // Responses are nothing a client sends; when all numbers are taken, silence is cheap.
        let guest = (!query.flags.qr)
            .then(|| self.guests.admit(now, path, Arc::clone(&query)))
            .flatten();
        let Some(Guest(number)) = guest else {
            self.give_up(path);
            return;
        };
        let transport = match path {
            ReplyPath::Udp { .. } => Transport::Udp,
            ReplyPath::Tcp(_) => Transport::Tcp,
        };
        self.queries.push_back(Query {
            endpoint,
            datagram: Datagram {
                source: SocketAddr::new(peer.ip(), number),
                destination: self.addresses[endpoint],
                transport,
                payload: Payload::Message(query),
            },
        });
    }

    /// A query will not be answered.
    fn give_up(&mut self, path: ReplyPath) {
        if let ReplyPath::Tcp(token) = path
            && let Some(connection) = self.connections.get_mut(&token)
        {
            connection.in_flight = connection.in_flight.saturating_sub(1);
        }
    }

    /// Hands a response to the client that waits for it, cut to what its UDP takes.
    pub(crate) fn answer(&mut self, now: SimTime, guest: Guest, response: &Message) {
        let Some((path, query)) = self.guests.dismiss(guest) else {
            return;
        };
        self.answered += 1;
        match path {
            ReplyPath::Udp { .. } => self.send(now, path, &fit_udp(&query, response.clone())),
            ReplyPath::Tcp(_) => self.send(now, path, response),
        }
    }

    /// Sends a response.
    fn send(&mut self, now: SimTime, path: ReplyPath, response: &Message) {
        let failure = || {
            let empty = Message {
                rcode: Rcode::SERVFAIL,
                answer: Vec::new(),
                authority: Vec::new(),
                additional: Vec::new(),
                ..response.clone()
            };
            empty.encode()
        };
        // Only more than 65 535 octets cannot be encoded; then there is no way to tell.
        let Ok(octets) = response.encode().or_else(|_| failure()) else {
            return;
        };
        match path {
            // A datagram that cannot be sent now is lost, as on any busy network.
            ReplyPath::Udp { endpoint, peer } => {
                let _ = self.endpoints[endpoint].udp.send_to(&octets, peer);
            }
            ReplyPath::Tcp(token) => {
                if let Some(connection) = self.connections.get_mut(&token) {
                    connection.queue(&octets);
                    self.attend(now, token);
                }
            }
        }
    }
}

/// Tokens from here on belong to the backend.
pub(crate) const FIRST_FOREIGN_TOKEN: usize = usize::MAX / 2;
