//! Traffic policies: which of the records of one name and type an authoritative server
//! answers, to whom and in which order.
//!
//! A [`Policy`] is a value and [`Policy::decide`] a function of the [`Pool`], the
//! [`Asker`], the [`PlaceTable`] and a random stream; nothing else is read or changed. The
//! [`Decision`] tells each of its steps. [`presets()`] names the policies of real products.

mod asker;
mod chain;
mod decision;
mod draw;
mod failover;
mod gdnsd;
mod geolocation;
mod geoproximity;
mod latency;
mod multivalue;
mod places;
mod pool;
mod powerdns;
mod presets;
mod simple;
mod weighted;
mod words;

#[cfg(test)]
mod tests;

pub use asker::{Asker, Source};
pub use chain::{FenceBy, Filter};
pub use decision::{Decision, Reason, Step};
pub use gdnsd::WeightedAnswer;
pub use geoproximity::BiasFormula;
pub use multivalue::MULTIVALUE_LIMIT;
pub use places::{Continent, Location, PlaceTable, PlaceTableError};
pub use pool::{Area, Endpoint, EndpointFault, Health, Load, Pool, PoolError};
pub use powerdns::Pick;
pub use presets::{PolicyPreset, presets};
pub use simple::Order;
pub use words::WordError;

use crate::engine::Stream;
use decision::Draft;

/// A rule by which records are chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
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
    /// What a chain of filters leaves.
    Chain(Vec<Filter>),
    /// gdnsd's plugin `weighted`.
    GdnsdWeighted(WeightedAnswer),
    /// gdnsd's plugin `multifo`: everything that is up.
    GdnsdMultifo,
    /// A picking function of PowerDNS's LUA records.
    PowerDns(Pick),
}

impl Policy {
    /// Chooses from `pool` for one question.
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
            steps: Vec::new(),
        };
        let mut location = None;
        if self.needs_place() {
            location = asker.location(places);
            draft.note(Step::Located {
                source: asker.source(),
                location: location.cloned(),
            });
        }
        let chosen = match self {
            Self::Simple(order) => simple::choose(&mut draft, *order, asker.turn, random),
            Self::Weighted => weighted::choose(&mut draft, random),
            Self::Failover => failover::choose(&mut draft),
            Self::Multivalue => multivalue::choose(&mut draft, random),
            Self::Geolocation => geolocation::choose(&mut draft, location),
            Self::Geoproximity(formula) => geoproximity::choose(&mut draft, *formula, location),
            Self::Latency => latency::choose(&mut draft, location),
            Self::Chain(filters) => chain::choose(&mut draft, filters, asker, location, random),
            Self::GdnsdWeighted(answer) => gdnsd::choose_weighted(&mut draft, *answer, random),
            Self::GdnsdMultifo => gdnsd::choose_multifo(&mut draft),
            Self::PowerDns(pick) => powerdns::choose(&mut draft, *pick, location, random),
        };
        Decision {
            chosen,
            ttl: draft.ttl,
            scope: self.scope(pool, asker, places),
            steps: draft.steps,
        }
    }

    /// Whether the answer depends on where the asker is.
    pub fn needs_place(&self) -> bool {
        match self {
            Self::Geolocation
            | Self::Geoproximity(_)
            | Self::Latency
            | Self::PowerDns(Pick::Closest) => true,
            Self::Chain(filters) => filters.iter().any(|filter| filter.needs_place()),
            _ => false,
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
        if self.needs_place() {
            scope = places.scope(network);
        }
        if let Self::Chain(filters) = self {
            let fenced = filters.iter().any(|f| matches!(f, Filter::Netfence { .. }));
            if fenced {
                let networks = pool.endpoints().iter().flat_map(|e| &e.networks);
                scope = scope.max(places::scope_among(network, networks.copied()));
            }
            if filters.contains(&Filter::StickyShuffle) {
                scope = told.prefix_len();
            }
        }
        Some(scope.min(told.prefix_len()))
    }
}
