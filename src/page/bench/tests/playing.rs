//! Time flows, stands still, and is moved.

use super::*;
use crate::scene::{Pace, Playhead};

/// The lab after one question, at its start.
fn asked() -> Bench {
    let mut bench = open(lab());
    bench.handle(ask("www.example.com"));
    bench.handle(Input::Seek(Move::ToStart));
    bench
}

#[test]
fn playing_shows_everything_and_stops_at_the_end() {
    let mut bench = asked();
    play_out(&mut bench);
    assert!(bench.playhead().is_at_end(bench.timeline().trace()));
    assert_eq!(bench.seen(), bench.timeline().trace().len());
}

#[test]
fn the_tab_is_left_and_time_flows_on_from_where_it_stood() {
    let mut bench = asked();
    bench.handle(Input::Play);
    bench.handle(frame(16.0));
    let mut other = asked();
    other.handle(Input::Play);
    other.handle(frame(16.0));
    // Ten minutes in another tab count as a tenth of a second.
    bench.handle(frame(600_000.0));
    other.handle(frame(100.0));
    assert_eq!(bench.playhead(), other.playhead());
    assert!(bench.is_playing());
}

#[test]
fn a_clock_that_says_nonsense_says_that_no_time_has_passed() {
    for ms in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, -1_000.0] {
        let (mut odd, mut still) = (asked(), asked());
        odd.handle(Input::Play);
        odd.handle(frame(ms));
        still.handle(Input::Play);
        still.handle(frame(0.0));
        assert_eq!(odd.playhead(), still.playhead(), "{ms}");
    }
}

#[test]
fn no_frame_moves_what_does_not_play() {
    let mut bench = asked();
    bench.handle(frame(100.0));
    assert_eq!(bench.playhead(), Playhead::start());
}

#[test]
fn short_frames_lead_to_the_same_end_as_long_ones() {
    let (mut short, mut long) = (asked(), asked());
    for _ in 0..240 {
        short.handle(Input::Play);
        short.handle(frame(10.0));
    }
    for _ in 0..24 {
        long.handle(Input::Play);
        long.handle(frame(100.0));
    }
    let (short, long) = (short.playhead(), long.playhead());
    assert!(
        short.events.abs_diff(long.events) <= 1,
        "{short:?} {long:?}"
    );
}

#[test]
fn who_wants_little_motion_sees_whole_events() {
    let mut bench = asked();
    bench.handle(Input::Play);
    for _ in 0..100 {
        bench.handle(Input::Frame {
            ms: 50.0,
            whole_events: true,
        });
        let (playhead, trace) = (bench.playhead(), bench.timeline().trace());
        let last = playhead.last_event(trace).map(|event| event.at);
        assert!(last.is_none_or(|last| last == playhead.time));
    }
    assert!(bench.playhead().events > 5, "and it does go on");
}

#[test]
fn play_at_the_end_begins_anew() {
    let mut bench = asked();
    play_out(&mut bench);
    bench.handle(Input::TogglePlay);
    assert!(bench.is_playing());
    assert_eq!(bench.playhead(), Playhead::start());
    bench.handle(Input::TogglePlay);
    assert!(!bench.is_playing());
}

#[test]
fn a_step_by_hand_stops_the_flow_and_goes_one_event() {
    let mut bench = asked();
    bench.handle(Input::Play);
    bench.handle(Input::Seek(Move::Forward));
    assert!(!bench.is_playing());
    assert_eq!(bench.playhead().events, 1);
    bench.handle(Input::Seek(Move::Back));
    assert_eq!(bench.playhead(), Playhead::start());
}

#[test]
fn a_playhead_moved_by_hand_is_where_it_is() {
    let mut bench = asked();
    bench.handle(Input::Play);
    for _ in 0..20 {
        bench.handle(frame(90.0));
    }
    seek(&mut bench, 0);
    let by_hand = bench.playhead();
    bench.handle(Input::Play);
    bench.handle(frame(0.0));
    assert_eq!(bench.playhead().events, by_hand.events);
}

#[test]
fn what_was_seen_stays_seen_when_going_back() {
    let mut bench = asked();
    play_out(&mut bench);
    let all = bench.seen();
    bench.handle(Input::Seek(Move::ToStart));
    assert_eq!(bench.seen(), all);
}

#[test]
fn an_act_in_the_past_makes_what_came_later_unseen() {
    let mut bench = asked();
    play_out(&mut bench);
    let all = bench.seen();
    bench.handle(Input::Seek(Move::ToStart));
    bench.handle(down("resolver-frankfurt", true));
    assert!(bench.seen() < all);
}

#[test]
fn there_is_no_expiry_to_go_to_in_an_empty_cache() {
    let mut bench = open(lab());
    let effects = bench.handle(Input::Seek(Move::NextExpiry));
    assert!(said(&effects).is_some_and(|(_, text)| text.contains("could expire")));
}

#[test]
fn the_next_expiry_lies_ahead_and_is_looked_at() {
    let mut bench = asked();
    play_out(&mut bench);
    let before = bench.playhead().time;
    assert_eq!(bench.handle(Input::Seek(Move::NextExpiry)), []);
    assert!(bench.playhead().time > before);
}

#[test]
fn faster_and_slower_stay_on_the_scale() {
    let mut bench = open(lab());
    for _ in 0..50 {
        bench.handle(Input::Faster);
    }
    let fastest = bench.pace();
    assert_eq!(fastest, Pace::from_step(Pace::STEPS - 1));
    for _ in 0..50 {
        bench.handle(Input::Slower);
    }
    assert_eq!(bench.pace(), Pace::from_step(0));
}

#[test]
fn branching_drops_the_future_and_says_what_was_in_it() {
    let mut bench = asked();
    play_out(&mut bench);
    seek(&mut bench, 100);
    bench.handle(ask("blog.example.com"));
    seek(&mut bench, 50);
    let effects = bench.handle(Input::Branch);
    let (_, text) = said(&effects).expect("it is said");
    assert!(
        text.contains("Everything after this moment is dropped"),
        "{text}"
    );
    assert!(text.contains("blog.example.com"), "{text}");
    assert_eq!(bench.timeline().acts().len(), 1);
    assert!(bench.playhead().is_at_end(bench.timeline().trace()));
}
