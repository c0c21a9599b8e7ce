//! What came beside cached answers: authority and additional sections for clients that are
//! to get more than the minimum, and the proofs beside negative answers.

use indexmap::IndexMap;

use super::resolution::Extras;
use crate::dns::{Question, Rrset, Ttl};
use crate::engine::{Freshness, SimDuration, SimTime};

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

    /// Whether all that came beside an answer is still alive, or nothing is known of it.
    pub(super) fn is_whole(&self, now: SimTime, question: &Question) -> bool {
        let Some((extras, since)) = self.0.get(question) else {
            return true;
        };
        let age = now.since(*since);
        let mut sets = extras.authority.iter().chain(&extras.additional);
        sets.all(|set| age < SimDuration::from(set.ttl))
    }

    /// What came beside an answer, TTLs counted down.
    pub(super) fn get(&self, now: SimTime, question: &Question, freshness: Freshness) -> Extras {
        let Some((extras, since)) = self.0.get(question) else {
            return Extras::default();
        };
        let age = now.since(*since).as_micros();
        let counted = |set: &Rrset| {
            let life = SimDuration::from(set.ttl).as_micros();
            let left = SimDuration::from_micros(life.saturating_sub(age)).as_ttl();
            match freshness {
                Freshness::Stale { reply_ttl, .. } if age >= life => {
                    Some(set.with_ttl(set.ttl.min(Ttl::from_secs(reply_ttl))))
                }
                _ => (age < life).then(|| set.with_ttl(left)),
            }
        };
        Extras {
            authority: extras.authority.iter().filter_map(counted).collect(),
            additional: extras.additional.iter().filter_map(counted).collect(),
        }
    }

    /// Forgets everything.
    pub(super) fn clear(&mut self) {
        self.0.clear();
    }
}
