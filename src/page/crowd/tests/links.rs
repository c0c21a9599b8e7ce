//! Runs beside each other, links, and settings that are kept.

use super::*;
use crate::scenario::crowd::CrowdView;

#[test]
fn a_run_is_pinned_and_the_next_one_stands_beside_it() {
    let mut story = Story::open();
    story.say(Input::Run);
    story.done();
    story.say(Input::Pin);
    story.say(turn(5.0));
    story.done();
    let (a, b) = (
        story.bench.pinned().expect("pinned"),
        story.bench.run().expect("shown"),
    );
    assert_ne!(a.knobs["ttl"], b.knobs["ttl"]);
    story.say(Input::Unpin);
    assert!(story.bench.pinned().is_none());
}

#[test]
fn a_link_brings_back_knobs_seed_clients_and_both_runs() {
    let mut story = Story::open();
    story.say(Input::Clients(Some(500)));
    story.done();
    story.say(Input::Pin);
    story.say(turn(5.0));
    story.say(Input::LetGo);
    story.done();
    story.say(Input::LookAt(Some(600.0)));
    story.say(Input::Closer);
    let view = story.bench.view().expect("a crowd");
    let mut other = Story::open_with(|opening| opening.view = Some(view.clone()));
    assert!(matches!(other.bench.phase(), Phase::RunningFirst { .. }));
    other.done();
    assert!(other.bench.pinned().is_some() && other.bench.run().is_none());
    other.done();
    assert_eq!(other.bench.view(), Some(view));
    assert_eq!(other.bench.clients(), Some(500));
}

#[test]
fn a_link_about_another_crowd_says_that_it_was_left_out() {
    let source = Arc::new(crowd_source("failover").expect("it ships and is sound"));
    let mut bench = CrowdBench::default();
    let mut opened = opening(&source);
    opened.is_run = true;
    opened.view = Some(CrowdView {
        crowd: "canary".to_owned(),
        knobs: BTreeMap::from([("share".to_owned(), 5.0)]),
        ..CrowdView::default()
    });
    let effects = bench.handle(Input::Open(Box::new(opened)));
    let told = effects.iter().find_map(|effect| match effect {
        Effect::Complain(text) => Some(text.as_str()),
        _ => None,
    });
    assert!(
        told.is_some_and(|text| text.contains("another crowd")),
        "{told:?}"
    );
    assert!(
        matches!(bench.phase(), Phase::Running { .. }),
        "it begins as without a link"
    );
}

#[test]
fn knobs_of_a_link_that_the_crowd_does_not_have_are_told() {
    let source = Arc::new(crowd_source("failover").expect("it ships and is sound"));
    for (names, begins) in [
        (vec!["no"], "One setting"),
        (vec!["no", "none"], "2 settings"),
    ] {
        let mut opened = opening(&source);
        opened.view = Some(CrowdView {
            crowd: source.id.clone(),
            knobs: names.iter().map(|it| ((*it).to_owned(), 1.0)).collect(),
            ..CrowdView::default()
        });
        let effects = CrowdBench::default().handle(Input::Open(Box::new(opened)));
        let [Effect::Complain(text)] = effects.as_slice() else {
            panic!("{effects:?}");
        };
        assert!(text.starts_with(begins), "{text}");
    }
}

#[test]
fn settings_are_kept_where_they_are_to_be_and_come_back() {
    let mut story = Story::open_with(|opening| opening.is_kept = true);
    story.say(turn(5.0));
    let kept = |effects: &[Effect]| {
        effects.iter().rev().find_map(|effect| match effect {
            Effect::Keep(view) => Some((**view).clone()),
            _ => None,
        })
    };
    let view = kept(&story.say(Input::LetGo)).expect("they are kept");
    // The page is loaded anew during the run.
    let mut again = Story::open_with(|opening| {
        opening.view = Some(view);
        opening.is_run = true;
    });
    assert_eq!(again.knob("ttl"), 5.0);
    again.done();
    assert_eq!(again.bench.seen(), 1);
    let mut other = Story::open();
    other.say(turn(5.0));
    assert_eq!(kept(&other.say(Input::LetGo)), None);
}
