//! What is on the page of a problem, as signals, with everything that can be done to it.

use std::sync::Arc;

use leptos::prelude::*;

use super::run::run_slices;
use crate::app::binding::{Bound, Shown};
use crate::app::clock;
use crate::app::state::LabState;
use crate::app::storage::keep;
use crate::lesson::practice::{Answer, AnswerFault, Attempt, Grading, Part, Problem, Report};
use crate::page::links::{mark, read_answer, write_answer};
use crate::page::store::drafts::{DraftKeeper, Input as DraftInput};
use crate::page::store::history::{Entry, Why};
use crate::page::store::progress::Deed;
use crate::scene::Route;

/// The page of a problem.
#[derive(Clone, Copy)]
pub struct Desk {
    /// The problem.
    pub problem: StoredValue<Arc<Problem>>,
    /// What was typed.
    pub answer: RwSignal<Answer>,
    /// What keeps the draft and the versions before.
    drafts: Bound<DraftKeeper>,
    /// The versions before, the newest first.
    versions: Shown<Vec<Entry>>,
    /// What has to be said about the draft's length.
    pub too_long: Memo<Option<String>>,
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
        let versions = Shown::default();
        let drafts = keep(state.driver, DraftKeeper::default(), move |keeper| {
            versions.show(keeper.history().to_vec());
        });
        drafts.send(DraftInput::Open {
            problem: id,
            now: clock::now(),
        });
        let draft = drafts.with(|keeper| keeper.draft().map(Attempt::from_storage));
        let attempt = match draft.flatten() {
            Some(Ok(attempt)) => attempt,
            Some(Err(_)) => {
                drafts.send(DraftInput::Unreadable);
                start(&problem)
            }
            None => start(&problem),
        };
        let (answer, round) = (RwSignal::new(attempt.answer), RwSignal::new(attempt.round));
        let text = Memo::new(move |_| attempt_of(answer, round).to_storage());
        let desk = Self {
            problem: StoredValue::new(problem),
            answer,
            drafts,
            versions,
            too_long: Memo::new(move |_| text.with(|it| DraftKeeper::words_about_length(it.len()))),
            round,
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
            move || text.get(),
            move |text, _, _| {
                drafts.send(DraftInput::Typed {
                    text: text.clone(),
                    now: clock::now(),
                });
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
        attempt_of(self.answer, self.round)
    }

    /// Puts the answer of a link in place of what was typed.
    pub fn open_link(self, state: LabState, link: &str) {
        match read_answer(link) {
            Ok(attempt) => {
                let mark = mark(link);
                let is_known = self.drafts.with(|keeper| keeper.has_followed(mark));
                if is_known == Some(true) {
                    self.offer(state, &attempt);
                    return;
                }
                self.replace(attempt, Why::Link);
                self.drafts.send(DraftInput::FollowedLink { mark });
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

    /// Lays the answer of a link that was opened before beside what was written since.
    fn offer(self, state: LabState, attempt: &Attempt) {
        let text = attempt.to_storage();
        if untrack(|| self.attempt()) == *attempt {
            return;
        }
        self.drafts.send(DraftInput::Offered {
            text,
            why: Why::OfLink,
            now: clock::now(),
        });
        state.inform(
            "You have opened this link before: you see your own answer as you left it. The one of \
             the link is among the earlier versions.",
        );
    }

    /// Puts another attempt in place; what was typed can be brought back.
    fn replace(self, attempt: Attempt, why: Why) {
        let typed = untrack(|| self.attempt());
        if typed == attempt {
            return;
        }
        self.drafts.send(DraftInput::Replaced {
            before: typed.to_storage(),
            text: attempt.to_storage(),
            why,
            now: clock::now(),
        });
        self.round.set(attempt.round);
        self.edit(|it| *it = attempt.answer);
    }

    /// Puts a stored answer in place; what was typed can be brought back.
    pub fn put_in(self, answer: Answer) {
        let round = self.round.get_untracked();
        self.replace(Attempt { answer, round }, Why::Model);
    }

    /// Begins anew; what was typed can be brought back.
    pub fn start_again(self) {
        let round = self.round.get_untracked();
        let answer = self.problem.with_value(start).answer;
        self.replace(Attempt { answer, round }, Why::StartAgain);
    }

    /// The versions that differ from what is there now, the newest first.
    pub fn versions(self) -> Vec<Entry> {
        let now = self.attempt().to_storage();
        let versions = self.versions.signal().get().into_iter();
        versions.filter(|entry| entry.text != now).collect()
    }

    /// Brings an earlier version back; what is there now takes its place among them.
    pub fn bring_back(self, version: &Entry) {
        if let Ok(attempt) = Attempt::from_storage(&version.text) {
            self.replace(attempt, Why::BroughtBack);
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
                state.kept.note(Deed::Tried {
                    problem: id,
                    is_passed,
                    today: clock::today(),
                });
                self.report.set(Some(Arc::new(report)));
            }
            Err(problem) => state.complain(format!("The answer cannot be run: {problem}")),
        }
    }

    /// Copies a link to the answer.
    pub fn share(self, state: LabState) {
        let id = self.problem.with_value(|problem| problem.id().to_owned());
        let attempt = untrack(|| self.attempt());
        let written = write_answer(&attempt);
        state.sharing.share(
            written.map(|text| Route::Problem(id).with_session(&text)),
            "It brings back this answer and its round.",
        );
    }
}

/// The answer with its round, tracked.
fn attempt_of(answer: RwSignal<Answer>, round: RwSignal<u32>) -> Attempt {
    Attempt {
        answer: answer.get(),
        round: round.get(),
    }
}

/// A problem as it begins.
fn start(problem: &Arc<Problem>) -> Attempt {
    Attempt {
        answer: problem.start.clone(),
        round: 0,
    }
}
