//! What the learner can do to policies.

use dns_lab::dns::{Name, RrsetKey, Rtype};
use dns_lab::engine::policy::{Health, Policy, Pool};
use dns_lab::engine::{InterventionError, Node};

use super::*;

fn name(label: &str) -> Name {
    format!("{label}.example.com").parse().expect("a name")
}

fn weight(label: &str, ip: &str, weight: u32) -> Intervention {
    Intervention::SetWeight {
        owner: name(label),
        address: address(ip),
        weight,
    }
}

fn drain(label: &str, ip: &str, drained: bool) -> Intervention {
    Intervention::Drain {
        owner: name(label),
        address: address(ip),
        drained,
    }
}

fn policy(label: &str, policy: &str) -> Intervention {
    Intervention::SetSteering {
        owner: name(label),
        rtype: Rtype::A,
        policy: policy.to_owned(),
    }
}

/// Pool and policy of a name on each server at the end of a session.
fn sets(timeline: &Timeline, label: &str) -> Vec<(Pool, Policy)> {
    let key = RrsetKey {
        owner: name(label),
        rtype: Rtype::A,
    };
    let world = timeline.head();
    let sets = world.node_ids().filter_map(|id| match world.node(id) {
        Node::Authoritative(server) => server.steered(&key),
        _ => None,
    });
    sets.map(|(pool, policy)| (pool.clone(), policy.clone()))
        .collect()
}

#[test]
fn weights_change_on_all_servers_and_move_the_answers() {
    let timeline = session(
        1,
        &[
            (1.0, weight("shop", "203.0.113.10", 0)),
            (2.0, ask("berlin", "shop")),
        ],
    );
    let pools = sets(&timeline, "shop");
    assert_eq!(pools.len(), 3);
    assert!(
        pools
            .iter()
            .all(|(pool, _)| pool.endpoints()[0].weight == 0)
    );
    let answer = outcomes(&timeline)[0].address();
    assert_eq!(answer, Some(address("203.0.113.20")));
}

#[test]
fn another_policy_takes_over() {
    let acts = [
        (1.0, policy("app", "route53-failover")),
        (2.0, ask("tokyo", "app")),
    ];
    let timeline = session(1, &acts);
    assert_eq!(sets(&timeline, "app")[0].1, Policy::Failover);
    let answered = timeline.trace().events().iter().any(|event| {
        matches!(&event.kind, EventKind::PolicyDecided(report) if report.policy == Policy::Failover)
    });
    assert!(answered);
}

#[test]
fn a_drained_address_is_out_until_it_is_put_back() {
    let out = (1.0, drain("api", "203.0.113.10", true));
    let timeline = session(1, &[out.clone(), (2.0, ask("berlin", "api"))]);
    let answer = outcomes(&timeline)[0].address();
    assert_eq!(answer, Some(address("203.0.113.20")));
    let back = (3.0, drain("api", "203.0.113.10", false));
    let timeline = session(1, &[out.clone(), back.clone()]);
    assert_eq!(
        sets(&timeline, "api")[0].0.endpoints()[0].health,
        Health::Healthy
    );
    // What the checks found meanwhile counts when it comes back.
    let crash = (1.5, checks::set_down("web-ashburn", true));
    let late = (200.0, back.1);
    let timeline = session(1, &[out, crash, late]);
    assert_eq!(
        sets(&timeline, "api")[0].0.endpoints()[0].health,
        Health::Unhealthy
    );
}

#[test]
fn the_ttl_of_a_steered_set_is_that_of_its_zone() {
    let act = Intervention::SetTtl {
        owner: name("app"),
        rtype: Rtype::A,
        ttl: 17,
    };
    let timeline = session(1, &[(1.0, act), (2.0, ask("berlin", "app"))]);
    let Outcome::Answer(sets) = &outcomes(&timeline)[0] else {
        panic!("app has an address");
    };
    assert_eq!(sets[0].ttl.as_secs(), 17);
}

#[test]
fn addresses_that_are_set_become_endpoints_and_known_ones_keep_what_is_known() {
    let act = Intervention::set_records(
        "shop.example.com. 30 IN A 203.0.113.20\nshop.example.com. 30 IN A 192.0.2.20\n",
    );
    let timeline = session(1, &[(1.0, act)]);
    let (pool, _) = &sets(&timeline, "shop")[0];
    let found: Vec<(String, u32, Health)> = { pool.endpoints().iter() }
        .map(|e| {
            (
                e.address().expect("no alias").to_string(),
                e.weight,
                e.health,
            )
        })
        .collect();
    let expected = [
        ("203.0.113.20".to_owned(), 5, Health::Healthy),
        ("192.0.2.20".to_owned(), 1, Health::Unchecked),
    ];
    assert_eq!(found, expected);
    assert_eq!(pool.ttl().as_secs(), 30);
}

#[test]
fn acts_on_what_is_not_steered_are_refused() {
    let mut timeline = session(1, &[]);
    let mut refusal = |act| timeline.intervene(at(1.0), act).expect_err("refused");
    let home = weight("home", "203.0.113.10", 3);
    assert!(matches!(refusal(home), InterventionError::NotSteered(..)));
    let stranger = drain("shop", "192.0.2.99", true);
    assert!(matches!(
        refusal(stranger),
        InterventionError::NotSteered(..)
    ));
    let unknown = policy("shop", "best");
    assert_eq!(
        refusal(unknown).to_string(),
        "there is no policy called “best”"
    );
}
