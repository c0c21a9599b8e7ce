//! `[[measure]]`: the figures a lesson quotes.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Deserialize;

use super::LessonMeasure;
use super::file::Text;
use super::goal::parse_word;
use crate::dns::{ZoneText, quoted};
use crate::engine::Intervention;
use crate::scenario::crowd::{CrowdMeasure, CrowdSource};
use crate::scenario::{Measure, Pick, parse_question, parse_span};

/// The most questions of a series: more would be felt when a knob is dragged.
const MAX_SERIES: usize = 500;

/// `[[measure]]` as written. Which fields it needs depends on `kind`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct MeasureFile {
    /// What the text calls it.
    pub(super) id: Text,
    /// One of the kinds of [`Measure`], in lower case with hyphens.
    kind: String,
    /// Which lookup of the session, from 0.
    lookup: Option<usize>,
    /// Which entry of the session, from 0.
    entry: Option<usize>,
    /// Who asks.
    client: Option<String>,
    /// What, as name and type.
    question: Option<String>,
    /// Which connection attempt of the session, from 0.
    attempt: Option<usize>,
    /// The machine that is meant.
    node: Option<String>,
    /// Which of its caches.
    layer: Option<String>,
    /// The change, as a zone file line.
    records: Option<String>,
    /// When the change is made, or the machines go down.
    changed_after: Option<String>,
    /// The machines that go down.
    #[serde(default)]
    down: Vec<String>,
    /// The time between two questions.
    every: Option<String>,
    /// How many questions.
    count: Option<usize>,
    /// The IPv6 addresses are left out of a response.
    #[serde(default)]
    ipv4_only: bool,
    /// The crowd the figure is of.
    crowd: Option<String>,
    /// The figure of the crowd, such as `share canary from 10m`.
    find: Option<String>,
    /// One end of a path.
    from: Option<String>,
    /// The other end.
    to: Option<String>,
    /// Knob values for this measure alone.
    #[serde(default)]
    pub(super) knobs: BTreeMap<String, f64>,
    /// The id of the measure it is divided by.
    pub(super) over: Option<String>,
}

impl MeasureFile {
    /// The machines it names, in whichever field.
    pub(super) fn machines(&self) -> impl Iterator<Item = &String> {
        [&self.client, &self.node, &self.from, &self.to]
            .into_iter()
            .flatten()
            .chain(&self.down)
    }

    /// The typed measure.
    pub(super) fn parse(&self, crowds: &[Arc<CrowdSource>]) -> Result<LessonMeasure, String> {
        let text = |field: &Option<String>, name: &str| {
            field
                .clone()
                .ok_or_else(|| format!("a measure of kind {} needs `{name}`", quoted(&self.kind)))
        };
        let number = |field: Option<usize>, name: &str| {
            field.ok_or_else(|| format!("a measure of kind {} needs `{name}`", quoted(&self.kind)))
        };
        let client = || text(&self.client, "client");
        let question = || parse_question(&text(&self.question, "question")?);
        let measure = match self.kind.as_str() {
            "lookup-time" => Measure::LookupTime {
                lookup: number(self.lookup, "lookup")?,
            },
            "upstream-queries" => Measure::UpstreamQueries {
                lookup: number(self.lookup, "lookup")?,
            },
            "granted" => Measure::Granted {
                node: text(&self.node, "node")?,
                layer: parse_word(&text(&self.layer, "layer")?)?,
                question: question()?,
                entry: number(self.entry, "entry")?,
            },
            "fetches-per-day" => Measure::FetchesPerDay {
                client: client()?,
                question: question()?,
            },
            "stale-for" => Measure::StaleFor {
                client: client()?,
                question: question()?,
                change: change(&text(&self.records, "records")?)?,
                changed_after: parse_span(&text(&self.changed_after, "changed_after")?)?,
            },
            "answered-for" => Measure::AnsweredFor {
                client: client()?,
                question: question()?,
                down: self.down.clone(),
                after: parse_span(&text(&self.changed_after, "changed_after")?)?,
            },
            "median-of-series" | "slowest-of-series" | "waits-of-series" | "queries-of-series" => {
                Measure::Series {
                    client: client()?,
                    question: question()?,
                    down: self.down.clone(),
                    every: parse_span(&text(&self.every, "every")?)?,
                    count: match number(self.count, "count")? {
                        count @ 1..=MAX_SERIES => count,
                        _ => return Err(format!("`count` is from 1 to {MAX_SERIES}")),
                    },
                    pick: match self.kind.as_str() {
                        "median-of-series" => Pick::Median,
                        "slowest-of-series" => Pick::Slowest,
                        "waits-of-series" => Pick::Waits,
                        _ => Pick::Queries,
                    },
                }
            }
            "cold-lookup-time" => Measure::ColdLookupTime {
                client: client()?,
                question: question()?,
            },
            "warm-lookup-time" => Measure::WarmLookupTime {
                client: client()?,
                question: question()?,
            },
            "connect-time" => Measure::ConnectTime {
                attempt: number(self.attempt, "attempt")?,
            },
            "response-size" => Measure::ResponseSize {
                node: text(&self.node, "node")?,
                question: question()?,
                is_ipv4_only: self.ipv4_only,
            },
            "round-trip" => Measure::RoundTrip {
                from: text(&self.from, "from")?,
                to: text(&self.to, "to")?,
            },
            "crowd" => {
                let id = text(&self.crowd, "crowd")?;
                let source = crowds.iter().find(|source| source.id == id);
                let source = source
                    .ok_or_else(|| format!("no step is about the crowd {id}", id = quoted(&id)))?;
                Measure::Crowd {
                    find: CrowdMeasure::parse(&text(&self.find, "find")?, &source.base)?,
                    crowd: id,
                }
            }
            other => {
                return Err(format!(
                    "{other} is no kind of measure: write lookup-time, upstream-queries, \
                     granted, fetches-per-day, stale-for, answered-for, median-of-series, \
                     slowest-of-series, waits-of-series, queries-of-series, cold-lookup-time, \
                     warm-lookup-time, connect-time, response-size, round-trip or crowd",
                    other = quoted(other)
                ));
            }
        };
        Ok(LessonMeasure {
            measure,
            knobs: self.knobs.clone(),
            over: self.over.clone(),
        })
    }
}

/// A change as a measure applies it, or why it is none.
fn change(line: &str) -> Result<Intervention, String> {
    let records = ZoneText::read_lines(format!("{line}\n"));
    records.sets().map_err(ToString::to_string)?;
    Ok(Intervention::SetRecords { records })
}
