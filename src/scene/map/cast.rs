//! Which machines are on the map, and where they are drawn.

use super::catchment::Catchment;
use super::labels::Wish;
use super::spread::{Disc, spread};
use super::{MapCrowd, MapMark, MapRole, Projection};
use crate::dns::{Name, Rtype};
use crate::engine::{Coordinates, Node, NodeId, Way};
use crate::scene::Point;
use crate::scene::hierarchy::{Stage, served_zone};
use crate::scene::words::{count, node_title, zone_title};

/// Places nearer to each other than this share one dot for their crowds, in units of the view box.
const ONE_DOT: f64 = 14.0;
/// How far around a machine it is looked whether there is room for a mark of its own.
const ROOM: f64 = 44.0;
/// How many marks there may be so near before a machine the story is not about joins the crowd.
const FULL: usize = 4;

/// Who is on the map.
pub(super) struct Cast {
    /// Those shown one by one.
    pub(super) marks: Vec<MapMark>,
    /// The others, by place.
    pub(super) crowds: Vec<MapCrowd>,
}

/// Finds out who is on the map. Whoever the lookup is going to involve has a mark from its
/// beginning, so that nothing jumps while it runs.
pub(super) fn cast(
    stage: &Stage<'_>,
    map: Projection,
    chosen: Option<NodeId>,
    ways: &[Option<Way>],
    catchment: Option<&Catchment>,
) -> Cast {
    let world = stage.world;
    let mut shown: Vec<(NodeId, usize)> = Vec::new();
    let mut show = |node: NodeId, site: usize| {
        if !shown.contains(&(node, site)) {
            shown.push((node, site));
        }
    };
    for node in stage.client.into_iter().chain(stage.resolver) {
        show(node, 0);
    }
    let exchanges = stage.lookup.iter().flat_map(|lookup| &lookup.exchanges);
    for (exchange, way) in exchanges.zip(ways) {
        if let (Some(to), Some(way)) = (exchange.to, way) {
            show(exchange.from, way.from);
            show(to, way.to);
        }
    }
    for group in catchment.iter().flat_map(|catchment| &catchment.groups) {
        if let Some(node) = group.node {
            show(node, group.site);
        }
        for member in &group.members {
            show(member.node, 0);
        }
    }
    for node in targets(stage).into_iter().chain(chosen) {
        (0..world.spec(node).sites.len()).for_each(|site| show(node, site));
    }

    let anchor = |(node, site): (NodeId, usize)| map.project(place(stage, node, site));
    // The others who ask have a mark where there is room for one: clients first, as they can be
    // moved.
    let is_client = |node: &NodeId| matches!(world.node(*node), Node::Client(_));
    let is_resolver = |node: &NodeId| matches!(world.node(*node), Node::Resolver(_));
    let clients = world.node_ids().filter(is_client);
    for node in clients.chain(world.node_ids().filter(is_resolver)) {
        let at = anchor((node, 0));
        let is_near = |other: &&(NodeId, usize)| {
            let other = anchor(**other);
            libm::hypot(other.x - at.x, other.y - at.y) < ROOM
        };
        let has_room = shown.iter().filter(is_near).count() < FULL;
        if has_room && !shown.contains(&(node, 0)) {
            (0..world.spec(node).sites.len()).for_each(|site| shown.push((node, site)));
        }
    }

    let mut crowds: Vec<MapCrowd> = Vec::new();
    for node in world.node_ids() {
        for (site, place) in world.spec(node).sites.iter().enumerate() {
            let at = anchor((node, site));
            if shown.contains(&(node, site)) || !map.shows(at) {
                continue;
            }
            let near =
                |crowd: &&mut MapCrowd| libm::hypot(crowd.at.x - at.x, crowd.at.y - at.y) < ONE_DOT;
            match crowds.iter_mut().find(near) {
                Some(crowd) => {
                    if !crowd.place.contains(&place.name) {
                        crowd.place = format!("{}, {}", crowd.place, place.name);
                    }
                    crowd.nodes.push((node, site));
                }
                None => crowds.push(MapCrowd {
                    place: place.name.clone(),
                    at,
                    nodes: vec![(node, site)],
                    label: String::new(),
                }),
            }
        }
    }
    for crowd in &mut crowds {
        let machines = count(crowd.nodes.len(), "other machine", "other machines");
        crowd.label = format!("{}: {machines}", crowd.place);
    }

    // What is not on this part of the world takes no room and stays where it belongs.
    let inside: Vec<(NodeId, usize)> = { shown.iter().copied() }
        .filter(|key| map.shows(anchor(*key)))
        .collect();
    let disc = |place: Point| Disc {
        place,
        radius: MapMark::TARGET,
    };
    let marks = inside.iter().map(|key| disc(anchor(*key)));
    let discs: Vec<Disc> = marks
        .chain(crowds.iter().map(|crowd| disc(crowd.at)))
        .collect();
    let points = spread(&discs, map.width(), map.height());
    let (for_marks, for_crowds) = points.split_at(inside.len());
    for (crowd, at) in crowds.iter_mut().zip(for_crowds) {
        crowd.at = *at;
    }
    let point = |key: (NodeId, usize)| {
        let index = inside.iter().position(|inside| *inside == key);
        let at = index.and_then(|index| for_marks.get(index).copied());
        at.unwrap_or_else(|| anchor(key))
    };
    let asked: Vec<(NodeId, usize)> = { stage.exchanges() }
        .filter_map(|(number, exchange)| {
            let way = (*ways.get(number - 1)?)?;
            Some([(exchange.from, way.from), (exchange.to?, way.to)])
        })
        .flatten()
        .collect();
    let marks = { shown.iter() }
        .map(|key| {
            let at = (anchor(*key), point(*key));
            mark(stage, *key, at, &asked, chosen, catchment)
        })
        .collect();
    Cast { marks, crowds }
}

/// The machines that the name of the question leads to by the records of its zone.
pub(super) fn targets(stage: &Stage<'_>) -> Vec<NodeId> {
    let world = stage.world;
    let qname = &stage.question.qname;
    let zone = qname.ancestors().find_map(|name| served_zone(world, &name));
    let Some((_, zone)) = zone else {
        return Vec::new();
    };
    let sets = [Rtype::A, Rtype::AAAA].into_iter();
    let sets = sets.filter_map(|rtype| zone.get(qname, rtype));
    let addresses = sets.flat_map(|set| set.addresses().collect::<Vec<_>>());
    addresses
        .filter_map(|address| world.node_at(address))
        .collect()
}

/// Where a machine stands.
fn place(stage: &Stage<'_>, node: NodeId, site: usize) -> Coordinates {
    let sites = &stage.world.spec(node).sites;
    let equator = Coordinates {
        latitude: 0.0,
        longitude: 0.0,
    };
    sites.get(site).map_or(equator, |place| place.coordinates())
}

/// What a machine is.
fn role(stage: &Stage<'_>, node: NodeId) -> MapRole {
    match stage.world.node(node) {
        Node::Client(_) => MapRole::Client,
        Node::Resolver(_) => MapRole::Resolver,
        Node::Host(_) => MapRole::Host,
        Node::Authoritative(server) => {
            let origins = server
                .zones()
                .iter()
                .map(|zone| zone.origin().label_count());
            match origins.min() {
                Some(0) => MapRole::Root,
                Some(1) => MapRole::Tld,
                _ => MapRole::Authoritative,
            }
        }
    }
}

/// One machine at one of its places.
fn mark(
    stage: &Stage<'_>,
    (node, site): (NodeId, usize),
    (anchor, at): (Point, Point),
    asked: &[(NodeId, usize)],
    chosen: Option<NodeId>,
    catchment: Option<&Catchment>,
) -> MapMark {
    let world = stage.world;
    let group = catchment.and_then(|catchment| {
        let index = catchment.group_of(node, site)?;
        Some((index, catchment.groups.get(index)?.letter))
    });
    let is_asked = asked.contains(&(node, site));
    let is_asker = stage.client == Some(node) || stage.resolver == Some(node);
    let is_used = is_asked || is_asker || group.is_some() || chosen == Some(node);
    let is_active = stage.acts_now(node) && (is_asked || is_asker);
    let sites = &world.spec(node).sites;
    let state = world.site_states(node).get(site).copied();
    let is_down = world.is_down(node) || state.is_some_and(|state| !state.up);
    let is_withdrawn = state.is_some_and(|state| !state.announced);
    let place_name = sites.get(site).map_or("", |place| place.name.as_str());
    let mut label = node_title(world, node).to_owned();
    if !label.ends_with(place_name) {
        label = format!("{label}, {place_name}");
    }
    if let Some((index, letter)) = group {
        let name = catchment.and_then(|c| c.groups.get(index)).map(|g| &g.name);
        let name = name.map_or("", String::as_str);
        label = format!("{label}; group {letter}: {name}");
    }
    let is_lost = catchment.is_some_and(|catchment| catchment.loses(node));
    if is_lost {
        label.push_str("; what it sends is lost");
    }
    if is_down {
        label.push_str("; down");
    }
    if is_withdrawn {
        label.push_str("; withdrawn");
    }
    MapMark {
        node,
        site,
        place: place(stage, node, site),
        anchor,
        at,
        role: role(stage, node),
        is_used,
        is_active,
        is_down,
        is_withdrawn,
        is_lost,
        group,
        can_move: sites.len() == 1,
        label,
    }
}

/// The texts that name marks and crowds, most important first.
pub(super) fn wishes(stage: &Stage<'_>, marks: &[MapMark], crowds: &[MapCrowd]) -> Vec<Wish> {
    let mut wishes = Vec::new();
    for is_used in [true, false] {
        for mark in marks.iter().filter(|mark| mark.is_used == is_used) {
            wishes.push(Wish {
                key: format!("mark {} {}", mark.node.index(), mark.site),
                texts: names(stage, mark),
                kind: if is_used { "machine" } else { "place" },
                spots: vec![(mark.at, MapMark::RADIUS + 3.0)],
            });
        }
    }
    wishes.extend(crowds.iter().map(|crowd| {
        Wish {
            key: format!("crowd {}", crowd.place),
            texts: crowd
                .place
                .split(',')
                .next()
                .map(str::to_owned)
                .into_iter()
                .collect(),
            kind: "place",
            spots: vec![(crowd.at, MapCrowd::RADIUS + 3.0)],
        }
    }));
    wishes
}

/// What a machine is called on the map, in full and in short.
fn names(stage: &Stage<'_>, mark: &MapMark) -> Vec<String> {
    let title = node_title(stage.world, mark.node);
    let sites = &stage.world.spec(mark.node).sites;
    let place_name = sites.get(mark.site).map_or("", |place| place.name.as_str());
    let short_place = place_name.split(',').next().unwrap_or(place_name);
    match mark.role {
        MapRole::Root | MapRole::Tld | MapRole::Authoritative => {
            let zone = zone_asked(stage, mark.node);
            let what = zone.map_or_else(|| title.to_owned(), |zone| zone_title(&zone));
            vec![
                format!("{what}, {short_place}"),
                what,
                short_place.to_owned(),
            ]
        }
        MapRole::Resolver => {
            let short = title.split(',').next().unwrap_or(title);
            vec![title.to_owned(), short.to_owned(), "Resolver".to_owned()]
        }
        MapRole::Client | MapRole::Host => {
            let short = title.split(',').next().unwrap_or(title);
            if sites.len() > 1 {
                return vec![format!("{short}, {short_place}"), short_place.to_owned()];
            }
            vec![title.to_owned(), short.to_owned()]
        }
    }
}

/// The zone a server was last asked about in the lookup.
fn zone_asked(stage: &Stage<'_>, node: NodeId) -> Option<Name> {
    let lookup = stage.lookup.as_ref()?;
    let mut asked = lookup.exchanges.iter().rev();
    let exchange = asked.find(|exchange| exchange.to == Some(node) && exchange.zone.is_some())?;
    exchange.zone.clone()
}
