//! A figure against a knob: each run is a point, and theory is a curve.

use std::collections::BTreeMap;

use super::run::CrowdRun;
use super::theory;
use crate::engine::order::sort_by;
use crate::scenario::crowd::CrowdMeasure;
use crate::scenario::{Figure, Knob, Unit};
use crate::scene::chart::{ChartData, Form, Hue, Line, Quantity, Role, Sample, XAxis};

/// Points of the curve.
const POINTS: u32 = 60;

/// What is kept of a run that is over.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PastRun {
    /// Where the knobs stood.
    pub knobs: BTreeMap<String, f64>,
    /// The figures of the scenario's curves, by the index of their chart.
    pub values: Vec<f64>,
}

impl PastRun {
    /// What is kept of a run.
    pub fn of(run: &CrowdRun) -> Self {
        use crate::scenario::crowd::ChartKind::Curve;
        let values = run.source.charts.iter().map(|chart| match &chart.kind {
            Curve { figure, .. } => value_of(figure.evaluate(&run.crowd, &run.series)).1,
            _ => f64::NAN,
        });
        Self {
            knobs: run.knobs.clone(),
            values: values.collect(),
        }
    }
}

/// The figure of all runs against a knob; `None` if there is no such knob.
pub fn curve_chart(
    run: &CrowdRun,
    past: &[PastRun],
    knob: usize,
    figure: &CrowdMeasure,
) -> Option<ChartData> {
    let knob = run.source.knobs.get(knob)?;
    let index = run.source.charts.iter().position(|chart| {
        use crate::scenario::crowd::ChartKind::Curve;
        matches!(&chart.kind, Curve { figure: it, .. } if it == figure)
    })?;
    let now = figure.evaluate(&run.crowd, &run.series);
    let (quantity, value) = value_of(now);
    let place = |knobs: &BTreeMap<String, f64>| {
        to_axis(knob, knobs.get(&knob.id).copied().unwrap_or(knob.start))
    };
    let mut samples: Vec<Sample> = { past.iter() }
        .filter_map(|past| {
            let value = *past.values.get(index)?;
            Some(Sample {
                at: place(&past.knobs),
                value,
                range: None,
            })
        })
        .collect();
    let here = Sample {
        at: place(&run.knobs),
        value,
        range: None,
    };
    samples.retain(|sample| sample.at != here.at);
    samples.push(here);
    sort_by(&mut samples, |a, b| a.at.total_cmp(&b.at));
    samples.dedup_by(|next, before| next.at == before.at);
    let mut lines = vec![Line {
        label: "Runs".to_owned(),
        samples,
        ..Line::default()
    }];
    let formula = (0..=POINTS).filter_map(|step| {
        let at = knob.at_fraction(f64::from(step) / f64::from(POINTS));
        let mut knobs = run.knobs.clone();
        knobs.insert(knob.id.clone(), at);
        let value = theory::figure(&run.source.crowd(&knobs), &figure.kind)?;
        Some(Sample {
            at: to_axis(knob, at),
            value,
            range: None,
        })
    });
    let formula: Vec<Sample> = formula.collect();
    if !formula.is_empty() {
        lines.push(Line {
            label: "Formula".to_owned(),
            role: Role::Theory,
            hue: Hue::Series(0),
            samples: formula,
        });
    }
    let is_log = matches!(knob.unit, Unit::Seconds | Unit::Amount);
    Some(ChartData {
        unit: format!("against {}, one point for each run", knob.label),
        quantity,
        form: Form::Points,
        x: XAxis {
            title: Some(knob.label.clone()),
            quantity: match knob.unit {
                Unit::Seconds => Quantity::Time,
                Unit::Percent => Quantity::Share,
                _ => Quantity::Count,
            },
            is_log,
            low: to_axis(knob, knob.min).max(if is_log { 1.0 } else { f64::MIN }),
            high: to_axis(knob, knob.max),
        },
        lines,
        ..ChartData::default()
    })
}

/// A knob's value in the unit of the axis.
fn to_axis(knob: &Knob, value: f64) -> f64 {
    match knob.unit {
        Unit::Percent => value / 100.0,
        _ => value,
    }
}

/// A figure as a number, and what it counts.
pub(super) fn value_of(figure: Figure) -> (Quantity, f64) {
    match figure {
        Figure::Time(span) => (Quantity::Time, span.as_secs_f64()),
        Figure::Count(count) => (Quantity::Count, count as f64),
        Figure::Share(share) => (Quantity::Share, share),
        Figure::Dollars(dollars) => (Quantity::Dollars, dollars),
        Figure::PerSecond(rate) => (Quantity::Rate, rate),
        Figure::Never => (Quantity::Count, f64::NAN),
    }
}
