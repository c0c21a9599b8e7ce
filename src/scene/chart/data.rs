//! What a chart shows, in the units of the world.

use super::quantity::Quantity;
use super::symbol::Symbol;

/// A chart before it has a size.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ChartData {
    /// Its name in links, files and element ids: letters, digits and hyphens.
    pub id: String,
    /// Its headline.
    pub title: String,
    /// What the vertical axis counts, as a line of text: "share of requests".
    pub unit: String,
    /// What it counts, for ticks and readouts.
    pub quantity: Quantity,
    /// Whether the vertical axis is logarithmic.
    pub is_log: bool,
    /// How the lines are drawn.
    pub form: Form,
    /// The axis from left to right: time, if nothing else is said.
    pub x: XAxis,
    /// What there is to see.
    pub lines: Vec<Line>,
    /// Moments at which something was done or happened.
    pub markers: Vec<Marker>,
}

/// The axis from left to right.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct XAxis {
    /// What it is called, if it is not time.
    pub title: Option<String>,
    /// What it counts.
    pub quantity: Quantity,
    /// Whether it is logarithmic.
    pub is_log: bool,
    /// Where it begins.
    pub low: f64,
    /// Where it ends.
    pub high: f64,
}

impl XAxis {
    /// Time from the start until a moment in seconds.
    pub fn time(until: f64) -> Self {
        Self {
            high: until,
            ..Self::default()
        }
    }
}

/// How the lines of a chart relate to each other.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Form {
    /// Each stands for itself.
    #[default]
    Lines,
    /// They are parts of a whole and lie on top of each other.
    Stacked,
    /// They are single points, such as one for each run.
    Points,
}

/// What a line is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Role {
    /// What was counted.
    #[default]
    Counted,
    /// What a formula says.
    Theory,
}

/// A value at a place of the axis, which for most charts is a moment.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Sample {
    /// Where on the axis: seconds since the start.
    pub at: f64,
    /// The value; not a number if there is none.
    pub value: f64,
    /// The lower and upper end of the range in which the value lies with 95 % certainty.
    pub range: Option<(f64, f64)>,
}

/// One line of a chart.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Line {
    /// What it is called.
    pub label: String,
    /// What it is.
    pub role: Role,
    /// Which of the colours of series it has.
    pub hue: Hue,
    /// Its values in order of time.
    pub samples: Vec<Sample>,
}

/// A colour of a series, and the shape that goes with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Hue {
    /// One of six.
    Series(usize),
    /// What failed.
    Failure,
    /// What is there for comparison.
    Muted,
}

impl Default for Hue {
    fn default() -> Self {
        Self::Series(0)
    }
}

impl Hue {
    /// Its name in style sheets.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Series(index) => ["1", "2", "3", "4", "5", "6"][index % 6],
            Self::Failure => "failure",
            Self::Muted => "muted",
        }
    }

    /// The shape that goes with it.
    pub fn symbol(self) -> Symbol {
        match self {
            Self::Series(index) => Symbol::of_series(index),
            Self::Failure => Symbol::Cross,
            Self::Muted => Symbol::Circle,
        }
    }
}

/// A moment at which something was done or happened.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Marker {
    /// Seconds since the start.
    pub at: f64,
    /// What was done, in a few words.
    pub label: String,
    /// Whether it came by itself, such as a verdict of health checks.
    pub is_observed: bool,
}

/// The span of values that charts with the same axes have in common.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Reach {
    /// The smallest value above zero.
    pub low: f64,
    /// The largest value.
    pub high: f64,
}

impl Reach {
    /// The reach of both.
    #[must_use]
    pub fn union(self, other: Self) -> Self {
        Self {
            low: self.low.min(other.low),
            high: self.high.max(other.high),
        }
    }
}

impl ChartData {
    /// The span of its values.
    pub fn reach(&self) -> Reach {
        let mut reach = Reach {
            low: f64::INFINITY,
            high: 0.0,
        };
        if self.form == Form::Stacked {
            reach.low = 0.0;
            let count = self.lines.iter().map(|line| line.samples.len()).max();
            for index in 0..count.unwrap_or(0) {
                let values = self.lines.iter().filter_map(|line| line.samples.get(index));
                let sum: f64 = values.map(|sample| sample.value).sum();
                reach.high = reach.high.max(sum);
            }
            return reach;
        }
        for sample in self.lines.iter().flat_map(|line| &line.samples) {
            let high = sample.range.map_or(sample.value, |(_, high)| high);
            for value in [sample.value, high] {
                if value.is_finite() && value > 0.0 {
                    reach.low = reach.low.min(value);
                    reach.high = reach.high.max(value);
                }
            }
        }
        reach
    }

    /// Whether its axis is the time of the run.
    pub fn is_over_time(&self) -> bool {
        self.x.title.is_none()
    }

    /// The part of a chart over time between two moments. Lines go on to its edges.
    #[must_use]
    pub fn within(&self, low: f64, high: f64) -> Self {
        let lines = self.lines.iter().map(|line| Line {
            samples: line.within(low, high),
            ..line.clone()
        });
        let markers = self.markers.iter();
        let markers = markers.filter(|marker| (low..=high).contains(&marker.at));
        Self {
            x: XAxis {
                low,
                high,
                ..self.x.clone()
            },
            lines: lines.collect(),
            markers: markers.cloned().collect(),
            ..self.clone()
        }
    }

    /// Whether a line has ranges, which are drawn as bands.
    pub fn has_ranges(&self) -> bool {
        let mut samples = self.lines.iter().flat_map(|line| &line.samples);
        samples.any(|sample| sample.range.is_some())
    }

    /// The index of the sample that is nearest to a moment, in the line with the most samples.
    pub fn nearest(&self, at: f64) -> Option<usize> {
        let line = self.densest()?;
        let after = line.samples.partition_point(|sample| sample.at < at);
        let candidates = [after.checked_sub(1), Some(after)].into_iter().flatten();
        let known = candidates.filter(|&index| index < line.samples.len());
        known.min_by(|&a, &b| {
            let distance = |index: usize| (line.samples[index].at - at).abs();
            distance(a).total_cmp(&distance(b))
        })
    }

    /// The moment of a sample.
    pub fn moment(&self, index: usize) -> Option<f64> {
        Some(self.densest()?.samples.get(index)?.at)
    }

    /// How far samples are apart in the middle of the line with the most of them; infinite if
    /// there are fewer than two.
    pub(super) fn spacing(&self) -> f64 {
        let samples = self.densest().map_or(&[][..], |line| &line.samples);
        let middle = samples.len() / 2;
        match samples.get(middle.saturating_sub(1)..=middle) {
            Some([before, after]) => after.at - before.at,
            _ => f64::INFINITY,
        }
    }

    /// The counted line with the most samples, or any if nothing was counted.
    fn densest(&self) -> Option<&Line> {
        let counted = self.lines.iter().filter(|line| line.role == Role::Counted);
        let best = counted.max_by_key(|line| line.samples.len());
        best.or_else(|| self.lines.first())
    }
}

impl Line {
    /// Its samples between two moments, and its values at these themselves, so that it is not
    /// cut short. Where it begins later or ends earlier there are none.
    fn within(&self, low: f64, high: f64) -> Vec<Sample> {
        let (Some(first), Some(last)) = (self.samples.first(), self.samples.last()) else {
            return Vec::new();
        };
        let edge = |at: f64| Sample {
            at,
            value: self.value_at(at).unwrap_or(f64::NAN),
            range: None,
        };
        let from = self.samples.partition_point(|sample| sample.at < low);
        let to = self.samples.partition_point(|sample| sample.at <= high);
        let inner = &self.samples[from..to.max(from)];
        let is_cut = |at: f64| first.at < at && at < last.at;
        let is_at = |at: f64, sample: Option<&Sample>| sample.is_some_and(|it| it.at == at);
        let before = (is_cut(low) && !is_at(low, inner.first())).then(|| edge(low));
        let after = (is_cut(high) && !is_at(high, inner.last())).then(|| edge(high));
        let samples = before.into_iter().chain(inner.iter().copied());
        samples.chain(after).collect()
    }

    /// The value at a moment, between samples in proportion; `None` outside of them.
    pub fn value_at(&self, at: f64) -> Option<f64> {
        let after = self.samples.partition_point(|sample| sample.at < at);
        let next = self.samples.get(after);
        let before = after
            .checked_sub(1)
            .and_then(|index| self.samples.get(index));
        let value = match (before, next) {
            (_, Some(next)) if next.at - at < 1e-9 => next.value,
            (Some(before), Some(next)) => {
                let share = (at - before.at) / (next.at - before.at);
                before.value + share * (next.value - before.value)
            }
            _ => return None,
        };
        value.is_finite().then_some(value)
    }
}
