use super::super::{TimelineRow, practice_problems};
use super::*;

/// The stages of an answer to the problem of the stable name, as moment, TTL and addresses.
fn stages_of(zone: &str, timeline: &[(&str, &str)]) -> Vec<(f64, u32, String)> {
    let problems = practice_problems().expect("shipped problems are sound");
    let problem = problems.iter().find(|it| it.id() == "stable-name");
    let rows = timeline.iter().map(|(at, act)| TimelineRow {
        at: (*at).to_owned(),
        act: (*act).to_owned(),
    });
    let answer = Answer {
        users: "app.example.com".to_owned(),
        zone: zone.to_owned(),
        timeline: rows.collect(),
        ..Answer::default()
    };
    let plan = Plan::read(problem.expect("it ships"), &answer).expect("it can be run");
    let stages = plan.stages.iter().map(|stage| {
        let addresses: Vec<String> = stage.addresses.iter().map(ToString::to_string).collect();
        (stage.at.0, stage.ttl.as_secs(), addresses.join(" "))
    });
    stages.collect()
}

/// What the lines of a table say.
fn table(lines: &[(f64, u32, &str)]) -> Vec<(f64, u32, String)> {
    let lines = lines.iter();
    lines
        .map(|(at, ttl, to)| (*at, *ttl, (*to).to_owned()))
        .collect()
}

const OLD: &str = "11.22.33.44";
const NEW: &str = "55.66.77.88";

#[test]
fn rows_act_in_order_of_time_whatever_their_order_in_the_table() {
    let found = stages_of(
        "app 3600 A 11.22.33.44",
        &[("0", "set app A 55.66.77.88"), ("-1h", "ttl app 60")],
    );
    let start = -172_800.0;
    assert_eq!(
        found,
        table(&[(start, 3600, OLD), (-3600.0, 60, OLD), (0.0, 60, NEW)])
    );
}

#[test]
fn a_set_keeps_the_ttl_unless_it_names_one() {
    let found = stages_of(
        "app 300 A 11.22.33.44",
        &[
            ("0", "set app 55.66.77.88"),
            ("+1h", "set app 60 IN A 11.22.33.44 55.66.77.88"),
        ],
    );
    assert_eq!(found[1], (0.0, 300, NEW.to_owned()));
    assert_eq!(found[2], (3600.0, 60, format!("{OLD} {NEW}")));
}

#[test]
fn in_a_chain_the_ttl_of_the_record_that_changes_counts() {
    let zone = "app 60 CNAME web\nweb 3600 A 11.22.33.44";
    let behind = stages_of(zone, &[("0", "set web A 55.66.77.88")]);
    assert_eq!(behind[0].1, 3600);
    let zone = "app 60 CNAME old\nold 3600 A 11.22.33.44\nnew 3600 A 55.66.77.88";
    let alias = stages_of(zone, &[("0", "set app CNAME new")]);
    assert_eq!(alias, table(&[(-172_800.0, 60, OLD), (0.0, 60, NEW)]));
}

#[test]
fn a_removed_name_leads_nowhere() {
    let found = stages_of("app 60 A 11.22.33.44", &[("0", "remove app")]);
    assert_eq!(found[1].2, "");
}

#[test]
fn two_changes_at_one_moment_make_one_stage() {
    let found = stages_of(
        "app 3600 A 11.22.33.44",
        &[("0", "set app A 55.66.77.88"), ("0", "ttl app 60")],
    );
    assert_eq!(found.len(), 2);
    assert_eq!(found[1], (0.0, 60, NEW.to_owned()));
}

/// What is told of an answer to the problem of the stable name that cannot be run.
fn faults_of(edit: impl FnOnce(&mut Answer)) -> Vec<(Part, String)> {
    let problems = practice_problems().expect("shipped problems are sound");
    let problem = problems.iter().find(|it| it.id() == "stable-name");
    let mut answer = Answer {
        users: "app.example.com".to_owned(),
        zone: "app 60 A 11.22.33.44".to_owned(),
        ..Answer::default()
    };
    edit(&mut answer);
    let faults = Plan::read(problem.expect("it ships"), &answer).expect_err("it cannot be run");
    let faults = faults.into_iter().map(|fault| (fault.part, fault.problem));
    faults.collect()
}

#[test]
fn a_wildcard_answers_for_names_that_do_not_exist() {
    let found = stages_of("* 60 A 11.22.33.44", &[("0", "set * A 55.66.77.88")]);
    assert_eq!(found, table(&[(-172_800.0, 60, OLD), (0.0, 60, NEW)]));
    // As an alias, and behind one.
    let found = stages_of("* 60 CNAME web\nweb 30 A 11.22.33.44", &[]);
    assert_eq!(found[0].2, OLD);
    let found = stages_of("app 60 CNAME web\n* 30 A 11.22.33.44", &[]);
    assert_eq!(found[0].2, OLD);
}

#[test]
fn records_of_a_name_take_the_place_of_what_a_wildcard_gives_it() {
    let found = stages_of(
        "* 300 A 11.22.33.44",
        &[("0", "set app 55.66.77.88"), ("+1h", "remove app")],
    );
    let start = -172_800.0;
    assert_eq!(
        found,
        table(&[(start, 300, OLD), (0.0, 300, NEW), (3600.0, 300, OLD)])
    );
}

#[test]
fn a_wildcard_does_not_answer_for_a_name_that_has_names_below_it() {
    let told = faults_of(|it| it.zone = "* 60 A 11.22.33.44\nx.app 60 A 11.22.33.44".to_owned());
    assert!(told[0].1.contains("has no address"), "{told:?}");
}

#[test]
fn the_ttl_of_what_a_wildcard_gives_is_changed_at_the_wildcard() {
    let told = faults_of(|answer| {
        answer.zone = "* 60 A 11.22.33.44".to_owned();
        answer.timeline.push(TimelineRow {
            at: "0".to_owned(),
            act: "ttl app 30".to_owned(),
        });
    });
    let [(Part::Timeline(0), problem)] = told.as_slice() else {
        panic!("{told:?}");
    };
    assert!(problem.contains("the TTL of *.example.com"), "{problem}");
    let found = stages_of("* 60 A 11.22.33.44", &[("0", "ttl * 30")]);
    assert_eq!(found[1].1, 30);
}

#[test]
fn circles_and_long_chains_of_aliases_are_called_so() {
    let told = faults_of(|answer| answer.zone = "app 60 CNAME app".to_owned());
    assert!(told[0].1.contains("never ends"), "{told:?}");
    let told = faults_of(|answer| answer.zone = "* 60 CNAME other".to_owned());
    assert!(told[0].1.contains("never ends"), "{told:?}");
    let told = faults_of(|answer| {
        let links = (0..500).map(|link| format!("c{link} 60 CNAME c{}\n", link + 1));
        answer.zone = format!("app 60 CNAME c0\n{}", links.collect::<String>());
    });
    assert!(told[0].1.contains("gives up"), "{told:?}");
}

#[test]
fn all_that_is_needed_is_told_at_once() {
    let told = faults_of(|answer| {
        answer.users = "app.example.org".to_owned();
        answer.zone = "app 60 A".to_owned();
        answer.policy = "dice".to_owned();
        answer.check.preset = "route53-30s".to_owned();
        answer.check.interval = "x".to_owned();
        answer.check.failures = "y".to_owned();
        answer.timeline.push(TimelineRow {
            at: "0".to_owned(),
            act: "dance".to_owned(),
        });
        answer.edit_row("11.22.33.44", |row| {
            row.weight = "much".to_owned();
            row.priority = "first".to_owned();
        });
    });
    let count = |part| told.iter().filter(|(it, _)| *it == part).count();
    assert_eq!(count(Part::Users), 1, "{told:?}");
    assert_eq!(count(Part::Zone(Some(1))), 1, "{told:?}");
    assert_eq!(count(Part::Policy), 1, "{told:?}");
    assert_eq!(count(Part::Check), 2, "{told:?}");
    assert_eq!(count(Part::Timeline(0)), 1, "{told:?}");
    assert_eq!(count(Part::Address(0)), 2, "{told:?}");
}

#[test]
fn where_policy_and_check_are_wrong_the_records_are_still_looked_at() {
    let told = faults_of(|answer| {
        answer.policy = "dice".to_owned();
        answer.zone = "app 60 A 192.0.2.7".to_owned();
    });
    let parts: Vec<Part> = told.iter().map(|(part, _)| *part).collect();
    assert_eq!(parts, [Part::Policy, Part::Zone(None)], "{told:?}");
}
