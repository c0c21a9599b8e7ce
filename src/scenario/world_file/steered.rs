//! The steered names of a world, given to the servers of their zones.

use std::sync::Arc;

use crate::engine::policy::{Health, PlaceTable};
use crate::engine::{Node, Stream, World};
use crate::scenario::steered::SteeredSet;

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
        let key = set.pool.key();
        let mut watched = Vec::new();
        for endpoint in set.pool.endpoints() {
            let checked = endpoint.address();
            let checked = checked.filter(|_| endpoint.health != Health::Unchecked);
            if let Some(address) = checked.filter(|address| !watched.contains(address)) {
                watched.push(address);
                world.watch(key.clone(), address, check);
            }
        }
    }
}
