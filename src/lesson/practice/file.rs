//! `problem.toml`: the raw shape. What it means is read in `read.rs`.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::super::LessonError;
use super::super::error::Problems;
use super::read;
use super::{Answer, Ask, Difficulty, Problem};
use crate::dns::Name;
use crate::scenario::data_file::{Located, read_data_file};

/// `problem.toml` as written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ProblemFile {
    /// The version of the format, 1.
    pub(super) format: u32,
    pub(super) id: Located,
    pub(super) title: String,
    pub(super) summary: String,
    pub(super) difficulty: Difficulty,
    pub(super) minutes: u32,
    /// Ids of the syllabus rows it practises; read by whoever counts what is covered.
    #[serde(rename = "covers")]
    pub(super) _covers: Vec<String>,
    pub(super) origin: Name,
    /// The first lines of the zone.
    pub(super) head: String,
    pub(super) users: Option<String>,
    /// What happens at moment zero.
    pub(super) zero: String,
    pub(super) from: Located,
    pub(super) until: Located,
    pub(super) asks: Vec<Ask>,
    #[serde(default)]
    pub(super) start: Answer,
    #[serde(default)]
    pub(super) place: Vec<PlaceFile>,
    #[serde(default)]
    pub(super) question: Vec<QuestionFile>,
    pub(super) run: Vec<RunFile>,
    #[serde(default)]
    pub(super) probe: Vec<ProbeFile>,
    pub(super) criterion: Vec<CriterionFile>,
    pub(super) answer: Vec<AnswerFile>,
    pub(super) hints: Vec<Located>,
}

/// `[[place]]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PlaceFile {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) latitude: f64,
    pub(super) longitude: f64,
    /// Milliseconds by region.
    #[serde(default)]
    pub(super) latency: BTreeMap<String, f64>,
}

/// `[[question]]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct QuestionFile {
    pub(super) id: String,
    pub(super) question: Located,
    pub(super) options: Vec<OptionFile>,
}

/// An option of a question.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct OptionFile {
    pub(super) id: String,
    pub(super) text: Located,
    #[serde(default)]
    pub(super) correct: bool,
    pub(super) reason: String,
}

/// `[[run]]`: its crowd is `<id>.toml` beside `problem.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RunFile {
    pub(super) id: Located,
    pub(super) title: String,
    #[serde(default)]
    pub(super) hidden: bool,
    /// What happens may come later by up to this.
    pub(super) shift: Option<Located>,
}

/// `[[probe]]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ProbeFile {
    pub(super) title: String,
    pub(super) resolver: std::net::IpAddr,
    /// The network of the client, if the resolver tells it.
    pub(super) told: Option<Located>,
    /// Ids of machines; none if any will do.
    #[serde(default)]
    pub(super) to: Vec<Located>,
    pub(super) wanted: String,
    #[serde(default)]
    pub(super) hidden: bool,
}

/// `[[criterion]]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CriterionFile {
    pub(super) id: Located,
    pub(super) title: String,
    /// `users name`, `share to ID`, `share dead`, `share unresolved`, `share lost`, `queries`,
    /// `probes`, `choice ID` or `stopped ID`.
    pub(super) check: Located,
    /// The limit of a share or of queries.
    pub(super) most: Option<f64>,
    /// Whether the share of a whole window counts.
    #[serde(default)]
    pub(super) mean: bool,
    /// The time queries are counted in: `minute`, `hour` or `day`.
    pub(super) per: Option<Located>,
    /// The latest moment of a stop.
    pub(super) by: Option<Located>,
    /// Where a share or queries count; everywhere if there is none.
    #[serde(default)]
    pub(super) windows: Vec<WindowFile>,
    pub(super) good: String,
    pub(super) bad: String,
    #[serde(default)]
    pub(super) belief: String,
    #[serde(default)]
    pub(super) cause: Vec<CauseFile>,
}

/// A window: `run` is the id of a run, or missing for all.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WindowFile {
    pub(super) run: Option<Located>,
    pub(super) from: Located,
    pub(super) to: Located,
}

/// `[[criterion.cause]]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CauseFile {
    pub(super) id: String,
    pub(super) when: Located,
    pub(super) say: String,
    #[serde(default)]
    pub(super) belief: String,
}

/// `[[answer]]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AnswerFile {
    pub(super) title: String,
    pub(super) about: String,
    /// Criteria and causes: `moved: late`; a criterion alone where no cause is known.
    #[serde(default)]
    pub(super) fails: Vec<Located>,
    #[serde(default)]
    pub(super) may_fail: Vec<Located>,
    pub(super) answer: Answer,
}

/// Reads a problem from its files; `folder` is the folder's name.
///
/// # Errors
/// Everything that is wrong, not only the first thing.
pub(super) fn read_problem(
    folder: &str,
    toml: &str,
    text: &str,
    crowds: &BTreeMap<String, String>,
) -> Result<Problem, Vec<LessonError>> {
    let mut problems = Problems::new(&format!("practice/{folder}/problem.toml"), toml);
    match read_data_file::<ProblemFile>(toml) {
        Ok(file) => read::read(folder, file, toml, text, crowds),
        Err(error) => {
            problems.add_fault(error);
            Err(problems.into_found())
        }
    }
}
