//! Who waits for an answer. Each query gets a number that goes through the engine as the port
//! it came from, and finds its client again on the way back.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::sync::Arc;

use dns_lab::dns::Message;
use dns_lab::engine::{SimDuration, SimTime};
use mio::Token;

/// Queries that wait at once; more are not taken.
const MAX_GUESTS: usize = 4096;
/// How long an answer is waited for. Clients give up sooner.
const PATIENCE: SimDuration = SimDuration::from_secs(60);

/// The number of a query that waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Guest(pub(crate) u16);

/// The way back to a client.
#[derive(Clone, Copy, Debug)]
pub(crate) enum ReplyPath {
    /// A datagram from one of our addresses.
    Udp {
        /// Which one.
        endpoint: usize,
        /// The client.
        peer: SocketAddr,
    },
    /// A connection.
    Tcp(Token),
}

/// The queries that wait.
#[derive(Debug, Default)]
pub(crate) struct Guests {
    /// Each with its way back and when its wait ends.
    waiting: BTreeMap<Guest, (ReplyPath, Arc<Message>, SimTime)>,
    /// The ends of the waits.
    deadlines: BTreeSet<(SimTime, Guest)>,
    /// The number given last.
    last: u16,
}

impl Guests {
    /// Gives a query a number; `None` when too many wait.
    pub(crate) fn admit(
        &mut self,
        now: SimTime,
        path: ReplyPath,
        query: Arc<Message>,
    ) -> Option<Guest> {
        if self.waiting.len() >= MAX_GUESTS {
            return None;
        }
        // There are far more numbers than guests, so a free one is near. Port 0 is no port.
        let mut guest = Guest(self.last.checked_add(1).unwrap_or(1));
        while self.waiting.contains_key(&guest) {
            guest = Guest(guest.0.checked_add(1).unwrap_or(1));
        }
        self.last = guest.0;
        let deadline = now + PATIENCE;
        self.waiting.insert(guest, (path, query, deadline));
        self.deadlines.insert((deadline, guest));
        Some(guest)
    }

    /// Ends a wait. `None` if nobody waits any more.
    pub(crate) fn dismiss(&mut self, guest: Guest) -> Option<(ReplyPath, Arc<Message>)> {
        let (path, query, deadline) = self.waiting.remove(&guest)?;
        self.deadlines.remove(&(deadline, guest));
        Some((path, query))
    }

    /// When the next wait ends without an answer.
    pub(crate) fn next_due(&self) -> Option<SimTime> {
        self.deadlines.first().map(|(deadline, _)| *deadline)
    }

    /// Ends the waits that are over; the ways back of those who waited in vain.
    pub(crate) fn expire(&mut self, now: SimTime) -> Vec<ReplyPath> {
        let mut paths = Vec::new();
        while let Some(&(deadline, guest)) = self.deadlines.first() {
            if deadline > now {
                break;
            }
            paths.extend(self.dismiss(guest).map(|(path, _)| path));
        }
        paths
    }
}
