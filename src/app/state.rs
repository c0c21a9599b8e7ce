//! What the page knows, as signals.

use leptos::prelude::*;

use super::bench::Bench;
use super::crowd::CrowdBench;
use super::driver::Driver;
use super::heavy::Heavy;
use super::library::{Course, Library};
use super::links::LinkPart;
use super::sessions::Sessions;
use super::share::Share;
use super::storage::Kept;
use crate::engine::NodeId;
use crate::lesson::Progress;
use crate::page::bench::Input;
use crate::page::routes::Address;
use crate::page::store::theme::Theme;
use crate::page::{Notice, notices};
use crate::scenario::{Knob, KnobTarget};
use crate::scene::Route;

/// What the page knows. Provided once, by the app.
#[derive(Clone, Copy)]
pub struct LabState {
    /// The page and the shared state in the address bar.
    pub address: ReadSignal<Address>,
    /// The page alone.
    pub route: Memo<Route>,
    /// All lessons, without their contents.
    pub course: Course,
    /// The contents of lessons and worlds, as far as they were needed.
    pub library: Library,
    /// The world at hand and the moment that is looked at.
    pub bench: Bench,
    /// The crowd at hand.
    pub crowd: CrowdBench,
    /// Runs that take longer than a frame.
    pub heavy: Heavy,
    /// Light, dark, or as the system says.
    pub theme: ReadSignal<Theme>,
    /// What the learner has done so far.
    pub progress: ReadSignal<Progress>,
    /// What keeps both of them.
    pub kept: Kept,
    /// Where the learner was, on pages with a stage.
    pub sessions: Sessions,
    /// What reads and writes links and kept sessions, once it has come.
    pub links: LinkPart,
    /// What copies links.
    pub sharing: Share,
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
        self.bench.send(Input::InspectEvent(event));
    }

    /// Opens a machine in the inspector.
    pub fn inspect_node(&self, node: NodeId) {
        self.bench.send(Input::InspectNode(node));
    }
}
