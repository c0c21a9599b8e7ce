//! What the inspector says of a machine's sites and of the servers behind it.

use super::words::count;
use crate::engine::balancer::{Algorithm, Condition, Probe};
use crate::engine::{Node, NodeId, World};

/// Each site of a machine, and what is the matter with it: `Frankfurt (withdrawn)`.
pub fn sites(world: &World, id: NodeId) -> Vec<String> {
    let places = world.spec(id).sites.iter();
    let states = world.site_states(id);
    let words = places.zip(states).map(|(place, state)| {
        let state = match (state.announced, state.up) {
            (true, true) => "",
            (false, true) => " (withdrawn)",
            (true, false) => " (down, still announced)",
            (false, false) => " (down, withdrawn)",
        };
        format!("{}{state}", place.name)
    });
    words.collect()
}

/// The servers behind a balancer, and how it picks; nothing for other machines.
pub fn servers(world: &World, id: NodeId) -> Vec<String> {
    let Node::Host(host) = world.node(id) else {
        return Vec::new();
    };
    let Some(balancer) = host.balancer() else {
        return Vec::new();
    };
    let rule = match balancer.algorithm() {
        Algorithm::RoundRobin => "one after the other",
        Algorithm::LeastConnections => "the one with the fewest connections",
        Algorithm::IpHash => "by the client's address",
    };
    let probe = match balancer.check().probe {
        Probe::Connect => "checked by TCP connection",
        Probe::Http => "checked by GET /health",
    };
    let mut words = vec![format!("Picked {rule}, {probe}")];
    words.extend(
        balancer
            .servers()
            .iter()
            .enumerate()
            .map(|(index, server)| {
                let open = balancer.open_connections(index, world.now());
                let state = match (server.condition, server.verdict.healthy, server.draining) {
                    (_, false, _) => "taken out",
                    (Condition::Dead, ..) => "dead, not noticed yet",
                    (Condition::Sick, ..) => "answers with errors, not noticed",
                    (_, _, true) => "draining",
                    _ => "serves",
                };
                let open = count(open, "connection", "connections");
                format!(
                    "{}: {state}, {open}, {} given so far",
                    server.config.id, server.chosen
                )
            }),
    );
    words
}
