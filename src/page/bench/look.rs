//! How the bench is looked at: the view of the stage, the tab of the inspector, what is picked.

use crate::engine::NodeId;
use crate::lesson::View;

/// One way to look at a trace.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum StageView {
    /// Machines and the datagrams between them.
    #[default]
    Hierarchy,
    /// Machines at their places on the globe.
    Map,
    /// Datagrams over time.
    Sequence,
    /// What a crowd does; only where there is one.
    Population,
}

impl StageView {
    /// All views in the order of their tabs.
    pub const ALL: [Self; 4] = [Self::Hierarchy, Self::Map, Self::Sequence, Self::Population];

    /// The text of the tab, which is also the view's name in links.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Hierarchy => "Hierarchy",
            Self::Map => "Map",
            Self::Sequence => "Sequence",
            Self::Population => "Population",
        }
    }

    /// The view that a link names; `None` if there is no such view.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|view| name == view.as_str())
    }

    /// The view a lesson asks for.
    pub fn of(view: View) -> Self {
        match view {
            View::Hierarchy => Self::Hierarchy,
            View::Map => Self::Map,
            View::Sequence => Self::Sequence,
            View::Population => Self::Population,
        }
    }

    /// The id of the tab.
    pub fn tab_id(self) -> &'static str {
        match self {
            Self::Hierarchy => "view-hierarchy",
            Self::Map => "view-map",
            Self::Sequence => "view-sequence",
            Self::Population => "view-population",
        }
    }
}

/// What the inspector shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum InspectorTab {
    /// The message of an event.
    #[default]
    Message,
    /// What caches hold.
    Cache,
    /// A machine: its zones, or what it is.
    Machine,
    /// Everything that happened, as text.
    Log,
}

/// What the learner picked on the stage.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Selection {
    /// The event whose message is shown; `None` follows the playhead.
    pub event: Option<usize>,
    /// The machine that is shown.
    pub node: Option<NodeId>,
}
