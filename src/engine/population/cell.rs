//! One cache and the clients it serves, from the start of the run to its end.

use super::calendar::{Calendar, Card};
use super::resolver::ResolverSide;
use super::shared::{Reply, Shared};
use super::tally::Key;

/// Clients without a cache of their own, which differ in nothing the resolver could see.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bare {
    /// Their group.
    pub(super) group: usize,
    /// How many they are.
    pub(super) clients: u32,
    /// The number in the sample plus one if it is one watched client; 0 if not.
    pub(super) sample: u32,
    /// When one of them asks next.
    pub(super) next: u64,
}

/// Questions of clients without a cache answered in one step.
const STEP: usize = 4096;

/// What is being done.
#[derive(Clone, Copy, Debug)]
enum Phase {
    /// The resolver has nothing; the next question is later than this.
    Waiting(u64),
    /// The resolver tells an answer, and the questions of this stretch are due.
    Telling {
        reply: Reply,
        stretch: u64,
        left: u64,
    },
    /// The resolver keeps nothing until this moment; the questions of this stretch are due.
    Passing { until: u64, stretch: u64, left: u64 },
    /// The run is over for these clients.
    Done,
}

/// One cache and its clients.
#[derive(Clone, Debug)]
pub(super) struct Cell {
    /// The cache.
    resolver: ResolverSide,
    /// What its clients ask next.
    calendar: Calendar,
    /// Its clients without a cache.
    bare: Vec<Bare>,
    /// What is being done.
    phase: Phase,
}

impl Cell {
    /// A cache before its first question.
    pub(super) fn new(resolver: ResolverSide, calendar: Calendar, bare: Vec<Bare>) -> Self {
        Self {
            resolver,
            calendar,
            bare,
            phase: Phase::Waiting(0),
        }
    }

    /// The calendar, to be used again.
    pub(super) fn into_calendar(self) -> Calendar {
        self.calendar
    }

    /// How far the cell is, in microseconds since the start.
    pub(super) fn at(&self, end: u64) -> u64 {
        match self.phase {
            Phase::Waiting(at) => at,
            Phase::Telling { reply, .. } => reply.from,
            Phase::Passing { .. } => 0,
            Phase::Done => end,
        }
    }

    /// Lets the resolver begin in the middle of things: with an entry of any age, if its clients
    /// ask it `rate` times a microsecond and it is likely to have one.
    pub(super) fn warm(&mut self, shared: &mut Shared, rate: f64) {
        if rate <= 0.0 || shared.end == 0 || self.resolver.keeps_nothing(shared, 0) {
            return;
        }
        let (mut reply, _) = self.resolver.resolve(shared, 0);
        let busy = rate * reply.until as f64;
        let is_there = shared.random.fraction() < busy / (1.0 + busy);
        reply.until = (shared.random.fraction() * reply.until as f64) as u64;
        if is_there && reply.until > 0 {
            let until = reply.until.min(shared.end);
            self.serve_bare(shared, &reply, until);
            self.phase = Phase::Telling {
                reply,
                stretch: 0,
                left: self.calendar.turn(),
            };
        }
    }

    /// Does some work. Returns whether there is more.
    pub(super) fn step(&mut self, shared: &mut Shared) -> bool {
        self.phase = match self.phase {
            Phase::Waiting(from) => self.begin(shared, from),
            Phase::Telling {
                reply,
                stretch,
                left,
            } => {
                let until = reply.until.min(shared.end);
                let mut cursor = 0;
                while let Some(card) = self.calendar.next_due(stretch, &mut cursor, until) {
                    self.serve(shared, card, &reply, until);
                }
                if left == 0 || stretch >= self.calendar.stretch(until) {
                    Phase::Waiting(until)
                } else {
                    Phase::Telling {
                        reply,
                        stretch: stretch + 1,
                        left: left - 1,
                    }
                }
            }
            Phase::Passing {
                until,
                stretch,
                left,
            } => self.pass(shared, until, stretch, left),
            Phase::Done => Phase::Done,
        };
        !matches!(self.phase, Phase::Done)
    }

    /// The first question after the resolver's entry has ended.
    fn begin(&mut self, shared: &mut Shared, from: u64) -> Phase {
        let cached = self.calendar.earliest(from);
        let bare = self.bare.iter().map(|bare| bare.next).min();
        let now = cached.map_or(u64::MAX, |place| place.at);
        let now = now.min(bare.unwrap_or(u64::MAX));
        if now >= shared.end {
            return Phase::Done;
        }
        let stretch = self.calendar.stretch(now);
        let left = self.calendar.turn();
        if self.resolver.keeps_nothing(shared, now) {
            let next = shared.conditions.regime_at(now) + 1;
            let next = shared.conditions.regimes.get(next);
            let until = next.map_or(shared.end, |regime| regime.start);
            return Phase::Passing {
                until,
                stretch,
                left,
            };
        }
        let (reply, _) = self.resolver.resolve(shared, now);
        let until = reply.until.min(shared.end);
        if let Some(place) = cached.filter(|place| place.at == now) {
            let card = self.calendar.take(place);
            // A zero life serves the one who asked, and nobody else.
            self.serve(shared, card, &reply, until.max(now + 1));
        }
        self.serve_bare(shared, &reply, until);
        Phase::Telling {
            reply,
            stretch,
            left,
        }
    }

    /// Serves one client until it asks later than `until`.
    fn serve(&mut self, shared: &mut Shared, card: Card, reply: &Reply, until: u64) {
        let mut card = card;
        while card.at < until {
            shared.serve(&mut card, reply);
        }
        if card.at < shared.end {
            self.calendar.insert(card);
        }
    }

    /// Clients without a cache: what they ask while the resolver has its answer is counted by
    /// the time it lasts.
    fn serve_bare(&mut self, shared: &mut Shared, reply: &Reply, until: u64) {
        let now = reply.from;
        let segment = shared.tally.segments.at(now);
        for bare in &mut self.bare {
            let group = bare.group;
            let answer = reply.answer;
            let is_first = bare.next == now;
            if is_first {
                let way = reply.first;
                shared.tally.count(Key { way, group, answer }, segment);
                shared.decisions += 1;
            }
            if bare.sample > 0 {
                let seen = if is_first {
                    now
                } else {
                    shared.next_request(group, 1, now)
                };
                if seen < until || is_first {
                    shared.watch(bare.sample, seen, answer);
                }
            }
            let way = reply.later;
            let holders = u64::from(bare.clients);
            shared
                .tally
                .hold(Key { way, group, answer }, (now, until), segment, holders);
            // The wait it had says nothing about the time after now: chance has no memory.
            if is_first || until > now {
                bare.next = shared.next_request(group, bare.clients, until.max(now));
            }
        }
    }

    /// Every question is a fetch.
    fn pass(&mut self, shared: &mut Shared, until: u64, stretch: u64, left: u64) -> Phase {
        let mut cursor = 0;
        while let Some(mut card) = self.calendar.next_due(stretch, &mut cursor, until) {
            while card.at < until {
                let (reply, _) = self.resolver.resolve(shared, card.at);
                shared.serve(&mut card, &reply);
            }
            if card.at < shared.end {
                self.calendar.insert(card);
            }
        }
        let mut steps = 0;
        for bare in &mut self.bare {
            while bare.next < until && steps < STEP {
                let now = bare.next;
                let (reply, _) = self.resolver.resolve(shared, now);
                let (group, answer) = (bare.group, reply.answer);
                let segment = shared.tally.segments.at(now);
                let way = reply.first;
                shared.tally.count(Key { way, group, answer }, segment);
                shared.decisions += 1;
                if bare.sample > 0 {
                    shared.watch(bare.sample, now, answer);
                }
                bare.next = shared.next_request(group, bare.clients, now);
                steps += 1;
            }
        }
        let is_over = left == 0 || stretch >= self.calendar.stretch(until);
        if !is_over {
            return Phase::Passing {
                until,
                stretch: stretch + 1,
                left: left - 1,
            };
        }
        if steps == STEP {
            return Phase::Passing {
                until,
                stretch,
                left: 0,
            };
        }
        Phase::Waiting(until)
    }
}
