//! Steps about crowds, and the scenarios of the lab page.

use dns_lab::engine::{Intervention, SimTime, Timeline};
use dns_lab::lesson::{CrowdSeen, GoalInput, Lesson, View, parse_lesson};
use dns_lab::scenario::crowd::crowd_source;
use dns_lab::scenario::{ContentFolder, Figure, parse_question, world_source};

use super::{seen, shipped};

/// A lesson of one step about the canary.
const TOML: &str = r#"
format = 1
id = "weights"
title = "Weights"
summary = "Weights share out answers."
minutes = 3
world = "small_internet"
seed = 1
covers = ["M13"]
takeaway = "Weights share out answers."
speak = "What do weights share out?"

[[measure]]
id = "share"
kind = "crowd"
crowd = "canary"
find = "fetch-share canary"

[[measure]]
id = "quarter"
kind = "crowd"
crowd = "canary"
find = "fetch-share canary"
knobs = { share = 25 }

[[step]]
id = "turn"
view = "population"
crowd = "canary"
client = "laptop"
question = "www.example.com A"
knobs = ["share"]
knob_start = { share = 5 }
solution = ["press", "knob share 50", "run"]

[step.action]
label = "Run"
acts = ["run"]

[step.goal]
text = "Give the canary half of the answers."
all = ["crowd-ran 2", "figure share 48 52", "knob share 50 50"]
"#;

const TEXT: &str =
    "## Turn it {#turn}\n\nIt gets [[figure:share]]. [[knob:share]]\n\n---\n\nWhy.\n";

fn lesson(toml: &str) -> Result<Lesson, String> {
    parse_lesson(&ContentFolder::shipped(), "01_weights", toml, TEXT).map_err(|errors| {
        let lines: Vec<String> = errors.iter().map(ToString::to_string).collect();
        lines.join("\n")
    })
}

fn is_met(lesson: &Lesson, crowd: CrowdSeen<'_>, share: f64) -> bool {
    let timeline = lesson.open_step(0, &lesson.opening_knobs(0));
    lesson.steps[0].goal.is_met(&GoalInput {
        timeline: &timeline,
        seen: 0,
        knobs: &[("share".to_owned(), share)].into(),
        predicted: false,
        crowd,
    })
}

#[test]
fn a_step_about_a_crowd_is_met_by_its_runs_and_by_nothing_less() {
    let lesson = lesson(TOML).expect("it is sound");
    assert_eq!(lesson.steps[0].view, View::Population);
    assert_eq!(lesson.opening_knobs(0)["share"], 5.0);
    let runs = lesson.solve_crowd(0);
    assert_eq!(runs.len(), 2);
    assert_eq!(runs[0].knobs["share"], 5.0);
    assert!(is_met(&lesson, seen(&lesson, &runs), 50.0));
    assert!(!is_met(&lesson, CrowdSeen::default(), 50.0));
    assert!(
        !is_met(&lesson, seen(&lesson, &runs[1..]), 50.0),
        "one run is too few"
    );
    let twice = [runs[1].clone(), runs[0].clone()];
    assert!(
        !is_met(&lesson, seen(&lesson, &twice), 50.0),
        "the last run counts"
    );
}

#[test]
fn prose_quotes_figures_of_the_crowd_at_the_knobs() {
    let lesson = lesson(TOML).expect("it is sound");
    let knobs = lesson.opening_knobs(0);
    let timeline = lesson.open_step(0, &knobs);
    for (id, low, high) in [("share", 4.0, 6.0), ("quarter", 24.0, 26.0)] {
        let figure = lesson.figure(id, &timeline, &knobs).expect("it is found");
        let percent = figure.number().expect("a number");
        assert!((low..=high).contains(&percent), "{id}: {figure}");
    }
    let request = lesson
        .figure_request("quarter", &knobs)
        .expect("it is about a crowd");
    assert_eq!(request.knobs["share"], 25.0);
    let run = request.run().expect("it runs");
    let read = lesson.figure_of("quarter", &run);
    assert_eq!(read, lesson.figure("quarter", &timeline, &knobs));
    assert!(matches!(read, Ok(Figure::Share(_))));
}

#[test]
fn faults_of_steps_about_crowds_are_told() {
    for (right, wrong, told) in [
        (
            "crowd = \"canary\"\nclient",
            "crowd = \"crow\"\nclient",
            "there is no crowd “crow”",
        ),
        (
            "crowd = \"canary\"\nclient",
            "client",
            "name a `crowd` in this step",
        ),
        (
            "find = \"fetch-share canary\"",
            "find = \"luck\"",
            "“luck” is no figure",
        ),
        (
            "figure share 48",
            "figure quarter 48",
            "“quarter” is no [[measure]]",
        ),
        (
            "figure share 48",
            "figure fun 48",
            "“fun” is no [[measure]]",
        ),
        (
            "knobs = [\"share\"]",
            "knobs = [\"dial\"]",
            "there is no knob “dial”",
        ),
        (
            "\"population\"",
            "\"crowd\"",
            "write hierarchy, sequence, map or population",
        ),
    ] {
        let toml = TOML.replacen(right, wrong, 1);
        assert_ne!(toml, TOML, "{right}");
        let problem = lesson(&toml).expect_err(wrong);
        assert!(problem.contains(told), "{wrong}: {problem}");
    }
}

#[test]
fn every_scenario_names_what_is_there() {
    let course = shipped();
    assert!(!course.scenarios.is_empty());
    let mut ids = Vec::new();
    for scenario in &course.scenarios {
        let id = &scenario.id;
        assert!(!ids.contains(&id), "{id} is there twice");
        ids.push(id);
        let crowd = crowd_source(&scenario.crowd).expect(id);
        assert!(!scenario.knobs.is_empty(), "{id}");
        for knob in &scenario.knobs {
            assert!(crowd.knob(knob).is_some(), "{id}: {knob}");
        }
        assert!(
            ["hierarchy", "sequence", "map", "population"].contains(&scenario.view.as_str()),
            "{id}"
        );
        let question = parse_question(&scenario.question).expect(id);
        let mut timeline = Timeline::new(world_source(&scenario.world).expect(id).build(1));
        let asked =
            timeline.intervene(SimTime::ZERO, Intervention::ask(&scenario.client, question));
        assert!(asked.is_ok(), "{id}: {asked:?}");
        if let Some(lesson) = &scenario.lesson {
            assert!(course.lesson(lesson).is_some(), "{id}: {lesson}");
        }
    }
}
