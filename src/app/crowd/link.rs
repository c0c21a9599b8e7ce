//! The crowd at hand in a link, and back.

use leptos::prelude::*;

use super::bench::{CrowdBench, Purpose};
use crate::scenario::crowd::CrowdView;
use crate::scene::population::TimeWindow;

impl CrowdBench {
    /// What brings the crowd back as it is seen; `None` where there is none.
    pub fn view(&self) -> Option<CrowdView> {
        let source = self.source.get_untracked()?;
        let (seed, knobs) = (self.seed.get_untracked(), self.knobs.get_untracked());
        let pinned = self.pinned.get_untracked();
        let second = pinned.map(|run| run.knobs.clone()).unwrap_or_default();
        Some(CrowdView {
            clients: self.clients.get_untracked(),
            at: self.cursor.get_untracked(),
            zoom: zoom_of(self.window.get_untracked()),
            has_run: self.run.with_untracked(Option::is_some),
            ..CrowdView::of(&source, seed, &knobs, &second)
        })
    }

    /// Brings a crowd back as a link has it. What does not fit the crowd on the bench is passed
    /// over. Returns whether it was run when the link was made, and so is being run.
    pub fn restore(&self, view: &CrowdView) -> bool {
        let Some(source) = self.source.get_untracked() else {
            return false;
        };
        if view.crowd != source.id {
            return false;
        }
        let view = view.admitted(&source);
        let first = view.first_knobs(&source);
        self.knobs.set(first);
        self.seed.set(view.seed.unwrap_or(source.seed));
        self.clients.set(view.clients);
        self.cursor.set(view.at);
        self.window.set(window_of(view.zoom));
        if !view.has_run {
            return false;
        }
        match view.second_knobs(&source) {
            Some(second) => self.begin(Purpose::Pinned, second),
            None => self.run_all(),
        }
        true
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
