//! Closed forms for what caches do to Poisson demand. Charts draw them beside what the
//! simulation finds, and tests compare both.
//!
//! Throughout: `rate` is requests per second for one name at one cache (of one client where
//! several share a resolver), `ttl` its TTL in seconds, times are in seconds, fetches take no time,
//! and a hit does not renew an entry. Renewal theory: Jung, Berger, Balakrishnan, "Modeling
//! TTL-based Internet Caches", INFOCOM 2003. Arguments are taken to be 0 or more.

/// The share of requests that find an entry: λT / (1 + λT).
pub fn hit_ratio(rate: f64, ttl: f64) -> f64 {
    rate * ttl / (1.0 + rate * ttl)
}

/// Fetches per second: λ / (1 + λT).
pub fn miss_rate(rate: f64, ttl: f64) -> f64 {
    rate / (1.0 + rate * ttl)
}

/// The mean time between two fetches: T + 1/λ; without demand it is infinite.
pub fn fetch_gap(rate: f64, ttl: f64) -> f64 {
    ttl + 1.0 / rate
}

/// The hit ratio of a cache whose entries live on with every hit, which is *not* how DNS
/// caches work: 1 − e^(−λT). For contrast.
pub fn hit_ratio_if_hits_renewed(rate: f64, ttl: f64) -> f64 {
    1.0 - libm::exp(-rate * ttl)
}

/// Where the requests of many clients are answered.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Shares {
    /// By the caches of their own stubs.
    pub stub: f64,
    /// By the cache of the resolver they share.
    pub resolver: f64,
    /// By the authoritative servers.
    pub authority: f64,
}

/// Shares of `clients` clients with a stub cache each, which stores the remaining TTL, and one
/// resolver: a cycle has 1 + nλT requests, of which the resolver sees
/// R = 1 + (n − 1)(1 − e^(−λT)) and the authority 1.
pub fn shares(clients: f64, rate: f64, ttl: f64) -> Shares {
    let cycle = 1.0 + clients * rate * ttl;
    let seen = 1.0 + (clients - 1.0).max(0.0) * (1.0 - libm::exp(-rate * ttl));
    Shares {
        stub: 1.0 - seen / cycle,
        resolver: (seen - 1.0) / cycle,
        authority: 1.0 / cycle,
    }
}

/// The share of caches that hold an old answer `time` after a change:
/// \[λT/(1+λT)\] (1 − t/T), and nothing from T on.
pub fn old_answers(rate: f64, ttl: f64, time: f64) -> f64 {
    if ttl <= 0.0 || time >= ttl {
        return 0.0;
    }
    hit_ratio(rate, ttl) * (1.0 - time.max(0.0) / ttl)
}

/// The share of requests that still get an old answer `time` after a change, when every
/// browser keeps what it got for `hold` seconds, whatever its TTL, over a cache in constant
/// demand: the mean of [`old_answers`] over the moments at which browsers asked.
///
/// A browser that keeps nothing has `hold` 0. A browser in use is within its hold for
/// λB/(1+λB) of the time, and what it has is then of any age up to B alike.
pub fn old_answers_with_hold(rate: f64, busy_rate: f64, ttl: f64, hold: f64, time: f64) -> f64 {
    let behind = |at: f64| {
        // Before the change every answer is old.
        if at < 0.0 {
            1.0
        } else {
            old_answers(busy_rate, ttl, at)
        }
    };
    let held = hit_ratio(rate, hold);
    if held <= 0.0 {
        return behind(time);
    }
    // Integral of `behind` over the ages 0 to B, which is linear between its corners.
    let area = |from: f64, to: f64| {
        let before = (to.min(0.0) - from.min(0.0)).max(0.0);
        let (from, to) = (from.clamp(0.0, ttl), to.clamp(0.0, ttl));
        let full = hit_ratio(busy_rate, ttl);
        let line = if ttl > 0.0 {
            full * ((to - from) - (to * to - from * from) / (2.0 * ttl))
        } else {
            0.0
        };
        before + line
    };
    held * area(time - hold, time) / hold + (1.0 - held) * behind(time)
}

/// The longest time until the last client has left an old answer: what finding out takes, what
/// publishing takes, the TTL, and the hold of a browser.
pub fn failover_bound(detection: f64, publishing: f64, ttl: f64, hold: f64) -> f64 {
    detection + publishing + ttl + hold
}

/// The mean time a client of a busy resolver needs to leave an old answer: entries are of any
/// age, so half the TTL and half the hold.
pub fn failover_mean(detection: f64, publishing: f64, ttl: f64, hold: f64) -> f64 {
    detection + publishing + (ttl + hold) / 2.0
}

/// How often each of `names` names is asked for, in shares, if the k-th is asked for in
/// proportion to k^(−exponent) (Zipf).
pub fn zipf(names: usize, exponent: f64) -> Vec<f64> {
    let weight = |rank: usize| libm::pow(rank as f64, -exponent);
    let total: f64 = (1..=names).map(weight).sum();
    (1..=names).map(|rank| weight(rank) / total).collect()
}

/// The hit ratio of one cache for names asked for in these shares: Σ p · λpT/(1+λpT).
pub fn hit_ratio_of_many(shares: &[f64], rate: f64, ttl: f64) -> f64 {
    let hits = shares
        .iter()
        .map(|&share| share * hit_ratio(rate * share, ttl));
    hits.sum()
}

/// The half-width of a 95 % interval around an observed share: 1.96 √(p(1−p)/N).
///
/// With caches, N is the number of *fetches*, not of requests: all requests between two
/// fetches get the same answer.
pub fn sampling_error(share: f64, count: f64) -> f64 {
    if count <= 0.0 {
        return 1.0;
    }
    NORMAL_95 * libm::sqrt(share * (1.0 - share) / count)
}

/// Two-sided quantile of the normal distribution at 95 %.
pub const NORMAL_95: f64 = 1.959_963_984_540_054;
/// Two-sided quantile of the normal distribution at 99 %.
pub const NORMAL_99: f64 = 2.575_829_303_548_901;

/// The interval in which the true share lies if `hits` of `count` were observed, by Wilson's
/// score; `z` is [`NORMAL_95`] or [`NORMAL_99`]. Everything, if nothing was observed.
pub fn wilson(hits: f64, count: f64, z: f64) -> (f64, f64) {
    if count <= 0.0 {
        return (0.0, 1.0);
    }
    let share = hits / count;
    let wide = 1.0 + z * z / count;
    let middle = (share + z * z / (2.0 * count)) / wide;
    let spread = share * (1.0 - share) / count + z * z / (4.0 * count * count);
    let half = z * libm::sqrt(spread) / wide;
    ((middle - half).max(0.0), (middle + half).min(1.0))
}

/// What queries cost, in the unit of the price.
pub fn cost(queries: f64, price_per_million: f64) -> f64 {
    queries / 1e6 * price_per_million
}

/// What `resolvers` resolvers cost over `seconds` that each get `rate` requests per second: as
/// the TTL grows it falls along a hyperbola.
pub fn cost_over_time(resolvers: f64, rate: f64, ttl: f64, seconds: f64, price: f64) -> f64 {
    cost(resolvers * miss_rate(rate, ttl) * seconds, price)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn assert_near(found: f64, expected: f64, tolerance: f64) {
        assert!(
            (found - expected).abs() <= tolerance,
            "{found} is not {expected}"
        );
    }

    #[test]
    fn hit_ratios_are_those_of_the_reference() {
        let minute = 1.0 / 60.0;
        let cases = [
            (minute, 60.0, 0.5),
            (minute, 300.0, 0.8333),
            (minute, 900.0, 0.9375),
            (minute, 3600.0, 0.9836),
            (0.1, 30.0, 0.75),
        ];
        for (rate, ttl, expected) in cases {
            assert_near(hit_ratio(rate, ttl), expected, 5e-5);
            let missed = miss_rate(rate, ttl) / rate;
            assert_near(missed, 1.0 - expected, 5e-5);
            assert_near(1.0 / fetch_gap(rate, ttl), miss_rate(rate, ttl), 1e-12);
        }
        assert!(hit_ratio_if_hits_renewed(minute, 60.0) > hit_ratio(minute, 60.0));
    }

    #[test]
    fn shares_of_the_layers_are_those_of_the_reference() {
        let cases = [
            (10.0, 300.0, 300.0, (0.3919, 0.5172, 0.0909)),
            (20.0, 600.0, 60.0, (0.0640, 0.6027, 0.3333)),
            (50.0, 600.0, 300.0, (0.2200, 0.7415, 0.0385)),
        ];
        for (clients, gap, ttl, (stub, resolver, authority)) in cases {
            let found = shares(clients, 1.0 / gap, ttl);
            assert_near(found.stub, stub, 5e-5);
            assert_near(found.resolver, resolver, 5e-5);
            assert_near(found.authority, authority, 5e-5);
        }
    }

    #[test]
    fn old_answers_are_those_of_the_reference() {
        let cases = [
            (60.0, 300.0, 0.0, 0.8333),
            (60.0, 300.0, 60.0, 0.6667),
            (60.0, 300.0, 150.0, 0.4167),
            (600.0, 300.0, 60.0, 0.2667),
            (600.0, 300.0, 300.0, 0.0),
            (600.0, 0.0, 0.0, 0.0),
        ];
        for (gap, ttl, time, expected) in cases {
            assert_near(old_answers(1.0 / gap, ttl, time), expected, 5e-5);
        }
    }

    #[test]
    fn a_hold_prolongs_old_answers_by_itself() {
        let at = |time| old_answers_with_hold(1.0, 1e9, 60.0, 60.0, time);
        assert!(at(0.0) > 0.99);
        assert!(at(90.0) > 0.1);
        assert_near(at(120.0), 0.0, 1e-9);
        for step in 0..120 {
            assert!(at(f64::from(step)) >= at(f64::from(step + 1)));
        }
        let without = old_answers_with_hold(1.0, 1e9, 60.0, 0.0, 30.0);
        assert_near(without, 0.5, 1e-6);
    }

    #[test]
    fn zipf_demand_hits_as_in_the_reference() {
        let names = zipf(10_000, 0.91);
        assert_near(names.iter().sum(), 1.0, 1e-9);
        let cases = [
            (15.0, 0.247),
            (60.0, 0.384),
            (300.0, 0.564),
            (900.0, 0.695),
            (3600.0, 0.846),
            (86_400.0, 0.989),
        ];
        for (ttl, expected) in cases {
            assert_near(hit_ratio_of_many(&names, 10.0, ttl), expected, 1e-3);
        }
    }

    #[test]
    fn a_billion_queries_at_forty_cents_a_million_cost_400_dollars() {
        assert_near(cost(1e9, 0.4), 400.0, 1e-9);
        let month = 30.0 * 86_400.0;
        let at = |ttl| cost_over_time(1000.0, 1e6, ttl, month, 0.4);
        assert_near(at(30.0) / at(300.0), 10.0, 1e-3);
    }

    #[test]
    fn intervals_hold_what_was_observed() {
        let (low, high) = wilson(333.0, 1000.0, NORMAL_99);
        assert!(low < 0.333 && 0.333 < high && high - low < 0.08);
        assert_near(sampling_error(0.5, 10_000.0), 0.0098, 1e-4);
        assert_eq!(wilson(0.0, 0.0, NORMAL_95), (0.0, 1.0));
        assert_near(failover_bound(30.0, 0.0, 60.0, 60.0), 150.0, 1e-9);
        assert_near(failover_mean(30.0, 0.0, 60.0, 60.0), 90.0, 1e-9);
    }
}
