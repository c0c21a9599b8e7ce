//! A world's authoritative servers, each on its own addresses.
//!
//! They have nobody to ask: a question for a flattened name waits and ends in SERVFAIL.

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
        drain(node, &mut self.replies);
    }

    fn poll_reply(&mut self) -> Option<Reply> {
        self.replies.pop_front()
    }

    fn advance(&mut self, now: SimTime) {
        for node in &mut self.nodes {
            node.handle_timeout(now);
            drain(node, &mut self.replies);
        }
    }

    fn next_due(&self) -> Option<SimTime> {
        self.nodes.iter().filter_map(Node::next_timeout).min()
    }
}

/// Takes the responses out that a machine wants to send.
fn drain(node: &mut Node, replies: &mut VecDeque<Reply>) {
    while let Some(action) = node.poll_action() {
        if let Action::Transmit(datagram) = action
            && let Payload::Message(response) = datagram.payload
            && response.flags.qr
        {
            replies.push_back((Guest(datagram.destination.port()), response));
        }
    }
}
