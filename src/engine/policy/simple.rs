//! All values in one answer, in some order.

use serde::{Deserialize, Serialize};

use super::decision::{Draft, Step};
use super::draw::shuffle;
use crate::engine::Stream;

/// In which order the values of a set are answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Order {
    /// As configured: BIND's `rrset-order none`.
    Fixed,
    /// Random: [Route 53], and what CoreDNS calls [`round_robin`].
    ///
    /// [Route 53]: https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/routing-policy-simple.html
    /// [`round_robin`]: https://coredns.io/plugins/loadbalance/
    Random,
    /// Turned by the asker's `turn`: BIND's `rrset-order cyclic`, its default, turns by the
    /// query's ID.
    Cyclic,
    /// One value drawn by weight goes to the top, the others stay: CoreDNS's
    /// [`loadbalance weighted`](https://coredns.io/plugins/loadbalance/).
    WeightedFirst,
}

/// All values, whatever their health.
pub(super) fn choose(draft: &mut Draft<'_>, order: Order, turn: u16, random: &mut Stream) {
    match order {
        Order::Fixed => {}
        Order::Random => {
            shuffle(&mut draft.list, random);
            draft.note(Step::Shuffled);
        }
        Order::Cyclic if draft.list.is_empty() => {}
        Order::Cyclic => {
            let by = usize::from(turn) % draft.list.len();
            draft.list.rotate_left(by);
            draft.note(Step::Rotated(by));
        }
        Order::WeightedFirst => {
            let endpoints = draft.pool.endpoints();
            let weight = |index: usize| u64::from(endpoints[index].weight);
            if let Some(top) = draft.pick(weight, random) {
                draft.list.retain(|&value| value != top);
                draft.list.insert(0, top);
            }
        }
    }
}
