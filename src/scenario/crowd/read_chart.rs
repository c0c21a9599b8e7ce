//! What is drawn of a crowd, as its file writes it.

use super::act::find;
use super::chart::ChartKind;
use super::measure::CrowdMeasure;
use super::spec::Crowd;
use crate::dns::quoted;
use crate::scenario::Knob;

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
            "{text} is no chart: only addresses and fetches are `of` an endpoint",
            text = quoted(text)
        ));
    }
    let ids = crowd.endpoints.iter().map(|it| it.id.as_str());
    Ok((
        what,
        Some(find("endpoint", id.trim(), crowd.endpoint(id.trim()), ids)?),
    ))
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
                    "{text} is no chart: write addresses, addresses in CLIENTS, fetches, these \
                     with `of ENDPOINT`, groups, stale, dead, failed, queries, providers, hits, latency, latencies, cost or \
                     curve KNOB FIGURE",
                    text = quoted(text)
                ));
            }
        })
    }
}
