//! Health checks, and what follows from them for answers and clients.

use std::sync::Arc;

use dns_lab::dns::{RrsetKey, Rtype, Ttl};
use dns_lab::engine::health::check_presets;
use dns_lab::engine::policy::{Endpoint, Health, PlaceTable, Policy, Pool};
use dns_lab::engine::{CacheLayer, Node, Stream, Trace};

use super::*;

pub(super) fn set_down(node: &str, down: bool) -> Intervention {
    Intervention::SetDown {
        node: node.to_owned(),
        down,
    }
}

pub(super) fn flush(node: &str, layer: CacheLayer) -> Intervention {
    Intervention::FlushCache {
        node: node.to_owned(),
        layer,
    }
}

/// The verdicts about a name: when, which address, healthy or not.
fn verdicts(timeline: &Timeline, name: &str) -> Vec<(f64, String, bool)> {
    let events = timeline.trace().events().iter();
    let verdicts = events.filter_map(|event| match &event.kind {
        EventKind::HealthChanged {
            owner,
            address,
            healthy,
            ..
        } if owner.to_string() == format!("{name}.example.com.") => {
            Some((event.at.as_secs_f64(), address.to_string(), *healthy))
        }
        _ => None,
    });
    verdicts.collect()
}

/// Asks about a name each five seconds, with nothing kept by the browser; the seconds at which
/// the answer is the dead address.
fn seconds_on_the_dead_address(seed: u64, name: &str, dead: &str, crash: f64) -> Vec<f64> {
    let mut timeline = session(seed, &[(crash, set_down("web-ashburn", true))]);
    let mut seconds = Vec::new();
    let mut second = crash + 1.0;
    while second < crash + 300.0 {
        let act = |timeline: &mut Timeline, act| timeline.intervene(at(second), act);
        act(&mut timeline, flush("new-york", CacheLayer::Browser)).expect("it has a browser");
        act(&mut timeline, ask("new-york", name)).expect("it can ask");
        let last = outcomes(&timeline).last().and_then(Outcome::address);
        if last == Some(address(dead)) {
            seconds.push(second - crash);
        }
        second += 5.0;
    }
    seconds
}

#[test]
fn a_dead_address_leaves_the_answers_when_three_probes_have_failed() {
    for seed in 1..20 {
        let timeline = session(seed, &[(100.0, set_down("web-ashburn", true))]);
        let [(second, found, healthy)] = &verdicts(&timeline, "api")[..] else {
            panic!("one address of api is dead");
        };
        assert_eq!((found.as_str(), *healthy), ("203.0.113.10", false));
        // Three probes of 4 s, 10 s apart, the first of them up to 10 s after the crash.
        assert!((132.0..=142.0).contains(second), "{second}");
        let probes = timeline.trace().events().iter();
        let probes = probes.filter(|event| {
            matches!(&event.kind, EventKind::EndpointProbed { owner, .. }
                if owner.to_string() == "api.example.com.")
        });
        assert_eq!(probes.count(), 3);
    }
}

#[test]
fn sixteen_checkers_notice_at_about_the_same_time() {
    let delays: Vec<f64> = (1..=60)
        .map(|seed| {
            let timeline = session(seed, &[(100.0, set_down("web-ashburn", true))]);
            verdicts(&timeline, "shop")[0].0 - 100.0
        })
        .collect();
    // The 14th of 16 first probes, then two rounds of 34 s and a timeout.
    let expected = 30.0 * 14.0 / 17.0 + 2.0 * 34.0 + 4.0;
    let mean = delays.iter().sum::<f64>() / delays.len() as f64;
    assert!((mean - expected).abs() < 1.0, "{mean}");
    assert!(delays.iter().all(|delay| (72.0..=102.0).contains(delay)));
}

#[test]
fn an_address_that_comes_back_returns_to_the_answers() {
    let acts = [
        (100.0, set_down("web-ashburn", true)),
        (1000.0, set_down("web-ashburn", false)),
    ];
    let timeline = session(3, &acts);
    let told: Vec<bool> = { verdicts(&timeline, "api").into_iter() }
        .map(|(.., healthy)| healthy)
        .collect();
    assert_eq!(told, [false, true]);
    // Scrubbing back and forth finds the same state.
    let key = RrsetKey {
        owner: "api.example.com".parse().expect("a name"),
        rtype: Rtype::A,
    };
    for (second, health) in [
        (99.0, Health::Healthy),
        (120.0, Health::Healthy),
        (200.0, Health::Unhealthy),
        (1001.0, Health::Unhealthy),
        (1100.0, Health::Healthy),
    ] {
        let world = timeline.world_at(at(second));
        let id = world.find("ns3.example.com").expect("it is there");
        let Node::Authoritative(server) = world.node(id) else {
            panic!("it is a server");
        };
        let (pool, _) = server.steered(&key).expect("api is steered");
        assert_eq!(pool.endpoints()[0].health, health, "{second}");
    }
}

#[test]
fn a_machine_that_is_down_for_a_moment_is_not_noticed() {
    let acts = [
        (100.0, set_down("web-ashburn", true)),
        (120.0, set_down("web-ashburn", false)),
    ];
    for seed in 1..10 {
        let timeline = session(seed, &acts);
        assert_eq!(verdicts(&timeline, "api"), []);
        assert_eq!(verdicts(&timeline, "shop"), []);
    }
}

#[test]
fn checks_let_the_world_come_to_rest() {
    let mut world = world(1);
    let mut trace = Trace::default();
    assert!(world.run_to_rest(10, &mut trace), "nothing is to happen");
    let act = set_down("web-ashburn", true);
    world.apply(&act, &mut trace).expect("the host is there");
    assert!(world.run_to_rest(100, &mut trace), "a few events only");
}

#[test]
fn the_same_seed_tells_the_same_story_of_checks() {
    let acts = [
        (10.0, set_down("web-ashburn", true)),
        (200.0, ask("berlin", "api")),
    ];
    let (one, other) = (session(5, &acts), session(5, &acts));
    assert_eq!(one.trace().events(), other.trace().events());
    let third = session(6, &acts);
    assert_ne!(verdicts(&one, "api"), verdicts(&third, "api"));
}

#[test]
fn a_client_leaves_the_dead_address_after_detection_and_ttl() {
    for seed in 1..8 {
        let seconds = seconds_on_the_dead_address(seed, "api", "203.0.113.10", 100.0);
        let last = *seconds.last().expect("nobody knows at first");
        // Detection takes 32 to 42 s; the copy made last before lives 60 s.
        assert!((30.0..=42.0 + 60.0).contains(&last), "{last}");
    }
}

/// Which addresses answer for `www` with weights 1, 1 and 0, after machines have died.
fn answering(dead: &[&str], is_third_checked: bool) -> Vec<String> {
    let addresses = ["198.51.100.5", "203.0.113.10", "192.0.2.20"];
    let mut endpoints = addresses.map(|text| Endpoint::new(address(text))).to_vec();
    endpoints[2].weight = 0;
    let key = RrsetKey {
        owner: "www.example.com".parse().expect("a name"),
        rtype: Rtype::A,
    };
    let pool = Pool::new(key.owner.clone(), Rtype::A, Ttl::from_secs(60), endpoints);
    let pool = pool.expect("a sound pool");
    let mut world = world(1);
    for id in world.node_ids() {
        if let Node::Authoritative(server) = world.node_mut(id) {
            let places = Arc::new(PlaceTable::modelled());
            let random = Stream::new(1, "test");
            server.set_policy(pool.clone(), Policy::Weighted, places, random);
        }
    }
    let check = check_presets()[0].check;
    let checked = if is_third_checked { 3 } else { 2 };
    for text in &addresses[..checked] {
        world.watch(key.clone(), address(text), check);
    }
    let mut timeline = Timeline::new(world);
    for host in dead {
        timeline
            .intervene(at(1.0), set_down(host, true))
            .expect("the host is there");
    }
    for round in 0..25 {
        let second = at(500.0 + f64::from(round) * 100.0);
        let act = ask("new-york", "www");
        timeline.intervene(second, act).expect("it can ask");
    }
    let mut found: Vec<String> = { outcomes(&timeline).into_iter() }
        .filter_map(|outcome| Some(outcome.address()?.to_string()))
        .collect();
    found.sort();
    found.dedup();
    found
}

#[test]
fn zero_weights_answer_by_the_table_of_the_guide() {
    let (one, two, three) = ("web-frankfurt", "web-ashburn", "web-tokyo");
    let (a, b, c) = ("198.51.100.5", "203.0.113.10", "192.0.2.20");
    // Whether the third has a check, which machines are dead, and who answers.
    for (checked, dead, expected) in [
        (true, vec![], vec![a, b]),
        (false, vec![], vec![a, b]),
        (true, vec![three], vec![a, b]),
        (true, vec![one], vec![b]),
        (false, vec![one], vec![b]),
        (true, vec![one, two], vec![c]),
        (false, vec![one, two], vec![c]),
        (true, vec![one, two, three], vec![a, b]),
    ] {
        let mut expected = expected;
        expected.sort_unstable();
        assert_eq!(answering(&dead, checked), expected, "{dead:?}, {checked}");
    }
}
