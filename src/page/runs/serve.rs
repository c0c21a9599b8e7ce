//! Who does the jobs: the lab inside a worker, or the page itself in shorter pieces.

use super::{Answer, Job, Order, Shelf, Work};

/// How long a piece takes in a worker, in milliseconds: as long as a newer order may have to wait.
pub const WORKER_PIECE_MS: f64 = 30.0;
/// How long a piece takes on the page, in milliseconds: half a frame.
pub const PAGE_PIECE_MS: f64 = 8.0;
/// Decisions between two looks at the clock: well below a millisecond.
const BIT: u64 = 2_000;
/// The most of these in one piece, should the clock stand still.
const MOST_BITS: u32 = 2_000;

/// Does jobs, one at a time.
#[derive(Debug, Default)]
pub struct Server {
    /// The files that jobs need.
    shelf: Shelf,
    /// The number of the order under way, and how far it is.
    now: Option<(u32, Doing)>,
}

/// How far an order is.
#[derive(Debug)]
enum Doing {
    /// It has not begun.
    Waiting(Job),
    /// It is under way.
    Working(Work),
}

impl Server {
    /// Takes an order. What comes of it is told piece by piece.
    pub fn hear(&mut self, order: Order) {
        match order {
            Order::Start {
                number,
                job,
                papers,
            } => {
                for paper in papers {
                    self.shelf.put(paper);
                }
                self.now = Some((number, Doing::Waiting(job)));
            }
            Order::Drop(number) => {
                if self.now.as_ref().is_some_and(|(now, _)| *now == number) {
                    self.now = None;
                }
            }
        }
    }

    /// Where files can be put that were read elsewhere.
    pub fn shelf(&mut self) -> &mut Shelf {
        &mut self.shelf
    }

    /// Whether there is something to do.
    pub fn is_busy(&self) -> bool {
        self.now.is_some()
    }

    /// Does a piece of at most so many milliseconds by a `clock`, one small bit at least. Returns
    /// what there is to tell of it.
    pub fn piece(&mut self, clock: &dyn Fn() -> f64, most_ms: f64) -> Option<Answer> {
        let (number, doing) = self.now.take()?;
        let start = clock();
        let mut work = match doing {
            Doing::Working(work) => work,
            Doing::Waiting(job) => match Work::begin(&job, &mut self.shelf) {
                Ok(work) => work,
                Err(problem) => return Some(Answer::Failed(number, problem)),
            },
        };
        for _ in 0..MOST_BITS {
            let share = work.advance(BIT);
            if share >= 1.0 {
                return Some(match work.finish() {
                    Ok(product) => Answer::Done(number, product),
                    Err(problem) => Answer::Failed(number, problem),
                });
            }
            // What is no number is no reason to go on either. A bit may take as long as the last.
            let is_early = clock() - start < most_ms - 1.0;
            if !is_early {
                self.now = Some((number, Doing::Working(work)));
                return Some(Answer::Progress(number, share));
            }
        }
        self.now = Some((number, Doing::Working(work)));
        None
    }
}
