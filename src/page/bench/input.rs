//! What can happen to the bench.

use std::collections::BTreeMap;

use super::look::{InspectorTab, StageView};
use super::scenario::Scenario;
use super::switch::Switch;
use crate::engine::{Intervention, NodeId};
use crate::lesson::Act;
use crate::page::links::Losses;
use crate::scenario::Session;
use crate::scene::{Pace, Playhead};

/// A move of the playhead by hand.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Move {
    /// Before anything happened.
    ToStart,
    /// To the last event.
    ToEnd,
    /// One event back.
    Back,
    /// One event on.
    Forward,
    /// To the last event before that carries the story.
    PreviousMilestone,
    /// To the next event that carries the story.
    NextMilestone,
    /// To the moment at which the next cache entry ends.
    NextExpiry,
    /// To an event, which is then the last one shown.
    ToEvent(usize),
    /// To a moment.
    To(Playhead),
}

/// Where it is told why an act could not be carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    /// Above the page.
    Above,
    /// Beside the form that acted, which shows [`Bench::refusal`](super::Bench::refusal).
    Beside,
}

/// Where a session comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SessionSource {
    /// A link that somebody shared.
    Link,
    /// What this page has kept.
    Kept,
}

/// What can happen to the bench.
#[derive(Clone, Debug, PartialEq)]
pub enum Input {
    /// A scenario opens as it begins.
    Open(Scenario),
    /// A scenario opens with a session of it.
    Restore {
        /// The scenario.
        scenario: Scenario,
        /// What was done in it, and where it was looked at.
        session: Box<Session>,
        /// Where the session comes from.
        source: SessionSource,
        /// What of it is known to be lost before.
        losses: Losses,
    },
    /// The page with the stage is left.
    Clear,
    /// The scenario starts over with another seed.
    Restart {
        /// The seed.
        seed: u64,
    },
    /// A knob is moved.
    Knob {
        /// Its id.
        id: String,
        /// Where it stands now.
        value: f64,
    },
    /// The knobs stand elsewhere, all of them.
    Knobs(BTreeMap<String, f64>),
    /// The learner does something at the moment looked at.
    Act {
        /// What.
        act: Intervention,
        /// Where a refusal is told.
        told: Told,
    },
    /// The learner asks what stands in the form.
    Ask {
        /// The name as typed.
        name: String,
        /// The type as chosen.
        rtype: String,
    },
    /// A machine, or a part of it, is switched to what it is not.
    Switch {
        /// The machine.
        node: NodeId,
        /// What is switched about it.
        switch: Switch,
    },
    /// The button of a step is pressed.
    Perform(Vec<Act>),
    /// What decides a step's prediction is run: from the step's own opening, whatever was tried
    /// before.
    RunPrediction,
    /// Everything after the moment looked at is dropped.
    Branch,
    /// Play, or pause; at the end it plays from the start.
    TogglePlay,
    /// Play on.
    Play,
    /// Pause.
    Pause,
    /// A frame of the browser while it plays.
    Frame {
        /// Wall time since the last one, in milliseconds.
        ms: f64,
        /// Whether only whole events are shown, for readers who want little motion.
        whole_events: bool,
    },
    /// The playhead is moved by hand.
    Seek(Move),
    /// Time flows at another pace.
    Pace(Pace),
    /// Time flows faster.
    Faster,
    /// Time flows slower.
    Slower,
    /// Another client is the one that asks.
    Client(String),
    /// The stage is looked at in another way.
    View(StageView),
    /// Whether there is a crowd to look at.
    HasCrowd(bool),
    /// Another tab of the inspector is opened.
    Tab(InspectorTab),
    /// The message of an event is opened in the inspector, and time stands still.
    InspectEvent(usize),
    /// The same, and the playhead goes to the event.
    VisitEvent(usize),
    /// A machine is opened in the inspector.
    InspectNode(NodeId),
}
