//! Asking, breaking, editing, and turning knobs.

use super::*;
use crate::page::bench::Switch;

#[test]
fn what_is_asked_in_the_form_is_played_at_once() {
    let mut bench = open(lab());
    assert!(bench.timeline().trace().is_empty());
    bench.handle(ask("blog.example.com"));
    assert!(bench.is_playing() && bench.refusal().is_none());
    let question = bench.question().expect("a question");
    assert_eq!(question.qname.to_string(), "blog.example.com.");
    assert_eq!(
        bench.playhead().events,
        1,
        "the story begins with its first event"
    );
}

#[test]
fn a_name_that_cannot_be_asked_is_told_beside_the_form_and_costs_nothing() {
    let mut bench = open(lab());
    bench.handle(ask("www.example.com"));
    let (revision, length) = (bench.revision(), bench.timeline().trace().len());
    for (name, part) in [
        ("", "Write a name"),
        ("   ", "Write a name"),
        ("www example com", "no spaces"),
        ("a..b", "two dots"),
    ] {
        assert_eq!(bench.handle(ask(name)), [], "{name}");
        let refusal = bench.refusal().expect("a refusal");
        assert!(refusal.contains(part), "{name}: {refusal}");
    }
    assert_eq!(bench.revision(), revision);
    assert_eq!(bench.timeline().trace().len(), length);
}

#[test]
fn a_form_that_is_right_again_has_nothing_to_complain_of() {
    let mut bench = open(lab());
    bench.handle(ask("a..b"));
    assert!(bench.refusal().is_some());
    bench.handle(ask("www.example.com"));
    assert_eq!(bench.refusal(), None);
}

#[test]
fn an_act_in_the_past_drops_the_later_acts_and_says_which() {
    let mut bench = open(lab());
    bench.handle(ask("www.example.com"));
    for (secs, name) in [(100, "blog.example.com"), (200, "app.example.com")] {
        seek(&mut bench, secs);
        bench.handle(ask(name));
    }
    seek(&mut bench, 50);
    let effects = bench.handle(down("resolver-frankfurt", true));
    let (tone, text) = said(&effects).expect("it is said");
    assert_eq!(tone, NoticeTone::Info);
    assert!(text.starts_with("2 later acts"), "{text}");
    assert!(
        text.contains("the question for blog.example.com A"),
        "{text}"
    );
    let acts: Vec<SimTime> = bench.timeline().acts().iter().map(|(at, _)| *at).collect();
    assert_eq!(acts, [at(0), at(50)]);
}

#[test]
fn a_dropped_act_that_was_no_question_is_named_by_what_it_did() {
    let mut bench = open(lab());
    seek(&mut bench, 60);
    bench.handle(down("resolver-frankfurt", true));
    seek(&mut bench, 10);
    let effects = bench.handle(ask("www.example.com"));
    let (_, text) = said(&effects).expect("it is said");
    assert!(text.starts_with("One later act"), "{text}");
    assert!(text.contains("down"), "{text}");
}

#[test]
fn an_act_at_the_end_drops_nothing_and_says_nothing() {
    let mut bench = open(lab());
    bench.handle(ask("www.example.com"));
    play_out(&mut bench);
    let effects = bench.handle(down("resolver-frankfurt", true));
    assert_eq!(effects, [Outward::Acted]);
}

#[test]
fn a_refused_act_leaves_session_and_moment_as_they_were() {
    let mut bench = open(lab());
    bench.handle(ask("www.example.com"));
    play_out(&mut bench);
    seek(&mut bench, 0);
    let (before, revision) = (bench.playhead(), bench.revision());
    let effects = bench.handle(down("no-such-machine", true));
    assert!(complaint(&effects).is_some_and(|text| text.contains("no-such-machine")));
    assert_eq!((bench.playhead(), bench.revision()), (before, revision));
}

#[test]
fn a_zone_that_is_changed_is_praised_and_a_faulty_one_is_told_beside_its_editor() {
    let mut bench = open(lab());
    let edit = |records: &str| Input::Act {
        act: Intervention::set_records(records),
        told: Told::Beside,
    };
    let effects = bench.handle(edit("www.example.com. 300 IN A 198.51.100.6\n"));
    let (tone, text) = said(&effects).expect("it is said");
    assert_eq!(tone, NoticeTone::Info);
    assert!(text.contains("Caches are not told"), "{text}");
    assert_eq!(
        bench.handle(edit("www.example.com. 300 IN A not-an-address\n")),
        []
    );
    assert!(bench.refusal().is_some());
}

#[test]
fn a_knob_is_turned_during_play_and_play_goes_on() {
    let mut bench = open(lab());
    bench.handle(ask("www.example.com"));
    for _ in 0..40 {
        bench.handle(frame(50.0));
    }
    let before = bench.playhead();
    assert!(before.events > 1 && !before.is_at_end(bench.timeline().trace()));
    let turned = Input::Knob {
        id: "ttl".to_owned(),
        value: 60.0,
    };
    assert_eq!(bench.handle(turned), [Outward::Acted]);
    assert!(bench.is_playing());
    assert_eq!(bench.playhead(), before, "the moment looked at stays");
    assert_eq!(bench.timeline().acts().len(), 1, "everything is done again");
}

#[test]
fn who_looks_at_the_end_still_does_after_a_knob_was_turned() {
    let mut bench = open(lab());
    bench.handle(ask("www.example.com"));
    play_out(&mut bench);
    bench.handle(Input::Knob {
        id: "loss".to_owned(),
        value: 30.0,
    });
    assert!(bench.playhead().is_at_end(bench.timeline().trace()));
}

#[test]
fn a_knob_that_is_where_it_was_changes_nothing() {
    let mut bench = open(lab());
    let (knobs, revision) = (bench.knobs().clone(), bench.revision());
    assert_eq!(bench.handle(Input::Knobs(knobs)), []);
    assert_eq!(bench.revision(), revision);
}

#[test]
fn a_machine_is_switched_to_what_it_is_not() {
    let mut bench = open(lab());
    let node = bench.world().find("resolver-frankfurt").expect("a machine");
    let switch = Switch::Machine;
    bench.handle(Input::Switch { node, switch });
    assert!(bench.world().is_down(node));
    bench.handle(Input::Switch { node, switch });
    assert!(!bench.world().is_down(node));
}

#[test]
fn the_menu_of_an_anycast_machine_has_its_site_before_all_of_it() {
    let bench = open(lab_in("wide_internet"));
    let world = bench.world();
    let node = world.find("a.root-servers.net").expect("a machine");
    assert_eq!(Switch::at(world, node, 1), Switch::Site(1));
    let words = |site| {
        let all = Switch::all(world, bench.question(), node, site);
        all.into_iter().map(|(_, words)| words).collect::<Vec<_>>()
    };
    let at_site = ["Withdraw this site", "Crash this site", "Take down"];
    assert_eq!(words(Some(1)), at_site);
    assert_eq!(words(None), ["Take down"]);
}

#[test]
fn a_site_that_is_not_there_has_no_switch() {
    let mut bench = open(lab_in("wide_internet"));
    let node = bench.world().find("a.root-servers.net").expect("a machine");
    for switch in [Switch::Site(99), Switch::Announcement(99)] {
        assert_eq!(switch.turn(bench.world(), None, node), None);
        assert_eq!(bench.handle(Input::Switch { node, switch }), []);
    }
}

#[test]
fn a_machine_the_policy_does_not_know_cannot_be_taken_out_of_its_answers() {
    let bench = open(lab());
    let node = bench.world().find("laptop").expect("a machine");
    let turn = Switch::Answers.turn(bench.world(), bench.question(), node);
    assert_eq!(turn, None);
}

#[test]
fn the_button_of_a_step_acts_and_plays() {
    let mut bench = open(step("caches-and-ttl", 0));
    let before = bench.timeline().acts().len();
    let action = bench.scenario().and_then(Scenario::step);
    let action = action.and_then(|step| step.action.clone());
    let acts = action.expect("a button").acts;
    bench.handle(Input::Perform(acts.clone()));
    assert!(bench.is_playing());
    assert_eq!(bench.timeline().acts().len(), before + acts.len());
}

#[test]
fn a_prediction_runs_from_the_steps_own_opening() {
    let mut bench = open(step("caches-and-ttl", 1));
    let opened = bench.timeline().trace().len();
    seek(&mut bench, 30);
    bench.handle(down("resolver-frankfurt", true));
    bench.handle(Input::RunPrediction);
    let acts = bench.timeline().acts();
    assert!(
        !acts
            .iter()
            .any(|(_, act)| matches!(act, Intervention::SetDown { .. }))
    );
    assert_eq!(
        bench.playhead().events,
        opened + 1,
        "at the first thing that is new"
    );
    assert!(bench.is_playing());
}

#[test]
fn a_pasted_url_is_asked_by_its_name_and_the_form_says_so() {
    let mut bench = open(lab());
    bench.handle(ask("https://www.example.com/index.html"));
    assert_eq!(bench.refusal(), None);
    let question = bench.question().expect("it asks");
    assert_eq!(question.qname.without_dot(), "www.example.com");
    let note = bench.note().expect("the path was left out");
    assert!(
        note.starts_with("Only the name in a URL is asked"),
        "{note}"
    );
    // What is said of one question is not said of the next.
    bench.handle(ask("www.example.com"));
    assert_eq!(bench.note(), None);
}

#[test]
fn an_address_is_not_asked_and_its_name_is_offered() {
    let mut bench = open(lab());
    bench.handle(ask("198.51.100.5"));
    assert!(
        bench
            .refusal()
            .is_some_and(|told| told.contains("is an address"))
    );
    let offer = bench.offer().cloned().expect("its name");
    assert_eq!(offer.qname.without_dot(), "5.100.51.198.in-addr.arpa");
    assert!(bench.timeline().acts().is_empty(), "nothing was asked");
    bench.handle(Input::Ask {
        name: offer.qname.without_dot(),
        rtype: offer.qtype.to_string(),
    });
    assert_eq!((bench.refusal(), bench.offer()), (None, None));
    assert_eq!(bench.timeline().acts().len(), 1);
}

#[test]
fn a_name_of_the_world_outside_is_asked_with_a_word_about_this_one() {
    let mut bench = open(lab());
    bench.handle(ask("google.com"));
    assert_eq!(bench.timeline().acts().len(), 1);
    let note = bench.note().expect("it is not here");
    assert!(
        note.contains("a closed little Internet") && note.contains("example.com"),
        "{note}"
    );
}

#[test]
fn a_record_of_the_form_needs_a_whole_name() {
    let mut bench = open(lab());
    let set = |records: &str| Input::Act {
        act: Intervention::set_records(records),
        told: Told::Beside,
    };
    bench.handle(set("www 60 A 192.0.2.1"));
    let told = bench.refusal().expect("a name at the top of the tree");
    assert!(told.ends_with("Did you mean www.example.com?"), "{told}");
    assert!(bench.timeline().acts().is_empty());
    bench.handle(set("www.example.com 60 A 192.0.2.1"));
    assert_eq!(bench.refusal(), None);
    assert_eq!(bench.timeline().acts().len(), 1);
}
