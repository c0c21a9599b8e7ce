//! What is said of answers that cannot be run.

use dns_lab::lesson::practice::{AddressRow, Answer, CheckRow, Part, TimelineRow};
use proptest::prelude::*;

use crate::support::{faults, problem, problems, told};

fn row(at: &str, act: &str) -> TimelineRow {
    TimelineRow {
        at: at.to_owned(),
        act: act.to_owned(),
    }
}

fn answer(zone: &str, timeline: Vec<TimelineRow>) -> Answer {
    Answer {
        users: "app.example.com".to_owned(),
        zone: zone.to_owned(),
        timeline,
        ..Answer::default()
    }
}

#[test]
fn an_empty_answer_is_told_what_to_write_first() {
    for problem in problems() {
        for answer in [Answer::default(), problem.start.clone()] {
            let found = faults(&problem, &answer);
            assert!(!found.is_empty(), "{}", problem.id());
            let told = told(&found);
            assert!(
                told.contains("write") || told.contains("add"),
                "{}: {told}",
                problem.id()
            );
        }
    }
}

#[test]
fn faults_are_told_with_their_place() {
    let problem = problem("stable-name");
    let good = "app 3600 A 11.22.33.44\n";
    let cases = [
        (answer("app 3600 A 11.22.33\n", vec![]), Part::Zone(Some(1))),
        (
            answer("app 3600 A 11.22.33.44\nweb BOO 1\n", vec![]),
            Part::Zone(Some(2)),
        ),
        (answer("web 3600 A 11.22.33.44\n", vec![]), Part::Zone(None)),
        (answer("app 3600 A 11.22.33.45\n", vec![]), Part::Zone(None)),
        (
            answer(good, vec![row("soon", "ttl app 60")]),
            Part::Timeline(0),
        ),
        (
            answer(good, vec![row("0", "ttl app 60"), row("-9d", "ttl app 60")]),
            Part::Timeline(1),
        ),
        (
            answer(good, vec![row("0", "switch app")]),
            Part::Timeline(0),
        ),
        (
            answer(good, vec![row("0", "ttl web 60")]),
            Part::Timeline(0),
        ),
        (
            answer(good, vec![row("0", "set app A 1.2.3")]),
            Part::Timeline(0),
        ),
        (
            answer(good, vec![row("0", "stop 9.9.9.9")]),
            Part::Timeline(0),
        ),
        (
            Answer {
                users: "www.example.org".to_owned(),
                ..answer(good, vec![])
            },
            Part::Users,
        ),
        (
            Answer {
                policy: "fastest".to_owned(),
                ..answer(good, vec![])
            },
            Part::Policy,
        ),
        (
            Answer {
                check: CheckRow {
                    preset: "route53-10s".to_owned(),
                    interval: "often".to_owned(),
                    ..CheckRow::default()
                },
                ..answer(good, vec![])
            },
            Part::Check,
        ),
        (
            Answer {
                addresses: vec![AddressRow {
                    address: "11.22.33.44".to_owned(),
                    weight: "much".to_owned(),
                    ..AddressRow::default()
                }],
                ..answer(good, vec![])
            },
            Part::Address(0),
        ),
    ];
    for (answer, part) in cases {
        let found = faults(&problem, &answer);
        assert!(!told(&found).contains('`'), "{}", told(&found));
        assert!(
            found.iter().any(|fault| fault.part == part),
            "{answer:?} should be told at {part:?}: {}",
            told(&found)
        );
    }
}

#[test]
fn several_faults_are_told_at_once() {
    let problem = problem("stable-name");
    let answer = Answer {
        policy: "fastest".to_owned(),
        ..answer("app A\n", vec![])
    };
    assert_eq!(faults(&problem, &answer).len(), 2);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    // What was typed is told in quotation marks: nothing draws other marks beside a field.
    #[test]
    fn noise_is_told_in_plain_words_and_never_panics(
        users in "\\PC{0,20}",
        zone in "([a-z@. ]{0,8}( 60| 3600)?( IN)?( A| CNAME| TXT| MX)? ?[0-9a-z.\"();:]{0,16}\n){0,4}",
        at in "[-+0-9a-z ]{0,6}",
        act in "(ttl|set|remove|stop|policy|weight)?[ a-zA-Z0-9.:]{0,24}",
        noise in "\\PC{0,30}",
    ) {
        for problem in problems() {
            let answer = Answer {
                users: users.clone(),
                zone: format!("app 60 A 11.22.33.44\n{zone}"),
                policy: noise.clone(),
                timeline: vec![row(&at, &act), row(&noise, &noise)],
                check: CheckRow { preset: noise.clone(), ..CheckRow::default() },
                ..Answer::default()
            };
            let other = Answer { policy: String::new(), check: CheckRow::default(), ..answer.clone() };
            for answer in [answer, other] {
                let told = told(&faults(&problem, &answer));
                let is_typed = format!("{answer:?}").contains('`');
                prop_assert!(is_typed || !told.contains('`'), "{}", told);
            }
        }
    }
}

/// Texts with marks are read into pieces, where code has none any more. A mark that is still there
/// stands in a text that is shown as it was written.
#[test]
fn no_text_of_a_problem_shows_the_marks_it_was_written_with() {
    for problem in problems() {
        let debug = format!("{problem:?}");
        let at = debug.find('`').map(|at| &debug[at.saturating_sub(80)..]);
        let shown: Option<String> = at.map(|text| text.chars().take(160).collect());
        assert_eq!(shown, None, "{}", problem.id());
    }
}
