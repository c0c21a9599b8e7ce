//! A world's authoritative servers, each on its own addresses.

use std::collections::VecDeque;

use dns_lab::engine::{Action, Node, Payload, SimTime};

use super::{Backend, Reply};
use crate::front::{Guest, Query};

/// One machine for each address that is listened on.
#[derive(Debug)]
pub(crate) struct Authoritative {
    /// The machines, in the order of the addresses.
    nodes: Vec<Node>,
    /// Responses not yet taken.
    replies: VecDeque<Reply>,
}

impl Authoritative {
    /// The machines behind the addresses, in the same order.
    pub(crate) fn new(nodes: Vec<Node>) -> Self {
        Self {
            nodes,
            replies: VecDeque::new(),
        }
    }
}

impl Backend for Authoritative {
    fn ask(&mut self, now: SimTime, query: Query) {
        let Some(node) = self.nodes.get_mut(query.endpoint) else {
            return;
        };
        node.handle_datagram(now, &query.datagram);
        while let Some(action) = node.poll_action() {
            if let Action::Transmit(datagram) = action
                && let Payload::Message(response) = datagram.payload
            {
                let guest = Guest(datagram.destination.port());
                self.replies.push_back((guest, response));
            }
        }
    }

    fn poll_reply(&mut self) -> Option<Reply> {
        self.replies.pop_front()
    }
}
