//! EDNS Client Subnet: telling servers where the client is, and keeping what they say for
//! the clients it is meant for ([RFC 7871](https://www.rfc-editor.org/rfc/rfc7871)).

use std::net::IpAddr;

use ipnet::IpNet;

use super::RecursiveResolver;
use super::resolution::{Asker, Conclusion, Exchange, Purpose, Resolution, ResolutionId};
use crate::dns::{Message, Question, Rrset, Subnet, Ttl};
use crate::engine::table::Table;
use crate::engine::{CacheLayer, EventKind, Outcome, SimDuration, SimTime};

/// Answers for networks remembered at most for one question; the oldest goes first.
const CAPACITY_PER_QUESTION: usize = 1000;
/// Questions with answers for networks at most.
const QUESTIONS: usize = 1000;

/// One answer for the clients of one network.
#[derive(Clone, Debug)]
struct ScopedAnswer {
    /// Whom it is for.
    network: IpNet,
    /// The answer with the TTLs it had.
    conclusion: Conclusion,
    /// When it came.
    stored_at: SimTime,
    /// When it ends.
    expires_at: SimTime,
}

/// Answers that are not for everybody, by question.
#[derive(Clone, Debug, Default)]
pub(super) struct ScopedCache(Table<Question, Vec<ScopedAnswer>>);

impl ScopedCache {
    /// The answer for a client network: the one with the longest fitting scope.
    fn get(&self, now: SimTime, question: &Question, client: IpNet) -> Option<&ScopedAnswer> {
        let answers = self.0.get(question)?.iter();
        // What was got for a client that kept its network to itself is for such clients only
        // (RFC 7871 §7.3.1).
        let is_for = |network: &IpNet| {
            network.contains(&client) && (network.prefix_len() > 0 || client.prefix_len() == 0)
        };
        answers
            .filter(|answer| now < answer.expires_at && is_for(&answer.network))
            .max_by_key(|answer| answer.network.prefix_len())
    }

    /// Keeps an answer for a network.
    fn insert(&mut self, now: SimTime, question: &Question, answer: ScopedAnswer) {
        if self.0.len() >= QUESTIONS && !self.0.contains_key(question) {
            self.0
                .retain(|_, answers| answers.iter().any(|a| now < a.expires_at));
            if self.0.len() >= QUESTIONS {
                self.0.swap_remove_index(0);
            }
        }
        let answers = self.0.entry(question.clone()).or_default();
        answers.retain(|known| now < known.expires_at && known.network != answer.network);
        if answers.len() >= CAPACITY_PER_QUESTION {
            answers.remove(0);
        }
        answers.push(answer);
    }

    /// Forgets everything.
    pub(super) fn clear(&mut self) {
        self.0.clear();
    }
}

/// EDNS Client Subnet.
impl RecursiveResolver {
    /// The network a client is in as servers may be told it, and whether the client said so
    /// itself; `None` if the option is not in use.
    pub(super) fn client_subnet(&self, asker: &Asker) -> Option<(Subnet, bool)> {
        let config = self.config.client_subnet.as_ref()?;
        let longest = |address: IpAddr| match address {
            IpAddr::V4(_) => config.max_ipv4.min(32),
            IpAddr::V6(_) => config.max_ipv6.min(128),
        };
        let (network, is_own) = match asker.query.subnet() {
            Some(subnet) => (subnet.network, true),
            None => {
                let address = asker.client.ip();
                (IpNet::new(address, longest(address)).ok()?, false)
            }
        };
        // RFC 7871 §7.1.1: no more is told than the configuration allows.
        let length = network.prefix_len().min(longest(network.addr()));
        let network = IpNet::new(network.addr(), length).ok()?;
        Some((Subnet::of(network), is_own))
    }

    /// The network to tell a server, if it is one that is told.
    pub(super) fn subnet_for(
        &mut self,
        id: ResolutionId,
        server: IpAddr,
        question: &Question,
    ) -> Option<IpNet> {
        let config = self.config.client_subnet.as_ref()?;
        let resolution = self.resolutions.get_mut(&id)?;
        let (subnet, is_own) = resolution.subnet?;
        let is_listed = config
            .servers
            .iter()
            .any(|network| network.contains(&server))
            || config
                .zones
                .iter()
                .any(|zone| question.qname.is_at_or_below(zone));
        let is_told = is_listed || (is_own && config.always_forward);
        let is_final = matches!(resolution.purpose, Purpose::Client | Purpose::Refresh);
        if !is_told || !is_final {
            return None;
        }
        // A client that sends no bits asks for privacy (RFC 7871 §7.1.2).
        resolution.is_untold = subnet.network.prefix_len() == 0;
        (!resolution.is_untold).then_some(subnet.network)
    }

    /// Notes for whom a response is meant.
    pub(super) fn note_scope(&mut self, id: ResolutionId, exchange: &Exchange, response: &Message) {
        let Some(network) = exchange.subnet else {
            return;
        };
        let is_referral = response.answer.is_empty() && response.authority_soa().is_none();
        let Some(told) = response.subnet().filter(|_| !is_referral) else {
            return;
        };
        let length = told.scope.min(network.prefix_len());
        let Ok(scope) = IpNet::new(network.addr(), length) else {
            return;
        };
        if let Some(resolution) = self.resolutions.get_mut(&id) {
            let known = resolution.scope.map(|known| known.prefix_len());
            if known.is_none_or(|known| length >= known) {
                resolution.scope = Some(scope.trunc());
            }
        }
    }

    /// Whether an answer is not for everybody: a server said so, or did not know for whom.
    pub(super) fn is_scoped(&self, id: ResolutionId) -> bool {
        let resolution = self.resolutions.get(&id);
        resolution.is_some_and(|r| r.is_untold || r.scope.is_some_and(|s| s.prefix_len() > 0))
    }

    /// Keeps an answer that is meant for one network.
    pub(super) fn remember_scoped(
        &mut self,
        now: SimTime,
        resolution: &Resolution,
        conclusion: &Conclusion,
    ) {
        let scope = resolution.scope.filter(|scope| scope.prefix_len() > 0);
        let untold = resolution.subnet.filter(|_| resolution.is_untold);
        let untold = untold.map(|(subnet, _)| subnet.network);
        let Some(network) = scope.or(untold) else {
            return;
        };
        let ttl = match &conclusion.outcome {
            Outcome::Answer(sets) => sets.iter().map(|set| set.ttl).min(),
            _ => conclusion.soa.as_ref().map(|set| set.ttl),
        };
        let granted = self.cache.policy().grant(ttl.unwrap_or(Ttl::ZERO));
        let expires_at = now + SimDuration::from(granted);
        if expires_at <= now {
            return;
        }
        let question = resolution.question.clone();
        self.scoped.insert(
            now,
            &question,
            ScopedAnswer {
                network,
                conclusion: conclusion.clone(),
                stored_at: now,
                expires_at,
            },
        );
        self.outbox.report(EventKind::ScopedAnswerCached {
            question,
            network,
            expires_at,
        });
    }

    /// Answers with what is kept for the client's network. Returns whether there is anything.
    pub(super) fn answer_scoped(
        &mut self,
        now: SimTime,
        asker: &Asker,
        question: &Question,
        subnet: Option<(Subnet, bool)>,
    ) -> bool {
        let Some((subnet, _)) = subnet else {
            return false;
        };
        let Some(answer) = self.scoped.get(now, question, subnet.network) else {
            return false;
        };
        let age = now.since(answer.stored_at);
        let remaining = answer.expires_at.since(now);
        let lifetime = answer.expires_at.since(answer.stored_at);
        let conclusion = aged(&answer.conclusion, age);
        self.outbox.report(EventKind::CacheHit {
            layer: CacheLayer::Resolver,
            question: question.clone(),
            outcome: conclusion.outcome.clone(),
            remaining,
        });
        self.respond(asker, &conclusion, None);
        self.prefetch(now, asker, question, remaining, lifetime);
        true
    }
}

/// A conclusion with its TTLs counted down.
fn aged(conclusion: &Conclusion, age: SimDuration) -> Conclusion {
    let count = |set: &mut Rrset| {
        let left = SimDuration::from(set.ttl)
            .as_micros()
            .saturating_sub(age.as_micros());
        set.ttl = SimDuration::from_micros(left).as_ttl();
    };
    let mut aged = conclusion.clone();
    if let Outcome::Answer(sets) = &mut aged.outcome {
        sets.iter_mut().for_each(count);
    }
    aged.aliases.iter_mut().for_each(count);
    aged.soa.iter_mut().for_each(count);
    aged.extras.authority.iter_mut().for_each(count);
    aged.extras.additional.iter_mut().for_each(count);
    aged
}
