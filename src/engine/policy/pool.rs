//! The records a policy chooses from: the endpoints of one name and type.

use std::error::Error;
use std::fmt;
use std::net::IpAddr;

use serde::{Deserialize, Serialize};

use super::endpoint::{Endpoint, EndpointFault, Health};
use crate::dns::{Name, Rrset, RrsetKey, Rtype, Ttl, rtype_number, ttl_seconds};

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
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Pool {
    /// The name they belong to.
    owner: Name,
    /// A or AAAA.
    #[serde(with = "rtype_number")]
    rtype: Rtype,
    /// The TTL all their records have ([RFC 2181 §5.2](https://www.rfc-editor.org/rfc/rfc2181#section-5.2)).
    #[serde(with = "ttl_seconds")]
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
            let fault = (!endpoint.fits(rtype))
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

    /// The name and the type.
    pub fn key(&self) -> RrsetKey {
        RrsetKey {
            owner: self.owner.clone(),
            rtype: self.rtype,
        }
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
            if endpoint.address() == Some(address) {
                let mut changed = endpoint.clone();
                change(&mut changed);
                if changed.fault().is_none() && changed.target == endpoint.target {
                    *endpoint = changed;
                }
            }
        }
    }

    /// Follows a change of the set in its zone: its TTL, addresses that went and addresses
    /// that came. Those it knows keep what is known of them; new ones are for everybody, and
    /// nothing checks them.
    ///
    /// Of a pool that leads to other sets the zone holds all that can be reached, so nothing
    /// new comes to it from there.
    pub fn follow(&mut self, set: &Rrset) {
        self.ttl = set.ttl;
        let addresses: Vec<IpAddr> = set.addresses().take(Self::MAX_ENDPOINTS).collect();
        let is_left = |e: &Endpoint| e.address().is_none_or(|known| addresses.contains(&known));
        self.endpoints.retain(is_left);
        if self.leads_on() {
            return;
        }
        for address in addresses {
            let is_known = self.endpoints.iter().any(|e| e.address() == Some(address));
            if !is_known && address.is_ipv4() == (self.rtype == Rtype::A) {
                self.endpoints.push(Endpoint::new(address));
            }
        }
    }

    /// Whether one of the endpoints leads to another set.
    pub fn leads_on(&self) -> bool {
        self.endpoints.iter().any(|e| e.alias_name().is_some())
    }

    /// The addresses of its own, in configured order.
    pub fn addresses(&self) -> impl Iterator<Item = IpAddr> {
        self.endpoints.iter().filter_map(Endpoint::address)
    }

    /// All addresses of its own as one set, each once; `None` if there are none.
    pub fn rrset(&self) -> Option<Rrset> {
        rrset_of(&self.key(), self.ttl, self.addresses())
    }
}

/// A set of addresses, each once; `None` if there are none.
pub(super) fn rrset_of(
    key: &RrsetKey,
    ttl: Ttl,
    addresses: impl Iterator<Item = IpAddr>,
) -> Option<Rrset> {
    let mut data = Vec::new();
    for address in addresses {
        let record = Rrset::from_address(key.owner.clone(), ttl, address);
        for record in record.data.iter() {
            if !data.contains(record) {
                data.push(record.clone());
            }
        }
    }
    (!data.is_empty()).then(|| Rrset::new(key.owner.clone(), key.rtype, ttl, data))
}
