//! What is simulated: a service, the resolvers, the clients, and what is done to them.

use std::net::IpAddr;

use ipnet::IpNet;
use serde::{Deserialize, Serialize};

use crate::dns::Ttl;
use crate::engine::anycast::Anycast;
use crate::engine::health::{Condition, HealthCheck};
use crate::engine::policy::{Policy, Pool};
use crate::engine::{Coordinates, SimDuration, SimTime, TtlPolicy};

/// A crowd of clients that use one name.
#[derive(Clone, Debug)]
pub struct Population {
    /// For how long it is watched.
    pub duration: SimDuration,
    /// The width of one bin of the series; the last bin may be cut short. Not zero.
    pub bin: SimDuration,
    /// What the clients use.
    pub service: Service,
    /// The resolvers they ask.
    pub resolvers: Vec<ResolverGroup>,
    /// The clients.
    pub clients: Vec<ClientGroup>,
    /// What is done, in order of time.
    pub timeline: Vec<(SimTime, Change)>,
}

/// The name in demand: its records, the servers behind them and the servers of its zone.
#[derive(Clone, Debug)]
pub struct Service {
    /// The records the name can be answered with, and their TTL.
    pub pool: Pool,
    /// How one or some of them are chosen for an answer.
    pub policy: Policy,
    /// The sets that endpoints may lead to, as in a [tree](crate::engine::policy::PolicySets);
    /// none as a rule. All providers have them, and they stay as they are.
    pub branches: Vec<(Pool, Policy)>,
    /// How endpoints are checked, if they are; then the check says what their health is. An
    /// endpoint whose health is [`Unchecked`](crate::engine::policy::Health::Unchecked) stays so.
    pub check: Option<HealthCheck>,
    /// The addresses that several sites announce, by index in [`Population::addresses`]. Their
    /// sites announce and work when the run begins.
    pub anycast: Vec<(usize, Anycast)>,
    /// Who answers for the zone: at least one. Each has a copy of pool and policy of its own
    /// once a [`Change`] names it.
    pub providers: Vec<Provider>,
    /// Round trips between client and endpoint that a request takes: 1 for a request on an
    /// open connection, 2 with TCP, 3 with TLS 1.3 as well.
    pub round_trips: u32,
    /// What a million queries to the authoritative servers cost, in dollars.
    pub price_per_million: f64,
}

/// A provider of authoritative DNS.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Provider {
    /// What charts call it.
    pub title: String,
    /// Where its servers stand; the nearest is asked.
    pub sites: Vec<Coordinates>,
}

/// Recursive resolvers of one kind at one place.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ResolverGroup {
    /// What charts call them.
    pub title: String,
    /// How many there are, each with a cache of its own. Not zero. A client asks always the same one.
    pub count: u32,
    /// Where they stand.
    pub at: Coordinates,
    /// The network their addresses are in, which is what a policy sees of them.
    pub network: IpNet,
    /// What they make of TTLs.
    pub policy: TtlPolicy,
    /// The bits of the client's address they tell the authoritative server (RFC 7871), if they
    /// tell any; the cache is then kept by scope.
    pub subnet: Option<u8>,
    /// For how long they answer with expired data when no server answers (RFC 8767); zero if never.
    pub stale_for: SimDuration,
}

/// Clients of one kind at one place.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ClientGroup {
    /// What charts call them.
    pub title: String,
    /// How many there are.
    pub count: u32,
    /// Where they are.
    pub at: Coordinates,
    /// The networks they are in, in equal shares: one prefix of 24 bits (IPv6: 56) after the
    /// other, beginning with this one.
    pub network: IpNet,
    /// How many such prefixes they fill. Not zero.
    pub prefixes: u32,
    /// Which resolvers they ask: the index of the group and its share, which need not add up to 1.
    pub resolvers: Vec<(usize, f64)>,
    /// The cache of the application or browser, if it has one.
    pub browser: Option<TtlPolicy>,
    /// The cache of the OS stub, if it has one.
    pub stub: Option<TtlPolicy>,
    /// Requests per second of one client; they come as a Poisson process.
    pub rate: f64,
}

/// Something done to the service or its surroundings.
#[derive(Clone, Debug)]
pub enum Change {
    /// The records are published anew, with other endpoints or another TTL.
    SetPool {
        /// At this provider only; `None` at all of them.
        provider: Option<usize>,
        /// Its endpoints keep the index they have by address; see [`Population::addresses`].
        pool: Pool,
    },
    /// Records are chosen by another policy.
    SetPolicy {
        /// At this provider only; `None` at all of them.
        provider: Option<usize>,
        /// The new one.
        policy: Policy,
    },
    /// All servers of a provider fall silent or come back.
    SetProviderUp {
        /// Its index.
        provider: usize,
        /// Whether they answer from now on.
        up: bool,
    },
    /// The machine behind an address fails or comes back.
    SetCondition {
        /// The index of the address.
        address: usize,
        /// How it is from now on. All machines are up at the start.
        condition: Condition,
    },
    /// A site announces or withdraws an anycast address.
    SetAnnounced {
        /// The index of the address.
        address: usize,
        /// The index of the site.
        site: usize,
        /// Whether it announces the address from now on.
        announced: bool,
    },
    /// The machines of one site of an anycast address crash or recover; routes do not follow.
    SetSiteUp {
        /// The index of the address.
        address: usize,
        /// The index of the site.
        site: usize,
        /// Whether they work from now on.
        up: bool,
    },
    /// The demand of a group changes.
    SetDemand {
        /// Its index; `None` for all.
        group: Option<usize>,
        /// Times its own rate.
        factor: f64,
    },
}

impl Service {
    /// The pool of the name, and those of its branches.
    pub(super) fn pools(&self) -> impl Iterator<Item = &Pool> {
        let branches = self.branches.iter().map(|(pool, _)| pool);
        std::iter::once(&self.pool).chain(branches)
    }

    /// The longest TTL that an answer can begin with.
    pub(super) fn ttl(&self) -> Ttl {
        let branches = self.branches.iter().map(|(pool, _)| pool.ttl());
        branches.fold(self.pool.ttl(), Ttl::max)
    }
}

impl Population {
    /// Every address the name is ever answered with, in order of appearance: first those of
    /// the pool, then those of its branches, then those that changes bring. Series count by this index.
    pub fn addresses(&self) -> Vec<IpAddr> {
        let mut addresses: Vec<IpAddr> = Vec::new();
        let changed = self.timeline.iter().filter_map(|(_, change)| match change {
            Change::SetPool { pool, .. } => Some(pool),
            _ => None,
        });
        for pool in self.service.pools().chain(changed) {
            for address in pool.addresses() {
                if !addresses.contains(&address) {
                    addresses.push(address);
                }
            }
        }
        addresses
    }
}
