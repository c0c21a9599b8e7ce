//! Who is sent where: the catchments of the sites of an anycast machine, or the addresses
//! that clients got for a name.

use std::net::IpAddr;

use super::cast::targets;
use crate::engine::order::sort_by;
use crate::engine::{EventKind, Node, NodeId, SimDuration, SimTime};
use crate::scene::hierarchy::Stage;
use crate::scene::words::{count, duration, moment, node_title, question_words};

/// Who is sent where.
#[derive(Clone, Debug, PartialEq)]
pub struct Catchment {
    /// What it is about: `Where www.example.com A leads`.
    pub title: String,
    /// How many are sent where nothing takes what they send, in a sentence; empty if none is.
    pub trouble: String,
    /// The sites or addresses, in a fixed order.
    pub groups: Vec<CatchmentGroup>,
    /// Those for whom there is no route.
    pub stranded: Vec<CatchmentMember>,
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
    /// Whether what it sends is lost there.
    pub is_lost: bool,
    /// From where, and when, its route came here: the last change that is shown.
    pub moved: Option<(String, SimTime)>,
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

    /// Whether what a machine sends is lost.
    pub(super) fn loses(&self, node: NodeId) -> bool {
        let members = self.groups.iter().flat_map(|group| &group.members);
        let mut all = members.chain(&self.stranded);
        all.any(|member| member.node == node && member.is_lost)
    }

    /// With the sentence about those whose packets are lost.
    fn with_trouble(mut self) -> Self {
        let members = self.groups.iter().flat_map(|group| &group.members);
        let all = members.chain(&self.stranded);
        let (lost, all) = all.fold((0, 0), |(lost, all), member| {
            (lost + usize::from(member.is_lost), all + 1)
        });
        if lost > 0 {
            let verb = if lost == 1 { "loses" } else { "lose" };
            let machines = count(all, "machine", "machines");
            self.trouble = format!("{lost} of {machines} {verb} what is sent now.");
        }
        self
    }
}

/// The catchments at the playhead: of the chosen machine if it is anycast, else of the anycast
/// machine the question leads to, otherwise of the addresses that clients were last told for the
/// question. `None` if nobody was told any.
pub(super) fn catchment(stage: &Stage<'_>, chosen: Option<NodeId>) -> Option<Catchment> {
    let is_anycast = |node: &NodeId| stage.world.spec(*node).sites.len() > 1;
    let led = || targets(stage).into_iter().find(is_anycast);
    let anycast = chosen.filter(is_anycast).or_else(led);
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
        let members = askers.filter_map(|asker| {
            let reach = world.reach(asker, node);
            let came = (reach.site == Some(site)).then(|| arrival(stage, asker, node, site))?;
            let is_lost = !reach.delivered || world.is_down(node);
            Some(member(stage, asker, Some(node), &place.name, is_lost, came))
        });
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
    let groups = groups.collect();
    let stranded = world.node_ids().filter(is_asker);
    let stranded = stranded.filter(|asker| world.reach(*asker, node).site.is_none());
    let stranded = stranded.map(|asker| member(stage, asker, None, "no route", true, None));
    let catchment = Catchment {
        title: format!("Who reaches which site of {}", spec.title),
        trouble: String::new(),
        groups,
        stranded: stranded.collect(),
    };
    catchment.with_trouble()
}

/// From where the route of an asker came to a site, and when; `None` if it was never another.
fn arrival(
    stage: &Stage<'_>,
    asker: NodeId,
    node: NodeId,
    site: usize,
) -> Option<(String, SimTime)> {
    let mut shown = stage.playhead.shown(stage.trace).iter().rev();
    shown.find_map(|event| match &event.kind {
        EventKind::RouteChanged {
            target,
            before,
            after: Some(after),
            ..
        } if event.node == asker && *target == node && *after == site => {
            let sites = &stage.world.spec(node).sites;
            let before = before.and_then(|before| sites.get(before));
            let from = before.map_or_else(|| "no route".to_owned(), |place| place.name.clone());
            Some((from, event.at))
        }
        _ => None,
    })
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
    sort_by(&mut addresses, IpAddr::cmp);
    addresses.dedup();
    sort_by(&mut told, Ord::cmp);
    let groups = addresses.into_iter().enumerate().map(|(index, address)| {
        let node = world.node_at(address);
        let place = node.and_then(|node| world.spec(node).sites.first());
        let name = place.map_or_else(
            || format!("{address}, no machine"),
            |place| format!("{}, {address}", place.name),
        );
        let members = told.iter().filter(|(_, own)| *own == address);
        let place = place.map_or("nowhere", |place| place.name.as_str());
        let is_lost = node.is_none_or(|node| world.is_down(node));
        let members = members.map(|(client, _)| member(stage, *client, node, place, is_lost, None));
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
    (!groups.is_empty()).then(|| {
        let catchment = Catchment {
            title: format!("Where {} leads", question_words(&stage.question)),
            trouble: String::new(),
            groups,
            stranded: Vec::new(),
        };
        catchment.with_trouble()
    })
}

/// One who is sent to `node`, which is called `name`.
fn member(
    stage: &Stage<'_>,
    asker: NodeId,
    node: Option<NodeId>,
    name: &str,
    is_lost: bool,
    moved: Option<(String, SimTime)>,
) -> CatchmentMember {
    let world = stage.world;
    let round_trip = node.and_then(|node| Some(world.way(asker, node)?.delay.saturating_mul(2)));
    let title = node_title(world, asker);
    let mut text = match round_trip {
        Some(time) => format!("{title} → {name}, {}", duration(time)),
        None => format!("{title} → {name}"),
    };
    if let Some((from, at)) = &moved {
        text.push_str(&format!("; moved from {from} at {}", moment(*at)));
    }
    if is_lost {
        text.push_str("; lost there");
    }
    CatchmentMember {
        node: asker,
        round_trip,
        is_lost,
        moved,
        text,
    }
}

/// The letter of a group; beyond `Z` they begin anew.
fn letter(index: usize) -> char {
    let offset = u8::try_from(index % 26).unwrap_or(0);
    char::from(b'A' + offset)
}
