//! The sets a policy chooses from.

use std::net::IpAddr;

use super::checks::{check_words, last_check};
use super::{Standing, StandingTone};
use crate::dns::{Name, RrsetKey, Rtype};
use crate::engine::policy::{Area, Endpoint, Health, Policy, Pool, presets};
use crate::engine::{Node, NodeId, Trace, World};
use crate::scene::Playhead;
use crate::scene::caption::policy_title;

/// A steered set of a server.
#[derive(Clone, Debug, PartialEq)]
pub struct SteeredView {
    /// The name, as data.
    pub owner: Name,
    /// The type of its records, as data.
    pub rtype: Rtype,
    /// `app.example.com A`.
    pub title: String,
    /// `Route 53: Geolocation`.
    pub policy: String,
    /// The id of the policy among the presets, if it is one of them.
    pub preset: Option<&'static str>,
    /// How the addresses are checked, in words.
    pub check: String,
    /// What there is to choose from.
    pub endpoints: Vec<EndpointRow>,
    /// How many of them may be answered: `3 of 4 in use`.
    pub summary: String,
    /// Whether some of them may not.
    pub has_fault: bool,
}

/// An endpoint of a steered set.
#[derive(Clone, Debug, PartialEq)]
pub struct EndpointRow {
    /// The address.
    pub address: IpAddr,
    /// The machine that has it, as data.
    pub node: Option<NodeId>,
    /// What the machine is called, or the address if no machine has it.
    pub machine: String,
    /// What health checks say: `healthy`.
    pub health: Standing,
    /// Whether somebody took it out of the answers.
    pub is_drained: bool,
    /// What health checks found last, in a sentence; empty if they found nothing new.
    pub last_check: String,
    /// Its weight, where the policy has an eye on it.
    pub weight: Option<u32>,
    /// What policies need to know of it and is not as usual: `rank 2, for EU`.
    pub details: String,
}

/// The steered sets of a server in the world of one moment; empty for other machines.
pub fn steered_views(
    world: &World,
    trace: &Trace,
    node: NodeId,
    playhead: Playhead,
) -> Vec<SteeredView> {
    let Node::Authoritative(server) = world.node(node) else {
        return Vec::new();
    };
    let views = server.steered_sets();
    let views = views.map(|(pool, policy)| set(world, trace, playhead, pool, policy));
    views.collect()
}

/// One set.
fn set(
    world: &World,
    trace: &Trace,
    playhead: Playhead,
    pool: &Pool,
    policy: &Policy,
) -> SteeredView {
    let key = RrsetKey {
        owner: pool.owner().clone(),
        rtype: pool.rtype(),
    };
    let endpoints = pool.endpoints();
    let has_weights = is_weighing(policy) || endpoints.iter().any(|endpoint| endpoint.weight != 1);
    let rows = endpoints.iter().map(|endpoint| EndpointRow {
        weight: has_weights.then_some(endpoint.weight),
        last_check: last_check(playhead.shown(trace), &key.owner, endpoint.address),
        ..row(world, endpoint)
    });
    let rows: Vec<EndpointRow> = rows.collect();
    let usable = { endpoints.iter() }
        .filter(|endpoint| endpoint.health.is_usable())
        .count();
    let check = endpoints
        .iter()
        .find_map(|endpoint| world.check_of(&key, endpoint.address));
    SteeredView {
        title: format!("{} {}", key.owner.without_dot(), key.rtype),
        owner: key.owner,
        rtype: key.rtype,
        policy: policy_title(policy),
        preset: { presets().into_iter() }
            .find(|preset| preset.policy == *policy)
            .map(|preset| preset.id),
        check: check_words(check),
        summary: format!("{usable} of {} in use", rows.len()),
        has_fault: usable < rows.len(),
        endpoints: rows,
    }
}

/// Whether a policy is about weights alone.
fn is_weighing(policy: &Policy) -> bool {
    matches!(policy, Policy::Weighted | Policy::GdnsdWeighted(_))
}

/// What is known of an endpoint without looking at what happened.
fn row(world: &World, endpoint: &Endpoint) -> EndpointRow {
    let mut details = Vec::new();
    if endpoint.priority != 1 {
        details.push(format!("rank {}", endpoint.priority));
    }
    if endpoint.bias != 0 {
        details.push(format!("bias {}", endpoint.bias));
    }
    if endpoint.area != Area::default() {
        details.push(format!("for {}", endpoint.area));
    }
    let node = world.node_at(endpoint.address);
    let machine = node.map(|id| world.spec(id).title.clone());
    EndpointRow {
        address: endpoint.address,
        node,
        machine: machine.unwrap_or_else(|| endpoint.address.to_string()),
        health: standing(endpoint.health),
        is_drained: endpoint.health == Health::Drained,
        last_check: String::new(),
        weight: None,
        details: details.join(", "),
    }
}

/// What health checks say, in a word.
fn standing(health: Health) -> Standing {
    let (word, tone) = match health {
        Health::Healthy => ("healthy", StandingTone::Good),
        Health::Unhealthy => ("unhealthy", StandingTone::Bad),
        Health::Unchecked => ("not checked", StandingTone::Unknown),
        Health::Drained => ("taken out", StandingTone::Out),
    };
    Standing { word, tone }
}
