//! One TCP connection of a client: messages with two octets of length before them
//! ([RFC 1035 §4.2.2](https://www.rfc-editor.org/rfc/rfc1035#section-4.2.2)).

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::SocketAddr;

use bytes::{Buf as _, Bytes, BytesMut};
use dns_lab::engine::SimTime;
use mio::net::TcpStream;

/// Queries of one connection worked on at once; the rest wait in the system's buffer.
const MAX_IN_FLIGHT: usize = 32;
/// Octets of answers that wait to be read by the client, before no more queries are read.
const MAX_OUTPUT: usize = 256 * 1024;
/// Octets read at once.
const CHUNK: usize = 4096;

/// A client's TCP connection.
#[derive(Debug)]
pub(crate) struct Connection {
    /// The socket.
    stream: TcpStream,
    /// Which of our addresses it came to.
    pub(crate) endpoint: usize,
    /// The client.
    pub(crate) peer: SocketAddr,
    /// When it was last of use.
    last_used: SimTime,
    /// Queries not answered yet.
    pub(crate) in_flight: usize,
    /// Octets of a query that is not whole yet. Never more than a message and a chunk.
    input: BytesMut,
    /// Octets of answers not sent yet.
    output: BytesMut,
    /// The client sends no more.
    is_half_closed: bool,
}

impl Connection {
    /// A connection that was just accepted.
    pub(crate) fn new(stream: TcpStream, endpoint: usize, peer: SocketAddr, now: SimTime) -> Self {
        Self {
            stream,
            endpoint,
            peer,
            last_used: now,
            in_flight: 0,
            input: BytesMut::new(),
            output: BytesMut::new(),
            is_half_closed: false,
        }
    }

    /// Since when nothing has moved; `None` while an answer is being worked on.
    pub(crate) fn idle_since(&self) -> Option<SimTime> {
        (self.in_flight == 0).then_some(self.last_used)
    }

    /// Takes an answer for sending.
    pub(crate) fn queue(&mut self, octets: &[u8]) {
        let Ok(length) = u16::try_from(octets.len()) else {
            return;
        };
        self.in_flight = self.in_flight.saturating_sub(1);
        self.output.extend_from_slice(&length.to_be_bytes());
        self.output.extend_from_slice(octets);
    }

    /// Sends and reads what can be sent and read now. The queries that came, and whether the
    /// connection stays open.
    pub(crate) fn attend(&mut self, now: SimTime) -> (Vec<Bytes>, bool) {
        let mut queries = Vec::new();
        if !self.write(now) {
            return (queries, false);
        }
        loop {
            self.split(&mut queries);
            let is_busy = self.in_flight >= MAX_IN_FLIGHT || self.output.len() >= MAX_OUTPUT;
            if is_busy || self.is_half_closed {
                break;
            }
            let mut chunk = [0; CHUNK];
            match self.stream.read(&mut chunk) {
                Ok(0) => self.is_half_closed = true,
                Ok(length) => {
                    self.last_used = now;
                    self.input.extend_from_slice(&chunk[..length]);
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                Err(_) => return (queries, false),
            }
        }
        let is_open = !self.is_half_closed || self.in_flight > 0 || !self.output.is_empty();
        (queries, is_open)
    }

    /// Sends what can be sent. `false` if the connection is broken.
    fn write(&mut self, now: SimTime) -> bool {
        while !self.output.is_empty() {
            match self.stream.write(&self.output) {
                Ok(0) => return false,
                Ok(length) => {
                    self.last_used = now;
                    self.output.advance(length);
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                Err(_) => return false,
            }
        }
        true
    }

    /// Moves whole messages from the input to `queries`.
    fn split(&mut self, queries: &mut Vec<Bytes>) {
        while self.in_flight < MAX_IN_FLIGHT {
            let Some(&[high, low]) = self.input.first_chunk::<2>() else {
                return;
            };
            let length = usize::from(u16::from_be_bytes([high, low]));
            if self.input.len() < length + 2 {
                return;
            }
            self.input.advance(2);
            queries.push(self.input.split_to(length).freeze());
            self.in_flight += 1;
        }
    }
}
