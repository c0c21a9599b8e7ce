//! The flattened names of a world file: read and checked.

use std::sync::Arc;

use indexmap::IndexMap;

use super::Machine;
use super::check::Builder;
use super::flattened::Flattening;
use super::shape::FlattenedFile;
use crate::dns::{Name, Rtype, quoted};
use crate::engine::Zone;

impl Builder<'_> {
    /// Reads the flattened names. Steered sets must be in their zones already.
    pub(super) fn read_flattened(
        &mut self,
        files: &[FlattenedFile],
        zones: &IndexMap<Name, Arc<Zone>>,
    ) -> Vec<Flattening> {
        let mut names: Vec<Flattening> = Vec::new();
        for file in files {
            let owner = file.owner.get_ref();
            self.at = Some(file.owner.span().start);
            let mut faults = Vec::new();
            if names.iter().any(|known| known.owner == *owner) {
                faults.push("it is there twice".to_owned());
            }
            if *owner == file.target {
                faults.push("it leads to itself".to_owned());
            }
            let zone = nearest(owner, zones);
            match zone {
                Some(zone) => faults.extend(fault_in_zone(owner, zone)),
                None => faults.push("no [[zone]] holds the name".to_owned()),
            }
            let upstream = self.machines.iter().find(|(spec, machine)| {
                let answers = matches!(
                    machine,
                    Machine::Resolver { .. } | Machine::Authoritative { .. }
                );
                spec.id == file.upstream && answers
            });
            if upstream.is_none() {
                let id = &file.upstream;
                faults.push(format!(
                    "its upstream {id} is no [[resolver]] and no [[authoritative]]",
                    id = quoted(id)
                ));
            }
            if let (Some(zone), Some((spec, _))) = (zone, upstream) {
                let name = Flattening {
                    zone: zone.origin().clone(),
                    owner: owner.clone(),
                    target: file.target.clone(),
                    upstream: spec.addresses.clone(),
                    passes_subnet: file.client_subnet,
                };
                for (server, machine) in &self.machines {
                    let serves = matches!(machine, Machine::Authoritative { origins, .. }
                        if origins.contains(&name.zone));
                    if serves && name.at(&server.addresses).is_none() {
                        faults.push(format!(
                            "{} cannot reach {}: one has IPv4 only, the other IPv6 only",
                            quoted(&server.id),
                            quoted(&spec.id)
                        ));
                    }
                }
                names.push(name);
            }
            for fault in faults {
                let owner = owner.without_dot();
                self.error(format!("flattened {owner}: {fault}"));
            }
        }
        names
    }
}

/// The nearest zone above a name.
fn nearest<'z>(owner: &Name, zones: &'z IndexMap<Name, Arc<Zone>>) -> Option<&'z Zone> {
    let holding = zones
        .values()
        .filter(|zone| owner.is_at_or_below(zone.origin()));
    let nearest = holding.max_by_key(|zone| zone.origin().label_count())?;
    Some(nearest.as_ref())
}

/// Why a name cannot be flattened in its zone.
fn fault_in_zone(owner: &Name, zone: &Zone) -> Option<String> {
    let has = |rtype| zone.get(owner, rtype).is_some();
    if has(Rtype::A) || has(Rtype::AAAA) {
        return Some("it has addresses of its own, which would come first".to_owned());
    }
    if has(Rtype::CNAME) {
        return Some("the name is an alias in its zone already".to_owned());
    }
    if !zone.rrsets().iter().any(|set| set.owner == *owner) {
        return Some(
            "the name has no other records: a CNAME can stand there, write that".to_owned(),
        );
    }
    None
}
