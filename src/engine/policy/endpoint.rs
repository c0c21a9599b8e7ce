//! One record a policy can choose: where it leads, and what policies need to know of it.

use std::net::IpAddr;

use indexmap::IndexMap;
use ipnet::IpNet;
use serde::{Deserialize, Serialize};

use super::places::Continent;
use crate::dns::{Name, Rtype};
use crate::engine::Coordinates;

/// What health checks say of an endpoint.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Health {
    /// The checks pass.
    Healthy,
    /// The checks fail.
    Unhealthy,
    /// Somebody took it out of the answers, whatever the checks say.
    Drained,
    /// Nothing checks it. It counts as healthy.
    #[default]
    Unchecked,
}

impl Health {
    /// Whether the endpoint may be answered: neither failing nor taken out.
    pub fn is_usable(self) -> bool {
        !matches!(self, Self::Unhealthy | Self::Drained)
    }
}

/// The part of the world whose questions a record is for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Area {
    /// A state or province.
    Subdivision {
        /// The country's code in ISO 3166-1, two letters.
        country: String,
        /// The part of ISO 3166-2 behind the hyphen.
        subdivision: String,
    },
    /// A country by its code in ISO 3166-1, two letters.
    Country(String),
    /// A continent.
    Continent(Continent),
    /// Everywhere, known or not: what products call the default record.
    #[default]
    Default,
}

/// A load figure with the marks between which questions are turned away.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Load {
    /// The load now, in the unit of the marks.
    pub current: f64,
    /// At or below this load nothing is turned away.
    pub low_watermark: f64,
    /// At or above this load everything is turned away.
    pub high_watermark: f64,
}

/// Where an endpoint leads.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Target {
    /// To the machine at an address.
    Address(IpAddr),
    /// To what another set of the same zone and type chooses. To clients it does not show:
    /// they get the addresses under the name they asked for. Route 53 calls it an *alias
    /// record*, and the whole a tree.
    Set {
        /// The name of the other set.
        name: Name,
        /// Whether the endpoint is as healthy as the other set: Route 53's *Evaluate Target
        /// Health*. If not, it counts as healthy whatever happens there.
        evaluates_health: bool,
    },
}

/// One record of a set: a machine a name may lead to, or another set, with what policies need
/// to know of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Endpoint {
    /// Where it leads.
    pub target: Target,
    /// Its share relative to the other endpoints, 0 to [`Endpoint::MAX_WEIGHT`].
    pub weight: u32,
    /// Its rank for failover; 1 is asked first.
    pub priority: u32,
    /// What one use of it costs, in any unit that all endpoints share.
    pub cost: f64,
    /// What health checks say.
    pub health: Health,
    /// Which endpoints it belongs with, for filters that look at groups; empty for none.
    pub group: String,
    /// Whose questions it is for.
    pub area: Area,
    /// Where it stands, if that is known.
    pub coordinates: Option<Coordinates>,
    /// How much its catchment is grown (1 to 99) or shrunk (−99 to −1).
    pub bias: i8,
    /// The measured latency to it in milliseconds, by the region of the asker.
    pub latency_ms: IndexMap<String, f64>,
    /// The networks it is for; empty if for all.
    pub networks: Vec<IpNet>,
    /// Its load, if it is measured.
    pub load: Option<Load>,
}

impl Endpoint {
    /// The largest weight: gdnsd takes weights below 2^20, the others less.
    pub const MAX_WEIGHT: u32 = (1 << 20) - 1;

    /// An endpoint of weight and priority 1 that is for everybody and that nothing checks.
    pub fn new(address: IpAddr) -> Self {
        Self::to(Target::Address(address))
    }

    /// As [`new`](Self::new), but it leads to another set.
    pub fn alias(name: Name, evaluates_health: bool) -> Self {
        Self::to(Target::Set {
            name,
            evaluates_health,
        })
    }

    /// An endpoint that is as usual in all but its target.
    fn to(target: Target) -> Self {
        Self {
            target,
            weight: 1,
            priority: 1,
            cost: 0.0,
            health: Health::Unchecked,
            group: String::new(),
            area: Area::Default,
            coordinates: None,
            bias: 0,
            latency_ms: IndexMap::new(),
            networks: Vec::new(),
            load: None,
        }
    }

    /// The address its record carries; `None` if it leads to another set.
    pub fn address(&self) -> Option<IpAddr> {
        match self.target {
            Target::Address(address) => Some(address),
            Target::Set { .. } => None,
        }
    }

    /// The set it leads to; `None` if it has an address.
    pub fn alias_name(&self) -> Option<&Name> {
        match &self.target {
            Target::Address(_) => None,
            Target::Set { name, .. } => Some(name),
        }
    }

    /// Whether its record can be of a type.
    pub(super) fn fits(&self, rtype: Rtype) -> bool {
        let is_other = |address: IpAddr| address.is_ipv4() != (rtype == Rtype::A);
        !self.address().is_some_and(is_other)
    }

    /// What is wrong with it, if something is.
    pub(super) fn fault(&self) -> Option<EndpointFault> {
        let is_off = |value: f64| !value.is_finite() || value < 0.0;
        let on_globe = |at: Coordinates| {
            (-90.0..=90.0).contains(&at.latitude) && (-180.0..=180.0).contains(&at.longitude)
        };
        let is_load_off = |load: Load| {
            is_off(load.current)
                || is_off(load.low_watermark)
                || is_off(load.high_watermark)
                || load.low_watermark > load.high_watermark
        };
        if self.weight > Self::MAX_WEIGHT {
            Some(EndpointFault::Weight)
        } else if !(-99..=99).contains(&self.bias) {
            Some(EndpointFault::Bias)
        } else if is_off(self.cost) {
            Some(EndpointFault::Cost)
        } else if self.coordinates.is_some_and(|at| !on_globe(at)) {
            Some(EndpointFault::Coordinates)
        } else if self.latency_ms.values().any(|&latency| is_off(latency)) {
            Some(EndpointFault::Latency)
        } else if self.load.is_some_and(is_load_off) {
            Some(EndpointFault::Load)
        } else {
            None
        }
    }
}

/// Which value of an endpoint is out of range.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EndpointFault {
    /// The weight is above [`Endpoint::MAX_WEIGHT`].
    Weight,
    /// The bias is not in −99 to 99.
    Bias,
    /// The cost is negative or no number.
    Cost,
    /// The coordinates are not on the globe.
    Coordinates,
    /// A latency is negative or no number.
    Latency,
    /// A load is negative or no number, or the low watermark is above the high one.
    Load,
    /// The address is not one the record type can carry.
    Address,
}
