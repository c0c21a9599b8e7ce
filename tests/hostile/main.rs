//! Hostile input: whatever arrives, nothing panics, work and memory stay bounded, every
//! question gets its answer, and what was not asked for is not believed.

mod adversary;
mod options;
mod rig;
mod work;
