//! A run in small pieces, so that whoever makes it can hear of another one in between.

use super::job::Job;
use crate::engine::population::{Runner, Series};

/// Decisions of the first piece, from which the size of the others is learned.
const FIRST_BUDGET: u64 = 20_000;
/// The bounds of a piece, in decisions.
const BUDGETS: (f64, f64) = (500.0, 50e6);

/// A run under way.
pub struct Work {
    /// The ticket of its job.
    pub ticket: u32,
    /// How many clients each simulated one stands for.
    factor: u32,
    /// The engine.
    runner: Runner,
    /// Decisions of the next piece.
    budget: u64,
}

impl Work {
    /// A run that has not begun.
    ///
    /// # Errors
    /// As [`Job::begin`].
    pub fn new(job: &Job) -> Result<Self, String> {
        let (runner, factor) = job.begin()?;
        Ok(Self {
            ticket: job.ticket,
            factor,
            runner,
            budget: FIRST_BUDGET,
        })
    }

    /// Does a piece that takes about `target` milliseconds. Returns the share that is done, 1
    /// when all of it is.
    pub fn advance(&mut self, target: f64) -> f64 {
        let before = js_sys::Date::now();
        let progress = self.runner.advance(self.budget);
        let took = (js_sys::Date::now() - before).max(0.5);
        // Pieces grow slowly and shrink at once.
        let factor = (target / took).clamp(0.1, 2.0);
        self.budget = (self.budget as f64 * factor).clamp(BUDGETS.0, BUDGETS.1) as u64;
        if progress.is_finished() {
            1.0
        } else {
            (progress.done as f64 / progress.total.max(1) as f64).min(0.999)
        }
    }

    /// What was found.
    pub fn finish(self) -> Series {
        let mut series = self.runner.finish();
        series.count_for(self.factor);
        series
    }
}
