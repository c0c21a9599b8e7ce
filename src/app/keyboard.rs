//! Keys that work anywhere on the page.

use leptos::ev::{KeyboardEvent, keydown};
use leptos::prelude::*;
use leptos_use::use_event_listener;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

use super::state::{LabState, StageView};
use crate::scene::{Pace, Playhead};

/// Elements that need every key for themselves.
const TYPING: &str = "textarea, select, [contenteditable], input:not([type=radio]):not([type=checkbox]):not([type=range])";
/// Elements that need the arrows, Home and End for themselves.
const ARROWS: &str = "input, [role=slider], [role=tab], [role=separator]";
/// Elements that Space activates.
const SPACE: &str = "button, a, summary, input, label, [role=button], [role=slider], [role=tab]";

/// What a key does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Command {
    PlayOrPause,
    StepBack,
    StepForward,
    ToStart,
    ToEnd,
    Faster,
    Slower,
    View(StageView),
}

impl Command {
    /// The command of a key.
    fn of(key: &str) -> Option<Self> {
        Some(match key {
            " " | "k" => Self::PlayOrPause,
            "ArrowLeft" => Self::StepBack,
            "ArrowRight" => Self::StepForward,
            "Home" => Self::ToStart,
            "End" => Self::ToEnd,
            "+" | "=" => Self::Faster,
            "-" => Self::Slower,
            "1" => Self::View(StageView::Hierarchy),
            "2" => Self::View(StageView::Map),
            "3" => Self::View(StageView::Sequence),
            "4" => Self::View(StageView::Population),
            _ => return None,
        })
    }

    /// Whether the focused element wants the key for itself.
    fn belongs_to(self, key: &str, focused: &Element) -> bool {
        let is = |selector: &str| focused.closest(selector).ok().flatten().is_some();
        match self {
            // Buttons act on the space bar, not on the letter that does the same.
            Self::PlayOrPause => key == " " && is(SPACE),
            Self::StepBack | Self::StepForward | Self::ToStart | Self::ToEnd => is(ARROWS),
            _ => false,
        }
    }

    /// Does it.
    fn run(self, state: LabState) {
        let bench = state.bench;
        match self {
            Self::PlayOrPause => bench.toggle_play(),
            Self::StepBack => bench.stop_and_seek(|at, timeline| at.step_back(timeline.trace())),
            Self::StepForward => {
                bench.stop_and_seek(|at, timeline| at.step_forward(timeline.trace()));
            }
            Self::ToStart => bench.stop_and_seek(|_, _| Playhead::start()),
            Self::ToEnd => bench.stop_and_seek(|_, timeline| Playhead::end(timeline.trace())),
            Self::Faster => bench.pace.update(|pace| *pace = Pace::faster(*pace)),
            Self::Slower => bench.pace.update(|pace| *pace = Pace::slower(*pace)),
            Self::View(StageView::Population)
                if state.crowd.source.with_untracked(Option::is_none) => {}
            Self::View(view) => state.view.set(view),
        }
        if !matches!(self, Self::Faster | Self::Slower | Self::View(_)) {
            state.follow_playhead();
        }
    }
}

/// The keys and what they do, for the list of keys.
pub const KEYS: [(&str, &str); 13] = [
    ("Space", "Play or pause"),
    ("← →", "One event back or forward"),
    ("Home End", "To the start or the end"),
    ("+ −", "Faster or slower"),
    ("1 2 3 4", "Hierarchy, map, sequence or population view"),
    ("Tab", "To the next machine, message or control"),
    ("Enter", "Open what has the focus in the inspector"),
    (
        "← ↑ ↓ → on a machine of the map",
        "Move it by 5°, with Shift by 1°; Enter settles it",
    ),
    (
        "Delete on a machine of the map",
        "Take it down or bring it back",
    ),
    (
        "+ − 0 F on the map",
        "Larger, smaller, all of the world, or what this lookup meets; arrows move it",
    ),
    ("← → on a slider or number", "Change it"),
    (
        "← → + − 0 on a chart",
        "Another moment; a shorter time, a longer one, or the whole run",
    ),
    ("?", "This list"),
];

/// Listens for the keys of a page with a stage. They do not fire while something is being typed.
pub fn use_keyboard(state: LabState) {
    let _ = use_event_listener(window(), keydown, move |event: KeyboardEvent| {
        if !is_for_the_page(&event) {
            return;
        }
        let Some(command) = Command::of(&event.key()) else {
            return;
        };
        let is_taken = focused(&event).is_some_and(|focused| {
            is_typed_into(&focused) || command.belongs_to(&event.key(), &focused)
        });
        if !is_taken && !state.is_help_open.get_untracked() {
            event.prevent_default();
            command.run(state);
        }
    });
}

/// Listens for the key that opens the list of keys, which works on every page.
pub fn use_help_key(state: LabState) {
    let _ = use_event_listener(window(), keydown, move |event: KeyboardEvent| {
        if event.key() != "?" || !is_for_the_page(&event) {
            return;
        }
        let is_taken = focused(&event).is_some_and(|focused| is_typed_into(&focused));
        if !is_taken && !state.is_help_open.get_untracked() {
            event.prevent_default();
            state.is_help_open.set(true);
        }
    });
}

/// Whether a key may be meant for the page: no part of a browser's own command, and not used yet.
fn is_for_the_page(event: &KeyboardEvent) -> bool {
    let has_modifier = event.ctrl_key() || event.alt_key() || event.meta_key();
    !(has_modifier || event.default_prevented() || event.is_composing())
}

/// The element that has the focus.
fn focused(event: &KeyboardEvent) -> Option<Element> {
    event.target()?.dyn_into::<Element>().ok()
}

/// Whether an element needs every key for itself.
fn is_typed_into(focused: &Element) -> bool {
    focused.closest(TYPING).ok().flatten().is_some()
}

/// Moves the focus to an element by its id.
pub fn focus(id: &str) {
    let element = document().get_element_by_id(id);
    if let Some(element) = element.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        // Focusing fails only for elements that cannot have it.
        let _ = element.focus();
    }
}
