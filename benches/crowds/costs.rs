//! What a crowd costs: as clients grow, as the TTL shrinks, and a million of them for an hour.

use divan::{Bencher, counter::ItemsCount};
use dns_lab::dns::{Rtype, Ttl};
use dns_lab::engine::policy::{Endpoint, Order, Policy, Pool};
use dns_lab::engine::population::{ClientGroup, Population, Provider, ResolverGroup, Service};
use dns_lab::engine::{Coordinates, SimDuration, TtlPolicy};

/// Clients with browser and stub that ask once a minute, a hundred at each resolver, for an hour.
fn crowd(clients: u32, ttl: u32) -> Population {
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

/// Runs a crowd; items are decisions of caches.
fn measure(bencher: Bencher<'_, '_>, crowd: &Population) {
    let run = || crowd.run(7).expect("a sound population");
    let decisions = run().decisions as usize;
    bencher.counter(ItemsCount::new(decisions)).bench_local(run);
}

/// An hour at TTL 60 s as clients grow.
#[divan::bench(args = [1_000, 10_000, 100_000], sample_count = 10)]
fn hour_of_clients(bencher: Bencher<'_, '_>, clients: u32) {
    measure(bencher, &crowd(clients, 60));
}

/// A million clients for an hour at TTL 60 s, once a minute each.
#[divan::bench(sample_count = 3)]
fn million_clients_for_an_hour(bencher: Bencher<'_, '_>) {
    measure(bencher, &crowd(1_000_000, 60));
}

/// 100 000 clients for an hour as the TTL shrinks.
#[divan::bench(args = [3600, 300, 60, 5, 1, 0], sample_count = 5)]
fn hour_by_ttl(bencher: Bencher<'_, '_>, ttl: u32) {
    measure(bencher, &crowd(100_000, ttl));
}

/// 100 000 clients behind one resolver.
#[divan::bench(sample_count = 5)]
fn hour_behind_one_resolver(bencher: Bencher<'_, '_>) {
    let mut crowd = crowd(100_000, 60);
    crowd.resolvers[0].count = 1;
    measure(bencher, &crowd);
}

/// 100 000 clients without caches of their own.
#[divan::bench(sample_count = 5)]
fn hour_without_own_caches(bencher: Bencher<'_, '_>) {
    let mut crowd = crowd(100_000, 60);
    crowd.clients[0].browser = None;
    crowd.clients[0].stub = None;
    measure(bencher, &crowd);
}
