//! The primary while it is healthy, else the secondary, by the rules of [Route 53].
//!
//! Ranks are priorities, the smallest first; endpoints of one rank answer together. With
//! nothing healthy in any rank all count as healthy, so the primary answers.
//!
//! [Route 53]: https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/routing-policy-failover.html

use super::decision::{Draft, Reason, Step};

/// The endpoints of the first rank that has a healthy one.
pub(super) fn choose(draft: &mut Draft<'_>) {
    draft.keep_usable();
    let endpoints = draft.pool.endpoints();
    let Some(priority) = draft.list.iter().map(|&i| endpoints[i].priority).min() else {
        return;
    };
    draft.keep(Reason::LowerRank, |index| {
        endpoints[index].priority == priority
    });
    draft.note(Step::RankAnswers {
        priority,
        is_fallback: endpoints.iter().any(|e| e.priority < priority),
    });
}
