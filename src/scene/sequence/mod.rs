//! A lookup as a waterfall over real time.

mod axis;
mod party;
mod rows;
#[cfg(test)]
mod tests;

use super::Playhead;
use super::caption::Tone;
use crate::engine::{SimDuration, SimTime, Timeline};

/// What the waterfall is about.
#[derive(Clone, Debug, PartialEq)]
pub struct SequenceFocus {
    /// The client, by the id of its node.
    pub client: String,
    /// Which of the client's lookups, from 0; `None` takes the last one started at or before
    /// the playhead.
    pub lookup: Option<usize>,
}

/// Which stretch of time is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SequenceWindow {
    /// The whole lookup, connection included.
    #[default]
    Whole,
    /// From one moment to another.
    Between(SimTime, SimTime),
}

/// The waterfall at one moment.
#[derive(Clone, Debug, PartialEq)]
pub struct SequenceScene {
    /// `www.example.com A`; empty if there is no lookup to show.
    pub title: String,
    /// When the window begins.
    pub start: SimTime,
    /// When it ends.
    pub end: SimTime,
    /// How long the lookup takes, connection included.
    pub total: SimDuration,
    /// The same as text.
    pub total_text: String,
    /// Who takes part, from the application outward.
    pub lanes: Vec<Lane>,
    /// The rows in order of time.
    pub rows: Vec<SequenceRow>,
    /// The labels of the time axis.
    pub ticks: Vec<Tick>,
    /// Where the playhead stands in the window, 0 to 1; `None` outside.
    pub playhead: Option<f64>,
    /// The waterfall in one sentence.
    pub label: String,
}

/// Someone who takes part.
#[derive(Clone, Debug, PartialEq)]
pub struct Lane {
    /// What kind of party.
    pub kind: LaneKind,
    /// `Browser`, `OS stub`, `Resolver`, `Root`, `com`.
    pub title: String,
    /// When its part begins and ends, as fractions of the window.
    pub span: Option<(f64, f64)>,
}

/// A kind of party.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LaneKind {
    /// The application or browser.
    Application,
    /// The stub resolver of the operating system.
    Stub,
    /// The recursive resolver.
    Resolver,
    /// The servers of a zone.
    Server,
    /// The web host.
    Host,
}

impl LaneKind {
    /// The kind as an attribute value.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Application => "application",
            Self::Stub => "stub",
            Self::Resolver => "resolver",
            Self::Server => "server",
            Self::Host => "host",
        }
    }
}

/// One row of the waterfall.
#[derive(Clone, Debug, PartialEq)]
pub struct SequenceRow {
    /// The event it begins with, as an index into the trace.
    pub event: usize,
    /// The index of the party that acts, into [`SequenceScene::lanes`].
    pub lane: usize,
    /// The index of the party it turns to; `None` for something it does by itself.
    pub to_lane: Option<usize>,
    /// `resolver → com: www.example.com A`.
    pub text: String,
    /// What came of it: `referral to com`, `miss`.
    pub result: String,
    /// The color.
    pub tone: Tone,
    /// What is drawn.
    pub mark: RowMark,
    /// The duration as text; empty for an instant.
    pub duration: String,
    /// Whether it begins after the playhead.
    pub is_future: bool,
    /// Whether it failed.
    pub is_failed: bool,
    /// The row in words.
    pub label: String,
}

/// What is drawn for a row.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum RowMark {
    /// An instant, as a fraction of the window.
    Instant(f64),
    /// A stretch.
    Bar(Bar),
}

/// A stretch of a row, in fractions of the window.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bar {
    /// Where the query leaves.
    pub start: f64,
    /// Where the handshake of TCP is done and the query leaves; `None` without one.
    pub connect: Option<f64>,
    /// Where the query arrives; `None` if it never does.
    pub arrive: Option<f64>,
    /// Where the response leaves; `None` if there was none. Between the two, the asked side
    /// works.
    pub turn: Option<f64>,
    /// Where the response arrives, or the wait is over.
    pub end: f64,
    /// Up to where the playhead has come: `start` to `end`.
    pub shown_until: f64,
}

/// A label of the time axis.
#[derive(Clone, Debug, PartialEq)]
pub struct Tick {
    /// Where, 0 to 1.
    pub fraction: f64,
    /// `20 ms`.
    pub text: String,
}

/// The waterfall of one lookup at the playhead.
pub fn sequence(
    timeline: &Timeline,
    playhead: Playhead,
    focus: &SequenceFocus,
    window: SequenceWindow,
) -> SequenceScene {
    rows::compose(timeline, playhead, focus, window)
}
