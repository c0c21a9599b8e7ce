//! A crowd in the small: fewer clients behind fewer resolvers, and what they count for.

use super::series::Series;
use super::spec::Population;

/// By how much the number of clients behind one resolver may change.
const OFF: f64 = 0.05;
/// So many resolvers of a group are left at least, if it has them: the fewer there are, the
/// more chance there is in what they hold.
const FEWEST: u32 = 20;
/// The most clients that one stands for.
const MOST: u32 = 1000;

impl Population {
    /// How many clients there are.
    pub fn client_count(&self) -> u64 {
        self.clients
            .iter()
            .map(|group| u64::from(group.count))
            .sum()
    }

    /// Leaves about `most` clients, and takes resolvers away with them, so that each cache is in
    /// the same demand as before and has the same hit ratio. Returns for how many clients each
    /// one that is left stands: 1 if nothing was taken, which is so too where there are too few
    /// resolvers to take any from.
    pub fn thin_out(&mut self, most: u32) -> u32 {
        let wanted = self.client_count().div_ceil(u64::from(most.max(1)));
        let wanted = u32::try_from(wanted).unwrap_or(u32::MAX).min(MOST);
        let fits = |factor: &u32| self.has_room_for(*factor);
        let factor = (2..=wanted).rev().find(fits).unwrap_or(1);
        if factor > 1 {
            for group in &mut self.clients {
                group.count = divided(group.count, factor);
            }
            for group in &mut self.resolvers {
                group.count = divided(group.count, factor);
            }
        }
        factor
    }

    /// Whether every group of resolvers that is asked can be divided by a factor.
    fn has_room_for(&self, factor: u32) -> bool {
        self.resolvers.iter().enumerate().all(|(index, group)| {
            let shares = self.clients.iter().flat_map(|clients| &clients.resolvers);
            let is_asked = shares
                .into_iter()
                .any(|(asked, share)| *asked == index && *share > 0.0);
            let left = divided(group.count, factor);
            let off = f64::from(left) * f64::from(factor) / f64::from(group.count.max(1)) - 1.0;
            !is_asked || (left >= FEWEST && off.abs() <= OFF)
        })
    }
}

/// A number of things divided by a factor; one at least.
fn divided(count: u32, factor: u32) -> u32 {
    // `as` saturates.
    ((f64::from(count) / f64::from(factor)).round() as u32).max(1)
}

impl Series {
    /// Counts everything as if each client were several. Shares stay as they are; moments and
    /// the sampled clients too.
    pub fn count_for(&mut self, factor: u32) {
        let factor = u64::from(factor);
        let grow = |count: &mut u64| *count = count.saturating_mul(factor);
        for bin in &mut self.bins {
            let counts = [
                &mut bin.requests,
                &mut bin.stale,
                &mut bin.dead,
                &mut bin.retried,
                &mut bin.unresolved,
                &mut bin.browser_hits,
                &mut bin.stub_hits,
                &mut bin.resolver_queries,
                &mut bin.resolver_hits,
                &mut bin.resolver_stale,
            ];
            counts.into_iter().for_each(grow);
            let rows = bin.by_group.iter_mut().chain([
                &mut bin.fetches,
                &mut bin.dead_by,
                &mut bin.provider_queries,
                &mut bin.latency,
            ]);
            rows.flatten().for_each(grow);
            bin.entries *= factor as f64;
        }
    }
}
