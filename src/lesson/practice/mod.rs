//! Practice problems: a situation, an answer in records, policies and acts over time, and a
//! verdict that comes from running the answer.
//!
//! A problem is a folder below `lessons/practice` with a `problem.toml`, a `text.md` and the
//! crowds it is tried on. [`unpack_problem`] reads what the page fetches, `practice_problems`
//! what is shipped, natively. An [`Answer`] is what the learner typed; [`Plan::read`] finds out
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
mod file;
mod grade;
mod grading_run;
mod moment;
mod plan;
mod probe;
mod problem;
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
pub use file::unpack_problem;
pub use grade::{Evidence, Grading, Report, Trial, Verdict};
pub use grading_run::GradingRun;
pub use moment::Moment;
pub use plan::{Plan, PlanAct, Stage, Users};
pub use probe::{Probe, ProbeResult};
pub use problem::{
    Ask, Difficulty, Machine, Passage, Place, PracticeOption, PracticeQuestion, Problem,
    ProblemOutline, Run, StoredAnswer,
};
