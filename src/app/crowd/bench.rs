//! The crowd at hand, as components see it and as they act on it.

use std::collections::BTreeMap;
use std::sync::Arc;

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::app::binding::Bound;
use crate::app::driver::Driver;
use crate::app::heavy::Heavy;
use crate::app::parts;
use crate::lesson::CrowdRun as LessonRun;
use crate::page::crowd::{CrowdBench as Bench, CrowdStatus, Effect, Input, Opening};
use crate::page::{Notice, notices};
use crate::scenario::Knob;
use crate::scenario::crowd::{CrowdSource, CrowdView};
use crate::scene::population::{CrowdRun, PastRun, TimeWindow};

/// The timer of a knob that rests.
const REST: &str = "rest";

/// The crowd at hand as signals, with everything that can be done to it.
///
/// The machine behind it is in a part of the program that is there once a crowd is opened. It is
/// bound then, and lives as long as the page.
#[derive(Clone, Copy)]
pub struct CrowdBench {
    /// The machine, once it is needed.
    bound: StoredValue<Option<Bound<Bench>>, LocalStorage>,
    /// What happened before the part was there.
    waiting: StoredValue<Vec<Input>, LocalStorage>,
    /// Who owns it: the page as a whole.
    owner: StoredValue<Owner>,
    /// The same as what follows, for the binding.
    signals: Signals,
    /// The ways to the reader and to heavy runs.
    ways: (Driver, Heavy),
    /// The crowd; `None` on pages without one.
    pub source: ReadSignal<Option<Arc<CrowdSource>>>,
    /// Where its knobs stand, by id.
    pub knobs: ReadSignal<BTreeMap<String, f64>>,
    /// How many clients there are, if not as many as the file says.
    pub clients: ReadSignal<Option<u32>>,
    /// How the run stands.
    pub status: ReadSignal<CrowdStatus>,
    /// What came out last.
    pub run: ReadSignal<Option<Arc<CrowdRun>>>,
    /// For how many clients each simulated one of a preview stands, while a knob moves.
    pub preview: ReadSignal<Option<u32>>,
    /// Whether a prediction has to be made before anything is run.
    pub waits: ReadSignal<bool>,
    /// The run that is compared with.
    pub pinned: ReadSignal<Option<Arc<CrowdRun>>>,
    /// Runs so far.
    pub past: ReadSignal<Arc<Vec<PastRun>>>,
    /// How many runs of all clients were seen to their end.
    pub seen: ReadSignal<usize>,
    /// The last of them, as lessons read it.
    pub last: ReadSignal<Option<Arc<LessonRun>>>,
    /// Runs for single figures of the prose, by the id of the figure.
    pub asides: ReadSignal<BTreeMap<String, Arc<LessonRun>>>,
    /// The ids of the knobs that are shown first.
    pub shown: ReadSignal<Vec<String>>,
    /// The moment looked at, in seconds; `None` is the end.
    pub cursor: ReadSignal<Option<f64>>,
    /// The part of the run that charts over time show.
    pub window: ReadSignal<TimeWindow>,
}

/// What components see.
#[derive(Clone, Copy)]
struct Signals {
    source: RwSignal<Option<Arc<CrowdSource>>>,
    knobs: RwSignal<BTreeMap<String, f64>>,
    clients: RwSignal<Option<u32>>,
    status: RwSignal<CrowdStatus>,
    run: RwSignal<Option<Arc<CrowdRun>>>,
    preview: RwSignal<Option<u32>>,
    waits: RwSignal<bool>,
    pinned: RwSignal<Option<Arc<CrowdRun>>>,
    past: RwSignal<Arc<Vec<PastRun>>>,
    seen: RwSignal<usize>,
    last: RwSignal<Option<Arc<LessonRun>>>,
    asides: RwSignal<BTreeMap<String, Arc<LessonRun>>>,
    shown: RwSignal<Vec<String>>,
    cursor: RwSignal<Option<f64>>,
    window: RwSignal<TimeWindow>,
}

impl Default for Signals {
    fn default() -> Self {
        Self {
            source: RwSignal::new(None),
            knobs: Default::default(),
            clients: Default::default(),
            status: Default::default(),
            run: RwSignal::new(None),
            preview: Default::default(),
            waits: Default::default(),
            pinned: RwSignal::new(None),
            past: Default::default(),
            seen: Default::default(),
            last: RwSignal::new(None),
            asides: Default::default(),
            shown: Default::default(),
            cursor: Default::default(),
            window: Default::default(),
        }
    }
}

impl Signals {
    /// Shows what has changed.
    fn publish(self, bench: &Bench) {
        show_shared(self.source, bench.source());
        show(self.knobs, bench.knobs());
        show(self.clients, &bench.clients());
        show(self.shown, bench.shown());
        show_shared(self.pinned, bench.pinned());
        show(self.preview, &bench.preview());
        show(self.window, &bench.window());
        show(self.cursor, &bench.cursor());
        show_if(self.past, bench.past(), Arc::ptr_eq);
        show_shared(self.run, bench.run());
        show(self.seen, &bench.seen());
        show_shared(self.last, bench.last());
        show_if(self.asides, bench.asides(), |one, other| {
            let both = one.iter().zip(other);
            one.len() == other.len()
                && both
                    .into_iter()
                    .all(|((a, run), (b, next))| a == b && Arc::ptr_eq(run, next))
        });
        show(self.waits, &bench.is_held());
        show(self.status, &bench.status());
    }
}

/// Sets a signal if what it shows is not the same.
fn show_if<T: Clone + Send + Sync + 'static>(
    signal: RwSignal<T>,
    value: &T,
    is_same: impl FnOnce(&T, &T) -> bool,
) {
    let is_known = signal.try_with_untracked(|shown| is_same(shown, value));
    if is_known == Some(false) {
        signal.set(value.clone());
    }
}

/// Sets a signal if its value has changed.
fn show<T: Clone + PartialEq + Send + Sync + 'static>(signal: RwSignal<T>, value: &T) {
    show_if(signal, value, T::eq);
}

/// Sets a signal if it shows another copy.
fn show_shared<T: Send + Sync + 'static>(signal: RwSignal<Option<Arc<T>>>, value: Option<&Arc<T>>) {
    let is_known = signal.try_with_untracked(|shown| match (shown, value) {
        (Some(shown), Some(value)) => Arc::ptr_eq(shown, value),
        (None, None) => true,
        _ => false,
    });
    if is_known == Some(false) {
        signal.set(value.map(Arc::clone));
    }
}

impl CrowdBench {
    /// A bench with nothing on it, owned by whoever calls.
    pub fn new(driver: Driver, heavy: Heavy) -> Self {
        let signals = Signals::default();
        Self {
            bound: StoredValue::new_local(None),
            waiting: StoredValue::new_local(Vec::new()),
            owner: StoredValue::new(Owner::current().unwrap_or_default()),
            signals,
            ways: (driver, heavy),
            source: signals.source.read_only(),
            knobs: signals.knobs.read_only(),
            clients: signals.clients.read_only(),
            status: signals.status.read_only(),
            run: signals.run.read_only(),
            preview: signals.preview.read_only(),
            waits: signals.waits.read_only(),
            pinned: signals.pinned.read_only(),
            past: signals.past.read_only(),
            seen: signals.seen.read_only(),
            last: signals.last.read_only(),
            asides: signals.asides.read_only(),
            shown: signals.shown.read_only(),
            cursor: signals.cursor.read_only(),
            window: signals.window.read_only(),
        }
    }

    /// The machine, if a crowd was ever opened.
    fn bound(self) -> Option<Bound<Bench>> {
        self.bound.try_get_value().flatten()
    }

    /// Binds the machine.
    fn bind(self) -> Option<Bound<Bench>> {
        let publish = move |bench: &Bench| self.signals.publish(bench);
        let carry = move |_, effect| self.carry(effect);
        let owner = self.owner.try_get_value()?;
        let bound = owner.with(|| Bound::new(Bench::default(), publish, carry));
        self.bound.try_set_value(Some(bound));
        Some(bound)
    }

    /// Tells the machine what has happened, once the part that it is in is there. On a bench that
    /// never had a crowd that is nothing.
    fn send(self, input: Input) {
        if let Some(crowds) = parts::here(parts::crowds) {
            (crowds.tell)(self, input);
            return;
        }
        let is_first = self.waiting.try_update_value(|waiting| {
            let is_first = waiting.is_empty();
            if !is_first || matches!(input, Input::Open(_)) {
                waiting.push(input);
                return is_first;
            }
            false
        });
        if is_first == Some(true) {
            spawn_local(self.fetch_part());
        }
    }

    /// Fetches the part of the machine, which then hears what has happened meanwhile.
    async fn fetch_part(self) {
        let crowds = parts::crowds().await;
        let waiting = self.waiting.try_update_value(std::mem::take);
        match crowds {
            Ok(crowds) => {
                for input in waiting.into_iter().flatten() {
                    (crowds.tell)(self, input);
                }
            }
            Err(error) => {
                let notice = Notice::problem(error.words());
                self.ways.0.notices(notices::Input::Show(notice));
            }
        }
    }

    /// Puts a crowd on the bench.
    pub fn open(self, opening: Opening) {
        self.send(Input::Open(Box::new(opening)));
    }

    /// Takes everything off the bench.
    pub fn clear(self) {
        self.send(Input::Clear);
    }

    /// A prediction was committed to: what was run before is forgotten, and the crowd is run with
    /// the knobs where the step opens.
    pub fn predicted(self, opening: BTreeMap<String, f64>) {
        self.send(Input::Predicted(opening));
    }

    /// Whether a prediction has to be made before anything is run.
    pub fn hold(self, is_held: bool) {
        self.send(Input::Hold(is_held));
    }

    /// Where a knob stands.
    pub fn knob_value(self, knob: &Knob) -> f64 {
        self.knobs
            .with(|values| values.get(&knob.id).copied().unwrap_or(knob.start))
    }

    /// Moves a knob. Some clients are simulated at once, and all of them when it rests.
    pub fn set_knob(self, id: &str, value: f64) {
        self.send(Input::Turn(id.to_owned(), value));
    }

    /// A knob was let go of.
    pub fn settle(self) {
        self.send(Input::LetGo);
    }

    /// Simulates all clients.
    pub fn run_all(self) {
        self.send(Input::Run);
    }

    /// Breaks the run off.
    pub fn cancel(self) {
        self.send(Input::Cancel);
    }

    /// Sets the number of clients, and runs.
    pub fn set_clients(self, clients: Option<u32>) {
        self.send(Input::Clients(clients));
    }

    /// Takes another seed, and runs.
    pub fn reseed(self) {
        self.send(Input::Reseed);
    }

    /// Keeps the present run to compare others with, or does not any more.
    pub fn compare(self, is_compared: bool) {
        self.send(if is_compared {
            Input::Pin
        } else {
            Input::Unpin
        });
    }

    /// Shows a shorter part of the run.
    pub fn zoom_in(self) {
        self.send(Input::Closer);
    }

    /// Shows a longer part of the run.
    pub fn zoom_out(self) {
        self.send(Input::Wider);
    }

    /// Shows the run about one of its moments, or all of it.
    pub fn show_about(self, about: Option<f64>) {
        self.send(Input::ShowAbout(about));
    }

    /// Looks at a moment, in seconds, or at the end.
    pub fn look_at(self, moment: Option<f64>) {
        self.send(Input::LookAt(moment));
    }

    /// Has a figure of the prose read off a run of its own, now and whenever a knob moves.
    pub fn want_aside(self, figure: &str, knobs: BTreeMap<String, f64>) {
        self.send(Input::Figure(figure.to_owned(), knobs));
    }

    /// What brings the crowd back as it is seen; `None` where there is none.
    pub fn view(self) -> Option<CrowdView> {
        // Without its part there is no crowd yet.
        (parts::here(parts::crowds)?.view)(self)
    }

    /// Does what the machine asks for.
    fn carry(self, effect: Effect) {
        let heavy = self.ways.1;
        match effect {
            Effect::Want(want) => heavy.want(*want, move |ticket, news| {
                self.send(Input::News(ticket, news));
            }),
            Effect::Cancel(seat) => heavy.cancel(seat),
            Effect::Drop(seat) => heavy.drop_job(seat),
            Effect::RestAfter(ms) => {
                if let Some(bound) = self.bound() {
                    // `as` saturates.
                    bound.send_after(REST, ms as u32, Input::Rested);
                }
            }
            Effect::ForgetRest => {
                if let Some(bound) = self.bound() {
                    bound.stop(REST);
                }
            }
        }
    }
}

/// Tells the machine what has happened, now that it is there.
pub fn tell(bench: CrowdBench, input: Input) {
    let is_opening = matches!(input, Input::Open(_));
    let bound = bench.bound();
    if let Some(bound) = bound.or_else(|| is_opening.then(|| bench.bind()).flatten()) {
        bound.send(input);
    }
}

/// What brings the crowd back as it is seen.
pub fn view(bench: CrowdBench) -> Option<CrowdView> {
    bench.bound()?.with(Bench::view).flatten()
}
