//! Hostile input: whatever arrives, nothing panics, work and memory stay bounded, every
//! question gets its answer, and what was not asked for is not believed.

mod adversary;
mod bailiwick;
mod compression;
mod entry;
mod forger;
mod forgery;
mod fuzz;
mod nodes;
mod noise;
mod options;
mod rig;
mod work;

use proptest::test_runner::{Config, RngSeed};

/// This many cases, the same ones each time; with `PROPTEST_RNG_SEED` set, others.
fn cases(cases: u32) -> Config {
    let given = Config::default();
    let rng_seed = match given.rng_seed {
        RngSeed::Random => RngSeed::Fixed(53),
        fixed @ RngSeed::Fixed(_) => fixed,
    };
    Config {
        cases,
        rng_seed,
        failure_persistence: None,
        ..given
    }
}
