//! Same seed, same trace; any moment can be reached from any other.

use dns_lab::engine::{
    CacheLayer, EventKind, Intervention, SimDuration, SimTime, Timeline, Trace, World,
};
use dns_lab::scenario::{parse_question, world_source};
use proptest::prelude::*;

fn world(seed: u64) -> World {
    world_source("small_internet")
        .expect("the shipped world is sound")
        .build(seed)
}

fn ask(client: &str, text: &str) -> Intervention {
    Intervention::ask(client, parse_question(text).expect("a valid question"))
}

fn at_millis(millis: u64) -> SimTime {
    SimTime::ZERO + SimDuration::from_millis(millis)
}

/// A busy session: many names, edits, a dead server and loss.
fn busy(seed: u64) -> Timeline {
    let mut timeline = Timeline::new(world(seed));
    let names = [
        "www.example.com A",
        "help.example.com A",
        "nope.example.org A",
        "example.net MX",
    ];
    let clients = ["laptop", "phone", "desktop", "monitor"];
    for step in 0..80 {
        let act = match step {
            20 => Intervention::SetDown {
                node: "ns1.example.com".into(),
                down: true,
            },
            30 => Intervention::SetLoss { percent: 10 },
            50 => Intervention::FlushCache {
                node: "resolver-frankfurt".into(),
                layer: CacheLayer::Resolver,
            },
            _ => ask(clients[step % 4], names[step / 2 % 4]),
        };
        timeline
            .intervene(at_millis(step as u64 * 7_000), act)
            .expect("all of it exists");
    }
    timeline
}

/// Everything visible of a world, as text.
fn snapshot(world: &World) -> String {
    let mut text = String::new();
    for id in world.node_ids() {
        for layer in [CacheLayer::Browser, CacheLayer::Stub, CacheLayer::Resolver] {
            for (key, entry) in world
                .node(id)
                .cache(layer)
                .iter()
                .flat_map(|c| c.entries(world.now()))
            {
                text.push_str(&format!("{id:?} {layer:?} {key:?} {entry:?}\n"));
            }
        }
    }
    text
}

#[test]
fn same_seed_gives_the_same_trace_and_another_seed_another() {
    assert_eq!(busy(5).trace().events(), busy(5).trace().events());
    assert_ne!(busy(5).trace().events(), busy(6).trace().events());
}

#[test]
fn seeking_equals_a_fresh_run_to_that_moment() {
    let timeline = busy(5);
    for millis in [
        0, 1, 7_000, 7_050, 140_001, 209_999, 300_000, 553_000, 900_000,
    ] {
        let at = at_millis(millis);
        let mut fresh = world(5);
        let mut trace = Trace::default();
        for (when, act) in timeline.acts().iter().filter(|(when, _)| *when <= at) {
            fresh.run_until(*when, &mut trace);
            fresh
                .apply(act, &mut trace)
                .expect("it was possible before");
        }
        fresh.run_until(at, &mut trace);
        assert_eq!(
            snapshot(&timeline.world_at(at)),
            snapshot(&fresh),
            "at {millis} ms"
        );
        let shown = timeline.trace().count_until(at);
        assert_eq!(
            trace.events(),
            &timeline.trace().events()[..shown],
            "at {millis} ms"
        );
    }
}

#[test]
fn acting_in_the_past_drops_the_future_and_keeps_the_past() {
    let mut timeline = busy(5);
    let before = timeline.trace().clone();
    let at = at_millis(100_000);
    timeline
        .intervene(at, ask("laptop", "app.example.com A"))
        .expect("it asks");
    let kept = before.count_until(at);
    assert_eq!(&timeline.trace().events()[..kept], &before.events()[..kept]);
    assert!(timeline.end() < at_millis(120_000));
    assert!(timeline.acts().iter().all(|(when, _)| *when <= at));
}

#[test]
fn a_refused_act_changes_nothing() {
    let mut timeline = busy(5);
    let before = timeline.trace().clone();
    let act = Intervention::SetDown {
        node: "nobody".into(),
        down: true,
    };
    let error = timeline
        .intervene(at_millis(10), act)
        .expect_err("there is no such node");
    assert!(error.to_string().contains("nobody"));
    assert_eq!(timeline.trace().events(), before.events());
}

#[test]
fn time_never_goes_back_and_causes_come_first() {
    let timeline = busy(9);
    let mut last = SimTime::ZERO;
    for event in timeline.trace().events() {
        assert!(event.at >= last);
        assert!(event.cause.is_none_or(|cause| cause < event.id));
        last = event.at;
    }
}

#[test]
fn every_question_ends() {
    let timeline = busy(11);
    let count = |wanted: fn(&EventKind) -> bool| {
        timeline
            .trace()
            .events()
            .iter()
            .filter(|event| wanted(&event.kind))
            .count()
    };
    let started = count(|kind| matches!(kind, EventKind::LookupStarted { .. }));
    let finished = count(|kind| matches!(kind, EventKind::LookupFinished { .. }));
    assert_eq!((started, finished), (77, 77));
    assert!(
        timeline.head().next_event_at().is_none(),
        "the world comes to rest"
    );
}

#[test]
fn a_ttl_never_grows_on_its_way_down() {
    let timeline = busy(5);
    for event in timeline.trace().events() {
        let EventKind::RrsetCached {
            layer,
            rrset,
            granted,
            ..
        } = &event.kind
        else {
            continue;
        };
        // A browser holds 60 s flat; that is its documented fault.
        if *layer != CacheLayer::Browser {
            assert!(
                *granted <= rrset.ttl,
                "{rrset:?} was granted {granted:?} by {layer:?}"
            );
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 24, failure_persistence: None, ..ProptestConfig::default()
    })]

    #[test]
    fn any_moment_can_be_reached_from_any_session(seed in 0_u64..50, millis in 0_u64..600_000) {
        let timeline = busy(seed);
        let at = at_millis(millis);
        let world = timeline.world_at(at);
        prop_assert_eq!(world.now(), at);
        prop_assert_eq!(snapshot(&world), snapshot(&timeline.world_at(at)));
    }
}
