//! What one client question may cost, with everything that is looked up on its way.

use std::collections::BTreeMap;

use super::config::WorkLimits;
use super::resolution::ResolutionId;
use crate::dns::Question;

/// What has been spent on one question and on all it started.
#[derive(Clone, Debug, Default)]
struct Budget {
    /// Queries sent.
    queries: usize,
    /// Name server addresses looked up.
    targets: usize,
    /// Address lookups that came to nothing, which others need not repeat.
    failed_lookups: Vec<Question>,
    /// Resolutions that draw on it.
    members: usize,
}

/// The budgets by the resolution that began it all. One lives until its last member ends.
#[derive(Clone, Debug, Default)]
pub(super) struct Budgets(BTreeMap<ResolutionId, Budget>);

impl Budgets {
    /// A resolution begins to draw on a budget.
    pub(super) fn join(&mut self, root: ResolutionId) {
        self.0.entry(root).or_default().members += 1;
    }

    /// A resolution has ended. Returns the queries spent in all.
    pub(super) fn leave(&mut self, root: ResolutionId) -> usize {
        let Some(budget) = self.0.get_mut(&root) else {
            return 0;
        };
        let spent = budget.queries;
        budget.members = budget.members.saturating_sub(1);
        if budget.members == 0 {
            self.0.remove(&root);
        }
        spent
    }

    /// Whether no query is left.
    pub(super) fn is_exhausted(&self, root: ResolutionId, limits: &WorkLimits) -> bool {
        let spent = self.0.get(&root).map_or(0, |budget| budget.queries);
        spent >= limits.total_queries
    }

    /// Counts one query; `false` if none is left.
    pub(super) fn charge_query(&mut self, root: ResolutionId, limits: &WorkLimits) -> bool {
        let budget = self.0.entry(root).or_default();
        let is_left = budget.queries < limits.total_queries;
        budget.queries += usize::from(is_left);
        is_left
    }

    /// Counts one lookup of a name server's address; `false` if none is left.
    pub(super) fn charge_target(&mut self, root: ResolutionId, limits: &WorkLimits) -> bool {
        let budget = self.0.entry(root).or_default();
        let is_left = budget.targets < limits.targets;
        budget.targets += usize::from(is_left);
        is_left
    }

    /// Remembers an address lookup that came to nothing.
    pub(super) fn note_failure(&mut self, root: ResolutionId, question: &Question) {
        if let Some(budget) = self.0.get_mut(&root) {
            budget.failed_lookups.push(question.clone());
        }
    }

    /// Whether an address lookup came to nothing before.
    pub(super) fn has_failed(&self, root: ResolutionId, question: &Question) -> bool {
        let budget = self.0.get(&root);
        budget.is_some_and(|budget| budget.failed_lookups.contains(question))
    }
}
