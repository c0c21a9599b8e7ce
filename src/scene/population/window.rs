//! The part of a run that its charts show.

use super::run::CrowdRun;
use super::words::markers;
use crate::engine::SimTime;
use crate::scenario::crowd::CrowdSource;

/// How many times shorter the span gets with each step.
const STEP: f64 = 4.0;
/// A span has at least so many bins, so that there is a line to see.
const FEWEST_BINS: f64 = 12.0;
/// Where in the span its moment stands: what follows a change is longer than what leads to it.
const LEAD: f64 = 0.2;

/// Which part of a run the charts over time show.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct TimeWindow {
    /// How many steps it is zoomed in; 0 is the whole run.
    pub level: u32,
    /// The moment it is about, in seconds since the start.
    pub about: f64,
}

/// A moment that a window can be about.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct WindowMoment {
    /// Seconds since the start.
    pub at: f64,
    /// What happens then, in words.
    pub title: String,
}

impl TimeWindow {
    /// What a crowd's charts show to begin with.
    pub fn opening(source: &CrowdSource) -> Self {
        let closely = |around: SimTime| Self {
            level: 1,
            about: around.as_secs_f64(),
        };
        source.around.map_or_else(Self::default, closely)
    }

    /// From when until when it shows a run, in seconds; `None` is all of it.
    pub fn span(self, run: &CrowdRun) -> Option<(f64, f64)> {
        let level = self.level.min(Self::deepest(run));
        if level == 0 {
            return None;
        }
        let length = run.end() / STEP.powi(level as i32);
        let low = (self.about - length * LEAD).clamp(0.0, run.end() - length);
        Some((low, low + length))
    }

    /// How many steps a run can be zoomed in.
    pub fn deepest(run: &CrowdRun) -> u32 {
        let bins = run.end() / run.bin();
        let steps = libm::log(bins / FEWEST_BINS) / libm::log(STEP);
        // No run has so many bins that more steps make sense.
        libm::floor(steps.clamp(0.0, 16.0) + 1e-9) as u32
    }

    /// One step in, about a moment.
    #[must_use]
    pub fn closer(self, run: &CrowdRun, about: f64) -> Self {
        Self {
            level: (self.level + 1).min(Self::deepest(run)),
            about,
        }
    }

    /// One step out, about the same moment.
    #[must_use]
    pub fn wider(self, run: &CrowdRun) -> Self {
        Self {
            level: self.level.min(Self::deepest(run)).saturating_sub(1),
            ..self
        }
    }
}

/// The moments of a run at which something is done, for which the charts may be wanted closely.
pub fn window_moments(run: &CrowdRun) -> Vec<WindowMoment> {
    let mut moments: Vec<WindowMoment> = Vec::new();
    for marker in markers(run).into_iter().filter(|it| !it.is_observed) {
        if moments.last().is_none_or(|last| last.at != marker.at) {
            moments.push(WindowMoment {
                at: marker.at,
                title: format!("{}: {}", run.moment_words(marker.at), marker.label),
            });
        }
    }
    moments
}
