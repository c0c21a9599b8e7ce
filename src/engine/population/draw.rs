//! Random waits and counts of a Poisson process.

use crate::engine::Stream;

/// Layers of the ziggurat.
const LAYERS: usize = 256;
/// Where the tail of the ziggurat begins, and the area of each layer, for 256 layers
/// (Marsaglia and Tsang, "The Ziggurat Method for Generating Random Variables", 2000).
const TAIL: f64 = 7.697_117_470_131_05;
/// See [`TAIL`].
const AREA: f64 = 0.003_949_659_822_581_557;

/// Draws exponential waits by the ziggurat method: one look into a table in 99 of 100 draws.
#[derive(Clone, Debug)]
pub(super) struct Waits {
    /// Where each layer ends, and the density there.
    layers: Vec<(f64, f64)>,
}

impl Waits {
    /// The tables.
    pub(super) fn new() -> Self {
        let mut layers = Vec::with_capacity(LAYERS + 1);
        let density = |x: f64| libm::exp(-x);
        layers.push((AREA / density(TAIL), 0.0));
        let mut x = TAIL;
        while layers.len() < LAYERS {
            layers.push((x, density(x)));
            x = -libm::log(AREA / x + density(x));
        }
        layers.push((0.0, 1.0));
        layers[0].1 = density(layers[0].0);
        Self { layers }
    }

    /// A wait with mean 1.
    pub(super) fn draw(&self, random: &mut Stream) -> f64 {
        loop {
            let bits = random.next_u32();
            let layer = (bits % LAYERS as u32) as usize;
            let across = (f64::from(bits >> 8) + 0.5) / f64::from(1 << 24);
            let (end, density) = self.layers[layer];
            let (next_end, next_density) = self.layers[layer + 1];
            let x = across * end;
            if x < next_end {
                return x;
            }
            if layer == 0 {
                return TAIL - libm::log(1.0 - random.fraction());
            }
            let height = density + (next_density - density) * random.fraction();
            if height < libm::exp(-x) {
                return x;
            }
        }
    }

    /// How many events of a Poisson process fall into a time in which `mean` are expected.
    pub(super) fn count(&self, mean: f64, random: &mut Stream) -> u64 {
        // What is no number counts as none.
        if mean.is_nan() || mean <= 0.0 {
            return 0;
        }
        if mean < 12.0 {
            let (mut count, mut at) = (0, self.draw(random));
            while at < mean {
                count += 1;
                at += self.draw(random);
            }
            return count;
        }
        count_many(mean, random)
    }
}

/// A Poisson count with a large mean, by transformed rejection (Hörmann, "The transformed
/// rejection method for generating Poisson random variables", 1993, algorithm PTRS).
fn count_many(mean: f64, random: &mut Stream) -> u64 {
    let b = 0.931 + 2.53 * libm::sqrt(mean);
    let a = -0.059 + 0.024_83 * b;
    let inverse_alpha = 1.1239 + 1.1328 / (b - 3.4);
    let quick = 0.9277 - 3.6224 / (b - 2.0);
    loop {
        let u = random.fraction() - 0.5;
        let v = 1.0 - random.fraction();
        let us = 0.5 - u.abs();
        let k = libm::floor((2.0 * a / us + b) * u + mean + 0.43);
        if us >= 0.07 && v <= quick {
            return k as u64;
        }
        if k < 0.0 || !k.is_finite() || (us < 0.013 && v > us) {
            continue;
        }
        let left = libm::log(v) + libm::log(inverse_alpha) - libm::log(a / (us * us) + b);
        if left <= k * libm::log(mean) - mean - libm::lgamma(k + 1.0) {
            return k as u64;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Mean and variance of draws.
    fn moments(draws: usize, mut draw: impl FnMut() -> f64) -> (f64, f64) {
        let values: Vec<f64> = (0..draws).map(|_| draw()).collect();
        let mean = values.iter().sum::<f64>() / draws as f64;
        let spread = values.iter().map(|v| (v - mean) * (v - mean)).sum::<f64>();
        (mean, spread / draws as f64)
    }

    #[test]
    fn waits_are_exponential() {
        let (waits, mut random) = (Waits::new(), Stream::new(1, "waits"));
        let (mean, variance) = moments(200_000, || waits.draw(&mut random));
        assert!((mean - 1.0).abs() < 0.01, "{mean}");
        assert!((variance - 1.0).abs() < 0.03, "{variance}");
        for limit in [0.1, 1.0, 3.0, 8.0] {
            let over = (0..200_000).filter(|_| waits.draw(&mut random) > limit);
            let share = over.count() as f64 / 200_000.0;
            let expected = libm::exp(-limit);
            let tolerance = 4.0 * libm::sqrt(expected / 200_000.0);
            assert!((share - expected).abs() < tolerance, "{limit}: {share}");
        }
    }

    #[test]
    fn counts_have_the_mean_and_the_variance_of_poisson() {
        let (waits, mut random) = (Waits::new(), Stream::new(2, "counts"));
        for expected in [0.3, 5.0, 11.9, 12.0, 40.0, 3000.0, 1e6] {
            let (mean, variance) = moments(20_000, || waits.count(expected, &mut random) as f64);
            let error = libm::sqrt(expected / 20_000.0);
            assert!((mean - expected).abs() < 4.5 * error, "{expected}: {mean}");
            assert!(
                (variance / expected - 1.0).abs() < 0.06,
                "{expected}: {variance}"
            );
        }
        assert_eq!(waits.count(0.0, &mut random), 0);
        assert_eq!(waits.count(f64::NAN, &mut random), 0);
    }
}
