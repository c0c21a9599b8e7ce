//! Steps about a crowd: what is to be run, and what a run says.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Lesson, SolutionMove};
use crate::engine::population::{Population, Series};
use crate::scenario::crowd::{Crowd, CrowdSource};
use crate::scenario::{Figure, Measure, MeasureError};

/// A run to be made: by whoever has the time, such as a worker.
#[derive(Clone, Debug)]
pub struct CrowdRequest {
    /// The crowd.
    pub source: Arc<CrowdSource>,
    /// Where its knobs stand, by id; others may be among them.
    pub knobs: BTreeMap<String, f64>,
    /// The seed.
    pub seed: u64,
}

/// A run of a crowd.
#[derive(Clone, Debug)]
pub struct CrowdRun {
    /// The id of its source.
    pub id: String,
    /// The crowd as it was run.
    pub crowd: Crowd,
    /// Where the knobs stood, by id.
    pub knobs: BTreeMap<String, f64>,
    /// What it did.
    pub series: Series,
}

impl CrowdRequest {
    /// What the engine is to run.
    ///
    /// # Errors
    /// As [`Crowd::population`]; a test sees to it that shipped crowds have none.
    pub fn population(&self) -> Result<Population, String> {
        self.source.build(&self.knobs)
    }

    /// The run, given what the engine found.
    pub fn into_run(self, series: Series) -> CrowdRun {
        CrowdRun {
            id: self.source.id.clone(),
            crowd: self.source.crowd(&self.knobs),
            knobs: self.knobs,
            series,
        }
    }

    /// Makes the run here and now.
    ///
    /// # Errors
    /// As [`Self::population`].
    pub fn run(self) -> Result<CrowdRun, String> {
        let series = self.population()?.run(self.seed);
        let series = series.map_err(|error| error.to_string())?;
        Ok(self.into_run(series))
    }
}

impl Lesson {
    /// The run a step is about, with the knobs where they stand; `None` if it is about no crowd.
    pub fn crowd_request(
        &self,
        step: usize,
        knobs: &BTreeMap<String, f64>,
    ) -> Option<CrowdRequest> {
        let id = self.steps.get(step)?.crowd.as_ref()?;
        self.request(id, knobs)
    }

    /// The run a figure is read off; `None` if the figure is about no crowd. Of a figure that is
    /// divided by another this is the dividend's.
    pub fn figure_request(&self, id: &str, knobs: &BTreeMap<String, f64>) -> Option<CrowdRequest> {
        let measure = self.measures.get(id)?;
        let Measure::Crowd { crowd, .. } = &measure.measure else {
            return None;
        };
        let mut knobs = knobs.clone();
        knobs.extend(measure.knobs.iter().map(|(id, value)| (id.clone(), *value)));
        self.request(crowd, &knobs)
    }

    /// Reads a figure off the run that [`figure_request`](Self::figure_request) asked for.
    ///
    /// # Errors
    /// If there is no such figure.
    pub fn figure_of(&self, id: &str, run: &CrowdRun) -> Result<Figure, MeasureError> {
        match self.measures.get(id).map(|measure| &measure.measure) {
            Some(Measure::Crowd { find, .. }) => Ok(find.evaluate(&run.crowd, &run.series)),
            _ => Err(MeasureError::NotYet),
        }
    }

    /// The runs of a step's stored solution, in order.
    pub fn solve_crowd(&self, index: usize) -> Vec<CrowdRun> {
        let mut runs = Vec::new();
        let Some(step) = self.steps.get(index) else {
            return runs;
        };
        let mut knobs = self.opening_knobs(index);
        for next in &step.solution {
            let is_run = match next {
                SolutionMove::Knob { id, value } => {
                    knobs.insert(id.clone(), *value);
                    false
                }
                SolutionMove::Predict => {
                    knobs = self.opening_knobs(index);
                    step.runs_crowd
                }
                SolutionMove::Press => step.action.as_ref().is_some_and(|it| it.runs_crowd),
                SolutionMove::Run => true,
                SolutionMove::Act(_) => false,
            };
            if is_run && let Some(request) = self.crowd_request(index, &knobs) {
                // What cannot be run leaves the goal unmet, which the tests report.
                runs.extend(request.run().ok());
            }
        }
        runs
    }

    /// A run of one of the lesson's crowds.
    fn request(&self, crowd: &str, knobs: &BTreeMap<String, f64>) -> Option<CrowdRequest> {
        let source = self.crowds.iter().find(|source| source.id == crowd)?;
        Some(CrowdRequest {
            source: Arc::clone(source),
            knobs: knobs.clone(),
            seed: source.seed,
        })
    }
}
