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
    /// The most clients that are simulated: more of them stand for the others.
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
    pub factor: f64,
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
        let factor = f64::from(clients) / crowd.client_count().max(1) as f64;
        for group in &mut crowd.clients {
            group.it.count = scaled(group.it.count, factor);
        }
    }
    let mut population = crowd.population()?;
    let count = crowd.client_count().max(1) as f64;
    let factor = most.map_or(1.0, |most| (count / f64::from(most.max(1))).max(1.0));
    if factor > 1.0 {
        // Fewer clients behind fewer resolvers: caches are in the same demand as before.
        for group in &mut population.clients {
            group.count = scaled(group.count, 1.0 / factor);
        }
        for group in &mut population.resolvers {
            group.count = scaled(group.count, 1.0 / factor);
        }
    }
    Ok(Sized {
        crowd,
        population,
        factor,
    })
}

/// A number of things times a factor; one at least.
fn scaled(count: u32, factor: f64) -> u32 {
    // `as` saturates.
    ((f64::from(count) * factor).round() as u32).max(1)
}

impl Job {
    /// A runner for the job, and how many clients each simulated one stands for.
    ///
    /// # Errors
    /// Why it cannot be run, as a sentence.
    pub fn begin(&self) -> Result<(Runner, f64), String> {
        let source = CrowdSource::parse(&self.id, &self.text)
            .map_err(|errors| errors.first().map(ToString::to_string).unwrap_or_default())?;
        let Sized {
            population, factor, ..
        } = sized(&source, &self.knobs, self.clients, self.most)?;
        let runner = Runner::new(&population, self.seed).map_err(|error| error.to_string())?;
        Ok((runner, factor))
    }
}
