//! What happened, in order.

use std::net::IpAddr;

use crate::dns::Name;
use crate::engine::{EventKind, NodeId, SimTime};

/// Which event of a trace; its index.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EventId(u32);

impl EventId {
    /// The event with an index.
    pub fn from_index(index: usize) -> Self {
        Self(u32::try_from(index).unwrap_or(u32::MAX))
    }

    /// The index into [`Trace::events`].
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// One thing that happened.
#[derive(Clone, Debug, PartialEq)]
pub struct TraceEvent {
    /// Its place in the trace.
    pub id: EventId,
    /// When.
    pub at: SimTime,
    /// Where.
    pub node: NodeId,
    /// What brought it about; `None` for the learner's own acts and their first effects.
    pub cause: Option<EventId>,
    /// What.
    pub kind: EventKind,
}

/// An append-only record of what happened.
#[derive(Clone, Debug, Default)]
pub struct Trace {
    /// The events in order.
    events: Vec<TraceEvent>,
    /// Record nothing, for runs of which only the end counts.
    is_silent: bool,
}

impl Trace {
    /// A trace that records nothing.
    pub fn silent() -> Self {
        Self {
            events: Vec::new(),
            is_silent: true,
        }
    }

    /// Everything that happened, in order.
    pub fn events(&self) -> &[TraceEvent] {
        &self.events
    }

    /// The number of events.
    pub fn len(&self) -> usize {
        self.events.len()
    }

    /// Whether nothing happened.
    pub fn is_empty(&self) -> bool {
        self.events.is_empty()
    }

    /// One event.
    pub fn get(&self, id: EventId) -> Option<&TraceEvent> {
        self.events.get(id.index())
    }

    /// The number of events that happened at or before `at`.
    pub fn count_until(&self, at: SimTime) -> usize {
        self.events.partition_point(|event| event.at <= at)
    }

    /// Adds an event and returns its id; `None` if the trace is silent.
    pub(crate) fn push(
        &mut self,
        at: SimTime,
        node: NodeId,
        cause: Option<EventId>,
        kind: EventKind,
    ) -> Option<EventId> {
        if self.is_silent {
            return None;
        }
        let id = EventId::from_index(self.events.len());
        self.events.push(TraceEvent {
            id,
            at,
            node,
            cause,
            kind,
        });
        Some(id)
    }

    /// Drops everything from index `len` on.
    pub(crate) fn truncate(&mut self, len: usize) {
        self.events.truncate(len);
    }

    /// The last query `node` sent to `address`.
    pub(crate) fn last_query(&self, node: NodeId, address: IpAddr) -> Option<EventId> {
        let sent = self.events.iter().rev().find(|event| {
            let EventKind::DatagramSent { datagram, .. } = &event.kind else {
                return false;
            };
            event.node == node && datagram.destination.ip() == address
        });
        sent.map(|event| event.id)
    }

    /// The queries `node` sent about `qname` or anything, responses not counted.
    pub fn queries_sent(&self, node: NodeId, qname: Option<&Name>) -> usize {
        let is_query = |event: &&TraceEvent| {
            let EventKind::DatagramSent { datagram, .. } = &event.kind else {
                return false;
            };
            let Ok(message) = datagram.message() else {
                return false;
            };
            event.node == node
                && !message.flags.qr
                && message
                    .question
                    .as_ref()
                    .is_some_and(|question| qname.is_none_or(|qname| *qname == question.qname))
        };
        self.events.iter().filter(is_query).count()
    }
}
