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
