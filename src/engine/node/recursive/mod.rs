//! A recursive resolver: the algorithm of [RFC 1034 §5.3.3] as explicit states.
//!
//! A question becomes a [`Resolution`], which moves from state to state until it is
//! settled. Looking for the address of a name server is a resolution of its own that the
//! first one waits for; nothing recurses on the call stack.
//!
//! [RFC 1034 §5.3.3]: https://www.rfc-editor.org/rfc/rfc1034#section-5.3.3

mod resolution;
mod scrub;
mod servers;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use indexmap::IndexMap;

use self::resolution::{Candidate, Conclusion, Resolution, ResolutionId, State, Waiter};
use self::scrub::{Analysis, Finding};
pub use self::servers::ServerStats;
use self::servers::ServerTable;
use super::client::ephemeral_port;
use super::{Action, DNS_PORT, Datagram, Outbox, Transport};
use crate::dns::{Edns, Message, Name, Opcode, Question, Rcode, Rrset, Rtype, Ttl};
use crate::engine::cache::MAX_ALIASES;
use crate::engine::{
    Cache, CacheLayer, EventKind, FailureReason, IgnoreReason, Outcome, SimDuration, SimTime,
    StartingPoint, Stream, TtlPolicy,
};

/// The servers of a zone as configuration gives them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delegation {
    /// The zone.
    pub zone: Name,
    /// Its name servers and their addresses.
    pub servers: Vec<(Name, Vec<IpAddr>)>,
}

/// How a recursive resolver behaves.
#[derive(Clone, Debug)]
pub struct ResolverConfig {
    /// Its addresses; it asks from the first of the family of the server.
    pub addresses: Vec<IpAddr>,
    /// What its cache makes of TTLs.
    pub policy: TtlPolicy,
    /// Where to start when nothing is known ([RFC 9609](https://www.rfc-editor.org/rfc/rfc9609)).
    pub root_hints: Delegation,
    /// Servers whose expected wait is within this of the best share the queries.
    /// Unbound's `RTT_BAND` is 400 ms; zero always takes the fastest.
    pub rtt_band: SimDuration,
    /// How often one address is asked about one zone before it is given up (Unbound's
    /// `outbound-msg-retry` is 5).
    pub attempts: u32,
    /// Queries for one client question at most (BIND's `max-recursion-queries` is 50).
    pub max_queries: usize,
    /// How deep name servers of name servers are looked up (BIND's `max-recursion-depth` is 7).
    pub max_depth: usize,
    /// The UDP payload size offered with EDNS(0), in octets; `None` sends no OPT record.
    pub udp_payload_size: Option<u16>,
}

impl ResolverConfig {
    /// Unbound's defaults.
    pub fn new(addresses: Vec<IpAddr>, root_hints: Delegation) -> Self {
        Self {
            addresses,
            policy: TtlPolicy::UNBOUND,
            root_hints,
            rtt_band: SimDuration::from_millis(400),
            attempts: 3,
            max_queries: 50,
            max_depth: 7,
            udp_payload_size: Some(1232),
        }
    }
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

/// The states, one method each.
impl RecursiveResolver {
    /// Begins a resolution; `parent` needs it on the way to its own answer.
    fn start(
        &mut self,
        question: Question,
        waiter: Waiter,
        parent: Option<ResolutionId>,
    ) -> ResolutionId {
        let id = self.next_resolution;
        self.next_resolution += 1;
        let parent = parent.and_then(|parent| self.resolutions.get(&parent));
        let (depth, root) = parent.map_or((0, id), |parent| (parent.depth + 1, parent.root));
        self.outbox.report(EventKind::ResolutionStarted {
            question: question.clone(),
            sub: depth > 0,
        });
        self.resolutions.insert(
            id,
            Resolution {
                qname: question.qname.clone(),
                question,
                aliases: Vec::new(),
                waiters: vec![waiter],
                depth,
                root,
                queries: 0,
                attempts: BTreeMap::new(),
                unreachable: Vec::new(),
                state: State::ConsultCache,
            },
        );
        self.ready.push_back(id);
        id
    }

    /// Moves every resolution that can move.
    fn run_ready(&mut self, now: SimTime) {
        while let Some(id) = self.ready.pop_front() {
            let Some(resolution) = self.resolutions.get(&id) else {
                continue;
            };
            match resolution.state.clone() {
                State::ConsultCache => self.consult_cache(now, id),
                State::ChooseServer { zone, hosts } => self.choose_server(now, id, zone, hosts),
                State::AwaitResponse { .. } | State::AwaitNameServerAddress { .. } => {}
            }
        }
    }

    /// Puts a resolution into a state it can leave at once.
    fn proceed(&mut self, id: ResolutionId, state: State) {
        if let Some(resolution) = self.resolutions.get_mut(&id) {
            resolution.state = state;
            self.ready.push_back(id);
        }
    }

    /// Steps 1 and 2: the answer itself, else the nearest servers known.
    fn consult_cache(&mut self, now: SimTime, id: ResolutionId) {
        let Some(resolution) = self.resolutions.get(&id) else {
            return;
        };
        let question = Question {
            qname: resolution.qname.clone(),
            ..resolution.question.clone()
        };
        if let Some(cached) = self.cache.resolve(now, &question) {
            // Only the later links of an alias chain and name server addresses come here:
            // a client's own question was looked up before.
            self.outbox.report(EventKind::CacheHit {
                layer: CacheLayer::Resolver,
                question,
                outcome: cached.outcome.clone(),
                remaining: cached.remaining,
            });
            self.conclude(now, id, cached.outcome, cached.aliases, cached.soa);
            return;
        }
        // A cached alias is followed before anybody is asked.
        let alias = self.cache.get(now, &question.qname, Rtype::CNAME);
        let alias = alias.filter(|entry| entry.rank.is_answer() && question.qtype != Rtype::CNAME);
        if let Some(set) = alias.and_then(|entry| entry.records(now)) {
            if let Some(target) = set.alias_target() {
                self.follow_alias(now, id, vec![set], target);
                return;
            }
        }
        let known = question.qname.ancestors().find_map(|zone| {
            let entry = self.cache.get(now, &zone, Rtype::NS)?;
            Some((zone, entry.records(now)?.name_servers().collect::<Vec<_>>()))
        });
        let (zone, hosts, source) = match known {
            Some((zone, hosts)) => (zone, hosts, StartingPoint::CachedDelegation),
            None => {
                let hints = &self.config.root_hints;
                let hosts = hints.servers.iter().map(|(host, _)| host.clone()).collect();
                (hints.zone.clone(), hosts, StartingPoint::RootHints)
            }
        };
        self.outbox.report(EventKind::StartingPointChosen {
            qname: question.qname,
            zone: zone.clone(),
            source,
        });
        self.enter_zone(id, zone, hosts);
    }

    /// Turns to the servers of a zone, with a clean slate of attempts.
    fn enter_zone(&mut self, id: ResolutionId, zone: Name, hosts: Vec<Name>) {
        if let Some(resolution) = self.resolutions.get_mut(&id) {
            resolution.attempts.clear();
            resolution.unreachable.clear();
        }
        self.proceed(id, State::ChooseServer { zone, hosts });
    }

    /// Step 3: sends the query to one of the zone's servers, or looks for an address first.
    fn choose_server(&mut self, now: SimTime, id: ResolutionId, zone: Name, hosts: Vec<Name>) {
        let candidates = self.candidates(now, &zone, &hosts);
        let Some(resolution) = self.resolutions.get(&id) else {
            return;
        };
        let attempts = |address: &IpAddr| resolution.attempts.get(address).copied().unwrap_or(0);
        // Every server gets its first chance before one gets a second.
        let usable = candidates
            .iter()
            .filter(|c| attempts(&c.address) < self.config.attempts);
        let fewest = usable.clone().map(|c| attempts(&c.address)).min();
        let round: Vec<&Candidate> = usable
            .filter(|c| Some(attempts(&c.address)) == fewest)
            .collect();
        let addresses: Vec<IpAddr> = round.iter().map(|candidate| candidate.address).collect();
        let band = self.config.rtt_band;
        let Some((index, reason)) = self
            .servers
            .choose(&addresses, band, &mut self.random_choice)
        else {
            self.look_for_address(now, id, zone, hosts, !candidates.is_empty());
            return;
        };
        let candidate = round[index].clone();
        let qname = resolution.qname.clone();
        let qtype = resolution.question.qtype;
        let root = resolution.root;
        if !self.charge(id, root) {
            self.fail(now, id, FailureReason::WorkLimit);
            return;
        }
        self.outbox.report(EventKind::ServerChosen {
            zone: zone.clone(),
            server: candidate.host.clone(),
            address: candidate.address,
            reason,
            candidates: candidates.len(),
        });
        let transport = Transport::Udp;
        self.send(
            now,
            id,
            zone,
            hosts,
            candidate,
            Question::new(qname, qtype),
            transport,
        );
    }

    /// Counts one query against the limits; `false` if there is nothing left.
    fn charge(&mut self, id: ResolutionId, root: ResolutionId) -> bool {
        let limit = self.config.max_queries;
        let spent = self
            .resolutions
            .get(&root)
            .map_or(0, |resolution| resolution.queries);
        if spent >= limit {
            return false;
        }
        if let Some(resolution) = self.resolutions.get_mut(&root) {
            resolution.queries += 1;
        }
        if id != root {
            if let Some(resolution) = self.resolutions.get_mut(&id) {
                resolution.queries += 1;
                return resolution.queries <= limit;
            }
        }
        true
    }

    /// Sends one query and waits for the response.
    #[expect(
        clippy::too_many_arguments,
        reason = "these are the fields of the state it enters"
    )]
    fn send(
        &mut self,
        now: SimTime,
        id: ResolutionId,
        zone: Name,
        hosts: Vec<Name>,
        candidate: Candidate,
        question: Question,
        transport: Transport,
    ) {
        let Some(source) = self.own_address(candidate.address) else {
            return;
        };
        let message_id = self.random_id.next_u16();
        let mut port = ephemeral_port(&mut self.random_id);
        while self.outstanding.contains_key(&(message_id, port)) {
            port = ephemeral_port(&mut self.random_id);
        }
        let mut query = Message::query(message_id, question);
        query.edns = self.config.udp_payload_size.map(Edns::with_payload_size);
        let from = SocketAddr::new(source, port);
        let to = SocketAddr::new(candidate.address, DNS_PORT);
        self.outbox.transmit(Datagram {
            transport,
            ..Datagram::udp(from, to, query)
        });
        let wait = self.servers.stats(candidate.address).timeout();
        let wait = match transport {
            Transport::Udp => wait,
            // The handshake comes first.
            Transport::Tcp => wait.saturating_mul(2),
        };
        let deadline = now + wait;
        self.outstanding.insert((message_id, port), id);
        self.timers.insert((deadline, id));
        if let Some(resolution) = self.resolutions.get_mut(&id) {
            *resolution.attempts.entry(candidate.address).or_insert(0) += 1;
            resolution.state = State::AwaitResponse {
                zone,
                hosts,
                candidate,
                id: message_id,
                port,
                sent_at: now,
                deadline,
            };
        }
    }

    /// The resolver's address of the same family as `other`.
    fn own_address(&self, other: IpAddr) -> Option<IpAddr> {
        self.config
            .addresses
            .iter()
            .copied()
            .find(|own| own.is_ipv4() == other.is_ipv4())
    }

    /// The addresses known for a zone's hosts, of families the resolver has itself.
    fn candidates(&self, now: SimTime, zone: &Name, hosts: &[Name]) -> Vec<Candidate> {
        let hints = &self.config.root_hints;
        let mut candidates = Vec::new();
        for host in hosts {
            let before = candidates.len();
            for rtype in [Rtype::A, Rtype::AAAA] {
                let set = self
                    .cache
                    .get(now, host, rtype)
                    .and_then(|entry| entry.records(now));
                for address in set.iter().flat_map(Rrset::addresses) {
                    candidates.push(Candidate {
                        host: host.clone(),
                        address,
                    });
                }
            }
            if candidates.len() == before && *zone == hints.zone {
                let hint = hints.servers.iter().find(|(name, _)| name == host);
                for address in hint.iter().flat_map(|(_, addresses)| addresses) {
                    candidates.push(Candidate {
                        host: host.clone(),
                        address: *address,
                    });
                }
            }
        }
        candidates.retain(|candidate| self.own_address(candidate.address).is_some());
        candidates
    }

    /// No server is left to ask: looks for the address of another one, if there is any.
    fn look_for_address(
        &mut self,
        now: SimTime,
        id: ResolutionId,
        zone: Name,
        hosts: Vec<Name>,
        had_candidates: bool,
    ) {
        let Some(resolution) = self.resolutions.get(&id) else {
            return;
        };
        let missing = hosts.iter().find(|host| {
            !resolution.unreachable.contains(host)
                && self.cache.get(now, host, Rtype::A).is_none()
                && self.cache.get(now, host, Rtype::AAAA).is_none()
        });
        let (depth, root) = (resolution.depth, resolution.root);
        let Some(host) = missing.cloned() else {
            let reason = if had_candidates {
                FailureReason::NoServerAnswered
            } else {
                FailureReason::NoServerAddress
            };
            self.fail(now, id, reason);
            return;
        };
        if let Some(resolution) = self.resolutions.get_mut(&id) {
            // Looked for once; if the search fails the host is not tried again.
            resolution.unreachable.push(host.clone());
        }
        let has_ipv4 = self.config.addresses.iter().any(IpAddr::is_ipv4);
        let rtype = if has_ipv4 { Rtype::A } else { Rtype::AAAA };
        let question = Question::new(host, rtype);
        if depth >= self.config.max_depth {
            self.fail(now, id, FailureReason::WorkLimit);
            return;
        }
        let running = self
            .resolutions
            .iter()
            .find(|(other, resolution)| **other != id && resolution.question == question)
            .map(|(other, resolution)| (*other, resolution.root));
        let child = match running {
            // Two questions that wait for each other would wait for ever.
            Some((other, _)) if self.waits_for(other, id) => {
                self.proceed(id, State::ChooseServer { zone, hosts });
                return;
            }
            Some((other, other_root)) if other_root == root => {
                if let Some(resolution) = self.resolutions.get_mut(&other) {
                    resolution.waiters.push(Waiter::Resolution(id));
                }
                other
            }
            _ => self.start(question, Waiter::Resolution(id), Some(id)),
        };
        if let Some(resolution) = self.resolutions.get_mut(&id) {
            resolution.state = State::AwaitNameServerAddress { zone, hosts, child };
        }
    }

    /// Whether resolution `first` cannot end before `second` does.
    fn waits_for(&self, first: ResolutionId, second: ResolutionId) -> bool {
        let mut current = first;
        // Each step goes to another resolution; there are no more than exist.
        for _ in 0..=self.resolutions.len() {
            if current == second {
                return true;
            }
            match self
                .resolutions
                .get(&current)
                .map(|resolution| &resolution.state)
            {
                Some(State::AwaitNameServerAddress { child, .. }) => current = *child,
                _ => return false,
            }
        }
        true
    }

    /// Takes a server's response: matches it with a query and reads it.
    fn handle_response(&mut self, now: SimTime, datagram: &Datagram, response: &Arc<Message>) {
        let key = (response.id, datagram.destination.port());
        let matched = self.outstanding.get(&key).copied().filter(|id| {
            let Some(resolution) = self.resolutions.get(id) else {
                return false;
            };
            let State::AwaitResponse { candidate, .. } = &resolution.state else {
                return false;
            };
            datagram.source == SocketAddr::new(candidate.address, DNS_PORT)
                && response.question.as_ref().is_some_and(|question| {
                    question.qname == resolution.qname
                        && question.qtype == resolution.question.qtype
                })
        });
        let Some(id) = matched else {
            self.outbox.report(EventKind::ResponseIgnored {
                datagram: datagram.clone().into(),
            });
            return;
        };
        let Some(resolution) = self.resolutions.get_mut(&id) else {
            return;
        };
        let State::AwaitResponse {
            zone,
            hosts,
            candidate,
            sent_at,
            deadline,
            ..
        } = std::mem::replace(&mut resolution.state, State::ConsultCache)
        else {
            return;
        };
        let question = Question::new(resolution.qname.clone(), resolution.question.qtype);
        self.outstanding.remove(&key);
        self.timers.remove(&(deadline, id));
        if datagram.transport == Transport::Udp {
            self.servers
                .record_answer(candidate.address, now.since(sent_at));
        }
        let analysis = scrub::analyze(response, &question, &zone);
        let granted = self.remember(now, &analysis);
        let regrant = |sets: Vec<Rrset>| -> Vec<Rrset> {
            let grant = |set: Rrset| {
                let ttl = granted
                    .iter()
                    .find(|(s, _)| s.owner == set.owner && s.rtype == set.rtype);
                ttl.map_or_else(|| set.clone(), |(_, ttl)| set.with_ttl(*ttl))
            };
            sets.into_iter().map(grant).collect()
        };
        match analysis.finding {
            Finding::Answer { aliases, sets } => {
                self.report_aliases(id, &aliases);
                let mut answer = regrant(aliases);
                answer.extend(regrant(sets));
                self.conclude(now, id, Outcome::Answer(answer), Vec::new(), None);
            }
            Finding::Alias { aliases, target } => {
                self.follow_alias(now, id, regrant(aliases), target);
            }
            Finding::NoData { aliases, soa } => {
                self.report_aliases(id, &aliases);
                let owner = end_of(&aliases, &question.qname);
                let soa = self.remember_negative(now, &owner, Some(question.qtype), soa);
                self.conclude(now, id, Outcome::NoData, regrant(aliases), soa);
            }
            Finding::NxDomain { aliases, soa } => {
                self.report_aliases(id, &aliases);
                let owner = end_of(&aliases, &question.qname);
                let soa = self.remember_negative(now, &owner, None, soa);
                self.conclude(now, id, Outcome::NxDomain, regrant(aliases), soa);
            }
            Finding::Referral(cut) => {
                let hosts: Vec<Name> = cut.name_servers().collect();
                let glue = response
                    .additional
                    .iter()
                    .filter(|set| hosts.contains(&set.owner));
                self.outbox.report(EventKind::ReferralFollowed {
                    from_zone: zone,
                    zone_cut: cut.owner.clone(),
                    servers: hosts.len(),
                    glue: glue.map(|set| set.data.len()).sum(),
                });
                self.enter_zone(id, cut.owner, hosts);
            }
            Finding::Truncated if datagram.transport == Transport::Udp => {
                let root = self
                    .resolutions
                    .get(&id)
                    .map_or(id, |resolution| resolution.root);
                if self.charge(id, root) {
                    let transport = Transport::Tcp;
                    self.send(now, id, zone, hosts, candidate, question, transport);
                } else {
                    self.fail(now, id, FailureReason::WorkLimit);
                }
            }
            Finding::Truncated => self.pass_over(id, zone, hosts, &candidate, response, false),
            Finding::Useless { is_lame } => {
                self.pass_over(id, zone, hosts, &candidate, response, is_lame);
            }
        }
    }

    /// Leaves a server whose response was of no use and turns to the next.
    fn pass_over(
        &mut self,
        id: ResolutionId,
        zone: Name,
        hosts: Vec<Name>,
        candidate: &Candidate,
        response: &Message,
        is_lame: bool,
    ) {
        self.outbox.report(EventKind::ServerPassedOver {
            server: candidate.host.clone(),
            address: candidate.address,
            rcode: response.rcode,
            is_lame,
        });
        if let Some(resolution) = self.resolutions.get_mut(&id) {
            // It answered; asking it again would bring the same.
            resolution
                .attempts
                .insert(candidate.address, self.config.attempts);
        }
        self.proceed(id, State::ChooseServer { zone, hosts });
    }

    /// Caches what a response may be believed about. Returns the TTLs granted.
    fn remember(&mut self, now: SimTime, analysis: &Analysis) -> Vec<(Rrset, Ttl)> {
        let layer = CacheLayer::Resolver;
        for (owner, rtype) in &analysis.out_of_zone {
            let (owner, rtype, reason) = (owner.clone(), *rtype, IgnoreReason::OutOfZone);
            self.outbox.report(EventKind::RecordIgnored {
                owner,
                rtype,
                reason,
            });
        }
        let mut granted_ttls = Vec::new();
        for (set, rank) in &analysis.believed {
            let rank = *rank;
            match self.cache.store(now, set, rank) {
                Some((granted, expires_at)) => {
                    granted_ttls.push((set.clone(), granted));
                    let rrset = set.clone();
                    self.outbox.report(EventKind::RrsetCached {
                        layer,
                        rrset,
                        rank,
                        granted,
                        expires_at,
                    });
                }
                None if set.ttl > Ttl::ZERO => {
                    let (owner, rtype) = (set.owner.clone(), set.rtype);
                    let reason = IgnoreReason::LowerRank;
                    self.outbox.report(EventKind::RecordIgnored {
                        owner,
                        rtype,
                        reason,
                    });
                }
                None => {}
            }
        }
        granted_ttls
    }

    /// Caches that something does not exist. Returns the SOA for the client, with the TTL granted.
    fn remember_negative(
        &mut self,
        now: SimTime,
        owner: &Name,
        rtype: Option<Rtype>,
        soa: Option<Rrset>,
    ) -> Option<Rrset> {
        let stored = self.cache.store_negative(now, owner, rtype, soa.as_ref());
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

    /// Reports the aliases a response itself followed.
    fn report_aliases(&mut self, id: ResolutionId, aliases: &[Rrset]) {
        let before = self
            .resolutions
            .get(&id)
            .map_or(0, |resolution| resolution.aliases.len());
        for (index, set) in aliases.iter().enumerate() {
            let Some(target) = set.alias_target() else {
                continue;
            };
            let (alias, count) = (set.owner.clone(), before + index + 1);
            self.outbox.report(EventKind::AliasFollowed {
                alias,
                target,
                count,
            });
        }
    }

    /// Goes on with the target of an alias, from the cache downward.
    fn follow_alias(&mut self, now: SimTime, id: ResolutionId, aliases: Vec<Rrset>, target: Name) {
        self.report_aliases(id, &aliases);
        let Some(resolution) = self.resolutions.get_mut(&id) else {
            return;
        };
        resolution.aliases.extend(aliases);
        let is_loop = resolution.aliases.iter().any(|set| set.owner == target);
        if is_loop || resolution.aliases.len() > MAX_ALIASES {
            self.fail(now, id, FailureReason::AliasLoop);
            return;
        }
        resolution.qname = target;
        self.proceed(id, State::ConsultCache);
    }

    /// A wait is over without a response.
    fn server_was_silent(&mut self, now: SimTime, id: ResolutionId) {
        let Some(resolution) = self.resolutions.get_mut(&id) else {
            return;
        };
        let State::AwaitResponse {
            zone,
            hosts,
            candidate,
            id: message_id,
            port,
            sent_at,
            ..
        } = resolution.state.clone()
        else {
            return;
        };
        self.outstanding.remove(&(message_id, port));
        self.servers.record_silence(candidate.address);
        self.outbox.report(EventKind::QueryTimedOut {
            server: Some(candidate.host),
            address: candidate.address,
            waited: now.since(sent_at),
        });
        self.proceed(id, State::ChooseServer { zone, hosts });
    }

    /// Ends a resolution without an answer.
    fn fail(&mut self, now: SimTime, id: ResolutionId, reason: FailureReason) {
        self.conclude(
            now,
            id,
            Outcome::Failure(Rcode::SERVFAIL, reason),
            Vec::new(),
            None,
        );
    }

    /// Ends a resolution and tells everybody who waits.
    fn conclude(
        &mut self,
        now: SimTime,
        id: ResolutionId,
        outcome: Outcome,
        more_aliases: Vec<Rrset>,
        soa: Option<Rrset>,
    ) {
        let Some(resolution) = self.resolutions.swap_remove(&id) else {
            return;
        };
        let mut aliases = resolution.aliases;
        aliases.extend(more_aliases);
        let outcome = match outcome {
            Outcome::Answer(sets) => Outcome::Answer(aliases.drain(..).chain(sets).collect()),
            other => other,
        };
        self.outbox.report(EventKind::ResolutionFinished {
            question: resolution.question,
            outcome: outcome.clone(),
            upstream_queries: resolution.queries,
            sub: resolution.depth > 0,
        });
        let conclusion = Conclusion {
            outcome,
            aliases,
            soa,
        };
        for waiter in resolution.waiters {
            match waiter {
                Waiter::Client { .. } => self.answer_client(&waiter, &conclusion),
                Waiter::Resolution(parent) => self.resume(now, parent),
            }
        }
    }

    /// A name server's address was found, or not; either way its zone is looked at again.
    fn resume(&mut self, _now: SimTime, id: ResolutionId) {
        let Some(resolution) = self.resolutions.get(&id) else {
            return;
        };
        if let State::AwaitNameServerAddress { zone, hosts, .. } = resolution.state.clone() {
            self.proceed(id, State::ChooseServer { zone, hosts });
        }
    }
}

/// The name at the end of an alias chain that begins at `qname`.
fn end_of(aliases: &[Rrset], qname: &Name) -> Name {
    aliases
        .last()
        .and_then(Rrset::alias_target)
        .unwrap_or_else(|| qname.clone())
}
