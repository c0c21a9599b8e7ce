//! What a resolver keeps of a response.

use super::RecursiveResolver;
use super::resolution::{Conclusion, Exchange, ResolutionId};
use super::scrub::Analysis;
use crate::dns::{Name, Rrset, Rtype};
use crate::engine::{
    CacheLayer, EventKind, IgnoreReason, NewEntry, Outcome, SimDuration, SimTime, Stored, TtlPolicy,
};

/// From a response to the caches.
impl RecursiveResolver {
    /// The records the cache holds in place of a set.
    pub(super) fn cached(&self, now: SimTime, set: &Rrset) -> Option<Rrset> {
        self.cache.get(now, &set.owner, set.rtype)?.records(now)
    }

    /// Servers that say nothing at all mean "no data", if nobody says more.
    pub(super) fn conclude_empty(&mut self, now: SimTime, id: ResolutionId) {
        if let Some(resolution) = self.resolutions.get(&id) {
            let question = resolution.current_question();
            self.remember_negative(now, id, &question.qname, Some(question.qtype), None);
        }
        self.conclude(now, id, Conclusion::bare(Outcome::NoData));
    }

    /// Caches what a response may be believed about. Returns the records as the cache holds
    /// them now. What a server said for one network only does not go into the cache for all.
    pub(super) fn remember(
        &mut self,
        now: SimTime,
        id: ResolutionId,
        analysis: &Analysis,
        is_scoped: bool,
    ) -> Vec<Rrset> {
        let layer = CacheLayer::Resolver;
        let resolution = self.resolutions.get(&id);
        let leeway = resolution.map_or(SimDuration::ZERO, |r| r.leeway);
        for ignored in &analysis.ignored {
            self.outbox.report(EventKind::RecordIgnored {
                owner: ignored.owner.clone(),
                rtype: ignored.rtype,
                reason: ignored.reason,
            });
        }
        let mut kept = Vec::new();
        for believed in &analysis.believed {
            let (set, rank) = (&believed.set, believed.rank);
            if is_scoped && rank.is_answer() {
                continue;
            }
            let stored = self.cache.insert(
                now,
                NewEntry {
                    set,
                    signatures: believed.signatures.as_ref(),
                    rank,
                    leeway,
                },
            );
            match stored {
                Stored::New {
                    granted,
                    expires_at,
                } => {
                    // The client gets the TTL it came with, within the cache's limits.
                    let own = self.cache.policy().grant(set.ttl);
                    kept.push(set.with_ttl(own));
                    self.outbox.report(EventKind::RrsetCached {
                        layer,
                        rrset: set.clone(),
                        rank,
                        granted,
                        expires_at,
                    });
                }
                Stored::Known { .. } => kept.extend(self.cached(now, set)),
                Stored::Outranked => {
                    kept.extend(self.cached(now, set));
                    self.outbox.report(EventKind::RecordIgnored {
                        owner: set.owner.clone(),
                        rtype: set.rtype,
                        reason: IgnoreReason::LowerRank,
                    });
                }
                Stored::TooShort => {}
            }
        }
        kept
    }

    /// Caches that something does not exist. Returns the SOA for the client, with the TTL granted.
    pub(super) fn remember_negative(
        &mut self,
        now: SimTime,
        id: ResolutionId,
        owner: &Name,
        rtype: Option<Rtype>,
        soa: Option<Rrset>,
    ) -> Option<Rrset> {
        let stored = match &soa {
            // It is kept with the answers for that network instead.
            _ if self.is_scoped(id) => None,
            Some(_) => self.cache.store_negative(now, owner, rtype, soa.as_ref()),
            None => {
                let ttl = self.config.bare_negative_ttl.as_ttl();
                self.cache.insert_negative(now, owner, rtype, None, ttl)
            }
        };
        let Some((granted, expires_at)) = stored else {
            return soa;
        };
        self.outbox.report(EventKind::NegativeCached {
            layer: CacheLayer::Resolver,
            owner: owner.clone(),
            rtype,
            granted,
            expires_at,
        });
        soa.map(|set| set.with_ttl(granted))
    }

    /// Remembers what came beside an answer, if clients are to get it.
    pub(super) fn remember_extras(
        &mut self,
        now: SimTime,
        id: ResolutionId,
        exchange: &Exchange,
        conclusion: &Conclusion,
    ) {
        let answering = &self.config.answering;
        let is_for_ns = exchange.question.qtype == Rtype::NS;
        let is_kept = !answering.minimal || self.config.dnssec_ok || is_for_ns;
        if is_kept && !self.is_scoped(id) {
            let is_apart = exchange.subnet.is_some();
            self.extras
                .remember(now, &exchange.question, &conclusion.extras, is_apart);
        }
    }
}

/// The sets as the cache holds them: what it knew better replaces what came.
pub(super) fn as_kept(sets: Vec<Rrset>, kept: &[Rrset], policy: TtlPolicy) -> Vec<Rrset> {
    let replace = |set: Rrset| {
        let same = |known: &&Rrset| known.owner == set.owner && known.rtype == set.rtype;
        if let Some(known) = kept.iter().find(same) {
            return known.clone();
        }
        let is_covered = |known: &&Rrset| {
            set.rtype == Rtype::RRSIG
                && known.owner == set.owner
                && set.covering(known.rtype).is_some()
        };
        let ttl = kept.iter().find(is_covered).map(|known| known.ttl);
        set.with_ttl(ttl.unwrap_or_else(|| policy.grant(set.ttl)))
    };
    sets.into_iter().map(replace).collect()
}
