//! The crowd that is measured, natively and in wasm.

use dns_lab::dns::{Rtype, Ttl};
use dns_lab::engine::policy::{Endpoint, Order, Policy, Pool};
use dns_lab::engine::population::{ClientGroup, Population, Provider, ResolverGroup, Service};
use dns_lab::engine::{Coordinates, SimDuration, TtlPolicy};

/// Clients with browser and stub that ask once a minute, a hundred at each resolver, for an hour.
pub(crate) fn crowd(clients: u32, ttl: u32) -> Population {
    let owner = "www.example.com".parse().expect("a name");
    let addresses = [[192, 0, 2, 1], [192, 0, 2, 2], [192, 0, 2, 3]];
    let endpoints = addresses.iter().map(|&octets| Endpoint::new(octets.into()));
    let at = Coordinates {
        latitude: 50.11,
        longitude: 8.68,
    };
    let pool = Pool::new(owner, Rtype::A, Ttl::from_secs(ttl), endpoints.collect());
    Population {
        duration: SimDuration::from_secs(3600),
        bin: SimDuration::from_secs(30),
        service: Service {
            pool: pool.expect("a sound pool"),
            policy: Policy::Simple(Order::Random),
            branches: Vec::new(),
            check: None,
            anycast: Vec::new(),
            providers: vec![Provider {
                title: "provider".to_owned(),
                sites: vec![at],
            }],
            round_trips: 3,
            price_per_million: 0.4,
        },
        resolvers: vec![ResolverGroup {
            title: "resolvers".to_owned(),
            count: (clients / 100).max(1),
            at,
            network: "203.0.113.0/24".parse().expect("a network"),
            policy: TtlPolicy::UNBOUND,
            subnet: None,
            stale_for: SimDuration::ZERO,
        }],
        clients: vec![ClientGroup {
            title: "clients".to_owned(),
            count: clients,
            at,
            network: "198.51.100.0/24".parse().expect("a network"),
            prefixes: 1,
            resolvers: vec![(0, 1.0)],
            browser: Some(TtlPolicy::CHROMIUM),
            stub: Some(TtlPolicy::SYSTEMD_RESOLVED),
            rate: 1.0 / 60.0,
        }],
        timeline: Vec::new(),
    }
}
