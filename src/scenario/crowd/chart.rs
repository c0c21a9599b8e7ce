//! What is drawn of a crowd.

use super::act::find;
use super::measure::CrowdMeasure;
use super::spec::Crowd;
use crate::scenario::Knob;

/// A chart.
#[derive(Clone, Debug, PartialEq)]
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

/// Splits what a chart shows from the endpoint it is about: `fetches of canary`.
pub(super) fn split_only<'a>(
    text: &'a str,
    crowd: &Crowd,
) -> Result<(&'a str, Option<usize>), String> {
    let Some((what, id)) = text.split_once(" of ") else {
        return Ok((text, None));
    };
    if !matches!(what.trim(), "addresses" | "fetches") {
        return Err(format!(
            "`{text}` is no chart: only addresses and fetches are `of` an endpoint"
        ));
    }
    let ids = crowd.endpoints.iter().map(|it| it.id.as_str());
    Ok((
        what,
        Some(find("endpoint", id.trim(), crowd.endpoint(id.trim()), ids)?),
    ))
}

/// What a chart draws; time runs from left to right but in the last two.
#[derive(Clone, Debug, PartialEq)]
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

impl ChartKind {
    /// Reads what a chart shows, such as `addresses in berlin` or `curve ttl queries-per-day`.
    pub(super) fn parse(text: &str, crowd: &Crowd, knobs: &[Knob]) -> Result<Self, String> {
        let words: Vec<&str> = text.split_whitespace().collect();
        Ok(match words.as_slice() {
            ["addresses"] => Self::Addresses { group: None },
            ["addresses", "in", id] => {
                let ids = crowd.clients.iter().map(|it| it.id.as_str());
                let group = find("clients", id, crowd.group(id), ids)?;
                Self::Addresses { group: Some(group) }
            }
            ["fetches"] => Self::Fetches,
            ["groups"] => Self::Groups,
            ["stale"] => Self::Stale,
            ["dead"] => Self::Dead,
            ["failed"] => Self::Failed,
            ["queries"] => Self::Queries,
            ["providers"] => Self::Providers,
            ["hits"] => Self::Hits,
            ["latency"] => Self::Latency,
            ["latencies"] => Self::Latencies,
            ["cost"] => Self::Cost,
            ["curve", id, figure @ ..] if !figure.is_empty() => {
                let index = knobs.iter().position(|knob| knob.id == *id);
                let ids = knobs.iter().map(|knob| knob.id.as_str());
                Self::Curve {
                    knob: find("knob", id, index, ids)?,
                    figure: CrowdMeasure::parse(&figure.join(" "), crowd)?,
                }
            }
            _ => {
                return Err(format!(
                    "`{text}` is no chart: write addresses, addresses in CLIENTS, fetches, these \
                     with `of ENDPOINT`, groups, stale, dead, failed, queries, providers, hits, latency, latencies, cost or \
                     curve KNOB FIGURE"
                ));
            }
        })
    }
}
