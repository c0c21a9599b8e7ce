//! Runs for single figures of the prose, such as "with everything on anycast": with some knobs
//! elsewhere than they stand, and whenever nothing else is to be run.

use std::collections::BTreeMap;

use leptos::prelude::*;

use super::bench::{CrowdBench, Purpose};

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
        let next = self.wanted.with_value(|wanted| {
            let mut wanted = wanted.iter().map(|(figure, own)| {
                let mut knobs = knobs.clone();
                knobs.extend(own.iter().map(|(id, value)| (id.clone(), *value)));
                (figure.clone(), knobs)
            });
            wanted.find(|(figure, knobs)| {
                self.asides.with_untracked(|asides| {
                    asides.get(figure).is_none_or(|run| run.knobs != *knobs)
                })
            })
        });
        if let Some((figure, knobs)) = next {
            self.begin(Purpose::Aside(figure), knobs);
        }
    }
}
