//! What is drawn of a crowd.

use serde::{Deserialize, Serialize};

use super::measure::CrowdMeasure;

/// A chart.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Chart {
    /// What stands over it.
    pub title: String,
    /// What it draws.
    pub kind: ChartKind,
    /// Whether the curve of theory is drawn in.
    pub has_theory: bool,
    /// The only endpoint whose line is drawn, so that a small share has an axis of its own;
    /// `None` for all.
    pub only: Option<usize>,
}

/// What a chart draws; time runs from left to right but in the last two.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum ChartKind {
    /// The share of requests that goes to each address.
    Addresses {
        /// Of these clients; `None` for all.
        group: Option<usize>,
    },
    /// The share of answers in which each address stands first: what the policy shares out.
    Fetches,
    /// For each client group, the share of its requests that goes to each address, over the
    /// whole run.
    Groups,
    /// The share of requests that goes to an address which is no longer given out.
    Stale,
    /// The share of requests that goes to a machine that does not serve.
    Dead,
    /// The share of requests that gets no address.
    Failed,
    /// Queries per second at each tier: clients, resolvers, authoritative servers.
    Queries,
    /// Queries per second at each provider's authoritative servers.
    Providers,
    /// The share of questions that each tier of caches answers.
    Hits,
    /// How long requests take: median and 95th percentile.
    Latency,
    /// What the authoritative servers' queries come to cost, added up.
    Cost,
    /// How long requests take, as a distribution over the whole run: milliseconds from left
    /// to right.
    Latencies,
    /// A figure against a knob: theory as a curve, runs as points.
    Curve {
        /// The index of the knob.
        knob: usize,
        /// The figure.
        figure: CrowdMeasure,
    },
}
