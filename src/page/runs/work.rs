//! A job under way, in pieces.

use super::{CrowdJob, FigureJob, GradingJob, Job, Product, Shelf};
use crate::engine::population::Runner;
use crate::lesson::practice::{Attempt, Grading, GradingRun};
use crate::lesson::{FigureSearch, SessionData};
use crate::scenario::packed::read_acts;

/// A job under way.
#[derive(Debug)]
pub enum Work {
    /// A run of a crowd; for how many clients each simulated one stands.
    Crowd(u32, Box<Runner>),
    /// A grading.
    Grading(Box<GradingRun>),
    /// A figure.
    Figure(Box<FigureSearch>),
}

impl Work {
    /// A job that has not begun.
    ///
    /// # Errors
    /// Why it cannot be done, as a sentence.
    pub fn begin(job: &Job, shelf: &mut Shelf) -> Result<Self, String> {
        match job {
            Job::Crowd(job) => crowd(job, shelf),
            Job::Grading(job) => grading(job, shelf),
            Job::Figure(job) => figure(job, shelf),
        }
    }

    /// Goes on for about `budget` decisions of caches. Returns how much is done, 0 to 1; 1 when
    /// all of it is.
    pub fn advance(&mut self, budget: u64) -> f64 {
        match self {
            Self::Crowd(_, runner) => runner.advance(budget).share(),
            Self::Grading(run) => run.advance(budget),
            Self::Figure(search) => search.advance(budget),
        }
    }

    /// What came of it.
    ///
    /// # Errors
    /// Why it cannot be done, as a sentence.
    pub fn finish(self) -> Result<Product, String> {
        Ok(match self {
            Self::Crowd(factor, runner) => {
                let mut series = runner.finish();
                series.count_for(factor);
                let series = Box::new(series);
                Product::Crowd { factor, series }
            }
            Self::Grading(run) => Product::Grading(Box::new(run.finish()?)),
            Self::Figure(search) => {
                let found = search.finish();
                Product::Figure(found.map_err(|error| error.to_string()))
            }
        })
    }
}

/// A run of a crowd.
fn crowd(job: &CrowdJob, shelf: &mut Shelf) -> Result<Work, String> {
    let source = shelf.crowd(&job.crowd)?;
    let mut crowd = source.crowd(&job.knobs);
    if let Some(clients) = job.clients {
        crowd.resize(clients);
    }
    let mut population = crowd.population()?;
    let factor = job.most.map_or(1, |most| population.thin_out(most));
    let runner = Runner::new(&population, job.seed).map_err(|error| error.to_string())?;
    Ok(Work::Crowd(factor, Box::new(runner)))
}

/// A grading.
fn grading(job: &GradingJob, shelf: &mut Shelf) -> Result<Work, String> {
    let problem = shelf.problem(&job.problem)?;
    let attempt = Attempt::from_storage(&job.attempt).map_err(|error| error.to_string())?;
    let grading = Grading::new(problem, &attempt.answer, attempt.round);
    let grading = grading.map_err(|faults| {
        let first = faults.first().map(ToString::to_string);
        first.unwrap_or_default()
    })?;
    Ok(Work::Grading(Box::new(GradingRun::new(grading))))
}

/// A figure.
fn figure(job: &FigureJob, shelf: &mut Shelf) -> Result<Work, String> {
    let lesson = shelf.lesson(&job.lesson, &job.world, &job.crowds)?;
    let acts = match job.acts.as_slice() {
        [] => Vec::new(),
        acts => read_acts(acts).map_err(|error| error.to_string())?,
    };
    let session = SessionData {
        knobs: job.knobs.clone(),
        seed: job.seed,
        acts,
    };
    let search = FigureSearch::new(lesson, &job.figure, session);
    Ok(Work::Figure(Box::new(search)))
}
