//! A crowd that uses a name which leads to other names, each with a policy of its own.

use dns_lab::dns::{Rtype, Ttl};
use dns_lab::engine::health::{Condition, HealthCheck};
use dns_lab::engine::policy::{Endpoint, Health, Policy, Pool};
use dns_lab::engine::population::{Bin, Change, Population, PopulationError, theory};

use super::support::{address, at, clients, pool_of, population, run, secs, sum};

/// Failover from a weighted pair, 3 to 1, to a machine in another place. Both machines of the
/// pair die at 600 s.
fn crowd() -> Population {
    let machine = |number, weight| Endpoint {
        weight,
        health: Health::Healthy,
        ..Endpoint::new(address(number))
    };
    let pair = "pair.example.com".parse().expect("a name");
    let first = Endpoint::alias(pair, true);
    let last = Endpoint {
        priority: 2,
        ..machine(3, 1)
    };
    let mut crowd = population(60, 200, clients(2000, 0.1));
    crowd.service.pool = pool_of(60, vec![first, last]);
    crowd.service.policy = Policy::Failover;
    let pair = Pool::new(
        "pair.example.com".parse().expect("a name"),
        Rtype::A,
        Ttl::from_secs(30),
        vec![machine(1, 3), machine(2, 1)],
    );
    crowd.service.branches = vec![(pair.expect("a sound pool"), Policy::Weighted)];
    crowd.service.check = Some(HealthCheck::single(secs(10.0), secs(1.0), 1));
    crowd.bin = secs(5.0);
    crowd.duration = secs(1200.0);
    // The addresses in order: the one of the name itself, then those of the pair.
    for machine in [1, 2] {
        let change = Change::SetCondition {
            address: machine,
            condition: Condition::Silent,
        };
        crowd.timeline.push((at(600.0), change));
    }
    crowd
}

/// A count summed over the bins of a stretch of seconds.
fn between(bins: &[Bin], from: f64, to: f64, count: impl Fn(&Bin) -> u64) -> f64 {
    let bins: Vec<Bin> = { bins.iter().zip(0_u32..) }
        .filter(|(_, index)| (from..to).contains(&(f64::from(*index) * 5.0)))
        .map(|(bin, _)| bin.clone())
        .collect();
    sum(&bins, count)
}

#[test]
fn a_crowd_is_shared_out_by_the_tree_and_leaves_a_dead_branch_after_detection_and_ttl() {
    let crowd = crowd();
    let expected = [3, 1, 2].map(address);
    assert_eq!(crowd.addresses(), expected);
    let series = run(&crowd, 5);
    let fetches =
        |from, to, which: usize| between(&series.bins, from, to, |bin| bin.fetches[which]);
    let (heavy, light) = (fetches(0.0, 600.0, 1), fetches(0.0, 600.0, 2));
    let (low, high) = theory::wilson(heavy, heavy + light, theory::NORMAL_99);
    assert!(low <= 0.75 && 0.75 <= high, "{heavy} to {light}");
    assert_eq!(fetches(0.0, 600.0, 0), 0.0);
    // Each machine is noticed within 11 s, and copies live 30 s, which is the pair's TTL.
    let dead = |from, to| between(&series.bins, from, to, |bin| bin.dead);
    assert!(dead(600.0, 615.0) > 0.0);
    assert_eq!(dead(645.0, 1200.0), 0.0);
    assert!(fetches(645.0, 1200.0, 0) > 0.0);
    assert_eq!(fetches(645.0, 1200.0, 1) + fetches(645.0, 1200.0, 2), 0.0);
}

#[test]
fn an_alias_that_leads_nowhere_is_refused() {
    let mut crowd = crowd();
    crowd.service.branches.clear();
    assert_eq!(crowd.check(), Err(PopulationError::Branches));
}
