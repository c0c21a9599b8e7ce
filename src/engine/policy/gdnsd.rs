//! The rules of [gdnsd]'s plugins.
//!
//! `weighted` and `multifo` answer with what is up, unless less than a share of the whole is up: then they
//! count everything as up, on the view that the checks are more likely broken than that
//! much of the service.
//!
//! [gdnsd]: https://github.com/gdnsd/gdnsd/blob/master/docs/gdnsd-plugin-weighted.podin

use serde::{Deserialize, Serialize};

use super::decision::{Draft, Reason, Step};
use super::endpoint::{Area, Endpoint};
use super::geolocation::areas_around;
use super::places::Location;
use super::pool::Pool;
use crate::dns::Ttl;
use crate::engine::Stream;
use crate::engine::order::sort_places;

/// How many values the plugin `weighted` answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
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

/// What is up and what there is in all. `measure` is what an endpoint adds to the sum.
fn sums(pool: &Pool, measure: impl Fn(&Endpoint) -> u64) -> (u64, u64) {
    let endpoints = pool.endpoints().iter();
    endpoints.fold((0, 0), |(up, all), endpoint| {
        let own = measure(endpoint);
        let live = if endpoint.health.is_usable() { own } else { 0 };
        (up + live, all + own)
    })
}

/// Whether enough is up: if not, the plugins tell whoever asks them that they have failed.
pub(super) fn is_up(pool: &Pool, measure: impl Fn(&Endpoint) -> u64) -> bool {
    let (up, all) = sums(pool, measure);
    up > 0 && up >= needed(all)
}

/// Keeps what is up, or everything if that is below the threshold. `measure` is what an
/// endpoint adds to the sum.
fn keep_live(draft: &mut Draft<'_>, measure: impl Fn(&Endpoint) -> u64) {
    let endpoints = draft.pool.endpoints();
    let (up, all) = sums(draft.pool, measure);
    let needed = needed(all);
    if up < needed {
        draft.note(Step::BelowThreshold { up, needed });
        return;
    }
    draft.keep(Reason::Unhealthy, |index| {
        endpoints[index].health.is_usable()
    });
}

/// The plugin `weighted`.
pub(super) fn choose_weighted(draft: &mut Draft<'_>, answer: WeightedAnswer, random: &mut Stream) {
    let endpoints = draft.pool.endpoints();
    let weight = |index: usize| u64::from(endpoints[index].weight);
    keep_live(draft, |endpoint| u64::from(endpoint.weight));
    if answer == WeightedAnswer::Single {
        draft.draw(weight, random);
        return;
    }
    let largest = draft.list.iter().map(|&index| weight(index)).max();
    let bound = usize::try_from(largest.unwrap_or(0)).unwrap_or(usize::MAX);
    draft.keep(Reason::NotDrawn, |index| {
        (random.below(bound) as u64) < weight(index)
    });
}

/// The plugin `metafo`: the first datacenter that is up; the first of all if none is.
pub(super) fn choose_metafo(draft: &mut Draft<'_>) {
    let endpoints = draft.pool.endpoints();
    sort_places(&mut draft.list, &|a, b| {
        endpoints[a].priority.cmp(&endpoints[b].priority)
    });
    draft.keep_usable();
    draft.keep_first();
}

/// The plugin `geoip`: the datacenters of the smallest area the asker is in, in their order, and
/// the first of them that is up; the first of all if none is. No other area is looked at.
pub(super) fn choose_geoip(draft: &mut Draft<'_>, location: Option<&Location>) {
    let endpoints = draft.pool.endpoints();
    let is_there = |area: &Area| endpoints.iter().any(|endpoint| endpoint.area == *area);
    let Some(area) = areas_around(location).into_iter().find(is_there) else {
        draft.list.clear();
        draft.note(Step::NoAreaMatched);
        return;
    };
    draft.list.retain(|&index| endpoints[index].area == area);
    draft.note(Step::AreaMatched(area));
    choose_metafo(draft);
}

/// The plugin `multifo`: every address that is up. While one is down the TTL is halved, so
/// that its return is noticed sooner.
pub(super) fn choose_multifo(draft: &mut Draft<'_>) {
    keep_live(draft, |_| 1);
    let is_any_down = draft.pool.endpoints().iter().any(|e| !e.health.is_usable());
    if is_any_down {
        draft.ttl = Ttl::from_secs(draft.ttl.as_secs() / 2);
        draft.note(Step::TtlHalved);
    }
}
