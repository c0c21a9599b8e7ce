//! Which servers of a zone can be asked, and where to turn when none is left.

use std::net::IpAddr;

use super::RecursiveResolver;
use super::delegation::{Candidate, DelegationPoint, family_index};
use super::resolution::{Purpose, ResolutionId, State, Waiter};
use super::servers::Lameness;
use crate::dns::{Name, Question, Rtype};
use crate::engine::{CacheEntry, EventKind, FailureReason, SimTime};

/// The servers of a zone.
impl RecursiveResolver {
    /// The resolver's address of the same family as `other`, if it asks over that family.
    pub(super) fn own_address(&self, other: IpAddr) -> Option<IpAddr> {
        let is_used = if other.is_ipv4() {
            self.config.use_ipv4
        } else {
            self.config.use_ipv6
        };
        let own = self.config.addresses.iter().copied();
        own.filter(|_| is_used)
            .find(|own| own.is_ipv4() == other.is_ipv4())
    }

    /// Whether the resolver can ask servers over the family of an address type.
    pub(super) fn speaks(&self, rtype: Rtype) -> bool {
        let is_ipv4 = rtype == Rtype::A;
        let is_used = if is_ipv4 {
            self.config.use_ipv4
        } else {
            self.config.use_ipv6
        };
        is_used
            && self
                .config
                .addresses
                .iter()
                .any(|own| own.is_ipv4() == is_ipv4)
    }

    /// The addresses the cache knows for a host, of a family the resolver speaks.
    pub(super) fn known_addresses(
        &self,
        now: SimTime,
        host: &Name,
        rtype: Rtype,
    ) -> impl Iterator<Item = IpAddr> {
        let known = self.speaks(rtype).then(|| self.cache.get(now, host, rtype));
        known.flatten().into_iter().flat_map(CacheEntry::addresses)
    }

    /// Whether configuration forbids to ask an address.
    fn is_forbidden(&self, address: IpAddr) -> bool {
        let forbidden = &self.config.hardening.do_not_query;
        forbidden.iter().any(|network| network.contains(&address))
    }

    /// The addresses that may be asked about the current zone.
    pub(super) fn candidates(&mut self, now: SimTime, id: ResolutionId) -> Vec<Candidate> {
        let Some(resolution) = self.resolutions.get(&id) else {
            return Vec::new();
        };
        let Some(point) = &resolution.delegation else {
            return Vec::new();
        };
        let accepts_recursive = resolution.demand.recursion_as_last_resort;
        let mut candidates: Vec<Candidate> = Vec::new();
        let mut forbidden = Vec::new();
        for host in &point.hosts {
            let mut addresses = host.addresses.clone();
            if !point.is_configured || addresses.is_empty() {
                for rtype in [Rtype::A, Rtype::AAAA] {
                    for address in self.known_addresses(now, &host.name, rtype) {
                        if !addresses.contains(&address) && !host.unverified.contains(&address) {
                            addresses.push(address);
                        }
                    }
                }
            }
            for address in addresses {
                let is_known = candidates.iter().any(|known| known.address == address);
                if is_known || self.own_address(address).is_none() {
                    continue;
                }
                let place = (&point.zone, resolution.question.qtype);
                let lameness = self
                    .servers
                    .lameness(now, address, place, &self.config.selection);
                let is_lame = match lameness {
                    None => false,
                    Some(Lameness::Recursive) => !accepts_recursive,
                    Some(Lameness::Lame) => true,
                };
                if is_lame {
                    continue;
                }
                let candidate = Candidate {
                    host: host.name.clone(),
                    address,
                };
                if !point.is_configured && self.is_forbidden(address) {
                    forbidden.push(candidate);
                    continue;
                }
                candidates.push(candidate);
            }
        }
        if resolution.attempts.is_empty() {
            for candidate in forbidden {
                self.outbox.report(EventKind::ServerForbidden {
                    server: candidate.host,
                    address: candidate.address,
                });
            }
        }
        candidates
    }

    /// Keeps of a zone's servers as many as are considered: a zone may have hundreds, and each step
    /// of a resolution looks at all it has.
    pub(super) fn limit_servers(&mut self, now: SimTime, point: &mut DelegationPoint) {
        let most = self.config.limits.servers.max(1);
        if point.is_configured || point.hosts.len() <= most {
            return;
        }
        let is_known = |name: &Name| {
            let mut families = [Rtype::A, Rtype::AAAA].into_iter();
            families.any(|rtype| self.known_addresses(now, name, rtype).next().is_some())
        };
        let is_known: Vec<bool> = { point.hosts.iter() }
            .map(|host| !host.addresses.is_empty() || is_known(&host.name))
            .collect();
        point.sample(most, &is_known, &mut self.random_sample);
    }

    /// Looks up addresses of the zone's servers before they are needed, as many as the
    /// configuration says for this depth.
    pub(super) fn fetch_ahead(&mut self, now: SimTime, id: ResolutionId) {
        let Some(resolution) = self.resolutions.get(&id) else {
            return;
        };
        let depth = resolution.depth;
        let wanted = self.config.fetch_ahead.get(depth).copied().unwrap_or(0);
        let Some(point) = &resolution.delegation else {
            return;
        };
        if wanted == 0 || point.is_configured || resolution.purpose != Purpose::Client {
            return;
        }
        let wanted = usize::try_from(wanted).unwrap_or(usize::MAX);
        let zone = point.zone.clone();
        let missing: Vec<Question> = point
            .hosts
            .iter()
            .filter(|host| !host.name.is_at_or_below(&zone) && host.addresses.is_empty())
            .filter(|host| {
                self.known_addresses(now, &host.name, Rtype::A)
                    .next()
                    .is_none()
            })
            .map(|host| Question::new(host.name.clone(), Rtype::A))
            .collect();
        // The first is looked up anyway, and waited for.
        let limit = wanted.min(self.config.limits.targets);
        for question in missing.into_iter().skip(1).take(limit) {
            let is_running = self.resolutions.values().any(|r| r.question == question);
            if !is_running && self.charge_target(id) {
                self.start(question, Purpose::Address, Vec::new(), Some(id));
            }
        }
    }

    /// Counts one address lookup against the limit.
    fn charge_target(&mut self, id: ResolutionId) -> bool {
        let Some(resolution) = self.resolutions.get(&id) else {
            return false;
        };
        self.budgets
            .charge_target(resolution.root, &self.config.limits)
    }

    /// No server is left to ask: looks for addresses of others, goes back to the parent, or
    /// gives up.
    pub(super) fn look_further(&mut self, now: SimTime, id: ResolutionId, had_candidates: bool) {
        let Some(resolution) = self.resolutions.get(&id) else {
            return;
        };
        // A zone that names servers which do not exist gets no more lookups out of this
        // resolver: they would all go to somebody else.
        if resolution.missing_targets >= self.config.limits.missing_targets {
            if !self.use_unverified_glue(id) && !self.ask_for_recursion(now, id) {
                self.fail(now, id, FailureReason::WorkLimit);
            }
            return;
        }
        if self.look_for_address(now, id)
            || self.use_unverified_glue(id)
            || self.ask_for_recursion(now, id)
            || self.consult_parent(now, id)
            || self.look_for_address_at_parent(now, id)
            || self.leave_configured_zone(id)
        {
            return;
        }
        let Some(resolution) = self.resolutions.get(&id) else {
            return;
        };
        if resolution.empty_responses > 0 {
            self.conclude_empty(now, id);
            return;
        }
        let reason = if had_candidates || !resolution.attempts.is_empty() {
            FailureReason::NoServerAnswered
        } else {
            FailureReason::NoServerAddress
        };
        self.fail(now, id, reason);
    }

    /// Starts to look for an address of the next host that has none, over the families the
    /// resolver speaks. Returns whether it did.
    fn look_for_address(&mut self, now: SimTime, id: ResolutionId) -> bool {
        let Some(resolution) = self.resolutions.get(&id) else {
            return false;
        };
        let Some(point) = &resolution.delegation else {
            return false;
        };
        // If servers of the zone are known, they are of no use, or there would be no need.
        let knows_servers = point.hosts.iter().any(|host| {
            let families = [Rtype::A, Rtype::AAAA];
            let mut known = families.into_iter();
            !host.addresses.is_empty()
                || known.any(|rtype| {
                    self.known_addresses(now, &host.name, rtype)
                        .next()
                        .is_some()
                })
        });
        let mut next = None;
        for rtype in [Rtype::A, Rtype::AAAA] {
            if next.is_some() || !self.speaks(rtype) {
                continue;
            }
            next = point
                .hosts
                .iter()
                .filter(|host| !host.looked_for[family_index(rtype)])
                .filter(|host| !point.is_configured || host.addresses.is_empty())
                // The zone's own useless servers would be asked for it.
                .filter(|host| !(knows_servers && host.name.is_at_or_below(&point.zone)))
                .find(|host| {
                    let of_family = |address: &&IpAddr| address.is_ipv4() == (rtype == Rtype::A);
                    let mut known = self.known_addresses(now, &host.name, rtype);
                    let is_known = host.addresses.iter().any(|address| of_family(&address))
                        || known.next().is_some();
                    !is_known || host.unverified.iter().any(|address| of_family(&address))
                })
                .map(|host| Question::new(host.name.clone(), rtype));
        }
        let Some(question) = next else {
            return false;
        };
        if let Some(resolution) = self.resolutions.get_mut(&id)
            && let Some(point) = &mut resolution.delegation
            && let Some(host) = point.host_mut(&question.qname)
        {
            // Looked for once; if the search fails it is not tried again.
            host.looked_for[family_index(question.qtype)] = true;
        }
        self.await_child(id, question, Purpose::Address, None);
        true
    }

    /// Lets a resolution wait for another one, which is started unless it is running.
    pub(super) fn await_child(
        &mut self,
        id: ResolutionId,
        question: Question,
        purpose: Purpose,
        servers: Option<DelegationPoint>,
    ) {
        let Some(resolution) = self.resolutions.get(&id) else {
            return;
        };
        let has_failed = self.budgets.has_failed(resolution.root, &question);
        let is_too_deep = resolution.depth >= self.config.limits.depth;
        if has_failed || is_too_deep || !self.charge_target(id) {
            // Not found; the next host gets its chance.
            self.proceed(id, State::ChooseServer);
            return;
        }
        let same = |r: &super::resolution::Resolution| {
            r.question == question && r.purpose == purpose && r.purpose != Purpose::Client
        };
        let running = self
            .resolutions
            .iter()
            .find(|(_, r)| same(r))
            .map(|(other, _)| *other);
        let is_circular = running.is_some_and(|other| self.waits_for(other, id))
            || self.is_awaiting(id, &question);
        if is_circular {
            // Two questions that wait for each other would wait for ever.
            self.proceed(id, State::ChooseServer);
            return;
        }
        let child = match running {
            Some(other) => {
                if let Some(other) = self.resolutions.get_mut(&other) {
                    other.waiters.push(Waiter::Resolution(id));
                }
                other
            }
            None => {
                let child = self.start(question, purpose, vec![Waiter::Resolution(id)], Some(id));
                if let Some(child) = self.resolutions.get_mut(&child) {
                    child.delegation = servers;
                }
                child
            }
        };
        if let Some(resolution) = self.resolutions.get_mut(&id) {
            resolution.state = State::AwaitChild { child };
        }
    }

    /// Asks a zone's configured servers for its NS records before anything else.
    pub(super) fn prime(&mut self, id: ResolutionId, servers: DelegationPoint) {
        self.outbox.report(EventKind::PrimingStarted {
            hints: servers.hosts.len(),
        });
        if let Some(resolution) = self.resolutions.get_mut(&id) {
            // If it cannot be waited for, the configured servers are used as they are.
            resolution.delegation = Some(servers.clone());
        }
        let question = Question::new(servers.zone.clone(), Rtype::NS);
        self.await_child(id, question, Purpose::Priming, Some(servers));
    }

    /// Whether resolution `first` cannot end before `second` does.
    fn waits_for(&self, first: ResolutionId, second: ResolutionId) -> bool {
        let mut current = first;
        // Each step goes to another resolution; there are no more than exist.
        for _ in 0..=self.resolutions.len() {
            if current == second {
                return true;
            }
            match self.resolutions.get(&current).map(|r| &r.state) {
                Some(State::AwaitChild { child }) => current = *child,
                _ => return false,
            }
        }
        true
    }

    /// Whether a question is the resolution's own, or that of one that waits for it.
    fn is_awaiting(&self, id: ResolutionId, question: &Question) -> bool {
        self.resolutions
            .iter()
            .any(|(other, r)| r.question == *question && self.waits_for(*other, id))
    }

    /// Whether somebody waits for this resolution to learn an address of `host`.
    pub(super) fn is_awaiting_address(&self, id: ResolutionId, host: &Name) -> bool {
        let is_address = |rtype| matches!(rtype, Rtype::A | Rtype::AAAA);
        self.resolutions.iter().any(|(other, r)| {
            r.depth > 0
                && r.question.qname == *host
                && is_address(r.question.qtype)
                && self.waits_for(*other, id)
        })
    }
}
