//! What is on the page of a problem, as signals: the machine of [`crate::page::practice`], bound
//! to the page, to what keeps drafts, and to heavy runs.

use std::sync::Arc;

use leptos::prelude::*;

use crate::app::binding::{Bound, Shown};
use crate::app::clock;
use crate::app::keyboard;
use crate::app::state::LabState;
use crate::app::storage::keep;
use crate::lesson::practice::{Answer, AnswerFault, Attempt, Part, Problem, Report};
use crate::page::links::mark;
use crate::page::practice::{Desk as Machine, Effect as Wish, Input, Limit};
use crate::page::runs::{PaperKind, Seat};
use crate::page::store::drafts::{DraftKeeper, Input as DraftInput};
use crate::page::store::history::{Entry, Why};
use crate::page::store::progress::Deed;
use crate::scene::Route;

/// The page of a problem.
#[derive(Clone, Copy)]
pub struct Desk {
    /// The machine.
    bound: Bound<Machine>,
    /// What keeps the draft and the versions before.
    drafts: Bound<DraftKeeper>,
    /// The versions before, the newest first.
    versions: Shown<Vec<Entry>>,
    /// The text of the draft, as it is stored.
    text: Memo<String>,
    /// What was typed.
    pub answer: ReadSignal<Answer>,
    /// What of the answer cannot be run.
    pub faults: ReadSignal<Vec<AnswerFault>>,
    /// What came of the last run.
    pub report: ReadSignal<Option<Arc<Report>>>,
    /// Whether the answer was changed after the last run began.
    pub is_changed: ReadSignal<bool>,
    /// How much of a run is done, 0 to 1; `None` while nothing runs.
    pub progress: ReadSignal<Option<f64>>,
    /// How many hints are shown.
    pub hints: ReadSignal<usize>,
    /// Whether the model answer is shown.
    pub is_model_open: ReadSignal<bool>,
    /// What is to be said about the size of the answer.
    pub size_limit: ReadSignal<Option<Limit>>,
    /// What is to be said about the number of rows; `None` while there is room for another.
    pub row_limit: ReadSignal<Option<String>>,
}

/// What components see of the machine.
#[derive(Clone, Copy)]
struct Signals {
    answer: Shown<Answer>,
    round: Shown<u32>,
    faults: Shown<Vec<AnswerFault>>,
    report: RwSignal<Option<Arc<Report>>>,
    is_changed: Shown<bool>,
    progress: Shown<Option<f64>>,
    hints: Shown<usize>,
    is_model_open: Shown<bool>,
    size_limit: Shown<Option<Limit>>,
    row_limit: Shown<Option<String>>,
}

impl Signals {
    /// Shows what has changed.
    fn publish(self, desk: &Machine) {
        self.answer.show(desk.answer().clone());
        self.round.show(desk.attempt().round);
        self.faults.show(desk.faults().clone());
        let is_known = self.report.try_with_untracked(|shown| {
            let both = shown.as_ref().zip(desk.report());
            let is_same = both.is_some_and(|(shown, report)| Arc::ptr_eq(shown, report));
            is_same || (shown.is_none() && desk.report().is_none())
        });
        if is_known == Some(false) {
            self.report.set(desk.report().map(Arc::clone));
        }
        self.is_changed.show(desk.is_changed());
        self.progress.show(desk.progress());
        self.hints.show(desk.hints());
        self.is_model_open.show(desk.is_model_open());
        self.size_limit.show(desk.size_limit());
        self.row_limit.show(desk.row_limit());
    }
}

impl Desk {
    /// Lays out a problem with the kept draft, or with the answer of a shared link.
    pub fn open(state: LabState, problem: Arc<Problem>) -> Self {
        let versions = Shown::default();
        let drafts = keep(state.driver, DraftKeeper::default(), move |keeper| {
            versions.show(keeper.history().to_vec());
        });
        drafts.send(DraftInput::Open {
            problem: problem.id().to_owned(),
            now: clock::now(),
        });
        let draft = drafts.with(|keeper| keeper.draft().map(Attempt::from_storage));
        let draft = match draft.flatten() {
            Some(Ok(attempt)) => Some(attempt),
            Some(Err(_)) => {
                drafts.send(DraftInput::Unreadable);
                None
            }
            None => None,
        };
        let paper = state.library.paper(PaperKind::Problem, problem.id());
        let machine = Machine::new(problem, paper, draft);
        let signals = Signals {
            answer: Shown::new(machine.answer().clone()),
            round: Shown::new(machine.attempt().round),
            faults: Shown::default(),
            report: RwSignal::new(None),
            is_changed: Shown::default(),
            progress: Shown::default(),
            hints: Shown::default(),
            is_model_open: Shown::default(),
            size_limit: Shown::new(machine.size_limit()),
            row_limit: Shown::new(machine.row_limit()),
        };
        let bound = Bound::new(
            machine,
            move |desk: &Machine| signals.publish(desk),
            move |bound, wish| carry(state, bound, drafts, wish),
        );
        let text = Memo::new(move |_| {
            let attempt = Attempt {
                answer: signals.answer.signal().get(),
                round: signals.round.signal().get(),
            };
            attempt.to_storage()
        });
        let desk = Self {
            bound,
            drafts,
            versions,
            text,
            answer: signals.answer.signal(),
            faults: signals.faults.signal(),
            report: signals.report.read_only(),
            is_changed: signals.is_changed.signal(),
            progress: signals.progress.signal(),
            hints: signals.hints.signal(),
            is_model_open: signals.is_model_open.signal(),
            size_limit: signals.size_limit.signal(),
            row_limit: signals.row_limit.signal(),
        };
        let link = state
            .address
            .with_untracked(|address| address.permalink.clone());
        if let Some(link) = link {
            desk.open_link(state, link);
        }
        on_cleanup(move || state.heavy.cancel(Seat::Practice));
        desk
    }

    /// Puts the answer of a link in place of what was typed.
    pub fn open_link(self, state: LabState, link: String) {
        state.links.then(state, move |links| {
            let mark = mark(&link);
            let is_known = self.drafts.with(|keeper| keeper.has_followed(mark));
            let attempt = (links.read_answer)(&link).map(Box::new);
            self.bound.send(Input::Follow {
                attempt: attempt.map_err(|error| error.to_string()),
                mark,
                is_known: is_known.unwrap_or_default(),
            });
        });
    }

    /// Changes the answer.
    pub fn edit(self, edit: impl FnOnce(&mut Answer)) {
        let Some(mut answer) = self.answer.try_get_untracked() else {
            return;
        };
        edit(&mut answer);
        self.bound.send(Input::Type(Box::new(answer)));
    }

    /// Adds a row to the timeline.
    pub fn add_row(self) {
        self.bound.send(Input::AddRow);
    }

    /// Puts a stored answer in place; what was typed can be brought back.
    pub fn put_in(self, answer: Answer) {
        self.bound.send(Input::PutIn(Box::new(answer)));
    }

    /// Begins anew; what was typed can be brought back.
    pub fn start_again(self) {
        self.bound.send(Input::StartAgain);
    }

    /// The versions that differ from what is there now, the newest first.
    pub fn versions(self) -> Vec<Entry> {
        let versions = self.versions.signal().get().into_iter();
        self.text
            .with(|now| versions.filter(|entry| entry.text != *now).collect())
    }

    /// Brings an earlier version back; what is there now takes its place among them.
    pub fn bring_back(self, version: &Entry) {
        if let Ok(attempt) = Attempt::from_storage(&version.text) {
            self.bound.send(Input::BringBack(Box::new(attempt)));
        }
    }

    /// What is wrong with a part.
    pub fn fault(self, part: impl Fn(Part) -> bool) -> Option<String> {
        self.faults.with(|faults| Machine::fault(faults, part))
    }

    /// Runs the answer.
    pub fn run(self) {
        self.bound.send(Input::Run);
    }

    /// Stops a run.
    pub fn cancel(self) {
        self.bound.send(Input::Cancel);
    }

    /// Runs the answer with other chances.
    pub fn retry(self) {
        self.bound.send(Input::Retry);
    }

    /// Shows one more hint.
    pub fn hint(self) {
        self.bound.send(Input::Hint);
    }

    /// Shows the model answer.
    pub fn open_model(self) {
        self.bound.send(Input::Model(true));
    }

    /// Copies a link to the answer.
    pub fn share(self, state: LabState) {
        let attempt = self.bound.with(|desk| {
            let id = desk.problem().id().to_owned();
            (id, desk.attempt().clone())
        });
        if let Some((id, attempt)) = attempt {
            state.links.then(state, move |links| {
                let written = (links.write_answer)(&attempt);
                state.sharing.share(
                    written.map(|text| Route::Problem(id).with_session(&text)),
                    "It brings back this answer and its round.",
                );
            });
        }
    }
}

/// Does what the machine asks for.
fn carry(state: LabState, bound: Bound<Machine>, drafts: Bound<DraftKeeper>, wish: Wish) {
    match wish {
        Wish::Want(want) => state.heavy.want(*want, move |ticket, news| {
            bound.send(Input::News(ticket, news));
        }),
        Wish::Cancel(seat) => state.heavy.cancel(seat),
        Wish::Keep(attempt) => drafts.send(DraftInput::Typed {
            text: attempt.to_storage(),
            now: clock::now(),
        }),
        Wish::Replace { before, now, why } => drafts.send(DraftInput::Replaced {
            before: before.to_storage(),
            text: now.to_storage(),
            why,
            now: clock::now(),
        }),
        Wish::Offer(attempt) => drafts.send(DraftInput::Offered {
            text: attempt.to_storage(),
            why: Why::OfLink,
            now: clock::now(),
        }),
        Wish::Followed(mark) => drafts.send(DraftInput::FollowedLink { mark }),
        Wish::Tried(is_passed) => {
            let problem = bound.with(|desk| desk.problem().id().to_owned());
            state.kept.note(Deed::Tried {
                problem: problem.unwrap_or_default(),
                is_passed,
                today: clock::today(),
            });
        }
        Wish::Focus(id) => request_animation_frame(move || keyboard::focus(&id)),
        Wish::Inform(text) => state.inform(text),
        Wish::Complain(text) => state.complain(text),
    }
}
