//! Figures of lookups made one after the other.

use super::evaluation::Probing;
use super::{Figure, MeasureError, Pick, ask, ask_and_trace, is_upstream, take_down};
use crate::dns::Question;
use crate::engine::{EventKind, SimDuration, SimTime, World};

/// Lookups made one after the other: one, then machines go down, then `count` more.
#[derive(Clone, Debug)]
pub(super) struct Series {
    /// The world after the last of them.
    world: World,
    /// Who asks.
    client: String,
    /// What.
    question: Question,
    /// The machines that go down after the first question.
    down: Vec<String>,
    /// The time between two questions.
    every: SimDuration,
    /// How many questions are counted.
    count: usize,
    /// What is wanted of them.
    pick: Pick,
    /// The moment of the last question; `None` before the first.
    at: Option<SimTime>,
    /// How many were counted.
    asked: usize,
    /// How long each took.
    times: Vec<SimDuration>,
    /// How many queries the resolvers sent.
    queries: u64,
}

impl Series {
    /// Nothing was asked yet.
    pub(super) fn new(
        world: &World,
        (client, question): (&str, &Question),
        down: &[String],
        (every, count): (SimDuration, usize),
        pick: Pick,
    ) -> Self {
        Self {
            world: world.clone(),
            client: client.to_owned(),
            question: question.clone(),
            down: down.to_vec(),
            every,
            count,
            pick,
            at: None,
            asked: 0,
            times: Vec::new(),
            queries: 0,
        }
    }

    /// The figure asked for; `None` of an empty series.
    fn figure(&mut self) -> Option<Figure> {
        self.times.sort_unstable();
        let fastest = *self.times.first()?;
        Some(match self.pick {
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

impl Probing for Series {
    fn probe(&mut self) -> Result<Option<Figure>, MeasureError> {
        let Some(at) = self.at else {
            (self.world, _) = ask(&self.world, SimTime::ZERO, &self.client, &self.question)?;
            take_down(&mut self.world, &self.down)?;
            self.at = Some(self.world.now());
            return Ok(None);
        };
        if self.asked >= self.count {
            return self.figure().map(Some).ok_or(MeasureError::NotYet);
        }
        let at = (at + self.every).max(self.world.now());
        let (next, trace) = ask_and_trace(&self.world, at, &self.client, &self.question)?;
        for event in trace.events() {
            if let EventKind::LookupFinished { elapsed, .. } = &event.kind {
                self.times.push(*elapsed);
            }
            self.queries += u64::from(is_upstream(&self.world, event));
        }
        self.world = next;
        self.at = Some(at);
        self.asked += 1;
        Ok(None)
    }

    fn share(&self) -> f64 {
        self.asked as f64 / (self.count.max(1) as f64)
    }
}
