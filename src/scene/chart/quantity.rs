//! What the numbers of an axis count, and how they are written.

use crate::engine::SimDuration;

/// What a number counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Quantity {
    /// Seconds since the start.
    #[default]
    Time,
    /// A share, 0 to 1, written in percent.
    Share,
    /// Things.
    Count,
    /// Things in a second.
    Rate,
    /// Milliseconds.
    Millis,
    /// Dollars.
    Dollars,
}

/// Steps between ticks of time, in seconds, that people count in.
const TIME_STEPS: [f64; 21] = [
    1.0, 2.0, 5.0, 10.0, 15.0, 30.0, 60.0, 120.0, 300.0, 600.0, 900.0, 1800.0, 3600.0, 7200.0,
    10_800.0, 21_600.0, 43_200.0, 86_400.0, 172_800.0, 345_600.0, 604_800.0,
];

impl Quantity {
    /// The smallest step between ticks that is at least `rough`, which is positive.
    pub fn nice_step(self, rough: f64) -> f64 {
        if self == Self::Time
            && rough >= 1.0
            && let Some(step) = TIME_STEPS.into_iter().find(|step| *step >= rough)
        {
            return step;
        }
        let power = libm::pow(10.0, libm::floor(libm::log10(rough)));
        let nice = [1.0, 2.0, 2.5, 5.0, 10.0].map(|factor| factor * power);
        // Rounding may put the last one a hair below `rough`.
        let step = nice.into_iter().find(|step| *step >= rough * 0.999_999);
        let step = step.unwrap_or(10.0 * power);
        match self {
            Self::Count => step.max(1.0),
            _ => step,
        }
    }

    /// A value in full, as a readout has it.
    pub fn format(self, value: f64) -> String {
        if !value.is_finite() {
            return "–".to_owned();
        }
        match self {
            Self::Time => time(value),
            Self::Share => percent(value),
            Self::Count => grouped(value),
            Self::Rate => format!("{}/s", significant(value)),
            Self::Millis if value >= 1000.0 => format!("{} s", significant(value / 1000.0)),
            Self::Millis => format!("{} ms", significant(value)),
            Self::Dollars if value != 0.0 && value.abs() < 0.01 => format!("${value:.4}"),
            Self::Dollars if value < 1000.0 => format!("${value:.2}"),
            Self::Dollars => format!("${}", grouped(value)),
        }
    }

    /// A value among others that are `step` apart, as a readout has it: moments late in a long run
    /// are told apart.
    pub fn among(self, value: f64, step: f64) -> String {
        match self {
            Self::Time => time_among(value, step),
            _ => self.format(value),
        }
    }

    /// A value as short as it may be, beside an axis whose ticks are `step` apart.
    pub fn tick(self, value: f64, step: f64) -> String {
        match self {
            Self::Time => time_tick(value, step),
            Self::Share if step < 0.01 => format!("{:.1} %", value * 100.0),
            Self::Share => format!("{:.0} %", value * 100.0),
            Self::Count | Self::Rate => short(value),
            Self::Millis if value >= 1000.0 => format!("{} s", significant(value / 1000.0)),
            Self::Millis => format!("{} ms", significant(value)),
            Self::Dollars if value >= 1000.0 => format!("${}", short(value)),
            Self::Dollars if step < 0.01 => format!("${value:.4}"),
            Self::Dollars if step < 1.0 => format!("${value:.2}"),
            Self::Dollars => format!("${value:.0}"),
        }
    }
}

/// Seconds in the unit people say; days and hours lose what would not fit.
fn time(seconds: f64) -> String {
    if seconds <= 0.0 {
        return "0".to_owned();
    }
    SimDuration::from_secs_f64(seconds).to_string()
}

/// Seconds among others that are `step` apart, with a third unit where two would not tell them
/// apart: `1 d 16 h 5 min`.
fn time_among(seconds: f64, step: f64) -> String {
    let third = if seconds >= 86_400.0 && step < 3600.0 {
        (libm::floor(seconds % 3600.0 / 60.0), "min")
    } else if (3600.0..86_400.0).contains(&seconds) && step < 60.0 {
        (libm::floor(seconds % 60.0), "s")
    } else {
        (0.0, "")
    };
    match third {
        (count, unit) if count > 0.0 => format!("{} {count:.0} {unit}", time(seconds)),
        _ => time(seconds),
    }
}

/// Seconds beside an axis whose ticks are `step` apart: two units that tell them apart, such as
/// `40 h 5 min`.
fn time_tick(seconds: f64, step: f64) -> String {
    let (large, small) = if seconds >= 86_400.0 && step < 3600.0 {
        ((3600.0, "h"), (60.0, "min"))
    } else if seconds >= 3600.0 && step < 60.0 {
        ((60.0, "min"), (1.0, "s"))
    } else {
        return time(seconds);
    };
    let many = libm::floor(seconds / large.0);
    let rest = libm::floor(seconds % large.0 / small.0);
    if rest > 0.0 {
        format!("{many:.0} {} {rest:.0} {}", large.1, small.1)
    } else {
        format!("{many:.0} {}", large.1)
    }
}

/// A share in percent, with a decimal where it tells something.
fn percent(share: f64) -> String {
    let value = share * 100.0;
    if value == 0.0 || value.abs() >= 99.95 {
        format!("{value:.0} %")
    } else if value.abs() < 0.1 {
        "< 0.1 %".to_owned()
    } else {
        format!("{value:.1} %")
    }
}

/// A number with thin gaps between groups of three digits: `12 400`.
pub(super) fn grouped(value: f64) -> String {
    let digits = format!("{:.0}", value.abs());
    let mut text = String::from(if value < 0.0 { "−" } else { "" });
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push('\u{202f}');
        }
        text.push(digit);
    }
    text
}

/// Three digits that count: `0.018`, `1.25`, `47.2`, `1 240`.
fn significant(value: f64) -> String {
    let size = value.abs();
    let text = match size {
        _ if size == 0.0 => return "0".to_owned(),
        _ if size < 0.1 => format!("{value:.3}"),
        _ if size < 10.0 => format!("{value:.2}"),
        _ if size < 100.0 => format!("{value:.1}"),
        _ => return grouped(value),
    };
    let text = text.trim_end_matches('0').trim_end_matches('.');
    text.to_owned()
}

/// Thousands and millions by their letters: `500`, `2.5k`, `1M`.
fn short(value: f64) -> String {
    let size = value.abs();
    match size {
        _ if size >= 1e9 => format!("{}G", significant(value / 1e9)),
        _ if size >= 1e6 => format!("{}M", significant(value / 1e6)),
        _ if size >= 1e3 => format!("{}k", significant(value / 1e3)),
        _ => significant(value),
    }
}
