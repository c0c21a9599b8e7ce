//! Wall time, frame by frame, as moves of the playhead.

use crate::engine::Trace;
use crate::scene::{Pace, Playhead};

/// The longest wall time one frame may count for, in milliseconds: after a long pause time
/// flows on from where it stood.
const LONGEST_FRAME_MS: f64 = 100.0;

/// The flow of time while a session is played.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Clock {
    /// The exact moment.
    exact: Playhead,
    /// What was shown of it, which differs where only whole events are shown.
    shown: Playhead,
    /// Wall time that was not used up, in milliseconds.
    unspent_ms: f64,
}

impl Clock {
    /// Where the playhead stands a frame of `ms` milliseconds later, and whether the last event
    /// has been shown and read. With `whole_events` it goes from event to event, for readers who
    /// want little motion.
    pub(super) fn advance(
        &mut self,
        pace: Pace,
        trace: &Trace,
        playhead: Playhead,
        ms: f64,
        whole_events: bool,
    ) -> (Playhead, bool) {
        // A playhead that was moved by hand is where it is.
        let (from, unspent) = if self.shown == playhead {
            (self.exact, self.unspent_ms)
        } else {
            (playhead, 0.0)
        };
        // A clock of the browser may stand still or say nonsense.
        let ms = if ms.is_finite() { ms } else { 0.0 };
        let advance = pace.advance(trace, from, unspent + ms.clamp(0.0, LONGEST_FRAME_MS));
        let mut shown = advance.playhead;
        if whole_events {
            let last = shown.last_event(trace);
            shown.time = last.map_or(shown.time, |event| event.at);
        }
        *self = Self {
            exact: advance.playhead,
            shown,
            unspent_ms: advance.unspent_ms,
        };
        (shown, advance.reached_end)
    }
}
