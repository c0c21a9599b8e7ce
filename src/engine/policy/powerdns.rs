//! The picking functions of [PowerDNS's LUA records]. They look at no health check: that is
//! the business of `ifportup`, which picks among what is up.
//!
//! [PowerDNS's LUA records]: https://doc.powerdns.com/authoritative/lua-records/functions.html

use serde::{Deserialize, Serialize};

use super::asker::Asker;
use super::chain::sticky_stream;
use super::decision::{Draft, Reason, Step};
use super::draw::shuffle;
use super::places::Location;
use crate::engine::Stream;

/// A function that picks addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Pick {
    /// `pickrandom`: all equally likely.
    Random,
    /// `pickwrandom`: by weight.
    WeightedRandom,
    /// `pickclosest`: the nearest to the asker, one of several at random.
    Closest,
    /// `pickhashed`: the same for one asker as long as the addresses are the same.
    Hashed,
    /// `pickwhashed`: as `pickhashed`, by weight.
    WeightedHashed,
    /// `all`: everything.
    All,
}

impl Pick {
    /// Whether the asker's network decides.
    pub(super) fn is_hashed(self) -> bool {
        matches!(self, Self::Hashed | Self::WeightedHashed)
    }
}

/// What is picked of what is up, in the first rank that has any. With nothing up the backup
/// selector picks, which is `random` by default, of all.
pub(super) fn choose_up(
    draft: &mut Draft<'_>,
    pick: Pick,
    asker: &Asker,
    location: Option<&Location>,
    random: &mut Stream,
) {
    let endpoints = draft.pool.endpoints();
    let is_up = |index: usize| endpoints[index].health.is_usable();
    if !draft.list.iter().any(|&index| is_up(index)) {
        draft.keep_usable();
        draft.draw(|_| 1, random);
        return;
    }
    draft.keep(Reason::Unhealthy, is_up);
    let rank = draft.list.iter().map(|&index| endpoints[index].priority);
    let rank = rank.min();
    draft.keep(Reason::LowerRank, |index| {
        Some(endpoints[index].priority) == rank
    });
    choose(draft, pick, asker, location, random);
}

/// One endpoint, or all; none of an empty pool.
pub(super) fn choose(
    draft: &mut Draft<'_>,
    pick: Pick,
    asker: &Asker,
    location: Option<&Location>,
    random: &mut Stream,
) {
    let endpoints = draft.pool.endpoints();
    match pick {
        Pick::All => {}
        Pick::Hashed => {
            let mut own = sticky_stream(&draft.list, endpoints, asker);
            draft.draw(|_| 1, &mut own);
        }
        Pick::WeightedHashed => {
            let mut own = sticky_stream(&draft.list, endpoints, asker);
            draft.draw(|index| u64::from(endpoints[index].weight), &mut own);
        }
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
