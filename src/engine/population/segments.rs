//! Time cut into pieces in which nothing changes but the clients: by bin and by regime.

use super::Population;

/// One piece of time.
#[derive(Clone, Copy, Debug)]
pub(super) struct Segment {
    /// Its first microsecond.
    pub(super) start: u64,
    /// The microsecond after its last.
    pub(super) end: u64,
    /// The bin of the series it belongs to; `None` before the first.
    pub(super) bin: Option<u32>,
    /// The regime of the service it belongs to.
    pub(super) regime: u32,
}

/// All pieces, without gaps from the start to the end of the run.
#[derive(Clone, Debug)]
pub(super) struct Segments {
    /// The pieces in order.
    pub(super) all: Box<[Segment]>,
    /// The first piece of each bin.
    of_bin: Box<[u32]>,
    /// Bins in a microsecond.
    bins_per_micro: f64,
    /// When the first bin begins.
    warm: u64,
}

impl Segments {
    /// Cuts the duration of a population at its bins, the first of which begins at `warm`,
    /// and at the starts of its regimes.
    pub(super) fn new(population: &Population, warm: u64, regime_starts: &[u64]) -> Self {
        let end = population.duration.as_micros().max(1);
        let width = population.bin.as_micros().max(1);
        let mut all: Vec<Segment> = Vec::new();
        let mut of_bin = Vec::new();
        let (mut at, mut regime) = (0, 0);
        while at < end {
            let bin = at.checked_sub(warm).map(|past| past / width);
            if bin == Some(of_bin.len() as u64) {
                of_bin.push(all.len() as u32);
            }
            while regime_starts
                .get(regime + 1)
                .is_some_and(|&next| next <= at)
            {
                regime += 1;
            }
            let next = regime_starts.get(regime + 1).copied().unwrap_or(end);
            let bin_end = bin.map_or(warm, |bin| {
                (bin + 1).saturating_mul(width).saturating_add(warm)
            });
            let stop = end.min(bin_end).min(next);
            all.push(Segment {
                start: at,
                end: stop,
                bin: bin.map(|bin| bin as u32),
                regime: regime as u32,
            });
            at = stop;
        }
        Self {
            all: all.into(),
            of_bin: of_bin.into(),
            bins_per_micro: 1.0 / width as f64,
            warm,
        }
    }

    /// How many bins there are.
    pub(super) fn bins(&self) -> usize {
        self.of_bin.len()
    }

    /// The piece that holds a moment before the end.
    pub(super) fn at(&self, micros: u64) -> usize {
        // A product is faster than a quotient and off by one at most; and processors turn signed
        // numbers into floats and back faster than unsigned ones.
        let past = micros.saturating_sub(self.warm) as i64 as f64;
        let bin = (past * self.bins_per_micro) as i64 as usize;
        let first = self.of_bin.get(bin).or_else(|| self.of_bin.last());
        let mut index = first.map_or(0, |&first| first as usize);
        while self.all[index].end <= micros && index + 1 < self.all.len() {
            index += 1;
        }
        while self.all[index].start > micros {
            index -= 1;
        }
        index
    }
}
