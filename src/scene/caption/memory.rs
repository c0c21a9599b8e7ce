//! The sentences about caches and about what a question came to.

use super::phrases::{absence, failure, finding};
use super::text::Teller;
use crate::dns::{Question, Rrset, Rtype};
use crate::engine::{CacheLayer, EventKind, Outcome, Rank, SimDuration};
use crate::scene::words::{capitalize, count, duration, name_in_prose};

impl Teller<'_> {
    /// A cache had no usable entry.
    pub(super) fn miss(&self, layer: CacheLayer, question: &Question) -> String {
        let name = name_in_prose(&question.qname);
        let now = self.event.at;
        let (mut has_other, mut has_run_out) = (false, false);
        for event in &self.trace.events()[..self.event.id.index()] {
            let EventKind::RrsetCached {
                layer: own,
                rrset,
                expires_at,
                ..
            } = &event.kind
            else {
                continue;
            };
            if event.node == self.event.node && *own == layer && rrset.owner == question.qname {
                has_other |= *expires_at > now;
                has_run_out = rrset.rtype == question.qtype && *expires_at <= now;
            }
        }
        let nothing = match (has_other, has_run_out) {
            (_, true) => {
                format!(
                    "no {} under {name} any more: its time ran out",
                    question.qtype
                )
            }
            (true, false) => format!("no answer under {name} for type {}", question.qtype),
            (false, false) => format!("nothing under {name}"),
        };
        match layer {
            CacheLayer::Browser => {
                format!("Cache miss: the browser has {nothing}. It asks the operating system.")
            }
            CacheLayer::Stub => format!(
                "Cache miss: the operating system's stub resolver has {nothing}, and its hosts file does not list the name."
            ),
            CacheLayer::Resolver => format!("Cache miss: the resolver has {nothing}."),
        }
    }

    /// A cache answered.
    pub(super) fn hit(
        &self,
        layer: CacheLayer,
        question: &Question,
        outcome: &Outcome,
        remaining: SimDuration,
    ) -> String {
        let (who, remaining) = (
            match layer {
                CacheLayer::Browser => "the browser",
                CacheLayer::Stub => "the stub resolver",
                CacheLayer::Resolver => "the resolver",
            },
            duration(remaining),
        );
        match outcome {
            Outcome::Answer(sets) => format!(
                "Cache hit: {who} remembers that {}, for another {remaining}. Nobody needs to be asked.",
                finding(question, sets)
            ),
            Outcome::NoData => format!(
                "Cache hit: {who} remembers, for another {remaining}, that {}.",
                absence(&question.qname, Some(question.qtype))
            ),
            Outcome::NxDomain => format!(
                "Cache hit: {who} remembers, for another {remaining}, that {}.",
                absence(&question.qname, None)
            ),
            Outcome::Failure(rcode, _) => format!(
                "Cache hit: {who} remembers, for another {remaining}, that this question failed with {rcode}."
            ),
        }
    }

    /// A cache stored records.
    pub(super) fn stored(
        &self,
        layer: CacheLayer,
        set: &Rrset,
        rank: Rank,
        granted: SimDuration,
    ) -> String {
        let who = self.cache_owner(layer);
        let key = format!("{} {}", name_in_prose(&set.owner), set.rtype);
        let what = match set.rtype {
            Rtype::NS => {
                let servers = count(set.data.len(), "name server", "name servers");
                format!("the {servers} of {}", name_in_prose(&set.owner))
            }
            _ if matches!(rank, Rank::Additional | Rank::AdditionalWithAuthority) => {
                format!("{key}, the address that came along,")
            }
            _ => key,
        };
        let ttl = SimDuration::from(set.ttl);
        let limit = if ttl == granted {
            String::new()
        } else {
            format!(
                " The TTL is {}; this cache goes by its own limit.",
                duration(ttl)
            )
        };
        format!("{who} stores {what} for {}.{limit}", duration(granted))
    }

    /// A resolver settled a question.
    pub(super) fn resolved(
        &self,
        question: &Question,
        outcome: &Outcome,
        queries: usize,
        sub: bool,
    ) -> String {
        let subject = self.subject();
        let effort = match queries {
            0 => "without asking anybody".to_owned(),
            _ => format!("after {}", count(queries, "query", "queries")),
        };
        let found = match outcome {
            Outcome::Answer(sets) => {
                format!(
                    "{subject} has the answer {effort}: {}",
                    finding(question, sets)
                )
            }
            Outcome::NoData => format!(
                "{subject} has the answer {effort}: {}",
                absence(&question.qname, Some(question.qtype))
            ),
            Outcome::NxDomain => {
                format!(
                    "{subject} has the answer {effort}: {}",
                    absence(&question.qname, None)
                )
            }
            Outcome::Failure(rcode, reason) => {
                format!(
                    "{}. {subject} gives up {effort} ({rcode})",
                    failure(*rcode, *reason)
                )
            }
        };
        let back = if sub {
            " Now it goes back to the question it came from."
        } else {
            ""
        };
        format!("{found}.{back}")
    }

    /// An application got its answer.
    pub(super) fn finished(
        &self,
        question: &Question,
        outcome: &Outcome,
        answered_by: Option<CacheLayer>,
        elapsed: SimDuration,
    ) -> String {
        let who = capitalize(self.application());
        let elapsed = duration(elapsed);
        let source = if answered_by.is_some() {
            ", without a packet leaving the machine"
        } else {
            ""
        };
        match outcome {
            Outcome::Answer(sets) => {
                format!(
                    "{who} has its answer after {elapsed}{source}: {}.",
                    finding(question, sets)
                )
            }
            Outcome::NoData => format!(
                "{who} learns after {elapsed}{source} that {}.",
                absence(&question.qname, Some(question.qtype))
            ),
            Outcome::NxDomain => format!(
                "{who} learns after {elapsed}{source} that {}. It shows an error.",
                absence(&question.qname, None)
            ),
            Outcome::Failure(rcode, reason) => format!(
                "{who} gets no answer and shows an error after {elapsed}: {rcode}. {}.",
                failure(*rcode, *reason)
            ),
        }
    }
}
