//! Traffic policies: which of the records of one name and type an authoritative server
//! answers, to whom and in which order.
//!
//! A [`Policy`] is a value and [`Policy::decide`] a function of the [`Pool`], the
//! [`Asker`], the [`PlaceTable`] and a random stream; nothing else is read or changed. The
//! [`Decision`] tells each of its steps; [`Policy::choose`] is the same without them. [`presets()`] names the policies of real products.

mod asker;
mod chain;
mod decision;
mod draw;
mod endpoint;
mod failover;
mod gdnsd;
mod geolocation;
mod geoproximity;
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
            location = asker.location(places);
            draft.note_with(|| Step::Located {
                source: asker.source(),
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
            Self::Chain(filters) => chain::choose(draft, filters, asker, location, random),
            Self::GdnsdWeighted(answer) => gdnsd::choose_weighted(draft, *answer, random),
            Self::GdnsdMultifo => gdnsd::choose_multifo(draft),
            Self::PowerDns(pick) => powerdns::choose(draft, *pick, location, random),
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
