//! A name whose policy leads to other names, which have policies of their own.

use dns_lab::dns::{RrsetKey, Rtype};
use dns_lab::engine::policy::Branch;
use dns_lab::engine::{CacheLayer, Node};
use dns_lab::scene::{Playhead, caption, decision_views, steered_views};

use super::checks::{flush, set_down};
use super::*;

const FRANKFURT: &str = "198.51.100.5";
const BALANCER: &str = "198.51.100.8";
const ASHBURN: &str = "203.0.113.10";
const DALLAS: &str = "203.0.113.20";
const TOKYO: &str = "192.0.2.20";

/// A session in which machines have been down for long when a client asks for the name.
fn session_with_dead(seed: u64, dead: &[&str], client: &str) -> Timeline {
    let crashes = { dead.iter() }.map(|node| (1.0, set_down(node, true)));
    let mut acts: Vec<(f64, Intervention)> = crashes.collect();
    acts.push((300.0, ask(client, "global")));
    session(seed, &acts)
}

/// The addresses that clients get in many sessions.
fn answers(dead: &[&str], client: &str) -> Vec<String> {
    let mut found: Vec<String> = (1..=40)
        .filter_map(|seed| {
            let timeline = session_with_dead(seed, dead, client);
            Some(outcomes(&timeline).first()?.address()?.to_string())
        })
        .collect();
    found.sort();
    found.dedup();
    found
}

/// The decisions of a session, in order.
fn branches(timeline: &Timeline) -> Vec<Branch> {
    let events = timeline.trace().events().iter();
    let branches = events.filter_map(|event| match &event.kind {
        EventKind::PolicyDecided(report) => Some(report.branch.clone()),
        _ => None,
    });
    branches.collect()
}

#[test]
fn each_continent_gets_the_servers_of_its_region_by_weight() {
    assert_eq!(answers(&[], "berlin"), [FRANKFURT, BALANCER]);
    assert_eq!(answers(&[], "dallas"), [ASHBURN, DALLAS]);
    assert_eq!(answers(&[], "tokyo"), [TOKYO]);
}

#[test]
fn within_a_region_the_healthy_server_answers() {
    assert_eq!(answers(&["web-frankfurt"], "berlin"), [BALANCER]);
}

#[test]
fn a_region_whose_whole_subtree_is_dead_is_passed_over() {
    let europe = ["web-frankfurt", "region-frankfurt"];
    assert_eq!(answers(&europe, "berlin"), [ASHBURN, DALLAS]);
    assert_eq!(answers(&["web-tokyo"], "tokyo"), [ASHBURN, DALLAS]);
}

#[test]
fn with_everything_dead_the_tree_answers_as_if_nothing_were_wrong() {
    let all = [
        "web-frankfurt",
        "region-frankfurt",
        "web-ashburn",
        "web-dallas",
        "web-tokyo",
    ];
    assert_eq!(answers(&all, "berlin"), [FRANKFURT, BALANCER]);
    assert_eq!(answers(&all, "tokyo"), [TOKYO]);
}

#[test]
fn a_region_that_comes_back_answers_again() {
    let acts = [
        (1.0, set_down("web-tokyo", true)),
        (300.0, ask("tokyo", "global")),
        (400.0, set_down("web-tokyo", false)),
        (700.0, flush("tokyo", CacheLayer::Browser)),
        (700.0, ask("tokyo", "global")),
    ];
    let timeline = session(3, &acts);
    let got: Vec<_> = outcomes(&timeline).iter().map(Outcome::address).collect();
    assert_ne!(got[0], Some(address(TOKYO)));
    assert_eq!(got[1], Some(address(TOKYO)));
}

#[test]
fn every_decision_on_the_way_is_told_with_the_one_that_led_to_it() {
    let timeline = session_with_dead(1, &["web-frankfurt", "region-frankfurt"], "berlin");
    let branches = branches(&timeline);
    let way: Vec<(String, Option<String>)> = { branches.iter() }
        .map(|branch| {
            let from = branch.from.as_ref().map(|name| name.without_dot());
            (branch.pool.owner().without_dot(), from)
        })
        .collect();
    let step = |name: &str, from: &str| (name.to_owned(), Some(from.to_owned()));
    assert_eq!(
        way,
        [
            ("global.example.com".to_owned(), None),
            step("eu.global.example.com", "global.example.com"),
            step("pair-us.global.example.com", "eu.global.example.com"),
        ]
    );
}

#[test]
fn the_answer_has_the_name_asked_for_and_the_ttl_of_the_records_found() {
    for (client, ttl) in [("berlin", 60), ("tokyo", 30)] {
        let timeline = session(1, &[(1.0, ask(client, "global"))]);
        let Outcome::Answer(sets) = &outcomes(&timeline)[0] else {
            panic!("global has addresses");
        };
        assert_eq!(sets.len(), 1, "no alias shows outside");
        assert_eq!(sets[0].owner.without_dot(), "global.example.com");
        assert_eq!(sets[0].ttl.as_secs(), ttl, "{client}");
        assert_eq!(sets[0].data.len(), 1);
    }
}

#[test]
fn the_captions_tell_the_way_down_the_tree() {
    let timeline = session_with_dead(1, &["web-frankfurt", "region-frankfurt"], "berlin");
    let trace = timeline.trace();
    let told: Vec<String> = { trace.events().iter() }
        .filter(|event| matches!(event.kind, EventKind::PolicyDecided(_)))
        .map(|event| caption(timeline.initial(), trace, event).text)
        .collect();
    let way = told.join("\n");
    for part in [
        "So the record for Europe answers. So the answer for global.example.com is that for eu.global.example.com.",
        "Nothing of pair-eu.global.example.com is healthy, so it is left out.",
        "So the answer for eu.global.example.com is that for pair-us.global.example.com.",
        "The answer for pair-us.global.example.com is 203.0.113.",
    ] {
        assert!(way.contains(part), "{part}\n{way}");
    }
}

#[test]
fn the_inspector_shows_every_decision_and_the_health_of_what_an_alias_leads_to() {
    let timeline = session_with_dead(1, &["web-frankfurt", "region-frankfurt"], "berlin");
    let trace = timeline.trace();
    let mut decided = trace.events().iter().rev();
    let decided = decided.find(|event| matches!(event.kind, EventKind::PolicyDecided(_)));
    let node = decided.expect("a decision").node;
    let views = decision_views(timeline.head(), trace, node, Playhead::end(trace), None);
    let titles: Vec<&str> = views.iter().map(|view| view.title.as_str()).collect();
    assert_eq!(
        titles,
        [
            "global.example.com A",
            "eu.global.example.com A",
            "pair-us.global.example.com A"
        ]
    );
    let sets = steered_views(timeline.head(), trace, node, Playhead::end(trace));
    let europe = sets.iter().find(|view| view.title.starts_with("eu.global"));
    let rows = &europe.expect("it is steered").endpoints;
    let seen: Vec<(&str, &str)> = { rows.iter() }
        .map(|row| (row.machine.as_str(), row.health.word))
        .collect();
    assert_eq!(
        seen,
        [
            ("pair-eu.global.example.com", "unhealthy"),
            ("pair-us.global.example.com", "healthy")
        ]
    );
}

#[test]
fn the_zone_holds_all_that_a_tree_can_answer() {
    let world = world(1);
    let id = world.find("ns1.example.com").expect("it is there");
    let Node::Authoritative(server) = world.node(id) else {
        panic!("it is a server");
    };
    let key = RrsetKey {
        owner: "global.example.com".parse().expect("a name"),
        rtype: Rtype::A,
    };
    let zone = { server.zones().iter() }.find(|zone| key.owner.is_at_or_below(zone.origin()));
    let set = zone.and_then(|zone| zone.get(&key.owner, key.rtype));
    let mut held: Vec<String> = { set.expect("the set is there") }
        .addresses()
        .map(|address| address.to_string())
        .collect();
    held.sort();
    assert_eq!(held, [TOKYO, FRANKFURT, BALANCER, ASHBURN, DALLAS]);
}
