//! Runs for single figures of the prose, such as "with everything on anycast": with some knobs
//! elsewhere than they stand, and whenever nothing else is to be run.

use std::collections::BTreeMap;
use std::sync::Arc;

use leptos::prelude::*;

use super::bench::{CrowdBench, Purpose};
use crate::lesson::CrowdRun;

impl CrowdBench {
    /// Has a figure of the prose read off a run of its own, now and whenever a knob moves.
    pub fn want_aside(&self, figure: &str, knobs: BTreeMap<String, f64>) {
        self.wanted.update_value(|wanted| {
            if !wanted.iter().any(|(known, _)| known == figure) {
                wanted.push((figure.to_owned(), knobs));
            }
        });
        self.run_asides();
    }

    /// Makes the next run that is wanted and not there, if nothing else is under way.
    pub(super) fn run_asides(&self) {
        if !self.is_idle() || self.source.with_untracked(Option::is_none) {
            return;
        }
        let knobs = self.knobs.get_untracked();
        let wanted = self.wanted.get_value().into_iter();
        let missing = wanted.filter_map(|(figure, own)| {
            let mut knobs = knobs.clone();
            knobs.extend(own);
            let is_there = self
                .asides
                .with_untracked(|asides| asides.get(&figure).is_some_and(|run| run.knobs == knobs));
            (!is_there).then_some((figure, knobs))
        });
        let (mut next, mut found) = (None, Vec::new());
        for (figure, knobs) in missing {
            // Several figures may be about the same run, and it may be the one that is looked at.
            match self.known_run(&knobs) {
                Some(run) => found.push((figure, run)),
                None => {
                    next.get_or_insert((figure, knobs));
                }
            }
        }
        if !found.is_empty() {
            self.asides.update(|asides| asides.extend(found));
        }
        if let Some((figure, knobs)) = next {
            self.begin(Purpose::Aside(figure), knobs);
        }
    }

    /// A run with the knobs in these places, if one was made.
    fn known_run(&self, knobs: &BTreeMap<String, f64>) -> Option<Arc<CrowdRun>> {
        let last = self.last.get_untracked();
        last.filter(|run| run.knobs == *knobs).or_else(|| {
            self.asides.with_untracked(|asides| {
                let mut runs = asides.values();
                runs.find(|run| run.knobs == *knobs).map(Arc::clone)
            })
        })
    }
}
