//! How often a resolver fetches what is in constant demand.

use super::evaluation::Probing;
use super::{Figure, MeasureError, ask, find};
use crate::dns::Question;
use crate::engine::{CacheLayer, InterventionError, Node, NodeId, SimDuration, SimTime, World};

/// Fetches after which a rate is known well enough.
const MAX_FETCHES: u64 = 200;
/// One day.
const DAY: SimDuration = SimDuration::from_secs(86_400);

/// Fetches under constant demand, counted for a day at most.
///
/// Demand between a fetch and the end of its entry changes nothing, so the run goes from
/// one expiry in the resolver's cache straight to the next. Every question is asked from a
/// machine without caches of its own, as if it came from ever new clients.
#[derive(Clone, Debug)]
pub(super) struct Fetches {
    /// The world after the last fetch.
    world: World,
    /// Who asks: its id, and the machine.
    client: (String, NodeId),
    /// The resolver it asks.
    resolver: NodeId,
    /// What is asked.
    question: Question,
    /// When counting began and when the next fetch is due; `None` before the first walk.
    window: Option<(SimTime, SimTime)>,
    /// Fetches so far.
    fetches: u64,
}

impl Fetches {
    /// Nothing was asked yet.
    pub(super) fn new(
        world: World,
        client: &str,
        question: &Question,
    ) -> Result<Self, MeasureError> {
        let id = find(&world, client)?;
        let Node::Client(node) = world.node(id) else {
            return Err(InterventionError::WrongRole(client.to_owned()).into());
        };
        let resolver = world.node_at(node.config().resolver.ip());
        let resolver = resolver.ok_or_else(|| InterventionError::NoSuchNode("resolver".into()))?;
        Ok(Self {
            world,
            client: (client.to_owned(), id),
            resolver,
            question: question.clone(),
            window: None,
            fetches: 0,
        })
    }

    /// The rate that was found.
    fn rate(&self, lasted: SimDuration) -> Figure {
        if lasted >= DAY {
            return Figure::Count(self.fetches);
        }
        let window = lasted.as_micros();
        let count = self.fetches.saturating_mul(DAY.as_micros()) + window / 2;
        Figure::Count(count.checked_div(window).unwrap_or(0))
    }
}

impl Probing for Fetches {
    fn probe(&mut self) -> Result<Option<Figure>, MeasureError> {
        let Some((start, at)) = self.window else {
            // The first walk warms the delegations; the clock starts with the next fetch.
            let (world, _) = ask(&self.world, SimTime::ZERO, &self.client.0, &self.question)?;
            self.world = world;
            let at = entry_end(&self.world, self.resolver, &self.question)
                .unwrap_or_else(|| self.world.now());
            self.window = Some((at, at));
            return Ok(None);
        };
        if self.fetches >= MAX_FETCHES || at.since(start) >= DAY {
            return Ok(Some(self.rate(at.since(start))));
        }
        for layer in [CacheLayer::Browser, CacheLayer::Stub] {
            if let Some(cache) = self.world.node_mut(self.client.1).cache_mut(layer) {
                cache.flush();
            }
        }
        let (world, _) = ask(&self.world, at, &self.client.0, &self.question)?;
        self.world = world;
        self.fetches += 1;
        let next = entry_end(&self.world, self.resolver, &self.question)
            .unwrap_or_else(|| self.world.now())
            .max(self.world.now());
        self.window = Some((start, next));
        Ok(None)
    }

    fn share(&self) -> f64 {
        let lasted = { self.window }.map_or(0.0, |(start, at)| at.since(start).as_secs_f64());
        let by_time = lasted / DAY.as_secs_f64();
        by_time.max(self.fetches as f64 / MAX_FETCHES as f64)
    }
}

/// When the resolver's knowledge about a question ends.
fn entry_end(world: &World, resolver: NodeId, question: &Question) -> Option<SimTime> {
    let cache = world.node(resolver).cache(CacheLayer::Resolver)?;
    let known = cache.resolve(world.now(), question)?;
    Some(world.now() + known.remaining)
}
