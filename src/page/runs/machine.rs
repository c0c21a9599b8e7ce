//! Who wants what, which job is next, and how the worker fares.

use std::collections::BTreeSet;

use super::{Answer, Job, Order, Paper, PaperId, Product};
use crate::page::Machine;

/// How long a worker may take to say that it works, in milliseconds.
const READY_WITHIN: f64 = 10_000.0;
/// How long it may say nothing while it works, in milliseconds. It is waited for twice: who opens
/// the lid of a laptop finds all clocks to have run on.
const ANSWER_WITHIN: f64 = 15_000.0;
/// How often workers may break before the page does without.
const MOST_BREAKS: u32 = 2;

/// Whom a job is for. A newer job for the same one takes the place of the older, which nobody
/// wants any more. They are in the order in which their jobs are done.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Seat {
    /// The charts of a crowd.
    Charts,
    /// A practice problem.
    Practice,
    /// A figure of the world in the prose; its id.
    Figure(String),
    /// A figure of the prose that wants a run of the crowd with other knobs.
    Aside,
}

impl Seat {
    /// The place in the queue; lower comes first.
    fn rank(&self) -> u8 {
        match self {
            Self::Charts => 0,
            Self::Practice => 1,
            Self::Figure(_) => 2,
            Self::Aside => 3,
        }
    }
}

/// What somebody calls a job of theirs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ticket {
    /// Whose job it is.
    pub seat: Seat,
    /// Its number, by their own count.
    pub number: u32,
}

/// A job that is wanted, with the files it needs.
#[derive(Clone, Debug, PartialEq)]
pub struct Want {
    /// What it is called.
    pub ticket: Ticket,
    /// What is to be done.
    pub job: Job,
    /// All files that it needs.
    pub papers: Vec<Paper>,
}

/// What is heard of a job.
#[derive(Clone, Debug, PartialEq)]
pub enum News {
    /// This share is done, 0 to 1, told by whole percents.
    Progress(f64),
    /// It is done.
    Done(Product),
    /// It cannot be done; why, as a sentence.
    Failed(String),
}

/// Who does a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// The worker.
    Worker,
    /// The page itself, in short pieces.
    Page,
}

/// How the worker fares.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum WorkerLife {
    /// None was started yet, or the last one was ended.
    #[default]
    None,
    /// It was started and has not said that it works.
    Starting,
    /// It works.
    Ready,
    /// It was started and says nothing: meanwhile the page does the work.
    Silent,
    /// Workers do not work here, so the page does the work.
    Missing,
}

/// What is waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Timer {
    /// That the worker says that it works.
    Ready,
    /// That the worker says anything.
    Answer,
}

/// What can happen.
#[derive(Clone, Debug, PartialEq)]
pub enum Input {
    /// Somebody wants a job done.
    Want(Want),
    /// The reader breaks a job off. A worker in the midst of it is ended, which gives back the
    /// memory that it took.
    Cancel(Seat),
    /// Nobody wants a job any more.
    Drop(Seat),
    /// An answer has come.
    Answer(Place, Answer),
    /// The browser has no workers for this page.
    NoWorker,
    /// The worker ended by itself, or sends what cannot be read.
    Broke,
    /// A time is over.
    Fired(Timer),
}

/// What is to be done.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Start a worker.
    StartWorker,
    /// End it, in the midst of whatever it does.
    EndWorker,
    /// Say something to it.
    Send(Order),
    /// Have something done on the page.
    Here(Order),
    /// Set a timer, so many milliseconds from now; it takes the place of the one of its kind.
    After(Timer, f64),
    /// Stop a timer.
    Forget(Timer),
    /// Tell whoever wants a job.
    Tell(Ticket, News),
    /// Tell the reader.
    Notice(&'static str),
}

/// A job under way.
#[derive(Clone, Debug)]
struct AtWork {
    /// What is wanted.
    want: Want,
    /// The number of the order.
    number: u32,
    /// Who does it.
    place: Place,
    /// The percents that were told.
    percents: u32,
    /// Whether it was waited for in vain once.
    was_waited_for: bool,
}

/// All heavy runs of the page.
#[derive(Debug, Default)]
pub struct Runs {
    /// How the worker fares.
    worker: WorkerLife,
    /// The jobs that wait, in the order in which they came.
    queue: Vec<Want>,
    /// The job under way.
    at_work: Option<AtWork>,
    /// The number of the last order.
    pub(super) number: u32,
    /// The files that the worker has.
    sent: BTreeSet<PaperId>,
    /// The files that the page's own server has.
    kept: BTreeSet<PaperId>,
    /// How often a worker broke.
    breaks: u32,
}

impl Machine for Runs {
    type Input = Input;
    type Effect = Effect;

    fn handle(&mut self, input: Input) -> Vec<Effect> {
        let mut effects = Vec::new();
        match input {
            Input::Want(want) => {
                self.forget(&want.ticket.seat, false, &mut effects);
                self.queue.push(want);
            }
            Input::Cancel(seat) => self.forget(&seat, true, &mut effects),
            Input::Drop(seat) => self.forget(&seat, false, &mut effects),
            Input::Answer(_, Answer::Ready) => {
                if matches!(self.worker, WorkerLife::Starting | WorkerLife::Silent) {
                    self.worker = WorkerLife::Ready;
                    effects.push(Effect::Forget(Timer::Ready));
                }
            }
            Input::Answer(Place::Worker, Answer::Fault(problem)) => {
                self.end_with_fault(&problem, &mut effects);
            }
            Input::Answer(place, answer) => self.hear(place, answer, &mut effects),
            Input::NoWorker => {
                self.worker = WorkerLife::Missing;
                effects.push(Effect::Forget(Timer::Ready));
            }
            Input::Broke => self.mend(&mut effects),
            Input::Fired(Timer::Ready) => {
                if self.worker == WorkerLife::Starting {
                    self.worker = WorkerLife::Silent;
                }
            }
            Input::Fired(Timer::Answer) => self.wait_in_vain(&mut effects),
        }
        self.go_on(&mut effects);
        effects
    }
}

impl Runs {
    /// How the worker fares.
    pub fn worker(&self) -> WorkerLife {
        self.worker
    }

    /// Whose job is under way, and who does it.
    pub fn at_work(&self) -> Option<(&Seat, Place)> {
        let it = self.at_work.as_ref()?;
        Some((&it.want.ticket.seat, it.place))
    }

    /// How many jobs wait.
    pub fn waiting(&self) -> usize {
        self.queue.len()
    }

    /// Drops the jobs of somebody, and ends a worker in the midst of them.
    fn forget(&mut self, seat: &Seat, ends_worker: bool, effects: &mut Vec<Effect>) {
        self.queue.retain(|want| want.ticket.seat != *seat);
        if self
            .at_work
            .as_ref()
            .is_none_or(|it| it.want.ticket.seat != *seat)
        {
            return;
        }
        let Some(it) = self.at_work.take() else {
            return;
        };
        if ends_worker && it.place == Place::Worker {
            self.end_worker(WorkerLife::None, effects);
        } else {
            self.drop_order(&it, effects);
        }
    }

    /// Says that a job is not wanted any more.
    fn drop_order(&self, it: &AtWork, effects: &mut Vec<Effect>) {
        let order = Order::Drop(it.number);
        effects.push(match it.place {
            Place::Worker => Effect::Send(order),
            Place::Page => Effect::Here(order),
        });
        if it.place == Place::Worker {
            effects.push(Effect::Forget(Timer::Answer));
        }
    }

    /// Ends the worker.
    fn end_worker(&mut self, life: WorkerLife, effects: &mut Vec<Effect>) {
        self.worker = life;
        self.sent.clear();
        effects.push(Effect::EndWorker);
        effects.push(Effect::Forget(Timer::Ready));
        effects.push(Effect::Forget(Timer::Answer));
    }

    /// Hears an answer about a job.
    fn hear(&mut self, place: Place, answer: Answer, effects: &mut Vec<Effect>) {
        let number = match &answer {
            Answer::Progress(number, _) | Answer::Done(number, _) | Answer::Failed(number, _) => {
                *number
            }
            Answer::Ready | Answer::Fault(_) => return,
        };
        let is_it = |it: &&mut AtWork| it.number == number && it.place == place;
        // Answers to orders that nobody wants any more come late.
        let Some(it) = self.at_work.as_mut().filter(is_it) else {
            return;
        };
        let news = match answer {
            Answer::Progress(_, share) => {
                it.was_waited_for = false;
                if place == Place::Worker {
                    effects.push(Effect::After(Timer::Answer, ANSWER_WITHIN));
                }
                // `as` saturates.
                let percents = (share * 100.0) as u32;
                if percents <= it.percents {
                    return;
                }
                it.percents = percents;
                let news = News::Progress(share.clamp(0.0, 1.0));
                effects.push(Effect::Tell(it.want.ticket.clone(), news));
                return;
            }
            Answer::Done(_, product) => News::Done(product),
            Answer::Failed(_, problem) => News::Failed(problem),
            Answer::Ready | Answer::Fault(_) => return,
        };
        self.tell_end(news, effects);
    }

    /// Tells how the job under way ended.
    fn tell_end(&mut self, news: News, effects: &mut Vec<Effect>) {
        if let Some(it) = self.at_work.take() {
            if it.place == Place::Worker {
                effects.push(Effect::Forget(Timer::Answer));
            }
            effects.push(Effect::Tell(it.want.ticket, news));
        }
    }

    /// The lab has a fault in the worker: to do the same on the page would end the page.
    fn end_with_fault(&mut self, problem: &str, effects: &mut Vec<Effect>) {
        self.breaks += 1;
        self.end_worker(WorkerLife::None, effects);
        if self
            .at_work
            .as_ref()
            .is_some_and(|it| it.place == Place::Worker)
        {
            let line = problem.lines().next().unwrap_or_default();
            let line: String = line.chars().take(200).collect();
            let text = format!("The lab has a fault here, and the run broke off. ({line})");
            self.tell_end(News::Failed(text), effects);
        }
    }

    /// Goes on without a worker that ended by itself.
    fn mend(&mut self, effects: &mut Vec<Effect>) {
        match self.worker {
            WorkerLife::None | WorkerLife::Missing => return,
            // It never worked.
            WorkerLife::Starting | WorkerLife::Silent => {
                self.end_worker(WorkerLife::Missing, effects);
                return;
            }
            WorkerLife::Ready => {}
        }
        self.breaks += 1;
        let life = if self.breaks < MOST_BREAKS {
            WorkerLife::None
        } else {
            WorkerLife::Missing
        };
        self.end_worker(life, effects);
        let is_there = |it: &AtWork| it.place == Place::Worker;
        if !self.at_work.as_ref().is_some_and(is_there) {
            return;
        }
        if self
            .at_work
            .as_ref()
            .is_some_and(|it| it.want.job.is_large())
        {
            let text = "The run broke off, perhaps for want of memory: try fewer clients.";
            self.tell_end(News::Failed(text.to_owned()), effects);
            return;
        }
        if let Some(it) = self.at_work.take() {
            effects.push(Effect::Notice(
                "What computes beside the page has stopped. The page goes on with it by itself, \
                 which takes longer.",
            ));
            self.dispatch(it.want, Place::Page, effects);
        }
    }

    /// The worker has said nothing for long.
    fn wait_in_vain(&mut self, effects: &mut Vec<Effect>) {
        let Some(it) = self.at_work.as_mut().filter(|it| it.place == Place::Worker) else {
            return;
        };
        if it.was_waited_for {
            self.mend(effects);
        } else {
            it.was_waited_for = true;
            effects.push(Effect::After(Timer::Answer, ANSWER_WITHIN));
        }
    }

    /// Takes up the job that is next, if it may begin.
    fn go_on(&mut self, effects: &mut Vec<Effect>) {
        let ranks = self.queue.iter().map(|want| want.ticket.seat.rank());
        let Some(first) = ranks.min() else {
            return;
        };
        if let Some(it) = &self.at_work {
            if it.want.ticket.seat.rank() <= first {
                return;
            }
            // What comes first does not wait for what comes later, which then begins anew.
            if let Some(it) = self.at_work.take() {
                self.drop_order(&it, effects);
                self.queue.insert(0, it.want);
            }
        }
        let place = match self.worker {
            WorkerLife::None => {
                self.worker = WorkerLife::Starting;
                effects.push(Effect::StartWorker);
                effects.push(Effect::After(Timer::Ready, READY_WITHIN));
                return;
            }
            WorkerLife::Starting => return,
            WorkerLife::Ready => Place::Worker,
            WorkerLife::Silent | WorkerLife::Missing => Place::Page,
        };
        let mut seats = self.queue.iter().map(|want| want.ticket.seat.rank());
        if let Some(index) = seats.position(|rank| rank == first) {
            let want = self.queue.remove(index);
            self.dispatch(want, place, effects);
        }
    }

    /// Gives a job to somebody.
    fn dispatch(&mut self, want: Want, place: Place, effects: &mut Vec<Effect>) {
        self.number = self.number.wrapping_add(1);
        let known = match place {
            Place::Worker => &mut self.sent,
            Place::Page => &mut self.kept,
        };
        let papers = { want.papers.iter() }.filter(|paper| known.insert(paper.id.clone()));
        let order = Order::Start {
            number: self.number,
            job: want.job.clone(),
            papers: papers.cloned().collect(),
        };
        match place {
            Place::Worker => {
                effects.push(Effect::Send(order));
                effects.push(Effect::After(Timer::Answer, ANSWER_WITHIN));
            }
            Place::Page => effects.push(Effect::Here(order)),
        }
        self.at_work = Some(AtWork {
            want,
            number: self.number,
            place,
            percents: 0,
            was_waited_for: false,
        });
    }
}
