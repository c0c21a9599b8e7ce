//! A chart at a size: where everything lies.

use super::data::{ChartData, Form, Hue, Line, Reach, Role};
use super::labels::spread;
use super::markers::{Placed, ROW, place_markers};
use super::path;
use super::scale::{AxisTick, Scale};
use crate::scene::{Point, Rect};

/// The width of a letter of the chart's text, in units of the picture; an upper bound for
/// usual words in bold at 12 px.
const LETTER: f64 = 7.2;
/// The height of a line of labels.
const LABEL_HEIGHT: f64 = 16.0;
/// From this width on lines are labelled at their ends; below it a legend names them.
const LABELLED_FROM: f64 = 460.0;
/// How far shapes are apart along a line.
const SYMBOL_EVERY: f64 = 84.0;
/// The narrowest and the widest picture that is drawn.
const WIDTHS: (f64, f64) = (240.0, 1600.0);

/// A chart with geometry, in units of the picture, which are CSS pixels at its own width.
#[derive(Clone, Debug, PartialEq)]
pub struct Chart {
    /// The width of the picture.
    pub width: f64,
    /// The height of the picture.
    pub height: f64,
    /// Where the lines are.
    pub plot: Rect,
    /// The axis of time.
    pub x: Scale,
    /// The axis of values.
    pub y: Scale,
    /// Its marks.
    pub x_ticks: Vec<AxisTick>,
    /// Its marks.
    pub y_ticks: Vec<AxisTick>,
    /// The lines, the first one at the back.
    pub lines: Vec<DrawnLine>,
    /// Names at the ends of lines; empty where a legend has to name them.
    pub labels: Vec<EndLabel>,
    /// Moments at which something was done.
    pub markers: Vec<DrawnMarker>,
    /// What the numbers at moments stand for, from 1 on, where words have no room.
    pub notes: Vec<String>,
}

/// A line with geometry.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DrawnLine {
    /// What it is called.
    pub label: String,
    /// What it is.
    pub role: Role,
    /// Its colour.
    pub hue: Hue,
    /// The line itself, as the `d` attribute of a path.
    pub path: String,
    /// The area between it and the line below, of stacked lines.
    pub area: Option<String>,
    /// The area in which it lies with 95 % certainty.
    pub band: Option<String>,
    /// Shapes along it, as one path.
    pub symbols: String,
}

/// The name of a line at its end.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct EndLabel {
    /// What it says.
    pub text: String,
    /// The colour of its line.
    pub hue: Hue,
    /// What its line is.
    pub role: Role,
    /// Where the line ends.
    pub from: Point,
    /// The middle of the text's left edge.
    pub at: Point,
}

/// A moment with its label.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DrawnMarker {
    /// What it says.
    pub text: String,
    /// Whether it came by itself.
    pub is_observed: bool,
    /// Where its line stands.
    pub x: f64,
    /// The upper end of its line.
    pub top: f64,
    /// Where the text begins.
    pub text_at: Point,
}

/// What a chart says of a moment.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Readout {
    /// Seconds since the start.
    pub at: f64,
    /// The moment in words.
    pub moment: String,
    /// The values, in the order of the legend.
    pub rows: Vec<ReadoutRow>,
}

/// One value of a readout.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ReadoutRow {
    /// What it is a value of.
    pub label: String,
    /// What that is.
    pub role: Role,
    /// Its colour.
    pub hue: Hue,
    /// The value with its unit.
    pub text: String,
    /// Where it lies in the picture.
    pub point: Option<Point>,
}

impl Readout {
    /// The whole readout as a sentence.
    pub fn sentence(&self) -> String {
        let rows = self.rows.iter();
        let rows: Vec<String> = rows
            .map(|row| format!("{} {}", row.label, row.text))
            .collect();
        format!("{}: {}", self.moment, rows.join(", "))
    }
}

impl Chart {
    /// Lays a chart out in a picture of some width. `reach` are the values that its axis has to
    /// cover, if other charts have the same axis.
    pub fn draw(data: &ChartData, width: f64, reach: Option<Reach>) -> Self {
        let width = if width.is_finite() { width } else { WIDTHS.0 };
        let width = width.clamp(WIDTHS.0, WIDTHS.1);
        let named = data.lines.iter().filter(|line| line.role == Role::Counted);
        let widest = named.map(|line| text_width(&line.label));
        let room = widest.fold(0.0, f64::max) + 22.0;
        // Points that stand alone have no end to be named at, and long names have no room there.
        let is_labelled =
            width >= LABELLED_FROM && data.form != Form::Points && room <= width * 0.34;
        let right = if is_labelled { room.max(30.0) } else { 12.0 };
        let tall = (width * 0.4).clamp(150.0, 240.0);
        // The height is known before the width: first the rows that markers need, for which
        // the width of the tick labels is guessed.
        let reach = reach.unwrap_or_else(|| data.reach());
        let y_of = |from: f64, to: f64| {
            if data.is_log {
                return Scale::log(data.quantity, (reach.low, reach.high), (from, to));
            }
            let high = if data.form == Form::Stacked && reach.high <= 1.0 + 1e-9 {
                1.0
            } else {
                reach.high
            };
            Scale::linear(data.quantity, (0.0, high), (from, to)).rounded_up(34.0)
        };
        let widest = y_of(tall, 0.0).ticks(34.0);
        let widest = widest.iter().map(|tick| text_width(&tick.text));
        let left = widest.fold(0.0, f64::max) + 12.0;
        let span = (left, (width - right).max(left + 60.0));
        let ends = (data.x.low, data.x.high);
        let x = if data.x.is_log {
            Scale::log(data.x.quantity, ends, span)
        } else {
            Scale::linear(data.x.quantity, ends, span)
        };
        let Placed {
            markers,
            rows,
            notes,
        } = place_markers(&data.markers, &x, width);
        let top = 8.0 + rows as f64 * ROW;
        let plot = Rect::new(span.0, top, span.1 - span.0, tall);
        let y = y_of(plot.bottom(), plot.y);
        let lines = match data.form {
            Form::Lines | Form::Points => {
                let lines = data.lines.iter().enumerate();
                lines
                    .map(|(index, line)| draw_line(data.form, line, index, (&x, &y)))
                    .collect()
            }
            Form::Stacked => draw_stack(&data.lines, &x, &y),
        };
        let labels = if is_labelled {
            place_labels(data, &x, &y, plot)
        } else {
            Vec::new()
        };
        Self {
            width,
            height: plot.bottom() + 24.0,
            plot,
            x_ticks: x.ticks(if width < 420.0 { 62.0 } else { 78.0 }),
            y_ticks: y.ticks(34.0),
            x,
            y,
            lines,
            labels,
            markers,
            notes,
        }
    }

    /// What the chart says of the sample with an index.
    pub fn readout(&self, data: &ChartData, index: usize) -> Option<Readout> {
        let at = data.moment(index)?;
        let mut below = 0.0;
        let rows = data.lines.iter().map(|line| {
            let value = line.value_at(at);
            let height = value.map(|value| {
                if data.form == Form::Stacked {
                    below += value;
                    below
                } else {
                    value
                }
            });
            ReadoutRow {
                label: line.label.clone(),
                role: line.role,
                hue: line.hue,
                text: data.quantity.format(value.unwrap_or(f64::NAN)),
                point: height.map(|height| Point {
                    x: self.x.place(at),
                    y: self.y.place(height),
                }),
            }
        });
        Some(Readout {
            at,
            moment: data.x.quantity.among(at, data.spacing()),
            rows: rows.collect(),
        })
    }
}

/// An upper bound for the width of a text.
fn text_width(text: &str) -> f64 {
    text.chars().count() as f64 * LETTER
}

/// The points of a line in the picture; those without a value are not finite.
fn points(line: &Line, x: &Scale, y: &Scale) -> Vec<Point> {
    let place = |value: f64| {
        if value.is_finite() {
            y.place(value)
        } else {
            f64::NAN
        }
    };
    let samples = line.samples.iter();
    let points = samples.map(|sample| Point {
        x: x.place(sample.at),
        y: place(sample.value),
    });
    points.collect()
}

/// A line that stands for itself. The index staggers its shapes, so that those of lines that
/// lie on each other do not.
fn draw_line(form: Form, line: &Line, index: usize, (x, y): (&Scale, &Scale)) -> DrawnLine {
    let points = points(line, x, y);
    let ranges = line.samples.iter().map(|sample| {
        let at = x.place(sample.at);
        let (low, high) = sample.range.unwrap_or((f64::NAN, f64::NAN));
        let edge = |value: f64| Point {
            x: at,
            y: if value.is_finite() {
                y.place(value)
            } else {
                f64::NAN
            },
        };
        (edge(high), edge(low))
    });
    let has_band = line.samples.iter().any(|sample| sample.range.is_some());
    let is_points = form == Form::Points && line.role == Role::Counted;
    DrawnLine {
        label: line.label.clone(),
        role: line.role,
        hue: line.hue,
        band: has_band.then(|| {
            let ranges: Vec<(Point, Point)> = ranges.collect();
            path::area(path::thin(&ranges, |(upper, _)| *upper))
        }),
        symbols: match line.role {
            Role::Counted if is_points => every_symbol(&points, line.hue),
            Role::Counted => symbols(&points, line.hue, index),
            Role::Theory => String::new(),
        },
        path: if is_points {
            String::new()
        } else {
            path::line(path::thin(&points, |point| *point))
        },
        area: None,
    }
}

/// Lines that are parts of a whole, the first at the bottom.
fn draw_stack(lines: &[Line], x: &Scale, y: &Scale) -> Vec<DrawnLine> {
    let count = lines
        .iter()
        .map(|line| line.samples.len())
        .max()
        .unwrap_or(0);
    let mut below = vec![0.0; count];
    let drawn = lines.iter().enumerate().map(|(index, line)| {
        let mut edges = Vec::with_capacity(line.samples.len());
        for (sample, below) in line.samples.iter().zip(&mut below) {
            let lower = *below;
            if sample.value.is_finite() {
                *below += sample.value;
            }
            let at = x.place(sample.at);
            let edge = |value: f64| Point {
                x: at,
                y: if sample.value.is_finite() {
                    y.place(value)
                } else {
                    f64::NAN
                },
            };
            edges.push((edge(*below), edge(lower)));
        }
        let middles: Vec<Point> = edges
            .iter()
            .map(|(upper, lower)| Point {
                x: upper.x,
                // Shapes stand in the middle of an area, and only where it has room for them.
                y: if lower.y - upper.y > 14.0 {
                    (upper.y + lower.y) / 2.0
                } else {
                    f64::NAN
                },
            })
            .collect();
        let edges = path::thin(&edges, |(upper, _)| *upper);
        DrawnLine {
            label: line.label.clone(),
            role: line.role,
            hue: line.hue,
            path: path::line(edges.iter().map(|(upper, _)| *upper)),
            area: Some(path::area(edges)),
            band: None,
            symbols: symbols(&middles, line.hue, index),
        }
    });
    drawn.collect()
}

/// Shapes along points, well apart.
fn symbols(points: &[Point], hue: Hue, index: usize) -> String {
    let mut text = String::new();
    let first = points.first().map_or(0.0, |point| point.x);
    let mut next = first + SYMBOL_EVERY * (0.3 + 0.37 * (index % 3) as f64);
    for point in points {
        if point.x >= next && point.y.is_finite() {
            hue.symbol().append(&mut text, point.x, point.y, 3.6);
            next = point.x + SYMBOL_EVERY;
        }
    }
    text
}

/// A shape at each point.
fn every_symbol(points: &[Point], hue: Hue) -> String {
    let mut text = String::new();
    for point in points.iter().filter(|point| point.y.is_finite()) {
        hue.symbol().append(&mut text, point.x, point.y, 5.0);
    }
    text
}

/// Names at the ends of the lines.
fn place_labels(data: &ChartData, x: &Scale, y: &Scale, plot: Rect) -> Vec<EndLabel> {
    let mut below = 0.0;
    let mut ends = Vec::new();
    // Theory is named in the legend: its curve mostly ends where that of the count does.
    let counted = data.lines.iter().filter(|line| line.role == Role::Counted);
    for line in counted {
        let known = line.samples.iter().rev();
        let Some(last) = known.into_iter().find(|sample| sample.value.is_finite()) else {
            continue;
        };
        let value = if data.form == Form::Stacked {
            below += last.value;
            // What has no height at the end is named where it is seen: in the legend.
            if last.value < 0.004 {
                continue;
            }
            below - last.value / 2.0
        } else {
            last.value
        };
        ends.push((
            line,
            Point {
                x: x.place(last.at),
                y: y.place(value),
            },
        ));
    }
    let wanted: Vec<f64> = ends.iter().map(|(_, end)| end.y).collect();
    let places = spread(&wanted, LABEL_HEIGHT, plot.y - 8.0, plot.bottom() + 8.0);
    let labels = ends
        .into_iter()
        .zip(places)
        .map(|((line, end), middle)| EndLabel {
            text: line.label.clone(),
            hue: line.hue,
            role: line.role,
            from: end,
            at: Point {
                x: plot.right() + 16.0,
                y: middle,
            },
        });
    labels.collect()
}
