//! The desk of a practice problem: what is written, what of it cannot be run, and what came of it.
//!
//! Grading takes many runs; it is asked of [`crate::page::runs`]. Drafts and the versions before
//! them are kept by [`crate::page::store`]: the desk says when something is typed and when
//! something else takes its place.

mod desk;
#[cfg(test)]
mod tests;

pub use self::desk::{Desk, Effect, Input, Limit, Phase};
