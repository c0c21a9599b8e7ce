//! Seeded randomness, one independent stream for each use.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};

/// A stream of random numbers named by a stable label.
///
/// Streams of one seed are independent, so a new draw in one place of the engine does not
/// shift what another place sees. The generator is ChaCha8, whose output is fixed by its
/// definition and not by a library version.
#[derive(Clone, Debug)]
pub struct Stream(ChaCha8Rng);

impl Stream {
    /// The stream `label` of the run seeded with `seed`.
    pub fn new(seed: u64, label: &str) -> Self {
        // FNV-1a spreads labels over the 2^64 streams of the generator.
        let stream = label.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        let mut generator = ChaCha8Rng::seed_from_u64(seed);
        generator.set_stream(stream);
        Self(generator)
    }

    /// A number from 0 to 65 535, as message IDs and ports need it.
    pub fn next_u16(&mut self) -> u16 {
        (self.0.next_u32() >> 16) as u16
    }

    /// 32 uniform bits.
    #[inline]
    pub fn next_u32(&mut self) -> u32 {
        self.0.next_u32()
    }

    /// A uniform number in `0..bound`; 0 if `bound` is 0.
    pub fn below(&mut self, bound: usize) -> usize {
        // Multiply-shift: the bias is below 2^-32 for the small bounds used here.
        ((u64::from(self.0.next_u32()) * bound as u64) >> 32) as usize
    }

    /// A uniform number in `0.0..1.0`.
    pub fn fraction(&mut self) -> f64 {
        f64::from(self.0.next_u32()) / (f64::from(u32::MAX) + 1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_repeat_for_one_label_and_differ_between_labels() {
        let draw = |label| {
            let mut stream = Stream::new(7, label);
            [stream.next_u16(), stream.next_u16(), stream.next_u16()]
        };
        assert_eq!(draw("id"), draw("id"));
        assert_ne!(draw("id"), draw("jitter"));
    }

    #[test]
    fn fractions_and_bounds_stay_in_range() {
        let mut stream = Stream::new(1, "range");
        for _ in 0..1000 {
            assert!((0.0..1.0).contains(&stream.fraction()));
            assert!(stream.below(13) < 13);
        }
        assert_eq!(stream.below(0), 0);
    }
}
