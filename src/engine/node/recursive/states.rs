//! The states of a resolution, one method each, and the moves between them.

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};

use super::super::client::ephemeral_port;
use super::super::{DNS_PORT, Datagram, Transport};
use super::RecursiveResolver;
use super::resolution::{Candidate, Conclusion, Resolution, ResolutionId, State, Waiter};
use crate::dns::{Edns, Message, Name, Question, Rcode, Rrset, Rtype};
use crate::engine::{CacheLayer, EventKind, FailureReason, Outcome, SimTime, StartingPoint};

/// The states, one method each.
impl RecursiveResolver {
    /// Begins a resolution; `parent` needs it on the way to its own answer.
    pub(super) fn start(
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
    pub(super) fn run_ready(&mut self, now: SimTime) {
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
    pub(super) fn proceed(&mut self, id: ResolutionId, state: State) {
        if let Some(resolution) = self.resolutions.get_mut(&id) {
            resolution.state = state;
            self.ready.push_back(id);
        }
    }

    /// Steps 1 and 2: the answer itself, else the nearest servers known.
    pub(super) fn consult_cache(&mut self, now: SimTime, id: ResolutionId) {
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
        if let Some(set) = alias.and_then(|entry| entry.records(now))
            && let Some(target) = set.alias_target()
        {
            self.follow_alias(now, id, vec![set], target);
            return;
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
    pub(super) fn enter_zone(&mut self, id: ResolutionId, zone: Name, hosts: Vec<Name>) {
        if let Some(resolution) = self.resolutions.get_mut(&id) {
            resolution.attempts.clear();
            resolution.unreachable.clear();
        }
        self.proceed(id, State::ChooseServer { zone, hosts });
    }

    /// Step 3: sends the query to one of the zone's servers, or looks for an address first.
    pub(super) fn choose_server(
        &mut self,
        now: SimTime,
        id: ResolutionId,
        zone: Name,
        hosts: Vec<Name>,
    ) {
        let candidates = self.candidates(now, &zone, &hosts);
        let Some(resolution) = self.resolutions.get(&id) else {
            return;
        };
        let attempts = |address: &IpAddr| resolution.attempts.get(address).copied().unwrap_or(0);
        // Every server gets its first chance before one gets a second.
        let usable = candidates
            .iter()
            .filter(|c| attempts(&c.address) < self.config.selection.attempts);
        let fewest = usable.clone().map(|c| attempts(&c.address)).min();
        let round: Vec<&Candidate> = usable
            .filter(|c| Some(attempts(&c.address)) == fewest)
            .collect();
        let addresses: Vec<IpAddr> = round.iter().map(|candidate| candidate.address).collect();
        let band = self.config.selection.rtt_band;
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
    pub(super) fn charge(&mut self, id: ResolutionId, root: ResolutionId) -> bool {
        let limit = self.config.limits.total_queries;
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
        if id != root
            && let Some(resolution) = self.resolutions.get_mut(&id)
        {
            resolution.queries += 1;
        }
        true
    }

    /// Sends one query and waits for the response.
    #[expect(
        clippy::too_many_arguments,
        reason = "these are the fields of the state it enters"
    )]
    pub(super) fn send(
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
        if depth >= self.config.limits.depth {
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
    pub(super) fn waits_for(&self, first: ResolutionId, second: ResolutionId) -> bool {
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

    /// A wait is over without a response.
    pub(super) fn server_was_silent(&mut self, now: SimTime, id: ResolutionId) {
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
    pub(super) fn fail(&mut self, now: SimTime, id: ResolutionId, reason: FailureReason) {
        self.conclude(
            now,
            id,
            Outcome::Failure(Rcode::SERVFAIL, reason),
            Vec::new(),
            None,
        );
    }

    /// Ends a resolution and tells everybody who waits.
    pub(super) fn conclude(
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
    pub(super) fn resume(&mut self, _now: SimTime, id: ResolutionId) {
        let Some(resolution) = self.resolutions.get(&id) else {
            return;
        };
        if let State::AwaitNameServerAddress { zone, hosts, .. } = resolution.state.clone() {
            self.proceed(id, State::ChooseServer { zone, hosts });
        }
    }
}
