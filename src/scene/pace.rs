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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scene::samples;

    #[test]
    fn playing_shows_every_event_in_turn_and_ends() {
        for timeline in samples::all() {
            let trace = timeline.trace();
            for step in [0, DEFAULT_STEP, Pace::STEPS - 1] {
                let pace = Pace::from_step(step);
                let (mut playhead, mut owed) = (Playhead::start(), 0.0);
                let mut frames = 0;
                loop {
                    let advance = pace.advance(trace, playhead, 16.0 + owed);
                    let next = advance.playhead;
                    assert!((next.time, next.events) >= (playhead.time, playhead.events));
                    assert_eq!(next.fit(trace), next);
                    (playhead, owed) = (next, advance.unspent_ms);
                    frames += 1;
                    assert!(frames < 2_000_000, "it never ends");
                    if advance.reached_end {
                        break;
                    }
                }
                assert!(playhead.is_at_end(trace));
            }
        }
    }

    #[test]
    fn captions_can_be_read_at_slow_speed() {
        let timeline = samples::cold();
        let trace = timeline.trace();
        let (mut playhead, mut owed) = (Playhead::start(), 0.0);
        loop {
            let advance = Pace::default().advance(trace, playhead, 16.0 + owed);
            assert!(
                advance.playhead.events <= playhead.events + 1,
                "one event a frame at most"
            );
            (playhead, owed) = (advance.playhead, advance.unspent_ms);
            if advance.reached_end {
                break;
            }
        }
    }

    #[test]
    fn idle_minutes_pass_within_a_second() {
        let acts = [
            (0, samples::ask("www.example.com")),
            (300, samples::ask("www.example.com")),
        ];
        let timeline = samples::session(&acts);
        let trace = timeline.trace();
        let second = trace
            .events()
            .iter()
            .position(|event| event.at >= samples::at_secs(300));
        let before = second.expect("a second question") - 1;
        let playhead = Playhead::at_event(trace, before);
        let advance = Pace::default().advance(trace, playhead, 2000.0);
        assert!(advance.playhead.time >= samples::at_secs(300));
    }

    #[test]
    fn labels_read_as_people_speak() {
        let labels: Vec<String> = (0..Pace::STEPS)
            .map(|step| Pace::from_step(step).label())
            .collect();
        assert!(labels.contains(&"1/50 speed".to_owned()));
        assert!(labels.contains(&"real time".to_owned()) && labels.contains(&"60×".to_owned()));
    }
}
