//! The machine's own memory: the browser's cache, the hosts file and the stub's cache.

use super::super::Transport;
use super::response::Reading;
use super::{Client, HOSTS_TTL, Lookup, STUB_LOOKUP, Stage};
use crate::dns::{Question, Rrset, Rtype, Ttl};
use crate::engine::{CacheLayer, EventKind, Outcome, Rank, SimDuration, SimTime};

/// What is known without asking the resolver.
impl Client {
    /// Looks into the browser's cache, else asks the stub.
    pub(super) fn consult_browser(&mut self, now: SimTime, number: u64, lookup: Lookup) {
        let cached = self
            .browser
            .as_ref()
            .and_then(|cache| cache.resolve(now, &lookup.question));
        let layer = CacheLayer::Browser;
        let question = lookup.question.clone();
        match cached {
            Some(cached) => {
                let (outcome, remaining) = (cached.outcome, cached.remaining);
                let hit = EventKind::CacheHit {
                    layer,
                    question,
                    outcome: outcome.clone(),
                    remaining,
                };
                self.outbox.report(hit);
                self.finish(now, lookup, outcome, Some(layer));
            }
            None if self.answer_in_grace(now, &lookup) => {}
            None => {
                self.outbox
                    .report(EventKind::CacheMissed { layer, question });
                self.enter(number, lookup, Stage::ConsultStub, now + STUB_LOOKUP);
            }
        }
    }

    /// Answers with a copy that has ended, if the browser's grace allows it, and fetches a
    /// fresh one behind it. Returns whether it did.
    fn answer_in_grace(&mut self, now: SimTime, lookup: &Lookup) -> bool {
        let question = &lookup.question;
        let cache = self.browser.as_ref();
        let Some(old) = cache.and_then(|cache| cache.resolve_in_grace(now, question)) else {
            return false;
        };
        self.outbox.report(EventKind::StaleServed {
            question: question.clone(),
            expired_for: old.expired_for,
            ttl: Ttl::from_secs(0),
        });
        let layer = CacheLayer::Browser;
        self.finish(now, lookup.clone(), old.outcome, Some(layer));
        let mut running = self.lookups.values();
        if !running.any(|other| other.refresh && other.question == *question) {
            let question = question.clone();
            self.outbox.report(EventKind::PrefetchStarted {
                question: question.clone(),
                remaining: SimDuration::ZERO,
            });
            self.begin(now, question, Stage::ConsultStub, STUB_LOOKUP, true, None);
        }
        true
    }

    /// Looks into the hosts file and the stub's cache, else asks the resolver.
    pub(super) fn consult_stub(&mut self, now: SimTime, number: u64, lookup: Lookup) {
        if let Some(set) = self.hosts_entry(&lookup.question) {
            if let Some(address) = set.addresses().next() {
                let question = lookup.question.clone();
                self.outbox
                    .report(EventKind::HostsFileUsed { question, address });
            }
            self.finish(
                now,
                lookup,
                Outcome::Answer(vec![set]),
                Some(CacheLayer::Stub),
            );
            return;
        }
        let layer = CacheLayer::Stub;
        let question = lookup.question.clone();
        let Some(cached) = self
            .stub
            .as_ref()
            .map(|cache| cache.resolve(now, &question))
        else {
            self.send_query(now, number, lookup, 1, Transport::Udp);
            return;
        };
        let Some(cached) = cached else {
            self.outbox
                .report(EventKind::CacheMissed { layer, question });
            self.send_query(now, number, lookup, 1, Transport::Udp);
            return;
        };
        let outcome = cached.outcome;
        self.outbox.report(EventKind::CacheHit {
            layer,
            question: question.clone(),
            outcome: outcome.clone(),
            remaining: cached.remaining,
        });
        // The layer above keeps what is left, not what the record once had.
        let reading = Reading {
            records: match &outcome {
                Outcome::Answer(sets) => sets.clone(),
                _ => Vec::new(),
            },
            outcome,
            last: question.qname,
        };
        let soa = cached.soa.as_ref();
        self.remember(now, CacheLayer::Browser, question.qtype, &reading, soa);
        self.finish(now, lookup, reading.outcome, Some(layer));
    }

    /// The hosts file's address set for a question, if it has one.
    fn hosts_entry(&self, question: &Question) -> Option<Rrset> {
        let addresses = self.config.hosts.get(&question.qname)?;
        let sets = addresses
            .iter()
            .map(|address| Rrset::from_address(question.qname.clone(), HOSTS_TTL, *address));
        let mut sets = sets.filter(|set| set.rtype == question.qtype);
        sets.next()
    }

    /// Stores an outcome in one layer.
    pub(super) fn remember(
        &mut self,
        now: SimTime,
        layer: CacheLayer,
        qtype: Rtype,
        reading: &Reading,
        soa: Option<&Rrset>,
    ) {
        let cache = match layer {
            CacheLayer::Browser => self.browser.as_mut(),
            CacheLayer::Stub => self.stub.as_mut(),
            CacheLayer::Resolver => None,
        };
        let Some(cache) = cache else { return };
        let rank = Rank::NonAuthoritativeAnswer;
        for set in &reading.records {
            if let Some((granted, expires_at)) = cache.store(now, set, rank) {
                let rrset = set.clone();
                let kind = EventKind::RrsetCached {
                    layer,
                    rrset,
                    rank,
                    granted,
                    expires_at,
                };
                self.outbox.report(kind);
            }
        }
        let rtype = match reading.outcome {
            Outcome::NoData => Some(qtype),
            Outcome::NxDomain => None,
            Outcome::Answer(_) | Outcome::Failure(..) => return,
        };
        // With an alias in front, the missing name is the alias's target.
        let owner = reading.last.clone();
        let stored = cache.store_negative(now, &owner, rtype, soa);
        if let Some((granted, expires_at)) = stored {
            let kind = EventKind::NegativeCached {
                layer,
                owner,
                rtype,
                granted,
                expires_at,
            };
            self.outbox.report(kind);
        }
    }
}
