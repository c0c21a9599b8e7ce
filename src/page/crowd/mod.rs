//! The crowd bench: a crowd with its knobs, its run, and what it is compared with.
//!
//! While a knob moves, some of the clients are simulated again and again, so that the charts
//! follow; when it rests, all of them are. What is run is asked of [`crate::page::runs`] by
//! effects; what is heard of it comes back as an input.

mod asides;
mod bench;
mod link;
mod running;
#[cfg(test)]
mod tests;

pub use self::bench::{CrowdBench, CrowdStatus, Effect, Flight, Input, Opening, Phase};
