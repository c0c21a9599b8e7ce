//! Who makes the runs: a worker if there is one, or else the page itself in short pieces.

use std::cell::RefCell;
use std::net::IpAddr;
use std::time::Duration;

use js_sys::Float64Array;
use leptos::prelude::set_timeout;
use leptos::task::spawn_local;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::JsValue;

use super::job::Job;
use super::work::Work;
use super::worker::CrowdWorker;
use crate::app::parts;
use crate::engine::population::Series;
use crate::scene::population::unpack_series;

/// How long a piece takes on the page itself, in milliseconds.
const PIECE_MS: f64 = 10.0;

/// What is heard of a run.
pub enum News {
    /// The share that is done.
    Progress(f64),
    /// It is over.
    Done(Box<Series>),
    /// It cannot be made; why, as a sentence.
    Failed(String),
}

/// Hears of runs.
type Hear = Box<dyn Fn(News)>;

/// The run that is wanted, and who makes it.
#[derive(Default)]
struct Runs {
    /// The ticket of the run that is wanted; answers to others are too late.
    ticket: u32,
    /// Hears of it.
    hear: Option<Hear>,
    /// The addresses its series counts by.
    addresses: Vec<IpAddr>,
    /// The job, as long as the worker cannot be asked yet or may still turn out not to work.
    waiting: Option<Job>,
    /// The worker.
    worker: Option<CrowdWorker>,
    /// Whether it has said that it works.
    is_ready: bool,
    /// Whether workers were found not to work here.
    has_no_workers: bool,
    /// The run under way on the page itself.
    work: Option<Work>,
}

thread_local! {
    // What the browser hands out cannot leave its thread, so this is no signal.
    static RUNS: RefCell<Runs> = RefCell::default();
}

/// Has a run made. It takes the place of any other.
pub fn start(mut job: Job, addresses: Vec<IpAddr>, hear: impl Fn(News) + 'static) {
    let wants_worker = RUNS.with_borrow_mut(|runs| {
        runs.ticket += 1;
        job.ticket = runs.ticket;
        runs.hear = Some(Box::new(hear));
        runs.addresses = addresses;
        runs.work = None;
        runs.waiting = Some(job);
        !runs.has_no_workers && runs.worker.is_none()
    });
    if wants_worker {
        let worker = CrowdWorker::start(hear_worker, no_worker);
        RUNS.with_borrow_mut(|runs| {
            runs.has_no_workers = worker.is_none();
            (runs.worker, runs.is_ready) = (worker, false);
        });
    }
    hand_on();
}

/// Drops the run under way. A worker in the midst of it is ended.
pub fn cancel() {
    RUNS.with_borrow_mut(|runs| {
        runs.ticket += 1;
        (runs.hear, runs.waiting, runs.work, runs.worker) = (None, None, None, None);
        runs.is_ready = false;
    });
}

/// Gives the waiting job to whoever can make it.
fn hand_on() {
    let is_here = RUNS.with_borrow_mut(|runs| {
        if runs.has_no_workers {
            return runs.waiting.is_some();
        }
        if runs.is_ready
            && let (Some(worker), Some(job)) = (&runs.worker, runs.waiting.take())
        {
            // These types always serialize.
            let text = serde_json::to_string(&job).unwrap_or_default();
            if !worker.send(&text) {
                runs.has_no_workers = true;
                runs.waiting = Some(job);
                return true;
            }
        }
        false
    });
    if is_here {
        let job = RUNS.with_borrow_mut(|runs| runs.waiting.take());
        if let Some(job) = job {
            let ticket = job.ticket;
            spawn_local(async move {
                let crowds = parts::crowds().await;
                if RUNS.with_borrow(|runs| runs.ticket != ticket) {
                    return;
                }
                match crowds {
                    Ok(crowds) => (crowds.run_here)(job),
                    Err(error) => tell(News::Failed(error.words().to_owned())),
                }
            });
        }
    }
}

/// Makes a run on the page itself.
pub fn run_here(job: &Job) {
    match Work::new(job) {
        Ok(work) => {
            RUNS.with_borrow_mut(|runs| runs.work = Some(work));
            go_on();
        }
        Err(problem) => tell(News::Failed(problem)),
    }
}

/// Makes a piece of the run here, and the rest after the page has had its turn.
fn go_on() {
    set_timeout(
        || {
            let Some(mut work) = RUNS.with_borrow_mut(|runs| runs.work.take()) else {
                return;
            };
            let done = work.advance(PIECE_MS);
            if done < 1.0 {
                RUNS.with_borrow_mut(|runs| runs.work = Some(work));
                tell(News::Progress(done));
                go_on();
            } else {
                tell(News::Done(Box::new(work.finish())));
            }
        },
        Duration::ZERO,
    );
}

/// Hears an answer of the worker.
fn hear_worker(ticket: u32, answer: JsValue) {
    if ticket == 0 && !answer.is_truthy() {
        no_worker();
        return;
    }
    if ticket == 0 {
        RUNS.with_borrow_mut(|runs| runs.is_ready = true);
        hand_on();
        return;
    }
    if RUNS.with_borrow(|runs| runs.ticket != ticket) {
        return;
    }
    let news = if let Some(done) = answer.as_f64() {
        News::Progress(done)
    } else if let Some(problem) = answer.as_string() {
        News::Failed(problem)
    } else {
        let numbers = answer.unchecked_into::<Float64Array>().to_vec();
        let addresses = RUNS.with_borrow_mut(|runs| std::mem::take(&mut runs.addresses));
        match unpack_series(&numbers, addresses) {
            Some(series) => News::Done(Box::new(series)),
            None => News::Failed("The run came back damaged: run it again.".to_owned()),
        }
    };
    tell(news);
}

/// Hears that the worker cannot work. If it never did, the page makes the runs itself.
fn no_worker() {
    let was_ready = RUNS.with_borrow_mut(|runs| {
        let was_ready = std::mem::take(&mut runs.is_ready);
        // Dropped while it calls: it goes with the next turn.
        let worker = runs.worker.take();
        set_timeout(move || drop(worker), Duration::ZERO);
        runs.has_no_workers = !was_ready;
        was_ready
    });
    if was_ready {
        tell(News::Failed(
            "The run broke off, perhaps for want of memory: try fewer clients.".to_owned(),
        ));
    } else {
        hand_on();
    }
}

/// Tells whoever wants the run.
fn tell(news: News) {
    let is_last = !matches!(news, News::Progress(_));
    let Some(hear) = RUNS.with_borrow_mut(|runs| runs.hear.take()) else {
        return;
    };
    let ticket = RUNS.with_borrow(|runs| runs.ticket);
    hear(news);
    // What heard it may have asked for another run.
    RUNS.with_borrow_mut(|runs| {
        if !is_last && runs.ticket == ticket && runs.hear.is_none() {
            runs.hear = Some(hear);
        }
    });
}
