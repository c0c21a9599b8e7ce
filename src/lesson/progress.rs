//! What the page keeps between visits: steps done, predictions made, reviews due.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::Outline;
use crate::engine::order::sort_by_key;

/// The version of the stored text.
const FORMAT: u64 = 1;
/// The longest stored text that is read, in bytes.
const MAX_LENGTH: usize = 1024 * 1024;
/// Days between a right answer and the next time the question comes back.
pub const REVIEW_AFTER_DAYS: [u32; 3] = [1, 3, 7];

/// What a learner has done so far.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Progress {
    /// By lesson id.
    pub lessons: BTreeMap<String, LessonProgress>,
    /// Practice problems that were tried, by id.
    pub problems: BTreeMap<String, ProblemProgress>,
}

/// What a learner has done with a practice problem.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ProblemProgress {
    /// How many times an answer was run.
    pub tries: u32,
    /// The day on which an answer first passed, counted from any fixed day.
    pub passed_on: Option<u32>,
}

/// What a learner has done in one lesson.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct LessonProgress {
    /// The ids of the steps whose goal was met.
    pub done: BTreeSet<String>,
    /// The first prediction of each step, by step id.
    pub predictions: BTreeMap<String, Prediction>,
    /// The day on which the last step was done, counted from any fixed day.
    pub finished_on: Option<u32>,
    /// How far each review question has come, by its index.
    pub reviews: BTreeMap<usize, ReviewState>,
}

/// A prediction a learner committed to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Prediction {
    /// The option; `None` for "I don't know".
    pub choice: Option<usize>,
    /// Whether it was the correct one.
    pub is_right: bool,
}

/// How far a review question has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReviewState {
    /// How many times in a row it was answered correctly.
    pub right: usize,
    /// The day of the last answer.
    pub answered_on: u32,
}

/// A review question that is due.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DueReview {
    /// The lesson it belongs to.
    pub lesson: String,
    /// Its index among the lesson's reviews.
    pub review: usize,
    /// The day it became due.
    pub due_on: u32,
}

impl Progress {
    /// Notes that a step's goal was met. With the last step of `steps` the lesson is
    /// finished `today`.
    pub fn complete_step(&mut self, lesson: &str, step: &str, steps: usize, today: u32) {
        let entry = self.lessons.entry(lesson.to_owned()).or_default();
        entry.done.insert(step.to_owned());
        if entry.done.len() >= steps && entry.finished_on.is_none() {
            entry.finished_on = Some(today);
        }
    }

    /// Notes a prediction. Only the first one of a step counts.
    pub fn predict(&mut self, lesson: &str, step: &str, prediction: Prediction) {
        let entry = self.lessons.entry(lesson.to_owned()).or_default();
        entry
            .predictions
            .entry(step.to_owned())
            .or_insert(prediction);
    }

    /// Notes the answer to a review question: a wrong one starts it over.
    pub fn answer_review(&mut self, lesson: &str, review: usize, is_right: bool, today: u32) {
        let entry = self.lessons.entry(lesson.to_owned()).or_default();
        let before = entry.reviews.get(&review).map_or(0, |state| state.right);
        let right = if is_right {
            before.saturating_add(1)
        } else {
            0
        };
        entry.reviews.insert(
            review,
            ReviewState {
                right,
                answered_on: today,
            },
        );
    }

    /// Notes that an answer to a practice problem was run.
    pub fn try_problem(&mut self, problem: &str, is_passed: bool, today: u32) {
        let entry = self.problems.entry(problem.to_owned()).or_default();
        entry.tries = entry.tries.saturating_add(1);
        if is_passed && entry.passed_on.is_none() {
            entry.passed_on = Some(today);
        }
    }

    /// Whether an answer to a practice problem has passed.
    pub fn is_passed(&self, problem: &str) -> bool {
        let entry = self.problems.get(problem);
        entry.is_some_and(|entry| entry.passed_on.is_some())
    }

    /// Whether a step's goal was met.
    pub fn is_done(&self, lesson: &str, step: &str) -> bool {
        self.lessons
            .get(lesson)
            .is_some_and(|entry| entry.done.contains(step))
    }

    /// How many steps of a lesson are done.
    pub fn steps_done(&self, lesson: &str) -> usize {
        self.lessons.get(lesson).map_or(0, |entry| entry.done.len())
    }

    /// Whether a lesson was finished.
    pub fn is_finished(&self, lesson: &str) -> bool {
        self.lessons
            .get(lesson)
            .is_some_and(|entry| entry.finished_on.is_some())
    }

    /// The text to store.
    pub fn to_storage(&self) -> String {
        let Self { lessons, problems } = self;
        serde_json::json!({ "format": FORMAT, "lessons": lessons, "problems": problems })
            .to_string()
    }

    /// Reads stored text. What is damaged is left out; the second value says so.
    pub fn from_storage(text: &str) -> (Self, Option<String>) {
        let lost = |what: &str| (Self::default(), Some(what.to_owned()));
        if text.trim().is_empty() {
            return (Self::default(), None);
        }
        if text.len() > MAX_LENGTH {
            return lost("The stored progress is too large to be read; the course starts anew.");
        }
        let Ok(value) = serde_json::from_str::<serde_json::Value>(text) else {
            return lost("The stored progress is damaged; the course starts anew.");
        };
        if value.get("format").and_then(serde_json::Value::as_u64) != Some(FORMAT) {
            return lost("The stored progress was written by another version of the lab.");
        }
        let Some(lessons) = value.get("lessons").and_then(serde_json::Value::as_object) else {
            return lost("The stored progress is damaged; the course starts anew.");
        };
        let mut progress = Self::default();
        let mut damaged = 0;
        for (id, entry) in lessons {
            match LessonProgress::deserialize(entry) {
                Ok(entry) => {
                    progress.lessons.insert(id.clone(), entry);
                }
                Err(_) => damaged += 1,
            }
        }
        // Older versions knew no practice problems.
        let problems = value.get("problems").and_then(serde_json::Value::as_object);
        for (id, entry) in problems.into_iter().flatten() {
            match ProblemProgress::deserialize(entry) {
                Ok(entry) => {
                    progress.problems.insert(id.clone(), entry);
                }
                Err(_) => damaged += 1,
            }
        }
        let problem = match damaged {
            0 => None,
            1 => Some("The stored progress of one lesson is damaged and was left out.".to_owned()),
            n => Some(format!(
                "The stored progress of {n} lessons is damaged and was left out."
            )),
        };
        (progress, problem)
    }
}

/// The review questions that are due `today`, the longest due first. A question comes back
/// 1, 3 and 7 days after the lesson or the last right answer, and a day after a wrong one.
pub fn due_reviews(outline: &Outline, progress: &Progress, today: u32) -> Vec<DueReview> {
    let mut due = Vec::new();
    for lesson in outline.lessons() {
        let Some(entry) = progress.lessons.get(&lesson.id) else {
            continue;
        };
        let Some(finished_on) = entry.finished_on else {
            continue;
        };
        for review in 0..lesson.reviews {
            let state = entry.reviews.get(&review);
            let (right, last) =
                state.map_or((0, finished_on), |state| (state.right, state.answered_on));
            let Some(days) = REVIEW_AFTER_DAYS.get(right) else {
                continue;
            };
            let due_on = last.saturating_add(*days);
            if due_on <= today {
                due.push(DueReview {
                    lesson: lesson.id.clone(),
                    review,
                    due_on,
                });
            }
        }
    }
    sort_by_key(&mut due, |review| review.due_on);
    due
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn progress_survives_storage() {
        let mut progress = Progress::default();
        progress.complete_step("first-lookup", "ask", 1, 20_000);
        progress.predict(
            "first-lookup",
            "ask",
            Prediction {
                choice: None,
                is_right: false,
            },
        );
        progress.answer_review("first-lookup", 0, true, 20_001);
        assert_eq!(
            Progress::from_storage(&progress.to_storage()),
            (progress, None)
        );
    }

    #[test]
    fn damaged_storage_costs_only_what_is_damaged() {
        let text = r#"{"format":1,"lessons":{"a":{"done":["x"]},"b":7}}"#;
        let (progress, problem) = Progress::from_storage(text);
        assert!(progress.is_done("a", "x"));
        assert!(problem.is_some_and(|problem| problem.contains("one lesson")));
        for text in ["{", "[]", "{\"format\":9}", "{\"format\":1}", "\u{0}"] {
            let (progress, problem) = Progress::from_storage(text);
            assert_eq!(progress, Progress::default());
            assert!(problem.is_some(), "{text}");
        }
        assert_eq!(Progress::from_storage(""), (Progress::default(), None));
    }

    #[test]
    fn only_the_first_prediction_counts() {
        let mut progress = Progress::default();
        progress.predict(
            "a",
            "s",
            Prediction {
                choice: Some(2),
                is_right: false,
            },
        );
        progress.predict(
            "a",
            "s",
            Prediction {
                choice: Some(0),
                is_right: true,
            },
        );
        assert!(!progress.lessons["a"].predictions["s"].is_right);
    }
}
