//! A web server, seen from DNS: something that accepts connections.

use std::net::SocketAddr;

use indexmap::IndexMap;

use super::{Action, Datagram, Outbox, Payload};

/// The most connections a host remembers; the oldest is forgotten first.
const MAX_CONNECTIONS: usize = 4096;

/// A machine that completes TCP handshakes, gives out long answers in parts, and answers no
/// DNS query.
///
/// With several sites it is one machine at each: a connection is known only where it began.
#[derive(Clone, Debug, Default)]
pub struct Host {
    /// The open connections by both ends, with the site they are at.
    connections: IndexMap<(SocketAddr, SocketAddr), usize>,
    /// What waits to be sent.
    outbox: Outbox,
}

impl Host {
    /// Takes a segment of a connection at one of the host's sites; anything else is ignored.
    pub(crate) fn handle_datagram(&mut self, site: usize, datagram: &Datagram) {
        let ends = (datagram.source, datagram.destination);
        match datagram.payload {
            Payload::Syn => {
                if self.connections.len() >= MAX_CONNECTIONS {
                    self.connections.shift_remove_index(0);
                }
                self.connections.insert(ends, site);
                self.outbox.transmit(datagram.back(Payload::SynAck));
            }
            Payload::Request if self.connections.get(&ends) == Some(&site) => {
                self.outbox.transmit(datagram.back(Payload::Part));
            }
            Payload::Request => self.outbox.transmit(datagram.reset()),
            Payload::Fin => {
                self.connections.shift_remove(&ends);
            }
            _ => {}
        }
    }

    /// The next action.
    pub(crate) fn poll_action(&mut self) -> Option<Action> {
        self.outbox.pop()
    }
}
