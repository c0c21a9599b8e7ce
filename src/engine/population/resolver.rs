//! One resolver as its clients see it: whom it asks, and what it tells for how long.
//!
//! It asks providers in random order. One that was silent is asked last for a while, as real
//! resolvers do that remember how servers behave. What it knows of the name servers of the zone
//! is taken to last: delegations do not run out here.

use super::answers::{EMPTY, FAILURE, From, Verdict};
use super::shared::{NEGATIVE_TTL, Reply, Shared};
use super::tally::Tier;
use crate::dns::Ttl;
use crate::engine::{Life, SimDuration, SimTime};

/// How long a resolver waits for a server it hears of for the first time (Unbound's
/// `UNKNOWN_SERVER_NICENESS`, 376 ms); the wait doubles with each round.
pub(super) const FIRST_TIMEOUT_MS: f64 = 376.0;
/// How often it asks each server before it gives up.
pub(super) const ROUNDS: u32 = 3;
/// For how long a silent server is asked last (Unbound's `infra-host-ttl`).
const SILENCE_REMEMBERED: SimDuration = SimDuration::from_secs(900);
/// For how long a failure is remembered ([RFC 9520](https://www.rfc-editor.org/rfc/rfc9520)); as in the resolver of the one-query world.
const FAILURE_TTL: SimDuration = SimDuration::from_secs(5);
/// For how long expired data is told before the providers are tried again
/// ([RFC 8767 §5](https://www.rfc-editor.org/rfc/rfc8767#section-5), failure recheck timer).
const STALE_RECHECK: SimDuration = SimDuration::from_secs(30);
/// The TTL of expired data (RFC 8767 §4).
const STALE_TTL: Ttl = Ttl::from_secs(30);
/// How long clients wait before they get expired data (RFC 8767 §5, client response timer).
pub(super) const STALE_PATIENCE_MS: f64 = 1800.0;

/// What a resolver remembers of one question from one network.
#[derive(Clone, Debug)]
pub(super) struct ResolverSide {
    /// The index of its group.
    pub(super) group: usize,
    /// How it asks.
    pub(super) from: From,
    /// Until when each provider is asked last.
    silent_until: Vec<u64>,
    /// The last answer, its TTL, and when it ended.
    last: Option<(u32, Ttl, u64)>,
}

/// What asking around led to.
enum Round {
    /// This provider answered, after as many others were silent.
    Heard { provider: usize, lost: usize },
    /// All were silent.
    Silence,
}

impl ResolverSide {
    /// A resolver that knows nothing.
    pub(super) fn new(group: usize, from: From, providers: usize) -> Self {
        Self {
            group,
            from,
            silent_until: vec![0; providers],
            last: None,
        }
    }

    /// Finds an answer at `now`; the verdict is what the provider said, if one did.
    pub(super) fn resolve(&mut self, shared: &mut Shared, now: u64) -> (Reply, Option<Verdict>) {
        let segment = shared.tally.segments.clamped(now);
        let regime = shared.tally.segments.all[segment].regime as usize;
        let Round::Heard { provider, lost } = self.ask_around(shared, now, segment) else {
            return (self.give_up(shared, now), None);
        };
        let version = shared.conditions.regimes[regime].version[provider];
        let verdict = shared.answers.decide(
            version,
            &shared.conditions.versions[version],
            self.from,
            &mut shared.random,
        );
        let first = shared.answers.addresses(verdict.answer).first();
        if let Some(&first) = first {
            let width = shared.tally.segments.all.len();
            shared.tally.fetches[usize::from(first) * width + segment] += 1;
        }
        let policy = shared.population.resolvers[self.group].policy;
        let granted = match verdict.answer {
            EMPTY => policy.grant_negative(NEGATIVE_TTL),
            _ => policy.grant(verdict.ttl),
        };
        let life = Life::granted(SimTime::from_micros(now), granted);
        let until = life.map_or(now, |life| life.expires_at.as_micros());
        self.last = life.map(|_| (verdict.answer, granted, until)).or(self.last);
        if life.is_some() {
            shared.tally.keep((now, until.min(shared.end)), segment);
        }
        let reply = Reply {
            answer: verdict.answer,
            from: now,
            until,
            flat_ttl: None,
            first: shared
                .ways
                .number(self.group, Tier::Fetch { provider, lost }),
            later: shared.ways.number(self.group, Tier::Hit),
        };
        (reply, Some(verdict))
    }

    /// Asks one provider after the other until one answers.
    fn ask_around(&mut self, shared: &mut Shared, now: u64, segment: usize) -> Round {
        let regime = shared.tally.segments.all[segment].regime as usize;
        let providers = self.silent_until.len();
        let mut lost = 0;
        let mut left: u64 = (1 << providers) - 1;
        while left > 0 {
            let is_quick = |&p: &usize| left >> p & 1 == 1 && self.silent_until[p] <= now;
            let is_left = |&p: &usize| left >> p & 1 == 1;
            let quick = (0..providers).filter(is_quick).count();
            let provider = if quick > 0 {
                let turn = if quick > 1 {
                    shared.random.below(quick)
                } else {
                    0
                };
                (0..providers).filter(is_quick).nth(turn)
            } else {
                let slow = (0..providers).filter(is_left).count();
                let turn = if slow > 1 {
                    shared.random.below(slow)
                } else {
                    0
                };
                (0..providers).filter(is_left).nth(turn)
            };
            let Some(provider) = provider else { break };
            if shared.conditions.regimes[regime].up[provider] {
                self.silent_until[provider] = 0;
                shared.tally.query(provider, 1, segment);
                return Round::Heard { provider, lost };
            }
            self.silent_until[provider] = now + SILENCE_REMEMBERED.as_micros();
            shared.tally.query(provider, 1, segment);
            left &= !(1 << provider);
            lost += 1;
        }
        // It asks all of them again, and waits longer.
        for provider in 0..providers {
            shared.tally.query(provider, u64::from(ROUNDS - 1), segment);
        }
        Round::Silence
    }

    /// No provider answers: expired data if there is any, else a failure.
    fn give_up(&self, shared: &Shared, now: u64) -> Reply {
        let span = shared.population.resolvers[self.group].stale_for;
        let number = |tier| shared.ways.number(self.group, tier);
        let usable = self
            .last
            .filter(|&(_, _, ended)| now < ended.saturating_add(span.as_micros()));
        if let Some((answer, own, _)) = usable {
            return Reply {
                answer,
                from: now,
                until: now + STALE_RECHECK.as_micros(),
                flat_ttl: Some(own.min(STALE_TTL)),
                first: number(Tier::Stale),
                later: number(Tier::StaleHit),
            };
        }
        Reply {
            answer: FAILURE,
            from: now,
            until: now + FAILURE_TTL.as_micros(),
            flat_ttl: None,
            first: number(Tier::Failure),
            later: number(Tier::FailureHit),
        }
    }

    /// Whether at `now` no provider would give an answer that this resolver keeps.
    pub(super) fn keeps_nothing(&self, shared: &Shared, now: u64) -> bool {
        let regime = &shared.conditions.regimes[shared.conditions.regime_at(now)];
        let policy = shared.population.resolvers[self.group].policy;
        let mut providers = regime.up.iter().zip(&regime.version);
        let is_kept = |version: usize| {
            let ttl = shared.conditions.versions[version].pool.ttl();
            policy.grant(ttl) > Ttl::from_secs(0)
        };
        providers.clone().any(|(&up, _)| up)
            && providers.all(|(&up, &version)| up && !is_kept(version))
    }
}
