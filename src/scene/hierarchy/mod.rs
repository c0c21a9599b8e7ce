//! The stage: who is involved in a lookup, what each machine knows, and what is on its way.

mod boxes;
mod layout;
mod links;
mod packets;
mod stage;
#[cfg(test)]
mod tests;

pub(super) use links::{end_of, state_of, steps};
pub(super) use packets::{CALLOUT_HEIGHT, flights};
pub(super) use stage::{Stage, served_zone};

use super::caption::Tone;
use super::{Curve, Playhead, Point, Rect};
use crate::dns::{Name, Question};
use crate::engine::{CacheLayer, NodeId, Timeline, World};

/// How much room there is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Layout {
    /// Client, resolver and servers from left to right.
    #[default]
    Wide,
    /// The same from top to bottom, for phones.
    Narrow,
}

/// What the stage is about.
#[derive(Clone, Debug, PartialEq)]
pub struct HierarchyFocus {
    /// The client, by the id of its node.
    pub client: String,
    /// What to expect before the client has asked anything.
    pub question: Question,
    /// How much room there is.
    pub layout: Layout,
}

/// The stage at one moment.
#[derive(Clone, Debug, PartialEq)]
pub struct HierarchyScene {
    /// The width of the view box.
    pub width: f64,
    /// The height of the view box.
    pub height: f64,
    /// The question the picture is about.
    pub question: Question,
    /// The machine that asks; `None` only if the focus names no client.
    pub client: Option<ClientBox>,
    /// The recursive resolver it asks.
    pub resolver: Option<ResolverBox>,
    /// One box for each zone on the way.
    pub servers: Vec<ServerBox>,
    /// The web host the client connects to.
    pub host: Option<HostBox>,
    /// The links between the boxes.
    pub links: Vec<Link>,
    /// What is on its way.
    pub packets: Vec<Packet>,
    /// The whole picture in one sentence.
    pub label: String,
}

/// The client's machine.
#[derive(Clone, Debug, PartialEq)]
pub struct ClientBox {
    /// The node.
    pub node: NodeId,
    /// Where it is drawn.
    pub rect: Rect,
    /// What it is called.
    pub title: String,
    /// Its caches, nearest to the application first.
    pub rows: Vec<ClientRow>,
    /// `waiting for www.example.com`, while it does.
    pub waiting: Option<String>,
    /// Whether it does something at this instant.
    pub is_active: bool,
    /// Whether it is down.
    pub is_down: bool,
    /// The box in words.
    pub label: String,
}

/// One cache of the client's machine.
#[derive(Clone, Debug, PartialEq)]
pub struct ClientRow {
    /// Which cache.
    pub layer: CacheLayer,
    /// Where it is drawn.
    pub rect: Rect,
    /// `Browser cache`, `OS stub + hosts`.
    pub title: String,
    /// What it said or holds: `miss`, `hit`, `www.example.com 52 s left`, `not used`.
    pub text: String,
    /// The state for styling.
    pub state: RowState,
    /// The share of its life the entry for the question has left, 1 when fresh.
    pub fraction: Option<f64>,
    /// The row in words.
    pub label: String,
}

/// How a client's cache took part in the lookup.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowState {
    /// It was not asked yet, and holds nothing for the question.
    Idle,
    /// The machine has no such cache.
    Absent,
    /// It holds an entry for the question.
    Holds,
    /// It was asked and had nothing.
    Miss,
    /// It answered.
    Hit,
}

impl RowState {
    /// The state as an attribute value.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Idle => "idle",
            Self::Absent => "absent",
            Self::Holds => "holds",
            Self::Miss => "miss",
            Self::Hit => "hit",
        }
    }
}

/// The recursive resolver.
#[derive(Clone, Debug, PartialEq)]
pub struct ResolverBox {
    /// The node.
    pub node: NodeId,
    /// Where it is drawn.
    pub rect: Rect,
    /// `Recursive resolver`.
    pub title: String,
    /// Which one: the node's title.
    pub subtitle: String,
    /// What it remembers that matters here, most relevant first.
    pub chips: Vec<CacheChip>,
    /// `+ 12 more`, if there are more entries than chips.
    pub more: Option<String>,
    /// Where `more` is drawn: the left end of its baseline.
    pub more_at: Point,
    /// Lines below: `2 RRsets · 1 pending`, `hit ratio 0.82`.
    pub counters: Vec<String>,
    /// Where the first of them is drawn: the middle of its baseline. The next is 17 below.
    pub counters_at: Point,
    /// Whether it does something at this instant.
    pub is_active: bool,
    /// Whether it is down.
    pub is_down: bool,
    /// The box in words.
    pub label: String,
}

/// One entry of the resolver's cache.
#[derive(Clone, Debug, PartialEq)]
pub struct CacheChip {
    /// Owner and type, which tell entries apart: `com NS`.
    pub key: String,
    /// Where it is drawn.
    pub rect: Rect,
    /// `com NS`, `no such name: nope.example.com`.
    pub text: String,
    /// The time left: `1 d 23 h`.
    pub remaining: String,
    /// The share of its life it has left, 1 when fresh.
    pub fraction: f64,
    /// Whether it was stored at this instant.
    pub is_new: bool,
    /// Whether it remembers that something does not exist.
    pub is_negative: bool,
    /// The chip in words.
    pub label: String,
}

/// The servers of one zone.
#[derive(Clone, Debug, PartialEq)]
pub struct ServerBox {
    /// The zone.
    pub zone: Name,
    /// The server last asked, or the first of the zone.
    pub node: Option<NodeId>,
    /// Where it is drawn.
    pub rect: Rect,
    /// `Root`, `com`.
    pub title: String,
    /// The host name of the server last asked, or how many there are.
    pub server: String,
    /// Its address, once it was asked.
    pub address: String,
    /// How deep the zone lies, for its color: 0 root, 1 top-level domain, 2 and more.
    pub depth: usize,
    /// Whether it does something at this instant.
    pub is_active: bool,
    /// Whether it has been asked in this lookup.
    pub is_used: bool,
    /// Whether it is down.
    pub is_down: bool,
    /// The box in words.
    pub label: String,
}

/// The web host the client connects to.
#[derive(Clone, Debug, PartialEq)]
pub struct HostBox {
    /// The node; `None` if no machine has the address.
    pub node: Option<NodeId>,
    /// Where it is drawn.
    pub rect: Rect,
    /// What it is called.
    pub title: String,
    /// Its address.
    pub address: String,
    /// `connected in 21 ms`, `connecting`, `no answer after 7 s`.
    pub text: String,
    /// How the connection stands.
    pub state: LinkState,
    /// Whether it does something at this instant.
    pub is_active: bool,
    /// Whether it is down.
    pub is_down: bool,
    /// The box in words.
    pub label: String,
}

/// Which box a link leads to. All links start at the client or, those to servers, at the resolver.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LinkEnd {
    /// From the client to the resolver.
    Resolver,
    /// From the resolver to the servers of a zone.
    Server(Name),
    /// From the client to the web host.
    Host,
}

impl LinkEnd {
    /// A key that tells the links of a scene apart.
    pub fn key(&self) -> String {
        match self {
            Self::Resolver => "resolver".to_owned(),
            Self::Server(zone) => format!("zone {zone}"),
            Self::Host => "host".to_owned(),
        }
    }
}

/// How a link stands in the lookup.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkState {
    /// Not used yet.
    Idle,
    /// A query is out on it.
    Active,
    /// It was used, with success.
    Done,
    /// It was used in vain.
    Failed,
}

impl LinkState {
    /// The state as an attribute value.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Idle => "idle",
            Self::Active => "active",
            Self::Done => "done",
            Self::Failed => "failed",
        }
    }
}

/// A link between two boxes.
#[derive(Clone, Debug, PartialEq)]
pub struct Link {
    /// Which.
    pub end: LinkEnd,
    /// Its geometry, from the asking side to the asked.
    pub curve: Curve,
    /// The same as the `d` attribute of an SVG path.
    pub path: String,
    /// How it stands.
    pub state: LinkState,
    /// Order and round-trip time, once it was used.
    pub text: Option<LinkLabel>,
    /// The link in words.
    pub label: String,
}

/// The text on a link.
#[derive(Clone, Debug, PartialEq)]
pub struct LinkLabel {
    /// `2 · 21 ms`: the order of the exchange and its round-trip time.
    pub text: String,
    /// The middle of the text's baseline.
    pub at: Point,
}

/// A datagram on its way.
#[derive(Clone, Debug, PartialEq)]
pub struct Packet {
    /// The event of its sending, as an index into the trace.
    pub event: usize,
    /// The link it travels.
    pub link: LinkEnd,
    /// Whether it travels toward the asking side.
    pub is_response: bool,
    /// How far it is on its way, 0 to 1.
    pub progress: f64,
    /// Where it is.
    pub at: Point,
    /// What it is.
    pub tone: Tone,
    /// `Query`, `Referral`, `Answer`, `NXDOMAIN`, `SYN`.
    pub title: String,
    /// `example.com NS →`.
    pub detail: String,
    /// A place for title and detail that lies within the view box.
    pub callout: Rect,
    /// Whether it was dropped; it then stands still.
    pub is_lost: bool,
    /// The packet in words.
    pub label: String,
}

/// The stage at one moment, in the world of that moment; see [`world_at`](super::world_at).
pub fn hierarchy(
    world: &World,
    timeline: &Timeline,
    playhead: Playhead,
    focus: &HierarchyFocus,
) -> HierarchyScene {
    stage::compose(world, timeline, playhead, focus)
}
