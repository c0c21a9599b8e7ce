//! The answers that are stored with each problem.

use std::sync::Arc;

use dns_lab::lesson::practice::{Answer, Grading};

use crate::support::{problem, problems, right, sentences, try_answer, wrong};

#[test]
fn every_stored_right_answer_passes_on_every_round() {
    for problem in problems() {
        assert!(right(&problem).count() >= 2, "{} has two", problem.id());
        for stored in right(&problem) {
            for round in 0..3 {
                let report = try_answer(&problem, &stored.answer, round);
                assert!(
                    report.is_passed(),
                    "{}, “{}”, round {round}:\n{}",
                    problem.id(),
                    stored.title,
                    sentences(&report, false)
                );
            }
        }
    }
}

#[test]
fn every_stored_wrong_answer_fails_with_its_reason_and_nothing_else() {
    for problem in problems() {
        assert!(wrong(&problem).count() >= 5, "{} has five", problem.id());
        for stored in wrong(&problem) {
            let report = try_answer(&problem, &stored.answer, 0);
            let mut left = stored.fails.clone();
            for verdict in report.verdicts.iter().filter(|it| !it.is_met) {
                let id = &verdict.criterion;
                let cause = verdict.cause.clone().unwrap_or_default();
                match left.iter().position(|(known, _)| known == id) {
                    Some(index) => {
                        let (_, expected) = left.remove(index);
                        assert!(
                            expected.is_empty() || expected == cause,
                            "{}, “{}”: {id} fails because of `{cause}`, not `{expected}`:\n{}",
                            problem.id(),
                            stored.title,
                            sentences(&report, true)
                        );
                    }
                    None => assert!(
                        stored.may_fail.contains(id),
                        "{}, “{}” fails {id} besides:\n{}",
                        problem.id(),
                        stored.title,
                        sentences(&report, true)
                    ),
                }
                assert!(!verdict.sentence.contains('{'), "{}", verdict.sentence);
            }
            assert!(
                left.is_empty(),
                "{}, “{}” should fail {left:?}:\n{}",
                problem.id(),
                stored.title,
                sentences(&report, false)
            );
        }
    }
}

#[test]
fn the_same_answer_and_round_give_the_same_report_and_another_round_another_one() {
    for problem in problems() {
        let stored = right(&problem).next().expect("a right answer");
        let first = try_answer(&problem, &stored.answer, 0);
        assert_eq!(first, try_answer(&problem, &stored.answer, 0));
        assert_ne!(first, try_answer(&problem, &stored.answer, 1));
    }
}

#[test]
fn runs_done_one_by_one_give_the_same_report_as_all_at_once() {
    let problem = problem("stable-name");
    let stored = right(&problem).next().expect("a right answer");
    let grading = Grading::new(Arc::clone(&problem), &stored.answer, 0);
    let mut grading = grading.expect("it can be read");
    let mut done = 0;
    while let Some(trial) = grading.next_run().expect("it can be run") {
        assert_eq!(grading.progress(), (done, problem.runs.len()));
        grading.put(trial.run, trial.run().expect("it can be simulated"));
        done += 1;
    }
    let report = grading.report().expect("all is there");
    assert_eq!(report, try_answer(&problem, &stored.answer, 0));
}

#[test]
fn hidden_users_decide_where_the_stated_ones_do_not() {
    // Three hours after the switch all stated users have left the old server.
    let problem = problem("stable-name");
    let stored = right(&problem).next().expect("a right answer");
    let mut answer = stored.answer.clone();
    for row in &mut answer.timeline {
        if row.act.starts_with("stop") {
            row.at = "+3h".to_owned();
        }
    }
    let report = try_answer(&problem, &answer, 0);
    let reached = report.verdicts.iter().find(|it| it.criterion == "reached");
    let reached = reached.expect("the criterion is there");
    assert!(!reached.is_met, "{}", sentences(&report, false));
    assert_eq!(reached.run.map(|(_, is_hidden)| is_hidden), Some(true));
}

#[test]
fn a_stored_answer_is_written_as_strictly_as_a_learner_may_write() {
    for problem in problems() {
        for stored in &problem.answers {
            let json = serde_json::to_string(&stored.answer).expect("it can be written");
            let again: Answer = serde_json::from_str(&json).expect("it reads back");
            assert_eq!(again, stored.answer);
        }
    }
}
