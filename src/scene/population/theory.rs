//! What the closed forms say of a crowd, as curves to be drawn beside what was counted.

use super::history::value_of;
use super::run::CrowdRun;
use crate::scenario::crowd::theory::{self, authority_rate, expected_shares, resolver_hit_ratio};
use crate::scenario::crowd::{ChartKind, Crowd, CrowdFigure};
use crate::scene::chart::{Hue, Line, Role, Sample};

/// Points of a curve.
const POINTS: u32 = 240;

/// The curves for a chart over time; none where no closed form fits.
pub(super) fn lines(run: &CrowdRun, kind: &ChartKind) -> Vec<Line> {
    let crowd = &run.crowd;
    match kind {
        ChartKind::Addresses { .. } | ChartKind::Fetches if crowd.timeline.is_empty() => {
            let titles = run.address_titles();
            let shares = expected_shares(crowd).unwrap_or_default();
            let lines = shares.into_iter().enumerate().filter_map(|(index, share)| {
                let title = titles.get(index)?;
                let label = format!("{title}, by weight");
                Some(flat(run, label, Hue::Series(index), share))
            });
            lines.collect()
        }
        ChartKind::Stale => old(run).into_iter().collect(),
        ChartKind::Queries if crowd.timeline.is_empty() => {
            let rate = authority_rate(crowd);
            let line = rate.map(|rate| flat(run, "Formula: λ / (1 + λT)", Hue::Series(2), rate));
            line.into_iter().collect()
        }
        ChartKind::Hits if crowd.timeline.is_empty() => {
            let ratio = resolver_hit_ratio(crowd);
            let line = ratio.map(|it| flat(run, "Formula: λT / (1 + λT)", Hue::Series(2), it));
            line.into_iter().collect()
        }
        _ => Vec::new(),
    }
}

/// What a closed form says of a figure, in its own unit; `None` if there is none.
pub(super) fn figure(crowd: &Crowd, figure: &CrowdFigure) -> Option<f64> {
    theory::figure(crowd, figure).map(|found| value_of(found).1)
}

/// A line at one height.
fn flat(run: &CrowdRun, label: impl Into<String>, hue: Hue, value: f64) -> Line {
    line(label, hue, [(0.0, value), (run.end(), value)])
}

/// A line through moments and values.
fn line(label: impl Into<String>, hue: Hue, points: impl IntoIterator<Item = (f64, f64)>) -> Line {
    let samples = points.into_iter().map(|(at, value)| Sample {
        at,
        value,
        range: None,
    });
    Line {
        label: label.into(),
        role: Role::Theory,
        hue,
        samples: samples.collect(),
    }
}

/// The share of requests that still go to an old address after the first change of records.
fn old(run: &CrowdRun) -> Option<Line> {
    let crowd = &run.crowd;
    let old = theory::OldShare::of(crowd)?;
    let from = old.from.as_secs_f64();
    // The step at the change itself, and then the slope. A short TTL in a long run is over at
    // once, so points are closest after the change.
    let slope = (0..=POINTS).map(|index| {
        let share = f64::from(index) / f64::from(POINTS);
        let after = (run.end() - from) * share * share * share;
        (from + after, old.at(crowd, after))
    });
    let points = [(0.0, 0.0), (from, 0.0)].into_iter().chain(slope);
    Some(line("Formula", Hue::Series(1), points))
}
