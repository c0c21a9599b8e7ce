//! The ways the lookup takes over the globe, and what is on them.

use std::collections::BTreeMap;

use super::arc::Arc;
use super::labels::Wish;
use super::{MapLink, MapMark, Projection};
use crate::engine::{EventKind, Intervention, NodeId, Timeline, TraceEvent, Way, World};
use crate::scene::hierarchy::{CALLOUT_HEIGHT, Stage, end_of, flights, state_of, steps};
use crate::scene::story::{Exchange, time_of};
use crate::scene::words::{duration, node_title};
use crate::scene::{LinkEnd, LinkState, Packet, Rect};

/// Where along a way its text may stand, best first.
const SPOTS: [f64; 7] = [0.5, 0.42, 0.58, 0.34, 0.66, 0.26, 0.74];

/// Ways and what is on them.
pub(super) struct Traffic {
    /// The ways.
    pub(super) links: Vec<MapLink>,
    /// What is on them.
    pub(super) packets: Vec<Packet>,
    /// The texts they want to have.
    pub(super) wishes: Vec<Wish>,
}

/// A way and the exchanges that use it, with their numbers.
struct Used<'a> {
    /// The marks at its ends.
    ends: [&'a MapMark; 2],
    /// The exchanges.
    exchanges: Vec<(usize, &'a Exchange)>,
}

/// The way of each exchange of the lookup, shown or not. Where sites have come and gone, it is
/// the one that counted when the query was sent.
pub(super) fn ways(stage: &Stage<'_>, timeline: &Timeline) -> Vec<Option<Way>> {
    let changes_routes = |event: &TraceEvent| {
        matches!(
            event.kind,
            EventKind::RouteChanged { .. } | EventKind::Intervened { .. }
        )
    };
    let events = stage.trace.events();
    let changes = (0..events.len()).filter(|index| changes_routes(&events[*index]));
    let changes: Vec<usize> = changes.collect();
    // Between two changes all worlds have the same routes, so one of them will do.
    let period = |shown: usize| changes.partition_point(|change| *change < shown);
    let mut worlds: BTreeMap<usize, World> = BTreeMap::new();
    let now = period(stage.playhead.events);
    let exchanges = stage.lookup.iter().flat_map(|lookup| &lookup.exchanges);
    let ways = exchanges.map(|exchange| {
        let to = exchange.to?;
        let sent = time_of(stage.trace, exchange.sent);
        let then = period(stage.trace.count_until(sent));
        if then == now {
            return stage.world.way(exchange.from, to);
        }
        let world = worlds.entry(then);
        let world = world.or_insert_with(|| timeline.world_at(sent));
        world.way(exchange.from, to)
    });
    ways.collect()
}

/// The ways the lookup has used so far, and what is on them.
pub(super) fn traffic(
    stage: &Stage<'_>,
    timeline: &Timeline,
    map: Projection,
    ways: &[Option<Way>],
    marks: &[MapMark],
) -> Traffic {
    let find = |node: NodeId, site: usize| marks.iter().find(|mark| mark.key() == (node, site));
    let mut used: Vec<Used<'_>> = Vec::new();
    for (number, exchange) in stage.exchanges() {
        let Some(to) = exchange.to else { continue };
        if has_moved(stage, timeline, exchange.from, exchange)
            || has_moved(stage, timeline, to, exchange)
        {
            continue;
        }
        let Some(way) = ways.get(number - 1).copied().flatten() else {
            continue;
        };
        let (Some(from), Some(to)) = (find(exchange.from, way.from), find(to, way.to)) else {
            continue;
        };
        let same = |link: &&mut Used<'_>| {
            link.ends[0].key() == from.key() && link.ends[1].key() == to.key()
        };
        match used.iter_mut().find(same) {
            Some(link) => link.exchanges.push((number, exchange)),
            None => used.push(Used {
                ends: [from, to],
                exchanges: vec![(number, exchange)],
            }),
        }
    }
    let mut traffic = Traffic {
        links: Vec::new(),
        packets: Vec::new(),
        wishes: Vec::new(),
    };
    for link in &used {
        let [from, to] = link.ends;
        let arc = Arc::new(map, [from.place, to.place], [from.at, to.at]);
        let titles = link.ends.map(|mark| node_title(stage.world, mark.node));
        for (_, exchange) in &link.exchanges {
            for flight in flights(stage, exchange) {
                let at = arc.at(flight.along);
                let width = flight.callout_width();
                let callout = Rect::new(at.x + 14.0, at.y - 54.0, width, CALLOUT_HEIGHT);
                let callout = callout.kept_within(map.width(), map.height());
                let end = end_of(stage, exchange).unwrap_or(LinkEnd::Host);
                let packet = flight.packet(end, at, callout, titles[0], titles[1]);
                traffic.packets.push(packet);
            }
        }
        let drawn = draw(stage, link, &arc, titles);
        if !drawn.text.is_empty() {
            traffic.wishes.push(Wish {
                key: format!("time {:?}", drawn.key),
                texts: vec![drawn.text.clone()],
                kind: "time",
                spots: SPOTS.map(|share| (arc.at(share), 5.0)).to_vec(),
            });
        }
        traffic.links.push(drawn);
    }
    traffic
}

/// Whether a machine has moved since an exchange began: then it did not go this way.
fn has_moved(stage: &Stage<'_>, timeline: &Timeline, node: NodeId, exchange: &Exchange) -> bool {
    let sent = time_of(stage.trace, exchange.sent);
    let id = &stage.world.spec(node).id;
    timeline.acts().iter().any(|(at, act)| {
        let is_between = sent <= *at && *at <= stage.playhead.time;
        is_between && matches!(act, Intervention::MoveNode { node, .. } if node == id)
    })
}

/// One way with its state and text.
fn draw(stage: &Stage<'_>, link: &Used<'_>, arc: &Arc, titles: [&str; 2]) -> MapLink {
    let last = link.exchanges.last().map(|(_, exchange)| *exchange);
    let state = last.map_or(LinkState::Idle, |last| state_of(stage, last));
    let time = match (state, last) {
        (LinkState::Active, _) => "now".to_owned(),
        (LinkState::Failed, Some(last)) if last.received.is_none() => "silent".to_owned(),
        (_, last) => last
            .and_then(|last| last.round_trip(stage.trace))
            .map(duration)
            .unwrap_or_default(),
    };
    let [from, to] = titles;
    MapLink {
        key: link.ends.map(MapMark::key),
        path: arc.path(),
        state,
        text: format!("{} · {time}", steps(&link.exchanges)),
        label: format!("{from} → {to}"),
    }
}
