//! What answers: the engine's machines, in one of three arrangements.

mod authoritative;
mod over_network;
mod simulated;
mod upstream;

use std::sync::Arc;

use dns_lab::dns::Message;
use dns_lab::engine::SimTime;
use mio::Token;

pub(crate) use self::authoritative::Authoritative;
pub(crate) use self::over_network::OverNetwork;
pub(crate) use self::simulated::Simulated;
use crate::front::{Guest, Query};

/// A response, and the guest it is for.
pub(crate) type Reply = (Guest, Arc<Message>);

/// Machines of the engine that answer queries.
pub(crate) trait Backend {
    /// Takes a client's query.
    fn ask(&mut self, now: SimTime, query: Query);

    /// The next response.
    fn poll_reply(&mut self) -> Option<Reply>;

    /// Does what has become due by `now`.
    fn advance(&mut self, _now: SimTime) {}

    /// When [`advance`](Self::advance) is next of use.
    fn next_due(&self) -> Option<SimTime> {
        None
    }

    /// Takes what a socket of the backend's own has.
    fn handle_event(&mut self, _now: SimTime, _token: Token) {}
}
