//! The primary while it is healthy, else the secondary, by the rules of [Route 53].
//!
//! Ranks are priorities, the smallest first; endpoints of one rank answer together. With
//! nothing healthy in any rank all count as healthy, so the primary answers.
//!
//! [Route 53]: https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/routing-policy-failover.html

use super::decision::{Draft, Reason, Step};

/// The endpoints of the first rank that has a healthy one.
pub(super) fn choose(draft: &mut Draft<'_>) -> Vec<usize> {
    let all = draft.all();
    let usable = draft.usable(&all);
    let endpoints = draft.pool.endpoints();
    let Some(priority) = usable.iter().map(|&i| endpoints[i].priority).min() else {
        return Vec::new();
    };
    let (chosen, behind): (Vec<usize>, Vec<usize>) = usable
        .into_iter()
        .partition(|&index| endpoints[index].priority == priority);
    draft.leave_out(behind, Reason::LowerRank);
    draft.note(Step::RankAnswers {
        priority,
        is_fallback: endpoints.iter().any(|e| e.priority < priority),
    });
    chosen
}
