//! The flattened names of a world: read, checked, and given to the servers of their zones.

use std::net::IpAddr;
use std::sync::Arc;

use indexmap::IndexMap;

use super::Machine;
use super::check::Builder;
use super::shape::FlattenedFile;
use crate::dns::{Name, Rtype};
use crate::engine::{FlattenedName, Node, Stream, World, Zone};

/// A flattened name, before its servers are known.
#[derive(Clone, Debug)]
pub(super) struct Flattening {
    /// The zone that the name is in.
    zone: Name,
    /// The name.
    owner: Name,
    /// The name whose addresses it gets.
    target: Name,
    /// The addresses of the machine that is asked for them.
    upstream: Vec<IpAddr>,
    /// Whether it is told the Client Subnet of the asker.
    passes_subnet: bool,
}

impl Flattening {
    /// The name as a server with some addresses flattens it; `None` if it has no address of a
    /// family in which the upstream can be reached.
    fn at(&self, addresses: &[IpAddr]) -> Option<FlattenedName> {
        self.upstream.iter().find_map(|upstream| {
            let is_near = |own: &&IpAddr| own.is_ipv4() == upstream.is_ipv4();
            Some(FlattenedName {
                owner: self.owner.clone(),
                target: self.target.clone(),
                upstream: *upstream,
                source: *addresses.iter().find(is_near)?,
                passes_subnet: self.passes_subnet,
            })
        })
    }
}

impl Builder<'_> {
    /// Reads the flattened names. Steered sets must be in their zones already.
    pub(super) fn read_flattened(
        &mut self,
        files: &[FlattenedFile],
        zones: &IndexMap<Name, Arc<Zone>>,
    ) -> Vec<Flattening> {
        let mut names: Vec<Flattening> = Vec::new();
        for file in files {
            let mut faults = Vec::new();
            if names.iter().any(|known| known.owner == file.owner) {
                faults.push("it is there twice".to_owned());
            }
            if file.owner == file.target {
                faults.push("it leads to itself".to_owned());
            }
            let zone = nearest(&file.owner, zones);
            match zone {
                Some(zone) => faults.extend(fault_in_zone(&file.owner, zone)),
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
                    "its upstream `{id}` is no [[resolver]] and no [[authoritative]]"
                ));
            }
            if let (Some(zone), Some((spec, _))) = (zone, upstream) {
                let name = Flattening {
                    zone: zone.origin().clone(),
                    owner: file.owner.clone(),
                    target: file.target.clone(),
                    upstream: spec.addresses.clone(),
                    passes_subnet: file.client_subnet,
                };
                for (server, machine) in &self.machines {
                    let serves = matches!(machine, Machine::Authoritative { origins, .. }
                        if origins.contains(&name.zone));
                    if serves && name.at(&server.addresses).is_none() {
                        faults.push(format!(
                            "`{}` cannot reach `{}`: one has IPv4 only, the other IPv6 only",
                            server.id, spec.id
                        ));
                    }
                }
                names.push(name);
            }
            for fault in faults {
                let owner = file.owner.without_dot();
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

/// Gives each server the flattened names of its zones.
pub(super) fn install(world: &mut World, seed: u64, names: &[Flattening]) {
    if names.is_empty() {
        return;
    }
    for id in world.node_ids() {
        let spec = world.spec(id);
        let random = Stream::new(seed, &format!("{}:flattening", spec.id));
        let Node::Authoritative(server) = world.node(id) else {
            continue;
        };
        let serves = |name: &&Flattening| server.zones().iter().any(|z| *z.origin() == name.zone);
        let own = names.iter().filter(serves);
        let own: Vec<FlattenedName> = own.filter_map(|name| name.at(&spec.addresses)).collect();
        if let (false, Node::Authoritative(server)) = (own.is_empty(), world.node_mut(id)) {
            server.set_flattened(own, random);
        }
    }
}
