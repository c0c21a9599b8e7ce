//! Simulated time.

use std::fmt;
use std::ops::{Add, AddAssign, Sub};

use serde::{Deserialize, Serialize};

use crate::dns::Ttl;

/// A moment of a run, in microseconds since its start.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct SimTime(u64);

/// A span of simulated time, in microseconds.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct SimDuration(u64);

impl SimTime {
    /// The start of every run.
    pub const ZERO: Self = Self(0);
    /// Later than any moment a run can reach.
    pub const FAR_FUTURE: Self = Self(u64::MAX);

    /// The moment `micros` microseconds after the start.
    pub const fn from_micros(micros: u64) -> Self {
        Self(micros)
    }

    /// Microseconds since the start.
    pub const fn as_micros(self) -> u64 {
        self.0
    }

    /// Seconds since the start.
    pub fn as_secs_f64(self) -> f64 {
        self.0 as f64 / 1e6
    }

    /// The time from `earlier` to this moment, zero if `earlier` is later.
    pub const fn since(self, earlier: Self) -> SimDuration {
        SimDuration(self.0.saturating_sub(earlier.0))
    }
}

impl SimDuration {
    /// No time at all.
    pub const ZERO: Self = Self(0);

    /// A span of `micros` microseconds.
    pub const fn from_micros(micros: u64) -> Self {
        Self(micros)
    }

    /// A span of `millis` milliseconds.
    pub const fn from_millis(millis: u64) -> Self {
        Self(millis.saturating_mul(1_000))
    }

    /// A span of `secs` seconds.
    pub const fn from_secs(secs: u64) -> Self {
        Self(secs.saturating_mul(1_000_000))
    }

    /// A span of `secs` seconds; negative and non-finite values count as zero.
    pub fn from_secs_f64(secs: f64) -> Self {
        // `as` saturates and maps NaN to zero.
        Self((secs * 1e6).round() as u64)
    }

    /// The span in microseconds.
    pub const fn as_micros(self) -> u64 {
        self.0
    }

    /// The span in milliseconds.
    pub fn as_millis_f64(self) -> f64 {
        self.0 as f64 / 1e3
    }

    /// The span in seconds.
    pub fn as_secs_f64(self) -> f64 {
        self.0 as f64 / 1e6
    }

    /// The whole seconds of the span, as a TTL; anything less than a second is dropped so
    /// that a copy never outlives the entry it was made from.
    pub fn as_ttl(self) -> Ttl {
        Ttl::from_secs(u32::try_from(self.0 / 1_000_000).unwrap_or(u32::MAX))
    }

    /// The span times `factor`.
    pub const fn saturating_mul(self, factor: u64) -> Self {
        Self(self.0.saturating_mul(factor))
    }
}

impl From<Ttl> for SimDuration {
    fn from(ttl: Ttl) -> Self {
        Self::from_secs(u64::from(ttl.as_secs()))
    }
}

impl Add<SimDuration> for SimTime {
    type Output = Self;

    fn add(self, span: SimDuration) -> Self {
        Self(self.0.saturating_add(span.0))
    }
}

impl AddAssign<SimDuration> for SimTime {
    fn add_assign(&mut self, span: SimDuration) {
        *self = *self + span;
    }
}

impl Add for SimDuration {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl Sub for SimDuration {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

/// Seconds with millisecond precision, as logs print it.
impl fmt::Display for SimTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.3}s", self.as_secs_f64())
    }
}

/// The largest unit that keeps the number short: `0.4 ms`, `94 ms`, `5 min`, `1 d 23 h`.
impl fmt::Display for SimDuration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (secs, millis) = (self.0 / 1_000_000, self.as_millis_f64());
        let pair = |f: &mut fmt::Formatter<'_>, big: u64, big_unit, small: u64, small_unit| {
            if small == 0 {
                write!(f, "{big} {big_unit}")
            } else {
                write!(f, "{big} {big_unit} {small} {small_unit}")
            }
        };
        match secs {
            0 if self.0 == 0 => f.write_str("0 ms"),
            0 if millis < 9.95 => write!(f, "{millis:.1} ms"),
            0 => write!(f, "{millis:.0} ms"),
            1..=9 if !self.0.is_multiple_of(1_000_000) => write!(f, "{:.1} s", self.as_secs_f64()),
            1..=119 => write!(f, "{secs} s"),
            120..=3599 => pair(f, secs / 60, "min", secs % 60, "s"),
            3600..=86_399 => pair(f, secs / 3600, "h", secs % 3600 / 60, "min"),
            _ => pair(f, secs / 86_400, "d", secs % 86_400 / 3600, "h"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_print_in_the_unit_people_say() {
        let cases = [
            (SimDuration::ZERO, "0 ms"),
            (SimDuration::from_micros(400), "0.4 ms"),
            (SimDuration::from_millis(94), "94 ms"),
            (SimDuration::from_millis(1500), "1.5 s"),
            (SimDuration::from_secs(60), "60 s"),
            (SimDuration::from_secs(300), "5 min"),
            (SimDuration::from_secs(3660), "1 h 1 min"),
            (SimDuration::from_secs(172_800 - 3600), "1 d 23 h"),
        ];
        for (span, text) in cases {
            assert_eq!(span.to_string(), text);
        }
    }

    #[test]
    fn a_ttl_never_rounds_up() {
        assert_eq!(
            SimDuration::from_millis(299_999).as_ttl(),
            Ttl::from_secs(299)
        );
    }
}
