//! Small populations.

use std::net::IpAddr;

use dns_lab::dns::{Rtype, Ttl};
use dns_lab::engine::policy::{Endpoint, Order, Policy, Pool};
use dns_lab::engine::population::{
    Bin, ClientGroup, Population, Provider, ResolverGroup, Series, Service,
};
use dns_lab::engine::{Coordinates, SimDuration, SimTime, TtlPolicy};

pub(crate) const FRANKFURT: Coordinates = Coordinates {
    latitude: 50.11,
    longitude: 8.68,
};

pub(crate) fn secs(secs: f64) -> SimDuration {
    SimDuration::from_secs_f64(secs)
}

pub(crate) fn at(seconds: f64) -> SimTime {
    SimTime::ZERO + secs(seconds)
}

/// Addresses 192.0.2.1, 192.0.2.2 and so on.
pub(crate) fn address(number: u8) -> IpAddr {
    IpAddr::from([192, 0, 2, number])
}

/// A pool of these endpoints.
pub(crate) fn pool_of(ttl: u32, endpoints: Vec<Endpoint>) -> Pool {
    let owner = "www.example.com".parse().expect("a name");
    Pool::new(owner, Rtype::A, Ttl::from_secs(ttl), endpoints).expect("a sound pool")
}

/// A pool of these addresses.
pub(crate) fn pool(ttl: u32, numbers: &[u8]) -> Pool {
    let endpoints = numbers.iter().map(|&number| Endpoint::new(address(number)));
    pool_of(ttl, endpoints.collect())
}

pub(crate) fn provider(title: &str) -> Provider {
    Provider {
        title: title.to_owned(),
        sites: vec![FRANKFURT],
    }
}

/// Clients that ask one kind of resolver.
pub(crate) fn clients(count: u32, rate: f64) -> ClientGroup {
    ClientGroup {
        title: "clients".to_owned(),
        count,
        at: FRANKFURT,
        network: "198.51.100.0/24".parse().expect("a network"),
        prefixes: 1,
        resolvers: vec![(0, 1.0)],
        browser: None,
        stub: None,
        rate,
    }
}

/// One address with a TTL; `count` clients without caches behind as many resolvers.
pub(crate) fn population(ttl: u32, resolvers: u32, clients: ClientGroup) -> Population {
    Population {
        duration: secs(3600.0),
        bin: secs(60.0),
        service: Service {
            pool: pool(ttl, &[1]),
            policy: Policy::Simple(Order::Fixed),
            branches: Vec::new(),
            check: None,
            anycast: Vec::new(),
            providers: vec![provider("one")],
            round_trips: 1,
            price_per_million: 0.4,
        },
        resolvers: vec![ResolverGroup {
            title: "resolvers".to_owned(),
            count: resolvers,
            at: FRANKFURT,
            network: "203.0.113.0/24".parse().expect("a network"),
            policy: TtlPolicy::UNBOUND,
            subnet: None,
            stale_for: SimDuration::ZERO,
        }],
        clients: vec![clients],
        timeline: Vec::new(),
    }
}

pub(crate) fn run(population: &Population, seed: u64) -> Series {
    population.run(seed).expect("a sound population")
}

/// A count summed over bins.
pub(crate) fn sum(bins: &[Bin], count: impl Fn(&Bin) -> u64) -> f64 {
    bins.iter().map(count).sum::<u64>() as f64
}
