//! Where everything goes.

use super::{HierarchyFocus, HierarchyScene};
use crate::engine::{Timeline, World};
use crate::scene::Playhead;

/// The stage at one moment.
pub(super) fn compose(
    _world: &World,
    _timeline: &Timeline,
    _playhead: Playhead,
    focus: &HierarchyFocus,
) -> HierarchyScene {
    HierarchyScene {
        width: 820.0,
        height: 520.0,
        question: focus.question.clone(),
        client: None,
        resolver: None,
        servers: Vec::new(),
        host: None,
        links: Vec::new(),
        packets: Vec::new(),
        label: String::new(),
    }
}
