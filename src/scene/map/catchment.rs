//! Who is sent where: the catchments of the sites of an anycast machine, or the addresses
//! that clients got for a name.

use std::net::IpAddr;

use crate::engine::{EventKind, Node, NodeId, SimDuration};
use crate::scene::hierarchy::Stage;
use crate::scene::words::{duration, node_title, question_words};

/// Who is sent where.
#[derive(Clone, Debug, PartialEq)]
pub struct Catchment {
    /// What it is about: `Where www.example.com A leads`.
    pub title: String,
    /// The sites or addresses, in a fixed order.
    pub groups: Vec<CatchmentGroup>,
}

/// All who are sent to one site or address.
#[derive(Clone, Debug, PartialEq)]
pub struct CatchmentGroup {
    /// The letter that marks it on the map: `A`.
    pub letter: char,
    /// Which of the colors of groups it has, from 0.
    pub color: usize,
    /// The machine they are sent to; `None` if no machine has the address.
    pub node: Option<NodeId>,
    /// The place of the machine, as an index into its sites.
    pub site: usize,
    /// What it is called: `Frankfurt`, `Frankfurt, 198.51.100.5`.
    pub name: String,
    /// Whether the machine is down, all of it or this site.
    pub is_down: bool,
    /// Whether the site has withdrawn the machine's addresses.
    pub is_withdrawn: bool,
    /// Who is sent there.
    pub members: Vec<CatchmentMember>,
}

/// Somebody who is sent somewhere.
#[derive(Clone, Debug, PartialEq)]
pub struct CatchmentMember {
    /// The machine.
    pub node: NodeId,
    /// The round trip without jitter; `None` to an address that no machine has or no route
    /// leads to.
    pub round_trip: Option<SimDuration>,
    /// The sentence for those who do not see the map: `Laptop, Berlin → Frankfurt, 10 ms`.
    pub text: String,
}

/// How many colors there are for groups; more groups share them and differ by letter.
pub const GROUP_COLORS: usize = 6;

impl Catchment {
    /// The group a machine belongs to: as one who is sent, or as the one they are sent to.
    pub(super) fn group_of(&self, node: NodeId, site: usize) -> Option<usize> {
        let is_target = |group: &CatchmentGroup| group.node == Some(node) && group.site == site;
        let sent = |group: &CatchmentGroup| group.members.iter().any(|m| m.node == node);
        let target = self.groups.iter().position(is_target);
        target.or_else(|| self.groups.iter().position(sent))
    }
}

/// The catchments at the playhead: of the chosen machine if it is anycast, otherwise of the
/// addresses that clients were last told for the question. `None` if nobody was told any.
pub(super) fn catchment(stage: &Stage<'_>, chosen: Option<NodeId>) -> Option<Catchment> {
    let anycast = chosen.filter(|node| stage.world.spec(*node).sites.len() > 1);
    anycast.map_or_else(|| destinations(stage), |node| Some(sites(stage, node)))
}

/// Which site of an anycast machine each of those who ask it is led to by the network.
fn sites(stage: &Stage<'_>, node: NodeId) -> Catchment {
    let world = stage.world;
    let is_asker = |id: &NodeId| match world.node(node) {
        Node::Authoritative(_) => matches!(world.node(*id), Node::Resolver(_)),
        _ => matches!(world.node(*id), Node::Client(_)),
    };
    let spec = world.spec(node);
    let states = world.site_states(node);
    let groups = spec.sites.iter().enumerate().map(|(site, place)| {
        let state = states.get(site);
        let askers = world.node_ids().filter(is_asker);
        let members = askers.filter(|asker| world.reach(*asker, node).site == Some(site));
        let members = members.map(|asker| member(stage, asker, Some(node), &place.name));
        CatchmentGroup {
            letter: letter(site),
            color: site % GROUP_COLORS,
            node: Some(node),
            site,
            name: place.name.clone(),
            is_down: world.is_down(node) || state.is_some_and(|state| !state.up),
            is_withdrawn: state.is_some_and(|state| !state.announced),
            members: members.collect(),
        }
    });
    Catchment {
        title: format!("Who reaches which site of {}", spec.title),
        groups: groups.collect(),
    }
}

/// Which address each client was last told.
fn destinations(stage: &Stage<'_>) -> Option<Catchment> {
    let world = stage.world;
    let mut told: Vec<(NodeId, IpAddr)> = Vec::new();
    for event in stage.playhead.shown(stage.trace) {
        let EventKind::LookupFinished {
            question, outcome, ..
        } = &event.kind
        else {
            continue;
        };
        if *question != stage.question {
            continue;
        }
        told.retain(|(client, _)| *client != event.node);
        told.extend(outcome.address().map(|address| (event.node, address)));
    }
    let mut addresses: Vec<IpAddr> = told.iter().map(|(_, address)| *address).collect();
    addresses.sort();
    addresses.dedup();
    told.sort();
    let groups = addresses.into_iter().enumerate().map(|(index, address)| {
        let node = world.node_at(address);
        let place = node.and_then(|node| world.spec(node).sites.first());
        let name = place.map_or_else(
            || format!("{address}, no machine"),
            |place| format!("{}, {address}", place.name),
        );
        let members = told.iter().filter(|(_, own)| *own == address);
        let place = place.map_or("nowhere", |place| place.name.as_str());
        let members = members.map(|(client, _)| member(stage, *client, node, place));
        CatchmentGroup {
            letter: letter(index),
            color: index % GROUP_COLORS,
            node,
            site: 0,
            is_down: node.is_some_and(|node| world.is_down(node)),
            is_withdrawn: false,
            members: members.collect(),
            name: name.clone(),
        }
    });
    let groups: Vec<CatchmentGroup> = groups.collect();
    (!groups.is_empty()).then(|| Catchment {
        title: format!("Where {} leads", question_words(&stage.question)),
        groups,
    })
}

/// One who is sent to `node`, which is called `name`.
fn member(stage: &Stage<'_>, asker: NodeId, node: Option<NodeId>, name: &str) -> CatchmentMember {
    let world = stage.world;
    let round_trip = node.and_then(|node| Some(world.way(asker, node)?.delay.saturating_mul(2)));
    let title = node_title(world, asker);
    let text = match round_trip {
        Some(time) => format!("{title} → {name}, {}", duration(time)),
        None => format!("{title} → {name}"),
    };
    CatchmentMember {
        node: asker,
        round_trip,
        text,
    }
}

/// The letter of a group; beyond `Z` they begin anew.
fn letter(index: usize) -> char {
    let offset = u8::try_from(index % 26).unwrap_or(0);
    char::from(b'A' + offset)
}
