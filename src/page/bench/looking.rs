//! The flow of time, and what is looked at.

use super::input::Move;
use super::look::InspectorTab;
use super::machine::{Bench, Effects};
use super::words;
use crate::engine::{Node, NodeId};
use crate::page::{Notice, Outward};
use crate::scene::Playhead;

impl Bench {
    /// Starts or stops the flow of time; at the end it starts over.
    pub(super) fn toggle_play(&mut self) {
        self.follow_playhead();
        if !self.is_playing && self.is_at_end() {
            self.seek(Playhead::start());
        }
        self.is_playing = !self.is_playing;
    }

    /// Time flows for a frame.
    pub(super) fn frame(&mut self, ms: f64, whole_events: bool) {
        if !self.is_playing {
            return;
        }
        let trace = self.timeline.trace();
        let (shown, reached_end) =
            self.clock
                .advance(self.pace, trace, self.playhead, ms, whole_events);
        self.seek(shown);
        if reached_end {
            self.is_playing = false;
        }
    }

    /// Moves the playhead; what was seen stays seen.
    pub(super) fn seek(&mut self, to: Playhead) {
        self.seen = self.seen.max(to.events);
        self.set_playhead(to);
    }

    /// Moves the playhead by hand, which stops the flow of time. The inspector follows it again.
    pub(super) fn seek_by_hand(&mut self, to: Move) -> Effects {
        self.follow_playhead();
        let (at, trace) = (self.playhead, self.timeline.trace());
        let next = match to {
            Move::ToStart => Playhead::start(),
            Move::ToEnd => Playhead::end(trace),
            Move::Back => at.step_back(trace),
            Move::Forward => at.step_forward(trace),
            Move::PreviousMilestone => at.previous_milestone(trace),
            Move::NextMilestone => at.next_milestone(trace),
            Move::ToEvent(event) => Playhead::at_event(trace, event),
            Move::To(playhead) => playhead.fit(trace),
            Move::NextExpiry => match at.next_expiry(&self.timeline) {
                Some(next) => next,
                None => return vec![Outward::Notify(Notice::info(words::NO_EXPIRY))],
            },
        };
        self.is_playing = false;
        self.seek(next);
        Vec::new()
    }

    /// Opens the message of an event in the inspector; time stands still for it.
    pub(super) fn inspect_event(&mut self, event: usize) {
        self.is_playing = false;
        self.selection.event = Some(event);
        self.tab = InspectorTab::Message;
    }

    /// Opens a machine in the inspector: its cache, if it has one.
    pub(super) fn inspect_node(&mut self, node: NodeId) {
        let world = self.timeline.initial();
        if node.index() >= world.specs().len() {
            return;
        }
        let has_cache = matches!(world.node(node), Node::Client(_) | Node::Resolver(_));
        self.selection.node = Some(node);
        self.tab = if has_cache {
            InspectorTab::Cache
        } else {
            InspectorTab::Machine
        };
    }

    /// Lets the inspector follow the playhead again.
    pub(super) fn follow_playhead(&mut self) {
        self.selection.event = None;
    }
}
