//! The course: lessons as data, read strictly, played on the engine, and graded by its trace.
//!
//! A lesson is a folder with a `lesson.toml` (what happens) and a `text.md` (what is said).
//! With the feature `author`, `course()` reads all of them and returns every problem at once. The
//! page fetches what was written of that in packed form, first the [`Outline`] of the course, then
//! the lessons it needs, and only reads it: [`read_outline`], [`read_lesson`]. A [`Lesson`] opens its
//! steps as [`Timeline`](crate::engine::Timeline)s; a [`Goal`] is met by what happened there
//! and nothing else. [`Progress`] is what the page keeps between visits.
//!
//! A step may be about a crowd ([`Step::crowd`]). What it does comes from a run, which takes
//! longer than a frame: [`Lesson::crowd_request`] and [`Lesson::figure_request`] say what is to be
//! run, and [`CrowdRun`]s answer goals and figures.
//!
//! Not here: how anything looks (`scene`, `app`), and what day it is (passed in).
//!
//! The life of a step on the page:
//!
//! 1. [`Lesson::opening_knobs`] and [`Lesson::open_step`] give the world the learner finds.
//! 2. [`Step::text`] is shown. With a [`Step::predict`], the learner commits to an option
//!    first; then [`Lesson::run_prediction`] gives the session that shows who was right.
//! 3. Then, or at once where nothing is to be predicted, the learner presses [`Step::action`]
//!    ([`perform`] at the playhead), drags a knob that stands in [`Step::knobs`]
//!    ([`Lesson::rebuild`]) or acts freely on the stage. A knob that is only named in the
//!    text shows its value and cannot be moved there.
//!    When a knob moves, the session is another one: count it as seen as far as the
//!    playhead now stands.
//! 4. [`Goal::is_met`] is asked after every change of trace, playhead or knob. When it is,
//!    [`Step::why`] is shown and the step is noted in [`Progress`].

mod act;
#[cfg(feature = "author")]
mod content;
mod course;
mod crowd;
#[cfg(feature = "author")]
mod error;
mod figure;
#[cfg(feature = "author")]
mod file;
mod goal;
#[cfg(feature = "author")]
mod knob;
#[cfg(feature = "author")]
mod markdown;
#[cfg(feature = "author")]
mod measure;
mod outline;
mod packed;
mod play;
pub mod practice;
mod progress;
#[cfg(feature = "author")]
mod shell;
#[cfg(feature = "author")]
mod site;
mod text;

pub use act::{Act, When, perform};
#[cfg(feature = "author")]
pub use content::{LessonFiles, course, course_of, lesson_files, parse_lesson, read_course};
pub use course::{
    Chapter, Choice, Course, Lesson, LessonMeasure, Predict, RfcLink, SolutionMove, Step,
    StepAction, View,
};
pub use crowd::{CrowdRequest, CrowdRun};
#[cfg(feature = "author")]
pub use error::LessonError;
pub use figure::{FigureKind, FigureSearch, SessionData};
pub use goal::{Condition, CrowdSeen, EventName, Goal, GoalInput, OutcomeName};
pub use outline::{ChapterOutline, LessonOutline, Outline, ScenarioOutline};
pub use packed::{read_lesson, read_outline};
#[cfg(feature = "author")]
pub use packed::{write_lesson, write_outline};
pub use progress::{
    DueReview, LessonProgress, Prediction, ProblemProgress, Progress, REVIEW_AFTER_DAYS,
    ReviewState, due_reviews,
};
#[cfg(feature = "author")]
pub use shell::shell_html;
#[cfg(feature = "author")]
pub use site::{SiteFiles, site_files};
pub use text::{Block, Inline, LinkTarget, plain_text};
