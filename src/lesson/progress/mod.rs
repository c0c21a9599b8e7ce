//! What the page keeps between visits: steps done, predictions made, reviews due.

use std::collections::{BTreeMap, BTreeSet};

mod json;
mod stored;

use self::json::Value;
use super::Outline;
use crate::engine::order::sort_by_key;

/// The longest stored text that is read, in bytes.
const MAX_LENGTH: usize = 1024 * 1024;
/// Days between a right answer and the next time the question comes back.
pub const REVIEW_AFTER_DAYS: [u32; 3] = [1, 3, 7];

/// What a learner has done so far.
///
/// Several windows of a browser write it to one place. So it only grows, and two versions of it
/// can be [merged](Self::merge) in any order, as often as one likes, with the same outcome.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Progress {
    /// By lesson id.
    pub lessons: BTreeMap<String, LessonProgress>,
    /// Practice problems that were tried, by id.
    pub problems: BTreeMap<String, ProblemProgress>,
}

/// What a learner has done with a practice problem.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ProblemProgress {
    /// How many times an answer was run.
    pub tries: u32,
    /// The day on which an answer first passed, counted from any fixed day.
    pub passed_on: Option<u32>,
}

/// What a learner has done in one lesson.
#[derive(Clone, Debug, Default, PartialEq)]
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
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Prediction {
    /// The option; `None` for "I don't know".
    pub choice: Option<usize>,
    /// Whether it was the correct one.
    pub is_right: bool,
    /// When it was made, in milliseconds since 1970; 0 where that was not noted.
    pub made_at: u64,
}

/// How far a review question has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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

    /// What two versions hold together: each step that is done in either, the larger count of
    /// tries, the earlier day of passing or finishing, of two predictions the first, of two
    /// answers to a review question the latest.
    #[must_use]
    pub fn merge(mut self, other: Self) -> Self {
        for (id, theirs) in other.lessons {
            let ours = self.lessons.entry(id).or_default();
            ours.merge(theirs);
        }
        for (id, theirs) in other.problems {
            let ours = self.problems.entry(id).or_default();
            ours.tries = ours.tries.max(theirs.tries);
            ours.passed_on = earlier(ours.passed_on, theirs.passed_on);
        }
        self
    }

    /// The first prediction of a step, if one was made.
    pub fn prediction(&self, lesson: &str, step: &str) -> Option<Prediction> {
        self.lessons.get(lesson)?.predictions.get(step).copied()
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
        stored::write(self)
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
        let Some(value) = Value::parse(text) else {
            return lost("The stored progress is damaged; the course starts anew.");
        };
        if value.member("format").and_then(Value::whole) != Some(stored::FORMAT) {
            return lost("The stored progress was written by another version of the lab.");
        }
        let Some(lessons) = value.member("lessons").and_then(Value::members) else {
            return lost("The stored progress is damaged; the course starts anew.");
        };
        let mut progress = Self::default();
        let (mut bad_lessons, mut bad_problems) = (0, 0);
        for (id, entry) in lessons {
            match stored::read_lesson(entry) {
                Some(entry) => {
                    progress.lessons.insert(id.clone(), entry);
                }
                None => bad_lessons += 1,
            }
        }
        // Older versions knew no practice problems.
        let problems = value.member("problems").and_then(Value::members);
        for (id, entry) in problems.into_iter().flatten() {
            match stored::read_problem(entry) {
                Some(entry) => {
                    progress.problems.insert(id.clone(), entry);
                }
                None => bad_problems += 1,
            }
        }
        let count = |count: usize, one: &str, many: &str| match count {
            0 => None,
            1 => Some(one.to_owned()),
            n => Some(format!("{n} {many}")),
        };
        let damaged: Vec<String> = [
            count(bad_lessons, "one lesson", "lessons"),
            count(bad_problems, "one practice problem", "practice problems"),
        ]
        .into_iter()
        .flatten()
        .collect();
        let problem = (!damaged.is_empty()).then(|| {
            let what = damaged.join(" and ");
            format!("The stored progress of {what} is damaged and was left out.")
        });
        (progress, problem)
    }
}

impl LessonProgress {
    /// See [`Progress::merge`].
    fn merge(&mut self, other: Self) {
        self.done.extend(other.done);
        self.finished_on = earlier(self.finished_on, other.finished_on);
        for (step, theirs) in other.predictions {
            // What tells two predictions of one moment apart is of no matter, as long as it is
            // the same in every window.
            let order = |it: &Prediction| (it.made_at, it.choice, it.is_right);
            let ours = self.predictions.entry(step).or_insert(theirs);
            if order(&theirs) < order(ours) {
                *ours = theirs;
            }
        }
        for (review, theirs) in other.reviews {
            let order = |it: &ReviewState| (it.answered_on, it.right);
            let ours = self.reviews.entry(review).or_insert(theirs);
            if order(&theirs) > order(ours) {
                *ours = theirs;
            }
        }
    }
}

/// The earlier of two days, where there are any.
fn earlier(a: Option<u32>, b: Option<u32>) -> Option<u32> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
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
    use proptest::prelude::*;

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
                made_at: 5,
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
    fn a_damaged_problem_is_not_called_a_lesson() {
        let text = r#"{"format":1,"lessons":{"a":1,"b":2},"problems":{"p":{"tries":-1}}}"#;
        let (_, problem) = Progress::from_storage(text);
        let problem = problem.expect("it is told");
        assert!(
            problem.contains("2 lessons and one practice problem"),
            "{problem}"
        );
    }

    #[test]
    fn a_prediction_stored_before_moments_were_noted_is_the_first() {
        let old =
            r#"{"format":1,"lessons":{"a":{"predictions":{"s":{"choice":2,"is_right":false}}}}}"#;
        let old = Progress::from_storage(old).0;
        let mut new = Progress::default();
        let later = Prediction {
            choice: Some(0),
            is_right: true,
            made_at: 9,
        };
        new.predict("a", "s", later);
        let merged = new.merge(old.clone());
        assert_eq!(merged.prediction("a", "s"), old.prediction("a", "s"));
    }

    /// Progress of few lessons, steps and days, so that versions of it have much in common.
    fn any_progress() -> impl Strategy<Value = Progress> {
        let act = (0..4_u8, 0..2_u8, 0..3_u8, 0..4_u32, any::<bool>());
        prop::collection::vec(act, 0..12).prop_map(|acts| {
            let mut progress = Progress::default();
            for (kind, lesson, step, day, is_right) in acts {
                let (id, step_id) = (format!("lesson-{lesson}"), format!("step-{step}"));
                let prediction = Prediction {
                    choice: is_right.then_some(usize::from(step)),
                    is_right,
                    made_at: day.into(),
                };
                match kind {
                    0 => progress.complete_step(&id, &step_id, 3, day),
                    1 => progress.predict(&id, &step_id, prediction),
                    2 => progress.answer_review(&id, step.into(), is_right, day),
                    _ => progress.try_problem(&id, is_right, day),
                }
            }
            progress
        })
    }

    proptest! {
        #[test]
        fn versions_of_progress_merge_the_same_in_any_order(
            a in any_progress(), b in any_progress(), c in any_progress(),
        ) {
            let ab = a.clone().merge(b.clone());
            prop_assert_eq!(&ab, &b.clone().merge(a.clone()));
            prop_assert_eq!(ab.clone().merge(c.clone()), a.clone().merge(b.merge(c)));
            prop_assert_eq!(&ab.clone().merge(ab.clone()), &ab);
            prop_assert_eq!(&ab.clone().merge(a), &ab);
        }

        #[test]
        fn merging_costs_nothing_that_was_done(a in any_progress(), b in any_progress()) {
            let both = a.clone().merge(b.clone());
            for version in [a, b] {
                for (id, lesson) in version.lessons {
                    let merged = &both.lessons[&id];
                    prop_assert!(merged.done.is_superset(&lesson.done));
                    prop_assert!(lesson.finished_on.is_none() || merged.finished_on.is_some());
                    prop_assert!(lesson.predictions.keys().all(|it| merged.predictions.contains_key(it)));
                    prop_assert!(lesson.reviews.keys().all(|it| merged.reviews.contains_key(it)));
                }
                for (id, problem) in version.problems {
                    let merged = &both.problems[&id];
                    prop_assert!(merged.tries >= problem.tries);
                    prop_assert!(problem.passed_on.is_none() || merged.passed_on.is_some());
                }
            }
        }
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
                made_at: 0,
            },
        );
        progress.predict(
            "a",
            "s",
            Prediction {
                choice: Some(0),
                is_right: true,
                made_at: 0,
            },
        );
        assert!(!progress.lessons["a"].predictions["s"].is_right);
    }
}
