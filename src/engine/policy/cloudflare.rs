//! A load balancer as Cloudflare runs it by DNS: pools in an order, a way to steer among the
//! healthy ones, and a last one that answers whatever its [health].
//!
//! A pool is an endpoint that leads to another set, and the set of a pool draws by weight
//! ([`Steering::Random`]). The pools come in the order of their rank, then in configured order,
//! and the last of them is the fallback. Ways to steer that look at open connections are not
//! for DNS, and left out here.
//!
//! [health]: https://developers.cloudflare.com/load-balancing/understand-basics/health-details/

use serde::{Deserialize, Serialize};

use super::decision::{Draft, Reason, Step};
use super::endpoint::Area;
use super::geolocation::areas_around;
use super::places::Location;
use super::{geoproximity, latency};
use crate::engine::Stream;
use crate::engine::order::sort_places;

/// How pools are picked: a [steering policy].
///
/// [steering policy]: https://developers.cloudflare.com/load-balancing/understand-basics/traffic-steering/steering-policies/
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Steering {
    /// `off`: the first healthy one.
    Off,
    /// `random`: by weight among the healthy.
    Random,
    /// `geo`: the first healthy one for the smallest area the resolver is in, else the first
    /// healthy one that is for everybody.
    Geo,
    /// `dynamic_latency`: the healthy one with the lowest measured latency; without data, as
    /// `off`.
    DynamicLatency,
    /// `proximity`: the nearest healthy one; without data, as `off`.
    Proximity,
}

/// One pool, or none if there are none.
pub(super) fn choose(
    draft: &mut Draft<'_>,
    steering: Steering,
    location: Option<&Location>,
    random: &mut Stream,
) {
    let endpoints = draft.pool.endpoints();
    sort_places(&mut draft.list, &|a, b| {
        endpoints[a].priority.cmp(&endpoints[b].priority)
    });
    let Some(&fallback) = draft.list.last() else {
        return;
    };
    draft.keep(Reason::Unhealthy, |index| {
        endpoints[index].health.is_usable()
    });
    match steering {
        Steering::Geo => keep_area(draft, location),
        Steering::Random => {
            let weight = |index: usize| u64::from(endpoints[index].weight);
            if let Some(drawn) = draft.pick(weight, random) {
                draft.list.retain(|&index| index == drawn);
            }
        }
        Steering::Off => {}
        // Both fall back to the first of the list, which is what `off` answers.
        Steering::DynamicLatency if !draft.list.is_empty() => {
            latency::keep_quickest(draft, location)
        }
        Steering::Proximity if !draft.list.is_empty() => {
            geoproximity::keep_nearest(draft, None, location);
        }
        Steering::DynamicLatency | Steering::Proximity => {}
    }
    if draft.list.is_empty() {
        draft.list.push(fallback);
        draft.note(Step::FallbackAnswers(fallback));
    }
    draft.keep_first();
}

/// Keeps the pools for the smallest area that has healthy ones.
fn keep_area(draft: &mut Draft<'_>, location: Option<&Location>) {
    let endpoints = draft.pool.endpoints();
    for area in areas_around(location) {
        if { draft.list.iter() }.any(|&index| endpoints[index].area == area) {
            draft.list.retain(|&index| endpoints[index].area == area);
            draft.note(Step::AreaMatched(area));
            return;
        }
        if area != Area::Default && endpoints.iter().any(|endpoint| endpoint.area == area) {
            draft.note(Step::AreaUnhealthy(area));
        }
    }
    draft.list.clear();
}
