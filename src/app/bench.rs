//! The bench of a world, bound to the page.

use std::collections::BTreeMap;

use leptos::prelude::*;

use super::binding::{Bound, Shown};
use super::driver::Driver;
use crate::dns::Question;
use crate::engine::{Intervention, Timeline};
use crate::lesson::Act;
use crate::page::bench::{
    Bench as Machine, Input, InspectorTab, Move, Scenario, Selection, StageView, Told,
};
use crate::scenario::{AskFault, Knob, Session};
use crate::scene::{Pace, Playhead};

/// What components see of the bench, set by its binding alone.
#[derive(Clone, Copy, Default)]
struct Signals {
    scenario: Shown<Option<Scenario>>,
    seed: Shown<u64>,
    knobs: Shown<BTreeMap<String, f64>>,
    revision: Shown<u64>,
    playhead: Shown<Playhead>,
    seen: Shown<usize>,
    is_playing: Shown<bool>,
    pace: Shown<Pace>,
    client: Shown<String>,
    question: Shown<Option<Question>>,
    view: Shown<StageView>,
    tab: Shown<InspectorTab>,
    selection: Shown<Selection>,
}

/// The world at hand as signals, and the way to send it inputs.
///
/// The machine behind it is made when it is first needed, so that the home page comes without it;
/// it then lives as long as the page.
#[derive(Clone, Copy)]
pub struct Bench {
    /// What it is set up with; `None` on pages without a stage.
    pub scenario: ReadSignal<Option<Scenario>>,
    /// The seed in use.
    pub seed: ReadSignal<u64>,
    /// Where the knobs stand, by id.
    pub knobs: ReadSignal<BTreeMap<String, f64>>,
    /// The moment looked at.
    pub playhead: ReadSignal<Playhead>,
    /// How many events the learner has seen: the furthest the playhead has come.
    pub seen: ReadSignal<usize>,
    /// Whether time flows.
    pub is_playing: ReadSignal<bool>,
    /// How fast.
    pub pace: ReadSignal<Pace>,
    /// The id of the client the stage is about.
    pub client: ReadSignal<String>,
    /// The question the stage is about before anything was asked.
    pub question: ReadSignal<Option<Question>>,
    /// How the stage shows it.
    pub view: ReadSignal<StageView>,
    /// What the inspector shows.
    pub tab: ReadSignal<InspectorTab>,
    /// What the learner picked.
    pub selection: ReadSignal<Selection>,
    /// The same, for the binding.
    shown: Signals,
    /// The machine, once it is needed.
    machine: StoredValue<Option<Bound<Machine>>, LocalStorage>,
    /// Who owns the machine: the page as a whole.
    owner: StoredValue<Option<Owner>>,
    /// The way to the browser.
    driver: Driver,
}

impl Bench {
    /// A bench with nothing on it, owned by whoever calls.
    pub fn new(driver: Driver) -> Self {
        let shown = Signals::default();
        Self {
            scenario: shown.scenario.signal(),
            seed: shown.seed.signal(),
            knobs: shown.knobs.signal(),
            playhead: shown.playhead.signal(),
            seen: shown.seen.signal(),
            is_playing: shown.is_playing.signal(),
            pace: shown.pace.signal(),
            client: shown.client.signal(),
            question: shown.question.signal(),
            view: shown.view.signal(),
            tab: shown.tab.signal(),
            selection: shown.selection.signal(),
            shown,
            machine: StoredValue::new_local(None),
            owner: StoredValue::new(Owner::current()),
            driver,
        }
    }

    /// The machine.
    fn machine(self) -> Bound<Machine> {
        if let Some(machine) = self.machine.get_value() {
            return machine;
        }
        let bind = || {
            let (shown, driver) = (self.shown, self.driver);
            Bound::new(
                Machine::default(),
                move |machine| publish(shown, machine),
                move |machine, effect| driver.carry(machine, effect),
            )
        };
        let machine = match self.owner.get_value() {
            Some(owner) => owner.with(bind),
            None => bind(),
        };
        self.machine.set_value(Some(machine));
        machine
    }

    /// Sends an input.
    pub fn send(self, input: Input) {
        self.machine().send(input);
    }

    /// Reads the machine as it stands.
    pub fn with_untracked<T>(self, read: impl FnOnce(&Machine) -> T) -> T {
        let read = self.machine().with(read);
        read.expect("invariant: the bench lives as long as the page")
    }

    /// Reads the machine, again whenever what happened or the moment looked at has changed.
    pub fn with<T>(self, read: impl FnOnce(&Machine) -> T) -> T {
        self.shown.revision.signal().track();
        self.playhead.track();
        self.with_untracked(read)
    }

    /// What happened.
    pub fn timeline(self) -> Happened {
        Happened(self)
    }

    /// Where a knob stands.
    pub fn knob_value(self, knob: &Knob) -> f64 {
        self.knobs.track();
        self.scenario.track();
        self.with_untracked(|machine| machine.knob_value(knob))
    }

    /// Moves a knob.
    pub fn set_knob(self, id: &str, value: f64) {
        let id = id.to_owned();
        self.send(Input::Knob { id, value });
    }

    /// Moves several knobs at once.
    pub fn change_knobs(self, change: impl FnOnce(&mut BTreeMap<String, f64>)) {
        let mut knobs = self.with_untracked(|machine| machine.knobs().clone());
        change(&mut knobs);
        self.send(Input::Knobs(knobs));
    }

    /// Does something at the moment looked at. A refusal is told above the page.
    pub fn act(self, act: Intervention) {
        let told = Told::Above;
        self.send(Input::Act { act, told });
    }

    /// Does something at the moment looked at, for a form that tells a refusal itself.
    ///
    /// # Errors
    /// Why it cannot be done, as a sentence; nothing has changed then.
    pub fn act_for_form(self, act: Intervention) -> Result<(), String> {
        let told = Told::Beside;
        self.send(Input::Act { act, told });
        self.outcome()
    }

    /// Asks for what stands in a form. Returns what a person should know about it.
    ///
    /// # Errors
    /// What to write instead, and what may be asked; nothing has changed then.
    pub fn ask(self, name: String, rtype: String) -> Result<Option<String>, AskFault> {
        self.send(Input::Ask { name, rtype });
        let offer = self.with_untracked(|machine| machine.offer().cloned());
        let note = self.with_untracked(|machine| machine.note().map(str::to_owned));
        let refused = self.outcome();
        refused
            .map(|()| note)
            .map_err(|problem| AskFault { problem, offer })
    }

    /// What came of the last act of a form.
    fn outcome(self) -> Result<(), String> {
        let refusal = self.with_untracked(|machine| machine.refusal().map(str::to_owned));
        refusal.map_or(Ok(()), Err)
    }

    /// Does what a lesson's button does.
    pub fn perform(self, acts: &[Act]) {
        self.send(Input::Perform(acts.to_vec()));
    }

    /// Moves the playhead by hand.
    pub fn seek(self, to: Move) {
        self.send(Input::Seek(to));
    }

    /// Everything that brings the present state back, but for a crowd.
    pub fn session(self) -> Session {
        self.with_untracked(Machine::session)
    }
}

/// What happened, as a signal.
#[derive(Clone, Copy)]
pub struct Happened(Bench);

impl Happened {
    /// Reads it, again whenever it has changed.
    pub fn with<T>(self, read: impl FnOnce(&Timeline) -> T) -> T {
        self.track();
        self.with_untracked(read)
    }

    /// Reads it as it stands.
    pub fn with_untracked<T>(self, read: impl FnOnce(&Timeline) -> T) -> T {
        self.0.with_untracked(|machine| read(machine.timeline()))
    }

    /// Follows it.
    pub fn track(self) {
        self.0.shown.revision.signal().track();
    }
}

/// Shows what has changed.
fn publish(shown: Signals, machine: &Machine) {
    shown.scenario.show(machine.scenario().cloned());
    shown.seed.show(machine.seed());
    shown.knobs.show_ref(machine.knobs());
    shown.revision.show(machine.revision());
    shown.playhead.show(machine.playhead());
    shown.seen.show(machine.seen());
    shown.is_playing.show(machine.is_playing());
    shown.pace.show(machine.pace());
    shown.client.show(machine.client().to_owned());
    shown.question.show(machine.question().cloned());
    shown.view.show(machine.view());
    shown.tab.show(machine.tab());
    shown.selection.show(machine.selection());
}
