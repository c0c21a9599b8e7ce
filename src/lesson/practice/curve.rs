//! Values over time, read off a series.

use serde::{Deserialize, Serialize};

use super::{Moment, ShareOf};
use crate::engine::population::{Bin, Series};

/// Requests that a bin must have for its share to count by itself.
const ENOUGH: u64 = 20;

/// Values over time, with the limit they should keep to.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Curve {
    /// What is counted.
    pub unit: CurveUnit,
    /// The moments at which bins begin, in seconds relative to the problem's zero, and the
    /// values; not a number where nothing was counted.
    pub points: Vec<(f64, f64)>,
    /// The width of a bin in seconds.
    pub bin: f64,
    /// The limit.
    pub limit: f64,
    /// Where the limit counts: from and to.
    pub window: (f64, f64),
    /// The first moment at which the limit is broken.
    pub broken_at: Option<f64>,
}

/// What the values of a curve are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum CurveUnit {
    /// Shares, 0 to 1.
    #[default]
    Share,
    /// Counts in the time of the limit.
    Count,
}

/// Requests of a kind in a bin.
fn count(bin: &Bin, of: ShareOf, series: &Series) -> u64 {
    match of {
        ShareOf::To(address) => {
            let index = series.addresses.iter().position(|it| *it == address);
            let of_group = |group: &Vec<u64>| index.and_then(|it| group.get(it)).copied();
            bin.by_group.iter().filter_map(of_group).sum()
        }
        ShareOf::Dead => bin.dead,
        ShareOf::Unresolved => bin.unresolved,
        ShareOf::Lost => bin.dead + bin.unresolved,
    }
}

/// The moments at which bins begin, with the bins.
fn timed(series: &Series, from: Moment) -> impl Iterator<Item = (f64, &Bin)> {
    let width = series.bin.as_secs_f64();
    let bins = series.bins.iter().enumerate();
    bins.map(move |(index, bin)| (from.0 + index as f64 * width, bin))
}

/// A share over time.
pub(super) fn share_curve(series: &Series, from: Moment, of: ShareOf, limit: f64) -> Curve {
    let points = timed(series, from).map(|(at, bin)| {
        let share = count(bin, of, series) as f64 / bin.requests as f64;
        (at, share)
    });
    Curve {
        unit: CurveUnit::Share,
        points: points.collect(),
        bin: series.bin.as_secs_f64(),
        limit,
        ..Curve::default()
    }
}

/// Queries over time, per `per` seconds.
pub(super) fn query_curve(series: &Series, from: Moment, per: f64, limit: f64) -> Curve {
    let width = series.bin.as_secs_f64();
    let points = timed(series, from).map(|(at, bin)| {
        let queries: u64 = bin.provider_queries.iter().sum();
        (at, queries as f64 / width * per)
    });
    Curve {
        unit: CurveUnit::Count,
        points: points.collect(),
        bin: width,
        limit,
        ..Curve::default()
    }
}

impl Curve {
    /// Whether a bin that begins at a moment lies in the window.
    fn is_in_window(&self, at: f64) -> bool {
        at >= self.window.0 - 1e-6 && at + self.bin <= self.window.1 + 1e-6
    }

    /// The points in the window.
    fn within(&self) -> impl Iterator<Item = (f64, f64)> + '_ {
        let points = self.points.iter().copied();
        points.filter(|(at, value)| self.is_in_window(*at) && value.is_finite())
    }

    /// The mean of the values in the window; 0 if there are none.
    pub(super) fn mean(&self) -> f64 {
        let (mut sum, mut count) = (0.0, 0.0);
        for (_, value) in self.within() {
            sum += value;
            count += 1.0;
        }
        if count > 0.0 { sum / count } else { 0.0 }
    }

    /// The largest value in the window and its moment; 0 if there are none.
    pub(super) fn peak(&self) -> (f64, Option<f64>) {
        let mut peak = (0.0, None);
        for (at, value) in self.within() {
            if peak.1.is_none() || value > peak.0 {
                peak = (value, Some(at));
            }
        }
        peak
    }

    /// Notes the first moment in the window at which the limit is broken.
    pub(super) fn note_break(&mut self) {
        let first = self.within().find(|(_, value)| *value > self.limit);
        self.broken_at = first.map(|(at, _)| at);
    }

    /// The last moment at which there was anything at all, from the window's start on.
    pub fn last_above_zero(&self) -> Option<f64> {
        let mut points = self.within().collect::<Vec<_>>().into_iter().rev();
        points.find(|(_, value)| *value > 0.0).map(|(at, _)| at)
    }
}

/// Blots out the bins with too few requests for a share.
pub(super) fn blot_thin(curve: &mut Curve, series: &Series) {
    for ((_, value), bin) in curve.points.iter_mut().zip(&series.bins) {
        if bin.requests < ENOUGH {
            *value = f64::NAN;
        }
    }
}

/// The share of a kind among all requests of the curve's window.
pub(super) fn share_in_window(series: &Series, from: Moment, of: ShareOf, curve: &Curve) -> f64 {
    let (mut part, mut whole) = (0, 0);
    for (at, bin) in timed(series, from) {
        if curve.is_in_window(at) {
            part += count(bin, of, series);
            whole += bin.requests;
        }
    }
    if whole > 0 {
        part as f64 / whole as f64
    } else {
        0.0
    }
}
