//! The memory of failures ([RFC 9520](https://www.rfc-editor.org/rfc/rfc9520)): what could not be
//! resolved is not tried again at once.

use crate::dns::{Question, Rcode};
use crate::engine::table::Table;
use crate::engine::{FailureReason, SimDuration, SimTime};

/// Failures remembered at most; the one that ends first goes first.
const CAPACITY: usize = 1000;

/// A failure that is remembered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Failure {
    /// The code that was reported.
    pub(super) rcode: Rcode,
    /// What went wrong.
    pub(super) reason: FailureReason,
    /// When it is forgotten.
    pub(super) expires_at: SimTime,
}

/// Failures by question.
#[derive(Clone, Debug, Default)]
pub(super) struct FailureMemory(Table<Question, Failure>);

impl FailureMemory {
    /// Remembers a failure for `ttl`; returns when it ends, `None` if it is not kept.
    pub(super) fn remember(
        &mut self,
        now: SimTime,
        question: &Question,
        rcode: Rcode,
        reason: FailureReason,
        ttl: SimDuration,
    ) -> Option<SimTime> {
        let expires_at = now + ttl;
        if expires_at <= now {
            return None;
        }
        if self.0.len() >= CAPACITY && !self.0.contains_key(question) {
            let ends = self.0.values().map(|failure| failure.expires_at);
            if let Some((index, _)) = ends.enumerate().min_by_key(|(_, end)| *end) {
                self.0.swap_remove_index(index);
            }
        }
        let failure = Failure {
            rcode,
            reason,
            expires_at,
        };
        self.0.insert(question.clone(), failure);
        Some(expires_at)
    }

    /// The failure remembered for a question.
    pub(super) fn get(&self, now: SimTime, question: &Question) -> Option<Failure> {
        let failure = self.0.get(question).copied();
        failure.filter(|failure| now < failure.expires_at)
    }

    /// Forgets the failure of one question: it was answered.
    pub(super) fn forget(&mut self, question: &Question) {
        self.0.swap_remove(question);
    }

    /// Forgets everything.
    pub(super) fn clear(&mut self) {
        self.0.clear();
    }
}
