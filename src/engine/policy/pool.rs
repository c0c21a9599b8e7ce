//! The records a policy chooses from: the endpoints of one name and type.

use std::error::Error;
use std::fmt;
use std::net::IpAddr;

use indexmap::IndexMap;
use ipnet::IpNet;

use super::places::Continent;
use crate::dns::{Name, Rrset, Rtype, Ttl};
use crate::engine::Coordinates;

/// What health checks say of an endpoint.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
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
#[derive(Clone, Debug, Default, PartialEq, Eq)]
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
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Load {
    /// The load now, in the unit of the marks.
    pub current: f64,
    /// At or below this load nothing is turned away.
    pub low_watermark: f64,
    /// At or above this load everything is turned away.
    pub high_watermark: f64,
}

/// One machine a name may lead to, with what policies need to know of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Endpoint {
    /// The address the record carries.
    pub address: IpAddr,
    /// Its share relative to the other endpoints, 0 to [`Endpoint::MAX_WEIGHT`].
    pub weight: u32,
    /// Its rank for failover; 1 is asked first.
    pub priority: u32,
    /// What one use of it costs, in any unit that all endpoints share.
    pub cost: f64,
    /// What health checks say.
    pub health: Health,
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
        Self {
            address,
            weight: 1,
            priority: 1,
            cost: 0.0,
            health: Health::Unchecked,
            area: Area::Default,
            coordinates: None,
            bias: 0,
            latency_ms: IndexMap::new(),
            networks: Vec::new(),
            load: None,
        }
    }

    /// What is wrong with it, if something is.
    fn fault(&self) -> Option<EndpointFault> {
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

/// Why endpoints make no pool.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PoolError {
    /// Only sets of addresses have policies: A or AAAA.
    Type(Rtype),
    /// More endpoints than [`Pool::MAX_ENDPOINTS`].
    TooMany(usize),
    /// A value of one endpoint is out of range.
    Endpoint {
        /// Which, from 0.
        index: usize,
        /// What is wrong.
        fault: EndpointFault,
    },
}

impl fmt::Display for PoolError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Type(rtype) => write!(
                f,
                "A policy chooses among addresses, so the type must be A or AAAA, not {rtype}."
            ),
            Self::TooMany(count) => write!(
                f,
                "{count} endpoints are too many; a pool holds at most {}.",
                Pool::MAX_ENDPOINTS
            ),
            Self::Endpoint { index, fault } => {
                let number = index + 1;
                let rule = match fault {
                    EndpointFault::Weight => "the weight must be 0 to 1048575",
                    EndpointFault::Bias => "the bias must be -99 to 99",
                    EndpointFault::Cost => "the cost must be 0 or more",
                    EndpointFault::Coordinates => {
                        "the latitude must be -90 to 90 and the longitude -180 to 180"
                    }
                    EndpointFault::Latency => "a latency must be 0 ms or more",
                    EndpointFault::Load => {
                        "loads must be 0 or more, and the low watermark not above the high one"
                    }
                    EndpointFault::Address => {
                        "an A record takes an IPv4 address, an AAAA record an IPv6 address"
                    }
                };
                write!(f, "Endpoint {number}: {rule}.")
            }
        }
    }
}

impl Error for PoolError {}

/// The endpoints of one name and type, in the order they are configured.
#[derive(Clone, Debug, PartialEq)]
pub struct Pool {
    /// The name they belong to.
    owner: Name,
    /// A or AAAA.
    rtype: Rtype,
    /// The TTL all their records have ([RFC 2181 §5.2](https://www.rfc-editor.org/rfc/rfc2181#section-5.2)).
    ttl: Ttl,
    /// What there is to choose from.
    endpoints: Vec<Endpoint>,
}

impl Pool {
    /// Endpoints a pool holds at most, so that sums of weights stay far from their limits.
    pub const MAX_ENDPOINTS: usize = 1024;

    /// A pool of endpoints.
    ///
    /// # Errors
    /// If the type is no address type, there are too many endpoints, or a value of one is
    /// out of range.
    pub fn new(
        owner: Name,
        rtype: Rtype,
        ttl: Ttl,
        endpoints: Vec<Endpoint>,
    ) -> Result<Self, PoolError> {
        if !matches!(rtype, Rtype::A | Rtype::AAAA) {
            return Err(PoolError::Type(rtype));
        }
        if endpoints.len() > Self::MAX_ENDPOINTS {
            return Err(PoolError::TooMany(endpoints.len()));
        }
        for (index, endpoint) in endpoints.iter().enumerate() {
            let is_foreign = endpoint.address.is_ipv4() != (rtype == Rtype::A);
            let fault = is_foreign
                .then_some(EndpointFault::Address)
                .or_else(|| endpoint.fault());
            if let Some(fault) = fault {
                return Err(PoolError::Endpoint { index, fault });
            }
        }
        Ok(Self {
            owner,
            rtype,
            ttl,
            endpoints,
        })
    }

    /// The name the endpoints belong to.
    pub fn owner(&self) -> &Name {
        &self.owner
    }

    /// The type of their records: A or AAAA.
    pub fn rtype(&self) -> Rtype {
        self.rtype
    }

    /// The TTL of their records.
    pub fn ttl(&self) -> Ttl {
        self.ttl
    }

    /// What there is to choose from, in configured order.
    pub fn endpoints(&self) -> &[Endpoint] {
        &self.endpoints
    }

    /// Tells what the checks say of an endpoint now; nothing happens if there is none of
    /// that index.
    pub fn set_health(&mut self, index: usize, health: Health) {
        if let Some(endpoint) = self.endpoints.get_mut(index) {
            endpoint.health = health;
        }
    }

    /// Changes the endpoints of an address; there may be several, for several areas. Values
    /// out of range are not kept.
    pub fn change(&mut self, address: IpAddr, change: impl Fn(&mut Endpoint)) {
        for endpoint in &mut self.endpoints {
            if endpoint.address == address {
                let mut changed = endpoint.clone();
                change(&mut changed);
                if changed.fault().is_none() && changed.address == address {
                    *endpoint = changed;
                }
            }
        }
    }

    /// Follows a change of the set in its zone: its TTL, addresses that went and addresses
    /// that came. Those it knows keep what is known of them; new ones are for everybody, and
    /// nothing checks them.
    pub fn follow(&mut self, set: &Rrset) {
        self.ttl = set.ttl;
        let addresses: Vec<IpAddr> = set.addresses().take(Self::MAX_ENDPOINTS).collect();
        self.endpoints.retain(|e| addresses.contains(&e.address));
        for address in addresses {
            let is_known = self.endpoints.iter().any(|e| e.address == address);
            if !is_known && address.is_ipv4() == (self.rtype == Rtype::A) {
                self.endpoints.push(Endpoint::new(address));
            }
        }
    }

    /// All addresses as one set, each once; `None` if there are none.
    pub fn rrset(&self) -> Option<Rrset> {
        self.rrset_of(self.ttl, self.endpoints.iter().map(|e| e.address))
    }

    /// A set of addresses of this name and type, each once; `None` if there are none.
    pub(super) fn rrset_of(
        &self,
        ttl: Ttl,
        addresses: impl Iterator<Item = IpAddr>,
    ) -> Option<Rrset> {
        let mut data = Vec::new();
        for address in addresses {
            let record = Rrset::from_address(self.owner.clone(), ttl, address);
            for record in record.data.iter() {
                if !data.contains(record) {
                    data.push(record.clone());
                }
            }
        }
        let owner = self.owner.clone();
        (!data.is_empty()).then(|| Rrset::new(owner, self.rtype, ttl, data))
    }
}
