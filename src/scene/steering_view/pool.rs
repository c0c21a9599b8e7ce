//! The sets a policy chooses from.

use std::net::IpAddr;

use super::checks::{check_words, last_check};
use super::{Standing, StandingTone};
use crate::dns::{Name, RrsetKey, Rtype};
use crate::engine::policy::{Area, Endpoint, Health, Policy, Pool, Target, presets};
use crate::engine::{FlattenedName, Node, NodeId, Trace, World};
use crate::scene::Playhead;
use crate::scene::caption::{policy_title, target_text};

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
    /// Whether the policy and its endpoints can be changed here.
    pub can_change: bool,
    /// How many of them may be answered: `3 of 4 in use`.
    pub summary: String,
    /// Whether some of them may not.
    pub has_fault: bool,
}

/// An endpoint of a steered set.
#[derive(Clone, Debug, PartialEq)]
pub struct EndpointRow {
    /// The address, as data; `None` for a name.
    pub address: Option<IpAddr>,
    /// The address, or the name it leads to.
    pub target: String,
    /// The machine that has it, as data.
    pub node: Option<NodeId>,
    /// What the machine is called, or the address or name if no machine has it.
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

/// The steered sets and the flattened names of a server in the world of one moment; empty for
/// other machines.
pub fn steered_views(
    world: &World,
    trace: &Trace,
    node: NodeId,
    playhead: Playhead,
) -> Vec<SteeredView> {
    let Node::Authoritative(server) = world.node(node) else {
        return Vec::new();
    };
    let sets = server.policy_sets().into_iter();
    let all = sets.flat_map(|sets| sets.iter().map(move |set| (sets, set)));
    let views = all.map(|(sets, (pool, policy))| {
        // Endpoints that lead on to other names are as healthy as what those choose from.
        let judged = sets.judged(&pool.key());
        let pool = judged.as_deref().unwrap_or(pool);
        set(world, trace, playhead, pool, policy)
    });
    let flattened = server.flattened().iter().map(|name| flat(world, name));
    views.chain(flattened).collect()
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
    let shown = playhead.shown(trace);
    let rows = endpoints.iter().map(|endpoint| {
        let address = endpoint.address();
        let found = address.map(|address| last_check(shown, &key.owner, address));
        EndpointRow {
            // Acts change weights by address.
            weight: address.filter(|_| has_weights).map(|_| endpoint.weight),
            last_check: found.unwrap_or_default(),
            ..row(world, endpoint, has_weights)
        }
    });
    let rows: Vec<EndpointRow> = rows.collect();
    let usable = { endpoints.iter() }
        .filter(|endpoint| endpoint.health.is_usable())
        .count();
    let addresses = endpoints.iter().filter_map(Endpoint::address);
    let check = { addresses }.find_map(|address| world.check_of(&key, address));
    SteeredView {
        title: format!("{} {}", key.owner.without_dot(), key.rtype),
        owner: key.owner,
        rtype: key.rtype,
        policy: policy_title(policy),
        preset: { presets().into_iter() }
            .find(|preset| preset.policy == *policy)
            .map(|preset| preset.id),
        check: check_words(check),
        can_change: true,
        summary: format!("{usable} of {} in use", rows.len()),
        has_fault: usable < rows.len(),
        endpoints: rows,
    }
}

/// A flattened name, as a set with one endpoint.
fn flat(world: &World, name: &FlattenedName) -> SteeredView {
    let upstream = world.node_at(name.upstream);
    let asked = upstream.map(|id| world.spec(id).title.clone());
    let asked = asked.unwrap_or_else(|| name.upstream.to_string());
    let told = match name.passes_subnet {
        true => "and told the asker's network",
        false => "and told nothing of the asker",
    };
    SteeredView {
        owner: name.owner.clone(),
        rtype: Rtype::A,
        title: name.owner.without_dot(),
        policy: "A flattened name: it gets the addresses of another one.".to_owned(),
        preset: None,
        check: format!("{asked} is asked for them, {told}."),
        can_change: false,
        summary: "flattened".to_owned(),
        has_fault: false,
        endpoints: vec![EndpointRow {
            address: None,
            target: "gives its addresses".to_owned(),
            node: None,
            machine: name.target.without_dot(),
            health: standing(Health::Unchecked),
            is_drained: false,
            last_check: String::new(),
            weight: None,
            details: String::new(),
        }],
    }
}

/// Whether a policy is about weights alone.
fn is_weighing(policy: &Policy) -> bool {
    matches!(policy, Policy::Weighted | Policy::GdnsdWeighted(_))
}

/// What is known of an endpoint without looking at what happened.
fn row(world: &World, endpoint: &Endpoint, has_weights: bool) -> EndpointRow {
    let mut details = Vec::new();
    if let Target::Set {
        evaluates_health: false,
        ..
    } = endpoint.target
    {
        details.push("whatever its health".to_owned());
    }
    if endpoint.address().is_none() && has_weights {
        details.push(format!("weight {}", endpoint.weight));
    }
    if endpoint.priority != 1 {
        details.push(format!("rank {}", endpoint.priority));
    }
    if endpoint.bias != 0 {
        details.push(format!("bias {}", endpoint.bias));
    }
    if endpoint.area != Area::default() {
        details.push(format!("for {}", endpoint.area));
    }
    let address = endpoint.address();
    let node = address.and_then(|address| world.node_at(address));
    let machine = node.map(|id| world.spec(id).title.clone());
    let text = target_text(endpoint);
    EndpointRow {
        address,
        target: match address {
            Some(_) => text.clone(),
            None => "leads on to another name".to_owned(),
        },
        node,
        machine: machine.unwrap_or(text),
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
