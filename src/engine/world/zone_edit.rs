//! How interventions change zones: on all servers that hold them, and checked first.

use std::sync::Arc;

use super::{InterventionError, NodeId, World};
use crate::dns::{Name, Rrset, Rtype, parse_records, write_records};
use crate::engine::{Node, Zone};

/// The node concerned and what was done, in the past tense.
type Done = Result<(NodeId, String), InterventionError>;

/// Reads a zone as a server does before it serves it.
///
/// # Errors
/// What is wrong with it, in words for the person who wrote it.
pub(super) fn checked_zone(origin: &Name, text: &str) -> Result<Zone, InterventionError> {
    let bad = |problem: String| Err(InterventionError::BadZone(problem));
    let sets = match parse_records(origin, text) {
        Ok(sets) => sets,
        Err(error) => return bad(error.to_string()),
    };
    let is_apex_alias = |set: &Rrset| set.rtype == Rtype::CNAME && set.owner == *origin;
    if sets.iter().any(is_apex_alias) {
        return bad(format!(
            "{} is the top of its zone and needs SOA and NS records there. A CNAME must stand \
             alone (RFC 1034 §3.6.2), so it cannot stand here",
            origin.without_dot()
        ));
    }
    Zone::parse(origin, text).or_else(|error| bad(error.to_string()))
}

/// A zone with other RRsets, checked.
fn rebuilt<'a>(
    origin: &Name,
    sets: impl IntoIterator<Item = &'a Rrset>,
) -> Result<Zone, InterventionError> {
    checked_zone(origin, &write_records(origin, sets))
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

    /// The zones that come of adding or replacing RRsets; the world is left as it is.
    fn with_records(
        &self,
        zone: Option<&Name>,
        records: &str,
    ) -> Result<Vec<(Zone, String)>, InterventionError> {
        let sets = parse_records(&Name::root(), records)
            .map_err(|error| InterventionError::BadZone(error.to_string()))?;
        let mut changed: Vec<(Zone, String)> = Vec::new();
        for set in sets {
            let what = format!("{} {}", set.owner.without_dot(), set.rtype);
            let origin = self.zone_to_change(zone, &set.owner)?.origin().clone();
            match changed
                .iter_mut()
                .find(|(zone, _)| *zone.origin() == origin)
            {
                Some((zone, all)) => {
                    *zone = zone.with_rrset(set);
                    all.push_str(", ");
                    all.push_str(&what);
                }
                None => {
                    let zone = self.zone_to_change(Some(&origin), &origin)?;
                    changed.push((zone.with_rrset(set), what));
                }
            }
        }
        if changed.is_empty() {
            return Err(InterventionError::BadZone("there is no record".into()));
        }
        Ok(changed)
    }

    /// Adds or replaces RRsets, in `zone` if one is named.
    pub(super) fn set_records(&mut self, zone: Option<&Name>, records: &str) -> Done {
        let mut ready = Vec::new();
        for (changed, what) in self.with_records(zone, records)? {
            ready.push((rebuilt(changed.origin(), changed.rrsets())?, what));
        }
        let mut done = None;
        for (changed, what) in ready {
            let what = match zone {
                Some(zone) => format!("{what} was set in the zone {}", zone.without_dot()),
                None => format!("{what} was set"),
            };
            done = Some((self.replace_zone(changed)?, what));
        }
        done.ok_or_else(|| InterventionError::BadZone("there is no record".into()))
    }

    /// Gives servers a new version of a zone, which they may find at fault.
    pub(super) fn publish(&mut self, records: &str) -> Done {
        match self.set_records(None, records) {
            Err(InterventionError::BadZone(problem)) => {
                // Where not even the records can be read, nothing can be given to anybody.
                let changed = self.with_records(None, records)?;
                let origin = changed.first().map(|(zone, _)| zone.origin().clone());
                let origin = origin.unwrap_or_else(Name::root);
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

    /// Removes one RRset, from `zone` if one is named.
    pub(super) fn remove_records(
        &mut self,
        zone: Option<&Name>,
        owner: &Name,
        rtype: Rtype,
    ) -> Done {
        let old = self.zone_to_change(zone, owner)?;
        if old.get(owner, rtype).is_none() {
            return Err(InterventionError::NoSuchRecords(owner.clone(), rtype));
        }
        let kept = old.rrsets().into_iter();
        let kept = kept.filter(|set| set.owner != *owner || set.rtype != rtype);
        let id = self.replace_zone(rebuilt(old.origin(), kept)?)?;
        let what = format!("{} {rtype} was removed", owner.without_dot());
        Ok(match zone {
            Some(zone) => (id, format!("{what} from the zone {}", zone.without_dot())),
            None => (id, what),
        })
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
