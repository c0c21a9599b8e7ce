//! Sets that lead to other sets.

use super::*;
use crate::dns::{Name, RrsetKey};

const FRANKFURT: &str = "198.51.100.100";

fn name(text: &str) -> Name {
    format!("{text}.example.com").parse().expect("a name")
}

fn key(text: &str) -> RrsetKey {
    RrsetKey {
        owner: name(text),
        rtype: Rtype::A,
    }
}

/// A set of A records.
fn set(owner: &str, ttl: u32, endpoints: Vec<Endpoint>) -> Pool {
    Pool::new(name(owner), Rtype::A, Ttl::from_secs(ttl), endpoints).expect("a sound pool")
}

fn alias(to: &str) -> Endpoint {
    Endpoint::alias(name(to), true)
}

/// An endpoint with a weight and a health.
fn machine(last: u8, weight: u32, health: Health) -> Endpoint {
    Endpoint {
        weight,
        health,
        ..endpoint(last)
    }
}

/// The guide's own example: latency picks the region, and weight a server in it. `health` has a
/// letter for each of the four servers.
fn guide(health: &str, evaluates_health: bool) -> PolicySets {
    let healths: Vec<Health> = { health.chars() }
        .map(|letter| match letter {
            'H' => Health::Healthy,
            'U' => Health::Unhealthy,
            _ => Health::Unchecked,
        })
        .collect();
    let region = |to: &str, ms: f64| {
        let mut endpoint = Endpoint::alias(name(to), evaluates_health);
        endpoint.latency_ms.insert("eu-central".to_owned(), ms);
        endpoint
    };
    let mut sets = PolicySets::default();
    let regions = vec![region("near", 10.0), region("far", 90.0)];
    sets.insert(set("www", 300, regions), Policy::Latency);
    let near = vec![machine(1, 3, healths[0]), machine(2, 1, healths[1])];
    sets.insert(set("near", 60, near), Policy::Weighted);
    let far = vec![machine(3, 1, healths[2]), machine(4, 1, healths[3])];
    sets.insert(set("far", 20, far), Policy::Weighted);
    sets
}

/// The decision for `www`.
fn choose(sets: &PolicySets, asker: &str, seed: u64) -> Choice {
    let mut random = Stream::new(seed, "policy");
    let places = PlaceTable::modelled();
    let choice = sets.choose(&key("www"), &from(asker), &places, &mut random);
    choice.expect("the set is there")
}

/// The last octets of all that `www` answers in many tries.
fn answering(sets: &PolicySets) -> Vec<u8> {
    let found = (0..100).flat_map(|seed| choose(sets, FRANKFURT, seed).addresses);
    let found: std::collections::BTreeSet<u8> = found
        .map(|address| match address {
            IpAddr::V4(v4) => v4.octets()[3],
            IpAddr::V6(_) => 0,
        })
        .collect();
    found.into_iter().collect()
}

#[test]
fn a_branch_is_left_only_if_nothing_in_it_is_healthy() {
    for (health, expected) in [
        ("HHHH", &[1, 2][..]),
        ("UHHH", &[2]),
        ("UUHH", &[3, 4]),
        ("UUUH", &[4]),
        // A record without a check always counts as healthy.
        ("U-HH", &[2]),
        // With nothing healthy anywhere all count as healthy, at each fork.
        ("UUUU", &[1, 2]),
    ] {
        assert_eq!(answering(&guide(health, true)), expected, "{health}");
    }
}

#[test]
fn an_alias_that_does_not_evaluate_health_keeps_its_branch() {
    assert_eq!(answering(&guide("UUHH", false)), [1, 2]);
    assert_eq!(answering(&guide("UHHH", false)), [2]);
}

#[test]
fn the_ttl_is_that_of_the_records_and_not_of_the_alias() {
    assert_eq!(
        choose(&guide("HHHH", true), FRANKFURT, 1).ttl,
        Ttl::from_secs(60)
    );
    assert_eq!(
        choose(&guide("UUHH", true), FRANKFURT, 1).ttl,
        Ttl::from_secs(20)
    );
}

#[test]
fn an_alias_with_a_failing_check_of_its_own_is_left_out_whatever_is_behind_it() {
    for health in [Health::Unhealthy, Health::Drained] {
        let mut sets = guide("HHHH", true);
        let pool = sets.pool_mut(&key("www")).expect("the set is there");
        pool.set_health(0, health);
        assert_eq!(answering(&sets), [3, 4], "{health:?}");
    }
}

#[test]
fn a_server_of_weight_zero_keeps_its_branch_alive() {
    let mut sets = guide("UHHH", true);
    let near = vec![
        machine(1, 1, Health::Unhealthy),
        machine(2, 0, Health::Healthy),
    ];
    sets.insert(set("near", 60, near), Policy::Weighted);
    assert_eq!(answering(&sets), [2]);
}

#[test]
fn gdnsd_gives_up_a_branch_below_its_threshold_though_one_address_is_up() {
    // One of three is below half: multifo tells the policy above that it has failed.
    let mut sets = PolicySets::default();
    let ranks = vec![
        alias("near"),
        Endpoint {
            priority: 2,
            ..alias("far")
        },
    ];
    sets.insert(set("www", 60, ranks), Policy::Failover);
    let near = |last| {
        vec![
            machine(1, 1, Health::Unhealthy),
            machine(2, 1, last),
            machine(3, 1, Health::Healthy),
        ]
    };
    sets.insert(set("far", 60, vec![endpoint(4)]), Policy::GdnsdMultifo);
    sets.insert(
        set("near", 60, near(Health::Unhealthy)),
        Policy::GdnsdMultifo,
    );
    assert_eq!(answering(&sets), [4]);
    sets.insert(set("near", 60, near(Health::Healthy)), Policy::GdnsdMultifo);
    assert_eq!(answering(&sets), [2, 3]);
    let weighted = Policy::GdnsdWeighted(WeightedAnswer::Single);
    sets.insert(set("near", 60, near(Health::Unhealthy)), weighted);
    assert_eq!(answering(&sets), [4]);
}

#[test]
fn several_aliases_of_one_answer_come_one_after_another_each_address_once() {
    let mut sets = guide("HHHH", true);
    let both = vec![alias("near"), endpoint(1), alias("more")];
    sets.insert(set("www", 300, both), Policy::Simple(Order::Fixed));
    let simple = Policy::Simple(Order::Fixed);
    sets.insert(
        set("near", 60, vec![endpoint(1), endpoint(2)]),
        simple.clone(),
    );
    sets.insert(set("more", 20, vec![endpoint(2), endpoint(3)]), simple);
    let choice = choose(&sets, FRANKFURT, 1);
    let expected = [1, 2, 3].map(|last| IpAddr::from([192, 0, 2, last]));
    assert_eq!(choice.addresses, expected);
    assert_eq!(choice.ttl, Ttl::from_secs(20));
    assert_eq!(sets.addresses(&key("www")), expected);
}

#[test]
fn the_scope_is_the_longest_of_all_decisions() {
    let sets = guide("HHHH", true);
    let mut random = Stream::new(1, "policy");
    let network = "198.51.100.0/24".parse().expect("a network");
    let asker = Asker::with_subnet("203.0.113.100".parse().expect("an address"), network);
    let places = PlaceTable::modelled();
    let choice = sets.choose(&key("www"), &asker, &places, &mut random);
    assert_eq!(choice.and_then(|choice| choice.scope), Some(24));
    assert_eq!(choose(&sets, FRANKFURT, 1).scope, None);
}

#[test]
fn circles_and_targets_that_are_not_there_are_told() {
    let mut sets = PolicySets::default();
    let random = Policy::Simple(Order::Random);
    for (owner, to) in [
        ("a", "b"),
        ("b", "c"),
        ("c", "a"),
        ("d", "a"),
        ("e", "gone"),
    ] {
        sets.insert(set(owner, 60, vec![alias(to)]), random.clone());
    }
    let faults = sets.faults();
    let told: Vec<String> = { faults.iter() }
        .map(|(key, fault)| format!("{}: {fault}", key.owner.without_dot()))
        .collect();
    assert_eq!(
        told,
        [
            "a.example.com: the aliases lead in a circle: a.example.com -> b.example.com -> c.example.com -> a.example.com",
            "b.example.com: the aliases lead in a circle: b.example.com -> c.example.com -> a.example.com -> b.example.com",
            "c.example.com: the aliases lead in a circle: c.example.com -> a.example.com -> b.example.com -> c.example.com",
            "e.example.com: an alias leads to “gone.example.com”, which is no steered name of type A",
        ]
    );
    // Nobody is caught in a circle all the same.
    sets.insert(set("www", 60, vec![alias("a")]), random);
    assert_eq!(choose(&sets, FRANKFURT, 1).addresses, Vec::<IpAddr>::new());
}

#[test]
fn a_path_that_is_too_long_is_told() {
    let mut sets = PolicySets::default();
    for number in 0..PolicySets::MAX_DEPTH {
        let to = alias(&format!("n{}", number + 1));
        sets.insert(set(&format!("n{number}"), 60, vec![to]), Policy::Failover);
    }
    let last = format!("n{}", PolicySets::MAX_DEPTH);
    sets.insert(set(&last, 60, vec![endpoint(1)]), Policy::Failover);
    assert_eq!(sets.faults(), [(key("n0"), TreeFault::TooDeep)]);
}

#[test]
fn a_product_refuses_what_is_beyond_its_limits() {
    let fault = |policy: Policy, endpoints: Vec<Endpoint>| policy.fault(&pool(endpoints));
    let heavy = |weight| vec![machine(1, weight, Health::Healthy)];
    let weights = |least, most| Some(PolicyFault::Weight { least, most });
    assert_eq!(fault(Policy::Weighted, heavy(255)), None);
    assert_eq!(fault(Policy::Weighted, heavy(256)), weights(0, 255));
    let coredns = Policy::Simple(Order::WeightedFirst);
    assert_eq!(fault(coredns.clone(), heavy(0)), weights(1, 255));
    assert_eq!(fault(coredns, heavy(1)), None);
    let many = |count: u8| (1..=count).map(endpoint).collect();
    assert_eq!(fault(Policy::GdnsdMultifo, many(64)), None);
    let too_many = Some(PolicyFault::TooMany(64));
    assert_eq!(fault(Policy::GdnsdMultifo, many(65)), too_many);
    let multivalue = fault(Policy::Multivalue, vec![alias("b")]);
    assert_eq!(multivalue, Some(PolicyFault::Alias));
}
