//! Same seed, same trace; any moment can be reached from any other.

use dns_lab::engine::{
    CacheLayer, EventKind, Intervention, InterventionError, SimDuration, SimTime, Timeline, Trace,
    TraceEvent, World,
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

/// What comes of a session, by the plain way: for each act the whole session is played anew, to
/// find out whether the act can be carried out; those that can, with the events that follow from
/// them, and the others with the reason.
struct Plain {
    acts: Vec<(SimTime, Intervention)>,
    errors: Vec<(usize, InterventionError)>,
    events: Vec<TraceEvent>,
    head: World,
}

impl Plain {
    fn replay(initial: &World, acts: &[(SimTime, Intervention)]) -> Self {
        let mut kept: Vec<(SimTime, Intervention)> = Vec::new();
        let mut errors = Vec::new();
        for (index, (at, act)) in acts.iter().enumerate() {
            let before: Vec<_> = { kept.iter() }
                .filter(|(when, _)| when <= at)
                .cloned()
                .collect();
            let (mut world, mut trace) = Self::play(initial, &before);
            world.run_until(*at, &mut trace);
            match world.apply(act, &mut trace) {
                Ok(()) => {
                    kept = before;
                    kept.push((*at, act.clone()));
                }
                Err(error) => errors.push((index, error)),
            }
        }
        let (mut head, mut trace) = Self::play(initial, &kept);
        while head.step(&mut trace) {}
        Self {
            acts: kept,
            errors,
            events: trace.events().to_vec(),
            head,
        }
    }

    /// A world after acts that can be carried out.
    fn play(initial: &World, acts: &[(SimTime, Intervention)]) -> (World, Trace) {
        let (mut world, mut trace) = (initial.clone(), Trace::default());
        for (at, act) in acts {
            world.run_until(*at, &mut trace);
            world.apply(act, &mut trace).expect("it was possible");
        }
        (world, trace)
    }
}

/// Any act, some of which cannot be carried out.
fn any_act() -> impl Strategy<Value = Intervention> {
    let clients = ["laptop", "phone", "monitor", "nobody", "ns1.example.com"];
    let names = [
        "www.example.com A",
        "api.example.com A",
        "nope.example.org TXT",
        "www.n1.com A",
    ];
    let asked =
        (0..clients.len(), 0..names.len()).prop_map(move |(c, n)| ask(clients[c], names[n]));
    let nodes = [
        "ns1.example.com",
        "ns2.example.com",
        "resolver-frankfurt",
        "a.root-servers.net",
        "no",
    ];
    let downed = (0..nodes.len(), any::<bool>()).prop_map(move |(n, down)| Intervention::SetDown {
        node: nodes[n].to_owned(),
        down,
    });
    let records = [
        "www.example.com. 5 A 192.0.2.9",
        "www.example.com. 5 CNAME x.",
        "x y z",
    ];
    let set = (0..records.len()).prop_map(move |r| Intervention::set_records(records[r]));
    let flushed = Just(Intervention::FlushCache {
        node: "resolver-frankfurt".to_owned(),
        layer: CacheLayer::Resolver,
    });
    let lossy = (0_u8..60).prop_map(|percent| Intervention::SetLoss { percent });
    prop_oneof![6 => asked, 2 => downed, 1 => set, 1 => flushed, 1 => lossy]
}

/// A session without servers of the root, in which a question comes each second.
fn without_a_root(questions: usize) -> Vec<(SimTime, Intervention)> {
    let down = |letter: char| Intervention::SetDown {
        node: format!("{letter}.root-servers.net"),
        down: true,
    };
    let roots = ('a'..='m').map(|letter| (SimTime::ZERO, down(letter)));
    let asks = (0..questions).map(|i| {
        (
            at_millis(1_000 * i as u64),
            ask("laptop", &format!("www.n{i}.com A")),
        )
    });
    roots.chain(asks).collect()
}

#[test]
fn a_session_replays_in_steps_linear_in_its_questions() {
    let replay = |questions| Timeline::replay(world(7), &without_a_root(questions)).0;
    let (few, many) = (replay(30), replay(90));
    assert!(many.trace().len() > 2 * few.trace().len(), "they overlap");
    assert!(
        many.steps() < 4 * few.steps(),
        "{} steps for 90 questions, {} for 30",
        many.steps(),
        few.steps()
    );
    // As many as there are things that happen: nothing is played twice.
    assert!(many.steps() < 2 * many.trace().len());
}

#[test]
fn a_session_with_acts_in_its_past_says_what_they_cost() {
    let mut acts = without_a_root(10);
    acts.push((at_millis(500), ask("laptop", "www.example.com A")));
    let (timeline, _) = Timeline::replay(world(7), &acts);
    assert_eq!(
        timeline.acts().len(),
        15,
        "13 servers down, one question before, one then"
    );
    assert!(
        timeline.steps() > 2 * timeline.trace().len(),
        "what was played and dropped counts"
    );
}

#[test]
fn a_session_that_takes_too_many_steps_is_refused_before_they_are_made() {
    let acts = without_a_root(60);
    let (timeline, _) = Timeline::replay(world(7), &acts);
    let enough = timeline.steps();
    let (again, errors) = Timeline::replay_within(world(7), &acts, enough).expect("it fits");
    assert_eq!(again.trace().events(), timeline.trace().events());
    assert!(errors.is_empty());
    let error = Timeline::replay_within(world(7), &acts, enough / 2).expect_err("it is too long");
    assert_eq!(error.acts, 73);
    assert!(
        error.to_string().starts_with("the session is too long"),
        "{error}"
    );
    let error = Timeline::replay_within(world(7), &acts, enough / 20).expect_err("far too long");
    assert!((14..60).contains(&error.played), "{error:?}");
    // What comes after the last act counts as well.
    let error = Timeline::replay_within(world(7), &acts, enough - 1).expect_err("one is missing");
    assert_eq!(error.played, 73);
    // And so do acts that go back again and again, in a session that stays short.
    let back = |i: usize| {
        (
            at_millis(20_000 * (1 - i as u64 % 2)),
            ask("laptop", "www.n0.com A"),
        )
    };
    let mut acts = without_a_root(0);
    acts.extend((0..200).map(back));
    Timeline::replay_within(world(7), &acts, 10_000).expect_err("it plays the same ever again");
}

#[test]
fn checkpoints_of_a_long_session_stay_few_and_reach_every_moment() {
    // More than the checkpoints could keep at their first distance.
    let act = |i: u64| match i % 200 {
        0 => ask("laptop", "www.example.com A"),
        _ => Intervention::SetLoss {
            percent: (i % 7) as u8,
        },
    };
    let acts: Vec<_> = (0..2_400).map(|i| (at_millis(100 * i), act(i))).collect();
    let (timeline, _) = Timeline::replay(world(7), &acts);
    let mut fresh = world(7);
    let mut trace = Trace::default();
    let mut acts = timeline.acts().iter().peekable();
    for millis in (0..250_000).step_by(3_333) {
        let at = at_millis(millis);
        while let Some((when, act)) = acts.next_if(|(when, _)| *when <= at) {
            fresh.run_until(*when, &mut trace);
            fresh.apply(act, &mut trace).expect("it was possible");
        }
        fresh.run_until(at, &mut trace);
        assert_eq!(snapshot(&timeline.world_at(at)), snapshot(&fresh));
        assert_eq!(timeline.trace().count_until(at), trace.len());
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 48, failure_persistence: None, ..ProptestConfig::default()
    })]

    #[test]
    fn a_replay_is_what_the_plain_way_gives(
        acts in proptest::collection::vec((0_u64..12_000, any_act()), 1..16),
        is_sorted in any::<bool>(),
        moments in proptest::collection::vec(0_u64..20_000, 4),
    ) {
        let mut acts: Vec<_> = acts.into_iter().map(|(ms, act)| (at_millis(ms), act)).collect();
        if is_sorted {
            acts.sort_by_key(|(at, _)| *at);
        }
        let plain = Plain::replay(&world(5), &acts);
        let (replayed, errors) = Timeline::replay(world(5), &acts);
        prop_assert_eq!(&errors, &plain.errors);
        let mut step_by_step = Timeline::new(world(5));
        for (at, act) in &acts {
            // Refused acts are compared above.
            let _ = step_by_step.intervene(*at, act.clone());
        }
        for timeline in [&replayed, &step_by_step] {
            prop_assert_eq!(timeline.acts(), &plain.acts[..]);
            prop_assert_eq!(timeline.trace().events(), &plain.events[..]);
            prop_assert_eq!(snapshot(timeline.head()), snapshot(&plain.head));
            for millis in &moments {
                let at = at_millis(*millis);
                let acts = { plain.acts.iter() }.filter(|(when, _)| *when <= at);
                let acts: Vec<_> = acts.cloned().collect();
                let (mut fresh, mut trace) = Plain::play(&world(5), &acts);
                fresh.run_until(at, &mut trace);
                prop_assert_eq!(snapshot(&timeline.world_at(at)), snapshot(&fresh));
            }
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
