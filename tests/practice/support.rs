//! The shipped problems, and trying an answer on them.

use std::sync::Arc;

use dns_lab::lesson::practice::{
    Answer, AnswerFault, Grading, Problem, Report, StoredAnswer, practice_problems,
};

pub(crate) fn problems() -> Vec<Arc<Problem>> {
    match practice_problems() {
        Ok(problems) => problems,
        Err(errors) => {
            let errors: Vec<String> = errors.iter().map(ToString::to_string).collect();
            panic!("{}", errors.join("\n"))
        }
    }
}

pub(crate) fn problem(id: &str) -> Arc<Problem> {
    let found = problems().into_iter().find(|problem| problem.id() == id);
    found.unwrap_or_else(|| panic!("there is a problem {id}"))
}

pub(crate) fn try_answer(problem: &Arc<Problem>, answer: &Answer, round: u32) -> Report {
    let grading = Grading::new(Arc::clone(problem), answer, round);
    let grading = grading.unwrap_or_else(|faults| panic!("{}", told(&faults)));
    grading.run_all().expect("it can be simulated")
}

pub(crate) fn faults(problem: &Arc<Problem>, answer: &Answer) -> Vec<AnswerFault> {
    match Grading::new(Arc::clone(problem), answer, 0) {
        Ok(_) => Vec::new(),
        Err(faults) => faults,
    }
}

pub(crate) fn told(faults: &[AnswerFault]) -> String {
    let lines: Vec<String> = faults.iter().map(ToString::to_string).collect();
    lines.join("\n")
}

pub(crate) fn right(problem: &Problem) -> impl Iterator<Item = &StoredAnswer> {
    problem.answers.iter().filter(|answer| answer.is_right())
}

pub(crate) fn wrong(problem: &Problem) -> impl Iterator<Item = &StoredAnswer> {
    problem.answers.iter().filter(|answer| !answer.is_right())
}

/// What was said of each criterion that is not met, or of all.
pub(crate) fn sentences(report: &Report, only_unmet: bool) -> String {
    let verdicts = report.verdicts.iter();
    let verdicts = verdicts.filter(|verdict| !(only_unmet && verdict.is_met));
    let lines: Vec<String> = verdicts
        .map(|it| {
            let cause = it.cause.as_deref().unwrap_or("-");
            format!(
                "  {} {} ({cause}): {}",
                it.is_met, it.criterion, it.sentence
            )
        })
        .collect();
    lines.join("\n")
}
