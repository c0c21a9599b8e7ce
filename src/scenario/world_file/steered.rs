//! The steered names of a world: read, put into their zones, and given to the servers.

use std::sync::Arc;

use indexmap::IndexMap;

use super::Machine;
use super::check::Builder;
use crate::dns::{Name, RrsetKey, Rtype};
use crate::engine::policy::{Health, PlaceTable};
use crate::engine::{Coordinates, Node, Stream, World, Zone};
use crate::scenario::steering_file::{SteeredFile, SteeredSet, Surroundings};

impl Builder<'_> {
    /// Reads the steered sets, and puts all their addresses into the zones they belong to: a
    /// server finds a set as ever before it lets the policy choose from it.
    pub(super) fn read_steered(
        &mut self,
        files: &[SteeredFile],
        zones: &mut IndexMap<Name, Arc<Zone>>,
    ) -> Vec<SteeredSet> {
        let places = self.places;
        let place = |id: &str| {
            let found = places.iter().find(|place| place.id == id)?;
            Some(Coordinates {
                latitude: found.latitude,
                longitude: found.longitude,
            })
        };
        let machines = &self.machines;
        let host = |id: &str| {
            let (spec, _) = machines.iter().find(|(spec, _)| spec.id == id)?;
            let at = spec.sites.first().map(crate::engine::Place::coordinates);
            Some((spec.addresses.clone(), at))
        };
        let around = Surroundings {
            place: &place,
            host: &host,
        };
        let mut faults = Vec::new();
        let mut sets: Vec<SteeredSet> = Vec::new();
        for file in files {
            let Some(set) = file.read(&around, &mut faults) else {
                continue;
            };
            let pool = &set.pool;
            let what = format!("steered {} {}", pool.owner().without_dot(), pool.rtype());
            let is_twice = sets.iter().any(|known| {
                known.pool.owner() == pool.owner() && known.pool.rtype() == pool.rtype()
            });
            if is_twice {
                faults.push(format!("{what}: it is there twice"));
            }
            if set.check.is_some() {
                for endpoint in pool.endpoints() {
                    let address = endpoint.address;
                    let is_there = machines.iter().any(|(s, _)| s.addresses.contains(&address));
                    if !is_there {
                        faults.push(format!(
                            "{what}: no machine has {address}, so no check can reach it"
                        ));
                    }
                }
            }
            match put_into_zone(&set, zones) {
                Ok(()) => sets.push(set),
                Err(fault) => faults.push(format!("{what}: {fault}")),
            }
        }
        for fault in faults {
            self.error(fault);
        }
        for (_, machine) in &mut self.machines {
            // A server's own version of a zone has the steered sets as well.
            if let Machine::Authoritative { versions, .. } = machine {
                for zone in versions {
                    for set in &sets {
                        let owner = set.pool.owner();
                        let holds = nearest(owner, zones.values_mut());
                        if holds.is_some_and(|known| known.origin() == zone.origin()) {
                            put(set, zone);
                        }
                    }
                }
            }
        }
        sets
    }
}

/// Puts all addresses of a set into the nearest zone above it.
fn put_into_zone(set: &SteeredSet, zones: &mut IndexMap<Name, Arc<Zone>>) -> Result<(), String> {
    let owner = set.pool.owner();
    match nearest(owner, zones.values_mut()) {
        Some(zone) if zone.get(owner, Rtype::CNAME).is_none() => {
            put(set, zone);
            Ok(())
        }
        Some(_) => Err("the name is an alias in its zone, and an alias stands alone".to_owned()),
        None => Err("no [[zone]] holds the name".to_owned()),
    }
}

/// Of zones the nearest above a name.
fn nearest<'z>(
    owner: &Name,
    zones: impl Iterator<Item = &'z mut Arc<Zone>>,
) -> Option<&'z mut Arc<Zone>> {
    zones
        .filter(|zone| owner.is_at_or_below(zone.origin()))
        .max_by_key(|zone| zone.origin().label_count())
}

/// Puts all addresses of a set into a zone.
fn put(set: &SteeredSet, zone: &mut Arc<Zone>) {
    if let Some(rrset) = set.pool.rrset() {
        *zone = Arc::new(zone.with_rrset(rrset));
    }
}

/// Gives each server the policies of the names in its zones.
pub(super) fn install(world: &mut World, seed: u64, sets: &[SteeredSet]) {
    if sets.is_empty() {
        return;
    }
    let places = Arc::new(PlaceTable::modelled());
    for id in world.node_ids() {
        let random = Stream::new(seed, &format!("{}:policy", world.spec(id).id));
        for set in sets {
            let owner = set.pool.owner();
            let serves = matches!(world.node(id), Node::Authoritative(server)
                if server.zones().iter().any(|zone| zone.get(owner, set.pool.rtype()).is_some()));
            if !serves {
                continue;
            }
            if let Node::Authoritative(server) = world.node_mut(id) {
                let (pool, policy) = (set.pool.clone(), set.policy.clone());
                server.set_policy(pool, policy, Arc::clone(&places), random.clone());
            }
        }
    }
    for set in sets {
        let Some(check) = set.check else {
            continue;
        };
        let key = RrsetKey {
            owner: set.pool.owner().clone(),
            rtype: set.pool.rtype(),
        };
        let mut watched = Vec::new();
        for endpoint in set.pool.endpoints() {
            let is_checked = endpoint.health != Health::Unchecked;
            if is_checked && !watched.contains(&endpoint.address) {
                watched.push(endpoint.address);
                world.watch(key.clone(), endpoint.address, check);
            }
        }
    }
}
