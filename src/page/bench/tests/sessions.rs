//! Opening, restoring, starting over, and what brings a session back.

use super::*;
use crate::page::bench::{SessionSource, StageView};
use crate::page::links::Losses;
use crate::scenario::Session;

/// Brings a session back from a link.
fn restore(bench: &mut Bench, scenario: Scenario, session: Session) -> Vec<Outward<Input>> {
    bench.handle(Input::Restore {
        scenario,
        session: Box::new(session),
        source: SessionSource::Link,
        losses: Losses::default(),
    })
}

/// A bench with some history.
fn lived_in() -> Bench {
    let mut bench = open(lab());
    bench.handle(Input::Knob {
        id: "ttl".to_owned(),
        value: 60.0,
    });
    bench.handle(ask("www.example.com"));
    seek(&mut bench, 90);
    bench.handle(ask("blog.example.com"));
    bench.handle(Input::View(StageView::Map));
    bench.handle(Input::Seek(Move::Back));
    bench
}

#[test]
fn a_session_comes_back_as_it_was() {
    let before = lived_in();
    let mut after = Bench::default();
    let scenario = before.scenario().expect("a scenario").clone();
    assert_eq!(restore(&mut after, scenario, before.session()), []);
    assert_eq!(after.session(), before.session());
    assert_eq!(after.playhead(), before.playhead());
    assert_eq!(after.knobs(), before.knobs());
    assert_eq!(after.view(), StageView::Map);
    assert_eq!(after.question(), before.question());
    let events = |bench: &Bench| bench.timeline().trace().events().to_vec();
    assert_eq!(events(&after), events(&before));
}

#[test]
fn a_link_arrives_during_play_and_is_looked_at_in_peace() {
    let session = lived_in().session();
    let mut bench = open(lab());
    bench.handle(ask("app.example.com"));
    assert!(bench.is_playing());
    bench.handle(Input::InspectEvent(1));
    bench.handle(Input::Play);
    let scenario = bench.scenario().expect("a scenario").clone();
    restore(&mut bench, scenario, session.clone());
    assert!(!bench.is_playing());
    assert_eq!(bench.session().acts, session.acts);
    assert_eq!(bench.selection(), Default::default());
}

#[test]
fn what_a_link_cannot_have_here_is_told_and_the_rest_works() {
    let mut session = lived_in().session();
    session.acts.insert(
        0,
        (
            at(0),
            Intervention::SetDown {
                node: "no-such-machine".to_owned(),
                down: true,
            },
        ),
    );
    session.knobs.insert("dailures".to_owned(), 3.0);
    session.view = Some("Globe".to_owned());
    let mut bench = Bench::default();
    let effects = restore(&mut bench, lab(), session);
    let text = complaint(&effects).expect("it is told");
    for part in ["One act, one knob and one view", "left out"] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert_eq!(bench.timeline().acts().len(), 2);
}

#[test]
fn a_session_that_is_too_long_is_refused_and_the_page_begins() {
    let ask = |number: u64| {
        let qname = format!("n{number}.example.com").parse().expect("a name");
        let question = crate::dns::Question::new(qname, crate::dns::Rtype::A);
        (at(number), Intervention::ask("laptop", question))
    };
    // Without the root every question is asked again and again.
    let bench = open(lab());
    let ids = bench.world().specs().iter().map(|spec| spec.id.clone());
    let roots = ids.filter(|id| id.ends_with("root-servers.net"));
    let downs = roots.map(|node| (at(0), Intervention::SetDown { node, down: true }));
    let session = Session {
        acts: downs.chain((0..1_500).map(ask)).collect(),
        ..Session::default()
    };
    let mut bench = Bench::default();
    let effects = restore(&mut bench, lab(), session);
    let text = complaint(&effects).expect("it is told");
    assert!(text.contains("too long"), "{text}");
    assert!(text.contains("as it begins"), "{text}");
    assert!(bench.scenario().is_some() && bench.timeline().acts().is_empty());
}

#[test]
fn a_moment_beyond_the_end_of_a_session_is_brought_back_to_it() {
    let session = Session {
        event: Some(usize::MAX),
        at: at(1_000_000),
        ..lived_in().session()
    };
    let mut bench = Bench::default();
    restore(&mut bench, lab(), session);
    assert!(bench.playhead().is_at_end(bench.timeline().trace()));
}

#[test]
fn a_session_with_nothing_in_it_is_the_scenario_as_it_opens() {
    let mut bench = Bench::default();
    restore(&mut bench, lab(), Session::default());
    let opened = open(lab());
    assert_eq!(bench.knobs(), opened.knobs());
    assert_eq!(bench.seed(), opened.seed());
    assert_eq!(bench.playhead(), opened.playhead());
    assert_eq!(bench.session(), opened.session());
}

#[test]
fn a_step_opens_with_what_has_happened_before_shown() {
    let bench = open(step("caches-and-ttl", 1));
    let length = bench.timeline().trace().len();
    assert!(length > 0);
    assert_eq!((bench.playhead().events, bench.seen()), (length, length));
    assert_eq!(bench.client(), "laptop");
}

#[test]
fn another_step_takes_nothing_along_from_the_one_before() {
    let mut bench = open(step("caches-and-ttl", 0));
    bench.handle(down("resolver-frankfurt", true));
    bench.handle(Input::Open(step("caches-and-ttl", 1)));
    let fresh = open(step("caches-and-ttl", 1));
    assert_eq!(bench.timeline().acts(), fresh.timeline().acts());
    assert!(!bench.is_playing());
}

#[test]
fn another_seed_starts_the_scenario_over() {
    let mut bench = lived_in();
    bench.handle(Input::Restart { seed: 99 });
    assert_eq!(bench.seed(), 99);
    assert!(bench.timeline().acts().is_empty());
    assert_eq!(bench.session().seed, Some(99));
}

#[test]
fn an_empty_bench_takes_every_input_without_harm() {
    let mut bench = Bench::default();
    for input in [
        Input::Clear,
        Input::Restart { seed: 1 },
        Input::RunPrediction,
        Input::Branch,
        Input::TogglePlay,
        frame(16.0),
        Input::Seek(Move::NextExpiry),
        Input::Seek(Move::ToEvent(7)),
        Input::VisitEvent(9),
        ask("www.example.com"),
        down("laptop", true),
        Input::Knob {
            id: "ttl".to_owned(),
            value: f64::NAN,
        },
    ] {
        bench.handle(input);
    }
    assert!(bench.timeline().trace().is_empty());
}
