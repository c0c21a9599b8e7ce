//! What happened, in order.

use std::net::IpAddr;

use crate::engine::table::Table;
use crate::engine::{EventKind, NodeId, Payload, SimTime};

/// Octets of a message that take another step to be handled.
const OCTETS_A_STEP: usize = 1024;

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
    /// What was sent by whom to which address, so that the query behind a silence is found
    /// without looking through all that happened since.
    sent: Table<(NodeId, IpAddr), Vec<EventId>>,
    /// How much of what happens is recorded.
    recording: Recording,
}

/// How much a trace records.
#[derive(Clone, Copy, Debug, Default)]
enum Recording {
    /// Everything.
    #[default]
    All,
    /// Nothing, for runs of which only the end counts.
    Nothing,
    /// Nothing, but each event gets the id it has in the trace that is followed; the next
    /// index.
    Indexes(usize),
}

impl Trace {
    /// A trace that records nothing.
    pub fn silent() -> Self {
        Self {
            recording: Recording::Nothing,
            ..Self::default()
        }
    }

    /// A trace that records nothing and goes along a recorded one, from an index on: what is
    /// under way in the world that comes out knows its cause by the right id.
    pub(super) fn along(index: usize) -> Self {
        Self {
            recording: Recording::Indexes(index),
            ..Self::default()
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
        match &mut self.recording {
            Recording::All => {}
            Recording::Nothing => return None,
            Recording::Indexes(next) => {
                *next += 1;
                return Some(EventId::from_index(*next - 1));
            }
        }
        let id = EventId::from_index(self.events.len());
        self.record(TraceEvent {
            id,
            at,
            node,
            cause,
            kind,
        });
        Some(id)
    }

    /// Adds an event whose id is its index.
    fn record(&mut self, event: TraceEvent) {
        if let EventKind::DatagramSent { datagram, .. } = &event.kind {
            let key = (event.node, datagram.destination.ip());
            self.sent.entry(key).or_default().push(event.id);
        }
        self.events.push(event);
    }

    /// What the messages that were sent from index `first` on take to be handled, beyond what
    /// any message takes, in steps: hundreds of records are a thousand times one.
    pub(super) fn weight_from(&self, first: usize) -> usize {
        let sent = self.events[first..].iter().map(|event| match &event.kind {
            EventKind::DatagramSent { datagram, .. } => match &datagram.payload {
                Payload::Message(message) => message.length_bound() / OCTETS_A_STEP,
                _ => 0,
            },
            _ => 0,
        });
        sent.sum()
    }

    /// Drops everything from index `len` on and returns it.
    pub(super) fn split_off(&mut self, len: usize) -> Vec<TraceEvent> {
        for ids in self.sent.values_mut() {
            let kept = ids.partition_point(|id| id.index() < len);
            ids.truncate(kept);
        }
        self.events.split_off(len.min(self.events.len()))
    }

    /// Puts back what [`split_off`](Self::split_off) dropped.
    pub(super) fn restore(&mut self, events: Vec<TraceEvent>) {
        for event in events {
            self.record(event);
        }
    }

    /// The last query `node` sent to `address`.
    pub(super) fn last_query(&self, node: NodeId, address: IpAddr) -> Option<EventId> {
        self.sent.get(&(node, address))?.last().copied()
    }
}
