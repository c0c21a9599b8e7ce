//! Drawing from a list: shuffles and picks by weight.

use crate::engine::Stream;

/// Puts `items` in an order of which all are equally likely (Fisher and Yates).
pub(super) fn shuffle<T>(items: &mut [T], random: &mut Stream) {
    for last in (1..items.len()).rev() {
        items.swap(last, random.below(last + 1));
    }
}

/// Draws a position with a chance of its weight by the sum; `None` if the sum is 0.
pub(super) fn weighted(
    mut weights: impl Iterator<Item = u64> + Clone,
    random: &mut Stream,
) -> Option<usize> {
    let total: u64 = weights.clone().sum();
    if total == 0 {
        return None;
    }
    // A pool's weights sum to less than 2^30, so the sum fits and the draw is fair.
    let mut left = random.below(usize::try_from(total).unwrap_or(usize::MAX)) as u64;
    weights.position(|weight| {
        let is_here = left < weight;
        left = left.saturating_sub(weight);
        is_here
    })
}
