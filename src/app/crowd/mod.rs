//! Crowds on the page: their state as signals, and the runs in a worker beside the page.

mod asides;
mod bench;
mod job;
mod link;
mod runs;
mod serve;
mod work;
mod worker;

pub use bench::{CrowdBench, RunStatus};
pub use serve::serve_in_worker;
