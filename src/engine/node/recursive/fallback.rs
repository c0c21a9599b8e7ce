//! Where to turn when no server of a zone is of use: unverified glue, servers that only offer
//! recursion, the parent's view of the zone, and in the end the root.

use std::net::IpAddr;

use super::RecursiveResolver;
use super::delegation::{Candidate, DelegationPoint, Origin};
use super::resolution::{Purpose, ResolutionId, State};
use super::servers::Lameness;
use crate::dns::{Name, Question, Rtype};
use crate::engine::{EventKind, SimTime};

/// The last resorts, in the order they are tried.
impl RecursiveResolver {
    /// Turns to glue that could not be verified.
    pub(super) fn use_unverified_glue(&mut self, id: ResolutionId) -> bool {
        let Some(resolution) = self.resolutions.get_mut(&id) else {
            return false;
        };
        let Some(point) = &mut resolution.delegation else {
            return false;
        };
        let mut found = false;
        for host in &mut point.hosts {
            for address in std::mem::take(&mut host.unverified) {
                found |= !host.addresses.contains(&address);
                host.add(address);
            }
        }
        if found {
            self.proceed(id, State::ChooseServer);
        }
        found
    }

    /// Turns to servers that only offer recursion, and asks for it.
    pub(super) fn ask_for_recursion(&mut self, now: SimTime, id: ResolutionId) -> bool {
        let Some(resolution) = self.resolutions.get_mut(&id) else {
            return false;
        };
        if resolution.demand.recursion_as_last_resort {
            return false;
        }
        resolution.demand.recursion_as_last_resort = true;
        let qtype = resolution.question.qtype;
        let zone = resolution
            .delegation
            .as_ref()
            .map(|point| point.zone.clone());
        let candidates = self.candidates(now, id);
        let selection = self.config.selection;
        let is_recursive = |candidate: &&Candidate| {
            let address = candidate.address;
            let place = zone.as_ref().map(|zone| (zone, qtype));
            let lameness = place.and_then(|p| self.servers.lameness(now, address, p, &selection));
            lameness == Some(Lameness::Recursive)
        };
        let recursive: Vec<IpAddr> = candidates
            .iter()
            .filter(is_recursive)
            .map(|candidate| candidate.address)
            .collect();
        let Some(resolution) = self.resolutions.get_mut(&id) else {
            return false;
        };
        if recursive.is_empty() {
            resolution.demand.recursion_as_last_resort = false;
            return false;
        }
        for address in &recursive {
            resolution.attempts.remove(address);
        }
        self.proceed(id, State::ChooseServer);
        true
    }

    /// Goes back to the servers that the parent names for the zone.
    pub(super) fn consult_parent(&mut self, now: SimTime, id: ResolutionId) -> bool {
        if !self.config.parent_fallback {
            return false;
        }
        let Some(resolution) = self.resolutions.get(&id) else {
            return false;
        };
        let Some(point) = &resolution.delegation else {
            return false;
        };
        let zone = point.zone.clone();
        let is_tree = point.origin == Origin::Tree && !point.is_configured;
        if !is_tree || resolution.parents_consulted.contains(&zone) {
            return false;
        }
        let mut known = self.parents.get(now, &zone).cloned();
        if zone == self.config.root_hints.zone {
            known = Some(DelegationPoint::from_config(
                &self.config.root_hints,
                Origin::Tree,
            ));
        }
        let above = zone
            .parent()
            .and_then(|parent| self.delegation_above(now, id, &parent));
        let mut merged = point.clone();
        merged.origin = Origin::Parent;
        if let Some(known) = &known {
            merged.merge(known);
        }
        let is_news = merged.hosts != point.hosts;
        let Some(resolution) = self.resolutions.get_mut(&id) else {
            return false;
        };
        resolution.parents_consulted.push(zone.clone());
        if known.is_some() {
            resolution.delegation = Some(merged);
            if is_news {
                self.outbox.report(EventKind::ParentConsulted { zone });
                self.proceed(id, State::ChooseServer);
            }
            return is_news;
        }
        // Nothing is remembered of the parent's view, so it is asked again.
        let Some(above) = above else {
            return false;
        };
        resolution.delegation = Some(above);
        self.outbox.report(EventKind::ParentConsulted { zone });
        self.proceed(id, State::ChooseServer);
        true
    }

    /// The nearest servers known for a name or above it, the hints at the worst.
    pub(super) fn delegation_above(
        &self,
        now: SimTime,
        id: ResolutionId,
        name: &Name,
    ) -> Option<DelegationPoint> {
        let cached = name
            .ancestors()
            .find_map(|zone| self.cached_delegation(now, id, &zone));
        let hints = || DelegationPoint::from_config(&self.config.root_hints, Origin::Tree);
        Some(cached.unwrap_or_else(hints))
    }

    /// Asks the parent's servers for the addresses of hosts inside the zone.
    pub(super) fn look_for_address_at_parent(&mut self, now: SimTime, id: ResolutionId) -> bool {
        let Some(resolution) = self.resolutions.get(&id) else {
            return false;
        };
        let Some(point) = &resolution.delegation else {
            return false;
        };
        if !self.config.parent_fallback || point.origin != Origin::Parent {
            return false;
        }
        let zone = point.zone.clone();
        let next = point.hosts.iter().find(|host| !host.looked_for_at_parent);
        let Some(host) = next.map(|host| host.name.clone()) else {
            return false;
        };
        // The parent of the zone the host lies in: the deepest one known.
        let is_known = |zone: &Name| self.cache.get(now, zone, Rtype::NS).is_some();
        let start = if host.is_at_or_below(&zone) {
            zone.parent()
        } else {
            host.ancestors()
                .find(is_known)
                .and_then(|zone| zone.parent())
        };
        let servers = start.and_then(|start| self.delegation_above(now, id, &start));
        if let Some(resolution) = self.resolutions.get_mut(&id)
            && let Some(point) = &mut resolution.delegation
            && let Some(host) = point.host_mut(&host)
        {
            host.looked_for_at_parent = true;
        }
        let rtype = if self.speaks(Rtype::A) {
            Rtype::A
        } else {
            Rtype::AAAA
        };
        let question = Question::new(host, rtype);
        self.await_child(id, question, Purpose::ParentSideAddress, servers);
        true
    }

    /// Configured servers failed: resolves from the root, if the configuration says so.
    pub(super) fn leave_configured_zone(&mut self, id: ResolutionId) -> bool {
        let Some(resolution) = self.resolutions.get(&id) else {
            return false;
        };
        let Some(point) = &resolution.delegation else {
            return false;
        };
        let zones = self.config.zones.iter();
        let may_leave = matches!(point.origin, Origin::Stub | Origin::Forward)
            && zones
                .filter(|zone| zone.servers.zone == point.zone)
                .any(|zone| zone.or_resolve);
        if may_leave && let Some(resolution) = self.resolutions.get_mut(&id) {
            resolution.demand.skip_configured = true;
            resolution.delegation = None;
            resolution.attempts.clear();
            self.proceed(id, State::FindServers);
        }
        may_leave
    }
}
