//! Specs that make no sense are refused in words or run all the same; none makes the lab panic.

use dns_lab::engine::policy::Policy;
use dns_lab::engine::population::{Change, PopulationError};
use dns_lab::engine::{SimDuration, TtlPolicy};

use super::support::{at, clients, pool, population, run, secs, sum};

#[test]
fn specs_without_sense_are_refused_in_words() {
    type Spoil = fn(&mut dns_lab::engine::population::Population);
    let cases: [(Spoil, PopulationError); 8] = [
        (|p| p.bin = SimDuration::ZERO, PopulationError::NoBin),
        (
            |p| p.duration = SimDuration::ZERO,
            PopulationError::NoDuration,
        ),
        (|p| p.bin = secs(0.001), PopulationError::TooManySegments),
        (|p| p.service.providers.clear(), PopulationError::Providers),
        (
            |p| p.clients[0].resolvers[0].0 = 9,
            PopulationError::Resolvers(0),
        ),
        (|p| p.clients[0].rate = f64::NAN, PopulationError::Rate(0)),
        (
            |p| p.clients[0].count = u32::MAX,
            PopulationError::TooManyClients,
        ),
        (
            |p| p.resolvers[0].count = 0,
            PopulationError::NoResolvers(0),
        ),
    ];
    for (spoil, expected) in cases {
        let mut crowd = population(60, 1, clients(10, 1.0));
        spoil(&mut crowd);
        assert_eq!(crowd.run(1), Err(expected));
        assert!(expected.to_string().ends_with('.'));
    }
}

#[test]
fn a_change_of_what_is_not_there_is_refused() {
    let mut crowd = population(60, 1, clients(10, 1.0));
    let up = Change::SetProviderUp {
        provider: 1,
        up: false,
    };
    crowd.timeline.push((at(1.0), up));
    assert_eq!(crowd.check(), Err(PopulationError::Change(0)));
}

#[test]
fn extremes_run_to_their_end() {
    // No clients, no demand, no endpoints, a TTL of 0 and one of 68 years.
    for count in [0, 3] {
        for rate in [0.0, 1e-9, 50.0] {
            for ttl in [0, i32::MAX as u32] {
                let mut group = clients(count, rate);
                group.browser = Some(TtlPolicy::FIREFOX);
                let mut crowd = population(ttl, 2, group);
                crowd.resolvers[0].policy = TtlPolicy::HONEST;
                crowd.duration = secs(100.0);
                crowd.bin = secs(7.0);
                crowd.service.policy = Policy::Multivalue;
                let empty = Change::SetPool {
                    provider: None,
                    pool: pool(ttl, &[]),
                };
                crowd.timeline.push((at(50.0), empty));
                let series = run(&crowd, 1);
                assert_eq!(series.bins.len(), 15);
                let requests = sum(&series.bins, |bin| bin.requests);
                let expected = f64::from(count) * rate * 100.0;
                assert!((requests - expected).abs() <= 5.0 * expected.sqrt() + 1.0);
            }
        }
    }
}

#[test]
fn demand_that_stops_and_returns_is_followed() {
    let mut crowd = population(60, 10, clients(1000, 0.1));
    let factor = |time, factor| {
        (
            at(time),
            Change::SetDemand {
                group: None,
                factor,
            },
        )
    };
    crowd.timeline = vec![factor(1200.0, 0.0), factor(2400.0, 3.0)];
    let series = run(&crowd, 1);
    for (from, to, expected) in [(0, 20, 1.0), (20, 40, 0.0), (40, 60, 3.0)] {
        let requests = sum(&series.bins[from..to], |bin| bin.requests);
        let expected = expected * 1000.0 * 0.1 * 1200.0;
        assert!(
            (requests - expected).abs() <= 5.0 * f64::sqrt(expected),
            "{requests}"
        );
    }
}
