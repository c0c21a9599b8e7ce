//! What a measure gives: a figure as prose shows it, or why there is none.

use std::fmt;

use crate::engine::{InterventionError, SimDuration};

/// A figure that was found.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Figure {
    /// A span of time.
    Time(SimDuration),
    /// A number of things.
    Count(u64),
    /// It never happens within 30 days.
    Never,
}

impl fmt::Display for Figure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Time(span) => span.fmt(f),
            Self::Count(count) => f.write_str(&group_thousands(*count)),
            Self::Never => f.write_str("never"),
        }
    }
}

/// A number with thin gaps between groups of three digits: `1 440`.
pub(in crate::scenario) fn group_thousands(number: u64) -> String {
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
