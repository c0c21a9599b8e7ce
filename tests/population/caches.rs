//! Hit ratios and the shares of the layers.

use dns_lab::engine::TtlPolicy;
use dns_lab::engine::population::{ClientGroup, theory};

use super::support::{clients, population, run, secs, sum};

/// How far a hit ratio may lie from the formula: four standard errors of the number of
/// fetches, and what the cold start adds.
fn tolerance(requests: f64, fetches: f64) -> f64 {
    4.0 * fetches.max(1.0).sqrt() / requests + 0.001
}

#[test]
fn hit_ratio_of_a_cache_follows_the_formula_over_a_grid() {
    for rate in [1.0 / 600.0, 1.0 / 60.0, 0.1, 1.0, 10.0] {
        for ttl in [5, 30, 60, 300, 900, 3600] {
            let mut crowd = population(ttl, 100, clients(100, rate));
            let cycle = f64::from(ttl) + 1.0 / rate;
            crowd.duration = secs(cycle * 200.0);
            crowd.bin = secs(cycle * 10.0);
            let series = run(&crowd, 3);
            // The first cycles begin with empty caches.
            let bins = &series.bins[2..];
            let requests = sum(bins, |bin| bin.requests);
            let hits = sum(bins, |bin| bin.resolver_hits);
            let expected = theory::hit_ratio(rate, f64::from(ttl));
            let found = hits / requests;
            let allowed = tolerance(requests, requests - hits);
            assert!(
                (found - expected).abs() < allowed,
                "rate {rate}, TTL {ttl}: {found} against {expected} +- {allowed}"
            );
        }
    }
}

#[test]
fn stub_resolver_and_authority_share_the_requests_as_the_formula_says() {
    for (n, gap, ttl) in [(10, 300.0, 300), (20, 600.0, 60), (50, 600.0, 300)] {
        let group = ClientGroup {
            stub: Some(TtlPolicy::HONEST),
            ..clients(n * 50, 1.0 / gap)
        };
        let mut crowd = population(ttl, 50, group);
        crowd.duration = secs(200_000.0);
        crowd.bin = secs(1000.0);
        let series = run(&crowd, 5);
        let bins = &series.bins[5..];
        let requests = sum(bins, |bin| bin.requests);
        let shares = theory::shares(f64::from(n), 1.0 / gap, f64::from(ttl));
        // A stub keeps whole seconds only: half a second less than the resolver, on average.
        let whole_seconds = 0.5 / gap;
        let cases = [
            (sum(bins, |bin| bin.stub_hits), shares.stub),
            (sum(bins, |bin| bin.resolver_hits), shares.resolver),
            (sum(bins, |bin| bin.provider_queries[0]), shares.authority),
        ];
        for (found, expected) in cases {
            let found = found / requests;
            assert!(
                (found - expected).abs() < 0.005 + whole_seconds,
                "{n} clients: {found} against {expected}"
            );
        }
    }
}
