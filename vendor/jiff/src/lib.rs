//! Stands in for jiff, which `domain` has for one thing: the times of signatures in zone files,
//! such as `20260214000000`. jiff reads any time in any form, which would be a twentieth of the
//! part of the page's program that reads zone files, and `domain` has no feature to leave it out.
//!
//! Only what `domain` calls is here, under jiff's names. Take it away (in the `[patch]` of
//! `Cargo.toml`) when `domain` can do without.

pub mod fmt;
pub mod tz;

/// A moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Timestamp {
    second: i64,
}

impl Timestamp {
    /// Seconds since 1970-01-01 00:00:00 UTC.
    pub fn as_second(self) -> i64 {
        self.second
    }
}

/// Why a time cannot be read: it is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Error;

impl core::fmt::Display for Error {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("this is no time of the form YYYYMMDDHHmmSS")
    }
}

impl core::error::Error for Error {}

#[cfg(test)]
mod tests {
    use super::fmt::strtime::parse;
    use super::tz::Offset;

    const FORM: &str = "%Y%m%d%H%M%S";

    fn seconds(text: &str) -> Option<i64> {
        let mut time = parse(FORM, text).ok()?;
        time.set_offset(Some(Offset::UTC));
        time.to_timestamp().ok().map(|time| time.as_second())
    }

    #[test]
    fn times_are_read_as_seconds_since_1970() {
        assert_eq!(seconds("19700101000000"), Some(0));
        assert_eq!(seconds("20010909014640"), Some(1_000_000_000));
        assert_eq!(seconds("20240229123456"), Some(1_709_210_096));
        assert_eq!(seconds("20380119031408"), Some(1 << 31));
        assert_eq!(seconds("19691231235959"), Some(-1));
        assert_eq!(seconds("00000101000000"), Some(-62_167_219_200));
        assert_eq!(seconds("99991231235959"), Some(253_402_300_799));
    }

    #[test]
    fn what_is_no_time_is_refused() {
        for text in [
            "20240230000000",
            "20230229000000",
            "20241301000000",
            "20240001000000",
            "20240100000000",
            "20240101240000",
            "20240101006000",
            "20240101000061",
            "2024010100000x",
            "202401010000",
            "",
            "2024010100000000",
            "+0240101000000",
        ] {
            assert_eq!(seconds(text), None, "{text}");
        }
    }

    #[test]
    fn a_leap_second_is_the_last_second_of_its_minute() {
        assert_eq!(seconds("20161231235960"), seconds("20161231235959"));
    }

    #[test]
    fn a_time_without_an_offset_is_no_moment() {
        let time = parse(FORM, "20240101000000").expect("a time");
        assert!(time.to_timestamp().is_err());
        assert!(parse("%Y", "2024").is_err());
    }
}
