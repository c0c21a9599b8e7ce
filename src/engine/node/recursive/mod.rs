//! A recursive resolver: the algorithm of [RFC 1034 §5.3.3] as explicit states.
//!
//! A question becomes a [`Resolution`], which moves from state to state until it is
//! settled. Looking for the address of a name server is a resolution of its own that the
//! first one waits for; nothing recurses on the call stack.
//!
//! [RFC 1034 §5.3.3]: https://www.rfc-editor.org/rfc/rfc1034#section-5.3.3

mod budget;
mod clients;
mod config;
mod delegation;
mod exchange;
mod extras;
mod failures;
mod fallback;
mod minimisation;
mod parents;
mod prefetch;
mod remember;
mod resolution;
mod response;
mod scrub;
mod servers;
mod stale;
mod states;
mod subnets;
mod targets;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::net::IpAddr;

use self::budget::Budgets;
pub use self::config::{
    Answering, ClientSubnet, ConfiguredZone, Delegation, Hardening, Minimisation, Prefetch,
    PrefetchTrigger, ResolverConfig, ResolverProduct, ServeStale, ServerSelection, WorkLimits,
    ZoneMode,
};
use self::extras::ExtrasMemory;
use self::failures::FailureMemory;
use self::parents::ParentMemory;
use self::resolution::{Resolution, ResolutionId};
pub use self::servers::ServerStats;
use self::servers::ServerTable;
use self::subnets::ScopedCache;
use super::{Action, Datagram, Outbox, Payload};
use crate::dns::{Message, Question};
use crate::engine::table::Table;
use crate::engine::{Cache, EventKind, SimTime, Stream};

/// Whose wait a timer ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Timer {
    /// A resolution's wait for a server.
    Server(ResolutionId),
    /// The wait of a resolution's clients for fresh data.
    Client(ResolutionId),
}

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
    resolutions: Table<ResolutionId, Resolution>,
    /// The number of the next resolution.
    next_resolution: ResolutionId,
    /// Resolutions that can move on now.
    ready: VecDeque<ResolutionId>,
    /// Which resolution waits for which query, by ID and port.
    outstanding: BTreeMap<(u16, u16), ResolutionId>,
    /// When which wait ends.
    timers: BTreeSet<(SimTime, Timer)>,
    /// What the questions it works on have cost so far.
    budgets: Budgets,
    /// What it remembers of failures.
    failures: FailureMemory,
    /// What came beside the answers it remembers.
    extras: ExtrasMemory,
    /// What parents said of their children.
    parents: ParentMemory,
    /// Answers for the clients of one network only.
    scoped: ScopedCache,
    /// What waits to be sent or reported.
    outbox: Outbox,
    /// Message IDs and ports.
    random_id: Stream,
    /// Server choice.
    random_choice: Stream,
    /// Which servers of a zone with many are considered.
    random_sample: Stream,
}

/// The side of the resolver that the world and its clients see.
impl RecursiveResolver {
    /// A resolver with an empty cache; `label` names its random streams.
    pub fn new(config: ResolverConfig, seed: u64, label: &str) -> Self {
        Self {
            cache: Cache::new(config.policy),
            config,
            budgets: Budgets::default(),
            failures: FailureMemory::default(),
            extras: ExtrasMemory::default(),
            parents: ParentMemory::default(),
            scoped: ScopedCache::default(),
            servers: ServerTable::default(),
            resolutions: Table::default(),
            next_resolution: 0,
            ready: VecDeque::new(),
            outstanding: BTreeMap::new(),
            timers: BTreeSet::new(),
            outbox: Outbox::default(),
            random_id: Stream::new(seed, &format!("{label}:message-id")),
            random_choice: Stream::new(seed, &format!("{label}:server-choice")),
            random_sample: Stream::new(seed, &format!("{label}:server-sample")),
        }
    }

    /// How it behaves.
    pub fn config(&self) -> &ResolverConfig {
        &self.config
    }

    /// How it behaves, to change it. Cache limits are changed at the cache.
    pub fn config_mut(&mut self) -> &mut ResolverConfig {
        &mut self.config
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
        self.failures.clear();
        self.extras.clear();
        self.parents.clear();
        self.scoped.clear();
    }

    /// Takes what arrived: a client's query or a server's response.
    pub fn handle_datagram(&mut self, now: SimTime, datagram: &Datagram) {
        if datagram.payload == Payload::Reset {
            self.connection_was_reset(now, datagram);
            self.run_ready(now);
            return;
        }
        let Ok(message) = datagram.message() else {
            self.refuse_malformed(datagram);
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
        while let Some(&(deadline, timer)) = self.timers.first() {
            if deadline > now {
                break;
            }
            self.timers.pop_first();
            match timer {
                Timer::Server(id) => self.server_was_silent(now, id),
                Timer::Client(id) => self.lose_patience(now, id),
            }
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

    /// Answers octets that cannot be read, if they came as a query.
    fn refuse_malformed(&mut self, datagram: &Datagram) {
        let rejection = match &datagram.payload {
            Payload::Octets(octets) => Message::rejection_of(octets),
            _ => None,
        };
        match rejection {
            Some(rejection) => self.outbox.transmit(Datagram {
                transport: datagram.transport,
                ..datagram.reply(rejection)
            }),
            None => self.outbox.report(EventKind::ResponseIgnored {
                datagram: datagram.clone().into(),
            }),
        }
    }

    /// The next action.
    pub fn poll_action(&mut self) -> Option<Action> {
        self.outbox.pop()
    }
}
