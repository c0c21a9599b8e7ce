//! Running a population, in one go or piece by piece.

use super::calendar::{Calendar, Card};
use super::cell::{Bare, Cell};
use super::crowd::{Crowd, Dealt, address_of};
use super::fold::fold;
use super::resolver::ResolverSide;
use super::shared::Shared;
use super::{Population, PopulationError, Series};
use crate::engine::{SimDuration, Stream};

/// How far a run is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// What is done, in the unit of `total`.
    pub done: u64,
    /// What there is to do; more than zero.
    pub total: u64,
}

impl Progress {
    /// Whether nothing is left to do.
    pub fn is_finished(self) -> bool {
        self.done >= self.total
    }

    /// How much is done, 0 to 1; 1 only when all of it is.
    pub fn share(self) -> f64 {
        if self.is_finished() {
            return 1.0;
        }
        (self.done as f64 / self.total.max(1) as f64).min(0.999)
    }
}

/// A run under way. Resolvers do not know of each other, so they are simulated one after the
/// other, each over the whole time. The result does not depend on the pieces.
#[derive(Clone, Debug)]
pub struct Runner {
    /// The seed of all chances.
    seed: u64,
    /// What the resolvers share.
    shared: Shared,
    /// Who asks whom.
    crowd: Crowd,
    /// The resolver at work: its group and its number.
    resolver: (usize, u32),
    /// The clients of its caches that are still to come, the last cache first.
    waiting: Vec<Vec<Dealt>>,
    /// The cache at work, and how many clients it has.
    cell: Option<(Cell, u64)>,
    /// A calendar to be used again.
    calendar: Calendar,
    /// Clients that are done.
    clients_done: u64,
    /// Clients in all.
    clients: u64,
}

/// Units of progress for one client.
const UNITS: u64 = 1000;

impl Population {
    /// Simulates all of it. The same seed gives the same series.
    ///
    /// # Errors
    /// If [`check`](Self::check) finds a fault.
    pub fn run(&self, seed: u64) -> Result<Series, PopulationError> {
        let mut runner = Runner::new(self, seed)?;
        while !runner.advance(u64::MAX).is_finished() {}
        Ok(runner.finish())
    }
}

impl Runner {
    /// A run that has not begun.
    ///
    /// # Errors
    /// If [`Population::check`] finds a fault.
    pub fn new(population: &Population, seed: u64) -> Result<Self, PopulationError> {
        population.check()?;
        let (mut crowd, sample) = Crowd::new(population);
        let mut shared = Shared::new(population, seed);
        shared.sample = sample;
        crowd.split_caches(&mut shared);
        let clients = population.clients.iter().map(|g| u64::from(g.count));
        let mut runner = Self {
            seed,
            clients: clients.sum(),
            shared,
            crowd,
            resolver: (0, 0),
            waiting: Vec::new(),
            cell: None,
            calendar: Calendar::default(),
            clients_done: 0,
        };
        runner.enter();
        Ok(runner)
    }

    /// Goes on until about `budget` more decisions of caches are made.
    pub fn advance(&mut self, budget: u64) -> Progress {
        let stop = self.shared.decisions.saturating_add(budget.max(1));
        while self.shared.decisions < stop {
            if self.cell.is_none() && !self.next_cell() {
                break;
            }
            let Some((cell, clients)) = &mut self.cell else {
                break;
            };
            // A step may be only a look at an empty stretch of time, so they come in lots.
            let mut has_more = true;
            for _ in 0..64 {
                has_more = cell.step(&mut self.shared);
                if !has_more {
                    break;
                }
            }
            if !has_more {
                self.clients_done += *clients;
                if let Some((cell, _)) = self.cell.take() {
                    self.calendar = cell.into_calendar();
                }
            }
        }
        self.progress()
    }

    /// How far the run is.
    pub fn progress(&self) -> Progress {
        let total = self.clients * UNITS + 1;
        if self.cell.is_none() && self.waiting.is_empty() && self.is_last() {
            return Progress { done: total, total };
        }
        let end = self.shared.end.max(1);
        let partly = self.cell.as_ref().map_or(0.0, |(cell, clients)| {
            *clients as f64 * cell.at(end) as f64 / end as f64
        });
        let done = self.clients_done * UNITS + (partly * UNITS as f64) as u64;
        let done = done.min(total - 1);
        Progress { done, total }
    }

    /// What has been found; what is not done yet is missing from it.
    pub fn finish(mut self) -> Series {
        fold(&mut self.shared, &self.crowd, self.seed)
    }

    /// Whether there are no resolvers after the one at work.
    fn is_last(&self) -> bool {
        self.resolver.0 >= self.shared.population.resolvers.len()
    }

    /// Takes up the clients of the resolver that is next.
    fn enter(&mut self) {
        let (group, number) = self.resolver;
        if self.is_last() {
            return;
        }
        let clients = self.crowd.clients(&self.shared.population, group, number);
        let same = clients.chunk_by(|a, b| a.slot == b.slot);
        self.waiting = same.map(<[Dealt]>::to_vec).rev().collect();
        self.shared.random = Stream::new(self.seed, &format!("crowd:{group}:{number}"));
        self.shared.answers.forget_first();
    }

    /// Sets up the next cache. Returns whether there is one.
    fn next_cell(&mut self) -> bool {
        while self.waiting.is_empty() {
            if self.is_last() {
                return false;
            }
            let (group, number) = self.resolver;
            let count = self.shared.population.resolvers[group].count;
            self.resolver = if number + 1 < count {
                (group, number + 1)
            } else {
                (group + 1, 0)
            };
            self.enter();
        }
        let Some(clients) = self.waiting.pop() else {
            return false;
        };
        self.cell = Some((self.set_up(&clients), clients.len() as u64));
        true
    }

    /// A cache with its clients, each with the moment of its first request.
    fn set_up(&mut self, clients: &[Dealt]) -> Cell {
        let (group, number) = self.resolver;
        let shared = &mut self.shared;
        let resolver = address_of(&shared.population.resolvers[group], number);
        let slot = clients.first().map_or(0, |client| client.slot);
        let from = self.crowd.asker(group, resolver, slot);
        let resolver = ResolverSide::new(group, from, shared.ways.providers);
        let mut calendar = std::mem::take(&mut self.calendar);
        calendar.reset(clients.len(), typical_gap(shared, clients));
        let mut bare: Vec<Bare> = Vec::new();
        for client in clients {
            let index = client.group as usize;
            let own = &shared.population.clients[index];
            if own.browser.is_none() && own.stub.is_none() {
                let known = bare.iter_mut();
                let alike = |b: &&mut Bare| b.group == index && b.sample == 0;
                match known.rev().find(alike).filter(|_| client.sample == 0) {
                    Some(bare) => bare.clients += 1,
                    None => bare.push(Bare {
                        group: index,
                        clients: 1,
                        sample: client.sample,
                        next: 0,
                    }),
                }
                continue;
            }
            let card = Card {
                at: shared.first_request(index),
                group: client.group,
                sample: client.sample,
                old: 0,
            };
            if card.at < shared.end {
                calendar.insert(card);
            }
        }
        for bare in &mut bare {
            bare.next = shared.next_request(bare.group, bare.clients, 0);
        }
        let browsers = clients.iter().map(|client| client.group as usize);
        let rate = browsers.map(|group| shared.rate(group)).sum();
        let mut cell = Cell::new(resolver, calendar, bare);
        cell.warm(shared, rate);
        cell
    }
}

/// About how many microseconds lie between two questions of one client to its resolver.
fn typical_gap(shared: &Shared, clients: &[Dealt]) -> f64 {
    let versions = shared.conditions.versions.iter();
    let pools = versions.flat_map(|version| {
        let branches = version.tree.iter().flat_map(|tree| tree.sets.iter());
        branches
            .map(|(pool, _)| pool)
            .chain(std::iter::once(&version.pool))
    });
    let ttl = pools.map(|pool| SimDuration::from(pool.ttl()).as_micros());
    let ttl = ttl.min().unwrap_or(0) as f64;
    let rates = clients.iter().map(|client| client.group as usize);
    let fastest = rates
        .map(|group| shared.conditions.regimes[0].rates[group])
        .fold(0.0, f64::max);
    let wait = if fastest > 0.0 { 1.0 / fastest } else { 0.0 };
    ttl + wait
}
