//! How interventions change zones: on all servers that hold them, and checked first.

use std::sync::Arc;

use indexmap::IndexMap;

use super::{InterventionError, NodeId, World};
use crate::dns::{Name, Rrset, Rtype, Ttl, ZoneFileError, ZoneText};
use crate::engine::{Node, Zone};

/// RRsets that are named in one sentence, at most.
const MOST_LISTED: usize = 4;

/// The node concerned and what was done, in the past tense.
type Done = Result<(NodeId, String), InterventionError>;

/// Checks a zone as a server does before it serves it.
///
/// # Errors
/// What is wrong with it, in words for the person who wrote it.
pub(super) fn checked_zone(origin: &Name, text: &ZoneText) -> Result<Zone, InterventionError> {
    let bad = |error: &ZoneFileError| InterventionError::BadZone(error.to_string());
    let sets = text.sets().map_err(bad)?;
    if let Some(alias) = sets.iter().find(|set| is_apex_alias(origin, set)) {
        return Err(apex_alias(&alias.owner));
    }
    Zone::from_rrsets(origin, sets.iter().cloned()).map_err(|error| bad(&error))
}

/// What RRsets are called: the first few by owner and type, and how many more there are.
fn listed(sets: &[Rrset]) -> String {
    let names = sets.iter().take(MOST_LISTED);
    let names = names.map(|set| format!("{} {}", set.owner.without_dot(), set.rtype));
    let names: Vec<String> = names.collect();
    match sets.len().saturating_sub(MOST_LISTED) {
        0 => names.join(", "),
        more => format!("{} and {more} more", names.join(", ")),
    }
}

/// Whether a set makes the top of a zone an alias.
fn is_apex_alias(origin: &Name, set: &Rrset) -> bool {
    set.rtype == Rtype::CNAME && set.owner == *origin
}

/// Why the top of a zone cannot be an alias.
fn apex_alias(origin: &Name) -> InterventionError {
    InterventionError::BadZone(format!(
        "{} is the top of its zone and needs SOA and NS records there. A CNAME must stand \
         alone (RFC 1034 §3.6.2), so it cannot stand here",
        origin.without_dot()
    ))
}

/// A changed zone, checked.
fn checked(zone: Zone) -> Result<Zone, InterventionError> {
    if zone.get(zone.origin(), Rtype::CNAME).is_some() {
        return Err(apex_alias(zone.origin()));
    }
    match zone.check() {
        Ok(()) => Ok(zone),
        Err(error) => Err(InterventionError::BadZone(error.to_string())),
    }
}

impl World {
    /// The nearest zone above `name` that a server of this world serves.
    ///
    /// # Errors
    /// If there is none.
    pub fn zone_of(&self, name: &Name) -> Result<Arc<Zone>, InterventionError> {
        let holding = self
            .served_zones()
            .filter(|zone| name.is_at_or_below(zone.origin()));
        holding
            .max_by_key(|zone| zone.origin().label_count())
            .cloned()
            .ok_or_else(|| InterventionError::NoSuchZone(name.clone()))
    }

    /// All zones of all servers.
    fn served_zones(&self) -> impl Iterator<Item = &Arc<Zone>> {
        self.node_ids()
            .filter_map(|id| match self.node(id) {
                Node::Authoritative(server) => Some(server.zones()),
                _ => None,
            })
            .flatten()
    }

    /// The zone with this origin, or the nearest to `owner` where none is named.
    fn zone_to_change(
        &self,
        zone: Option<&Name>,
        owner: &Name,
    ) -> Result<Arc<Zone>, InterventionError> {
        let Some(origin) = zone else {
            return self.zone_of(owner);
        };
        self.served_zones()
            .find(|zone| zone.origin() == origin)
            .cloned()
            .ok_or_else(|| InterventionError::NoSuchZone(origin.clone()))
    }

    /// Replaces a zone on all servers that serve it; returns the first of them.
    pub(super) fn replace_zone(&mut self, zone: Zone) -> Result<NodeId, InterventionError> {
        let zone = Arc::new(zone);
        let mut first = None;
        for id in self.node_ids() {
            let serves = matches!(self.node(id), Node::Authoritative(server)
                if server.zones().iter().any(|known| known.origin() == zone.origin()));
            if serves {
                if let Node::Authoritative(server) = self.node_mut(id) {
                    server.set_zone(Arc::clone(&zone));
                }
                first = first.or(Some(id));
            }
        }
        first.ok_or_else(|| InterventionError::NoSuchZone(zone.origin().clone()))
    }

    /// Whether a server is among those meant: all, or those of a provider or with an id.
    fn is_meant(&self, id: NodeId, servers: Option<&str>) -> bool {
        let spec = self.spec(id);
        servers.is_none_or(|meant| spec.id == meant || spec.provider.as_deref() == Some(meant))
    }

    /// What comes of changing a zone on its servers, each its own version of it; the world is
    /// left as it is. `change` gives the new version, or `None` for a version it leaves alone.
    fn edited(
        &self,
        servers: Option<&str>,
        origin: &Name,
        change: impl Fn(&Zone) -> Option<Zone>,
    ) -> Result<Vec<(NodeId, Arc<Zone>)>, InterventionError> {
        let mut versions: Vec<(&Arc<Zone>, Option<Arc<Zone>>)> = Vec::new();
        let mut ready = Vec::new();
        for id in self.node_ids().filter(|id| self.is_meant(*id, servers)) {
            let Node::Authoritative(server) = self.node(id) else {
                continue;
            };
            let held = server.zones().iter().find(|zone| zone.origin() == origin);
            let Some(old) = held else { continue };
            let known = versions
                .iter()
                .find(|(version, _)| Arc::ptr_eq(version, old));
            let new = match known {
                Some((_, new)) => new.clone(),
                None => {
                    let new = match change(old) {
                        Some(zone) => Some(Arc::new(checked(zone)?)),
                        None => None,
                    };
                    versions.push((old, new.clone()));
                    new
                }
            };
            ready.extend(new.map(|new| (id, new)));
        }
        Ok(ready)
    }

    /// Gives servers their new versions; returns the first server.
    fn load(&mut self, ready: Vec<(NodeId, Arc<Zone>)>) -> Option<NodeId> {
        let first = ready.first().map(|(id, _)| *id);
        for (id, zone) in ready {
            if let Node::Authoritative(server) = self.node_mut(id) {
                server.set_zone(zone);
            }
        }
        first
    }

    /// RRsets by the zone they belong to.
    fn by_zone(
        &self,
        zone: Option<&Name>,
        records: &ZoneText,
    ) -> Result<IndexMap<Name, Vec<Rrset>>, InterventionError> {
        let sets =
            { records.sets() }.map_err(|error| InterventionError::BadZone(error.to_string()))?;
        let mut groups: IndexMap<Name, Vec<Rrset>> = IndexMap::new();
        for set in sets {
            let origin = self.zone_to_change(zone, &set.owner)?.origin().clone();
            groups.entry(origin).or_default().push(set.clone());
        }
        if groups.is_empty() {
            return Err(InterventionError::BadZone("there is no record".into()));
        }
        Ok(groups)
    }

    /// Adds or replaces RRsets, in `zone` if one is named, on all servers or only on those of
    /// one provider or with one id.
    pub(super) fn set_records(
        &mut self,
        servers: Option<&str>,
        zone: Option<&Name>,
        records: &ZoneText,
    ) -> Done {
        let mut ready = Vec::new();
        for (origin, sets) in self.by_zone(zone, records)? {
            let with_sets = |zone: &Zone| Some(zone.with_rrsets(sets.iter().cloned()));
            let edits = self.edited(servers, &origin, with_sets)?;
            if edits.is_empty() {
                let who = servers.unwrap_or_default().to_owned();
                return Err(InterventionError::NotServed(who, origin));
            }
            ready.push((edits, listed(&sets)));
        }
        let mut done = None;
        for (edits, mut what) in ready {
            what.push_str(" was set");
            if let Some(zone) = zone {
                what.push_str(&format!(" in the zone {}", zone.without_dot()));
            }
            if let Some(servers) = servers {
                what.push_str(&format!(" at {servers} only"));
            }
            done = self.load(edits).map(|id| (id, what));
        }
        done.ok_or_else(|| InterventionError::BadZone("there is no record".into()))
    }

    /// Gives an RRset another TTL on all servers that have it.
    pub(super) fn set_ttl(&mut self, owner: &Name, rtype: Rtype, ttl: Ttl) -> Done {
        let origin = self.zone_of(owner)?.origin().clone();
        let edits = self.edited(None, &origin, |zone| zone.with_ttl(owner, rtype, ttl))?;
        let missing = || InterventionError::NoSuchRecords(owner.clone(), rtype);
        let id = self.load(edits).ok_or_else(missing)?;
        let (owner, ttl) = (owner.without_dot(), ttl.as_secs());
        Ok((id, format!("The TTL of {owner} {rtype} was set to {ttl} s")))
    }

    /// Gives servers a new version of a zone, which they may find at fault.
    pub(super) fn publish(&mut self, records: &ZoneText) -> Done {
        match self.set_records(None, None, records) {
            Err(InterventionError::BadZone(problem)) => {
                // Where not even the records can be read, nothing can be given to anybody.
                let changed = self.by_zone(None, records)?;
                let origin = changed.keys().next().cloned().unwrap_or_else(Name::root);
                let first = self.node_ids().find(|id| {
                    matches!(self.node(*id), Node::Authoritative(server)
                        if server.zones().iter().any(|zone| *zone.origin() == origin))
                });
                let id = first.ok_or_else(|| InterventionError::NoSuchZone(origin.clone()))?;
                let origin = origin.without_dot();
                Ok((
                    id,
                    format!(
                        "The servers of {origin} refused the new zone and keep the old one: {problem}"
                    ),
                ))
            }
            other => other,
        }
    }

    /// Removes one RRset, from `zone` if one is named, on all servers or only on those of one
    /// provider or with one id.
    pub(super) fn remove_records(
        &mut self,
        servers: Option<&str>,
        zone: Option<&Name>,
        owner: &Name,
        rtype: Rtype,
    ) -> Done {
        let origin = self.zone_to_change(zone, owner)?.origin().clone();
        let edits = self.edited(servers, &origin, |zone| zone.without(owner, rtype))?;
        let missing = || InterventionError::NoSuchRecords(owner.clone(), rtype);
        let id = self.load(edits).ok_or_else(missing)?;
        let mut what = format!("{} {rtype} was removed", owner.without_dot());
        if let Some(zone) = zone {
            what.push_str(&format!(" from the zone {}", zone.without_dot()));
        }
        if let Some(servers) = servers {
            what.push_str(&format!(" at {servers} only"));
        }
        Ok((id, what))
    }

    /// All servers of a provider go down or come back.
    pub(super) fn set_provider_down(&mut self, provider: &str, down: bool) -> Done {
        let ids = self.node_ids();
        let ids: Vec<NodeId> = ids
            .filter(|id| self.spec(*id).provider.as_deref() == Some(provider))
            .collect();
        let first = ids.first().copied();
        let first = first.ok_or_else(|| InterventionError::NoSuchProvider(provider.to_owned()))?;
        for id in ids {
            self.set_down(id, down);
        }
        let verb = if down { "went down" } else { "came back" };
        Ok((first, format!("All servers of {provider} {verb}")))
    }

    /// A zone as other servers have it, or as the last one to drop it had it.
    fn zone_to_load(&self, origin: &Name) -> Result<Arc<Zone>, InterventionError> {
        match self.shelf.get(origin) {
            Some(zone) => Ok(Arc::clone(zone)),
            None => self.zone_to_change(Some(origin), origin),
        }
    }

    /// Lets a server drop a zone, or load it: from another server, or as the last one to drop it
    /// had it.
    pub(super) fn set_served(&mut self, id: NodeId, zone: &Name, served: bool) -> Done {
        let title = self.spec(id).title.clone();
        let name = self.spec(id).id.clone();
        let load = served.then(|| self.zone_to_load(zone)).transpose()?;
        let Node::Authoritative(server) = self.node_mut(id) else {
            return Err(InterventionError::WrongRole(name));
        };
        if let Some(zone) = load {
            let origin = zone.origin().clone();
            server.set_zone(zone);
            self.shelf.swap_remove(&origin);
            return Ok((id, format!("{title} now serves {}", origin.without_dot())));
        }
        let Some(dropped) = server.remove_zone(zone) else {
            return Err(InterventionError::NotServed(name, zone.clone()));
        };
        if !self.served_zones().any(|known| known.origin() == zone) {
            self.shelf.insert(zone.clone(), dropped);
        }
        Ok((
            id,
            format!("{title} no longer serves {}", zone.without_dot()),
        ))
    }
}
