//! Course, chapters, lessons and steps as the page sees them: checked and typed.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use super::practice::Problem;
use super::{Act, Block, ChapterOutline, Goal, Inline, LessonOutline, Outline, ScenarioOutline};
use crate::dns::{Question, Rtype, rtype_numbers};
use crate::scenario::crowd::CrowdSource;
use crate::scenario::{Knob, Measure, WorldSource};

/// All lessons in order.
#[derive(Clone, Debug, Default)]
pub struct Course {
    /// The chapters.
    pub chapters: Vec<Chapter>,
    /// What the lab page offers.
    pub scenarios: Vec<ScenarioOutline>,
}

impl Course {
    /// All lessons in the order they are taught.
    pub fn lessons(&self) -> impl Iterator<Item = &Arc<Lesson>> {
        self.chapters.iter().flat_map(|chapter| &chapter.lessons)
    }

    /// The lesson with an id.
    pub fn lesson(&self, id: &str) -> Option<&Arc<Lesson>> {
        self.lessons().find(|lesson| lesson.id == id)
    }

    /// The course without the contents of its lessons, and with practice problems.
    pub fn outline(&self, problems: &[Arc<Problem>]) -> Outline {
        let chapters = self.chapters.iter().map(|chapter| ChapterOutline {
            title: chapter.title.clone(),
            lessons: chapter.lessons.iter().map(|it| it.outline()).collect(),
        });
        Outline {
            chapters: chapters.collect(),
            scenarios: self.scenarios.clone(),
            problems: { problems.iter() }
                .map(|problem| Arc::clone(&problem.outline))
                .collect(),
        }
    }
}

/// Lessons about one theme.
#[derive(Clone, Debug)]
pub struct Chapter {
    /// What the page calls it.
    pub title: String,
    /// Its lessons in order.
    pub lessons: Vec<Arc<Lesson>>,
}

/// One lesson: a world and the steps through it.
#[derive(Clone, Debug)]
pub struct Lesson {
    /// Stable identifier, used in links and in progress: lower case and hyphens.
    pub id: String,
    /// What the page calls it.
    pub title: String,
    /// One sentence for the catalog.
    pub summary: String,
    /// How long it takes.
    pub minutes: u32,
    /// The id of its world.
    pub world: String,
    /// The seed of its world.
    pub seed: u64,
    /// Ids of the syllabus rows it teaches.
    pub covers: Vec<String>,
    /// The figures the learner can move.
    pub knobs: Vec<Knob>,
    /// The figures the text quotes, by id.
    pub measures: IndexMap<String, LessonMeasure>,
    /// The steps in order; never empty.
    pub steps: Vec<Step>,
    /// Questions that come back on later days.
    pub reviews: Vec<Predict>,
    /// One sentence to remember.
    pub takeaway: Vec<Inline>,
    /// One question to answer aloud.
    pub speak: Vec<Inline>,
    /// The rules behind the lesson.
    pub rfc: Vec<RfcLink>,
    /// The world the lesson starts from.
    pub(super) source: Arc<WorldSource>,
    /// The crowds its steps are about.
    pub(super) crowds: Vec<Arc<CrowdSource>>,
}

impl Lesson {
    /// The knob with an id.
    pub fn knob(&self, id: &str) -> Option<&Knob> {
        self.knobs.iter().find(|knob| knob.id == id)
    }

    /// The index of the step with an id.
    pub fn step_index(&self, id: &str) -> Option<usize> {
        self.steps.iter().position(|step| step.id == id)
    }

    /// What is known of it before it is read.
    fn outline(&self) -> Arc<LessonOutline> {
        Arc::new(LessonOutline {
            id: self.id.clone(),
            title: self.title.clone(),
            summary: self.summary.clone(),
            minutes: self.minutes,
            world: self.world.clone(),
            crowds: self.crowds.iter().map(|crowd| crowd.id.clone()).collect(),
            steps: self.steps.iter().map(|step| step.id.clone()).collect(),
            reviews: self.reviews.len(),
        })
    }

    /// The crowd of a step.
    pub fn crowd(&self, step: usize) -> Option<&Arc<CrowdSource>> {
        let id = self.steps.get(step)?.crowd.as_ref()?;
        self.crowds.iter().find(|crowd| crowd.id == *id)
    }

    /// The world as its files describe it.
    pub fn source(&self) -> &WorldSource {
        &self.source
    }
}

/// A figure of a lesson: a measure, and what it is taken of.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LessonMeasure {
    /// What to find.
    pub measure: Measure,
    /// Knob values that replace the learner's while it is taken, by knob id.
    pub knobs: BTreeMap<String, f64>,
    /// The id of another measure this one is divided by; the result is a whole number.
    pub over: Option<String>,
}

/// One step of a lesson.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Step {
    /// Its id within the lesson.
    pub id: String,
    /// Its heading.
    pub title: String,
    /// The situation and what to do: shown from the start.
    pub text: Vec<Block>,
    /// Why it went as it did: shown once the prediction was run or the goal is met. May be
    /// empty.
    pub why: Vec<Block>,
    /// What follows from it: shown only once the goal is met. May be empty.
    pub after: Vec<Block>,
    /// The view of the stage the step is best seen in.
    pub view: View,
    /// The id of the crowd it is about, if it is about one.
    pub crowd: Option<String>,
    /// Whether the crowd is run once the learner has committed to a prediction.
    pub runs_crowd: bool,
    /// The client the stage is about.
    pub client: String,
    /// The question the stage is about.
    pub question: Question,
    /// What has happened when the step opens.
    pub opening: Vec<Act>,
    /// The ids of the knobs the learner can move in this step, on the stage and in the text.
    pub knobs: Vec<String>,
    /// Knob values the step opens with where they are not the knob's own start, by id.
    pub knob_start: BTreeMap<String, f64>,
    /// The record types on display beside the text, the first one chosen; empty for none.
    #[serde(with = "rtype_numbers")]
    pub records: Vec<Rtype>,
    /// The button of the step.
    pub action: Option<StepAction>,
    /// What the learner commits to before `run`.
    pub predict: Option<Predict>,
    /// What happens after the learner has committed.
    pub run: Vec<Act>,
    /// When the step is done.
    pub goal: Goal,
    /// Help, from a question to nearly the answer.
    pub hints: Vec<Vec<Inline>>,
    /// A way to meet the goal.
    pub solution: Vec<SolutionMove>,
}

/// A view of the stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum View {
    /// The tree of servers.
    #[default]
    Hierarchy,
    /// The machines at their places on the globe.
    Map,
    /// Messages over time.
    Sequence,
    /// What a crowd does.
    Population,
}

/// A button that does something in the world.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StepAction {
    /// What it says.
    pub label: String,
    /// What it does, from the playhead on; see [`perform`](super::perform).
    pub acts: Vec<Act>,
    /// Whether it runs the step's crowd.
    pub runs_crowd: bool,
}

/// A question with options, asked before a run or as a review. The page adds "I don't know".
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Predict {
    /// The question.
    pub question: Vec<Inline>,
    /// Three or four options, exactly one of them correct.
    pub options: Vec<Choice>,
}

impl Predict {
    /// The index of the correct option.
    pub fn correct(&self) -> usize {
        self.options
            .iter()
            .position(|option| option.is_correct)
            .unwrap_or(0)
    }
}

/// One option of a question.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Choice {
    /// What it says.
    pub text: Vec<Inline>,
    /// Whether it is the one the engine proves right.
    pub is_correct: bool,
    /// Why it is right or wrong; shown after the run.
    pub reason: Vec<Inline>,
}

/// A section of an RFC.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RfcLink {
    /// The number of the RFC.
    pub number: u16,
    /// The section, such as `5.3.3`.
    pub section: Option<String>,
}

impl RfcLink {
    /// Where it can be read.
    pub fn url(&self) -> String {
        let page = format!("https://www.rfc-editor.org/rfc/rfc{}", self.number);
        match &self.section {
            Some(section) => format!("{page}#section-{section}"),
            None => page,
        }
    }
}

/// As prose writes it: `RFC 1034 §5.3.3`.
impl fmt::Display for RfcLink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RFC {}", self.number)?;
        match &self.section {
            Some(section) => write!(f, " §{section}"),
            None => Ok(()),
        }
    }
}

/// One move of a stored solution.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum SolutionMove {
    /// Commit to the correct option and let it run.
    Predict,
    /// Press the step's button at the end of the session.
    Press,
    /// Run the step's crowd with the knobs where they stand.
    Run,
    /// Move a knob.
    Knob {
        /// Which.
        id: String,
        /// To where.
        value: f64,
    },
    /// Do something on the stage.
    Act(Act),
}
