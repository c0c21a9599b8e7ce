//! Heavy runs: crowds, gradings, and figures that need runs of the engine.
//!
//! [`Runs`] is the machine that the page has one of: who wants what, which job is next, and how
//! the worker fares. A [`Job`] and all that is said of it are plain data; [`Server`] does the work
//! in pieces, in the worker or, where there is none, on the page itself. The page's side names no
//! part of the engine that computes, so that it can be served without it.
//!
//! ```text
//! Want ──> queue ──> Order ──> Server (worker)  ──> Answer ──> News
//!                       └────> Server (page)    ──────┘
//! ```

mod job;
mod machine;
mod protocol;
mod serve;
mod shelf;
#[cfg(test)]
mod tests;
mod work;

pub use self::job::{CrowdJob, FigureJob, GradingJob, Job, Paper, PaperId, PaperKind, Product};
pub use self::machine::{Effect, Input, News, Place, Runs, Seat, Ticket, Timer, Want, WorkerLife};
pub use self::protocol::{Answer, Order};
pub use self::serve::{PAGE_PIECE_MS, Server, WORKER_PIECE_MS};
pub use self::shelf::Shelf;
pub use self::work::Work;
