//! What came beside cached answers: authority and additional sections for clients that are
//! to get more than the minimum, and the proofs beside negative answers.

use super::resolution::Extras;
use crate::dns::{Question, Rrset, Ttl};
use crate::engine::table::Table;
use crate::engine::{Cache, Freshness, SimDuration, SimTime};

/// Answers remembered at most; the oldest goes first.
const CAPACITY: usize = 1000;

/// The sections beside answers, by question, with the time they came.
#[derive(Clone, Debug, Default)]
pub(super) struct ExtrasMemory(Table<Question, Memory>);

/// What came beside one answer.
#[derive(Clone, Debug)]
struct Memory {
    /// The sections.
    extras: Extras,
    /// When they came.
    since: SimTime,
    /// They were meant for one client network, so the cache does not hold them.
    is_apart: bool,
}

impl Memory {
    /// A set as it may be handed out now. What the cache holds of it counts, for it may have
    /// been fetched anew since.
    fn counted(
        &self,
        now: SimTime,
        set: &Rrset,
        freshness: Freshness,
        cache: &Cache,
    ) -> Option<Rrset> {
        let shared = cache.records_with(now, &set.owner, set.rtype, freshness);
        if let Some(shared) = shared.filter(|_| !self.is_apart) {
            return Some(shared);
        }
        let age = now.since(self.since).as_micros();
        let life = SimDuration::from(set.ttl).as_micros();
        match freshness {
            Freshness::Stale { reply_ttl, .. } if age >= life => {
                Some(set.with_ttl(set.ttl.min(Ttl::from_secs(reply_ttl))))
            }
            _ if age >= life => None,
            _ => Some(set.with_ttl(SimDuration::from_micros(life - age).as_ttl())),
        }
    }
}

impl ExtrasMemory {
    /// Remembers what came beside an answer.
    pub(super) fn remember(
        &mut self,
        now: SimTime,
        question: &Question,
        extras: &Extras,
        is_apart: bool,
    ) {
        if self.0.len() >= CAPACITY && !self.0.contains_key(question) {
            let ages = self.0.values().map(|memory| memory.since);
            if let Some((index, _)) = ages.enumerate().min_by_key(|(_, since)| *since) {
                self.0.swap_remove_index(index);
            }
        }
        let memory = Memory {
            extras: extras.clone(),
            since: now,
            is_apart,
        };
        self.0.insert(question.clone(), memory);
    }

    /// Whether all that came beside an answer is still alive, or nothing is known of it.
    pub(super) fn is_whole(&self, now: SimTime, question: &Question, cache: &Cache) -> bool {
        let Some(memory) = self.0.get(question) else {
            return true;
        };
        let extras = &memory.extras;
        let mut sets = extras.authority.iter().chain(&extras.additional);
        sets.all(|set| memory.counted(now, set, Freshness::Live, cache).is_some())
    }

    /// What came beside an answer, TTLs counted down.
    pub(super) fn get(
        &self,
        now: SimTime,
        question: &Question,
        freshness: Freshness,
        cache: &Cache,
    ) -> Extras {
        let Some(memory) = self.0.get(question) else {
            return Extras::default();
        };
        let counted = |set: &Rrset| memory.counted(now, set, freshness, cache);
        Extras {
            authority: memory.extras.authority.iter().filter_map(counted).collect(),
            additional: memory
                .extras
                .additional
                .iter()
                .filter_map(counted)
                .collect(),
        }
    }

    /// Forgets everything.
    pub(super) fn clear(&mut self) {
        self.0.clear();
    }
}
