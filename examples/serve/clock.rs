//! The only place that asks what time it is, and the only one that asks for chance.

use std::hash::{BuildHasher as _, Hasher as _, RandomState};
use std::time::Instant;

use dns_lab::engine::SimTime;

/// Real time since the start, as the engine counts it: simulated time goes with the wall clock.
#[derive(Debug)]
pub(crate) struct Clock {
    /// When time zero was.
    start: Instant,
}

impl Clock {
    /// A clock that starts at zero now.
    #[expect(
        clippy::disallowed_methods,
        reason = "behind real sockets time is real; the engine is still told it"
    )]
    pub(crate) fn start() -> Self {
        Self {
            start: Instant::now(),
        }
    }

    /// The time since the start.
    pub(crate) fn now(&self) -> SimTime {
        let micros = self.start.elapsed().as_micros();
        SimTime::from_micros(u64::try_from(micros).unwrap_or(u64::MAX))
    }
}

/// A seed nobody can guess from outside, so that message IDs and ports cannot be either.
pub(crate) fn entropy() -> u64 {
    // The standard library seeds its hashers from the operating system.
    RandomState::new().build_hasher().finish()
}
