//! What a crowd costs: as clients grow, as the TTL shrinks, and a million of them for an hour.

mod crowd;

use crowd::crowd;
use divan::{Bencher, counter::ItemsCount};
use dns_lab::engine::population::Population;

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
