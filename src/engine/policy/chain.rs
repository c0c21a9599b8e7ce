//! A filter chain after [NS1]: each filter removes or reorders, like the parts of a pipe,
//! and the list is to be seen after each one.
//!
//! [NS1]: https://www.ibm.com/docs/en/ns1-connect?topic=overview-creating-filter-chain

use std::net::IpAddr;

use ipnet::IpNet;
use serde::{Deserialize, Serialize};

use super::asker::{Asker, Source};
use super::decision::{Draft, Step};
use super::draw::{shuffle, weighted};
use super::endpoint::{Area, Endpoint, Target};
use super::places::Location;
use crate::engine::Stream;
use crate::engine::order::sort_places;

/// By which part of its area an answer is fenced off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum FenceBy {
    /// Answers for a continent.
    Continent,
    /// Answers for a country or a part of one.
    Country,
}

/// One filter of a chain.
///
/// Where a fence takes `remove_rest`, answers without the information in question stay,
/// unless this is set and some answer that has it matches ([fencing filters]).
///
/// [fencing filters]: https://help.ns1.com/hc/en-us/articles/360057943433-Fencing-filters
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Filter {
    /// Removes answers whose check fails.
    Up,
    /// Orders by priority, 1 first.
    Priority,
    /// Orders by cost, the lowest first.
    Cost,
    /// Puts the answers in random order.
    Shuffle,
    /// Draws the order by weight, without putting back; answers of weight 0 come last.
    WeightedShuffle,
    /// Puts the answers in an order that is random but the same for one asker (the told
    /// network, else the resolver) as long as the answers are the same.
    StickyShuffle,
    /// As [`StickyShuffle`](Self::StickyShuffle), drawn by weight.
    WeightedStickyShuffle,
    /// Puts the groups of answers in an order that is random but the same for one asker;
    /// within a group the order stays.
    GroupStickyShuffle,
    /// Keeps the group of the first answer.
    SelectFirstGroup,
    /// Orders by measured latency from the asker's region, the lowest first; answers without a
    /// measurement come last. Does nothing if the asker's place is unknown. NS1 measures with
    /// its product Pulsar.
    PulsarSort,
    /// Keeps this many from the top; NS1's default is 1.
    SelectFirstN(usize),
    /// Orders by distance to the asker, the nearest first; answers at unknown places come
    /// last. Does nothing if the asker's place is unknown.
    Geotarget,
    /// Removes answers for another area. An asker at an unknown place matches none.
    Geofence {
        /// Which areas are compared.
        by: FenceBy,
        /// Whether a match removes the answers without such an area.
        remove_rest: bool,
    },
    /// Removes answers for other networks.
    Netfence {
        /// Whether a match removes the answers without networks.
        remove_rest: bool,
    },
    /// Removes an answer with a chance that rises in a straight line from 0 at its low
    /// watermark to 1 at its high one ([load shedding]). Answers without a load stay.
    ///
    /// [load shedding]: https://www.ibm.com/docs/en/ns1-connect?topic=configurations-automatic-load-shedding
    ShedLoad,
}

impl Filter {
    /// The name the product has for it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Up => "up",
            Self::Priority => "priority",
            Self::Cost => "cost",
            Self::Shuffle => "shuffle",
            Self::WeightedShuffle => "weighted_shuffle",
            Self::StickyShuffle => "sticky_shuffle",
            Self::WeightedStickyShuffle => "weighted_sticky_shuffle",
            Self::GroupStickyShuffle => "group_sticky_shuffle",
            Self::SelectFirstGroup => "select_first_group",
            Self::PulsarSort => "pulsar_performance_sort",
            Self::SelectFirstN(_) => "select_first_n",
            Self::Geotarget => "geotarget_latlong",
            Self::Geofence {
                by: FenceBy::Continent,
                ..
            } => "geofence_regional",
            Self::Geofence {
                by: FenceBy::Country,
                ..
            } => "geofence_country",
            Self::Netfence { .. } => "netfence_prefix",
            Self::ShedLoad => "shed_load",
        }
    }

    /// Whether it looks at where the asker is.
    pub(super) fn needs_place(self) -> bool {
        matches!(
            self,
            Self::Geotarget | Self::Geofence { .. } | Self::PulsarSort
        )
    }

    /// Whether the asker's network decides what is random.
    pub(super) fn is_sticky(self) -> bool {
        matches!(
            self,
            Self::StickyShuffle | Self::WeightedStickyShuffle | Self::GroupStickyShuffle
        )
    }
}

/// What is left after all filters, from the whole pool in configured order.
pub(super) fn choose(
    draft: &mut Draft<'_>,
    filters: &[Filter],
    asker: &Asker,
    location: Option<&Location>,
    random: &mut Stream,
) {
    for &filter in filters {
        let before = draft.steps.is_some().then(|| draft.list.clone());
        let endpoints = draft.pool.endpoints();
        apply(&mut draft.list, endpoints, filter, asker, location, random);
        if let Some(before) = before {
            let after = draft.list.clone();
            draft.note(Step::Filtered {
                filter,
                before,
                after,
            });
        }
    }
}

/// Applies one filter.
fn apply(
    list: &mut Vec<usize>,
    endpoints: &[Endpoint],
    filter: Filter,
    asker: &Asker,
    location: Option<&Location>,
    random: &mut Stream,
) {
    match filter {
        Filter::Up => list.retain(|&index| endpoints[index].health.is_usable()),
        Filter::Priority => sort_places(list, &|a, b| {
            endpoints[a].priority.cmp(&endpoints[b].priority)
        }),
        Filter::Cost => sort_places(list, &|a, b| {
            endpoints[a].cost.total_cmp(&endpoints[b].cost)
        }),
        Filter::Shuffle => shuffle(list, random),
        Filter::WeightedShuffle => *list = weighted_order(list, endpoints, random),
        Filter::StickyShuffle => {
            let mut own = sticky_stream(list, endpoints, asker);
            shuffle(list, &mut own);
        }
        Filter::WeightedStickyShuffle => {
            let mut own = sticky_stream(list, endpoints, asker);
            *list = weighted_order(list, endpoints, &mut own);
        }
        Filter::GroupStickyShuffle => {
            let mut own = sticky_stream(list, endpoints, asker);
            let mut groups: Vec<&str> = Vec::new();
            for &index in list.iter() {
                let group = endpoints[index].group.as_str();
                if !groups.contains(&group) {
                    groups.push(group);
                }
            }
            shuffle(&mut groups, &mut own);
            let rank = |index: usize| groups.iter().position(|g| *g == endpoints[index].group);
            sort_places(list, &|a, b| rank(a).cmp(&rank(b)));
        }
        Filter::SelectFirstGroup => {
            if let Some(&first) = list.first() {
                list.retain(|&index| endpoints[index].group == endpoints[first].group);
            }
        }
        Filter::PulsarSort => {
            if let Some(location) = location {
                let latency = |index: usize| {
                    let known = endpoints[index].latency_ms.get(&location.region);
                    known.copied().unwrap_or(f64::INFINITY)
                };
                sort_places(list, &|a, b| latency(a).total_cmp(&latency(b)));
            }
        }
        Filter::SelectFirstN(count) => list.truncate(count),
        Filter::Geotarget => {
            if let Some(location) = location {
                sort_by_distance(list, endpoints, location);
            }
        }
        Filter::Geofence { by, remove_rest } => fence(list, remove_rest, |index| {
            is_in_fence(by, &endpoints[index].area, location)
        }),
        Filter::Netfence { remove_rest } => {
            let network = asker.source().network();
            fence(list, remove_rest, |index| {
                let own = &endpoints[index].networks;
                (!own.is_empty()).then(|| own.iter().any(|one| one.contains(&network)))
            });
        }
        Filter::ShedLoad => list.retain(|&index| !is_shed(&endpoints[index], random)),
    }
}

/// An order drawn by weight, without putting back; those of weight 0 keep their order at
/// the end.
fn weighted_order(list: &[usize], endpoints: &[Endpoint], random: &mut Stream) -> Vec<usize> {
    let mut left = list.to_vec();
    let mut order = Vec::with_capacity(left.len());
    loop {
        let weights = left.iter().map(|&i| u64::from(endpoints[i].weight));
        match weighted(weights, random) {
            Some(position) => order.push(left.remove(position)),
            None => break,
        }
    }
    order.extend(left);
    order
}

/// A stream that depends on the asker and the answers alone.
pub(super) fn sticky_stream(list: &[usize], endpoints: &[Endpoint], asker: &Asker) -> Stream {
    let place = match asker.source() {
        Source::ClientSubnet(network) => network,
        Source::Resolver(address) => IpNet::from(address),
    };
    let mut octets = octets_of(place.addr());
    octets.push(place.prefix_len());
    for &index in list {
        match &endpoints[index].target {
            Target::Address(address) => octets.extend(octets_of(*address)),
            Target::Set { name, .. } => octets.extend(name.to_string().into_bytes()),
        }
        octets.extend(endpoints[index].weight.to_be_bytes());
    }
    // FNV-1a: any fixed function that spreads its input will do.
    let seed = octets.iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    });
    Stream::new(seed, "sticky-shuffle")
}

/// The octets of an address.
fn octets_of(address: IpAddr) -> Vec<u8> {
    match address {
        IpAddr::V4(v4) => v4.octets().to_vec(),
        IpAddr::V6(v6) => v6.octets().to_vec(),
    }
}

/// Sorts by distance, unknown places last.
fn sort_by_distance(list: &mut [usize], endpoints: &[Endpoint], location: &Location) {
    let distance = |index: usize| {
        let at = endpoints[index].coordinates;
        at.map_or(f64::INFINITY, |at| location.coordinates.distance_km(at))
    };
    sort_places(list, &|a, b| distance(a).total_cmp(&distance(b)));
}

/// Removes what does not match; `matches` is `None` for answers without the information.
fn fence(list: &mut Vec<usize>, remove_rest: bool, matches: impl Fn(usize) -> Option<bool>) {
    let is_any_match = list.iter().any(|&index| matches(index) == Some(true));
    list.retain(|&index| matches(index).unwrap_or(!(remove_rest && is_any_match)));
}

/// Whether the asker is in an area; `None` if the area is not of the kind that is compared.
fn is_in_fence(by: FenceBy, area: &Area, location: Option<&Location>) -> Option<bool> {
    let is_in = |holds: &dyn Fn(&Location) -> bool| Some(location.is_some_and(holds));
    match (by, area) {
        (FenceBy::Continent, Area::Continent(continent)) => {
            is_in(&|at: &Location| at.continent == *continent)
        }
        (FenceBy::Country, Area::Country(country)) => {
            is_in(&|at: &Location| at.country == *country)
        }
        (
            FenceBy::Country,
            Area::Subdivision {
                country,
                subdivision,
            },
        ) => is_in(&|at: &Location| {
            at.country == *country && at.subdivision.as_ref() == Some(subdivision)
        }),
        _ => None,
    }
}

/// Whether an answer is dropped for its load this time.
fn is_shed(endpoint: &Endpoint, random: &mut Stream) -> bool {
    let Some(load) = endpoint.load else {
        return false;
    };
    if load.current >= load.high_watermark {
        return true;
    }
    if load.current <= load.low_watermark {
        return false;
    }
    let span = load.high_watermark - load.low_watermark;
    random.fraction() < (load.current - load.low_watermark) / span
}
