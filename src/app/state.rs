//! What the page knows, as signals.

use std::sync::Arc;

use leptos::prelude::*;

use super::address::Address;
use super::bench::Bench;
use super::crowd::CrowdBench;
use super::driver::Driver;
use super::library::Library;
use super::storage::Theme;
use crate::engine::NodeId;
use crate::lesson::{Outline, Progress, View};
use crate::page::{Notice, notices};
use crate::scenario::{Knob, KnobTarget};
use crate::scene::Route;

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

    /// What the tab says.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Hierarchy => "Hierarchy",
            Self::Map => "Map",
            Self::Sequence => "Sequence",
            Self::Population => "Population",
        }
    }

    /// The view that a link names; the first one if it names none.
    pub fn named(name: Option<&str>) -> Self {
        let mut views = Self::ALL.into_iter();
        let view = views.find(|view| name == Some(view.as_str()));
        view.unwrap_or_default()
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

/// What the page knows. Provided once, by the app.
#[derive(Clone, Copy)]
pub struct LabState {
    /// The page and the shared state in the address bar.
    pub address: ReadSignal<Address>,
    /// The page alone.
    pub route: Memo<Route>,
    /// All lessons, without their contents.
    pub course: StoredValue<Arc<Outline>>,
    /// The contents of lessons and worlds, as far as they were needed.
    pub library: Library,
    /// The world at hand and the moment that is looked at.
    pub bench: Bench,
    /// The crowd at hand.
    pub crowd: CrowdBench,
    /// How the stage shows it.
    pub view: RwSignal<StageView>,
    /// What the inspector shows.
    pub tab: RwSignal<InspectorTab>,
    /// What the learner picked.
    pub selection: RwSignal<Selection>,
    /// Light, dark, or as the system says.
    pub theme: RwSignal<Theme>,
    /// What the learner has done so far.
    pub progress: RwSignal<Progress>,
    /// The way from the page's machines to the browser.
    pub driver: Driver,
    /// Whether the list of keys is shown.
    pub is_help_open: RwSignal<bool>,
    /// What the page at hand adds to the header.
    pub tools: RwSignal<Option<ViewFn>>,
}

impl LabState {
    /// The state the app provided.
    pub fn expect() -> Self {
        expect_context()
    }

    /// Shows a message that something could not be done.
    pub fn complain(&self, text: impl Into<String>) {
        self.driver
            .notices(notices::Input::Show(Notice::problem(text)));
    }

    /// Shows a message that something went well.
    pub fn inform(&self, text: impl Into<String>) {
        self.driver
            .notices(notices::Input::Show(Notice::info(text)));
    }

    /// Where a knob stands, of the world or of the crowd.
    pub fn knob_value(&self, knob: &Knob) -> f64 {
        match knob.target {
            KnobTarget::Crowd(_) => self.crowd.knob_value(knob),
            _ => self.bench.knob_value(knob),
        }
    }

    /// Moves a knob of the world or of the crowd.
    pub fn set_knob(&self, knob: &Knob, value: f64) {
        match knob.target {
            KnobTarget::Crowd(_) => self.crowd.set_knob(&knob.id, value),
            _ => self.bench.set_knob(&knob.id, value),
        }
    }

    /// A knob was let go of.
    pub fn settle_knob(&self, knob: &Knob) {
        if matches!(knob.target, KnobTarget::Crowd(_)) {
            self.crowd.settle();
        }
    }

    /// Opens the message of an event in the inspector.
    pub fn inspect_event(&self, event: usize) {
        self.selection
            .update(|selection| selection.event = Some(event));
        self.tab.set(InspectorTab::Message);
    }

    /// Opens a machine in the inspector.
    pub fn inspect_node(&self, node: NodeId) {
        let is_cache = self.bench.timeline.with_untracked(|timeline| {
            use crate::engine::Node::{Client, Resolver};
            matches!(timeline.initial().node(node), Client(_) | Resolver(_))
        });
        self.selection
            .update(|selection| selection.node = Some(node));
        self.tab.set(if is_cache {
            InspectorTab::Cache
        } else {
            InspectorTab::Machine
        });
    }

    /// Lets the inspector follow the playhead again.
    pub fn follow_playhead(&self) {
        if self
            .selection
            .with_untracked(|selection| selection.event.is_some())
        {
            self.selection.update(|selection| selection.event = None);
        }
    }
}
