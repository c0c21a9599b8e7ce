//! Moments relative to the one a problem counts from: `-24h`, `0`, `+10min`.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::dns::quoted;
use crate::engine::SimDuration;
use crate::scenario::parse_span;

/// Seconds after a problem's moment zero; negative before it.
#[derive(Clone, Copy, Debug, Default, PartialEq, PartialOrd, Serialize, Deserialize)]
pub struct Moment(pub f64);

impl Moment {
    /// Reads a moment: a span of time with a sign, or `0`.
    ///
    /// # Errors
    /// What to write instead.
    pub fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim();
        if text.is_empty() {
            return Err("say when: write 0, or a time such as -24h or +10min".to_owned());
        }
        // A minus sign that a word processor made counts as well.
        let (sign, span) = if let Some(span) = text.strip_prefix(['-', '−', '–']) {
            (-1.0, span)
        } else {
            (1.0, text.strip_prefix('+').unwrap_or(text))
        };
        let span = span.trim();
        if span.chars().all(|c| c == '0') && !span.is_empty() {
            return Ok(Self(0.0));
        }
        match parse_span(span) {
            Ok(span) => Ok(Self(sign * span.as_secs_f64())),
            Err(_) => Err(format!(
                "{text} is no time here: write 0, or a time such as -24h, +10min or +30s",
                text = quoted(text)
            )),
        }
    }
}

/// As it is written: `-24h`, `0`, `+10min`.
impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 == 0.0 {
            return f.write_str("0");
        }
        let sign = if self.0 < 0.0 { '−' } else { '+' };
        write!(f, "{sign}{}", SimDuration::from_secs_f64(self.0.abs()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_before_and_after_are_read() {
        for (text, seconds) in [
            ("0", 0.0),
            ("-24h", -86_400.0),
            ("−24h", -86_400.0),
            ("+10min", 600.0),
            ("10min", 600.0),
            (" + 90s ", 90.0),
            ("-0", 0.0),
        ] {
            assert_eq!(Moment::parse(text), Ok(Moment(seconds)), "{text}");
        }
    }

    #[test]
    fn what_is_no_moment_says_what_to_write() {
        for text in ["", "soon", "-", "12", "+h", "1e99d", "NaNs"] {
            let problem = Moment::parse(text).expect_err(text);
            assert!(problem.contains("write 0"), "{text}: {problem}");
        }
    }

    #[test]
    fn moments_are_shown_with_their_sign() {
        assert_eq!(Moment(-86_400.0).to_string(), "−1 d");
        assert_eq!(Moment(600.0).to_string(), "+10 min");
        assert_eq!(Moment(0.0).to_string(), "0");
    }
}
