//! Answers from expired data when nothing better can be had in time
//! ([RFC 8767](https://www.rfc-editor.org/rfc/rfc8767)).

use super::RecursiveResolver;
use super::resolution::{Asker, Purpose, ResolutionId, Waiter};
use crate::dns::{ExtendedError, Question, Ttl};
use crate::engine::{EventKind, Freshness, Outcome, SimDuration, SimTime};

/// What ends this long after the data to be refreshed is refreshed as well (Unbound's
/// `PREFETCH_EXPIRY_ADD`, 60 s).
const MARGIN: SimDuration = SimDuration::from_secs(60);

/// Stale answers.
impl RecursiveResolver {
    /// How stale an answer may be; `None` if only fresh ones will do.
    fn staleness(&self) -> Option<Freshness> {
        let stale = self.config.stale?;
        Some(Freshness::Stale {
            max: stale.max_stale,
            reply_ttl: stale.reply_ttl,
        })
    }

    /// Answers with expired data. Returns whether there is any.
    pub(super) fn answer_stale(
        &mut self,
        now: SimTime,
        asker: &Asker,
        question: &Question,
    ) -> bool {
        let Some(freshness) = self.staleness() else {
            return false;
        };
        let Some(cached) = self.cache.resolve_with(now, question, freshness) else {
            return false;
        };
        let expired_for = cached.expired_for;
        let ttl = match &cached.outcome {
            Outcome::Answer(sets) => sets.iter().map(|set| set.ttl).min(),
            _ => cached.soa.as_ref().map(|set| set.ttl),
        };
        self.outbox.report(EventKind::StaleServed {
            question: question.clone(),
            expired_for,
            ttl: ttl.unwrap_or(Ttl::ZERO),
        });
        let why = if cached.outcome == Outcome::NxDomain {
            ExtendedError::STALE_NXDOMAIN
        } else {
            ExtendedError::STALE_ANSWER
        };
        let conclusion = self.recalled(now, question, cached, freshness);
        self.respond(asker, &conclusion, Some(why));
        true
    }

    /// Without patience for fresh data: answers with expired data and refreshes it behind.
    /// Returns whether it did.
    pub(super) fn answer_stale_at_once(
        &mut self,
        now: SimTime,
        asker: &Asker,
        question: &Question,
    ) -> bool {
        let is_impatient = self
            .config
            .stale
            .is_some_and(|stale| stale.client_timeout == SimDuration::ZERO);
        if !is_impatient || !self.answer_stale(now, asker, question) {
            return false;
        }
        let is_known_to_fail = self.failures.get(now, question).is_some();
        if !is_known_to_fail {
            self.refresh(asker, question, SimDuration::ZERO);
        }
        true
    }

    /// Sets the moment at which a waiting client gets expired data, if there is any.
    pub(super) fn plan_stale_answer(
        &mut self,
        now: SimTime,
        id: ResolutionId,
        question: &Question,
    ) {
        let (Some(stale), Some(freshness)) = (self.config.stale, self.staleness()) else {
            return;
        };
        if self.cache.resolve_with(now, question, freshness).is_some() {
            let at = now + stale.client_timeout;
            self.timers.insert((at, super::Timer::Client(id)));
        }
    }

    /// Clients have waited long enough: they get expired data while the work goes on.
    pub(super) fn lose_patience(&mut self, now: SimTime, id: ResolutionId) {
        let Some(resolution) = self.resolutions.get_mut(&id) else {
            return;
        };
        let question = resolution.question.clone();
        for waiter in std::mem::take(&mut resolution.waiters) {
            let is_done = match &waiter {
                Waiter::Client(asker) => self.answer_stale(now, asker, &question),
                Waiter::Resolution(_) => false,
            };
            if !is_done && let Some(resolution) = self.resolutions.get_mut(&id) {
                resolution.waiters.push(waiter);
            }
        }
    }

    /// A refresh failed: the expired data is kept, and if so configured for a full span more.
    pub(super) fn keep_stale(&mut self, now: SimTime, question: &Question) {
        let resets = self.config.stale.is_some_and(|s| s.reset_on_failure);
        if resets {
            self.cache.reset_expiry(now, question);
        }
    }

    /// Fetches fresh data while nobody waits for it, unless that is being done already.
    pub(super) fn refresh(&mut self, asker: &Asker, question: &Question, remaining: SimDuration) {
        let mut running = self.resolutions.values();
        if running.any(|r| r.question == *question && r.depth == 0) {
            return;
        }
        self.outbox.report(EventKind::PrefetchStarted {
            question: question.clone(),
            remaining,
        });
        let leeway = remaining + MARGIN;
        let subnet = self.client_subnet(asker);
        let id = self.start(question.clone(), Purpose::Refresh, Vec::new(), None);
        if let Some(resolution) = self.resolutions.get_mut(&id) {
            resolution.subnet = subnet;
            resolution.leeway = leeway;
        }
    }
}
