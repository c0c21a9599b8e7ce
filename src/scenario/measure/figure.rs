//! What a measure gives: a figure as prose shows it, or why there is none.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::engine::{InterventionError, SimDuration};

/// A figure that was found.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum Figure {
    /// A span of time.
    Time(SimDuration),
    /// A number of things.
    Count(u64),
    /// A part of a whole, 0.0 to 1.0.
    Share(f64),
    /// So many times a second.
    PerSecond(f64),
    /// Dollars.
    Dollars(f64),
    /// It never happens: not within 30 days, or not while a crowd is watched.
    Never,
}

impl Figure {
    /// The figure as a number, in the unit that goal conditions count in: seconds, things,
    /// percent, times a second or dollars; `None` of what never happens.
    pub fn number(&self) -> Option<f64> {
        Some(match self {
            Self::Time(span) => span.as_secs_f64(),
            Self::Count(count) => *count as f64,
            Self::Share(share) => share * 100.0,
            Self::PerSecond(rate) => *rate,
            Self::Dollars(dollars) => *dollars,
            Self::Never => return None,
        })
    }
}

impl fmt::Display for Figure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Time(span) => span.fmt(f),
            Self::Count(count) => f.write_str(&group_thousands(*count)),
            Self::Share(share) => write!(f, "{} %", short(share * 100.0)),
            Self::PerSecond(rate) => write!(f, "{}/s", short(*rate)),
            Self::Dollars(dollars) if *dollars >= 100.0 => {
                write!(f, "${}", group_thousands(dollars.round() as u64))
            }
            Self::Dollars(dollars) => write!(f, "${dollars:.2}"),
            Self::Never => f.write_str("never"),
        }
    }
}

/// A number with as many digits as it deserves: `0.04`, `1.5`, `33.3`, `480`, `12 000`.
fn short(number: f64) -> String {
    let text = match number.abs() {
        size if (99.95..100.05).contains(&size) => "100".to_owned(),
        size if size >= 100.0 => return group_thousands(number.round() as u64),
        size if size >= 0.95 => format!("{number:.1}"),
        _ => format!("{number:.2}"),
    };
    match text.split_once('.') {
        Some((whole, "0" | "00")) => whole.to_owned(),
        _ => text,
    }
}

/// A number with thin gaps between groups of three digits: `1 440`.
pub(crate) fn group_thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push('\u{202f}');
        }
        text.push(digit);
    }
    text
}

/// Why a figure cannot be found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MeasureError {
    /// The session has not got that far.
    NotYet,
    /// The measure names something that is not there.
    Impossible(InterventionError),
}

impl From<InterventionError> for MeasureError {
    fn from(error: InterventionError) -> Self {
        Self::Impossible(error)
    }
}

impl fmt::Display for MeasureError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotYet => f.write_str("run it first"),
            Self::Impossible(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for MeasureError {}
