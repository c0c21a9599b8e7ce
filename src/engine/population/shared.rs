//! What all resolvers and clients of a run share while they are simulated one after the other.

use super::answers::Answers;
use super::calendar::Card;
use super::conditions::Conditions;
use super::draw::Waits;
use super::segments::Segments;
use super::tally::{BROWSER, Key, STUB, Tally, Ways};
use super::{ClientGroup, Population, SampledClient};
use crate::dns::Ttl;
use crate::engine::{SimDuration, Stream, TtlPolicy};

/// The life of "no such record": what Route 53 puts into the SOA record of a new zone, whose
/// TTL is 900 s, less than its MINIMUM.
pub(super) const NEGATIVE_TTL: Ttl = Ttl::from_secs(900);

/// The state of a run outside its caches.
#[derive(Clone, Debug)]
pub(super) struct Shared {
    /// What is simulated.
    pub(super) population: Population,
    /// When the run begins to count, in microseconds: before that, caches fill.
    pub(super) warm: u64,
    /// When the run ends, in microseconds.
    pub(super) end: u64,
    /// The addresses by whose index everything is counted.
    pub(super) addresses: Vec<std::net::IpAddr>,
    /// What holds when.
    pub(super) conditions: Conditions,
    /// The numbers of ways.
    pub(super) ways: Ways,
    /// What is answered.
    pub(super) answers: Answers,
    /// What has happened.
    pub(super) tally: Tally,
    /// The watched clients.
    pub(super) sample: Vec<SampledClient>,
    /// Decisions of caches so far.
    pub(super) decisions: u64,
    /// The chances of the resolver at work.
    pub(super) random: Stream,
    /// How waits are drawn.
    waits: Waits,
    /// The clients' side by group.
    groups: Vec<Group>,
}

/// What a client of a group is like.
#[derive(Clone, Debug)]
struct Group {
    /// Its browser's cache.
    browser: Option<TtlPolicy>,
    /// Its stub's cache.
    stub: Option<TtlPolicy>,
    /// Its mean wait between requests in microseconds, by the moment it begins to hold.
    means: Vec<(u64, f64)>,
}

impl Group {
    /// The group of a population with a demand that regimes change.
    fn new(index: usize, group: &ClientGroup, conditions: &Conditions) -> Self {
        let mut means: Vec<(u64, f64)> = Vec::new();
        for regime in &conditions.regimes {
            // Without demand the wait is endless.
            let mean = 1.0 / regime.rates[index];
            if means.last().is_none_or(|&(_, last)| last != mean) {
                means.push((regime.start, mean));
            }
        }
        Self {
            browser: group.browser,
            stub: group.stub,
            means,
        }
    }
}

/// What a resolver tells its clients for a while.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reply {
    /// The answer.
    pub(super) answer: u32,
    /// When it got or made up the answer.
    pub(super) from: u64,
    /// When it stops telling it; the moment it began if it keeps nothing.
    pub(super) until: u64,
    /// The TTL if it does not run down.
    pub(super) flat_ttl: Option<Ttl>,
    /// How the first client is answered.
    pub(super) first: usize,
    /// How the others are answered.
    pub(super) later: usize,
}

impl Reply {
    /// The TTL handed out at a moment.
    pub(super) fn ttl(&self, now: u64) -> Ttl {
        let remaining = SimDuration::from_micros(self.until.saturating_sub(now));
        self.flat_ttl.unwrap_or_else(|| remaining.as_ttl())
    }
}

impl Shared {
    /// The state before anything happens.
    pub(super) fn new(population: &Population, seed: u64) -> Self {
        Self::after(population, seed, warming(population))
    }

    /// The state before anything happens, with no time for warming.
    pub(super) fn cold(population: &Population, seed: u64) -> Self {
        Self::after(population, seed, SimDuration::ZERO)
    }

    /// The state before anything happens, if all of it happens so much later.
    fn after(population: &Population, seed: u64, warm: SimDuration) -> Self {
        let population = later(population, warm);
        let addresses = population.addresses();
        let conditions = Conditions::new(&population, &addresses, seed);
        let starts: Vec<u64> = conditions.regimes.iter().map(|r| r.start).collect();
        let segments = Segments::new(&population, warm.as_micros(), &starts);
        let providers = population.service.providers.len();
        let groups = population.clients.iter().enumerate();
        Self {
            warm: warm.as_micros(),
            end: population.duration.as_micros(),
            ways: Ways { providers },
            answers: Answers::new(&conditions, &addresses),
            tally: Tally::new(
                segments,
                population.clients.len(),
                providers,
                addresses.len(),
            ),
            sample: Vec::new(),
            decisions: 0,
            random: Stream::new(seed, "crowd"),
            waits: Waits::new(),
            groups: groups
                .map(|(index, group)| Group::new(index, group, &conditions))
                .collect(),
            addresses,
            conditions,
            population,
        }
    }

    /// When a client first asks its resolver, if it has been at it for ever: in the life of what
    /// its browser holds, or after it.
    pub(super) fn first_request(&mut self, group: usize) -> u64 {
        let own = self.population.service.ttl();
        let hold = self.groups[group]
            .browser
            .map_or(0, |policy| policy.grant(own).as_secs());
        // Of a copy that is never given up nobody can tell when it was made: such clients begin
        // without one.
        let hold = if u64::from(hold) > LASTING {
            0
        } else {
            SimDuration::from_secs(u64::from(hold)).as_micros()
        };
        let busy = self.rate(group) * hold as f64;
        let from = if self.random.fraction() < busy / (1.0 + busy) {
            (self.random.fraction() * hold as f64) as u64
        } else {
            0
        };
        self.next_request(group, 1, from)
    }

    /// Requests per microsecond of one client when the run begins.
    pub(super) fn rate(&self, group: usize) -> f64 {
        self.conditions
            .regimes
            .first()
            .map_or(0.0, |regime| regime.rates[group])
    }

    /// When the next request of any of `clients` clients of a group comes after `from`.
    pub(super) fn next_request(&mut self, group: usize, clients: u32, from: u64) -> u64 {
        if from >= self.end {
            return u64::MAX;
        }
        let mut left = self.waits.draw(&mut self.random) / f64::from(clients);
        let means = &self.groups[group].means;
        let mut era = 0;
        if means.len() > 1 {
            era = means.partition_point(|&(start, _)| start <= from) - 1;
        }
        let mut at = from;
        loop {
            let mean = means[era].1;
            let wait = if mean.is_finite() {
                left * mean
            } else {
                f64::INFINITY
            };
            match means.get(era + 1) {
                // A wait that reaches into another demand goes on at its rate.
                Some(&(next, _)) if (at as f64) + wait >= next as f64 => {
                    left -= (next - at) as f64 / mean;
                    left = left.max(0.0);
                    at = next;
                    era += 1;
                }
                // A conversion from a float saturates.
                _ => return at.saturating_add((wait as u64).max(1)),
            }
        }
    }

    /// A client asks its resolver when its card says, and uses what it gets until it has to ask
    /// again; then its card says that.
    pub(super) fn serve(&mut self, card: &mut Card, reply: &Reply) {
        let (mut now, group, answer) = (card.at, card.group as usize, reply.answer);
        let is_first = now == reply.from;
        let way = if is_first { reply.first } else { reply.later };
        let mut segment = self.tally.segments.at(now);
        if let Some(old) = card.old.checked_sub(1) {
            let old = Key {
                way: BROWSER,
                group,
                answer: old,
            };
            self.tally.count(old, segment);
            self.tally.refresh(Key { way, group, answer }, segment);
            card.old = 0;
        } else {
            self.tally.count(Key { way, group, answer }, segment);
        }
        if card.sample > 0 {
            self.watch(card.sample, now, answer);
        }
        let (browser, stub) = (self.groups[group].browser, self.groups[group].stub);
        self.decisions += 1 + u64::from(browser.is_some()) + u64::from(stub.is_some());
        let mut ttl = reply.ttl(now);
        let stub_until = stub.map_or(now, |policy| keep(policy, answer, now, ttl));
        let Some(browser) = browser else {
            let held = (now, stub_until.min(self.end));
            let way = STUB;
            self.tally
                .hold(Key { way, group, answer }, held, segment, 1);
            card.at = self.next_request(group, 1, stub_until);
            return;
        };
        let grace = u64::from(browser.grace) * 1_000_000;
        loop {
            let until = keep(browser, answer, now, ttl);
            let way = BROWSER;
            let held = (now, until.min(self.end));
            self.tally
                .hold(Key { way, group, answer }, held, segment, 1);
            let is_kept = until > now;
            now = self.next_request(group, 1, until);
            let in_grace = is_kept && now < until.saturating_add(grace);
            if now >= stub_until || now >= self.end {
                card.at = now;
                card.old = if in_grace { answer + 1 } else { 0 };
                return;
            }
            // The browser has to ask again, and the stub still knows.
            segment = self.tally.segments.at(now);
            self.decisions += 2;
            let way = if in_grace { BROWSER } else { STUB };
            self.tally.count(Key { way, group, answer }, segment);
            ttl = SimDuration::from_micros(stub_until - now).as_ttl();
        }
    }

    /// Notes what a watched client got.
    pub(super) fn watch(&mut self, sample: u32, now: u64, answer: u32) {
        let regime = self.conditions.regime_at(now);
        let Some(client) = self.sample.get_mut(sample as usize - 1) else {
            return;
        };
        let ways = &self.conditions.regimes[regime].ways[client.group as usize];
        let addresses = self.answers.addresses(answer);
        let serving = addresses
            .iter()
            .find(|&&a| ways[usize::from(a)].served > 0.5);
        let held = serving.or_else(|| addresses.first()).copied();
        if client.held.last().is_none_or(|&(_, last)| last != held) {
            client.held.push((now as f64 / 1e6, held));
        }
    }
}

/// How long caches are warmed before the run begins to count: one and a half times as long as
/// an answer can stay in them.
fn warming(population: &Population) -> SimDuration {
    let own = population.service.ttl();
    let granted = population
        .resolvers
        .iter()
        .map(|group| group.policy.grant(own));
    let ttl = granted.max().unwrap_or(own);
    let layers = population.clients.iter().map(|group| {
        let of = |policy: Option<TtlPolicy>| {
            let life = policy.map_or(0, |policy| u64::from(policy.grant(ttl).as_secs()));
            if life > LASTING { GATHERING } else { life }
        };
        of(group.browser) + of(group.stub)
    });
    let longest = layers.max().unwrap_or(0) + u64::from(ttl.as_secs());
    // The TTL may be 2^31 seconds, but nobody waits for that.
    SimDuration::from_secs((longest * 3 / 2).min(MOST_WARMING))
}

/// What a client keeps for longer than this, in seconds, counts as kept for ever.
const LASTING: u64 = 2 * 86_400;

/// For how long clients that keep copies for ever are given to make them, in seconds.
const GATHERING: u64 = 4 * 3600;

/// Caches are warmed for 30 days at most, in seconds.
const MOST_WARMING: u64 = 30 * 86_400;

/// The same population with everything so much later.
fn later(population: &Population, by: SimDuration) -> Population {
    let mut later = population.clone();
    later.duration = later.duration + by;
    for (at, _) in &mut later.timeline {
        *at += by;
    }
    later
}

/// Until when a layer keeps an answer it gets at `now`.
pub(super) fn keep(policy: TtlPolicy, answer: u32, now: u64, ttl: Ttl) -> u64 {
    let granted = match answer {
        super::answers::FAILURE => return now,
        super::answers::EMPTY => policy.grant_negative(ttl),
        _ => policy.grant(ttl),
    };
    now.saturating_add(SimDuration::from(granted).as_micros())
}

impl Segments {
    /// The segment of a moment that may lie at or behind the end.
    pub(super) fn clamped(&self, micros: u64) -> usize {
        self.at(micros.min(self.all.last().map_or(0, |last| last.end - 1)))
    }
}
