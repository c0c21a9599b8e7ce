//! The rules of [gdnsd]'s plugins `weighted` and `multifo`.
//!
//! Both answer with what is up, unless less than a share of the whole is up: then they
//! count everything as up, on the view that the checks are more likely broken than that
//! much of the service.
//!
//! [gdnsd]: https://github.com/gdnsd/gdnsd/blob/master/docs/gdnsd-plugin-weighted.podin

use super::decision::{Draft, Reason, Step};
use super::weighted::draw;
use crate::dns::Ttl;
use crate::engine::Stream;

/// How many values the plugin `weighted` answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WeightedAnswer {
    /// One, with a chance of its weight by the sum.
    Single,
    /// Each with a chance of its weight by the largest weight: one of that weight always.
    Multi,
}

/// The least sum that is enough: the default threshold of one half, rounded up.
fn needed(total: u64) -> u64 {
    total.div_ceil(2)
}

/// What is up, or everything if that is below the threshold. `measure` is what an endpoint
/// adds to the sum.
fn live(draft: &mut Draft<'_>, measure: impl Fn(usize) -> u64) -> Vec<usize> {
    let all = draft.all();
    let (healthy, failing) = draft.by_health(&all);
    let up: u64 = healthy.iter().map(|&index| measure(index)).sum();
    let needed = needed(all.iter().map(|&index| measure(index)).sum());
    if up < needed {
        draft.note(Step::BelowThreshold { up, needed });
        return all;
    }
    draft.leave_out(failing, Reason::Unhealthy);
    healthy
}

/// The plugin `weighted`.
pub(super) fn choose_weighted(
    draft: &mut Draft<'_>,
    answer: WeightedAnswer,
    random: &mut Stream,
) -> Vec<usize> {
    let pool = draft.pool;
    let weight = |index: usize| u64::from(pool.endpoints()[index].weight);
    let live = live(draft, weight);
    if answer == WeightedAnswer::Single {
        return draw(draft, &live, weight, random);
    }
    let largest = live.iter().map(|&index| weight(index)).max().unwrap_or(0);
    let (chosen, left): (Vec<usize>, Vec<usize>) = live.into_iter().partition(|&index| {
        let bound = usize::try_from(largest).unwrap_or(usize::MAX);
        (random.below(bound) as u64) < weight(index)
    });
    draft.leave_out(left, Reason::NotDrawn);
    chosen
}

/// The plugin `multifo`: every address that is up. While one is down the TTL is halved, so
/// that its return is noticed sooner.
pub(super) fn choose_multifo(draft: &mut Draft<'_>) -> Vec<usize> {
    let chosen = live(draft, |_| 1);
    let is_any_down = draft.pool.endpoints().iter().any(|e| !e.health.is_usable());
    if is_any_down {
        draft.ttl = Ttl::from_secs(draft.ttl.as_secs() / 2);
        draft.note(Step::TtlHalved);
    }
    chosen
}
