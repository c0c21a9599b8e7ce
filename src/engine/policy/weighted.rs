//! One value, drawn by weight, by the rules of [Route 53].
//!
//! The chance of a record is its weight by the sum of weights. A record of weight 0 never
//! answers, unless every weight is 0, when all are equal, or every record with a weight is
//! [unhealthy]. To draw again until the draw is healthy is to draw among the healthy.
//!
//! [Route 53]: https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/routing-policy-weighted.html
//! [unhealthy]: https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-failover-how-route-53-chooses-records.html

use super::decision::{Draft, Reason, Step};
use super::draw::weighted;
use crate::engine::Stream;

/// One endpoint, or none of an empty pool.
pub(super) fn choose(draft: &mut Draft<'_>, random: &mut Stream) -> Vec<usize> {
    let all = draft.all();
    let usable = draft.usable(&all);
    let has_weight = |&index: &usize| draft.pool.endpoints()[index].weight > 0;
    let (heavy, zero): (Vec<usize>, Vec<usize>) = usable.into_iter().partition(has_weight);
    if heavy.is_empty() && zero.is_empty() {
        return Vec::new();
    }
    if heavy.is_empty() {
        let is_any_heavy = all.iter().any(has_weight);
        draft.note(if is_any_heavy {
            Step::ZeroWeightsInPlay
        } else {
            Step::AllWeightsZero
        });
        return draw(draft, &zero, |_| 1, random);
    }
    draft.leave_out(zero, Reason::ZeroWeight);
    let pool = draft.pool;
    let weight = |index: usize| u64::from(pool.endpoints()[index].weight);
    draw(draft, &heavy, weight, random)
}

/// Draws one of `candidates`.
pub(super) fn draw(
    draft: &mut Draft<'_>,
    candidates: &[usize],
    weight: impl Fn(usize) -> u64,
    random: &mut Stream,
) -> Vec<usize> {
    let weights: Vec<u64> = candidates.iter().map(|&index| weight(index)).collect();
    let Some(position) = weighted(&weights, random) else {
        return Vec::new();
    };
    draft.note(Step::Drawn {
        endpoint: candidates[position],
        weight: weights[position],
        total: weights.iter().sum(),
    });
    vec![candidates[position]]
}
