//! The curve that shows why a criterion is met or not.

use std::fmt::Write as _;

use crate::lesson::practice::{Curve, CurveUnit, Moment};
use crate::scene::chart::Quantity;

/// Bins shown before the window in which the limit counts.
const BEFORE: f64 = 9.0;
/// The fewest bins shown.
const FEWEST: f64 = 24.0;
/// The most rows of the table beside the picture.
const MOST_ROWS: usize = 48;
/// Room for labels: left, right, top, bottom.
const ROOM: (f64, f64, f64, f64) = (52.0, 14.0, 22.0, 26.0);

/// A curve as it is drawn, in a box of `width` by `height`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CurvePicture {
    /// The width of the box.
    pub width: f64,
    /// Its height.
    pub height: f64,
    /// The `d` of the line.
    pub line: String,
    /// Where the axis of time lies.
    pub base: f64,
    /// Where the plot begins and ends.
    pub plot: (f64, f64),
    /// Where the limit lies, and what is written at it.
    pub limit: (f64, String),
    /// Where the window lies in which the limit counts: from and to.
    pub window: (f64, f64),
    /// Where the limit is broken first, and what is written there.
    pub broken: Option<(f64, f64, String)>,
    /// Where moment zero lies, if it is shown.
    pub zero: Option<f64>,
    /// Marks of the axis of time.
    pub times: Vec<PictureTick>,
    /// Marks of the axis of values.
    pub values: Vec<PictureTick>,
    /// What it says as text, row by row: a moment and a value.
    pub rows: Vec<(String, String)>,
}

/// A mark of an axis.
#[derive(Clone, Debug, PartialEq)]
pub struct PictureTick {
    /// Where.
    pub at: f64,
    /// What it says.
    pub text: String,
}

/// Draws a curve around the window in which its limit counts. What happens long after its last
/// value above zero is left out.
pub fn draw_curve(curve: &Curve, width: f64, height: f64) -> CurvePicture {
    let (from, to) = span(curve);
    let quantity = match curve.unit {
        CurveUnit::Share => Quantity::Share,
        CurveUnit::Count => Quantity::Count,
    };
    let shown = || {
        let points = curve.points.iter().copied();
        points.filter(move |(at, value)| *at >= from - 1e-6 && *at < to && value.is_finite())
    };
    let highest = shown().map(|(_, value)| value).fold(0.0, f64::max);
    let reach = (highest.max(curve.limit) * 1.08).max(if quantity == Quantity::Share {
        0.01
    } else {
        4.0
    });
    let (left, right) = (ROOM.0, width - ROOM.1);
    let (top, base) = (ROOM.2, height - ROOM.3);
    let x = |at: f64| left + ((at - from) / (to - from)).clamp(0.0, 1.0) * (right - left);
    let y = |value: f64| base - (value / reach).clamp(0.0, 1.0) * (base - top);
    let mut line = String::new();
    for (at, value) in shown() {
        let command = if line.is_empty() { 'M' } else { 'L' };
        // Writing to a string cannot fail. A value holds for its whole bin.
        let _ = write!(line, "{command}{:.1} {:.1}", x(at), y(value));
        let _ = write!(line, "L{:.1} {:.1}", x(at + curve.bin), y(value));
    }
    let broken = curve.broken_at.and_then(|broken| {
        let (at, value) = shown().find(|(at, _)| (at - broken).abs() < 1e-6)?;
        let middle = at + curve.bin / 2.0;
        let text = format!("{} at {}", quantity.format(value), Moment(at));
        Some((x(middle), y(value), text))
    });
    let rows: Vec<(f64, f64)> = shown().collect();
    let every = rows.len().div_ceil(MOST_ROWS).max(1);
    let rows = rows.iter().step_by(every);
    let rows = rows.map(|(at, value)| (Moment(*at).to_string(), quantity.format(*value)));
    CurvePicture {
        width,
        height,
        line,
        base,
        plot: (left, right),
        limit: (y(curve.limit), limit_text(quantity, curve.limit)),
        window: (x(curve.window.0.max(from)), x(curve.window.1.min(to))),
        broken,
        zero: (from < 0.0 && to > 0.0).then(|| x(0.0)),
        times: ticks(Quantity::Time, from, to, (right - left) / 74.0)
            .map(|(at, _)| PictureTick {
                at: x(at),
                text: Moment(at).to_string(),
            })
            .collect(),
        values: ticks(quantity, 0.0, reach, (base - top) / 34.0)
            .map(|(value, step)| PictureTick {
                at: y(value),
                text: quantity.tick(value, step),
            })
            .collect(),
        rows: rows.collect(),
    }
}

/// What is written at the limit.
fn limit_text(quantity: Quantity, limit: f64) -> String {
    if limit > 0.0 {
        format!("at most {}", quantity.format(limit))
    } else {
        "none allowed".to_owned()
    }
}

/// The part of the time that is shown.
fn span(curve: &Curve) -> (f64, f64) {
    let bin = curve.bin.max(1.0);
    let first = curve.points.first().map_or(0.0, |(at, _)| *at);
    let end = curve.points.last().map_or(bin, |(at, _)| at + bin);
    let from = (curve.window.0 - BEFORE * bin).max(first);
    let last = curve.last_above_zero().unwrap_or(curve.window.0);
    let wanted = last + bin + 0.15 * (last - from);
    let to = wanted
        .max(from + FEWEST * bin)
        .min(curve.window.1 + BEFORE * bin);
    (from, to.min(end).max(from + bin))
}

/// Round values between two values, with their distance; at most about `most` of them.
fn ticks(quantity: Quantity, low: f64, high: f64, most: f64) -> impl Iterator<Item = (f64, f64)> {
    let step = quantity.nice_step((high - low) / libm::floor(most).max(1.0));
    let first = libm::ceil(low / step - 1e-9);
    let count = libm::floor(high / step - first + 1e-9).clamp(0.0, 60.0) as u32;
    (0..=count).map(move |index| ((first + f64::from(index)) * step, step))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn curve(values: &[f64]) -> Curve {
        let points = values.iter().enumerate();
        Curve {
            points: points
                .map(|(index, value)| (index as f64 * 60.0 - 600.0, *value))
                .collect(),
            bin: 60.0,
            limit: 0.05,
            window: (0.0, 6000.0),
            ..Curve::default()
        }
    }

    #[test]
    fn the_quiet_end_of_a_curve_is_left_out() {
        let mut values = vec![1.0; 20];
        values.resize(110, 0.0);
        let picture = draw_curve(&curve(&values), 400.0, 200.0);
        assert!(picture.rows.len() < 40, "{} rows", picture.rows.len());
        assert!(picture.zero.is_some());
    }

    #[test]
    fn the_first_break_is_marked_where_the_curve_is() {
        let mut curve = curve(&[
            0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.5, 0.5,
        ]);
        curve.broken_at = Some(60.0);
        let picture = draw_curve(&curve, 400.0, 200.0);
        let (x, y, text) = picture.broken.expect("it is shown");
        assert!(picture.plot.0 < x && x < picture.plot.1);
        assert!(y < picture.limit.0, "above the limit");
        assert_eq!(text, "50.0 % at +60 s");
    }

    #[test]
    fn all_ticks_lie_in_the_picture_and_say_where_they_are() {
        let picture = draw_curve(&curve(&[0.3; 100]), 400.0, 200.0);
        assert!(picture.times.len() >= 2 && picture.values.len() >= 2);
        for tick in &picture.times {
            assert!((picture.plot.0..=picture.plot.1).contains(&tick.at));
        }
        assert!(picture.times.iter().any(|tick| tick.text == "0"));
    }

    #[test]
    fn an_empty_curve_makes_an_empty_picture() {
        let picture = draw_curve(&Curve::default(), 400.0, 200.0);
        assert!(picture.line.is_empty() && picture.rows.is_empty());
    }
}
