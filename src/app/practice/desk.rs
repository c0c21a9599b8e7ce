//! What is on the page of a problem, as signals, with everything that can be done to it.

use std::sync::Arc;

use leptos::prelude::*;

use super::run::run_slices;
use crate::app::share::copy_link;
use crate::app::state::LabState;
use crate::app::storage::{keep_draft, load_draft, today};
use crate::lesson::practice::{Answer, AnswerFault, Attempt, Grading, Part, Problem, Report};
use crate::scene::Route;

/// The page of a problem.
#[derive(Clone, Copy)]
pub struct Desk {
    /// The problem.
    pub problem: StoredValue<Arc<Problem>>,
    /// What was typed.
    pub answer: RwSignal<Answer>,
    /// What was typed before something else took its place.
    pub before: RwSignal<Option<Answer>>,
    /// Which round is tried.
    pub round: RwSignal<u32>,
    /// What of the answer cannot be run.
    pub faults: RwSignal<Vec<AnswerFault>>,
    /// What came of the last run.
    pub report: RwSignal<Option<Arc<Report>>>,
    /// Whether the answer was changed after the last run.
    pub is_changed: RwSignal<bool>,
    /// How much of a run is done, 0 to 1; `None` while nothing runs.
    pub progress: RwSignal<Option<f64>>,
    /// Counts runs, so that one that was cancelled stops.
    pub ticket: RwSignal<u32>,
    /// How many hints are shown.
    pub hints: RwSignal<usize>,
    /// Whether the model answer is shown.
    pub is_model_open: RwSignal<bool>,
}

impl Desk {
    /// Lays out a problem with the kept draft, or with the answer of a shared link.
    pub fn open(state: LabState, problem: Arc<Problem>) -> Self {
        let id = problem.id().to_owned();
        let draft = load_draft(&id);
        let attempt = match draft.as_deref().map(Attempt::from_storage) {
            Some(Ok(attempt)) => attempt,
            Some(Err(_)) => {
                let text = draft.unwrap_or_default();
                keep_draft(&format!("{id}.damaged"), &text);
                state.complain(
                    "Your draft could not be read and was put aside. You see the problem as it begins.",
                );
                start(&problem)
            }
            None => start(&problem),
        };
        let desk = Self {
            problem: StoredValue::new(problem),
            answer: RwSignal::new(attempt.answer),
            before: RwSignal::new(None),
            round: RwSignal::new(attempt.round),
            faults: RwSignal::new(Vec::new()),
            report: RwSignal::new(None),
            is_changed: RwSignal::new(false),
            progress: RwSignal::new(None),
            ticket: RwSignal::new(0),
            hints: RwSignal::new(0),
            is_model_open: RwSignal::new(false),
        };
        let link = state
            .address
            .with_untracked(|address| address.permalink.clone());
        if let Some(link) = link {
            desk.open_link(state, &link);
        }
        Effect::watch(
            move || desk.attempt().to_storage(),
            move |text, _, was_refused: Option<bool>| {
                let is_refused = !keep_draft(&id, text);
                if is_refused && !was_refused.unwrap_or(false) {
                    state.complain(
                        "Your browser does not let this page store anything, so your answer lasts \
                         only until the page is closed.",
                    );
                }
                is_refused
            },
            false,
        );
        on_cleanup(move || {
            desk.ticket.try_update(|ticket| *ticket += 1);
        });
        desk
    }

    /// The answer with its round, tracked.
    fn attempt(self) -> Attempt {
        Attempt {
            answer: self.answer.get(),
            round: self.round.get(),
        }
    }

    /// Puts the answer of a link in place of what was typed.
    pub fn open_link(self, state: LabState, link: &str) {
        match Attempt::from_permalink(link) {
            Ok(attempt) => {
                self.replace(attempt.answer);
                self.round.set(attempt.round);
                state.inform("This is the answer of a link. “Bring back” returns to yours.");
            }
            Err(error) => state.complain(format!(
                "The shared answer cannot be opened: {error}. You see your own."
            )),
        }
    }

    /// Changes the answer.
    pub fn edit(self, edit: impl FnOnce(&mut Answer)) {
        self.answer.update(edit);
        self.is_changed.set(true);
        if !self.faults.read_untracked().is_empty() {
            self.faults.set(Vec::new());
        }
    }

    /// Puts another answer in place; what was typed can be brought back.
    pub fn replace(self, answer: Answer) {
        let typed = self.answer.get_untracked();
        if typed == answer {
            return;
        }
        self.before.set(Some(typed));
        self.edit(|it| *it = answer);
    }

    /// Begins anew; what was typed can be brought back.
    pub fn start_again(self) {
        self.replace(self.problem.with_value(start).answer);
    }

    /// Brings back what was typed before it was replaced.
    pub fn bring_back(self) {
        if let Some(before) = self.before.get_untracked() {
            let now = self.answer.get_untracked();
            self.edit(|answer| *answer = before);
            self.before.set(Some(now));
        }
    }

    /// What is wrong with a part.
    pub fn fault(self, part: impl Fn(Part) -> bool) -> Option<String> {
        self.faults.with(|faults| {
            let found: Vec<&str> = { faults.iter() }
                .filter(|fault| part(fault.part))
                .map(|fault| fault.problem.as_str())
                .collect();
            (!found.is_empty()).then(|| found.join(" · "))
        })
    }

    /// Runs the answer.
    pub fn run(self, state: LabState) {
        let ticket = self.ticket.get_untracked() + 1;
        self.ticket.set(ticket);
        let problem = self.problem.get_value();
        let answer = self.answer.get_untracked();
        let grading = Grading::new(problem, &answer, self.round.get_untracked());
        match grading {
            Ok(grading) => {
                self.faults.set(Vec::new());
                self.progress.set(Some(0.0));
                self.is_changed.set(false);
                run_slices(self, state, grading, ticket);
            }
            Err(faults) => {
                self.progress.set(None);
                self.report.set(None);
                self.faults.set(faults);
            }
        }
    }

    /// Stops a run.
    pub fn cancel(self) {
        self.ticket.update(|ticket| *ticket += 1);
        self.progress.set(None);
    }

    /// Runs the answer with other chances.
    pub fn retry(self, state: LabState) {
        self.round.update(|round| *round = round.saturating_add(1));
        self.run(state);
    }

    /// Notes what came of a run.
    pub fn put(self, state: LabState, report: Result<Report, String>) {
        self.progress.set(None);
        match report {
            Ok(report) => {
                let id = self.problem.with_value(|problem| problem.id().to_owned());
                let is_passed = report.is_passed();
                state
                    .progress
                    .update(|progress| progress.try_problem(&id, is_passed, today()));
                self.report.set(Some(Arc::new(report)));
            }
            Err(problem) => state.complain(format!("The answer cannot be run: {problem}")),
        }
    }

    /// Copies a link to the answer.
    pub fn share(self, state: LabState) {
        let id = self.problem.with_value(|problem| problem.id().to_owned());
        let attempt = untrack(|| self.attempt());
        let href = Route::Problem(id).with_session(&attempt.to_permalink());
        copy_link(state, href, "It brings back this answer and its round.");
    }
}

/// A problem as it begins.
fn start(problem: &Arc<Problem>) -> Attempt {
    Attempt {
        answer: problem.start.clone(),
        round: 0,
    }
}
