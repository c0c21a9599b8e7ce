//! Practice problems: a situation, an answer in records, policies and acts over time, and a
//! verdict that comes from running the answer.
//!
//! A problem is a folder below `lessons/practice` with a `problem.toml`, a `text.md` and the
//! crowds it is tried on. With the feature `author`, `practice_problems` reads what is shipped; the
//! page reads it in packed form, with [`read_problem`]. An [`Answer`] is what the learner typed; [`Plan::read`] finds out
//! what it means or tells what is wrong, and [`Grading`] runs it: against the crowds the
//! learner was told of and against hidden ones. A [`Report`] has a [`Verdict`] for each
//! criterion with what shows it: a curve, or where single questions were sent.
//!
//! Not here: how any of it looks (`scene`, `app`).

mod answer;
mod cause;
#[cfg(feature = "author")]
mod content;
mod criterion;
mod curve;
#[cfg(feature = "author")]
mod file;
mod grade;
mod grading_run;
mod moment;
mod plan;
mod probe;
mod problem;
#[cfg(feature = "author")]
mod read;
mod trial;

pub use answer::{
    AddressRow, Answer, AnswerFault, Attempt, CheckRow, LONGEST_ANSWER, MAX_ROWS, Part,
    TimelineRow, UnreadableAttempt,
};
pub use cause::Cause;
#[cfg(feature = "author")]
pub use content::{practice_problems, problems_of};
pub use criterion::{Check, Criterion, KnownCause, Remark, ShareOf, Window};
pub use curve::{Curve, CurveUnit};
pub use grade::{Evidence, Grading, Report, Trial, Verdict};
pub use grading_run::GradingRun;
pub use moment::Moment;
pub use plan::{Plan, PlanAct, Stage, Users};
pub use probe::{Probe, ProbeResult};
pub use problem::{
    Ask, Difficulty, Machine, Passage, Place, PracticeOption, PracticeQuestion, Problem,
    ProblemOutline, Run, StoredAnswer,
};

use crate::scenario::packed::{FileFault, FileKind, read_file};

/// Reads a problem's file.
///
/// # Errors
/// Why it is of no use.
pub fn read_problem(id: &str, octets: &[u8]) -> Result<Problem, FileFault> {
    let problem: Problem = read_file(FileKind::Problem, id, octets)?;
    if problem.id() == id {
        Ok(problem)
    } else {
        Err(FileFault::Misplaced)
    }
}

/// Writes a problem's file.
///
/// # Errors
/// If it has no packed form; a test sees to it that shipped problems have.
#[cfg(feature = "author")]
pub fn write_problem(problem: &Problem) -> Result<Vec<u8>, crate::scenario::packed::Damage> {
    crate::scenario::packed::write_file(FileKind::Problem, problem.id(), problem)
}
