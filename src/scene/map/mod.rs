//! The map: where the machines stand, which way datagrams go, and who is sent where.
//!
//! [`map_scene()`] gives everything at one moment in the units of a view box whose width is
//! chosen by the page; [`land_path`] draws the land below it, from a file the page fetches.

mod arc;
mod cast;
mod catchment;
mod labels;
mod land;
mod links;
mod projection;
mod spokes;
mod spread;
#[cfg(test)]
mod tests;
mod window;

use super::hierarchy::Stage;
use super::words::question_words;
use super::{LinkState, Packet, Playhead, Point, Rect};
use crate::dns::Question;
use crate::engine::{Coordinates, NodeId, Timeline, World};

pub use catchment::{Catchment, CatchmentGroup, CatchmentMember, GROUP_COLORS};
pub use labels::MapLabel;
pub use land::land_path;
pub use projection::Projection;
pub use spokes::MapSpoke;
pub use window::{MapRegion, MapWindow, REGIONS};

/// What the map is about.
#[derive(Clone, Debug, PartialEq)]
pub struct MapFocus {
    /// The client, by the id of its node.
    pub client: String,
    /// What to expect before the client has asked anything.
    pub question: Question,
    /// The machine the learner picked: if it is anycast, the catchments of its sites are shown.
    pub chosen: Option<NodeId>,
    /// The width of the view box; letters and marks keep their size.
    pub width: f64,
    /// The part of the world that is shown.
    pub window: MapWindow,
}

/// The map at one moment.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct MapScene {
    /// The width of the view box.
    pub width: f64,
    /// The height of the view box.
    pub height: f64,
    /// The machines that are shown one by one.
    pub marks: Vec<MapMark>,
    /// All others, gathered by place.
    pub crowds: Vec<MapCrowd>,
    /// How many machines are outside the part of the world that is shown.
    pub outside: usize,
    /// The lines of the catchment.
    pub spokes: Vec<MapSpoke>,
    /// The ways the lookup has used.
    pub links: Vec<MapLink>,
    /// What is on its way.
    pub packets: Vec<Packet>,
    /// Texts, none over another.
    pub labels: Vec<MapLabel>,
    /// Who is sent where.
    pub catchment: Option<Catchment>,
    /// The places of the machines the story is about, to fit the map to.
    pub used: Vec<Coordinates>,
    /// The whole map in one sentence.
    pub label: String,
}

/// What a machine is, for its color and shape.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MapRole {
    /// A user's machine.
    Client,
    /// A recursive resolver.
    Resolver,
    /// A server of the root zone.
    Root,
    /// A server of a top-level domain.
    Tld,
    /// Any other authoritative server.
    Authoritative,
    /// A web server or the like.
    Host,
}

impl MapRole {
    /// The role as an attribute value.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Client => "client",
            Self::Resolver => "resolver",
            Self::Root => "root",
            Self::Tld => "tld",
            Self::Authoritative => "auth",
            Self::Host => "host",
        }
    }
}

/// A machine at one of its places.
#[derive(Clone, Debug, PartialEq)]
pub struct MapMark {
    /// The machine.
    pub node: NodeId,
    /// Which of its places, as an index into its sites.
    pub site: usize,
    /// Where it stands.
    pub place: Coordinates,
    /// The point of the map where that is.
    pub anchor: Point,
    /// Where it is drawn, beside others at the same place.
    pub at: Point,
    /// What it is.
    pub role: MapRole,
    /// Whether the current story is about it.
    pub is_used: bool,
    /// Whether it does something at this instant.
    pub is_active: bool,
    /// Whether it is down, all of it or this site.
    pub is_down: bool,
    /// Whether this site has withdrawn the machine's addresses.
    pub is_withdrawn: bool,
    /// Whether what it sends to its group is lost.
    pub is_lost: bool,
    /// Its group, as an index into the groups of the catchment, and the group's letter.
    pub group: Option<(usize, char)>,
    /// Whether it can be moved: it stands at one place only.
    pub can_move: bool,
    /// The machine in words.
    pub label: String,
}

impl MapMark {
    /// The radius of a mark.
    pub const RADIUS: f64 = 9.0;
    /// The radius of the space a mark or dot has for itself, so that a finger meets one of them.
    pub const TARGET: f64 = 12.5;

    /// What tells the marks of a scene apart.
    pub fn key(&self) -> (NodeId, usize) {
        (self.node, self.site)
    }
}

/// The machines at a place that the story is not about.
#[derive(Clone, Debug, PartialEq)]
pub struct MapCrowd {
    /// The name of the place, or of several that lie too near to each other to be told apart.
    pub place: String,
    /// Where it is drawn.
    pub at: Point,
    /// The machines in the order of the world, each with its site.
    pub nodes: Vec<(NodeId, usize)>,
    /// The crowd in words.
    pub label: String,
}

impl MapCrowd {
    /// The radius of its dot.
    pub const RADIUS: f64 = 5.0;
}

/// A way that datagrams of the lookup take.
#[derive(Clone, Debug, PartialEq)]
pub struct MapLink {
    /// What tells the links of a scene apart: the marks at its ends.
    pub key: [(NodeId, usize); 2],
    /// The `d` attribute of an SVG path.
    pub path: String,
    /// How it stands.
    pub state: LinkState,
    /// `2 · 21 ms`: the order of the exchange and its round-trip time; empty if not used yet.
    pub text: String,
    /// The link in words: `Laptop, Berlin → Provider's resolver, Frankfurt`.
    pub label: String,
}

/// The map at one moment, in the world of that moment; see [`world_at`](super::world_at).
pub fn map_scene(
    world: &World,
    timeline: &Timeline,
    playhead: Playhead,
    focus: &MapFocus,
) -> MapScene {
    let stage = Stage::new(world, timeline, playhead, &focus.client, &focus.question);
    let map = Projection::of(focus.width, focus.window);
    let chosen = focus
        .chosen
        .filter(|node| node.index() < world.specs().len());
    let catchment = catchment::catchment(&stage, chosen);
    let ways = links::ways(&stage, timeline);
    let cast::Cast { mut marks, crowds } =
        cast::cast(&stage, map, chosen, &ways, catchment.as_ref());
    let links::Traffic {
        links,
        mut packets,
        wishes,
    } = links::traffic(&stage, timeline, map, &ways, &marks);
    let spokes = spokes::spokes(map, catchment.as_ref(), &marks);
    let used = marks.iter().filter(|mark| mark.is_used);
    let used = used.map(|mark| mark.place).collect();
    marks.retain(|mark| map.shows(mark.at));
    packets.retain(|packet| map.shows(packet.at));
    let sites: usize = world.specs().iter().map(|spec| spec.sites.len()).sum();
    let gathered: usize = crowds.iter().map(|crowd| crowd.nodes.len()).sum();
    let outside = sites.saturating_sub(marks.len() + gathered);
    let taken: Vec<Rect> = { marks.iter().map(|mark| (mark.at, MapMark::RADIUS)) }
        .chain(crowds.iter().map(|crowd| (crowd.at, MapCrowd::RADIUS)))
        .map(|(at, radius)| Rect::new(at.x - radius, at.y - radius, radius * 2.0, radius * 2.0))
        .collect();
    let mut all = cast::wishes(&stage, &marks, &[]);
    all.extend(wishes);
    all.extend(cast::wishes(&stage, &[], &crowds));
    let labels = labels::place(all, &taken, map.width(), map.height());
    let asker = stage
        .client
        .map_or("Nobody", |id| super::words::node_title(world, id));
    let asked = question_words(&stage.question);
    let what = match focus.window == MapWindow::WORLD {
        true => "Map of the world",
        false => "Map of a part of the world",
    };
    let mut label = match &stage.lookup {
        None => format!("{what}. {asker} has not asked for {asked} yet"),
        Some(_) => format!("{what}. {asker} asks for {asked}"),
    };
    for packet in &packets {
        label.push_str(". ");
        label.push_str(&packet.label);
    }
    label.push('.');
    MapScene {
        width: map.width(),
        height: map.height(),
        marks,
        crowds,
        outside,
        spokes,
        links,
        packets,
        labels,
        catchment,
        used,
        label,
    }
}
