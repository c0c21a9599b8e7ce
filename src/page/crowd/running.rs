//! What is run, when, and what becomes of it.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::bench::{CrowdBench, Effect, Flight, LIVE_CLIENTS, Opening, Phase, REST_MS};
use crate::engine::population::Series;
use crate::lesson::CrowdRun as LessonRun;
use crate::page::runs::{CrowdJob, Job, News, Product, Seat, Ticket, Want};
use crate::scene::population::{CrowdRun, PastRun, TimeWindow, window_moments};

/// The most runs that are remembered.
const MOST_PAST: usize = 60;

impl CrowdBench {
    /// Puts a crowd on the bench.
    pub(super) fn open(&mut self, opening: Opening, out: &mut Vec<Effect>) {
        self.clear(out);
        let source = opening.source;
        self.seed = source.seed;
        self.knobs = source.opening_knobs();
        self.clients = None;
        self.shown = opening.shown;
        self.window = TimeWindow::opening(&source);
        self.open = Some((source, opening.paper));
        self.place(&opening.knobs);
        if let Some(view) = opening.view {
            self.restore(&view, out);
        }
        if opening.is_run && matches!(self.phase, Phase::Still) {
            self.run_all(out);
        }
    }

    /// Takes everything off the bench.
    pub(super) fn clear(&mut self, out: &mut Vec<Effect>) {
        self.stop(out);
        *self = Self {
            number: self.number,
            ..Self::default()
        };
    }

    /// Stops everything that is under way or to come.
    pub(super) fn stop(&mut self, out: &mut Vec<Effect>) {
        self.forget_rest(out);
        if self.aside.take().is_some() {
            out.push(Effect::Drop(Seat::Aside));
        }
        if !matches!(
            self.phase,
            Phase::Still | Phase::Cancelled | Phase::Failed(_)
        ) {
            out.push(Effect::Cancel(Seat::Charts));
            self.phase = Phase::Still;
        }
    }

    /// Forgets that a knob is to be waited for.
    pub(super) fn forget_rest(&mut self, out: &mut Vec<Effect>) {
        if std::mem::take(&mut self.is_turning) {
            out.push(Effect::ForgetRest);
        }
    }

    /// Puts knobs of the crowd somewhere.
    pub(super) fn place(&mut self, knobs: &BTreeMap<String, f64>) {
        let Some((source, _)) = &self.open else {
            return;
        };
        for (id, value) in knobs {
            if let Some(knob) = source.knob(id) {
                self.knobs.insert(id.clone(), knob.clamp(*value));
            }
        }
    }

    /// A knob was moved.
    pub(super) fn turn(&mut self, id: String, value: f64, out: &mut Vec<Effect>) {
        if self.open.is_none() || self.knobs.get(&id) == Some(&value) {
            return;
        }
        self.knobs.insert(id, value);
        // A run for a figure with the knobs as they stood is of no use any more.
        if self.aside.take().is_some() {
            out.push(Effect::Drop(Seat::Aside));
        }
        // Who has a prediction to make is not shown the outcome.
        if self.is_held {
            return;
        }
        self.is_turning = true;
        out.push(Effect::RestAfter(REST_MS));
        match &mut self.phase {
            Phase::Previewing { is_outdated, .. } => *is_outdated = true,
            _ => self.preview_run(out),
        }
    }

    /// Runs some of the clients.
    pub(super) fn preview_run(&mut self, out: &mut Vec<Effect>) {
        let knobs = self.knobs.clone();
        if let Some(flight) = self.begin(Seat::Charts, knobs, Some(LIVE_CLIENTS), out) {
            self.phase = Phase::Previewing {
                flight,
                is_outdated: false,
            };
        }
    }

    /// A knob has come to rest: all clients are run, if what is shown is not their run already.
    pub(super) fn rest(&mut self, out: &mut Vec<Effect>) {
        if !self.is_turning {
            return;
        }
        let is_shown = self.run.as_ref().is_some_and(|run| {
            let has_all = run.factor == 1;
            let last = self.last.as_ref().is_some_and(|it| it.knobs == self.knobs);
            has_all && last && run.knobs == self.knobs && run.seed == self.seed
        });
        if is_shown && matches!(self.phase, Phase::Still) {
            self.forget_rest(out);
        } else {
            self.run_all(out);
        }
    }

    /// Runs after a change of who takes part, unless a prediction comes first.
    pub(super) fn change(&mut self, out: &mut Vec<Effect>) {
        self.asides.clear();
        if self.aside.take().is_some() {
            out.push(Effect::Drop(Seat::Aside));
        }
        if !self.is_held {
            self.run_all(out);
        }
    }

    /// Runs all clients. A run that is just that one goes on.
    pub(super) fn run_all(&mut self, out: &mut Vec<Effect>) {
        self.forget_rest(out);
        if let Phase::Running { flight, .. } = &self.phase
            && flight.knobs == self.knobs
            && flight.clients == self.clients
            && flight.seed == self.seed
        {
            return;
        }
        let knobs = self.knobs.clone();
        if let Some(flight) = self.begin(Seat::Charts, knobs, None, out) {
            self.phase = Phase::Running { flight, share: 0.0 };
        }
    }

    /// Asks for a run with the knobs in some places.
    pub(super) fn begin(
        &mut self,
        seat: Seat,
        knobs: BTreeMap<String, f64>,
        most: Option<u32>,
        out: &mut Vec<Effect>,
    ) -> Option<Flight> {
        let (source, paper) = self.open.as_ref()?;
        self.number = self.number.wrapping_add(1);
        let flight = Flight {
            number: self.number,
            knobs: knobs.clone(),
            clients: self.clients,
            seed: self.seed,
        };
        let job = Job::Crowd(CrowdJob {
            crowd: source.id.clone(),
            knobs,
            clients: self.clients,
            most,
            seed: self.seed,
        });
        out.push(Effect::Want(Box::new(Want {
            ticket: Ticket {
                seat,
                number: self.number,
            },
            job,
            papers: vec![paper.clone()],
        })));
        Some(flight)
    }

    /// Hears of a run.
    pub(super) fn hear(&mut self, ticket: &Ticket, news: News, out: &mut Vec<Effect>) {
        if ticket.seat == Seat::Aside {
            self.hear_aside(ticket.number, news);
            return;
        }
        let (Phase::Previewing { flight, .. }
        | Phase::Running { flight, .. }
        | Phase::RunningFirst { flight, .. }) = &self.phase
        else {
            return;
        };
        // What is heard of an older run comes late.
        if flight.number != ticket.number {
            return;
        }
        match news {
            News::Progress(done) => {
                if let Phase::Running { share, .. } | Phase::RunningFirst { share, .. } =
                    &mut self.phase
                {
                    *share = done;
                }
            }
            News::Failed(problem) => self.phase = Phase::Failed(problem),
            News::Done(Product::Crowd { factor, series }) => {
                let flight = flight.clone();
                if let Some(run) = self.run_of(&flight, factor, *series) {
                    self.take(run, out);
                }
            }
            News::Done(_) => self.phase = Phase::Failed(DAMAGED.to_owned()),
        }
    }

    /// A run from what came back.
    pub(super) fn run_of(&self, flight: &Flight, factor: u32, series: Series) -> Option<CrowdRun> {
        let source = self.source()?;
        let mut crowd = source.crowd(&flight.knobs);
        if let Some(clients) = flight.clients {
            crowd.resize(clients);
        }
        Some(CrowdRun {
            source: Arc::clone(source),
            knobs: flight.knobs.clone(),
            seed: flight.seed,
            crowd,
            factor,
            series,
        })
    }

    /// Takes what came out to where it is wanted.
    pub(super) fn take(&mut self, run: CrowdRun, out: &mut Vec<Effect>) {
        match std::mem::take(&mut self.phase) {
            Phase::RunningFirst { .. } => {
                self.pinned = Some(Arc::new(run));
                self.run_all(out);
            }
            Phase::Previewing { is_outdated, .. } => {
                self.show(run);
                if is_outdated {
                    self.preview_run(out);
                }
            }
            _ => self.show(run),
        }
    }

    /// Shows what came out.
    pub(super) fn show(&mut self, run: CrowdRun) {
        if run.factor == 1 {
            let past = Arc::make_mut(&mut self.past);
            past.push(PastRun::of(&run));
            past.drain(..past.len().saturating_sub(MOST_PAST));
            self.last = Some(Arc::new(for_lesson(&run)));
            self.seen += 1;
        }
        self.run = Some(Arc::new(run));
    }

    /// Shows a shorter part of the run, about the moment looked at; without one, about the moment
    /// it is about already, or the first at which something is done.
    pub(super) fn closer(&mut self) {
        let Some(run) = &self.run else {
            return;
        };
        let first = || window_moments(run).first().map(|moment| moment.at);
        let known = (self.window.level > 0).then_some(self.window.about);
        let about = self.cursor.or(known).or_else(first);
        let about = about.unwrap_or_else(|| run.end() / 2.0);
        self.window = self.window.closer(run, about);
    }

    /// Shows the run about one of its moments, or all of it.
    pub(super) fn show_about(&mut self, about: Option<f64>) {
        // What was looked at before is elsewhere.
        self.cursor = None;
        self.window = about.map_or_else(TimeWindow::default, |about| TimeWindow {
            level: self.window.level.max(1),
            about,
        });
    }
}

/// What is said of a run that is none.
pub(super) const DAMAGED: &str = "The run came back damaged: run it again.";

/// A run as lessons read it.
pub(super) fn for_lesson(run: &CrowdRun) -> LessonRun {
    LessonRun {
        id: run.source.id.clone(),
        crowd: run.crowd.clone(),
        knobs: run.knobs.clone(),
        series: run.series.clone(),
    }
}
