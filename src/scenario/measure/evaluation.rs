//! A figure on its way: probe by probe, so that whoever looks for it can stop in between.

use super::fetches::Fetches;
use super::outlast::{LastMoment, Trouble};
use super::series::Series;
use super::{
    Figure, Measure, MeasureError, ask, find, granted, nth_lookup, upstream_queries, wire,
};
use crate::dns::Question;
use crate::engine::{CacheLayer, InterventionError, SimTime, Timeline, World};

/// Decisions of a cache that take about as long as a probe, which is a lookup in a small world.
const PROBE: u64 = 2_000;

/// A figure that is being looked for. What comes out does not depend on the pieces.
#[derive(Clone, Debug)]
pub struct Evaluation(State);

/// How far it is.
#[derive(Clone, Debug)]
enum State {
    /// It was found, or cannot be.
    Found(Result<Figure, MeasureError>),
    /// One lookup, or two.
    Lookup(Box<Lookup>),
    /// Fetches under constant demand.
    Fetches(Box<Fetches>),
    /// The end of something.
    LastMoment(Box<LastMoment>),
    /// Lookups one after the other.
    Series(Box<Series>),
}

/// What is found by several probes, each at most some lookups long.
pub(super) trait Probing {
    /// Makes one more. Returns the figure once it is known.
    fn probe(&mut self) -> Result<Option<Figure>, MeasureError>;
    /// About how much is done, from 0.
    fn share(&self) -> f64;
}

impl Evaluation {
    /// Nothing is run yet; what can be read off the session is found at once.
    pub(super) fn new(measure: &Measure, session: &Timeline) -> Self {
        Self(State::of(measure, session).unwrap_or_else(|error| State::Found(Err(error))))
    }

    /// Goes on for about `budget` decisions of caches, one probe at least. Returns how much is
    /// done, 0 to 1; 1 when all of it is.
    pub fn advance(&mut self, budget: u64) -> f64 {
        for _ in 0..(budget / PROBE).max(1) {
            let probing: &mut dyn Probing = match &mut self.0 {
                State::Found(_) => return 1.0,
                State::Lookup(it) => &mut **it,
                State::Fetches(it) => &mut **it,
                State::LastMoment(it) => &mut **it,
                State::Series(it) => &mut **it,
            };
            match probing.probe() {
                Ok(None) => {}
                Ok(Some(figure)) => self.0 = State::Found(Ok(figure)),
                Err(error) => self.0 = State::Found(Err(error)),
            }
        }
        match &self.0 {
            State::Found(_) => 1.0,
            State::Lookup(it) => below_one(it.share()),
            State::Fetches(it) => below_one(it.share()),
            State::LastMoment(it) => below_one(it.share()),
            State::Series(it) => below_one(it.share()),
        }
    }

    /// What was found.
    ///
    /// # Errors
    /// Why there is no such figure; also if it was not gone on with to the end.
    pub fn finish(self) -> Result<Figure, MeasureError> {
        match self.0 {
            State::Found(found) => found,
            _ => Err(MeasureError::NotYet),
        }
    }
}

/// A share of what is not over.
fn below_one(share: f64) -> f64 {
    share.clamp(0.0, 0.99)
}

impl State {
    /// Where the search for a measure begins.
    fn of(measure: &Measure, session: &Timeline) -> Result<Self, MeasureError> {
        let world = session.initial();
        Ok(match measure {
            Measure::LookupTime { lookup } => {
                let (_, _, elapsed) = nth_lookup(session.trace(), *lookup)?;
                Self::Found(Ok(Figure::Time(elapsed)))
            }
            Measure::UpstreamQueries { lookup } => Self::Found(upstream_queries(session, *lookup)),
            Measure::Granted {
                node,
                layer,
                question,
                entry,
            } => Self::Found(granted(session, node, *layer, question, *entry)),
            Measure::ConnectTime { attempt } => {
                let elapsed = wire::connect_time(session.trace(), *attempt);
                Self::Found(elapsed.map(Figure::Time).ok_or(MeasureError::NotYet))
            }
            Measure::FetchesPerDay { client, question } => {
                Self::Fetches(Box::new(Fetches::new(world.clone(), client, question)?))
            }
            Measure::StaleFor {
                client,
                question,
                change,
                changed_after,
            } => {
                let change = Trouble::Change(change.clone());
                let search = LastMoment::new(world, client, question, change, *changed_after);
                Self::LastMoment(Box::new(search))
            }
            Measure::AnsweredFor {
                client,
                question,
                down,
                after,
            } => {
                let down = Trouble::Down(down.clone());
                Self::LastMoment(Box::new(LastMoment::new(
                    world, client, question, down, *after,
                )))
            }
            Measure::Series {
                client,
                question,
                down,
                every,
                count,
                pick,
            } => {
                let asked = (client.as_str(), question);
                Self::Series(Box::new(Series::new(
                    world,
                    asked,
                    down,
                    (*every, *count),
                    *pick,
                )))
            }
            Measure::ColdLookupTime { client, question }
            | Measure::WarmLookupTime { client, question } => Self::Lookup(Box::new(Lookup {
                world: world.clone(),
                client: client.clone(),
                question: question.clone(),
                is_cold: matches!(measure, Measure::ColdLookupTime { .. }),
            })),
            Measure::ResponseSize {
                node,
                question,
                is_ipv4_only,
            } => {
                let server = world.node(find(world, node)?);
                let size = wire::response_size(server, question, *is_ipv4_only);
                let size = size.map(Figure::Count);
                Self::Found(size.ok_or_else(|| InterventionError::WrongRole(node.clone()).into()))
            }
            Measure::RoundTrip { from, to } => {
                let mut world = world.clone();
                let (from, to) = (find(&world, from)?, find(&world, to)?);
                Self::Found(Ok(Figure::Time(world.round_trip(from, to))))
            }
            Measure::Crowd { .. } => Self::Found(Err(MeasureError::NotYet)),
        })
    }
}

/// A lookup, or the same one again when the resolver has just done it.
#[derive(Clone, Debug)]
struct Lookup {
    /// The world.
    world: World,
    /// Who asks.
    client: String,
    /// What.
    question: Question,
    /// Whether the first one is meant.
    is_cold: bool,
}

impl Probing for Lookup {
    fn probe(&mut self) -> Result<Option<Figure>, MeasureError> {
        let (mut world, first) = ask(&self.world, SimTime::ZERO, &self.client, &self.question)?;
        if self.is_cold {
            return Ok(Some(Figure::Time(first)));
        }
        let id = find(&world, &self.client)?;
        for layer in [CacheLayer::Browser, CacheLayer::Stub] {
            if let Some(cache) = world.node_mut(id).cache_mut(layer) {
                cache.flush();
            }
        }
        let later = world.now();
        let (_, elapsed) = ask(&world, later, &self.client, &self.question)?;
        Ok(Some(Figure::Time(elapsed)))
    }

    fn share(&self) -> f64 {
        0.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::{Intervention, SimDuration};
    use crate::scenario::{parse_question, world_source};

    /// A search that takes many probes.
    fn stale_for() -> Evaluation {
        let world = world_source("small_internet").expect("it ships and is sound");
        let session = Timeline::new(world.build(7));
        let measure = Measure::StaleFor {
            client: "laptop".to_owned(),
            question: parse_question("www.example.com A").expect("a question"),
            change: Intervention::set_records("www.example.com. 300 IN A 192.0.2.99"),
            changed_after: SimDuration::from_secs(60),
        };
        measure.begin(&session)
    }

    #[test]
    fn a_figure_comes_piece_by_piece_and_its_share_only_grows() {
        let mut evaluation = stale_for();
        let (mut before, mut pieces) = (0.0, 0);
        loop {
            let share = evaluation.advance(1);
            assert!(share >= before, "{share} after {before}");
            (before, pieces) = (share, pieces + 1);
            if share >= 1.0 {
                break;
            }
        }
        assert!(pieces > 30, "{pieces} pieces");
        let mut whole = stale_for();
        while whole.advance(u64::MAX) < 1.0 {}
        assert_eq!(evaluation.finish(), whole.finish());
    }

    #[test]
    fn a_figure_that_was_given_up_half_way_is_not_known() {
        let mut evaluation = stale_for();
        assert!(evaluation.advance(1) < 1.0);
        assert_eq!(evaluation.finish(), Err(MeasureError::NotYet));
    }
}
