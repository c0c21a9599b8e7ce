//! A number that is typed into a field.

use std::ops::RangeInclusive;

use crate::dns::quoted;
use crate::engine::parse_number;

/// What comes of a number that was typed into a field: the field is to show the value that is in
/// force afterwards, whatever was typed.
#[derive(Clone, Debug, PartialEq)]
pub struct NumberEntry {
    /// The value that is in force from now on.
    pub value: f64,
    /// Why that is not what was typed, as a sentence.
    pub note: Option<String>,
}

impl NumberEntry {
    /// Reads a whole number for a field with a range, in which `in_force` has held so far.
    pub fn read(text: &str, range: RangeInclusive<u32>, in_force: f64) -> Self {
        let text = text.trim();
        // JSON knows no plus sign and no leading zeros, and people type them.
        let plain = text.strip_prefix('+').unwrap_or(text);
        let digits = plain.trim_start_matches('0');
        let plain = if digits.starts_with(|ch: char| ch.is_ascii_digit()) {
            digits
        } else {
            plain
        };
        let Some(number) = parse_number(plain) else {
            let what = if text.is_empty() {
                "A number is needed here".to_owned()
            } else {
                format!("{} is no number", quoted(text))
            };
            return Self {
                value: in_force,
                note: Some(format!("{what}: {in_force} stays.")),
            };
        };
        let (least, most) = (f64::from(*range.start()), f64::from(*range.end()));
        let whole = number.round();
        let value = whole.clamp(least, most);
        let note = if whole > most {
            Some(format!("{most} is the most."))
        } else if whole < least {
            Some(format!("{least} is the least."))
        } else if whole != number {
            Some(format!("Whole numbers only: {value}."))
        } else {
            None
        };
        Self { value, note }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_field_shows_what_is_in_force_whatever_was_typed() {
        for (text, value, note) in [
            ("3", 3.0, None),
            (" 3 ", 3.0, None),
            ("+3", 3.0, None),
            ("007", 7.0, None),
            ("0", 1.0, Some("1 is the least.")),
            ("-5", 1.0, Some("1 is the least.")),
            ("99", 10.0, Some("10 is the most.")),
            ("1e300", 10.0, Some("10 is the most.")),
            ("2.4", 2.0, Some("Whole numbers only: 2.")),
            ("", 4.0, Some("A number is needed here: 4 stays.")),
            ("x", 4.0, Some("“x” is no number: 4 stays.")),
            ("NaN", 4.0, Some("“NaN” is no number: 4 stays.")),
            ("1e999", 4.0, Some("“1e999” is no number: 4 stays.")),
        ] {
            let entry = NumberEntry::read(text, 1..=10, 4.0);
            assert_eq!(
                (entry.value, entry.note.as_deref()),
                (value, note),
                "{text}"
            );
        }
    }

    #[test]
    fn a_value_that_is_in_force_already_is_told_as_well() {
        // The field has to be set although the option stays.
        let entry = NumberEntry::read("0", 1..=10, 1.0);
        assert_eq!(entry.value, 1.0);
        assert!(entry.note.is_some());
    }
}
