//! What is known of the course before any lesson is read: enough for the catalogue, the
//! progress and the way from lesson to lesson. It is a file of its own, which comes first.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::practice::ProblemOutline;

/// All lessons in order, without their contents.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
pub struct Outline {
    /// The chapters.
    pub chapters: Vec<ChapterOutline>,
    /// What the lab page offers to open.
    pub scenarios: Vec<ScenarioOutline>,
    /// The practice problems, the easiest first.
    pub problems: Vec<Arc<ProblemOutline>>,
}

/// A scenario of the lab page: a world and a crowd with a view to begin with.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ScenarioOutline {
    /// Stable identifier, used in links: lower case and hyphens.
    pub id: String,
    /// What the page calls it.
    pub title: String,
    /// One sentence about it.
    pub summary: String,
    /// The id of its world.
    pub world: String,
    /// The id of its crowd.
    pub crowd: String,
    /// The view it opens with: `hierarchy`, `sequence`, `map` or `population`.
    pub view: String,
    /// The client of the world that asks.
    pub client: String,
    /// What it asks, such as `www.example.com A`.
    pub question: String,
    /// The id of the lesson about it, once there is one.
    pub lesson: Option<String>,
    /// The ids of the crowd's knobs that are shown first.
    pub knobs: Vec<String>,
}

/// Lessons about one theme.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct ChapterOutline {
    /// What the page calls it.
    pub title: String,
    /// Its lessons in order.
    pub lessons: Vec<Arc<LessonOutline>>,
}

/// A lesson without its contents.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct LessonOutline {
    /// As [`Lesson::id`](super::Lesson::id).
    pub id: String,
    /// As [`Lesson::title`](super::Lesson::title).
    pub title: String,
    /// As [`Lesson::summary`](super::Lesson::summary).
    pub summary: String,
    /// As [`Lesson::minutes`](super::Lesson::minutes).
    pub minutes: u32,
    /// As [`Lesson::world`](super::Lesson::world).
    pub world: String,
    /// The ids of the crowds its steps are about.
    pub crowds: Vec<String>,
    /// The ids of its steps in order.
    pub steps: Vec<String>,
    /// How many review questions it has.
    pub reviews: usize,
}

impl Outline {
    /// The scenario with an id.
    pub fn scenario(&self, id: &str) -> Option<&ScenarioOutline> {
        self.scenarios.iter().find(|scenario| scenario.id == id)
    }

    /// All lessons in the order they are taught.
    pub fn lessons(&self) -> impl Iterator<Item = &Arc<LessonOutline>> {
        self.chapters.iter().flat_map(|chapter| &chapter.lessons)
    }

    /// The lesson with an id.
    pub fn lesson(&self, id: &str) -> Option<&Arc<LessonOutline>> {
        self.lessons().find(|lesson| lesson.id == id)
    }

    /// The lesson taught after another.
    pub fn next(&self, id: &str) -> Option<&Arc<LessonOutline>> {
        self.lessons().skip_while(|lesson| lesson.id != id).nth(1)
    }
}
