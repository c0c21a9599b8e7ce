//! The machine of the crowd at hand.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::lesson::CrowdRun as LessonRun;
use crate::page::Machine;
use crate::page::runs::{News, Paper, Seat, Ticket, Want};
use crate::scenario::crowd::{CrowdSource, CrowdView};
use crate::scene::population::{CrowdRun, PastRun, TimeWindow};

/// The most clients that are simulated while a knob moves.
pub(super) const LIVE_CLIENTS: u32 = 10_000;
/// How long a knob rests before all clients are simulated, in milliseconds.
pub(super) const REST_MS: f64 = 350.0;

/// A run under way.
#[derive(Clone, Debug, PartialEq)]
pub struct Flight {
    /// The number of its job.
    pub(super) number: u32,
    /// Where the knobs stood when it began.
    pub(super) knobs: BTreeMap<String, f64>,
    /// How many clients there were, if not as many as the crowd has.
    pub(super) clients: Option<u32>,
    /// Its seed.
    pub(super) seed: u64,
}

/// What is going on.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Phase {
    /// Nothing is under way.
    #[default]
    Still,
    /// A knob moves: some of the clients are being run, and once more if it has moved on since.
    Previewing {
        /// The run.
        flight: Flight,
        /// Whether the knob has moved on.
        is_outdated: bool,
    },
    /// All clients are being run.
    Running {
        /// The run.
        flight: Flight,
        /// The share that is done.
        share: f64,
    },
    /// The run to compare with is being made, before the other.
    RunningFirst {
        /// The run.
        flight: Flight,
        /// The share that is done.
        share: f64,
    },
    /// The last run was cancelled.
    Cancelled,
    /// The last run failed; why, as a sentence.
    Failed(String),
}

/// How the run stands, as the page shows it.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum CrowdStatus {
    /// Nothing is under way that is told.
    #[default]
    Idle,
    /// A run is under way; this share of it is done.
    Running(f64),
    /// The last one was cancelled.
    Cancelled,
    /// The last one failed; why, as a sentence.
    Failed(String),
}

/// A crowd that is put on the bench.
#[derive(Clone, Debug)]
pub struct Opening {
    /// The crowd.
    pub source: Arc<CrowdSource>,
    /// Its file, for the worker.
    pub paper: Paper,
    /// The ids of the knobs that are shown first.
    pub shown: Vec<String>,
    /// Where knobs stand that do not stand as in the file; others of a lesson are passed over.
    pub knobs: BTreeMap<String, f64>,
    /// What a link, or an earlier visit, brings back. What of it does not fit the crowd is passed
    /// over; whoever read it tells so.
    pub view: Option<CrowdView>,
    /// Whether it is run at once, whatever is brought back.
    pub is_run: bool,
}

/// What can happen.
#[derive(Clone, Debug)]
pub enum Input {
    /// A crowd is put on the bench.
    Open(Box<Opening>),
    /// Everything is taken off the bench.
    Clear,
    /// Knobs are put where a step has them; others of the lesson are passed over.
    Place(BTreeMap<String, f64>),
    /// A prediction was committed to: what was run before is forgotten, and the crowd is run with
    /// the knobs where the step opens.
    Predicted(BTreeMap<String, f64>),
    /// A prediction has to be made before anything is run, or no longer.
    Hold(bool),
    /// A knob was moved; its id and where it stands now.
    Turn(String, f64),
    /// A knob was let go of.
    LetGo,
    /// A knob has rested.
    Rested,
    /// All clients are to be run.
    Run,
    /// The run is to be broken off.
    Cancel,
    /// There are so many clients, or as many as the crowd has.
    Clients(Option<u32>),
    /// Another seed is taken.
    Reseed,
    /// The run that is shown is kept, to compare others with.
    Pin,
    /// It is not compared any more.
    Unpin,
    /// A shorter part of the run is to be shown, about the moment looked at.
    Closer,
    /// A longer part is to be shown.
    Wider,
    /// The run is to be shown about one of its moments, in seconds, or all of it.
    ShowAbout(Option<f64>),
    /// The moment that is looked at, in seconds; none is the end.
    LookAt(Option<f64>),
    /// A figure of the prose is to be read off a run of its own, with some knobs elsewhere, now
    /// and whenever a knob moves.
    Figure(String, BTreeMap<String, f64>),
    /// Something is heard of a run.
    News(Ticket, News),
}

/// What is to be done.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Have a run made.
    Want(Box<Want>),
    /// Break a run off.
    Cancel(Seat),
    /// A run is not wanted any more.
    Drop(Seat),
    /// Send [`Input::Rested`], so many milliseconds from now, instead of whenever it was to be
    /// sent before.
    RestAfter(f64),
    /// Do not send it.
    ForgetRest,
}

/// The crowd at hand.
#[derive(Debug, Default)]
pub struct CrowdBench {
    /// The crowd and its file; `None` on pages without one.
    pub(super) open: Option<(Arc<CrowdSource>, Paper)>,
    /// Where the knobs stand, by id.
    pub(super) knobs: BTreeMap<String, f64>,
    /// How many clients there are, if not as many as the file says.
    pub(super) clients: Option<u32>,
    /// The seed.
    pub(super) seed: u64,
    /// The ids of the knobs that are shown first.
    pub(super) shown: Vec<String>,
    /// What is going on.
    pub(super) phase: Phase,
    /// Whether a knob was moved and is waited for.
    pub(super) is_turning: bool,
    /// Whether a prediction has to be made first.
    pub(super) is_held: bool,
    /// What came out last.
    pub(super) run: Option<Arc<CrowdRun>>,
    /// The run that is compared with.
    pub(super) pinned: Option<Arc<CrowdRun>>,
    /// Runs so far.
    pub(super) past: Arc<Vec<PastRun>>,
    /// How many runs of all clients were seen to their end.
    pub(super) seen: usize,
    /// The last of them, as lessons read it.
    pub(super) last: Option<Arc<LessonRun>>,
    /// The moment looked at, in seconds; `None` is the end.
    pub(super) cursor: Option<f64>,
    /// The part of the run that charts over time show.
    pub(super) window: TimeWindow,
    /// Runs for single figures of the prose, by the id of the figure.
    pub(super) asides: BTreeMap<String, Arc<LessonRun>>,
    /// The figures that want runs of their own, with where they want knobs.
    pub(super) wanted: Vec<(String, BTreeMap<String, f64>)>,
    /// The run under way for one of them.
    pub(super) aside: Option<(String, Flight)>,
    /// The number of the last job.
    pub(super) number: u32,
}

impl Machine for CrowdBench {
    type Input = Input;
    type Effect = Effect;

    fn handle(&mut self, input: Input) -> Vec<Effect> {
        let mut effects = Vec::new();
        let out = &mut effects;
        match input {
            Input::Open(opening) => self.open(*opening, out),
            Input::Clear => self.clear(out),
            Input::Place(knobs) => self.place(&knobs),
            Input::Predicted(knobs) => {
                self.seen = 0;
                self.place(&knobs);
                self.run_all(out);
            }
            Input::Hold(is_held) => self.is_held = is_held,
            Input::Turn(id, value) => self.turn(id, value, out),
            Input::LetGo if self.is_turning => self.rest(out),
            Input::LetGo => {}
            Input::Rested => self.rest(out),
            Input::Run => self.run_all(out),
            Input::Cancel => {
                self.stop(out);
                self.phase = Phase::Cancelled;
            }
            Input::Clients(clients) => {
                self.clients = clients;
                self.change(out);
            }
            Input::Reseed => {
                self.seed = self.seed.wrapping_add(1);
                self.change(out);
            }
            Input::Pin => self.pinned.clone_from(&self.run),
            Input::Unpin => self.pinned = None,
            Input::Closer => self.closer(),
            Input::Wider => {
                if let Some(run) = &self.run {
                    self.window = self.window.wider(run);
                }
            }
            Input::ShowAbout(about) => self.show_about(about),
            Input::LookAt(moment) => self.cursor = moment,
            Input::Figure(figure, knobs) => self.want_aside(figure, knobs),
            Input::News(ticket, news) => self.hear(&ticket, news, out),
        }
        self.run_asides(out);
        effects
    }
}

impl CrowdBench {
    /// The crowd; `None` on pages without one.
    pub fn source(&self) -> Option<&Arc<CrowdSource>> {
        self.open.as_ref().map(|(source, _)| source)
    }

    /// Where the knobs stand, by id.
    pub fn knobs(&self) -> &BTreeMap<String, f64> {
        &self.knobs
    }

    /// How many clients there are, if not as many as the file says.
    pub fn clients(&self) -> Option<u32> {
        self.clients
    }

    /// The seed.
    pub fn seed(&self) -> u64 {
        self.seed
    }

    /// The ids of the knobs that are shown first.
    pub fn shown(&self) -> &Vec<String> {
        &self.shown
    }

    /// What is going on.
    pub fn phase(&self) -> &Phase {
        &self.phase
    }

    /// How the run stands, as the page shows it. Previews come and go untold.
    pub fn status(&self) -> CrowdStatus {
        match &self.phase {
            Phase::Still | Phase::Previewing { .. } => CrowdStatus::Idle,
            Phase::Running { share, .. } | Phase::RunningFirst { share, .. } => {
                CrowdStatus::Running(*share)
            }
            Phase::Cancelled => CrowdStatus::Cancelled,
            Phase::Failed(problem) => CrowdStatus::Failed(problem.clone()),
        }
    }

    /// What came out last.
    pub fn run(&self) -> Option<&Arc<CrowdRun>> {
        self.run.as_ref()
    }

    /// For how many clients each simulated one stands, if what is shown is a preview.
    pub fn preview(&self) -> Option<u32> {
        self.run.as_ref().map(|run| run.factor).filter(|it| *it > 1)
    }

    /// Whether a prediction has to be made before anything is run.
    pub fn is_held(&self) -> bool {
        self.is_held
    }

    /// The run that is compared with.
    pub fn pinned(&self) -> Option<&Arc<CrowdRun>> {
        self.pinned.as_ref()
    }

    /// Runs so far, the oldest first.
    pub fn past(&self) -> &Arc<Vec<PastRun>> {
        &self.past
    }

    /// How many runs of all clients were seen to their end.
    pub fn seen(&self) -> usize {
        self.seen
    }

    /// The last of them, as lessons read it.
    pub fn last(&self) -> Option<&Arc<LessonRun>> {
        self.last.as_ref()
    }

    /// Runs for single figures of the prose, by the id of the figure.
    pub fn asides(&self) -> &BTreeMap<String, Arc<LessonRun>> {
        &self.asides
    }

    /// The moment looked at, in seconds; `None` is the end.
    pub fn cursor(&self) -> Option<f64> {
        self.cursor
    }

    /// The part of the run that charts over time show.
    pub fn window(&self) -> TimeWindow {
        self.window
    }

    /// Whether nothing is under way or to come.
    pub(super) fn is_idle(&self) -> bool {
        let is_still = matches!(
            self.phase,
            Phase::Still | Phase::Cancelled | Phase::Failed(_)
        );
        is_still && !self.is_turning
    }
}
