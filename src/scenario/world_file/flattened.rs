//! The flattened names of a world, given to the servers of their zones.

use std::net::IpAddr;

use serde::{Deserialize, Serialize};

use crate::dns::Name;
use crate::engine::{FlattenedName, Node, Stream, World};

/// A flattened name, before its servers are known.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Flattening {
    /// The zone that the name is in.
    pub(super) zone: Name,
    /// The name.
    pub(super) owner: Name,
    /// The name whose addresses it gets.
    pub(super) target: Name,
    /// The addresses of the machine that is asked for them.
    pub(super) upstream: Vec<IpAddr>,
    /// Whether it is told the Client Subnet of the asker.
    pub(super) passes_subnet: bool,
}

impl Flattening {
    /// The name as a server with some addresses flattens it; `None` if it has no address of a
    /// family in which the upstream can be reached.
    pub(super) fn at(&self, addresses: &[IpAddr]) -> Option<FlattenedName> {
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
