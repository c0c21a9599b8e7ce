//! The crowd at hand in a link, and back.

use super::bench::{CrowdBench, Effect, Phase};
use crate::page::runs::Seat;
use crate::scenario::crowd::CrowdView;
use crate::scene::population::TimeWindow;

impl CrowdBench {
    /// What brings the crowd back as it is seen; `None` where there is none.
    pub fn view(&self) -> Option<CrowdView> {
        let source = self.source()?;
        let second = self.pinned.as_ref().map(|run| run.knobs.clone());
        Some(CrowdView {
            clients: self.clients,
            at: self.cursor,
            zoom: zoom_of(self.window),
            has_run: self.run.is_some() || !self.is_idle(),
            ..CrowdView::of(source, self.seed, &self.knobs, &second.unwrap_or_default())
        })
    }

    /// Brings a crowd back as a link has it, and runs it if it was run when the link was made.
    /// What does not fit the crowd on the bench is passed over.
    pub(super) fn restore(&mut self, view: &CrowdView, out: &mut Vec<Effect>) {
        let Some(source) = self.source().cloned() else {
            return;
        };
        if view.crowd != source.id {
            return;
        }
        let view = view.admitted(&source);
        self.knobs = view.first_knobs(&source);
        self.seed = view.seed.unwrap_or(source.seed);
        self.clients = view.clients;
        self.cursor = view.at;
        self.window = window_of(view.zoom);
        if !view.has_run {
            return;
        }
        let Some(second) = view.second_knobs(&source) else {
            self.run_all(out);
            return;
        };
        if let Some(flight) = self.begin(Seat::Charts, second, None, out) {
            self.phase = Phase::RunningFirst { flight, share: 0.0 };
        }
    }
}

/// What a link has to carry of a window; the whole run is not said.
fn zoom_of(window: TimeWindow) -> Option<(u32, f64)> {
    (window.level > 0).then_some((window.level, window.about))
}

/// The window of a link.
fn window_of(zoom: Option<(u32, f64)>) -> TimeWindow {
    zoom.map(|(level, about)| TimeWindow { level, about })
        .unwrap_or_default()
}
