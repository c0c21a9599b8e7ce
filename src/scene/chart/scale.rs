//! From the units of the world to the units of the picture and back.

use super::quantity::Quantity;

/// The most powers of ten an axis covers; what is below lies at its start.
const DECADES: f64 = 9.0;
/// The largest power of ten an axis ends at, and the smallest by its negative.
const POWERS: f64 = 280.0;

/// Ticks of a logarithmic axis of time, in seconds.
const TIMES: [f64; 10] = [
    1.0,
    10.0,
    60.0,
    600.0,
    3600.0,
    21_600.0,
    86_400.0,
    604_800.0,
    2_592_000.0,
    31_536_000.0,
];

/// A mark on an axis.
#[derive(Clone, Debug, PartialEq)]
pub struct AxisTick {
    /// Where, in units of the picture.
    pub at: f64,
    /// What it says.
    pub text: String,
}

/// An axis.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scale {
    /// What it counts.
    pub quantity: Quantity,
    /// The value at its start.
    low: f64,
    /// The value at its end, above `low`.
    high: f64,
    /// Whether equal distances are equal ratios.
    is_log: bool,
    /// Where it starts in the picture.
    from: f64,
    /// Where it ends in the picture.
    to: f64,
}

impl Scale {
    /// An axis from `low` to `high` that lies from `from` to `to` in the picture.
    pub fn linear(quantity: Quantity, (low, high): (f64, f64), (from, to): (f64, f64)) -> Self {
        let low = if low.is_finite() { low } else { 0.0 };
        let high = if high.is_finite() && high > low {
            high
        } else {
            low + 1.0
        };
        Self {
            quantity,
            low,
            high,
            is_log: false,
            from,
            to,
        }
    }

    /// A logarithmic axis over whole powers of ten that cover `low` to `high`. What is zero or
    /// less lies at its start.
    pub fn log(quantity: Quantity, (low, high): (f64, f64), (from, to): (f64, f64)) -> Self {
        let high = if high.is_finite() && high > 0.0 {
            high
        } else {
            1.0
        };
        let low = if low.is_finite() && low > 0.0 {
            low.min(high)
        } else {
            high / 10.0
        };
        let end = libm::ceil(libm::log10(high) - 1e-9).clamp(-POWERS, POWERS);
        let start = libm::floor(libm::log10(low) + 1e-9).clamp(end - DECADES, end - 1.0);
        Self {
            quantity,
            low: libm::pow(10.0, start),
            high: libm::pow(10.0, end),
            is_log: true,
            from,
            to,
        }
    }

    /// The same axis, ending at the next tick above its highest value.
    #[must_use]
    pub fn rounded_up(mut self, room: f64) -> Self {
        if !self.is_log {
            let step = self.step(room);
            self.high = self.low + step * libm::ceil((self.high - self.low) / step - 1e-9);
        }
        self
    }

    /// Where a value lies in the picture. Values outside the axis lie at its nearer end.
    pub fn place(&self, value: f64) -> f64 {
        let share = if self.is_log {
            let span = libm::log10(self.high) - libm::log10(self.low);
            (libm::log10(value.max(self.low)) - libm::log10(self.low)) / span
        } else {
            (value - self.low) / (self.high - self.low)
        };
        let share = if share.is_nan() { 0.0 } else { share };
        self.from + share.clamp(0.0, 1.0) * (self.to - self.from)
    }

    /// The value at a place of the picture.
    pub fn value(&self, place: f64) -> f64 {
        let share = ((place - self.from) / (self.to - self.from)).clamp(0.0, 1.0);
        if self.is_log {
            let (low, high) = (libm::log10(self.low), libm::log10(self.high));
            libm::pow(10.0, low + share * (high - low))
        } else {
            self.low + share * (self.high - self.low)
        }
    }

    /// Marks at round values, at least about `room` apart.
    pub fn ticks(&self, room: f64) -> Vec<AxisTick> {
        if self.is_log && self.quantity == Quantity::Time {
            return self.log_time_ticks(room);
        }
        if self.is_log {
            return self.log_ticks(room);
        }
        let step = self.step(room);
        let first = libm::ceil(self.low / step - 1e-9);
        let count = libm::floor((self.high - first * step) / step + 1e-9);
        let values = (0..=count.clamp(0.0, 100.0) as u32).map(|i| (first + f64::from(i)) * step);
        let ticks = values.map(|value| AxisTick {
            at: self.place(value),
            text: self.quantity.tick(value, step),
        });
        ticks.collect()
    }

    /// The distance of ticks in the units of the world.
    fn step(&self, room: f64) -> f64 {
        let length = (self.to - self.from).abs();
        let most = libm::floor(length / room.max(1.0)).max(1.0);
        self.quantity.nice_step((self.high - self.low) / most)
    }

    /// Spans that people name, as far apart as `room`.
    fn log_time_ticks(&self, room: f64) -> Vec<AxisTick> {
        let mut ticks: Vec<AxisTick> = Vec::new();
        for value in TIMES
            .into_iter()
            .filter(|it| *it >= self.low && *it <= self.high)
        {
            let at = self.place(value);
            if ticks.last().is_none_or(|last| (at - last.at).abs() >= room) {
                let text = self.quantity.tick(value, value);
                ticks.push(AxisTick { at, text });
            }
        }
        ticks
    }

    /// Powers of ten, every second or third of them where room is short.
    fn log_ticks(&self, room: f64) -> Vec<AxisTick> {
        let (start, end) = (libm::log10(self.low), libm::log10(self.high));
        let decades = libm::round(end - start).max(1.0);
        let apart = (self.to - self.from).abs() / decades;
        let every = libm::ceil(room / apart.max(1.0)).max(1.0) as usize;
        let powers = (0..=decades as u32).step_by(every);
        let ticks = powers.map(|power| {
            let value = libm::pow(10.0, libm::round(start) + f64::from(power));
            AxisTick {
                at: self.place(value),
                text: self.quantity.tick(value, value),
            }
        });
        ticks.collect()
    }
}
