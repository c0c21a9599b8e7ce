//! The transport bar: a trace laid out on a line on which idle minutes do not squash
//! busy milliseconds.

use super::Playhead;
use super::caption::{Tone, tone};
use super::playhead::is_milestone;
use super::words::moment;
use crate::engine::{EventKind, SimDuration, SimTime, Trace, TraceEvent};

/// The width of one event, in units of the scale below.
const EVENT_WIDTH: f64 = 0.35;

/// Marks that are drawn at most. More lie upon each other, and each is an element that the
/// browser keeps.
pub const MOST_MARKS: usize = 150;

/// A mark on the transport bar.
#[derive(Clone, Debug, PartialEq)]
pub struct Mark {
    /// Where it stands, 0 to 1.
    pub fraction: f64,
    /// The event it stands at, as an index into the trace; of several the most important.
    pub event: usize,
    /// Its color.
    pub tone: Tone,
    /// How large it is drawn.
    pub size: MarkSize,
    /// The number of events it stands for.
    pub count: usize,
    /// What it stands for, where that is more than one event.
    pub title: Option<String>,
}

/// How large a mark is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MarkSize {
    /// An event that fills the story in.
    Small,
    /// An event that moves the story on.
    Big,
    /// Several events that move the story on, too close to each other to be drawn apart.
    Many,
}

impl MarkSize {
    /// The name in style sheets.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Small => "small",
            Self::Big => "big",
            Self::Many => "many",
        }
    }
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
        let marks = marks(trace, &positions);
        Self { positions, marks }
    }

    /// The marks in order, [`MOST_MARKS`] at most: one for each event of a short trace, one for
    /// each event that moves the story on of a longer one, and of a long one a mark for all of
    /// them that lie close together.
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

/// The marks of events at positions from 0 to 1.
fn marks(trace: &Trace, positions: &[f64]) -> Vec<Mark> {
    let is_short = trace.len() <= MOST_MARKS;
    let told = |event: &&TraceEvent| is_short || is_milestone(&event.kind);
    let told: Vec<&TraceEvent> = trace.events().iter().filter(told).collect();
    let position = |event: &TraceEvent| positions.get(event.id.index()).copied().unwrap_or(1.0);
    if told.len() <= MOST_MARKS {
        let each = told.into_iter();
        return each.map(|event| mark(&[event], position)).collect();
    }
    let slot = |event: &TraceEvent| (position(event) * MOST_MARKS as f64).ceil() as usize;
    let close = told.chunk_by(|a, b| slot(a) == slot(b));
    close.map(|events| mark(events, position)).collect()
}

/// The mark of one event or of several that lie close together.
fn mark(events: &[&TraceEvent], position: impl Fn(&TraceEvent) -> f64) -> Mark {
    // The first of those that are equally important.
    let weightiest = { events.iter().rev() }.max_by_key(|event| weight(event));
    let (Some(event), Some(first), Some(last)) = (weightiest, events.first(), events.last()) else {
        unreachable!("a mark stands for one event at least");
    };
    let is_single = events.len() == 1;
    let (size, title) = match is_single {
        true if is_milestone(&event.kind) => (MarkSize::Big, None),
        true => (MarkSize::Small, None),
        false => {
            let (from, to) = (moment(first.at), moment(last.at));
            let when = if from == to {
                format!("at {from}")
            } else {
                format!("from {from} to {to}")
            };
            (
                MarkSize::Many,
                Some(format!("{} events {when}", events.len())),
            )
        }
    };
    Mark {
        fraction: position(event),
        event: event.id.index(),
        tone: tone(event),
        size,
        count: events.len(),
        title,
    }
}

/// How important an event is among those that move the story on: acts and lookups first, then
/// what went wrong.
fn weight(event: &TraceEvent) -> u8 {
    match &event.kind {
        EventKind::Intervened { .. } => 4,
        EventKind::LookupFinished { .. } => 3,
        EventKind::LookupStarted { .. } => 2,
        _ if tone(event) == Tone::Failure => 1,
        _ => 0,
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

    /// The events of a trace that move the story on, by index.
    fn milestones(trace: &Trace) -> Vec<usize> {
        let events = trace.events().iter();
        let told = events.filter(|event| is_milestone(&event.kind));
        told.map(|event| event.id.index()).collect()
    }

    /// A session of some hundred lookups.
    fn long_session() -> crate::engine::Timeline {
        let names = ["www.example.com", "nope.example.org", "www.example.net"];
        let acts: Vec<_> = (0..150)
            .map(|i| (i * 400, samples::ask(names[i as usize % 3])))
            .collect();
        samples::session(&acts)
    }

    #[test]
    fn marks_rise_from_zero_to_one() {
        for timeline in samples::all().into_iter().chain([long_session()]) {
            let track = Track::new(timeline.trace());
            let marks = track.marks();
            assert!(marks.is_sorted_by(|a, b| a.fraction < b.fraction && a.event < b.event));
            let is_inside = |mark: &Mark| (0.0..=1.0).contains(&mark.fraction);
            assert!(marks.iter().all(is_inside));
            assert!(track.positions.is_sorted_by(|a, b| a < b));
        }
    }

    #[test]
    fn a_short_trace_has_a_mark_for_each_event() {
        let timeline = samples::session(&[(0, samples::ask("www.example.com"))]);
        let trace = timeline.trace();
        assert!(trace.len() <= MOST_MARKS);
        let track = Track::new(trace);
        let marked: Vec<usize> = track.marks().iter().map(|mark| mark.event).collect();
        assert_eq!(marked, (0..trace.len()).collect::<Vec<_>>());
        let is_big = |mark: &Mark| mark.size == MarkSize::Big;
        let big: Vec<&Mark> = track.marks().iter().filter(|mark| is_big(mark)).collect();
        assert_eq!(big.len(), milestones(trace).len());
    }

    #[test]
    fn a_long_trace_has_few_marks_that_stand_for_all_that_matters() {
        let timeline = long_session();
        let trace = timeline.trace();
        let milestones = milestones(trace);
        assert!(milestones.len() > 2 * MOST_MARKS);
        let track = Track::new(trace);
        let marks = track.marks();
        assert!((MOST_MARKS / 3..=MOST_MARKS).contains(&marks.len()));
        // Each stands for a stretch of them, one after the other, itself among them.
        let mut rest = milestones.as_slice();
        for mark in marks {
            let (own, later) = rest.split_at(mark.count);
            assert!(own.contains(&mark.event));
            assert_eq!(mark.size == MarkSize::Many, own.len() > 1);
            match &mark.title {
                Some(title) => assert!(title.starts_with(&format!("{} events ", own.len()))),
                None => assert_eq!(own.len(), 1),
            }
            let heaviest = own
                .iter()
                .map(|event| weight(&trace.events()[*event]))
                .max();
            assert_eq!(heaviest, Some(weight(&trace.events()[mark.event])));
            rest = later;
        }
        assert!(rest.is_empty(), "no milestone is left out");
    }

    #[test]
    fn an_act_among_many_events_gives_their_mark_its_place() {
        let mut acts: Vec<_> = (0..150)
            .map(|i| (i * 400, samples::ask("www.example.com")))
            .collect();
        acts.push((70_001, crate::engine::Intervention::SetLoss { percent: 1 }));
        acts.sort_by_key(|(at, _)| *at);
        let timeline = samples::session(&acts);
        let is_act = |event: &&TraceEvent| matches!(event.kind, EventKind::Intervened { .. });
        let act = timeline.trace().events().iter().find(is_act);
        let act = act.expect("the network was changed").id.index();
        let track = Track::new(timeline.trace());
        assert!(track.marks().iter().any(|mark| mark.event == act));
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
        let track = Track::new(timeline.trace());
        let first = timeline.trace().count_until(samples::at_secs(100));
        assert!(track.position(first - 1) > 0.4);
    }
}
