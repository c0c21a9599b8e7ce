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
fn a_link_about_another_crowd_leaves_this_one_as_it_begins() {
    let mut story = Story::open_with(|opening| {
        opening.is_run = true;
        opening.view = Some(CrowdView {
            crowd: "canary".to_owned(),
            knobs: BTreeMap::from([("ttl".to_owned(), 5.0)]),
            ..CrowdView::default()
        });
    });
    assert_eq!(*story.bench.knobs(), story.source.opening_knobs());
    assert!(matches!(story.bench.phase(), Phase::Running { .. }));
    story.done();
}

#[test]
fn knobs_of_a_link_that_the_crowd_does_not_have_are_passed_over() {
    let story = Story::open_with(|opening| {
        opening.view = Some(CrowdView {
            crowd: "failover".to_owned(),
            knobs: BTreeMap::from([("none".to_owned(), 1.0), ("ttl".to_owned(), 5.0)]),
            ..CrowdView::default()
        });
    });
    assert_eq!(story.knob("ttl"), 5.0);
    assert!(!story.bench.knobs().contains_key("none"));
}

#[test]
fn the_page_is_loaded_anew_during_a_run_and_the_settings_come_back() {
    let mut story = Story::open();
    story.say(turn(5.0));
    story.say(Input::LetGo);
    let view = story.bench.view().expect("a crowd");
    assert!(view.has_run, "it was being run");
    let mut again = Story::open_with(|opening| {
        opening.view = Some(view);
        opening.is_run = true;
    });
    assert_eq!(again.knob("ttl"), 5.0);
    again.done();
    assert_eq!(again.bench.seen(), 1);
}
