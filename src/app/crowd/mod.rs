//! Crowds on the page: their state as signals, and the runs in a worker beside the page.

mod asides;
mod bench;
mod job;
mod link;
mod runs;
mod serve;
mod work;
mod worker;

pub use bench::{CrowdBench, Purpose, RunStatus};
pub use job::Job;
pub use runs::run_here;
pub use serve::{serve, serve_in_worker};
