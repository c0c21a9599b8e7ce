//! What the picture is about at the playhead, found once and used by all its parts.

use super::layout::Plan;
use super::{HierarchyFocus, HierarchyScene, boxes, links, packets};
use crate::dns::{Name, Question, Rtype};
use crate::engine::{EventKind, Node, NodeId, Timeline, Trace, TraceEvent, World, Zone};
use crate::scene::Playhead;
use crate::scene::story::{Exchange, Lookup, current_lookup};
use crate::scene::words::{node_title, question_words};

/// The most zones that get a box; a longer chain of aliases is cut.
const MAX_ZONES: usize = 10;

/// The facts of the picture.
pub(in crate::scene) struct Stage<'a> {
    /// The world at the playhead.
    pub(in crate::scene) world: &'a World,
    /// The whole trace.
    pub(in crate::scene) trace: &'a Trace,
    /// The moment.
    pub(in crate::scene) playhead: Playhead,
    /// The machine that asks.
    pub(in crate::scene) client: Option<NodeId>,
    /// The resolver it asks.
    pub(in crate::scene) resolver: Option<NodeId>,
    /// The lookup that is shown.
    pub(in crate::scene) lookup: Option<Lookup>,
    /// Its question, or the one to expect.
    pub(in crate::scene) question: Question,
    /// The zones that get a box, in order.
    pub(in crate::scene) zones: Vec<Name>,
}

impl<'a> Stage<'a> {
    /// Finds the facts.
    pub(in crate::scene) fn new(
        world: &'a World,
        timeline: &'a Timeline,
        playhead: Playhead,
        client: &str,
        question: &Question,
    ) -> Self {
        let trace = timeline.trace();
        let playhead = playhead.fit(trace);
        let client = world
            .find(client)
            .filter(|id| matches!(world.node(*id), Node::Client(_)));
        let resolver = client.and_then(|id| match world.node(id) {
            Node::Client(client) => world.node_at(client.config().resolver.ip()),
            _ => None,
        });
        let lookup = client.and_then(|id| current_lookup(trace, Some(id), playhead.events));
        let question = lookup
            .as_ref()
            .map_or(question, |lookup| &lookup.question)
            .clone();
        let zones = zones(world, &question.qname, lookup.as_ref());
        Self {
            world,
            trace,
            playhead,
            client,
            resolver,
            lookup,
            question,
            zones,
        }
    }

    /// Whether an event is shown.
    pub(in crate::scene) fn is_shown(&self, index: usize) -> bool {
        index < self.playhead.events
    }

    /// One event, if it is shown.
    pub(in crate::scene) fn shown(&self, index: Option<usize>) -> Option<&'a TraceEvent> {
        let index = index.filter(|index| self.is_shown(*index))?;
        self.trace.events().get(index)
    }

    /// The shown events of the lookup.
    pub(in crate::scene) fn events(&self) -> impl DoubleEndedIterator<Item = &'a TraceEvent> {
        let events: &[usize] = self.lookup.as_ref().map_or(&[], |lookup| &lookup.events);
        let trace = self.trace;
        let shown = events.iter().filter(|index| self.is_shown(**index));
        let shown: Vec<&TraceEvent> = shown
            .filter_map(|index| trace.events().get(*index))
            .collect();
        shown.into_iter()
    }

    /// The exchanges of the lookup whose query is shown, with their number from 1.
    pub(in crate::scene) fn exchanges(
        &self,
    ) -> impl DoubleEndedIterator<Item = (usize, &Exchange)> {
        let exchanges: &[Exchange] = self.lookup.as_ref().map_or(&[], |lookup| &lookup.exchanges);
        let numbered = exchanges
            .iter()
            .enumerate()
            .map(|(index, exchange)| (index + 1, exchange));
        let shown: Vec<_> = numbered
            .filter(|(_, exchange)| self.is_shown(exchange.sent))
            .collect();
        shown.into_iter()
    }

    /// Whether the lookup has begun and the application has no answer yet.
    pub(in crate::scene) fn is_waiting(&self) -> bool {
        let Some(lookup) = &self.lookup else {
            return false;
        };
        lookup
            .finished
            .is_none_or(|finished| !self.is_shown(finished))
    }

    /// Whether the lookup, its connection included, is not over.
    fn is_running(&self) -> bool {
        let Some(lookup) = &self.lookup else {
            return false;
        };
        lookup
            .events
            .last()
            .is_some_and(|last| !self.is_shown(*last))
    }

    /// Whether a node does something at this instant: the last thing that happened,
    /// happened there.
    pub(in crate::scene) fn acts_now(&self, node: NodeId) -> bool {
        self.playhead.last_event(self.trace).is_some_and(|last| {
            last.node == node
                && !matches!(last.kind, EventKind::Intervened { .. })
                && (self.playhead.time == last.at || self.is_running())
        })
    }
}

/// The stage at one moment.
pub(super) fn compose(
    world: &World,
    timeline: &Timeline,
    playhead: Playhead,
    focus: &HierarchyFocus,
) -> HierarchyScene {
    let stage = Stage::new(world, timeline, playhead, &focus.client, &focus.question);
    let connects = stage.client.is_some_and(
        |id| matches!(world.node(id), Node::Client(client) if client.config().connects),
    );
    let plan = Plan::new(focus.layout, stage.zones.len(), connects);
    let links = links::links(&stage, &plan);
    let packets = packets::packets(&stage, &links, &plan);
    let client = boxes::client(&stage, &plan, &packets);
    let resolver = boxes::resolver(&stage, &plan, &packets);
    let servers = boxes::servers(&stage, &plan, &packets);
    let host = boxes::host(&stage, &plan, &packets);
    let asker = stage.client.map_or("Nobody", |id| node_title(world, id));
    let mut label = match &stage.lookup {
        None => format!(
            "{asker} has not asked for {} yet",
            question_words(&stage.question)
        ),
        Some(_) if stage.is_waiting() => {
            format!("{asker} waits for {}", question_words(&stage.question))
        }
        Some(_) => format!("{asker} has asked for {}", question_words(&stage.question)),
    };
    for packet in &packets {
        label.push_str(". ");
        label.push_str(&packet.label);
    }
    label.push('.');
    HierarchyScene {
        width: plan.width,
        height: plan.height,
        question: stage.question.clone(),
        client,
        resolver,
        servers,
        host,
        links,
        packets,
        label,
    }
}

/// The zone of an origin, from the first server that serves it.
pub(in crate::scene) fn served_zone<'a>(
    world: &'a World,
    origin: &Name,
) -> Option<(NodeId, &'a Zone)> {
    world.node_ids().find_map(|id| {
        let Node::Authoritative(server) = world.node(id) else {
            return None;
        };
        let zone = server.zones().iter().find(|zone| zone.origin() == origin)?;
        Some((id, zone.as_ref()))
    })
}

/// The number of name servers a zone lists.
pub(super) fn server_count(zone: &Zone) -> usize {
    zone.get(zone.origin(), Rtype::NS)
        .map_or(0, |set| set.data.len())
}

/// The zones that get a box: those between the root and the name, then those asked on the way.
fn zones(world: &World, qname: &Name, lookup: Option<&Lookup>) -> Vec<Name> {
    let exchanges = lookup.map_or(&[][..], |lookup| &lookup.exchanges);
    let asked: Vec<&Name> = exchanges
        .iter()
        .filter_map(|exchange| exchange.zone.as_ref())
        .collect();
    let mut chain: Vec<Name> = qname
        .ancestors()
        .filter(|name| served_zone(world, name).is_some())
        .collect();
    chain.reverse();
    // A server of the zone above may serve the next one as well and so leave it out of the way.
    let is_left_out = |zone: &Name| {
        !asked.contains(&zone)
            && asked.iter().any(|other| zone.is_below(other))
            && asked
                .iter()
                .any(|other| other.is_below(zone) && qname.is_at_or_below(other))
    };
    chain.retain(|zone| !is_left_out(zone));
    for zone in asked {
        if !chain.contains(zone) {
            chain.push(zone.clone());
        }
    }
    chain.truncate(MAX_ZONES);
    chain
}
