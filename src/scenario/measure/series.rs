//! Figures of lookups made one after the other.

use super::{Figure, MeasureError, Pick, ask, ask_and_trace, is_upstream, take_down};
use crate::dns::Question;
use crate::engine::{EventKind, SimDuration, SimTime, World};

/// Lookups made one after the other.
pub(super) struct Series {
    /// How long each took, shortest first.
    times: Vec<SimDuration>,
    /// How many queries the resolvers sent.
    queries: u64,
}

impl Series {
    /// Asks once, takes machines down, and asks `count` times more.
    pub(super) fn run(
        world: &World,
        client: &str,
        question: &Question,
        down: &[String],
        every: SimDuration,
        count: usize,
    ) -> Result<Self, MeasureError> {
        let (mut world, _) = ask(world, SimTime::ZERO, client, question)?;
        take_down(&mut world, down)?;
        let mut series = Self {
            times: Vec::new(),
            queries: 0,
        };
        let mut at = world.now();
        for _ in 0..count {
            at = (at + every).max(world.now());
            let (next, trace) = ask_and_trace(&world, at, client, question)?;
            for event in trace.events() {
                if let EventKind::LookupFinished { elapsed, .. } = &event.kind {
                    series.times.push(*elapsed);
                }
                series.queries += u64::from(is_upstream(&world, event));
            }
            world = next;
        }
        series.times.sort_unstable();
        Ok(series)
    }

    /// The figure asked for; `None` of an empty series.
    pub(super) fn pick(&self, pick: Pick) -> Option<Figure> {
        let fastest = *self.times.first()?;
        Some(match pick {
            Pick::Median => Figure::Time(*self.times.get(self.times.len() / 2)?),
            Pick::Slowest => Figure::Time(*self.times.last()?),
            Pick::Waits => {
                let is_wait = |time: &&SimDuration| **time > fastest.saturating_mul(2);
                Figure::Count(self.times.iter().filter(is_wait).count() as u64)
            }
            Pick::Queries => Figure::Count(self.queries),
        })
    }
}
