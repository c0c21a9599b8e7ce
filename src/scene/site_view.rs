//! What the inspector says of a machine's sites and of the servers behind it.

use super::{Standing, StandingTone};
use crate::engine::balancer::{Algorithm, Backend, Condition, Probe};
use crate::engine::{Node, NodeId, World};

/// A site of a machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SiteRow {
    /// Its place among the sites of the machine.
    pub index: usize,
    /// The id of its place, for acts.
    pub id: String,
    /// Its name: `Frankfurt`.
    pub name: String,
    /// Whether it announces the machine's addresses.
    pub is_announced: bool,
    /// Whether it works.
    pub is_up: bool,
    /// What it does: `announces`.
    pub standing: Standing,
}

/// A balancer and the servers behind it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BalancerView {
    /// How it picks and checks: `One after the other; checked by TCP connection.`
    pub rule: String,
    /// The servers in their order.
    pub servers: Vec<BackendRow>,
}

/// A server behind a balancer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BackendRow {
    /// Its id.
    pub id: String,
    /// What it does, as the balancer sees it and as it is.
    pub standing: Standing,
    /// How it really is.
    pub condition: Condition,
    /// Whether it gets no new connections.
    pub is_draining: bool,
    /// How many connections it has now.
    pub open: usize,
    /// How many it was given so far.
    pub given: u64,
}

/// The sites of a machine, and what is the matter with each.
pub fn sites(world: &World, id: NodeId) -> Vec<SiteRow> {
    let places = world.spec(id).sites.iter();
    let states = world.site_states(id);
    let rows = places.zip(states).enumerate();
    let rows = rows.map(|(index, (place, state))| {
        let (word, tone) = match (state.announced, state.up) {
            (true, true) => ("announces", StandingTone::Good),
            (false, true) => ("withdrawn", StandingTone::Out),
            (true, false) => ("down, still announced", StandingTone::Bad),
            (false, false) => ("down, withdrawn", StandingTone::Bad),
        };
        SiteRow {
            index,
            id: place.id.clone(),
            name: place.name.clone(),
            is_announced: state.announced,
            is_up: state.up,
            standing: Standing { word, tone },
        }
    });
    rows.collect()
}

/// The servers behind a balancer, and how it picks; `None` for other machines.
pub fn balancer_view(world: &World, id: NodeId) -> Option<BalancerView> {
    let Node::Host(host) = world.node(id) else {
        return None;
    };
    let balancer = host.balancer()?;
    let rule = match balancer.algorithm() {
        Algorithm::RoundRobin => "Picks one server after the other",
        Algorithm::LeastConnections => "Picks the server with the fewest connections",
        Algorithm::IpHash => "Picks by the client's address",
    };
    let probe = match balancer.check().probe {
        Probe::Connect => "checks them by TCP connection",
        Probe::Http => "checks them by GET /health",
    };
    let servers = balancer.servers().iter().enumerate();
    let servers = servers.map(|(index, server)| BackendRow {
        id: server.config.id.clone(),
        standing: standing(server),
        condition: server.condition,
        is_draining: server.draining,
        open: balancer.open_connections(index, world.now()),
        given: server.chosen,
    });
    Some(BalancerView {
        rule: format!("{rule}, {probe}."),
        servers: servers.collect(),
    })
}

/// How a server stands.
fn standing(server: &Backend) -> Standing {
    let (word, tone) = match (server.condition, server.verdict.healthy, server.draining) {
        (_, false, _) => ("taken out", StandingTone::Bad),
        (Condition::Dead, ..) => ("dead, not noticed yet", StandingTone::Bad),
        (Condition::Sick, ..) => ("answers with errors, not noticed", StandingTone::Bad),
        (_, _, true) => ("draining", StandingTone::Out),
        _ => ("serves", StandingTone::Good),
    };
    Standing { word, tone }
}
