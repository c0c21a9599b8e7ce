//! Figures of the prose that want runs of their own.

use super::*;

#[test]
fn a_figure_of_the_prose_has_its_own_run_when_nothing_else_is_to_be_run() {
    let mut story = Story::open();
    story.say(Input::Run);
    let own = BTreeMap::from([("ttl".to_owned(), 5.0)]);
    story.say(Input::Figure("fast".to_owned(), own.clone()));
    story.say(Input::Figure("fast too".to_owned(), own));
    assert_eq!(story.wanted().ticket.seat, Seat::Charts);
    story.done();
    assert_eq!(story.wanted().ticket.seat, Seat::Aside);
    story.done();
    // One run is enough for both.
    assert!(story.wants.is_empty());
    let ids: Vec<&String> = story.bench.asides().keys().collect();
    assert_eq!(ids, ["fast", "fast too"]);
    assert_eq!(story.bench.seen(), 1, "it is no run that was looked at");
}

#[test]
fn a_figure_whose_knobs_have_moved_on_is_run_anew_after_the_charts() {
    let mut story = Story::open();
    let own = BTreeMap::from([("recovery".to_owned(), 0.0)]);
    story.say(Input::Figure("lost".to_owned(), own));
    let old = story.wanted().clone();
    assert_eq!(old.ticket.seat, Seat::Aside);
    story.say(turn(5.0));
    assert_eq!(story.wanted().ticket.seat, Seat::Charts);
    let late = product(&story.source, &old.job);
    story.say(Input::News(old.ticket, News::Done(late)));
    assert!(story.bench.asides().is_empty());
    story.say(Input::LetGo);
    story.done();
    story.done();
    assert_eq!(story.bench.asides()["lost"].knobs["ttl"], 5.0);
}

#[test]
fn a_figure_that_is_about_the_run_at_hand_needs_no_other() {
    let mut story = Story::open();
    story.say(Input::Run);
    story.done();
    let own = BTreeMap::from([("ttl".to_owned(), story.knob("ttl"))]);
    story.say(Input::Figure("same".to_owned(), own));
    assert!(story.wants.is_empty() && story.bench.asides().contains_key("same"));
}
