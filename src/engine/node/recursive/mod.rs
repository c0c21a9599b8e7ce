//! A recursive resolver: the algorithm of [RFC 1034 §5.3.3] as explicit states.
//!
//! A question becomes a [`Resolution`], which moves from state to state until it is
//! settled. Looking for the address of a name server is a resolution of its own that the
//! first one waits for; nothing recurses on the call stack.
//!
//! [RFC 1034 §5.3.3]: https://www.rfc-editor.org/rfc/rfc1034#section-5.3.3

mod config;
mod resolution;
mod response;
mod scrub;
mod servers;
mod states;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::net::IpAddr;
use std::sync::Arc;

use indexmap::IndexMap;

pub use self::config::{
    Answering, ClientSubnet, ConfiguredZone, Delegation, Hardening, Minimisation, Prefetch,
    PrefetchTrigger, ResolverConfig, ResolverProduct, ServeStale, ServerSelection, WorkLimits,
    ZoneMode,
};
use self::resolution::{Conclusion, Resolution, ResolutionId, Waiter};
pub use self::servers::ServerStats;
use self::servers::ServerTable;
use super::{Action, Datagram, Outbox};
use crate::dns::{Edns, Message, Opcode, Question, Rcode};
use crate::engine::{Cache, CacheLayer, EventKind, FailureReason, Outcome, SimTime, Stream};

/// How a query to a server ended without a response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QueryFate {
    /// Nothing came in time: the server's wait is doubled.
    TimedOut,
    /// The network said that nobody is there (ICMP "port unreachable", a refused connection).
    Unreachable,
}

/// A recursive resolver, seen from its two sides: clients ask it, authoritative servers
/// answer it.
///
/// Performs no I/O and reads no clock. Feed it with [`handle_datagram`](Self::handle_datagram)
/// and [`handle_timeout`](Self::handle_timeout), then drain
/// [`poll_action`](Self::poll_action) until it returns `None`.
#[derive(Clone, Debug)]
pub struct RecursiveResolver {
    /// How it behaves.
    config: ResolverConfig,
    /// What it remembers of records.
    cache: Cache,
    /// What it remembers of servers.
    servers: ServerTable,
    /// What it is working on.
    resolutions: IndexMap<ResolutionId, Resolution>,
    /// The number of the next resolution.
    next_resolution: ResolutionId,
    /// Resolutions that can move on now.
    ready: VecDeque<ResolutionId>,
    /// Which resolution waits for which query, by ID and port.
    outstanding: BTreeMap<(u16, u16), ResolutionId>,
    /// When which wait ends.
    timers: BTreeSet<(SimTime, ResolutionId)>,
    /// What waits to be sent or reported.
    outbox: Outbox,
    /// Message IDs and ports.
    random_id: Stream,
    /// Server choice.
    random_choice: Stream,
}

/// The side of the resolver that the world and its clients see.
impl RecursiveResolver {
    /// A resolver with an empty cache; `label` names its random streams.
    pub fn new(config: ResolverConfig, seed: u64, label: &str) -> Self {
        Self {
            cache: Cache::new(config.policy),
            config,
            servers: ServerTable::default(),
            resolutions: IndexMap::new(),
            next_resolution: 0,
            ready: VecDeque::new(),
            outstanding: BTreeMap::new(),
            timers: BTreeSet::new(),
            outbox: Outbox::default(),
            random_id: Stream::new(seed, &format!("{label}:message-id")),
            random_choice: Stream::new(seed, &format!("{label}:server-choice")),
        }
    }

    /// How it behaves.
    pub fn config(&self) -> &ResolverConfig {
        &self.config
    }

    /// What it remembers of records.
    pub fn cache(&self) -> &Cache {
        &self.cache
    }

    /// The cache, to change it.
    pub fn cache_mut(&mut self) -> &mut Cache {
        &mut self.cache
    }

    /// What it remembers of servers, in the order they were first asked.
    pub fn server_stats(&self) -> impl Iterator<Item = (&IpAddr, &ServerStats)> {
        self.servers.iter()
    }

    /// The questions it is working on.
    pub fn pending(&self) -> impl Iterator<Item = &Question> {
        self.resolutions
            .values()
            .map(|resolution| &resolution.question)
    }

    /// Forgets records and servers.
    pub fn flush(&mut self) {
        self.cache.flush();
        self.servers.clear();
    }

    /// Takes what arrived: a client's query or a server's response.
    pub fn handle_datagram(&mut self, now: SimTime, datagram: &Datagram) {
        let Ok(message) = datagram.message() else {
            self.outbox.report(EventKind::ResponseIgnored {
                datagram: datagram.clone().into(),
            });
            return;
        };
        if message.flags.qr {
            self.handle_response(now, datagram, &message);
        } else {
            self.handle_query(now, datagram, message);
        }
        self.run_ready(now);
    }

    /// Gives up waits that are over.
    pub fn handle_timeout(&mut self, now: SimTime) {
        while let Some(&(deadline, id)) = self.timers.first() {
            if deadline > now {
                break;
            }
            self.timers.pop_first();
            self.server_was_silent(now, id);
        }
        self.run_ready(now);
    }

    /// Ends the wait for one query before its time; a query that is not waited for is
    /// passed over. The transport calls this when it learns that no response will come.
    pub fn give_up_on(&mut self, now: SimTime, query: &Datagram, fate: QueryFate) {
        let Ok(message) = query.message() else {
            return;
        };
        let key = (message.id, query.source.port());
        if let Some(&id) = self.outstanding.get(&key) {
            self.timers.retain(|(_, waiting)| *waiting != id);
            // Either way the server is of no use now; only a silence makes it slower.
            let (QueryFate::TimedOut | QueryFate::Unreachable) = fate;
            self.server_was_silent(now, id);
        }
        self.run_ready(now);
    }

    /// When the resolver next wants to be woken.
    pub fn next_timeout(&self) -> Option<SimTime> {
        self.timers.first().map(|&(deadline, _)| deadline)
    }

    /// The next action.
    pub fn poll_action(&mut self) -> Option<Action> {
        self.outbox.pop()
    }

    /// Takes a client's query: answers from the cache or begins to work.
    fn handle_query(&mut self, now: SimTime, datagram: &Datagram, query: Arc<Message>) {
        let waiter = |query: &Arc<Message>| Waiter::Client {
            client: datagram.source,
            local: datagram.destination,
            query: Arc::clone(query),
        };
        let refusal = match (&query.question, query.opcode) {
            (_, opcode) if opcode != Opcode::QUERY => Some(Rcode::NOTIMP),
            (None, _) => Some(Rcode::FORMERR),
            (Some(_), _) => None,
        };
        let (Some(question), None) = (query.question.clone(), refusal) else {
            let outcome =
                Outcome::Failure(refusal.unwrap_or(Rcode::FORMERR), FailureReason::Reported);
            let conclusion = Conclusion {
                outcome,
                aliases: Vec::new(),
                soa: None,
            };
            self.answer_client(&waiter(&query), &conclusion);
            return;
        };
        let layer = CacheLayer::Resolver;
        if let Some(cached) = self.cache.resolve(now, &question) {
            self.outbox.report(EventKind::CacheHit {
                layer,
                question,
                outcome: cached.outcome.clone(),
                remaining: cached.remaining,
            });
            let (aliases, soa) = (cached.aliases, cached.soa);
            let conclusion = Conclusion {
                outcome: cached.outcome,
                aliases,
                soa,
            };
            self.answer_client(&waiter(&query), &conclusion);
            return;
        }
        self.outbox.report(EventKind::CacheMissed {
            layer,
            question: question.clone(),
        });
        if !query.flags.rd {
            // Without RD the asker does not want the work done; nothing is known here.
            let outcome = Outcome::Failure(Rcode::REFUSED, FailureReason::Reported);
            let conclusion = Conclusion {
                outcome,
                aliases: Vec::new(),
                soa: None,
            };
            self.answer_client(&waiter(&query), &conclusion);
            return;
        }
        // The same question from several clients is worked on once.
        let running = self
            .resolutions
            .values_mut()
            .find(|r| r.question == question && r.depth == 0);
        match running {
            Some(resolution) => resolution.waiters.push(waiter(&query)),
            None => {
                self.start(question, waiter(&query), None);
            }
        }
    }

    /// Sends the response to a client.
    fn answer_client(&mut self, waiter: &Waiter, conclusion: &Conclusion) {
        let Waiter::Client {
            client,
            local,
            query,
        } = waiter
        else {
            return;
        };
        let rcode = match &conclusion.outcome {
            Outcome::Answer(_) | Outcome::NoData => Rcode::NOERROR,
            Outcome::NxDomain => Rcode::NXDOMAIN,
            Outcome::Failure(rcode, _) => *rcode,
        };
        let mut response = Message::response_to(query, rcode);
        response.flags.ra = true;
        match &conclusion.outcome {
            Outcome::Answer(sets) => response.answer.clone_from(sets),
            Outcome::NoData | Outcome::NxDomain => {
                response.answer.clone_from(&conclusion.aliases);
                response.authority.extend(conclusion.soa.clone());
            }
            Outcome::Failure(..) => {}
        }
        response.edns = query.edns.as_ref().map(|_| Edns::with_payload_size(1232));
        self.outbox
            .transmit(Datagram::udp(*local, *client, response));
    }
}
