//! A crowd as it can be edited: the parts of a population under the names its file gives them.

use serde::{Deserialize, Serialize};

use crate::dns::{Name, Rtype, Ttl, ttl_seconds};
use crate::engine::health::HealthCheck;
use crate::engine::policy::{Endpoint, Policy};
use crate::engine::population::{ClientGroup, Provider, ResolverGroup};
use crate::engine::{Coordinates, SimDuration, SimTime};

/// A part of a crowd with the id by which its file, its knobs and its figures name it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Named<T> {
    /// The id.
    pub id: String,
    /// The part.
    pub it: T,
}

/// A crowd under names: a [`Population`](crate::engine::population::Population) before its
/// indices are worked out. Knobs set it, and so may anything that wants another population
/// than the file describes: a learner's records, policy, check or timeline.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Crowd {
    /// For how long it is watched.
    pub duration: SimDuration,
    /// The width of a bin of the series.
    pub bin: SimDuration,
    /// The name in demand.
    pub name: Name,
    /// The TTL of its records, in seconds.
    #[serde(with = "ttl_seconds")]
    pub ttl: Ttl,
    /// How records are chosen.
    pub policy: Policy,
    /// Round trips between client and endpoint that a request takes.
    pub round_trips: u32,
    /// What a million queries to the authoritative servers cost, in dollars.
    pub price_per_million: f64,
    /// Every machine the name ever leads to, in the order of the file.
    pub endpoints: Vec<CrowdEndpoint>,
    /// How endpoints are checked; `None` if nothing checks them.
    pub check: Option<HealthCheck>,
    /// Who answers for the zone.
    pub providers: Vec<Named<Provider>>,
    /// The resolvers.
    pub resolvers: Vec<Named<ResolverGroup>>,
    /// The clients.
    pub clients: Vec<Named<ClientGroup>>,
    /// What is done, in the order of the file, which need not be that of time.
    pub timeline: Vec<CrowdChange>,
}

/// A machine the name can lead to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CrowdEndpoint {
    /// Its id.
    pub id: String,
    /// What charts call it.
    pub title: String,
    /// Whether the name leads to it from the start; an act may list it later.
    pub is_listed: bool,
    /// Whether health checks watch it, if there are any.
    pub is_checked: bool,
    /// The sites that announce its address, if it is an anycast one.
    pub sites: Vec<Named<Coordinates>>,
    /// The record, and what policies know of it.
    pub endpoint: Endpoint,
}

/// Something done at a moment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CrowdChange {
    /// When.
    pub at: SimTime,
    /// The provider whose copy of the records it touches; `None` for all.
    pub provider: Option<usize>,
    /// What.
    pub act: CrowdAct,
    /// Whether it happens at all; a knob may say no.
    pub is_on: bool,
}

/// What can be done to a crowd's service and its surroundings. Endpoints, providers and groups
/// are named by index.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum CrowdAct {
    /// A machine stops or resumes serving; its record stays.
    Serving {
        /// The endpoint.
        endpoint: usize,
        /// Whether it serves from now on.
        up: bool,
    },
    /// A machine stops serving and refuses connections: clients need not wait for a timeout,
    /// and neither need checks.
    Refusing {
        /// The endpoint.
        endpoint: usize,
    },
    /// A site announces or withdraws an anycast address.
    Announce {
        /// The endpoint.
        endpoint: usize,
        /// The site.
        site: usize,
        /// Whether it announces the address from now on.
        announced: bool,
    },
    /// The machines of one site stop or resume serving; routes do not follow.
    SiteServing {
        /// The endpoint.
        endpoint: usize,
        /// The site.
        site: usize,
        /// Whether they serve from now on.
        up: bool,
    },
    /// A record is added or taken away; its machine goes on serving.
    List {
        /// The endpoint.
        endpoint: usize,
        /// Whether the name leads to it from now on.
        listed: bool,
    },
    /// One record takes the place of another.
    Replace {
        /// The endpoint whose record goes.
        old: usize,
        /// The endpoint whose record comes.
        new: usize,
    },
    /// The records get another TTL.
    Ttl {
        /// In seconds.
        seconds: u32,
    },
    /// A record gets another weight.
    Weight {
        /// The endpoint.
        endpoint: usize,
        /// The weight.
        weight: u32,
    },
    /// Records are chosen by another policy.
    Policy {
        /// The new one.
        policy: Policy,
    },
    /// All servers of a provider fall silent or come back.
    Provider {
        /// The provider.
        provider: usize,
        /// Whether they answer from now on.
        up: bool,
    },
    /// Requests come more or less often.
    Demand {
        /// The group; `None` for all.
        group: Option<usize>,
        /// Times the group's own rate.
        factor: f64,
    },
}

impl Crowd {
    /// The index of the endpoint with an id.
    pub fn endpoint(&self, id: &str) -> Option<usize> {
        self.endpoints.iter().position(|one| one.id == id)
    }

    /// The index of the provider with an id.
    pub fn provider(&self, id: &str) -> Option<usize> {
        self.providers.iter().position(|one| one.id == id)
    }

    /// The index of the resolver group with an id.
    pub fn resolver(&self, id: &str) -> Option<usize> {
        self.resolvers.iter().position(|one| one.id == id)
    }

    /// The index of the client group with an id.
    pub fn group(&self, id: &str) -> Option<usize> {
        self.clients.iter().position(|one| one.id == id)
    }

    /// How many clients there are.
    pub fn client_count(&self) -> u64 {
        self.clients.iter().map(|it| u64::from(it.it.count)).sum()
    }

    /// Gives the groups so many clients in all, in their proportions. A group keeps one at least.
    pub fn resize(&mut self, clients: u32) {
        let before = self.client_count().max(1) as f64;
        for group in &mut self.clients {
            let share = f64::from(group.it.count) / before;
            // `as` saturates.
            group.it.count = ((share * f64::from(clients)).round() as u32).max(1);
        }
    }

    /// A or AAAA: the type of the records.
    pub fn rtype(&self) -> Rtype {
        let mut addresses = { self.endpoints.iter() }.filter_map(|one| one.endpoint.address());
        let is_ipv6 = addresses.any(|address| address.is_ipv6());
        if is_ipv6 { Rtype::AAAA } else { Rtype::A }
    }
}
