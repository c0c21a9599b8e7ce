//! Figures of a crowd, as its file writes them.

use super::act::find;
use super::measure::{CrowdFigure, CrowdMeasure, Tier, Trouble};
use super::spec::Crowd;
use super::theory;
use crate::dns::quoted;
use crate::engine::{SimTime, parse_number};
use crate::scenario::parse_span;

impl CrowdMeasure {
    /// Reads a figure such as `share canary in berlin from 10m to 20m` or `last-dead after 2`.
    ///
    /// # Errors
    /// What is wrong, and what can be written instead.
    pub fn parse(text: &str, crowd: &Crowd) -> Result<Self, String> {
        let mut words: Vec<&str> = text.split_whitespace().collect();
        let is_theory = words.first() == Some(&"theory");
        if is_theory {
            words.remove(0);
        }
        let is_suffix = |word: &&str| matches!(*word, "in" | "from" | "to" | "after");
        let end = words.iter().position(is_suffix).unwrap_or(words.len());
        let (kind, mut suffix) = words.split_at(end);
        let mut measure = Self {
            kind: parse_kind(text, kind, crowd)?,
            group: None,
            is_theory,
            from: None,
            to: None,
            after: None,
        };
        while let [word, value, rest @ ..] = suffix {
            let moment = || parse_span(value).map(|span| Some(SimTime::ZERO + span));
            match *word {
                "in" => {
                    let ids = crowd.clients.iter().map(|it| it.id.as_str());
                    measure.group = Some(find("clients", value, crowd.group(value), ids)?);
                }
                "from" => measure.from = moment()?,
                "to" => measure.to = moment()?,
                "after" => {
                    let count = crowd.timeline.len();
                    let index = value.parse::<usize>().ok().and_then(|n| n.checked_sub(1));
                    let index = index.filter(|index| *index < count).ok_or_else(|| {
                        format!("there is no change {value}: count from 1, up to {count}")
                    })?;
                    measure.after = Some(index);
                }
                _ => return Err(unknown(text)),
            }
            suffix = rest;
        }
        if !suffix.is_empty() {
            return Err(unknown(text));
        }
        let is_of_group = matches!(
            measure.kind,
            CrowdFigure::Share(_)
                | CrowdFigure::Deviation
                | CrowdFigure::Requests
                | CrowdFigure::Moved { .. }
        );
        if measure.group.is_some() && !is_of_group {
            return Err(format!(
                "{text}: only share, deviation, moved and requests can be told by clients: drop `in`",
                text = quoted(text)
            ));
        }
        if is_theory && theory::figure(crowd, &measure.kind).is_none() {
            return Err(format!(
                "{text}: there is no formula for this figure of this crowd: drop `theory`",
                text = quoted(text)
            ));
        }
        Ok(measure)
    }
}

/// Reads what a figure is of.
fn parse_kind(text: &str, words: &[&str], crowd: &Crowd) -> Result<CrowdFigure, String> {
    let endpoint = |id: &str| {
        let ids = crowd.endpoints.iter().map(|it| it.id.as_str());
        find("endpoint", id, crowd.endpoint(id), ids)
    };
    let percent = |text: &str| match parse_number(text) {
        Some(percent) if (0.0..=100.0).contains(&percent) => Ok(percent),
        _ => Err(format!(
            "{text} is no percentage: write 0 to 100",
            text = quoted(text)
        )),
    };
    Ok(match words {
        ["share", id] => CrowdFigure::Share(endpoint(id)?),
        ["fetch-share", id] => CrowdFigure::FetchShare(endpoint(id)?),
        ["deviation"] => CrowdFigure::Deviation,
        ["fetch-deviation"] => CrowdFigure::FetchDeviation,
        ["stale-share"] => CrowdFigure::TroubleShare(Trouble::Stale),
        ["dead-share"] => CrowdFigure::TroubleShare(Trouble::Dead),
        ["failed-share"] => CrowdFigure::TroubleShare(Trouble::Failed),
        ["lost-share"] => CrowdFigure::TroubleShare(Trouble::Lost),
        ["last-stale"] => CrowdFigure::LastTrouble(Trouble::Stale),
        ["last-dead"] => CrowdFigure::LastTrouble(Trouble::Dead),
        ["last-failed"] => CrowdFigure::LastTrouble(Trouble::Failed),
        ["last-lost"] => CrowdFigure::LastTrouble(Trouble::Lost),
        ["peak-stale"] => CrowdFigure::PeakTrouble(Trouble::Stale),
        ["peak-dead"] => CrowdFigure::PeakTrouble(Trouble::Dead),
        ["peak-failed"] => CrowdFigure::PeakTrouble(Trouble::Failed),
        ["peak-lost"] => CrowdFigure::PeakTrouble(Trouble::Lost),
        ["detection", id] => CrowdFigure::Detection(endpoint(id)?),
        ["recovery", id] => CrowdFigure::Recovery(endpoint(id)?),
        ["moved", share, id] => CrowdFigure::Moved {
            percent: percent(share)?,
            endpoint: endpoint(id)?,
        },
        ["requests"] => CrowdFigure::Requests,
        ["fetches"] => CrowdFigure::Fetches,
        ["queries-per-day"] => CrowdFigure::QueriesPerDay,
        ["queries-per-month"] => CrowdFigure::QueriesPerMonth,
        ["queries-per-second"] => CrowdFigure::QueriesPerSecond,
        ["cost-per-month"] => CrowdFigure::CostPerMonth,
        ["hit-ratio"] => CrowdFigure::HitRatio(Tier::All),
        ["hit-ratio", "browser"] => CrowdFigure::HitRatio(Tier::Browser),
        ["hit-ratio", "stub"] => CrowdFigure::HitRatio(Tier::Stub),
        ["hit-ratio", "resolver"] => CrowdFigure::HitRatio(Tier::Resolver),
        ["entries"] => CrowdFigure::Entries,
        ["latency", share] => CrowdFigure::Latency(percent(share)?),
        _ => return Err(unknown(text)),
    })
}

/// What can be written.
fn unknown(text: &str) -> String {
    format!(
        "{text} is no figure: write share ENDPOINT, fetch-share ENDPOINT, deviation, \
         fetch-deviation, {{stale,dead,failed,lost}}-share, last-{{stale,dead,failed,lost}}, \
         peak-{{stale,dead,failed,lost}}, detection ENDPOINT, recovery ENDPOINT, moved PERCENT \
         ENDPOINT, requests, fetches, queries-per-day, queries-per-month, queries-per-second, \
         cost-per-month, hit-ratio, hit-ratio browser, hit-ratio stub, hit-ratio resolver, \
         entries or latency PERCENT; before it, theory, for what \
         the formula says; then, where it fits, in CLIENTS, from TIME, to TIME, after CHANGE",
        text = quoted(text)
    )
}
