//! The transport bar: a trace laid out on a line on which idle minutes do not squash
//! busy milliseconds.

use super::Playhead;
use super::caption::{Tone, tone};
use super::playhead::is_milestone;
use crate::engine::{SimDuration, SimTime, Trace};

/// The width of one event, in units of the scale below.
const EVENT_WIDTH: f64 = 0.35;

/// A mark on the transport bar.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Mark {
    /// Where it stands, 0 to 1.
    pub fraction: f64,
    /// The event it stands for, as an index into the trace.
    pub event: usize,
    /// Its color.
    pub tone: Tone,
    /// Whether the event moves the story on; the others may be drawn small or not at all.
    pub is_milestone: bool,
}

/// A trace on a line from 0 to 1. Each event has a width; the stretch before it is as long as
/// the logarithm of the time that passed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Track {
    /// The position of each event.
    positions: Vec<f64>,
    /// The marks in order.
    marks: Vec<Mark>,
}

/// The marks of a trace.
pub fn marks(trace: &Trace) -> Vec<Mark> {
    Track::new(trace).marks
}

impl Track {
    /// Lays out a trace.
    pub fn new(trace: &Trace) -> Self {
        let mut position = 0.0;
        let mut previous = SimTime::ZERO;
        let mut positions = Vec::with_capacity(trace.len());
        for event in trace.events() {
            position += EVENT_WIDTH + width_of(event.at.since(previous));
            positions.push(position);
            previous = event.at;
        }
        let whole = if position > 0.0 { position } else { 1.0 };
        for position in &mut positions {
            *position /= whole;
        }
        let marks = trace.events().iter().zip(&positions);
        let marks = marks.map(|(event, fraction)| Mark {
            fraction: *fraction,
            event: event.id.index(),
            tone: tone(event),
            is_milestone: is_milestone(&event.kind),
        });
        let marks = marks.collect();
        Self { positions, marks }
    }

    /// The marks in order.
    pub fn marks(&self) -> &[Mark] {
        &self.marks
    }

    /// Where a playhead stands, 0 to 1.
    pub fn fraction_of(&self, trace: &Trace, playhead: Playhead) -> f64 {
        let playhead = playhead.fit(trace);
        let from = playhead
            .events
            .checked_sub(1)
            .map_or(0.0, |last| self.position(last));
        let Some(next) = trace.events().get(playhead.events) else {
            return if trace.is_empty() { 0.0 } else { 1.0 };
        };
        let start = playhead
            .last_event(trace)
            .map_or(SimTime::ZERO, |event| event.at);
        let gap = next.at.since(start).as_micros() as f64;
        let done = playhead.time.since(start).as_micros() as f64;
        let share = if gap > 0.0 { done / gap } else { 0.0 };
        from + (self.position(playhead.events) - from) * share
    }

    /// The playhead at a place of the line.
    pub fn playhead_at(&self, trace: &Trace, fraction: f64) -> Playhead {
        let fraction = if fraction.is_nan() {
            0.0
        } else {
            fraction.clamp(0.0, 1.0)
        };
        // Positions come from a division; without a tolerance an event would miss itself.
        let events = self
            .positions
            .partition_point(|position| *position <= fraction + 1e-12);
        let start = events
            .checked_sub(1)
            .and_then(|last| trace.events().get(last));
        let (start, from) = match start {
            Some(event) => (event.at, self.position(events - 1)),
            None => (SimTime::ZERO, 0.0),
        };
        let Some(next) = trace.events().get(events) else {
            return Playhead::end(trace);
        };
        let width = self.position(events) - from;
        let share = if width > 0.0 {
            ((fraction - from) / width).clamp(0.0, 1.0)
        } else {
            0.0
        };
        let gap = next.at.since(start).as_micros();
        // The instant of the next event belongs to that event's own place.
        let micros = ((gap as f64 * share).round() as u64).min(gap.saturating_sub(1));
        Playhead {
            time: start + SimDuration::from_micros(micros),
            events,
        }
    }

    /// The position of an event; the end of the line if there is none.
    fn position(&self, index: usize) -> f64 {
        self.positions.get(index).copied().unwrap_or(1.0)
    }
}

/// How long a stretch of time is on the line: about 0 for a microsecond, 2.4 for 10 ms, 5.7 for
/// 5 minutes.
fn width_of(gap: SimDuration) -> f64 {
    let millis = gap.as_millis_f64();
    let quick = (1.0 + millis).ln().min(4.6);
    let slow = (1.0 + millis / 1e3).ln() * 0.3;
    quick + slow
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scene::samples;

    #[test]
    fn marks_rise_from_zero_to_one() {
        for timeline in samples::all() {
            let marks = marks(timeline.trace());
            assert_eq!(marks.len(), timeline.trace().len());
            assert!(marks.is_sorted_by(|a, b| a.fraction < b.fraction));
            assert!(
                marks
                    .iter()
                    .all(|mark| (0.0..=1.0).contains(&mark.fraction))
            );
        }
    }

    #[test]
    fn fraction_and_playhead_are_inverse() {
        for timeline in samples::all() {
            let trace = timeline.trace();
            let track = Track::new(trace);
            for index in 0..trace.len() {
                let playhead = Playhead::at_event(trace, index);
                assert_eq!(
                    track.playhead_at(trace, track.fraction_of(trace, playhead)),
                    playhead
                );
            }
            for step in 0..=1000 {
                let playhead = track.playhead_at(trace, f64::from(step) / 1000.0);
                assert_eq!(playhead.fit(trace), playhead);
                let again = track.playhead_at(trace, track.fraction_of(trace, playhead));
                assert_eq!(again.events, playhead.events);
                let drift = again.time.as_micros().abs_diff(playhead.time.as_micros());
                assert!(drift <= 1, "drifted {drift} µs");
            }
        }
    }

    #[test]
    fn idle_minutes_do_not_squash_a_lookup() {
        let acts = [
            (0, samples::ask("www.example.com")),
            (300, samples::ask("www.example.com")),
        ];
        let timeline = samples::session(&acts);
        let marks = marks(timeline.trace());
        let first = timeline.trace().count_until(samples::at_secs(100));
        assert!(marks[first - 1].fraction > 0.4);
    }
}
