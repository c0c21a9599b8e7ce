//! The crowd at hand: its knobs, its run, and what it is compared with.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use leptos::leptos_dom::helpers::{TimeoutHandle, set_timeout_with_handle};
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::job::{Job, sized};
use super::runs::{News, cancel, start};
use crate::app::parts;
use crate::lesson::CrowdRun as LessonRun;
use crate::scenario::Knob;
use crate::scenario::crowd::CrowdSource;
use crate::scene::population::{CrowdRun, PastRun, TimeWindow, window_moments};

/// The most clients that are simulated while a knob is dragged.
const LIVE_CLIENTS: u32 = 10_000;
/// How long a knob rests before all clients are simulated.
const REST: Duration = Duration::from_millis(350);
/// The most runs that are remembered.
const MOST_PAST: usize = 60;

/// How the run stands.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum RunStatus {
    /// Nothing is under way.
    #[default]
    Idle,
    /// A run is under way; this share of it is done.
    Running(f64),
    /// The last one was cancelled.
    Cancelled,
    /// The last one failed; why, as a sentence.
    Failed(String),
}

/// What a run is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// The charts, with all clients.
    Whole,
    /// The charts while a knob moves, with some of them.
    Live,
    /// Being compared with.
    Pinned,
    /// A figure in the prose that wants some knobs elsewhere; its id.
    Aside(String),
}

/// The crowd at hand as signals, with everything that can be done to it.
#[derive(Clone, Copy)]
pub struct CrowdBench {
    /// The scenario; `None` on pages without a crowd.
    pub source: RwSignal<Option<Arc<CrowdSource>>>,
    /// Where its knobs stand, by id.
    pub knobs: RwSignal<BTreeMap<String, f64>>,
    /// How many clients there are, if not as many as the file says.
    pub clients: RwSignal<Option<u32>>,
    /// The seed.
    pub seed: RwSignal<u64>,
    /// How the run stands.
    pub status: RwSignal<RunStatus>,
    /// What came out last.
    pub run: RwSignal<Option<Arc<CrowdRun>>>,
    /// For how many clients each simulated one of a preview stands, while a knob moves.
    pub preview: RwSignal<Option<u32>>,
    /// Whether a prediction has to be made before anything is run.
    pub waits: RwSignal<bool>,
    /// The run that is compared with.
    pub pinned: RwSignal<Option<Arc<CrowdRun>>>,
    /// Runs so far.
    pub past: RwSignal<Vec<PastRun>>,
    /// How many runs of all clients were seen to their end.
    pub seen: RwSignal<usize>,
    /// The last of them, as lessons read it.
    pub last: RwSignal<Option<Arc<LessonRun>>>,
    /// Runs for single figures of the prose, by the id of the figure.
    pub asides: RwSignal<BTreeMap<String, Arc<LessonRun>>>,
    /// The ids of the knobs that are shown first.
    pub shown: RwSignal<Vec<String>>,
    /// The moment looked at, in seconds; `None` is the end.
    pub cursor: RwSignal<Option<f64>>,
    /// The part of the run that charts over time show.
    pub window: RwSignal<TimeWindow>,
    /// The scenario's file, for the worker.
    text: StoredValue<Arc<str>>,
    /// Fires when a knob has rested.
    rest: StoredValue<Option<TimeoutHandle>>,
    /// Whether a run with fewer clients is under way, and whether another is wanted after it.
    live: StoredValue<(bool, bool)>,
    /// The figures that want runs of their own, with where they want knobs.
    pub(super) wanted: StoredValue<Vec<(String, BTreeMap<String, f64>)>>,
}

impl CrowdBench {
    /// A bench with nothing on it.
    pub fn new() -> Self {
        Self {
            source: RwSignal::new(None),
            knobs: RwSignal::new(BTreeMap::new()),
            clients: RwSignal::new(None),
            seed: RwSignal::new(0),
            status: RwSignal::new(RunStatus::Idle),
            run: RwSignal::new(None),
            preview: RwSignal::new(None),
            waits: RwSignal::new(false),
            pinned: RwSignal::new(None),
            past: RwSignal::new(Vec::new()),
            seen: RwSignal::new(0),
            last: RwSignal::new(None),
            asides: RwSignal::new(BTreeMap::new()),
            shown: RwSignal::new(Vec::new()),
            cursor: RwSignal::new(None),
            window: RwSignal::new(TimeWindow::default()),
            text: StoredValue::new(Arc::from("")),
            rest: StoredValue::new(None),
            live: StoredValue::new((false, false)),
            wanted: StoredValue::new(Vec::new()),
        }
    }

    /// Puts a scenario on the bench: its file is for the worker, and the knobs with these ids
    /// are shown first. Nothing is run yet.
    pub fn open(&self, source: Arc<CrowdSource>, text: Arc<str>, shown: Vec<String>) {
        self.clear();
        self.seed.set(source.seed);
        self.knobs.set(source.opening_knobs());
        self.clients.set(None);
        self.text.set_value(text);
        self.shown.set(shown);
        self.window.set(TimeWindow::opening(&source));
        self.source.set(Some(source));
    }

    /// Puts the knobs where a step of a lesson has them; others of the lesson are passed over.
    pub fn place_knobs(&self, knobs: &BTreeMap<String, f64>) {
        let Some(source) = self.source.get_untracked() else {
            return;
        };
        self.knobs.update(|values| {
            for (id, value) in knobs {
                if let Some(knob) = source.knob(id) {
                    values.insert(id.clone(), knob.clamp(*value));
                }
            }
        });
    }

    /// Takes everything off the bench.
    pub fn clear(&self) {
        self.stop();
        self.source.set(None);
        self.run.set(None);
        self.pinned.set(None);
        self.past.set(Vec::new());
        self.seen.set(0);
        self.last.set(None);
        self.cursor.set(None);
        self.window.set(TimeWindow::default());
        self.status.set(RunStatus::Idle);
        self.preview.set(None);
        self.waits.set(false);
        self.asides.set(BTreeMap::new());
        self.wanted.set_value(Vec::new());
    }

    /// Where a knob stands.
    pub fn knob_value(&self, knob: &Knob) -> f64 {
        self.knobs
            .with(|values| values.get(&knob.id).copied().unwrap_or(knob.start))
    }

    /// Moves a knob. Some clients are simulated at once, and all of them when it rests.
    pub fn set_knob(&self, id: &str, value: f64) {
        if self
            .knobs
            .with_untracked(|values| values.get(id) == Some(&value))
        {
            return;
        }
        self.knobs.update(|values| {
            values.insert(id.to_owned(), value);
        });
        // Who has a prediction to make is not shown the outcome.
        if self.waits.get_untracked() {
            return;
        }
        let bench = *self;
        self.forget_rest();
        let all = move || bench.run_all();
        self.rest.set_value(set_timeout_with_handle(all, REST).ok());
        match self.live.get_value() {
            (true, _) => self.live.set_value((true, true)),
            (false, _) => {
                self.live.set_value((true, false));
                request_animation_frame(move || bench.run_some());
            }
        }
    }

    /// Shows a shorter part of the run, about the moment looked at; without one, about the
    /// moment it is about already, or the first at which something is done.
    pub fn zoom_in(&self) {
        let window = self.window.get_untracked();
        let closer = self.run.with_untracked(|run| {
            let run = run.as_ref()?;
            let first = || window_moments(run).first().map(|moment| moment.at);
            let known = (window.level > 0).then_some(window.about).or_else(first);
            let about = self.cursor.get_untracked().or(known);
            let middle = run.end() / 2.0;
            Some(window.closer(run, about.unwrap_or(middle)))
        });
        if let Some(closer) = closer {
            self.window.set(closer);
        }
    }

    /// Shows a longer part of the run.
    pub fn zoom_out(&self) {
        let wider = self.run.with_untracked(|run| {
            let run = run.as_ref()?;
            Some(self.window.get_untracked().wider(run))
        });
        if let Some(wider) = wider {
            self.window.set(wider);
        }
    }

    /// Shows the run about one of its moments, or all of it.
    pub fn show_about(&self, about: Option<f64>) {
        // What was looked at before is elsewhere.
        self.cursor.set(None);
        self.window.update(|window| {
            *window = match about {
                Some(about) => TimeWindow {
                    level: window.level.max(1),
                    about,
                },
                None => TimeWindow::default(),
            }
        });
    }

    /// Simulates all clients now if a knob has just been moved.
    pub fn settle(&self) {
        if self.rest.with_value(Option::is_some) {
            self.run_all();
        }
    }

    /// Sets the number of clients, and runs.
    pub fn set_clients(&self, clients: Option<u32>) {
        self.clients.set(clients);
        self.run_changed();
    }

    /// Takes another seed, and runs.
    pub fn reseed(&self) {
        self.seed.update(|seed| *seed = seed.wrapping_add(1));
        self.run_changed();
    }

    /// Runs after a change of who takes part, unless a prediction comes first.
    fn run_changed(&self) {
        self.asides.set(BTreeMap::new());
        if !self.waits.get_untracked() {
            self.run_all();
        }
    }

    /// Simulates all clients.
    pub fn run_all(&self) {
        self.forget_rest();
        self.live.set_value((false, false));
        self.begin(Purpose::Whole, self.knobs.get_untracked());
    }

    /// Simulates some of the clients.
    fn run_some(&self) {
        if self.live.get_value().0 {
            self.begin(Purpose::Live, self.knobs.get_untracked());
        }
    }

    /// Starts a run with the knobs in some places.
    pub(super) fn begin(&self, purpose: Purpose, knobs: BTreeMap<String, f64>) {
        let bench = *self;
        if matches!(purpose, Purpose::Whole | Purpose::Pinned) {
            self.status.set(RunStatus::Running(0.0));
        }
        spawn_local(async move {
            match parts::crowds().await {
                Ok(crowds) => (crowds.begin)(bench, purpose, knobs),
                Err(error) => bench
                    .status
                    .set(RunStatus::Failed(error.words().to_owned())),
            }
        });
    }

    /// Starts a run with the knobs in some places, now that what it takes is there.
    pub fn begin_now(&self, purpose: Purpose, knobs: BTreeMap<String, f64>) {
        let Some(source) = self.source.get_untracked() else {
            return;
        };
        let most = (purpose == Purpose::Live).then_some(LIVE_CLIENTS);
        let clients = self.clients.get_untracked();
        let seed = self.seed.get_untracked();
        let sized = match sized(&source, &knobs, clients, most) {
            Ok(sized) => sized,
            Err(problem) => {
                self.status.set(RunStatus::Failed(problem));
                return;
            }
        };
        let job = Job {
            ticket: 0,
            id: source.id.clone(),
            text: self.text.with_value(|text| text.to_string()),
            knobs: knobs.clone(),
            clients,
            most,
            seed,
        };
        let bench = *self;
        let is_told = matches!(purpose, Purpose::Whole | Purpose::Pinned);
        if is_told {
            self.status.set(RunStatus::Running(0.0));
        }
        let addresses = sized.population.addresses();
        start(job, addresses, move |news| match news {
            News::Progress(done) if is_told => {
                bench.status.set(RunStatus::Running(done));
            }
            News::Progress(_) => {}
            News::Failed(problem) => {
                bench.live.set_value((false, false));
                bench.status.set(RunStatus::Failed(problem));
            }
            News::Done(series) => bench.take(
                &purpose,
                CrowdRun {
                    source: Arc::clone(&source),
                    knobs: knobs.clone(),
                    seed,
                    crowd: sized.crowd.clone(),
                    factor: sized.factor,
                    series: *series,
                },
            ),
        });
    }

    /// Takes what came out to where it is wanted.
    fn take(&self, purpose: &Purpose, run: CrowdRun) {
        match purpose {
            Purpose::Whole | Purpose::Live => self.show(run),
            Purpose::Pinned => {
                self.pinned.set(Some(Arc::new(run)));
                self.run_all();
            }
            Purpose::Aside(id) => {
                self.asides.update(|asides| {
                    asides.insert(id.clone(), Arc::new(for_lesson(&run)));
                });
                self.run_asides();
            }
        }
    }

    /// Shows what came out.
    fn show(&self, run: CrowdRun) {
        let is_preview = run.factor > 1;
        if !is_preview {
            self.past.update(|past| {
                past.push(PastRun::of(&run));
                let many = past.len().saturating_sub(MOST_PAST);
                past.drain(..many);
            });
            self.last.set(Some(Arc::new(for_lesson(&run))));
            self.seen.update(|seen| *seen += 1);
        }
        self.preview.set(is_preview.then_some(run.factor));
        self.run.set(Some(Arc::new(run)));
        self.status.set(RunStatus::Idle);
        let bench = *self;
        match self.live.get_value() {
            (true, true) => {
                self.live.set_value((true, false));
                request_animation_frame(move || bench.run_some());
            }
            _ => {
                self.live.set_value((false, false));
                self.run_asides();
            }
        }
    }

    /// Whether nothing is under way and nothing is to come.
    pub(super) fn is_idle(&self) -> bool {
        let is_running = self
            .status
            .with_untracked(|status| matches!(status, RunStatus::Running(_)));
        !is_running && !self.live.get_value().0 && self.rest.with_value(Option::is_none)
    }

    /// Breaks the run off.
    pub fn cancel(&self) {
        self.stop();
        self.status.set(RunStatus::Cancelled);
    }

    /// Stops everything that is under way or to come.
    fn stop(&self) {
        self.forget_rest();
        self.live.set_value((false, false));
        cancel();
    }

    /// Forgets that a knob is to be waited for.
    fn forget_rest(&self) {
        if let Some(Some(handle)) = self.rest.try_update_value(Option::take) {
            handle.clear();
        }
    }

    /// Keeps the present run to compare others with.
    pub fn pin(&self) {
        self.pinned.set(self.run.get_untracked());
    }
}

/// A run as lessons read it.
fn for_lesson(run: &CrowdRun) -> LessonRun {
    LessonRun {
        id: run.source.id.clone(),
        crowd: run.crowd.clone(),
        knobs: run.knobs.clone(),
        series: run.series.clone(),
    }
}

impl Default for CrowdBench {
    fn default() -> Self {
        Self::new()
    }
}
