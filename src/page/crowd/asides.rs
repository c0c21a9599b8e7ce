//! Runs for single figures of the prose, such as "with everything on anycast": with some knobs
//! elsewhere than they stand, and whenever nothing else is to be run.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::bench::{CrowdBench, Effect, Phase};
use super::running::{DAMAGED, for_lesson};
use crate::lesson::CrowdRun as LessonRun;
use crate::page::runs::{News, Product, Seat};

impl CrowdBench {
    /// Notes that a figure wants a run of its own.
    pub(super) fn want_aside(&mut self, figure: String, knobs: BTreeMap<String, f64>) {
        if !self.wanted.iter().any(|(known, _)| *known == figure) {
            self.wanted.push((figure, knobs));
        }
    }

    /// Makes the next run that is wanted and not there, if nothing else is under way.
    pub(super) fn run_asides(&mut self, out: &mut Vec<Effect>) {
        let is_free = matches!(self.phase, Phase::Still) && self.is_idle();
        if !is_free || self.aside.is_some() {
            return;
        }
        for index in 0..self.wanted.len() {
            let Some((figure, own)) = self.wanted.get(index).cloned() else {
                return;
            };
            let mut knobs = self.knobs.clone();
            knobs.extend(own);
            let there = self.asides.get(&figure);
            if there.is_some_and(|run| run.knobs == knobs) {
                continue;
            }
            // Several figures may be about the same run, and it may be the one that is looked at.
            if let Some(run) = self.known_run(&knobs) {
                self.asides.insert(figure, run);
                continue;
            }
            if let Some(flight) = self.begin(Seat::Aside, knobs, None, out) {
                self.aside = Some((figure, flight));
            }
            return;
        }
    }

    /// A run with the knobs in these places, if one was made.
    fn known_run(&self, knobs: &BTreeMap<String, f64>) -> Option<Arc<LessonRun>> {
        let known = self.last.iter().chain(self.asides.values());
        known.into_iter().find(|run| run.knobs == *knobs).cloned()
    }

    /// Hears of such a run.
    pub(super) fn hear_aside(&mut self, number: u32, news: News) {
        let is_it = { self.aside.as_ref() }.is_some_and(|(_, flight)| flight.number == number);
        if !is_it || matches!(news, News::Progress(_)) {
            return;
        }
        let Some((figure, flight)) = self.aside.take() else {
            return;
        };
        match news {
            News::Progress(_) => {}
            News::Failed(problem) => self.phase = Phase::Failed(problem),
            News::Done(Product::Crowd { factor, series }) => {
                if let Some(run) = self.run_of(&flight, factor, *series) {
                    self.asides.insert(figure, Arc::new(for_lesson(&run)));
                }
            }
            News::Done(_) => self.phase = Phase::Failed(DAMAGED.to_owned()),
        }
    }
}
