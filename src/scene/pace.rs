//! How wall time becomes simulated time while a trace is played.

use super::Playhead;
use super::playhead::is_milestone;
use crate::engine::{EventKind, SimDuration, SimTime, Trace};

/// The speeds on offer: simulated seconds for each second on the wall, as a fraction.
const SPEEDS: [(u32, u32); 17] = [
    (1, 1000),
    (1, 500),
    (1, 200),
    (1, 100),
    (1, 50),
    (1, 20),
    (1, 10),
    (1, 5),
    (1, 2),
    (1, 1),
    (2, 1),
    (5, 1),
    (10, 1),
    (60, 1),
    (300, 1),
    (900, 1),
    (3600, 1),
];
/// The speed to begin with: a round trip of 20 ms takes one second.
const DEFAULT_STEP: usize = 4;
/// The longest time on the wall, in milliseconds, for a stretch in which nothing travels.
const IDLE_WALL_MS: f64 = 900.0;
/// Time on the wall to read the caption of an event that moves the story on, in milliseconds.
const MILESTONE_DWELL_MS: f64 = 900.0;
/// Time on the wall to read any other caption, in milliseconds.
const EVENT_DWELL_MS: f64 = 350.0;
/// At this speed and below captions get their full time.
const READING_SPEED: f64 = 0.1;

/// A speed from a log scale.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    /// The index into [`SPEEDS`].
    step: usize,
}

impl Default for Pace {
    fn default() -> Self {
        Self { step: DEFAULT_STEP }
    }
}

/// What became of a stretch of wall time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Advance {
    /// Where the playhead stands now.
    pub playhead: Playhead,
    /// Whether the last event has been shown and read.
    pub reached_end: bool,
    /// Wall time that was not used up, in milliseconds: add it to the next call's.
    pub unspent_ms: f64,
}

impl Pace {
    /// The number of speeds on offer.
    pub const STEPS: usize = SPEEDS.len();

    /// One of the speeds, slowest first; the fastest if there are not so many.
    pub fn from_step(step: usize) -> Self {
        Self {
            step: step.min(SPEEDS.len() - 1),
        }
    }

    /// Which of the speeds this is, from 0.
    pub fn step(self) -> usize {
        self.step
    }

    /// The next speed up.
    #[must_use]
    pub fn faster(self) -> Self {
        Self::from_step(self.step + 1)
    }

    /// The next speed down.
    #[must_use]
    pub fn slower(self) -> Self {
        Self::from_step(self.step.saturating_sub(1))
    }

    /// Simulated seconds for each second on the wall.
    pub fn speed(self) -> f64 {
        let (numerator, denominator) = SPEEDS[self.step];
        f64::from(numerator) / f64::from(denominator)
    }

    /// The speed as the transport bar shows it: `1/50 speed`, `real time`, `60×`.
    pub fn label(self) -> String {
        match SPEEDS[self.step] {
            (1, 1) => "real time".to_owned(),
            (1, denominator) => format!("1/{denominator} speed"),
            (numerator, _) => format!("{numerator}×"),
        }
    }

    /// Plays on for `wall_ms`. Time flows at the chosen speed while something travels;
    /// stretches in which nothing does are shortened. Every event is stopped at for long
    /// enough to read its caption, and none is passed over.
    pub fn advance(self, trace: &Trace, playhead: Playhead, wall_ms: f64) -> Advance {
        let mut playhead = playhead.fit(trace);
        let mut budget = wall_ms.clamp(0.0, 60_000.0);
        loop {
            let start = playhead
                .last_event(trace)
                .map_or(SimTime::ZERO, |event| event.at);
            let next = trace.events().get(playhead.events);
            let gap = next.map_or(SimDuration::ZERO, |next| next.at.since(start));
            let gap_wall = self.gap_wall_ms(trace, playhead, gap);
            if playhead.time <= start {
                let dwell = self.dwell_ms(trace, playhead) - gap_wall;
                if budget < dwell {
                    return Advance {
                        playhead,
                        reached_end: false,
                        unspent_ms: budget,
                    };
                }
                budget -= dwell.max(0.0);
            }
            let Some(next) = next else {
                return Advance {
                    playhead,
                    reached_end: true,
                    unspent_ms: 0.0,
                };
            };
            let left = next.at.since(playhead.time).as_micros() as f64;
            let rate = if gap_wall > 0.0 {
                gap.as_micros() as f64 / gap_wall
            } else {
                f64::INFINITY
            };
            if left > budget * rate {
                // Never stand still: the time at an event is paid for once.
                let micros = ((budget * rate) as u64).max(1);
                playhead.time = (playhead.time + SimDuration::from_micros(micros)).min(next.at);
                return Advance {
                    playhead,
                    reached_end: false,
                    unspent_ms: 0.0,
                };
            }
            budget -= if gap_wall > 0.0 { left / rate } else { 0.0 };
            playhead = playhead.step_forward(trace);
        }
    }

    /// The wall time for the stretch between the last shown event and the next.
    fn gap_wall_ms(self, trace: &Trace, playhead: Playhead, gap: SimDuration) -> f64 {
        let wall = gap.as_millis_f64() / self.speed();
        if is_anything_in_flight(trace, playhead) {
            wall
        } else {
            wall.min(IDLE_WALL_MS)
        }
    }

    /// The wall time to stop at the last shown event.
    fn dwell_ms(self, trace: &Trace, playhead: Playhead) -> f64 {
        let Some(event) = playhead.last_event(trace) else {
            return 0.0;
        };
        let full = if is_milestone(&event.kind) {
            MILESTONE_DWELL_MS
        } else {
            EVENT_DWELL_MS
        };
        full * (READING_SPEED / self.speed()).sqrt().min(1.0)
    }
}

/// Events looked at to find what is in flight. A round trip is a handful of events; a window
/// keeps a frame's work bounded.
const FLIGHT_WINDOW: usize = 200;

/// Whether a datagram that arrives somewhere is on its way.
fn is_anything_in_flight(trace: &Trace, playhead: Playhead) -> bool {
    playhead
        .shown(trace)
        .iter()
        .rev()
        .take(FLIGHT_WINDOW)
        .any(|event| {
            matches!(&event.kind, EventKind::DatagramSent { arrives_at: Some(at), .. }
            if *at > playhead.time)
        })
}
