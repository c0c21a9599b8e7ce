//! What a link has to carry so that a view of a crowd comes back.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::CrowdSource;
use crate::engine::order::table;

/// The most knobs a link may name.
const MAX_KNOBS: usize = 64;
/// The most clients a link may ask for.
const MAX_CLIENTS: u32 = 1_000_000;

/// A view of a crowd in a link: part of a [`Session`](crate::scenario::Session).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CrowdView {
    /// The id of the crowd.
    pub crowd: String,
    /// The seed, if it is not the crowd's own.
    #[serde(default)]
    pub seed: Option<u64>,
    /// Knobs that were moved, by id.
    #[serde(default)]
    pub knobs: BTreeMap<String, f64>,
    /// What a second run beside the first has otherwise, by knob; none means no second run.
    #[serde(default)]
    pub second: BTreeMap<String, f64>,
    /// How many clients there are, if not as many as the crowd has.
    #[serde(default)]
    pub clients: Option<u32>,
    /// The moment looked at in its charts, in seconds; none is the end.
    #[serde(default)]
    pub at: Option<f64>,
    /// How many steps its charts are zoomed in and about which moment, in seconds; none is the
    /// whole run.
    #[serde(default)]
    pub zoom: Option<(u32, f64)>,
    /// Whether it has been run, and so is to be run again.
    #[serde(default)]
    pub has_run: bool,
}

impl CrowdView {
    /// The view of a crowd with the knobs where they stand: only what differs from its file.
    pub fn of(
        source: &CrowdSource,
        seed: u64,
        knobs: &BTreeMap<String, f64>,
        second: &BTreeMap<String, f64>,
    ) -> Self {
        let view = Self {
            crowd: source.id.clone(),
            seed: Some(seed).filter(|seed| *seed != source.seed),
            knobs: knobs.clone(),
            second: second.clone(),
            ..Self::default()
        };
        let mut view = view.admitted(source);
        let start = source.opening_knobs();
        view.knobs.retain(|id, value| start.get(id) != Some(value));
        view
    }

    /// The same with what fits the crowd: names that are no knobs are left out, values are cut
    /// to their knob's range.
    #[must_use]
    pub fn admitted(&self, source: &CrowdSource) -> Self {
        let admit = |values: &BTreeMap<String, f64>| {
            let known = values.iter().take(MAX_KNOBS).filter_map(|(id, value)| {
                let knob = source.knob(id)?;
                Some((id.clone(), knob.clamp(*value)))
            });
            table(known)
        };
        Self {
            crowd: source.id.clone(),
            seed: self.seed,
            knobs: admit(&self.knobs),
            second: admit(&self.second),
            clients: self.clients.map(|count| count.clamp(1, MAX_CLIENTS)),
            at: self.at.filter(|at| at.is_finite() && *at > 0.0),
            zoom: self
                .zoom
                .filter(|(level, about)| *level > 0 && about.is_finite()),
            has_run: self.has_run,
        }
    }

    /// Where the knobs of the first run stand, all of them.
    pub fn first_knobs(&self, source: &CrowdSource) -> BTreeMap<String, f64> {
        let mut knobs = source.opening_knobs();
        knobs.extend(self.admitted(source).knobs);
        knobs
    }

    /// Where the knobs of the second run stand, all of them; `None` if there is none.
    pub fn second_knobs(&self, source: &CrowdSource) -> Option<BTreeMap<String, f64>> {
        let own = self.admitted(source).second;
        if own.is_empty() {
            return None;
        }
        let mut knobs = self.first_knobs(source);
        knobs.extend(own);
        Some(knobs)
    }
}
