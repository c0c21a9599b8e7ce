//! One value, drawn by weight, by the rules of [Route 53].
//!
//! The chance of a record is its weight by the sum of weights. A record of weight 0 never
//! answers, unless every weight is 0, when all are equal, or every record with a weight is
//! [unhealthy]. To draw again until the draw is healthy is to draw among the healthy.
//!
//! [Route 53]: https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/routing-policy-weighted.html
//! [unhealthy]: https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-failover-how-route-53-chooses-records.html

use super::decision::{Draft, Reason, Step};
use crate::engine::Stream;

/// One endpoint, or none of an empty pool.
pub(super) fn choose(draft: &mut Draft<'_>, random: &mut Stream) {
    draft.keep_usable();
    let endpoints = draft.pool.endpoints();
    let weight = |index: usize| u64::from(endpoints[index].weight);
    if draft.list.is_empty() {
        return;
    }
    if draft.list.iter().all(|&index| weight(index) == 0) {
        let is_any_heavy = endpoints.iter().any(|endpoint| endpoint.weight > 0);
        draft.note(if is_any_heavy {
            Step::ZeroWeightsInPlay
        } else {
            Step::AllWeightsZero
        });
        draft.draw(|_| 1, random);
        return;
    }
    draft.keep(Reason::ZeroWeight, |index| weight(index) > 0);
    draft.draw(weight, random);
}
