//! Spans of time as data files write them.

use crate::dns::quoted;
use crate::engine::{SimDuration, parse_number};

/// The longest span a data file may name: a run lasts 400 days at most.
const MAX_SPAN: SimDuration = SimDuration::from_secs(400 * 86_400);

/// Reads a span of time such as `1.5s`, `20ms`, `5m`, `5min`, `2h` or `1d`.
///
/// # Errors
/// What to write instead.
pub(crate) fn parse_span(text: &str) -> Result<SimDuration, String> {
    let wrong = || {
        format!(
            "{text} is no time: write a number with ms, s, m, h or d",
            text = quoted(text)
        )
    };
    let split = text
        .find(|c: char| c.is_ascii_alphabetic())
        .ok_or_else(wrong)?;
    let (number, unit) = text.split_at(split);
    let number = parse_number(number).ok_or_else(wrong)?;
    let factor = match unit {
        "ms" => 0.001,
        "s" => 1.0,
        "m" | "min" => 60.0,
        "h" => 3600.0,
        "d" => 86_400.0,
        _ => return Err(wrong()),
    };
    let span = SimDuration::from_secs_f64(number * factor);
    if span > MAX_SPAN {
        return Err(format!(
            "{text} is too long: a run lasts 400 days at most",
            text = quoted(text)
        ));
    }
    Ok(span)
}
