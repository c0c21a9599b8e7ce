//! The side that clients see: their queries, and the responses they get.

use std::sync::Arc;

use super::super::{Datagram, Transport, fit_udp};
use super::RecursiveResolver;
use super::resolution::{Asker, Conclusion, Purpose, Resolution, Waiter};
use crate::dns::{
    Class, Edns, EdnsOption, ExtendedError, Message, Name, Opcode, Question, Rcode, Rrset, Rtype,
    Subnet,
};
use crate::engine::{
    CacheLayer, CachedOutcome, EventKind, FailureReason, Freshness, Outcome, SimTime,
};

/// The UDP payload size offered to clients, in octets ([DNS flag day 2020](https://www.dnsflagday.net/2020/)).
const OFFERED_SIZE: u16 = 1232;
/// The upper eight bits of BADVERS ([RFC 6891 §9](https://www.rfc-editor.org/rfc/rfc6891#section-9)).
const BADVERS_HIGH: u8 = 1;

/// From a client's query to its response.
impl RecursiveResolver {
    /// Takes a client's query: answers from memory or begins to work.
    pub(super) fn handle_query(&mut self, now: SimTime, datagram: &Datagram, query: Arc<Message>) {
        let asker = Asker {
            client: datagram.source,
            local: datagram.destination,
            transport: datagram.transport,
            query,
            asked_at: now,
        };
        let question = match self.checked_question(&asker) {
            Ok(question) => question,
            Err(rcode) => {
                self.answer_failure(&asker, rcode, None);
                return;
            }
        };
        let recursive = asker.query.flags.rd;
        if !recursive && !self.may_look_into_cache(&asker) {
            self.outbox.report(EventKind::ClientRefused { question });
            let why = ExtendedError::NOT_AUTHORITATIVE;
            self.answer_failure(&asker, Rcode::REFUSED, Some(why));
            return;
        }
        let subnet = self.client_subnet(&asker);
        if self.answer_scoped(now, &asker, &question, subnet) {
            return;
        }
        if let Some(cached) = self.known_whole(now, &question) {
            self.answer_cached(now, &asker, question, cached);
            return;
        }
        self.outbox.report(EventKind::CacheMissed {
            layer: CacheLayer::Resolver,
            question: question.clone(),
        });
        if self.answer_stale_at_once(now, &asker, &question) {
            return;
        }
        if !recursive {
            self.answer_with_delegation(now, &asker, &question);
            return;
        }
        if let Some(failure) = self.failures.get(now, &question) {
            self.outbox.report(EventKind::FailureRecalled {
                question: question.clone(),
                remaining: failure.expires_at.since(now),
            });
            if !self.answer_stale(now, &asker, &question) {
                let why = ExtendedError::CACHED_ERROR;
                self.answer_failure(&asker, failure.rcode, Some(why));
            }
            return;
        }
        // The same question from several clients is worked on once.
        let network = subnet.map(|(subnet, _)| subnet.network);
        let same = |r: &&mut Resolution| {
            r.question == question
                && r.depth == 0
                && r.subnet.map(|(subnet, _)| subnet.network) == network
        };
        let limit = self.config.limits.pending;
        let is_busy = self.resolutions.len() >= limit;
        let running = self.resolutions.iter_mut();
        let running = running.map(|(id, r)| (*id, r)).find(|(_, r)| same(r));
        let is_full = match &running {
            Some((_, resolution)) => resolution.waiters.len() >= limit,
            None => is_busy,
        };
        if is_full {
            self.answer_failure(&asker, Rcode::SERVFAIL, Some(ExtendedError::OTHER));
            return;
        }
        let waiter = Waiter::Client(asker);
        let id = match running {
            Some((id, resolution)) => {
                resolution.waiters.push(waiter);
                id
            }
            None => {
                let id = self.start(question.clone(), Purpose::Client, vec![waiter], None);
                if let Some(resolution) = self.resolutions.get_mut(&id) {
                    resolution.subnet = subnet;
                }
                id
            }
        };
        self.plan_stale_answer(now, id, &question);
    }

    /// The question of a query this resolver works on, else the code to refuse it with.
    fn checked_question(&self, asker: &Asker) -> Result<Question, Rcode> {
        let query = &asker.query;
        if query.opcode != Opcode::QUERY {
            return Err(Rcode::NOTIMP);
        }
        let question = query.question.clone().ok_or(Rcode::FORMERR)?;
        let options = query.edns.iter().flat_map(|edns| &edns.options);
        let is_bad_subnet = |option: &EdnsOption| option.as_subnet().is_some_and(|s| s.is_err());
        if self.config.client_subnet.is_some() && options.into_iter().any(is_bad_subnet) {
            return Err(Rcode::FORMERR);
        }
        // The answer to a higher EDNS version holds nothing (RFC 6891 §6.1.3).
        if query.edns.as_ref().is_some_and(|edns| edns.version > 0) {
            return Err(Rcode::NOERROR);
        }
        match (question.qclass, question.qtype) {
            (Class::IN, Rtype::AXFR | Rtype::IXFR) => Err(Rcode::REFUSED),
            (Class::IN, Rtype::OPT | Rtype::TSIG | Rtype::TKEY) => Err(Rcode::FORMERR),
            (Class::IN, _) => Ok(question),
            _ => Err(Rcode::REFUSED),
        }
    }

    /// Whether a client may see what the cache holds without asking for work.
    fn may_look_into_cache(&self, asker: &Asker) -> bool {
        let client = asker.client.ip();
        let networks = &self.config.answering.cached_only_for;
        networks.iter().any(|network| network.contains(&client))
    }

    /// Answers from the cache, and sees to it that what is popular stays there.
    fn answer_cached(
        &mut self,
        now: SimTime,
        asker: &Asker,
        question: Question,
        cached: CachedOutcome,
    ) {
        self.outbox.report(EventKind::CacheHit {
            layer: CacheLayer::Resolver,
            question: question.clone(),
            outcome: cached.outcome.clone(),
            remaining: cached.remaining,
        });
        let (remaining, lifetime) = (cached.remaining, cached.lifetime);
        let conclusion = self.recalled(now, &question, cached, Freshness::Live);
        self.respond(asker, &conclusion, None);
        self.prefetch(now, asker, &question, remaining, lifetime);
    }

    /// What the cache says about a question, if what came beside it is whole as well.
    pub(super) fn known_whole(&self, now: SimTime, question: &Question) -> Option<CachedOutcome> {
        let cached = self.cache.resolve(now, question)?;
        if self.exceeds_aliases(&cached.outcome, &cached.aliases) {
            return None;
        }
        let last = last_question(question, &cached);
        self.extras
            .is_whole(now, &last, &self.cache)
            .then_some(cached)
    }

    /// Whether an outcome lies behind more aliases than are followed.
    pub(super) fn exceeds_aliases(&self, outcome: &Outcome, aliases: &[Rrset]) -> bool {
        let sets = match outcome {
            Outcome::Answer(sets) => sets,
            _ => aliases,
        };
        let links = sets.iter().filter(|set| set.rtype == Rtype::CNAME).count();
        links > self.config.limits.aliases.max(1)
    }

    /// What the cache holds, with what came beside it.
    pub(super) fn recalled(
        &self,
        now: SimTime,
        question: &Question,
        cached: CachedOutcome,
        freshness: Freshness,
    ) -> Conclusion {
        let last = last_question(question, &cached);
        Conclusion {
            aliases: cached.aliases,
            soa: cached.soa,
            extras: self.extras.get(now, &last, freshness, &self.cache),
            ..Conclusion::bare(cached.outcome)
        }
    }

    /// Answers a client that does not want the work done with the nearest servers known.
    fn answer_with_delegation(&mut self, now: SimTime, asker: &Asker, question: &Question) {
        let signed = |owner: &Name, rtype| -> Option<Vec<Rrset>> {
            let entry = self.cache.get(now, owner, rtype)?;
            let records = entry.records(now)?;
            let signatures = entry.signatures.as_ref();
            let signatures = signatures.map(|set| set.with_ttl(records.ttl));
            Some([Some(records), signatures].into_iter().flatten().collect())
        };
        let mut zones = question.qname.ancestors();
        let Some(servers) = zones.find_map(|zone| signed(&zone, Rtype::NS)) else {
            let why = Some(ExtendedError::NOT_AUTHORITATIVE);
            self.answer_failure(asker, Rcode::REFUSED, why);
            return;
        };
        let mut response = Message::response_to(&asker.query, Rcode::NOERROR);
        for host in servers.iter().flat_map(Rrset::name_servers) {
            for rtype in [Rtype::A, Rtype::AAAA] {
                let known = signed(&host, rtype).into_iter().flatten();
                response.additional.extend(known);
            }
        }
        response.authority = servers;
        self.transmit_response(asker, response, None, None);
    }

    /// Gives a client that waited what came of it.
    pub(super) fn finish_client(&mut self, now: SimTime, asker: &Asker, conclusion: &Conclusion) {
        let limit = self.config.answering.discard_after;
        if limit.is_some_and(|limit| now.since(asker.asked_at) > limit) {
            return;
        }
        if let Outcome::Failure(_, reason) = &conclusion.outcome {
            let question = asker.query.question.clone();
            if question.is_some_and(|question| self.answer_stale(now, asker, &question)) {
                return;
            }
            let why = match reason {
                FailureReason::NoServerAnswered => ExtendedError::NETWORK_ERROR,
                FailureReason::NoServerAddress => ExtendedError::NO_REACHABLE_AUTHORITY,
                _ => ExtendedError::OTHER,
            };
            self.respond(asker, conclusion, Some(why));
            return;
        }
        self.respond(asker, conclusion, None);
    }

    /// Remembers how a client's question ended.
    pub(super) fn remember_conclusion(
        &mut self,
        now: SimTime,
        resolution: &Resolution,
        conclusion: &Conclusion,
    ) {
        let question = &resolution.question;
        let Outcome::Failure(rcode, reason) = conclusion.outcome else {
            self.failures.forget(question);
            self.remember_scoped(now, resolution, conclusion);
            return;
        };
        self.keep_stale(now, question);
        let ttl = self.config.failure_ttl;
        let remembered = self.failures.remember(now, question, rcode, reason, ttl);
        if let Some(expires_at) = remembered {
            let question = question.clone();
            self.outbox.report(EventKind::FailureCached {
                question,
                expires_at,
            });
        }
    }

    /// Sends a response without records.
    fn answer_failure(&mut self, asker: &Asker, rcode: Rcode, why: Option<ExtendedError>) {
        let response = Message::response_to(&asker.query, rcode);
        let why = why.filter(|_| self.config.answering.extended_errors);
        self.transmit_response(asker, response, why, None);
    }

    /// Sends a client the response to its query.
    pub(super) fn respond(
        &mut self,
        asker: &Asker,
        conclusion: &Conclusion,
        why: Option<ExtendedError>,
    ) {
        let rcode = match &conclusion.outcome {
            Outcome::Answer(_) | Outcome::NoData => Rcode::NOERROR,
            Outcome::NxDomain => Rcode::NXDOMAIN,
            Outcome::Failure(rcode, _) => *rcode,
        };
        let mut response = Message::response_to(&asker.query, rcode);
        let extras = &conclusion.extras;
        // Who asks for name servers needs their addresses next.
        let is_for_ns = asker
            .query
            .question
            .as_ref()
            .is_some_and(|q| q.qtype == Rtype::NS);
        // What a wildcard made is worth little without the proof beside it (RFC 4035 §3.1.3.3).
        let is_denial = |set: &Rrset| matches!(set.rtype, Rtype::NSEC | Rtype::NSEC3);
        let is_proven = extras.authority.iter().any(is_denial);
        let is_minimal = self.config.answering.minimal;
        let has_additional = !is_minimal || is_for_ns || is_proven;
        match &conclusion.outcome {
            Outcome::Answer(sets) => {
                response.answer.clone_from(sets);
                if !is_minimal || is_proven {
                    response.authority.clone_from(&extras.authority);
                }
            }
            Outcome::NoData | Outcome::NxDomain => {
                response.answer.clone_from(&conclusion.aliases);
                response.authority.extend(conclusion.soa.clone());
                let is_soa = |set: &&Rrset| set.rtype == Rtype::SOA;
                let is_kept = |set: &&Rrset| !is_soa(set) && (!is_minimal || is_proof(set));
                let beside = extras.authority.iter().filter(is_kept);
                response.authority.extend(beside.cloned());
            }
            // The DNAME that makes too long a name is the explanation (RFC 6672 §2.2).
            Outcome::Failure(Rcode::YXDOMAIN, _) => {
                response.answer.clone_from(&conclusion.aliases);
            }
            Outcome::Failure(..) => {}
        }
        if has_additional {
            let is_new = |set: &&Rrset| {
                let same = |known: &Rrset| known.owner == set.owner && known.rtype == set.rtype;
                !response.answer.iter().any(same)
            };
            let beside = extras.additional.iter().filter(is_new);
            response.additional = beside.cloned().collect();
        }
        let stale_mark = |error| {
            matches!(
                error,
                ExtendedError::STALE_ANSWER | ExtendedError::STALE_NXDOMAIN
            )
        };
        let answering = &self.config.answering;
        let why = why.filter(|why| {
            if stale_mark(*why) {
                answering.mark_stale
            } else {
                answering.extended_errors
            }
        });
        self.transmit_response(asker, response, why, conclusion.scope);
    }

    /// Puts the finishing touches to a response and sends it.
    fn transmit_response(
        &mut self,
        asker: &Asker,
        mut response: Message,
        why: Option<ExtendedError>,
        scope: Option<ipnet::IpNet>,
    ) {
        response.flags.ra = true;
        let query = &asker.query;
        let wants_proofs = query.edns.as_ref().is_some_and(|edns| edns.dnssec_ok);
        if !wants_proofs {
            let qtype = query.question.as_ref().map(|question| question.qtype);
            let is_wanted = |set: &Rrset| {
                !is_proof(set) || qtype == Some(set.rtype) || qtype == Some(Rtype::ANY)
            };
            response.answer.retain(is_wanted);
            response.authority.retain(is_wanted);
            response.additional.retain(is_wanted);
        }
        response.edns = query.edns.as_ref().map(|asked| {
            let mut edns = Edns::with_payload_size(OFFERED_SIZE);
            edns.dnssec_ok = asked.dnssec_ok;
            if asked.version > 0 {
                edns.extended_rcode = BADVERS_HIGH;
            }
            let echoes = self.config.client_subnet.as_ref().map(|s| s.always_echo);
            let is_due = scope.is_some() || echoes == Some(true);
            if let Some(subnet) = asked.subnet().filter(|_| is_due) {
                // How far the answer depends on it (RFC 7871 §7.2.2).
                let scope = scope.map_or(0, |scope| scope.prefix_len());
                edns.options
                    .push(EdnsOption::subnet(Subnet { scope, ..subnet }));
            }
            edns.options.extend(why.map(EdnsOption::extended_error));
            edns
        });
        let response = match asker.transport {
            Transport::Udp => fit_udp(query, response),
            Transport::Tcp => response,
        };
        self.outbox.transmit(Datagram {
            transport: asker.transport,
            ..Datagram::udp(asker.local, asker.client, response)
        });
    }
}

/// The question at the end of a cached alias chain.
fn last_question(question: &Question, cached: &CachedOutcome) -> Question {
    let target = |sets: &[Rrset]| sets.iter().rev().find_map(Rrset::alias_target);
    let last_alias = match &cached.outcome {
        Outcome::Answer(sets) => target(sets),
        _ => target(&cached.aliases),
    };
    let qname = last_alias.filter(|_| question.qtype != Rtype::CNAME);
    Question {
        qname: qname.unwrap_or_else(|| question.qname.clone()),
        ..question.clone()
    }
}

/// Whether a set only serves to prove others ([RFC 4035 §3.1](https://www.rfc-editor.org/rfc/rfc4035#section-3.1)).
pub(super) fn is_proof(set: &Rrset) -> bool {
    matches!(set.rtype, Rtype::RRSIG | Rtype::NSEC | Rtype::NSEC3)
}
