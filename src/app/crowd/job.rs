//! What a worker is asked for: everything it needs to build the population itself.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::engine::population::{Population, Runner};
use crate::scenario::crowd::{Crowd, CrowdSource};

/// A run that is wanted.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Job {
    /// Tells the answers to this job from those to others.
    pub ticket: u32,
    /// The id of the crowd.
    pub id: String,
    /// Its file as the page fetched it.
    pub text: String,
    /// Where its knobs stand.
    pub knobs: BTreeMap<String, f64>,
    /// How many clients there are, if not as many as the crowd has.
    pub clients: Option<u32>,
    /// The most clients that are simulated, as far as that leaves caches in the same demand:
    /// they stand for the others.
    pub most: Option<u32>,
    /// The seed.
    pub seed: u64,
}

/// A crowd as it is run.
pub struct Sized {
    /// The crowd with all its clients, which is what charts speak of.
    pub crowd: Crowd,
    /// What is simulated.
    pub population: Population,
    /// How many clients each simulated one stands for.
    pub factor: u32,
}

/// The crowd with its knobs where they stand, as large as it is wanted.
///
/// # Errors
/// Why there is no such population, as a sentence.
pub fn sized(
    source: &CrowdSource,
    knobs: &BTreeMap<String, f64>,
    clients: Option<u32>,
    most: Option<u32>,
) -> Result<Sized, String> {
    let mut crowd = source.crowd(knobs);
    if let Some(clients) = clients {
        crowd.resize(clients);
    }
    let mut population = crowd.population()?;
    let factor = most.map_or(1, |most| population.thin_out(most));
    Ok(Sized {
        crowd,
        population,
        factor,
    })
}

impl Job {
    /// A runner for the job, and how many clients each simulated one stands for.
    ///
    /// # Errors
    /// Why it cannot be run, as a sentence.
    pub fn begin(&self) -> Result<(Runner, u32), String> {
        let source = CrowdSource::parse(&self.id, &self.text)
            .map_err(|errors| errors.first().map(ToString::to_string).unwrap_or_default())?;
        let Sized {
            population, factor, ..
        } = sized(&source, &self.knobs, self.clients, self.most)?;
        let runner = Runner::new(&population, self.seed).map_err(|error| error.to_string())?;
        Ok((runner, factor))
    }
}
