//! Records that change, machines that die: how long clients go on with what they have.

use dns_lab::engine::TtlPolicy;
use dns_lab::engine::anycast::{Anycast, AnycastSite};
use dns_lab::engine::health::{Condition, HealthCheck};
use dns_lab::engine::policy::{Endpoint, Health, Policy};
use dns_lab::engine::population::{Change, ClientGroup, Population, Series, theory};

use super::support::{
    FRANKFURT, address, at, clients, pool, pool_of, population, provider, run, secs, sum,
};

const HOUR: f64 = 3600.0;

/// The share of requests in the bins from one moment to another that `count` counts.
fn share(
    series: &Series,
    (from, to): (f64, f64),
    count: impl Fn(&dns_lab::engine::population::Bin) -> u64,
) -> f64 {
    let width = series.bin.as_secs_f64();
    let bins = &series.bins[(from / width) as usize..(to / width) as usize];
    sum(bins, count) / sum(bins, |bin| bin.requests)
}

/// A move from the first to the second address at `moved`; changes of the TTL before it.
fn migration(ttls: &[(f64, u32)], moved: f64) -> Population {
    let group = ClientGroup {
        stub: Some(TtlPolicy::HONEST),
        ..clients(500, 1.0 / 300.0)
    };
    let mut crowd = population(ttls[0].1, 50, group);
    let mut ttl = ttls[0].1;
    for &(when, new) in &ttls[1..] {
        let change = Change::SetPool {
            provider: None,
            pool: pool(new, &[1]),
        };
        crowd.timeline.push((at(when), change));
        ttl = new;
    }
    let change = Change::SetPool {
        provider: None,
        pool: pool(ttl, &[2]),
    };
    crowd.timeline.push((at(moved), change));
    crowd.duration = secs(moved + 26.0 * HOUR);
    crowd
}

#[test]
fn with_a_ttl_of_a_day_clients_are_on_the_old_address_after_23_hours() {
    let moved = 72.0 * HOUR;
    let series = run(&migration(&[(0.0, 86_400)], moved), 1);
    let stale = |hours: f64| {
        let from = moved + hours * HOUR;
        share(&series, (from, from + HOUR), |bin| bin.stale)
    };
    // Resolvers in constant demand have entries of any age alike.
    for hours in [1.0, 6.0, 12.0, 18.0, 22.5] {
        let found = stale(hours);
        let expected = 1.0 - (hours + 0.5) / 24.0;
        assert!(
            (found - expected).abs() < 0.22,
            "{hours} h: {found} {expected}"
        );
    }
    assert!(stale(23.0) > 0.0);
    assert_eq!(stale(24.1), 0.0);
}

#[test]
fn lowered_a_day_before_the_ttl_lets_everybody_move_within_a_minute() {
    let moved = 72.0 * HOUR;
    let ttls = [(0.0, 86_400), (moved - 25.0 * HOUR, 60)];
    let series = run(&migration(&ttls, moved), 1);
    let within = share(&series, (moved, moved + 60.0), |bin| bin.stale);
    assert!(within > 0.05 && within < 0.9, "{within}");
    let after = share(&series, (moved + 60.0, moved + 2.0 * HOUR), |bin| bin.stale);
    assert_eq!(after, 0.0);
}

#[test]
fn lowered_too_late_the_ttl_leaves_a_tail() {
    let moved = 72.0 * HOUR;
    let ttls = [(0.0, 86_400), (moved - 12.0 * HOUR, 60)];
    let series = run(&migration(&ttls, moved), 1);
    let tail = share(&series, (moved + HOUR, moved + 2.0 * HOUR), |bin| bin.stale);
    assert!(tail > 0.25 && tail < 0.75, "{tail}");
    let end = share(&series, (moved + 12.2 * HOUR, moved + 14.0 * HOUR), |bin| {
        bin.stale
    });
    assert_eq!(end, 0.0);
}

#[test]
fn old_answers_fall_along_the_line_and_with_a_browser_along_its_curve() {
    for hold in [0.0, 60.0] {
        let rate = 1.0 / 20.0;
        let group = ClientGroup {
            browser: (hold > 0.0).then_some(TtlPolicy::CHROMIUM),
            ..clients(4000, rate)
        };
        let mut crowd = population(60, 400, group);
        crowd.bin = secs(10.0);
        crowd.duration = secs(1200.0);
        let change = Change::SetPool {
            provider: None,
            pool: pool(60, &[2]),
        };
        crowd.timeline.push((at(900.0), change));
        let series = run(&crowd, 2);
        // What ten clients with browsers ask of their resolver, from a run without a change.
        let early = &series.bins[30..90];
        let queries = sum(early, |bin| bin.resolver_queries);
        let seen = queries / 400.0 / 600.0;
        for step in 0..20 {
            let time = f64::from(step) * 10.0;
            let found = share(&series, (900.0 + time, 910.0 + time), |bin| bin.stale);
            let line = |t: f64| theory::old_answers_with_hold(rate, seen, 60.0, hold, t);
            let expected = (line(time) + line(time + 5.0) + line(time + 10.0)) / 3.0;
            assert!(
                (found - expected).abs() < 0.05,
                "hold {hold}, {time} s: {found} against {expected}"
            );
        }
        assert_eq!(share(&series, (1020.0, 1200.0), |bin| bin.stale), 0.0);
    }
}

/// Two checked machines of which the first dies at `dies`.
fn failover(check: HealthCheck, ttl: u32, group: ClientGroup, dies: f64) -> Population {
    let endpoint = |number, priority| Endpoint {
        priority,
        health: Health::Healthy,
        ..Endpoint::new(address(number))
    };
    let mut crowd = population(ttl, 100, group);
    crowd.service.pool = pool_of(ttl, vec![endpoint(1, 1), endpoint(2, 2)]);
    crowd.service.policy = Policy::Failover;
    crowd.service.check = Some(check);
    crowd.bin = secs(5.0);
    crowd.duration = secs(dies + 300.0);
    let change = Change::SetCondition {
        address: 0,
        condition: Condition::Silent,
    };
    crowd.timeline.push((at(dies), change));
    crowd
}

#[test]
fn failover_ends_within_detection_and_ttl() {
    for (interval, failures) in [(30.0, 1), (10.0, 3)] {
        let timeout = 1.0;
        let check = HealthCheck::single(secs(interval), secs(timeout), failures);
        let crowd = failover(check, 60, clients(1000, 0.1), 600.0);
        let series = run(&crowd, 4);
        let (detected, which, healthy) = series.verdicts[0];
        assert_eq!((which, healthy), (0, false));
        let detection = detected - 600.0;
        let slowest = (interval + timeout) * f64::from(failures);
        assert!(detection > 0.0 && detection <= slowest, "{detection}");
        let bound = theory::failover_bound(slowest, 0.0, 60.0, 0.0);
        assert!((85.0..=100.0).contains(&bound));
        // Until it is detected everybody goes to the dead machine; then they leave in a line.
        let dead = |from: f64, to: f64| share(&series, (from, to), |bin| bin.dead);
        assert_eq!(dead(500.0, 600.0), 0.0);
        assert_eq!(dead(600.0, 600.0 + (detection / 5.0).floor() * 5.0), 1.0);
        let mut last = 1.0;
        for quarter in 0..3 {
            let from = (detected / 5.0).ceil() * 5.0 + f64::from(quarter) * 20.0;
            let now = dead(from, from + 5.0);
            assert!(now < last && now > 0.0, "{quarter}: {now} after {last}");
            last = now;
        }
        let end = ((600.0 + detection + 60.0) / 5.0).ceil() * 5.0;
        assert_eq!(dead(end, 900.0), 0.0);
    }
}

#[test]
fn anycast_moves_users_in_seconds_where_dns_takes_a_minute_and_more() {
    // Ten networks in Frankfurt use one anycast address with sites there and in London, and
    // in the same world others fail over by DNS.
    let london = dns_lab::engine::Coordinates {
        latitude: 51.5,
        longitude: -0.13,
    };
    let site = |coordinates| AnycastSite {
        coordinates,
        extra_km: 0.0,
    };
    let group = ClientGroup {
        prefixes: 50,
        ..clients(2000, 0.1)
    };
    let check = HealthCheck::single(secs(10.0), secs(1.0), 3);
    let by_dns = failover(check, 60, group.clone(), 600.0);
    let mut by_route = population(60, 100, group);
    by_route.bin = secs(5.0);
    by_route.duration = by_dns.duration;
    by_route.service.anycast = vec![(
        0,
        Anycast::new(vec![site(FRANKFURT), site(london)], 1, "service"),
    )];
    let withdrawn = Change::SetAnnounced {
        address: 0,
        site: 0,
        announced: false,
    };
    by_route.timeline.push((at(600.0), withdrawn));
    // The time until nobody goes to the dead site any more.
    let last = |population: &Population| {
        let series = run(population, 6);
        let dead = series.bins.iter().rposition(|bin| bin.dead > 0);
        5.0 * (dead.expect("somebody noticed") as f64 + 1.0) - 600.0
    };
    let (routes, dns) = (last(&by_route), last(&by_dns));
    assert!((5.0..=25.0).contains(&routes), "{routes}");
    assert!((60.0..=130.0).contains(&dns), "{dns}");
}

#[test]
fn one_dead_name_server_of_two_costs_a_timeout_at_the_tail_only() {
    let mut crowd = population(60, 100, clients(1000, 0.1));
    crowd.service.providers = vec![provider("one"), provider("two")];
    let healthy = run(&crowd, 7);
    let down = Change::SetProviderUp {
        provider: 0,
        up: false,
    };
    crowd.timeline.push((at(0.0), down));
    let wounded = run(&crowd, 7);
    let counts = |series: &Series| -> Vec<u64> {
        let classes = series.bins[0].latency.len();
        let of = |class: usize| series.bins.iter().map(|bin| bin.latency[class]).sum();
        (0..classes).map(of).collect()
    };
    let quantile = |counts: &[u64], share: f64| {
        let total: u64 = counts.iter().sum();
        let mut seen = 0;
        counts.iter().position(|&count| {
            seen += count;
            seen as f64 > share * total as f64
        })
    };
    let (before, after) = (counts(&healthy), counts(&wounded));
    assert_eq!(quantile(&before, 0.5), quantile(&after, 0.5));
    let slowest = |counts: &[u64]| counts.iter().rposition(|&count| count > 0);
    let timeout = dns_lab::engine::population::latency_class(376.0);
    assert!(slowest(&before) < Some(timeout));
    assert_eq!(slowest(&after), Some(timeout));
    assert_eq!(sum(&wounded.bins, |bin| bin.unresolved), 0.0);
}

#[test]
fn with_all_name_servers_dead_failures_begin_as_caches_run_out_and_end_with_all() {
    let mut crowd = population(300, 200, clients(2000, 0.05));
    crowd.bin = secs(20.0);
    crowd.duration = secs(1800.0);
    let down = Change::SetProviderUp {
        provider: 0,
        up: false,
    };
    crowd.timeline.push((at(1200.0), down));
    let failed = |crowd: &Population, from: f64| {
        share(&run(crowd, 8), (from, from + 20.0), |bin| bin.unresolved)
    };
    assert_eq!(failed(&crowd, 1180.0), 0.0);
    for (time, expected) in [(0.0, 0.03), (60.0, 0.23), (140.0, 0.5), (240.0, 0.83)] {
        let found = failed(&crowd, 1200.0 + time);
        assert!((found - expected).abs() < 0.1, "{time}: {found}");
    }
    assert_eq!(failed(&crowd, 1500.0), 1.0);
    // With stale answers nobody notices.
    crowd.resolvers[0].stale_for = secs(86_400.0);
    assert_eq!(failed(&crowd, 1500.0), 0.0);
}

#[test]
fn who_keeps_an_address_for_ever_stays_on_the_old_one_and_goes_on_asking_it() {
    let group = ClientGroup {
        browser: Some(TtlPolicy {
            hold: Some(TtlPolicy::FOREVER),
            ..TtlPolicy::HONEST
        }),
        ..clients(500, 1.0 / 60.0)
    };
    let mut crowd = population(60, 50, group);
    let change = Change::SetPool {
        provider: None,
        pool: pool(60, &[2]),
    };
    crowd.timeline.push((at(HOUR), change));
    crowd.duration = secs(2.0 * HOUR);
    let series = run(&crowd, 1);
    let requests = sum(&series.bins, |bin| bin.requests);
    assert!(
        (requests / (500.0 * 120.0) - 1.0).abs() < 0.05,
        "{requests}"
    );
    assert!(share(&series, (1.5 * HOUR, 2.0 * HOUR), |bin| bin.stale) > 0.99);
}

#[test]
fn a_wait_for_a_silent_machine_is_told_in_seconds() {
    let mut crowd = population(60, 50, clients(200, 1.0 / 60.0));
    crowd.service.pool = pool(60, &[1, 2]);
    let change = Change::SetCondition {
        address: 0,
        condition: Condition::Silent,
    };
    crowd.timeline.push((at(0.0), change));
    crowd.duration = secs(HOUR);
    let series = run(&crowd, 1);
    let slow = |bin: &dns_lab::engine::population::Bin| {
        let classes = bin.latency.iter().enumerate();
        let slow = classes
            .filter(|(class, _)| dns_lab::engine::population::latency_class_end(*class) > 1000.0);
        slow.map(|(_, count)| count).sum::<u64>()
    };
    assert!(sum(&series.bins, slow) > 0.2 * sum(&series.bins, |bin| bin.requests));
}
