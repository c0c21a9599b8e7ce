//! The lines from those who are sent somewhere to where they are sent.

use super::arc::Arc;
use super::{Catchment, MapMark, Projection};
use crate::engine::NodeId;

/// From one who is sent somewhere to where it is sent.
#[derive(Clone, Debug, PartialEq)]
pub struct MapSpoke {
    /// Who is sent, and to which group: what tells the spokes of a scene apart.
    pub key: (NodeId, usize),
    /// The `d` attribute of an SVG path.
    pub path: String,
    /// Which of the colors of groups it has.
    pub color: usize,
    /// Whether what goes this way is lost.
    pub is_lost: bool,
}

/// A spoke for each member of a catchment that has a mark.
pub(super) fn spokes(
    map: Projection,
    catchment: Option<&Catchment>,
    marks: &[MapMark],
) -> Vec<MapSpoke> {
    let mut spokes = Vec::new();
    let groups = catchment.iter().flat_map(|catchment| &catchment.groups);
    for (index, group) in groups.enumerate() {
        let hub = marks.iter().find(|mark| {
            group
                .node
                .is_some_and(|node| mark.key() == (node, group.site))
        });
        let Some(hub) = hub else { continue };
        for member in &group.members {
            let Some(from) = marks.iter().find(|mark| mark.node == member.node) else {
                continue;
            };
            let arc = Arc::new(map, [from.place, hub.place], [from.at, hub.at]);
            spokes.push(MapSpoke {
                key: (member.node, index),
                path: arc.path(),
                color: group.color,
                is_lost: member.is_lost,
            });
        }
    }
    spokes
}
