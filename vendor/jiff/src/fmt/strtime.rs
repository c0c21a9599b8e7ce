//! Times in a form such as that of `strptime`.

use crate::tz::Offset;
use crate::{Error, Timestamp};

/// The one form that is read.
const FORM: &str = "%Y%m%d%H%M%S";

/// A time as it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BrokenDownTime {
    /// Year, month, day, hour, minute, second.
    fields: [i64; 6],
    offset: Option<Offset>,
}

/// Reads a time of the form `%Y%m%d%H%M%S`: fourteen digits.
///
/// # Errors
/// If it is of another form, or there is no such time.
pub fn parse(format: &str, input: &str) -> Result<BrokenDownTime, Error> {
    let is_time = input.len() == 14 && input.bytes().all(|octet| octet.is_ascii_digit());
    if format != FORM || !is_time {
        return Err(Error);
    }
    let number = |from: usize, to: usize| input[from..to].parse::<i64>().map_err(|_| Error);
    let fields = [
        number(0, 4)?,
        number(4, 6)?,
        number(6, 8)?,
        number(8, 10)?,
        number(10, 12)?,
        // As jiff has it, a leap second is the second before.
        number(12, 14).map(|second| if second == 60 { 59 } else { second })?,
    ];
    let [year, month, day, hour, minute, second] = fields;
    let is_real = (1..=12).contains(&month)
        && (1..=days_of(year, month)).contains(&day)
        && hour < 24
        && minute < 60
        && second < 60;
    if !is_real {
        return Err(Error);
    }
    Ok(BrokenDownTime {
        fields,
        offset: None,
    })
}

impl BrokenDownTime {
    /// Says how far from UTC the time is meant.
    pub fn set_offset(&mut self, offset: Option<Offset>) {
        self.offset = offset;
    }

    /// The moment.
    ///
    /// # Errors
    /// If it was not said how far from UTC the time is meant.
    pub fn to_timestamp(&self) -> Result<Timestamp, Error> {
        self.offset.ok_or(Error)?;
        let [year, month, day, hour, minute, second] = self.fields;
        let seconds = (hour * 60 + minute) * 60 + second;
        Ok(Timestamp {
            second: days_since_1970(year, month, day) * 86_400 + seconds,
        })
    }
}

/// Days from 1970-01-01 to a day of the Gregorian calendar.
fn days_since_1970(year: i64, month: i64, day: i64) -> i64 {
    // Years from March on, so that a leap day is the last of its year; in eras of 400 years.
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// How many days a month has.
fn days_of(year: i64, month: i64) -> i64 {
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    match month {
        2 if is_leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}
