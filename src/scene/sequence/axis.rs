//! The time axis of the waterfall.

use super::{RowMark, SequenceRow, SequenceWindow, Tick};
use crate::engine::{SimDuration, SimTime};
use crate::scene::words::duration;

/// The shortest window, so that an instant has a place in it.
pub(super) const SHORTEST: SimDuration = SimDuration::from_millis(1);
/// About how many labels the time axis has.
const TICKS: f64 = 6.0;

/// The time axis.
#[derive(Clone, Copy)]
pub(super) struct Scale {
    /// Where it begins.
    pub(super) start: SimTime,
    /// Where it ends, later than the start.
    pub(super) end: SimTime,
}

impl Scale {
    /// A moment as a fraction, kept within 0 to 1.
    pub(super) fn fraction(self, at: SimTime) -> f64 {
        let whole = self.end.since(self.start).as_micros() as f64;
        (at.since(self.start).as_micros() as f64 / whole).clamp(0.0, 1.0)
    }

    /// Whether any part of a row lies in the window.
    pub(super) fn shows(self, row: &SequenceRow, window: SequenceWindow) -> bool {
        if window == SequenceWindow::Whole {
            return true;
        }
        match row.mark {
            // What lies outside was moved to an edge.
            RowMark::Instant(at) => at > 0.0 && at < 1.0,
            RowMark::Bar(bar) => bar.end > 0.0 && bar.start < 1.0,
        }
    }
}

/// Labels at round distances, counted from `origin`.
pub(super) fn ticks(scale: Scale, origin: SimTime) -> Vec<Tick> {
    let whole = scale.end.since(scale.start).as_micros() as f64;
    let rough = (whole / TICKS).max(1.0);
    let power = 10_f64.powf(rough.log10().floor());
    let step = [1.0, 2.0, 5.0, 10.0]
        .into_iter()
        .map(|factor| factor * power);
    let step = step
        .into_iter()
        .find(|step| *step >= rough)
        .unwrap_or(rough);
    let offset = scale.start.since(origin).as_micros() as f64;
    let first = (offset / step).ceil();
    let marks = (0..=(whole / step) as u32).map(|index| (first + f64::from(index)) * step);
    let marks = marks.filter(|micros| *micros <= offset + whole + 0.5);
    let marks = marks.map(|micros| {
        let at = SimDuration::from_micros(micros.round() as u64);
        Tick {
            fraction: scale.fraction(origin + at),
            text: duration(at),
        }
    });
    marks.collect()
}
