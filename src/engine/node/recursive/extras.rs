//! What came beside cached answers: authority and additional sections for clients that are
//! to get more than the minimum, and the proofs beside negative answers.

use indexmap::IndexMap;

use super::resolution::Extras;
use crate::dns::{Question, Rrset, Ttl};
use crate::engine::{SimDuration, SimTime};

/// Answers remembered at most; the oldest goes first.
const CAPACITY: usize = 1000;

/// The sections beside answers, by question, with the time they came.
#[derive(Clone, Debug, Default)]
pub(super) struct ExtrasMemory(IndexMap<Question, (Extras, SimTime)>);

impl ExtrasMemory {
    /// Remembers what came beside an answer.
    pub(super) fn remember(&mut self, now: SimTime, question: &Question, extras: &Extras) {
        if self.0.len() >= CAPACITY && !self.0.contains_key(question) {
            let ages = self.0.values().map(|(_, since)| *since);
            if let Some((index, _)) = ages.enumerate().min_by_key(|(_, since)| *since) {
                self.0.swap_remove_index(index);
            }
        }
        self.0.insert(question.clone(), (extras.clone(), now));
    }

    /// What came beside an answer, TTLs counted down, without what has ended.
    pub(super) fn get(&self, now: SimTime, question: &Question) -> Extras {
        let Some((extras, since)) = self.0.get(question) else {
            return Extras::default();
        };
        let age = now.since(*since);
        let alive = |sets: &Vec<Rrset>| -> Vec<Rrset> {
            let counted = sets.iter().filter_map(|set| {
                let life = SimDuration::from(set.ttl);
                (age < life || set.ttl == Ttl::ZERO).then(|| {
                    set.with_ttl(
                        SimDuration::from_micros(life.as_micros().saturating_sub(age.as_micros()))
                            .as_ttl(),
                    )
                })
            });
            counted.collect()
        };
        Extras {
            authority: alive(&extras.authority),
            additional: alive(&extras.additional),
        }
    }

    /// Forgets everything.
    pub(super) fn clear(&mut self) {
        self.0.clear();
    }
}
