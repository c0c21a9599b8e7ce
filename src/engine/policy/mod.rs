//! Traffic policies: which of the records of one name and type an authoritative server
//! answers, to whom and in which order.
//!
//! A [`Policy`] is a value and [`Policy::decide`] a function of the [`Pool`], the
//! [`Asker`], the [`PlaceTable`] and a random stream; nothing else is read or changed. The
//! [`Decision`] tells each of its steps; [`Policy::choose`] is the same without them. [`presets()`] names the policies of real products.

mod asker;
mod chain;
mod cloudflare;
mod decision;
mod draw;
mod endpoint;
mod failover;
mod gdnsd;
mod geolocation;
mod geoproximity;
mod ip_based;
mod latency;
mod limits;
mod multivalue;
mod places;
mod pool;
mod powerdns;
mod presets;
mod simple;
mod tree;
mod weighted;
mod words;

#[cfg(test)]
mod tests;

pub use asker::{Asker, Source};
pub use chain::{FenceBy, Filter};
pub use cloudflare::Steering;
pub use decision::{Decision, Reason, Step};
pub use endpoint::{Area, Endpoint, EndpointFault, Health, Load, Target};
pub use gdnsd::WeightedAnswer;
pub use geoproximity::BiasFormula;
pub use limits::PolicyFault;
pub use multivalue::MULTIVALUE_LIMIT;
pub use places::{Continent, Location, PlaceTable, PlaceTableError};
pub use pool::{Pool, PoolError};
pub use powerdns::Pick;
pub use presets::{PolicyPreset, presets};
pub use simple::Order;
pub use tree::{Branch, Choice, PolicySets, TreeFault};
pub use words::WordError;

use crate::dns::Ttl;
use crate::engine::Stream;
use decision::Draft;
use serde::{Deserialize, Serialize};

/// A rule by which records are chosen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Policy {
    /// All values in one answer, whatever their health.
    Simple(Order),
    /// One value, drawn by weight among the healthy.
    Weighted,
    /// The first rank with a healthy endpoint.
    Failover,
    /// Up to [`MULTIVALUE_LIMIT`] healthy values at random.
    Multivalue,
    /// The record for the smallest area the asker is in.
    Geolocation,
    /// The nearest endpoint, after its bias.
    Geoproximity(BiasFormula),
    /// The endpoint with the lowest latency from the asker's region.
    Latency,
    /// The record for the asker's network.
    IpBased,
    /// What a chain of filters leaves.
    Chain(Vec<Filter>),
    /// gdnsd's plugin `weighted`.
    GdnsdWeighted(WeightedAnswer),
    /// gdnsd's plugin `multifo`: everything that is up.
    GdnsdMultifo,
    /// gdnsd's plugin `metafo`: the first that is up.
    GdnsdMetafo,
    /// gdnsd's plugin `geoip`: the first that is up in the order of the asker's area.
    GdnsdGeoip,
    /// A picking function of PowerDNS's LUA records.
    PowerDns(Pick),
    /// PowerDNS's `ifportup`: a pick among what is up, in the first rank that has any; if
    /// nothing is, a random one of all.
    PowerDnsUp(Pick),
    /// A load balancer of Cloudflare's.
    Cloudflare(Steering),
}

impl Policy {
    /// Chooses from `pool` for one question, and tells how.
    pub fn decide(
        &self,
        pool: &Pool,
        asker: &Asker,
        places: &PlaceTable,
        random: &mut Stream,
    ) -> Decision {
        let mut draft = Draft {
            pool,
            ttl: pool.ttl(),
            list: Vec::new(),
            steps: Some(Vec::new()),
        };
        self.work_out(&mut draft, asker, places, random);
        Decision {
            chosen: draft.list,
            ttl: draft.ttl,
            scope: self.scope(pool, asker, places),
            steps: draft.steps.unwrap_or_default(),
        }
    }

    /// Chooses what [`decide`](Self::decide) does and draws as much, but tells nothing of it:
    /// for crowds, which decide millions of times. What is chosen takes the place of what
    /// `chosen` holds. Returns the TTL and the scope of the decision.
    pub fn choose(
        &self,
        pool: &Pool,
        asker: &Asker,
        places: &PlaceTable,
        random: &mut Stream,
        chosen: &mut Vec<usize>,
    ) -> (Ttl, Option<u8>) {
        let mut draft = Draft {
            pool,
            ttl: pool.ttl(),
            list: std::mem::take(chosen),
            steps: None,
        };
        self.work_out(&mut draft, asker, places, random);
        *chosen = draft.list;
        (draft.ttl, self.scope(pool, asker, places))
    }

    /// Applies the rule.
    fn work_out(
        &self,
        draft: &mut Draft<'_>,
        asker: &Asker,
        places: &PlaceTable,
        random: &mut Stream,
    ) {
        draft.list.clear();
        draft.list.extend(0..draft.pool.endpoints().len());
        let mut location = None;
        if self.needs_place() {
            location = if self.uses_subnet() {
                asker.location(places)
            } else {
                Asker::resolver(asker.resolver).location(places)
            };
            draft.note_with(|| Step::Located {
                source: if self.uses_subnet() {
                    asker.source()
                } else {
                    Source::Resolver(asker.resolver)
                },
                location: location.cloned(),
            });
        }
        match self {
            Self::Simple(order) => simple::choose(draft, *order, asker.turn, random),
            Self::Weighted => weighted::choose(draft, random),
            Self::Failover => failover::choose(draft),
            Self::Multivalue => multivalue::choose(draft, random),
            Self::Geolocation => geolocation::choose(draft, location),
            Self::Geoproximity(formula) => geoproximity::choose(draft, *formula, location),
            Self::Latency => latency::choose(draft, location),
            Self::IpBased => ip_based::choose(draft, asker.source().network()),
            Self::Chain(filters) => chain::choose(draft, filters, asker, location, random),
            Self::GdnsdWeighted(answer) => gdnsd::choose_weighted(draft, *answer, random),
            Self::GdnsdMultifo => gdnsd::choose_multifo(draft),
            Self::GdnsdMetafo => gdnsd::choose_metafo(draft),
            Self::GdnsdGeoip => gdnsd::choose_geoip(draft, location),
            Self::PowerDns(pick) => powerdns::choose(draft, *pick, asker, location, random),
            Self::PowerDnsUp(pick) => powerdns::choose_up(draft, *pick, asker, location, random),
            Self::Cloudflare(steering) => cloudflare::choose(draft, *steering, location, random),
        }
    }

    /// Whether a set counts as healthy for endpoints that lead to it: while at least one of
    /// its endpoints is. gdnsd's plugins give up earlier, below their threshold.
    pub fn is_up(&self, pool: &Pool) -> bool {
        match self {
            Self::GdnsdWeighted(_) => gdnsd::is_up(pool, |endpoint| u64::from(endpoint.weight)),
            Self::GdnsdMultifo => gdnsd::is_up(pool, |_| 1),
            _ => pool.endpoints().iter().any(|e| e.health.is_usable()),
        }
    }

    /// Whether the answer depends on where the asker is.
    pub fn needs_place(&self) -> bool {
        match self {
            Self::Geolocation
            | Self::Geoproximity(_)
            | Self::Latency
            | Self::GdnsdGeoip
            | Self::PowerDns(Pick::Closest)
            | Self::PowerDnsUp(Pick::Closest) => true,
            Self::Cloudflare(steering) => !matches!(steering, Steering::Off | Steering::Random),
            Self::Chain(filters) => filters.iter().any(|filter| filter.needs_place()),
            _ => false,
        }
    }

    /// Whether endpoints are for areas; if not, and it [needs a place](Self::needs_place), it
    /// compares where they stand or what is measured.
    pub fn goes_by_area(&self) -> bool {
        matches!(
            self,
            Self::Geolocation | Self::GdnsdGeoip | Self::Cloudflare(Steering::Geo)
        )
    }

    /// Whether the told network of the client counts. Cloudflare's `prefer_ecs` is `proximity`
    /// by default: elsewhere the resolver's place decides.
    fn uses_subnet(&self) -> bool {
        match self {
            Self::Cloudflare(steering) => *steering == Steering::Proximity,
            _ => true,
        }
    }

    /// For how long a prefix of the told network an answer holds, if one was told.
    fn scope(&self, pool: &Pool, asker: &Asker, places: &PlaceTable) -> Option<u8> {
        let told = asker.subnet?.network;
        let Source::ClientSubnet(network) = asker.source() else {
            // The client's network is to stay unknown: the answer is not made for it.
            return Some(0);
        };
        let mut scope = 0;
        if self.needs_place() && self.uses_subnet() {
            scope = places.scope(network);
        }
        let (by_networks, by_asker) = match self {
            Self::IpBased => (true, false),
            Self::PowerDns(pick) | Self::PowerDnsUp(pick) => (false, pick.is_hashed()),
            Self::Chain(filters) => {
                let is_fence = |filter: &Filter| matches!(filter, Filter::Netfence { .. });
                let is_sticky = |filter: &Filter| filter.is_sticky();
                (filters.iter().any(is_fence), filters.iter().any(is_sticky))
            }
            _ => (false, false),
        };
        if by_networks {
            let networks = pool.endpoints().iter().flat_map(|e| &e.networks);
            scope = scope.max(places::scope_among(network, networks.copied()));
        }
        if by_asker {
            scope = told.prefix_len();
        }
        Some(scope.min(told.prefix_len()))
    }
}
