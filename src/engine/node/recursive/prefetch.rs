//! Refreshing popular data before it ends.

use super::RecursiveResolver;
use super::config::PrefetchTrigger;
use super::resolution::Asker;
use crate::dns::Question;
use crate::engine::{SimDuration, SimTime};

/// Early refreshes.
impl RecursiveResolver {
    /// Starts a refresh if a cached answer was near its end. The client already has the old one.
    pub(super) fn prefetch(
        &mut self,
        now: SimTime,
        asker: &Asker,
        question: &Question,
        remaining: SimDuration,
        lifetime: SimDuration,
    ) {
        let Some(prefetch) = self.config.prefetch else {
            return;
        };
        let is_near = match prefetch.trigger {
            PrefetchTrigger::LastPercent(percent) => {
                let share = lifetime.saturating_mul(u64::from(percent)).as_micros() / 100;
                remaining.as_micros() <= share
            }
            PrefetchTrigger::LastSeconds(secs) => {
                remaining <= SimDuration::from_secs(u64::from(secs))
            }
        };
        let is_worth_it = lifetime >= SimDuration::from_secs(u64::from(prefetch.min_ttl));
        let is_known_to_fail = self.failures.get(now, question).is_some();
        if is_near && is_worth_it && asker.query.flags.rd && !is_known_to_fail {
            self.refresh(asker, question, remaining);
        }
    }
}
