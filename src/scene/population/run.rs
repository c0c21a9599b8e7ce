//! A run of a crowd, and its key figures.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::engine::population::Series;
use crate::scenario::crowd::{Crowd, CrowdEndpoint, CrowdSource};
use crate::scene::chart::Quantity;

/// A run: what was simulated and what came out.
#[derive(Clone, Debug)]
pub struct CrowdRun {
    /// The scenario.
    pub source: Arc<CrowdSource>,
    /// Where its knobs stood.
    pub knobs: BTreeMap<String, f64>,
    /// The seed.
    pub seed: u64,
    /// The crowd with these knobs and as many clients as were simulated.
    pub crowd: Crowd,
    /// For how many clients each one that was simulated stands; everything is counted so often.
    pub factor: u32,
    /// What came out.
    pub series: Series,
}

/// A figure as it is shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FigureLine {
    /// What it is.
    pub title: String,
    /// Its value with its unit.
    pub text: String,
}

impl CrowdRun {
    /// What charts call each address of the series.
    pub fn address_titles(&self) -> Vec<String> {
        let endpoints = &self.crowd.endpoints;
        let addresses = self.series.addresses.iter();
        let titles = addresses.map(|address| {
            let is_it = |one: &&CrowdEndpoint| one.endpoint.address() == Some(*address);
            let known = endpoints.iter().find(is_it);
            known.map_or_else(|| address.to_string(), |one| one.title.clone())
        });
        titles.collect()
    }

    /// The moment at which the run ends, in seconds.
    pub fn end(&self) -> f64 {
        self.crowd.duration.as_secs_f64()
    }

    /// The width of a bin, in seconds; at least a microsecond.
    pub(super) fn bin(&self) -> f64 {
        self.series.bin.as_secs_f64().max(1e-6)
    }

    /// A moment in words, told apart from those a bin away.
    pub fn moment_words(&self, at: f64) -> String {
        Quantity::Time.among(at, self.bin())
    }

    /// From when until when a bin lasts, in seconds.
    pub(super) fn span_of(&self, index: usize) -> (f64, f64) {
        let from = index as f64 * self.bin();
        (from, (from + self.bin()).min(self.end()).max(from + 1e-6))
    }

    /// Requests of a bin by address, of one client group or of all.
    pub(super) fn by_address(&self, index: usize, group: Option<usize>) -> Vec<u64> {
        let mut counts = vec![0; self.series.addresses.len()];
        let Some(bin) = self.series.bins.get(index) else {
            return counts;
        };
        for (position, row) in bin.by_group.iter().enumerate() {
            if group.is_none_or(|group| group == position) {
                for (sum, count) in counts.iter_mut().zip(row) {
                    *sum += count;
                }
            }
        }
        counts
    }
}

/// The figures a scenario asks for, read off a run.
pub fn key_figures(run: &CrowdRun) -> Vec<FigureLine> {
    let figures = run.source.figures.iter();
    let lines = figures.map(|figure| FigureLine {
        title: figure.title.clone(),
        text: figure.measure.evaluate(&run.crowd, &run.series).to_string(),
    });
    lines.collect()
}
