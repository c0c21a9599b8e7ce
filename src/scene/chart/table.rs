//! The numbers of charts as a table and as CSV text.

use super::data::{ChartData, Line, Role};

/// A table: a heading for each column, then rows of text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    /// What it is about.
    pub caption: String,
    /// The headings.
    pub head: Vec<String>,
    /// The rows.
    pub rows: Vec<Vec<String>>,
}

impl Table {
    /// The values of a chart at no more than `most` moments, written with their units.
    pub fn of_chart(data: &ChartData, most: usize) -> Self {
        let moments = moments(data);
        let every = moments.len().div_ceil(most.max(1)).max(1);
        let head = std::iter::once(data.x.title.clone().unwrap_or_else(|| "Time".to_owned()));
        let rows = moments.iter().step_by(every).map(|&at| {
            let values = data.lines.iter().map(|line| {
                let value = line.value_at(at).unwrap_or(f64::NAN);
                data.quantity.format(value)
            });
            std::iter::once(data.x.quantity.format(at))
                .chain(values)
                .collect()
        });
        Self {
            caption: format!("{}: {}", data.title, data.unit),
            head: head.chain(data.lines.iter().map(name)).collect(),
            rows: rows.collect(),
        }
    }

    /// The values of a chart as comma-separated values ([RFC 4180]), in plain numbers: seconds,
    /// and shares from 0 to 1.
    ///
    /// [RFC 4180]: https://www.rfc-editor.org/rfc/rfc4180
    pub fn csv(data: &ChartData) -> String {
        let first = data.x.title.clone().unwrap_or_else(|| "seconds".to_owned());
        let head = std::iter::once(first).chain(data.lines.iter().map(name));
        let mut text = record(head);
        for at in moments(data) {
            let values = data.lines.iter().map(|line| {
                line.value_at(at)
                    .map_or_else(String::new, |value| value.to_string())
            });
            text.push_str(&record(std::iter::once(at.to_string()).chain(values)));
        }
        text
    }
}

/// The name of a line in a heading.
fn name(line: &Line) -> String {
    line.label.clone()
}

/// The moments of what was counted; of the first line if nothing was.
fn moments(data: &ChartData) -> Vec<f64> {
    let counted = data.lines.iter().filter(|line| line.role == Role::Counted);
    let line = counted
        .max_by_key(|line| line.samples.len())
        .or_else(|| data.lines.first());
    let samples = line.map(|line| line.samples.as_slice()).unwrap_or_default();
    samples.iter().map(|sample| sample.at).collect()
}

/// One line of CSV text.
fn record(fields: impl Iterator<Item = String>) -> String {
    let fields: Vec<String> = fields.map(|field| quoted(&field)).collect();
    fields.join(",") + "\r\n"
}

/// A field in quotes if it needs them.
fn quoted(field: &str) -> String {
    if field.contains([',', '"', '\r', '\n']) {
        format!("\"{}\"", field.replace('"', "\"\""))
    } else {
        field.to_owned()
    }
}
