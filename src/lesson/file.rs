//! `lesson.toml`: the raw shape. What it means is read in [`build`].

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Deserialize;

use super::error::Problems;
use super::knob::KnobFile;
use super::measure::MeasureFile;
use super::{Lesson, LessonError};
use crate::scenario::crowd::{CrowdError, CrowdSource};
use crate::scenario::data_file::{Located, read_data_file};
use crate::scenario::{WorldError, WorldSource};

#[path = "build.rs"]
mod build;

/// Text with the place where it stands.
pub(super) type Text = Located;

/// `lesson.toml` as written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct LessonFile {
    /// The version of the format, 1.
    format: u32,
    /// As [`Lesson::id`].
    id: Text,
    /// As [`Lesson::title`].
    title: String,
    /// As [`Lesson::summary`].
    summary: String,
    /// As [`Lesson::minutes`].
    minutes: u32,
    /// As [`Lesson::world`].
    world: Text,
    /// As [`Lesson::seed`].
    seed: u64,
    /// As [`Lesson::covers`].
    covers: Vec<String>,
    /// As [`Lesson::takeaway`].
    takeaway: Text,
    /// As [`Lesson::speak`].
    speak: Text,
    /// As [`Lesson::rfc`], each such as `1034#5.3.3`.
    #[serde(default)]
    rfc: Vec<Text>,
    /// As [`Lesson::knobs`].
    #[serde(default)]
    knob: Vec<KnobFile>,
    /// As [`Lesson::measures`].
    #[serde(default)]
    measure: Vec<MeasureFile>,
    /// As [`Lesson::steps`].
    step: Vec<StepFile>,
    /// As [`Lesson::reviews`].
    #[serde(default)]
    review: Vec<QuestionFile>,
}

/// `[[step]]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct StepFile {
    /// The anchor of its heading in `text.md`.
    id: Text,
    /// `hierarchy`, `sequence`, `map` or `population`.
    view: Option<Text>,
    /// As [`Step::crowd`](super::Step::crowd).
    crowd: Option<Text>,
    /// As [`Step::client`](super::Step::client).
    client: Text,
    /// As [`Step::question`](super::Step::question), such as `www.example.com A`.
    question: Text,
    /// As [`Step::opening`](super::Step::opening), an act each.
    #[serde(default)]
    opening: Vec<Text>,
    /// As [`Step::knobs`](super::Step::knobs).
    #[serde(default)]
    knobs: Vec<Text>,
    /// As [`Step::knob_start`](super::Step::knob_start).
    #[serde(default)]
    knob_start: BTreeMap<String, f64>,
    /// As [`Step::records`](super::Step::records), such as `MX`.
    #[serde(default)]
    records: Vec<Text>,
    /// As [`Step::action`](super::Step::action).
    action: Option<ActionFile>,
    /// As [`Step::predict`](super::Step::predict).
    predict: Option<QuestionFile>,
    /// As [`Step::run`](super::Step::run), an act each, or `run` for the step's crowd.
    #[serde(default)]
    run: Vec<Text>,
    /// As [`Step::goal`](super::Step::goal).
    goal: GoalFile,
    /// As [`Step::hints`](super::Step::hints).
    #[serde(default)]
    hints: Vec<Text>,
    /// As [`Step::solution`](super::Step::solution): `predict`, `press`, `run`,
    /// `knob ID VALUE` or an act.
    solution: Vec<Text>,
}

/// `[step.action]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ActionFile {
    /// What the button says.
    label: String,
    /// What it does, an act each, or `run` for the step's crowd.
    acts: Vec<Text>,
}

/// `[step.predict]` and `[[review]]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct QuestionFile {
    /// The question.
    question: Text,
    /// The options.
    options: Vec<OptionFile>,
}

/// An option of a question.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct OptionFile {
    /// What it says.
    text: Text,
    /// Whether it is the correct one.
    #[serde(default)]
    correct: bool,
    /// Why it is right or wrong.
    reason: Text,
}

/// `[step.goal]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct GoalFile {
    /// What the learner is to do.
    text: Text,
    /// What must hold, a condition each.
    all: Vec<Text>,
}

/// How the crowd of an id is found.
pub(super) type FindCrowd<'a> = dyn Fn(&str) -> Result<Arc<CrowdSource>, Vec<CrowdError>> + 'a;

/// Reads a lesson from its two files; `folder` is the folder's name, `find_world` finds the world
/// and `find_crowd` the crowd with an id.
///
/// # Errors
/// Everything that is wrong, not only the first thing.
pub(super) fn read_lesson(
    folder: &str,
    toml: &str,
    text: &str,
    find_world: impl FnOnce(&str) -> Result<Arc<WorldSource>, Vec<WorldError>>,
    find_crowd: &FindCrowd<'_>,
) -> Result<Lesson, Vec<LessonError>> {
    let mut problems = Problems::new(&format!("{folder}/lesson.toml"), toml);
    match read_data_file::<LessonFile>(toml) {
        Ok(file) => {
            let world = find_world(&file.world.text);
            build::build(world, find_crowd, folder, file, toml, text)
        }
        Err(error) => {
            problems.add_fault(error);
            Err(problems.into_found())
        }
    }
}
