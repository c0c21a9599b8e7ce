//! Views, the inspector, and the one world of the moment.

use super::*;
use crate::page::bench::{InspectorTab, StageView};
use crate::scene::world_at;

#[test]
fn the_world_is_found_once_while_no_event_is_shown() {
    let mut bench = open(lab());
    bench.handle(ask("www.example.com"));
    let first = Arc::clone(bench.world());
    assert!(Arc::ptr_eq(&first, bench.world()));
    // A datagram travels: another moment, the same events.
    let events = bench.playhead().events;
    while bench.playhead().events == events {
        assert!(Arc::ptr_eq(&first, bench.world()));
        bench.handle(frame(5.0));
    }
    assert!(!Arc::ptr_eq(&first, bench.world()));
}

#[test]
fn the_world_is_the_one_of_the_moment_after_whatever_happens() {
    let mut bench = open(lab());
    let inputs = [
        ask("www.example.com"),
        Input::Seek(Move::ToEnd),
        down("resolver-frankfurt", true),
        Input::Knob {
            id: "loss".to_owned(),
            value: 10.0,
        },
        Input::Seek(Move::ToStart),
        Input::Branch,
        Input::Restart { seed: 3 },
    ];
    for input in inputs {
        bench.handle(input);
        let expected = world_at(bench.timeline(), bench.playhead());
        let world = bench.world();
        let node = world.find("resolver-frankfurt").expect("a machine");
        assert_eq!(world.is_down(node), expected.is_down(node));
        assert_eq!(world.now(), expected.now());
    }
}

#[test]
fn a_machine_with_a_cache_opens_at_its_cache() {
    let mut bench = open(lab());
    let find = |bench: &Bench, id| bench.world().find(id).expect("a machine");
    let laptop = find(&bench, "laptop");
    bench.handle(Input::InspectNode(laptop));
    assert_eq!(bench.tab(), InspectorTab::Cache);
    let server = find(&bench, "a.root-servers.net");
    bench.handle(Input::InspectNode(server));
    assert_eq!(bench.tab(), InspectorTab::Machine);
    assert_eq!(bench.selection().node, Some(server));
}

#[test]
fn a_machine_of_another_world_is_not_opened() {
    let elsewhere = open(lab());
    let stranger = elsewhere.world().find("laptop").expect("a machine");
    let mut bench = Bench::default();
    bench.handle(Input::InspectNode(stranger));
    assert_eq!(bench.selection().node, None);
}

#[test]
fn who_opens_a_message_looks_at_it_in_peace() {
    let mut bench = open(lab());
    bench.handle(ask("www.example.com"));
    bench.handle(Input::InspectEvent(4));
    assert!(!bench.is_playing());
    assert_eq!(bench.tab(), InspectorTab::Message);
    assert_eq!(bench.selection().event, Some(4));
}

#[test]
fn the_inspector_follows_the_playhead_again_once_it_moves() {
    let mut bench = open(lab());
    bench.handle(ask("www.example.com"));
    for input in [Input::Seek(Move::Forward), Input::TogglePlay] {
        bench.handle(Input::InspectEvent(2));
        bench.handle(input);
        assert_eq!(bench.selection().event, None);
    }
}

#[test]
fn a_row_of_the_waterfall_takes_the_playhead_along() {
    let mut bench = open(lab());
    bench.handle(ask("www.example.com"));
    bench.handle(Input::VisitEvent(6));
    assert_eq!(bench.playhead().events, 7);
    assert_eq!(bench.selection().event, Some(6));
}

#[test]
fn who_leaves_the_crowd_sees_the_world_again() {
    let mut bench = open(lab());
    bench.handle(Input::View(StageView::Population));
    bench.handle(Input::HasCrowd(true));
    assert_eq!(bench.view(), StageView::Population);
    bench.handle(Input::HasCrowd(false));
    assert_eq!(bench.view(), StageView::Hierarchy);
}

#[test]
fn another_view_than_the_crowds_stays_when_the_crowd_goes() {
    let mut bench = open(lab());
    bench.handle(Input::View(StageView::Map));
    bench.handle(Input::HasCrowd(false));
    assert_eq!(bench.view(), StageView::Map);
}

#[test]
fn speed_and_view_outlast_a_scenario_and_what_is_picked_does_not() {
    let mut bench = open(lab());
    bench.handle(Input::View(StageView::Sequence));
    bench.handle(Input::Faster);
    bench.handle(Input::InspectEvent(0));
    let pace = bench.pace();
    bench.handle(Input::Clear);
    assert!(bench.scenario().is_none());
    bench.handle(Input::Open(lab_in("wide_internet")));
    assert_eq!((bench.view(), bench.pace()), (StageView::Sequence, pace));
    assert_eq!(bench.selection(), Default::default());
}
