//! Up to eight healthy values at random, by the rules of [Route 53].
//!
//! [Route 53]: https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/routing-policy-multivalue.html

use super::decision::{Draft, Step};
use super::draw::shuffle;
use crate::engine::Stream;

/// Values an answer holds at most.
pub const MULTIVALUE_LIMIT: usize = 8;

/// Up to eight healthy endpoints; with none healthy, up to eight of the others.
pub(super) fn choose(draft: &mut Draft<'_>, random: &mut Stream) {
    draft.keep_usable();
    shuffle(&mut draft.list, random);
    draft.note(Step::Shuffled);
    if draft.list.len() > MULTIVALUE_LIMIT {
        draft.note(Step::Sampled(MULTIVALUE_LIMIT));
        draft.cut(MULTIVALUE_LIMIT);
    }
}
