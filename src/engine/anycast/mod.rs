//! Anycast: one address announced from several sites, and which of them a packet reaches.
//!
//! Pure functions of what the sites did and when. A site announces or withdraws its prefix;
//! each network hears of that after a delay of its own, and sends to the site whose path costs
//! least among those it believes to be announced. Until a network has heard of a withdrawal
//! its packets go to a site that no longer takes them.

use serde::{Deserialize, Serialize};

use super::{Coordinates, SimDuration, SimTime};

/// What one hop more in the path of a route counts for, in kilometers.
///
/// A modelled value. An operator who writes its own number into the path several times
/// ("prepending") makes a site less wanted; real networks compare path lengths before they
/// compare distances, so that a hop more may outweigh any distance or nothing at all.
pub const PREPEND_KM: f64 = 4000.0;

/// For how long networks go on with an old route after a change: each one for a time of its
/// own, drawn evenly from this span.
///
/// The default, 1 s to 20 s, is a modelled value: measurements of the routing system speak of
/// seconds to some minutes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Convergence {
    /// The quickest network.
    pub min: SimDuration,
    /// The slowest network.
    pub max: SimDuration,
}

impl Default for Convergence {
    fn default() -> Self {
        Self {
            min: SimDuration::from_secs(1),
            max: SimDuration::from_secs(20),
        }
    }
}

/// A place that announces an anycast prefix.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AnycastSite {
    /// Where it is.
    pub coordinates: Coordinates,
    /// What its path costs beyond its distance, in kilometers; see [`PREPEND_KM`].
    pub extra_km: f64,
}

/// What a site does at one moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SiteState {
    /// Whether it announces the prefix.
    pub announced: bool,
    /// Whether its machines work. A site that has crashed and still announces is a black hole.
    pub up: bool,
}

/// Where a packet goes that is sent now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reach {
    /// The site the sender's network sends to; `None` if it knows no route.
    pub site: Option<usize>,
    /// Whether that site takes the packet.
    pub delivered: bool,
}

/// From some moment on a network sends to this site; see [`Anycast::routes`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RouteLeg {
    /// The first moment.
    pub from: SimTime,
    /// The site; `None` for no route.
    pub site: Option<usize>,
}

/// One announcement or withdrawal.
#[derive(Clone, Copy, Debug)]
struct Change {
    /// When the site did it.
    at: SimTime,
    /// The site.
    site: usize,
    /// Announced, or withdrawn.
    announced: bool,
}

/// One prefix, its sites, and what they did so far.
///
/// Acts are told in the order of time. All sites announce and work from the start.
#[derive(Clone, Debug)]
pub struct Anycast {
    /// The sites.
    sites: Vec<AnycastSite>,
    /// What sets the delays of this prefix apart from those of others.
    key: u64,
    /// How long networks take.
    convergence: Convergence,
    /// Announcements and withdrawals.
    changes: Vec<Change>,
    /// Crashes and recoveries: when, which site, whether it works from then on.
    health: Vec<(SimTime, usize, bool)>,
}

impl Anycast {
    /// A prefix that all its sites announce. The seed and the label decide which networks
    /// are quick to hear of changes.
    pub fn new(sites: Vec<AnycastSite>, seed: u64, label: &str) -> Self {
        let key = label
            .bytes()
            .fold(mix(seed), |key, byte| mix(key ^ u64::from(byte)));
        Self {
            sites,
            key,
            convergence: Convergence::default(),
            changes: Vec::new(),
            health: Vec::new(),
        }
    }

    /// The same with another span of convergence; with `max` below `min` all take `min`.
    #[must_use]
    pub fn with_convergence(mut self, convergence: Convergence) -> Self {
        self.convergence = convergence;
        self
    }

    /// The sites.
    pub fn sites(&self) -> &[AnycastSite] {
        &self.sites
    }

    /// Puts the sites elsewhere; what they did stays. The number of sites stays as well.
    pub fn relocate(&mut self, sites: Vec<AnycastSite>) {
        if sites.len() == self.sites.len() {
            self.sites = sites;
        }
    }

    /// A site announces or withdraws the prefix. What it does already is no change; a site
    /// that is not there does nothing.
    pub fn announce(&mut self, site: usize, announced: bool, at: SimTime) {
        let is_new = self
            .state(site, at)
            .is_some_and(|state| state.announced != announced);
        if is_new {
            self.changes.push(Change {
                at,
                site,
                announced,
            });
        }
    }

    /// A site crashes or recovers. Routes do not follow: that takes a withdrawal.
    pub fn set_up(&mut self, site: usize, up: bool, at: SimTime) {
        if self.state(site, at).is_some_and(|state| state.up != up) {
            self.health.push((at, site, up));
        }
    }

    /// What a site does at a moment; `None` if there is no such site.
    pub fn state(&self, site: usize, at: SimTime) -> Option<SiteState> {
        self.sites.get(site)?;
        let mut changes = self.changes.iter().rev();
        let change = changes.find(|change| change.site == site && change.at <= at);
        let mut health = self.health.iter().rev();
        let health = health.find(|(when, which, _)| *which == site && *when <= at);
        Some(SiteState {
            announced: change.is_none_or(|change| change.announced),
            up: health.is_none_or(|(.., up)| *up),
        })
    }

    /// The site that the network at `from` sends to at a moment; `None` if it knows no route.
    pub fn catchment(&self, from: Coordinates, at: SimTime) -> Option<usize> {
        self.catchment_of(from, network_at(from), at)
    }

    /// As [`catchment`](Self::catchment) for one of several networks at a place, each with
    /// delays of its own.
    pub fn catchment_of(&self, from: Coordinates, network: u64, at: SimTime) -> Option<usize> {
        self.cheapest(from, |site| {
            let heard = |(index, change): (usize, &Change)| {
                let is_heard = change.site == site && change.at + self.delay(network, index) <= at;
                is_heard.then_some(change.announced)
            };
            // What a network heard last is not what was said last: a quick second message
            // may overtake the first, and routers drop the older of two.
            let mut latest = self.changes.iter().enumerate().rev();
            latest.find_map(heard).unwrap_or(true)
        })
    }

    /// Where a packet from `from` ends that leaves at a moment.
    pub fn reach(&self, from: Coordinates, at: SimTime) -> Reach {
        self.reach_of(from, network_at(from), at)
    }

    /// As [`reach`](Self::reach) for one of several networks at a place.
    pub fn reach_of(&self, from: Coordinates, network: u64, at: SimTime) -> Reach {
        let site = self.catchment_of(from, network, at);
        let state = site.and_then(|site| self.state(site, at));
        Reach {
            site,
            delivered: state.is_some_and(|state| state.announced && state.up),
        }
    }

    /// Where the network at `from` sends, from the start on: a leg for each change of route.
    pub fn routes(&self, from: Coordinates) -> Vec<RouteLeg> {
        self.routes_of(from, network_at(from))
    }

    /// As [`routes`](Self::routes) for one of several networks at a place.
    pub fn routes_of(&self, from: Coordinates, network: u64) -> Vec<RouteLeg> {
        let mut moments = vec![SimTime::ZERO];
        let changes = self.changes.iter().enumerate();
        moments.extend(changes.map(|(index, change)| change.at + self.delay(network, index)));
        moments.sort_unstable();
        let mut legs: Vec<RouteLeg> = Vec::new();
        for from_then in moments {
            let site = self.catchment_of(from, network, from_then);
            if legs.last().is_none_or(|leg| leg.site != site) {
                legs.push(RouteLeg {
                    from: from_then,
                    site,
                });
            }
        }
        legs
    }

    /// The site with the least path cost among those that `is_open` lets through; of two
    /// equal ones the first.
    fn cheapest(&self, from: Coordinates, is_open: impl Fn(usize) -> bool) -> Option<usize> {
        let mut best: Option<(f64, usize)> = None;
        for (index, site) in self.sites.iter().enumerate() {
            let cost = path_cost(from, site);
            if best.is_none_or(|(least, _)| cost < least) && is_open(index) {
                best = Some((cost, index));
            }
        }
        best.map(|(_, index)| index)
    }

    /// How long after the change with this number a network acts on it.
    fn delay(&self, network: u64, change: usize) -> SimDuration {
        let Convergence { min, max } = self.convergence;
        let span = (max - min).as_micros();
        let drawn = mix(mix(self.key ^ network) ^ change as u64);
        // Multiply-shift keeps the draw even over the span, both ends included.
        let share = ((u128::from(drawn) * (u128::from(span) + 1)) >> 64) as u64;
        min + SimDuration::from_micros(share)
    }
}

/// What the path from a place to a site costs, in kilometers.
pub fn path_cost(from: Coordinates, site: &AnycastSite) -> f64 {
    from.distance_km(site.coordinates) + site.extra_km
}

/// The number of the one network at a place.
fn network_at(place: Coordinates) -> u64 {
    mix(place.latitude.to_bits() ^ mix(place.longitude.to_bits()))
}

/// Spreads a number over all 64 bits (the finalizer of SplitMix64).
fn mix(number: u64) -> u64 {
    let mut z = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests;
