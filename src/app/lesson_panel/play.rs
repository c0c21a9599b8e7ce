//! How far the learner has come in one step.

use std::sync::Arc;

use leptos::prelude::*;

use crate::app::clock;
use crate::app::state::LabState;
use crate::lesson::{CrowdSeen, GoalInput, Lesson, Predict, Prediction, Step};
use crate::page::bench::Input;
use crate::page::store::progress::Deed;

/// A prediction: an option, or "I don't know yet".
pub type Choice = Option<usize>;

/// The state of one step, made anew each time it is opened.
#[derive(Clone, Copy)]
pub struct StepPlay {
    /// The lesson.
    pub lesson: StoredValue<Arc<Lesson>>,
    /// Which of its steps.
    pub index: usize,
    /// What the learner committed to.
    pub committed: RwSignal<Option<Choice>>,
    /// Whether what they committed to has been run and seen.
    pub is_revealed: Memo<bool>,
    /// Whether the goal has been met since the step was opened.
    pub is_met: RwSignal<bool>,
    /// How many hints are shown.
    pub hints: RwSignal<usize>,
}

impl StepPlay {
    /// The state of a step that was just opened. Notes in the progress when its goal is met.
    pub fn new(state: LabState, lesson: Arc<Lesson>, index: usize) -> Self {
        let bench = state.bench;
        let crowd = state.crowd;
        let committed = RwSignal::new(None);
        let runs_crowd = lesson.steps.get(index).is_some_and(|step| step.runs_crowd);
        let is_revealed = Memo::new(move |before: Option<&bool>| {
            let is_committed = committed.with(Option::is_some);
            let seen = bench.seen.get();
            let is_seen = if runs_crowd {
                // What was run before is forgotten when a prediction is committed to.
                crowd.seen.get() > 0
            } else {
                bench
                    .timeline()
                    .with(|timeline| seen >= timeline.trace().len())
            };
            // What was seen stays seen, until the learner tries again.
            is_committed && (is_seen || before == Some(&true))
        });
        let lesson = StoredValue::new(lesson);
        let is_met = RwSignal::new(false);
        let holds = Memo::new(move |_| {
            let mut knobs = bench.knobs.get();
            if crowd.source.with(Option::is_some) {
                knobs.extend(crowd.knobs.get());
            }
            let (runs, last) = (crowd.seen.get(), crowd.last.get());
            let (seen, predicted) = (bench.seen.get(), is_revealed.get());
            lesson.with_value(|lesson| {
                let Some(step) = lesson.steps.get(index) else {
                    return false;
                };
                bench.timeline().with(|timeline| {
                    step.goal.is_met(&GoalInput {
                        timeline,
                        seen,
                        knobs: &knobs,
                        predicted,
                        crowd: CrowdSeen {
                            runs,
                            last: last.as_deref().map(|run| (&**lesson, run)),
                        },
                    })
                })
            })
        });
        Effect::new(move || {
            if !holds.get() || is_met.get_untracked() {
                return;
            }
            is_met.set(true);
            lesson.with_value(|lesson| {
                if let Some(step) = lesson.steps.get(index) {
                    state.kept.note(Deed::StepDone {
                        lesson: lesson.id.clone(),
                        step: step.id.clone(),
                        steps: lesson.steps.len(),
                        today: clock::today(),
                    });
                }
            });
        });
        Self {
            lesson,
            index,
            committed,
            is_revealed,
            is_met,
            hints: RwSignal::new(0),
        }
    }

    /// Something of the step.
    pub fn with<T: Default>(&self, read: impl FnOnce(&Step) -> T) -> T {
        self.lesson
            .with_value(|lesson| lesson.steps.get(self.index).map(read).unwrap_or_default())
    }

    /// Commits to a prediction and lets the engine decide.
    pub fn commit(&self, state: LabState, choice: Choice) {
        let correct = self.with(|step| step.predict.as_ref().map(Predict::correct));
        let prediction = Prediction {
            choice,
            is_right: choice.is_some() && choice == correct,
            made_at: clock::now(),
        };
        self.lesson.with_value(|lesson| {
            if let Some(step) = lesson.steps.get(self.index) {
                state.kept.note(Deed::Predicted {
                    lesson: lesson.id.clone(),
                    step: step.id.clone(),
                    prediction,
                });
            }
        });
        state.bench.send(Input::RunPrediction);
        if self.with(|step| step.runs_crowd) {
            let opening = self
                .lesson
                .with_value(|lesson| lesson.opening_knobs(self.index));
            state.crowd.predicted(opening);
        }
        self.committed.set(Some(choice));
    }
}
