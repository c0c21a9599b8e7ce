//! How a policy's shares look behind caches, what it costs, and what Client Subnet does.

use dns_lab::engine::TtlPolicy;
use dns_lab::engine::policy::{Endpoint, Order, Policy};
use dns_lab::engine::population::{ClientGroup, Population, Runner, Series, theory};

use super::support::{address, clients, pool, pool_of, population, run, secs, sum};

/// Requests, or fetches, by address.
fn by_address(series: &Series, of_fetches: bool) -> Vec<f64> {
    let count = |bin: &dns_lab::engine::population::Bin, address: usize| {
        if of_fetches {
            bin.fetches[address]
        } else {
            bin.by_group.iter().map(|group| group[address]).sum()
        }
    };
    let addresses = 0..series.addresses.len();
    addresses
        .map(|a| sum(&series.bins, |bin| count(bin, a)))
        .collect()
}

#[test]
fn three_rotating_addresses_get_a_third_of_the_fetches_each() {
    for order in [Order::Random, Order::Cyclic] {
        let mut crowd = population(60, 1000, clients(1000, 1.0 / 60.0));
        crowd.service.pool = pool(60, &[1, 2, 3]);
        crowd.service.policy = Policy::Simple(order);
        let fetches = by_address(&run(&crowd, 11), true);
        let total: f64 = fetches.iter().sum();
        assert!(total > 20_000.0);
        for count in fetches {
            let (low, high) = theory::wilson(count, total, theory::NORMAL_99);
            assert!(low <= 1.0 / 3.0 && 1.0 / 3.0 <= high, "{count} of {total}");
        }
    }
}

#[test]
fn one_big_resolver_with_a_long_ttl_sends_everybody_to_one_address() {
    let mut crowd = population(3600, 1, clients(1000, 1.0 / 60.0));
    crowd.service.pool = pool(3600, &[1, 2, 3]);
    crowd.service.policy = Policy::Simple(Order::Random);
    crowd.duration = secs(7200.0);
    let series = run(&crowd, 12);
    let requests = by_address(&series, false);
    let total: f64 = requests.iter().sum();
    let largest = requests.iter().copied().fold(0.0, f64::max);
    // Two or three fetches decide for 120 000 requests.
    assert!(sum(&series.bins, |bin| bin.fetches.iter().sum()) < 5.0);
    assert!(largest / total > 0.45, "{}", largest / total);
    // By requests the interval would be below one percent; by fetches it is wide open.
    assert!(theory::sampling_error(1.0 / 3.0, total) < 0.01);
    assert!(theory::sampling_error(1.0 / 3.0, 3.0) > 0.5);
}

#[test]
fn canary_gets_its_share_of_the_fetches() {
    for percent in [1, 5, 25] {
        let endpoint = |number, weight| Endpoint {
            weight,
            ..Endpoint::new(address(number))
        };
        let mut crowd = population(60, 1000, clients(1000, 1.0 / 60.0));
        crowd.service.pool = pool_of(60, vec![endpoint(1, 100 - percent), endpoint(2, percent)]);
        crowd.service.policy = Policy::Weighted;
        let fetches = by_address(&run(&crowd, 13), true);
        let total = fetches[0] + fetches[1];
        let (low, high) = theory::wilson(fetches[1], total, theory::NORMAL_99);
        let share = f64::from(percent) / 100.0;
        assert!(
            low <= share && share <= high,
            "{percent} %: {low} to {high}"
        );
    }
}

#[test]
fn upstream_load_and_cost_fall_along_a_hyperbola_of_the_ttl() {
    let queries = |ttl: u32| {
        let mut crowd = population(ttl, 20, clients(1000, 1.0));
        crowd.duration = secs(86_400.0);
        crowd.bin = secs(3600.0);
        sum(&run(&crowd, 14).bins, |bin| bin.provider_queries[0])
    };
    // In constant demand a resolver asks once in a TTL: 1 440 times a day at 60 s.
    let minute = queries(60) / 20.0;
    assert!((minute - 1440.0).abs() < 5.0, "{minute}");
    let (short, long) = (queries(30), queries(1800));
    assert!((short / long - 60.0).abs() < 2.0, "{}", short / long);
    for ttl in [30, 300, 1800] {
        let found = theory::cost(queries(ttl), 0.4);
        let expected = theory::cost_over_time(20.0, 50.0, f64::from(ttl), 86_400.0, 0.4);
        assert!((found / expected - 1.0).abs() < 0.03, "{found} {expected}");
    }
}

#[test]
fn client_subnet_multiplies_entries_and_lowers_the_hit_ratio_by_the_formula() {
    let steered = |subnet, prefixes| {
        let group = ClientGroup {
            prefixes,
            network: "198.18.0.0/24".parse().expect("a network"),
            ..clients(640, 1.0 / 64.0)
        };
        let mut crowd = population(60, 1, group);
        crowd.resolvers[0].subnet = subnet;
        let networks = (0..64_u8).map(|third| Endpoint {
            networks: vec![format!("198.18.{third}.0/24").parse().expect("a network")],
            ..Endpoint::new(address(1 + third))
        });
        crowd.service.pool = pool_of(60, networks.collect());
        let fence = dns_lab::engine::policy::Filter::Netfence { remove_rest: true };
        crowd.service.policy = Policy::Chain(vec![fence]);
        crowd.duration = secs(36_000.0);
        let series = run(&crowd, 15);
        let middle = &series.bins[10..];
        let entries: f64 = middle.iter().map(|bin| bin.entries).sum();
        let ratio = sum(middle, |bin| bin.resolver_hits) / sum(middle, |bin| bin.requests);
        (entries / middle.len() as f64, ratio)
    };
    let (one, together) = steered(None, 64);
    assert!((together - theory::hit_ratio(10.0, 60.0)).abs() < 0.01);
    let (many, apart) = steered(Some(24), 64);
    let expected = theory::hit_ratio(10.0 / 64.0, 60.0);
    assert!((apart - expected).abs() < 0.01, "{apart} {expected}");
    // Each prefix has its entry for the share of time in which it has one at all.
    assert!((many / one - 64.0 * expected).abs() < 2.0, "{many} {one}");
}

/// A crowd with a bit of everything.
fn mixed() -> Population {
    let mut crowd = population(30, 7, clients(100, 0.1));
    crowd.clients.push(ClientGroup {
        browser: Some(TtlPolicy::CHROMIUM),
        stub: Some(TtlPolicy::SYSTEMD_RESOLVED),
        prefixes: 5,
        ..clients(300, 0.05)
    });
    crowd.service.pool = pool(30, &[1, 2, 3]);
    crowd.service.policy = Policy::Multivalue;
    crowd
}

#[test]
fn same_seed_gives_the_same_series_and_another_seed_another() {
    let crowd = mixed();
    assert_eq!(run(&crowd, 1), run(&crowd, 1));
    assert_ne!(run(&crowd, 1).bins, run(&crowd, 2).bins);
}

#[test]
fn a_run_in_pieces_is_the_same_run() {
    let crowd = mixed();
    let mut runner = Runner::new(&crowd, 3).expect("a sound population");
    let mut last = 0;
    let mut pieces = 0;
    loop {
        let progress = runner.advance(500);
        assert!(progress.done >= last && progress.done <= progress.total);
        last = progress.done;
        pieces += 1;
        if progress.is_finished() {
            break;
        }
    }
    assert!(pieces > 10);
    assert_eq!(runner.finish(), run(&crowd, 3));
}

#[test]
fn every_request_is_counted_once() {
    let series = run(&mixed(), 5);
    for bin in &series.bins {
        let queries = bin.browser_hits + bin.stub_hits + bin.resolver_queries;
        assert_eq!(bin.requests, queries);
        let used: u64 = bin.by_group.iter().flatten().sum();
        assert_eq!(bin.requests, used + bin.unresolved);
        assert_eq!(used, bin.dead + bin.latency.iter().sum::<u64>());
        let fetched: u64 = bin.fetches.iter().sum();
        assert_eq!(bin.resolver_queries, bin.resolver_hits + fetched);
    }
    let requests = sum(&series.bins, |bin| bin.requests);
    let expected = 3600.0 * (100.0 * 0.1 + 300.0 * 0.05);
    assert!((requests - expected).abs() < 5.0 * expected.sqrt());
    assert_eq!(series.sample.len(), 400);
    assert!(series.sample.iter().all(|client| !client.held.is_empty()));
}
