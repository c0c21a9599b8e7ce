//! The states of a resolution, one method each, and the moves between them.

use std::collections::BTreeMap;

use super::RecursiveResolver;
use super::config::{Minimisation, ZoneMode};
use super::delegation::{DelegationPoint, Origin};
use super::minimisation::Disclosure;
use super::resolution::{
    Conclusion, Demand, Extras, Purpose, Resolution, ResolutionId, State, Waiter,
};
use crate::dns::{Name, Question, Rcode, Rrset, Rtype};
use crate::engine::{
    CacheLayer, EventKind, FailureReason, Freshness, Outcome, SimDuration, SimTime, StartingPoint,
};

/// The states, one method each.
impl RecursiveResolver {
    /// Begins a resolution; `parent` needs it on the way to its own answer.
    pub(super) fn start(
        &mut self,
        question: Question,
        purpose: Purpose,
        waiters: Vec<Waiter>,
        parent: Option<ResolutionId>,
    ) -> ResolutionId {
        let id = self.next_resolution;
        self.next_resolution += 1;
        let parent = parent.and_then(|parent| self.resolutions.get(&parent));
        let (depth, root) = parent.map_or((0, id), |parent| (parent.depth + 1, parent.root));
        self.budgets.join(root);
        self.outbox.report(EventKind::ResolutionStarted {
            question: question.clone(),
            sub: depth > 0,
        });
        let disclosure = match purpose {
            // The question is about the very zone whose servers are asked.
            Purpose::Priming => Disclosure::default(),
            _ => self.new_disclosure(),
        };
        self.resolutions.insert(
            id,
            Resolution {
                qname: question.qname.clone(),
                question,
                purpose,
                aliases: Vec::new(),
                proofs: Vec::new(),
                waiters,
                depth,
                root,
                queries: 0,
                referrals: 0,
                missing_targets: 0,
                empty_responses: 0,
                delegation: None,
                parents_consulted: Vec::new(),
                disclosure,
                attempts: BTreeMap::new(),
                demand: Demand::default(),
                leeway: SimDuration::ZERO,
                subnet: None,
                is_untold: false,
                scope: None,
                state: State::ConsultCache,
            },
        );
        self.ready.push_back(id);
        id
    }

    /// Nothing of a name told yet.
    fn new_disclosure(&self) -> Disclosure {
        let is_hidden = self.config.minimisation != Minimisation::Off;
        Disclosure::new(is_hidden, self.config.hide_type)
    }

    /// Moves every resolution that can move.
    pub(super) fn run_ready(&mut self, now: SimTime) {
        while let Some(id) = self.ready.pop_front() {
            let Some(resolution) = self.resolutions.get(&id) else {
                continue;
            };
            match &resolution.state {
                State::ConsultCache => self.consult_cache(now, id),
                State::FindServers => self.find_servers(now, id),
                State::ChooseServer => self.choose_server(now, id),
                State::AwaitResponse(_) | State::AwaitChild { .. } => {}
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

    /// Step 1: the answer itself.
    fn consult_cache(&mut self, now: SimTime, id: ResolutionId) {
        let Some(resolution) = self.resolutions.get(&id) else {
            return;
        };
        let question = resolution.current_question();
        if resolution.purpose == Purpose::ParentSideAddress {
            self.proceed(id, State::FindServers);
            return;
        }
        let horizon = now + resolution.leeway;
        if let Some(cached) = self.known_whole(horizon, &question) {
            // Only the later links of an alias chain and name server addresses come here:
            // a client's own question was looked up before.
            self.outbox.report(EventKind::CacheHit {
                layer: CacheLayer::Resolver,
                question: question.clone(),
                outcome: cached.outcome.clone(),
                remaining: cached.remaining,
            });
            let conclusion = self.recalled(now, &question, cached, Freshness::Live);
            self.conclude(now, id, conclusion);
            return;
        }
        if let Some((aliases, target)) = self.cached_alias(horizon, &question) {
            if question.qtype == Rtype::CNAME {
                // The alias a DNAME makes is what was asked for.
                self.conclude(now, id, Conclusion::bare(Outcome::Answer(aliases)));
                return;
            }
            // A cached alias is followed before anybody is asked.
            self.follow_alias(now, id, aliases, target);
            return;
        }
        if let Some(conclusion) = self.missing_above(horizon, &question.qname) {
            self.conclude(now, id, conclusion);
            return;
        }
        self.proceed(id, State::FindServers);
    }

    /// The alias the cache holds for a name: its CNAME, or one made by a DNAME above it
    /// ([RFC 6672 §3.4](https://www.rfc-editor.org/rfc/rfc6672#section-3.4)).
    fn cached_alias(&self, now: SimTime, question: &Question) -> Option<(Vec<Rrset>, Name)> {
        let live = |owner: &Name, rtype| {
            let entry = self.cache.get(now, owner, rtype)?;
            let entry = Some(entry).filter(|entry| entry.rank.is_answer())?;
            Some((entry.records(now)?, entry.signatures.clone()))
        };
        let alias = live(&question.qname, Rtype::CNAME);
        if let Some((set, signatures)) = alias.filter(|_| question.qtype != Rtype::CNAME) {
            let target = set.alias_target()?;
            let aliases = [Some(set), signatures].into_iter().flatten();
            return Some((aliases.collect(), target));
        }
        if !self.config.hardening.reuse_dname {
            return None;
        }
        let above = question.qname.ancestors().skip(1);
        let (dname, signatures) = above
            .into_iter()
            .find_map(|owner| live(&owner, Rtype::DNAME))?;
        let alias = dname.synthesized_alias(&question.qname)?;
        let target = alias.alias_target()?;
        let aliases = [Some(dname), signatures, Some(alias)].into_iter().flatten();
        Some((aliases.collect(), target))
    }

    /// If a name above is known not to exist, neither does this one
    /// ([RFC 8020 §2](https://www.rfc-editor.org/rfc/rfc8020#section-2)).
    fn missing_above(&self, now: SimTime, qname: &Name) -> Option<Conclusion> {
        if !self.config.hardening.below_nxdomain {
            return None;
        }
        let above = qname.ancestors().skip(1);
        let gone = above.into_iter().find_map(|name| {
            let question = Question::new(name, crate::engine::Cache::WHOLE_NAME);
            let known = self.cache.resolve(now, &question)?;
            (known.outcome == Outcome::NxDomain).then_some(known)
        })?;
        Some(Conclusion {
            soa: gone.soa,
            ..Conclusion::bare(Outcome::NxDomain)
        })
    }

    /// Step 2: the nearest servers known.
    fn find_servers(&mut self, now: SimTime, id: ResolutionId) {
        let Some(resolution) = self.resolutions.get(&id) else {
            return;
        };
        if resolution.delegation.is_some() {
            // It was begun with servers of its own.
            self.proceed(id, State::ChooseServer);
            return;
        }
        let question = resolution.current_question();
        let skip_configured = resolution.demand.skip_configured;
        // The DS set of a zone is its parent's to give (RFC 4035 §3.1.4.1).
        let start = match question.qname.parent() {
            Some(parent) if question.qtype == Rtype::DS => parent,
            _ => question.qname.clone(),
        };
        let horizon = now + resolution.leeway;
        // Nobody below a zone outlives its delegation: where one has ended, the search starts
        // above it, or a withdrawn zone would live on in its children.
        let has_ended = |zone: &Name| self.cache.has_expired(horizon, zone, Rtype::NS);
        let ended = start.ancestors().filter(has_ended).last();
        let top = ended
            .and_then(|zone| zone.parent())
            .unwrap_or_else(|| start.clone());
        let cached = top
            .ancestors()
            .find_map(|zone| self.cached_delegation(horizon, id, &zone));
        let configured = self.configured_zone(&start).filter(|_| !skip_configured);
        let (point, source) = match (configured, cached) {
            // A forwarder does all the work for its zone; a stub only what is not known better.
            (Some((point, prime)), cached)
                if point.origin == Origin::Forward
                    || cached.as_ref().is_none_or(|cached| {
                        cached.zone.label_count() <= point.zone.label_count()
                    }) =>
            {
                let primed = cached.filter(|cached| prime && cached.zone == point.zone);
                if let Some(mut primed) = primed {
                    // Primed before: what the zone says of itself counts.
                    primed.origin = Origin::Stub;
                    (primed, StartingPoint::StubZone)
                } else if prime {
                    self.prime(id, point);
                    return;
                } else {
                    let source = match point.origin {
                        Origin::Forward => StartingPoint::ForwardZone,
                        _ => StartingPoint::StubZone,
                    };
                    (point, source)
                }
            }
            (_, Some(cached)) => (cached, StartingPoint::CachedDelegation),
            (_, None) => {
                let point = DelegationPoint::from_config(&self.config.root_hints, Origin::Tree);
                if self.config.priming && resolution.purpose != Purpose::Priming {
                    self.prime(id, point);
                    return;
                }
                (point, StartingPoint::RootHints)
            }
        };
        self.outbox.report(EventKind::StartingPointChosen {
            qname: question.qname,
            zone: point.zone.clone(),
            source,
        });
        self.enter_zone(now, id, point);
    }

    /// The deepest configured zone that holds a name, and whether it is to be primed.
    fn configured_zone(&self, qname: &Name) -> Option<(DelegationPoint, bool)> {
        let holds = |zone: &Name| qname.is_at_or_below(zone);
        let zones = self.config.zones.iter();
        let deepest = zones
            .filter(|zone| holds(&zone.servers.zone))
            .max_by_key(|zone| zone.servers.zone.label_count())?;
        let (origin, prime) = match deepest.mode {
            ZoneMode::Stub { prime } => (Origin::Stub, prime),
            ZoneMode::Forward => (Origin::Forward, false),
        };
        Some((
            DelegationPoint::from_config(&deepest.servers, origin),
            prime,
        ))
    }

    /// The servers the cache knows for a zone, if they can lead anywhere.
    pub(super) fn cached_delegation(
        &self,
        now: SimTime,
        id: ResolutionId,
        zone: &Name,
    ) -> Option<DelegationPoint> {
        let set = self.cache.get(now, zone, Rtype::NS)?.records(now)?;
        let point = DelegationPoint::from_ns(&set);
        let has_address = |host: &Name| {
            [Rtype::A, Rtype::AAAA]
                .into_iter()
                .any(|rtype| self.known_addresses(now, host, rtype).next().is_some())
        };
        // A server inside its own zone whose address is unknown can only be found from above,
        // and one whose address is being looked for by way of this question not at all.
        let leads = |host: &Name| {
            let is_inside = host.is_at_or_below(zone);
            has_address(host) || (!is_inside && !self.is_awaiting_address(id, host))
        };
        point
            .hosts
            .iter()
            .any(|host| leads(&host.name))
            .then_some(point)
    }

    /// Turns to the servers of a zone, with a clean slate of attempts.
    pub(super) fn enter_zone(
        &mut self,
        now: SimTime,
        id: ResolutionId,
        mut point: DelegationPoint,
    ) {
        self.limit_servers(now, &mut point);
        let Some(resolution) = self.resolutions.get_mut(&id) else {
            return;
        };
        // Gone back to by way of the parent: who failed before is not tried again.
        if !resolution.parents_consulted.contains(&point.zone) {
            resolution.attempts.clear();
        }
        resolution.empty_responses = 0;
        resolution.missing_targets = 0;
        resolution.demand.recursion_as_last_resort = false;
        resolution.delegation = Some(point);
        self.fetch_ahead(now, id);
        self.proceed(id, State::ChooseServer);
    }

    /// Counts one query against the limits; `false` if there is nothing left.
    pub(super) fn charge(&mut self, id: ResolutionId) -> bool {
        let limits = self.config.limits;
        let Some(resolution) = self.resolutions.get(&id) else {
            return false;
        };
        let is_left = resolution.queries < limits.queries;
        if !is_left || !self.budgets.charge_query(resolution.root, &limits) {
            return false;
        }
        if let Some(resolution) = self.resolutions.get_mut(&id) {
            resolution.queries += 1;
        }
        true
    }

    /// Goes on with the target of an alias, from the cache downward.
    pub(super) fn follow_alias(
        &mut self,
        now: SimTime,
        id: ResolutionId,
        aliases: Vec<Rrset>,
        target: Name,
    ) {
        self.report_aliases(id, &aliases);
        let disclosure = self.new_disclosure();
        let limit = self.config.limits.aliases;
        let Some(resolution) = self.resolutions.get_mut(&id) else {
            return;
        };
        resolution.aliases.extend(aliases);
        let is_alias = |set: &&Rrset| set.rtype == Rtype::CNAME;
        let mut followed = resolution.aliases.iter().filter(is_alias);
        let is_loop = followed.clone().any(|set| set.owner == target);
        if is_loop || followed.nth(limit).is_some() {
            self.fail(now, id, FailureReason::AliasLoop);
            return;
        }
        resolution.qname = target;
        resolution.delegation = None;
        resolution.referrals = 0;
        resolution.parents_consulted.clear();
        resolution.attempts.clear();
        resolution.disclosure = disclosure;
        self.proceed(id, State::ConsultCache);
    }

    /// Ends a resolution without an answer.
    pub(super) fn fail(&mut self, now: SimTime, id: ResolutionId, reason: FailureReason) {
        let conclusion = Conclusion::bare(Outcome::Failure(Rcode::SERVFAIL, reason));
        self.conclude(now, id, conclusion);
    }

    /// Ends a resolution and tells everybody who waits.
    pub(super) fn conclude(&mut self, now: SimTime, id: ResolutionId, mut conclusion: Conclusion) {
        let Some(mut resolution) = self.resolutions.swap_remove(&id) else {
            return;
        };
        let mut aliases = std::mem::take(&mut resolution.aliases);
        match &mut conclusion.outcome {
            Outcome::Answer(sets) => {
                aliases.append(sets);
                *sets = aliases;
            }
            _ => {
                aliases.append(&mut conclusion.aliases);
                conclusion.aliases = aliases;
            }
        }
        if self.exceeds_aliases(&conclusion.outcome, &conclusion.aliases) {
            let failure = Outcome::Failure(Rcode::SERVFAIL, FailureReason::AliasLoop);
            conclusion = Conclusion::bare(failure);
        }
        conclusion.scope = resolution.scope;
        conclusion.extras.authority.append(&mut resolution.proofs);
        let came_to_nothing = !matches!(conclusion.outcome, Outcome::Answer(_));
        if resolution.purpose == Purpose::Address && came_to_nothing {
            self.budgets
                .note_failure(resolution.root, &resolution.question);
        }
        let spent = self.budgets.leave(resolution.root);
        let is_root = resolution.depth == 0;
        self.outbox.report(EventKind::ResolutionFinished {
            question: resolution.question.clone(),
            outcome: conclusion.outcome.clone(),
            upstream_queries: if is_root { spent } else { resolution.queries },
            sub: resolution.depth > 0,
        });
        if resolution.depth == 0 {
            self.remember_conclusion(now, &resolution, &conclusion);
        }
        for waiter in std::mem::take(&mut resolution.waiters) {
            match waiter {
                Waiter::Client(asker) => self.finish_client(now, &asker, &conclusion),
                Waiter::Resolution(parent) => self.resume(now, parent, &resolution, &conclusion),
            }
        }
    }

    /// What a resolution waited for is settled, well or not.
    fn resume(
        &mut self,
        now: SimTime,
        id: ResolutionId,
        child: &Resolution,
        conclusion: &Conclusion,
    ) {
        let hints = &self.config.root_hints;
        let zone = &child.question.qname;
        let mut primed = None;
        if child.purpose == Purpose::Priming {
            // Without an answer the configured servers are used as they are.
            let configured = self.configured_zone(zone).map(|(point, _)| point);
            let fallback =
                configured.unwrap_or_else(|| DelegationPoint::from_config(hints, Origin::Tree));
            let mut point = primed_delegation(zone, conclusion).unwrap_or_else(|| fallback.clone());
            point.origin = fallback.origin;
            if point.hosts.iter().all(|host| host.addresses.is_empty()) {
                // Names alone lead nowhere: their addresses would be looked for from here.
                point.merge(&fallback);
            }
            self.limit_servers(now, &mut point);
            primed = Some(point);
        }
        let Some(resolution) = self.resolutions.get_mut(&id) else {
            return;
        };
        if let Some(point) = primed {
            resolution.delegation = Some(point);
        } else if let Outcome::Answer(sets) = &conclusion.outcome
            && let Some(delegation) = &mut resolution.delegation
            && let Some(host) = delegation.host_mut(&child.question.qname)
        {
            for address in sets.iter().flat_map(Rrset::addresses) {
                host.add(address);
            }
        }
        if matches!(conclusion.outcome, Outcome::NxDomain) {
            resolution.missing_targets += 1;
        }
        self.proceed(id, State::ChooseServer);
    }
}

/// The servers a priming response names, with the addresses that came along.
fn primed_delegation(zone: &Name, conclusion: &Conclusion) -> Option<DelegationPoint> {
    let Outcome::Answer(sets) = &conclusion.outcome else {
        return None;
    };
    let is_ns = |set: &&Rrset| set.rtype == Rtype::NS && set.owner == *zone;
    let mut point = DelegationPoint::from_ns(sets.iter().find(is_ns)?);
    add_addresses(&mut point, &conclusion.extras);
    Some(point)
}

/// Gives the hosts of a delegation the addresses that came beside it.
pub(super) fn add_addresses(point: &mut DelegationPoint, extras: &Extras) {
    for set in &extras.additional {
        if let Some(host) = point.host_mut(&set.owner) {
            for address in set.addresses() {
                host.add(address);
            }
        }
    }
}
