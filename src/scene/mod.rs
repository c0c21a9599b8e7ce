//! Pure view models: what the page shows at one moment of a trace.
//!
//! Everything here is a function of a [`Timeline`](crate::engine::Timeline) (or a world and
//! its trace), a [`Playhead`] and some options. Nothing knows the browser, and nothing has a
//! memory of its own: scrubbing and going back are the same call with another playhead.
//!
//! Start with [`Playhead`] and [`Pace`] for time, [`hierarchy()`] and [`sequence()`] for the two
//! pictures, [`caption()`] for what the same events are in words.

mod cache_view;
mod caption;
pub mod chart;
mod dig;
mod geometry;
mod hex;
mod hierarchy;
mod map;
mod message_view;
mod options_view;
mod pace;
mod playhead;
pub mod population;
pub mod practice;
mod record_view;
mod route;
#[cfg(test)]
mod samples;
mod sequence;
mod server_view;
pub mod site_view;
mod snapshot;
mod steering_view;
mod story;
mod track;
mod words;

pub use cache_view::{CacheOrder, CacheRow, CacheView, cache_view};
pub use caption::{Caption, LogLine, Rule, Tone, caption, log_line, tone};
pub use dig::dig_text;
pub use geometry::{Curve, Point, Rect};
pub use hex::{HexByte, HexLine};
pub use hierarchy::{
    CacheChip, ClientBox, ClientRow, HierarchyFocus, HierarchyScene, HostBox, Layout, Link,
    LinkEnd, LinkLabel, LinkState, Packet, ResolverBox, RowState, ServerBox, hierarchy,
};
pub use map::{
    Catchment, CatchmentGroup, CatchmentMember, GROUP_COLORS, MapCrowd, MapFocus, MapLabel,
    MapLink, MapMark, MapRegion, MapRole, MapScene, MapSpoke, MapWindow, Projection, REGIONS,
    land_path, map_scene,
};
pub use message_view::{Chip, HeaderField, MessageKind, MessageView, RecordRow, message_view};
pub use options_view::{OptionGroupView, OptionRow, OptionsView, options_view};
pub use pace::{Advance, Pace};
pub use playhead::{Playhead, is_milestone};
pub use record_view::{LinePart, RECORD_TYPES, RdataField, RecordCard, RecordSample, record_card};
pub use route::Route;
pub use sequence::{
    Bar, Lane, LaneKind, RowMark, SequenceFocus, SequenceRow, SequenceScene, SequenceWindow, Tick,
    sequence,
};
pub use server_view::{
    PendingRow, ResolverView, ServerRow, ServerView, ZoneView, resolver_view, server_view,
};
pub use snapshot::world_at;
pub use steering_view::{
    DecisionRow, DecisionView, EndpointRow, ListItem, Standing, StandingTone, SteeredView,
    decision_views, steered_views,
};
pub use story::{Exchange, Lookup, current_lookup, lookups};
pub use track::{MOST_MARKS, Mark, MarkSize, Track};
pub use words::moment;
