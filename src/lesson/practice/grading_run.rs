//! Trying an answer in pieces, so that whoever does it can stop in between.

use super::{Grading, Report};
use crate::engine::population::Runner;

/// An answer that is being tried, run by run. What comes out does not depend on the pieces.
#[derive(Clone, Debug)]
pub struct GradingRun {
    /// What is tried.
    grading: Grading,
    /// The run at work, by index, and its engine.
    now: Option<(usize, Runner)>,
    /// Why it cannot be tried, as a sentence.
    problem: Option<String>,
}

impl GradingRun {
    /// Nothing was run yet.
    pub fn new(grading: Grading) -> Self {
        Self {
            grading,
            now: None,
            problem: None,
        }
    }

    /// Goes on for about `budget` decisions of caches. Returns how much is done, 0 to 1; 1 when
    /// all of it is.
    pub fn advance(&mut self, budget: u64) -> f64 {
        let Some((_, runner)) = &mut self.now else {
            // Setting a run up is a piece of its own.
            return self.begin_next().unwrap_or_else(|problem| {
                self.problem = Some(problem);
                1.0
            });
        };
        let share = runner.advance(budget).share();
        if share >= 1.0
            && let Some((run, runner)) = self.now.take()
        {
            self.grading.put(run, runner.finish());
            return self.share(0.0);
        }
        self.share(share)
    }

    /// Sets the next run up.
    fn begin_next(&mut self) -> Result<f64, String> {
        if self.problem.is_some() {
            return Ok(1.0);
        }
        if let Some(trial) = self.grading.next_run()? {
            let runner = Runner::new(&trial.population, trial.seed);
            let runner = runner.map_err(|error| error.to_string())?;
            self.now = Some((trial.run, runner));
        }
        Ok(self.share(0.0))
    }

    /// How much is done of all, with this share of the run at work.
    fn share(&self, part: f64) -> f64 {
        let (done, total) = self.grading.progress();
        if done >= total {
            return 1.0;
        }
        ((done as f64 + part) / total as f64).min(0.999)
    }

    /// The verdicts.
    ///
    /// # Errors
    /// Why it cannot be tried, as a sentence; also if it was not gone on with to the end.
    pub fn finish(self) -> Result<Report, String> {
        if let Some(problem) = self.problem {
            return Err(problem);
        }
        let (done, total) = self.grading.progress();
        if done < total {
            return Err("The answer was not tried to its end.".to_owned());
        }
        self.grading.report()
    }
}
