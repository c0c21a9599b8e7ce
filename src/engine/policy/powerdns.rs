//! The picking functions of [PowerDNS's LUA records]. They look at no health check: that is
//! the business of `ifportup` and its like.
//!
//! [PowerDNS's LUA records]: https://doc.powerdns.com/authoritative/lua-records/functions.html

use super::decision::{Draft, Reason, Step};
use super::draw::shuffle;
use super::places::Location;
use crate::engine::Stream;

/// A function that picks one address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pick {
    /// `pickrandom`: all equally likely.
    Random,
    /// `pickwrandom`: by weight.
    WeightedRandom,
    /// `pickclosest`: the nearest to the asker, one of several at random.
    Closest,
}

/// One endpoint, or none of an empty pool.
pub(super) fn choose(
    draft: &mut Draft<'_>,
    pick: Pick,
    location: Option<&Location>,
    random: &mut Stream,
) {
    let endpoints = draft.pool.endpoints();
    match pick {
        Pick::Random => draft.draw(|_| 1, random),
        Pick::WeightedRandom => {
            draft.draw(|index| u64::from(endpoints[index].weight), random);
        }
        Pick::Closest => keep_closest(draft, location, random),
    }
}

/// The nearest endpoint.
fn keep_closest(draft: &mut Draft<'_>, location: Option<&Location>, random: &mut Stream) {
    // In random order the first of several equally near ones is a random one.
    shuffle(&mut draft.list, random);
    let mut nearest: Option<(usize, f64)> = None;
    for position in 0..draft.list.len() {
        let endpoint = draft.list[position];
        let Some(from) = location.map(|location| location.coordinates) else {
            break;
        };
        let Some(at) = draft.pool.endpoints()[endpoint].coordinates else {
            draft.leave_out(endpoint, Reason::NoCoordinates);
            continue;
        };
        let distance_km = from.distance_km(at);
        draft.note(Step::Measured {
            endpoint,
            distance_km,
            biased_km: distance_km,
        });
        if nearest.is_none_or(|(_, least)| distance_km < least) {
            nearest = Some((endpoint, distance_km));
        }
    }
    draft.keep_best(nearest);
}
