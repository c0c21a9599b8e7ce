//! The steered names of a world file: read, and put into their zones.

use std::sync::Arc;

use indexmap::IndexMap;

use super::Machine;
use super::check::Builder;
use crate::dns::{Name, Rrset, Rtype, quoted};
use crate::engine::policy::PolicySets;
use crate::engine::{Coordinates, Zone};
use crate::scenario::steered::SteeredSet;
use crate::scenario::steering_file::{SteeredFile, Surroundings};

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
                for address in pool.addresses() {
                    let is_there = machines.iter().any(|(s, _)| s.addresses.contains(&address));
                    if !is_there {
                        faults.push(format!(
                            "{what}: no machine has {address}, so no check can reach it"
                        ));
                    }
                }
            }
            sets.push(set);
        }
        let mut trees = PolicySets::default();
        for set in &sets {
            trees.insert(set.pool.clone(), set.policy.clone());
        }
        for (key, fault) in trees.faults() {
            let what = format!("steered {} {}", key.owner.without_dot(), key.rtype);
            faults.push(format!("{what}: {fault}"));
        }
        for set in &sets {
            if let Err(fault) = put_into_zone(set, &trees, zones) {
                let pool = &set.pool;
                let what = format!("steered {} {}", pool.owner().without_dot(), pool.rtype());
                faults.push(format!("{what}: {fault}"));
            }
        }
        for fault in faults {
            let of = files.iter().find(|file| {
                let owner = file.owner.get_ref().without_dot();
                fault.starts_with(&format!("steered {owner} {}", file.rtype))
            });
            self.at = of.map(|file| file.owner.span().start);
            self.error(fault);
        }
        for (_, machine) in &mut self.machines {
            // A server's own version of a zone has the steered sets as well.
            if let Machine::Authoritative { versions, .. } = machine {
                for zone in versions {
                    for set in &sets {
                        let holds = nearest(set.pool.owner(), zones);
                        let is_here = holds.is_some_and(|known| known == *zone.origin());
                        if let Some(rrset) = whole(set, &trees).filter(|_| is_here) {
                            *zone = Arc::new(zone.with_rrsets([rrset]));
                        }
                    }
                }
            }
        }
        sets
    }
}

/// All that a set can be answered with: its addresses, and those of the sets it leads to.
fn whole(set: &SteeredSet, trees: &PolicySets) -> Option<Rrset> {
    trees.rrset(&set.pool.key())
}

/// Puts all addresses of a set into the nearest zone above it.
fn put_into_zone(
    set: &SteeredSet,
    trees: &PolicySets,
    zones: &mut IndexMap<Name, Arc<Zone>>,
) -> Result<(), String> {
    let owner = set.pool.owner();
    let Some(origin) = nearest(owner, zones) else {
        return Err("no [[zone]] holds the name".to_owned());
    };
    let aliases = set.pool.endpoints().iter().filter_map(|e| e.alias_name());
    for name in aliases {
        if nearest(name, zones).as_ref() != Some(&origin) {
            let (name, zone) = (name.without_dot(), origin.without_dot());
            return Err(format!(
                "the alias to {name} leads out of the zone {zone}",
                name = quoted(&name)
            ));
        }
    }
    let Some(zone) = zones.get_mut(&origin) else {
        return Ok(());
    };
    if zone.get(owner, Rtype::CNAME).is_some() {
        return Err("the name is an alias in its zone, and an alias stands alone".to_owned());
    }
    if let Some(rrset) = whole(set, trees) {
        *zone = Arc::new(zone.with_rrsets([rrset]));
    }
    Ok(())
}

/// The origin of the nearest zone above a name.
fn nearest(owner: &Name, zones: &IndexMap<Name, Arc<Zone>>) -> Option<Name> {
    let origins = zones.keys().filter(|origin| owner.is_at_or_below(origin));
    origins.max_by_key(|origin| origin.label_count()).cloned()
}
