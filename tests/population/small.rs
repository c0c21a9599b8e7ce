//! A crowd in the small: what a preview while a knob moves may say of all clients.

use dns_lab::engine::population::{Bin, Population, Series};
use dns_lab::scenario::crowd::crowd_source;

/// A shipped crowd with so many clients, everything else as its file has it.
fn crowd(id: &str, clients: u32) -> Population {
    let source = crowd_source(id).expect("the crowd ships and is sound");
    let mut population = source
        .build(&source.opening_knobs())
        .expect("it makes a population");
    let before = population.client_count();
    for group in &mut population.clients {
        group.count = (u64::from(group.count) * u64::from(clients) / before) as u32;
    }
    population
}

/// A run.
fn run(population: &Population) -> Series {
    population.run(5).expect("it runs")
}

/// A sum over all bins.
fn sum(series: &Series, count: impl Fn(&Bin) -> u64) -> f64 {
    series.bins.iter().map(count).sum::<u64>() as f64
}

/// The part of the queries that caches of resolvers answer.
fn hit_ratio(series: &Series) -> f64 {
    sum(series, |bin| bin.resolver_hits) / sum(series, |bin| bin.resolver_queries)
}

#[test]
fn a_tenth_of_clients_and_resolvers_has_the_hit_ratio_and_the_load_of_all() {
    for (id, clients) in [("ttl_load", 100_000), ("failover", 60_000)] {
        let whole = crowd(id, clients);
        let mut small = whole.clone();
        let factor = small.thin_out(clients / 10);
        assert_eq!(factor, 10, "{id}");
        let (whole, mut small) = (run(&whole), run(&small));
        small.count_for(factor);
        let (all, some) = (hit_ratio(&whole), hit_ratio(&small));
        assert!((all - some).abs() < 0.003, "{id}: {all} and {some}");
        let queries = |bin: &Bin| bin.provider_queries.iter().sum();
        let (all, some) = (sum(&whole, queries), sum(&small, queries));
        assert!((some / all - 1.0).abs() < 0.05, "{id}: {all} and {some}");
    }
}

#[test]
fn where_few_resolvers_serve_many_nobody_is_left_out() {
    // Four resolvers; and one large resolver, once somebody asks it.
    assert_eq!(crowd("ecs", 1_000_000).thin_out(10_000), 1);
    let mut canary = crowd("canary", 100_000);
    let large = canary.resolvers.iter().position(|group| group.count == 1);
    let large = large.expect("there is one large resolver");
    canary.clients[0].resolvers = vec![(0, 0.5), (large, 0.5)];
    assert_eq!(canary.thin_out(10_000), 1);
    canary.clients[0].resolvers = vec![(1 - large, 1.0)];
    assert_eq!(canary.thin_out(10_000), 10);
}

#[test]
fn clients_share_a_resolver_with_as_many_others_as_before() {
    for clients in [20_000, 55_000, 100_000, 330_000, 1_000_000] {
        let whole = crowd("failover", clients);
        let mut small = whole.clone();
        small.thin_out(10_000);
        let sharing = |population: &Population| {
            population.client_count() as f64 / f64::from(population.resolvers[0].count)
        };
        let off = sharing(&small) / sharing(&whole) - 1.0;
        assert!(off.abs() <= 0.06, "{clients}: off by {off}");
        assert!(small.resolvers[0].count >= 20, "{clients}");
    }
}

#[test]
fn what_one_client_counts_for_is_in_every_count() {
    let mut series = run(&crowd("failover", 2_000));
    let lost = sum(&series, |bin| bin.dead);
    assert!(lost > 0.0, "something is lost when the server dies");
    series.count_for(7);
    assert_eq!(sum(&series, |bin| bin.dead), 7.0 * lost);
    for bin in &series.bins {
        let by_group: u64 = bin.by_group.iter().flatten().sum();
        assert_eq!(by_group + bin.unresolved, bin.requests);
        assert_eq!(bin.dead_by.iter().sum::<u64>(), bin.dead);
    }
}
