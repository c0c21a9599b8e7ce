//! Keys that work anywhere on the page.

use leptos::ev::{KeyboardEvent, keydown};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

use super::listen::on_window;
use super::state::LabState;
use crate::page::keys::{ARROWS, Command, Facts, Press, SPACE, TYPING, bench_input, command};
use crate::page::routes::has_stage;

/// Listens for the keys of a page with a stage.
pub fn use_keyboard(state: LabState) {
    on_window(keydown, move |event: KeyboardEvent| {
        let Some(command) = command_of(state, &event).filter(|it| *it != Command::Help) else {
            return;
        };
        event.prevent_default();
        let has_crowd = state.crowd.source.with_untracked(Option::is_some);
        if let Some(input) = bench_input(command, has_crowd) {
            state.bench.send(input);
        }
    });
}

/// Listens for the key that opens the list of keys, which works on every page.
pub fn use_help_key(state: LabState) {
    on_window(keydown, move |event: KeyboardEvent| {
        if command_of(state, &event) == Some(Command::Help) {
            event.prevent_default();
            state.is_help_open.set(true);
        }
    });
}

/// What a key that was pressed commands.
fn command_of(state: LabState, event: &KeyboardEvent) -> Option<Command> {
    let focused = event.target();
    let focused = focused.and_then(|target| target.dyn_into::<Element>().ok());
    let is_in = |selector: &str| {
        let element = focused.as_ref();
        element.is_some_and(|element| element.closest(selector).ok().flatten().is_some())
    };
    let facts = Facts {
        is_typing: is_in(TYPING),
        has_arrows: is_in(ARROWS),
        has_space: is_in(SPACE),
        is_help_open: state.is_help_open.get_untracked(),
        has_stage: state.route.with_untracked(has_stage),
    };
    let press = Press {
        key: &event.key(),
        has_modifier: event.ctrl_key() || event.alt_key() || event.meta_key(),
        is_used: event.default_prevented() || event.is_composing(),
    };
    command(press, facts)
}

/// Moves the focus to an element by its id.
pub fn focus(id: &str) {
    let element = document().get_element_by_id(id);
    if let Some(element) = element.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        // Focusing fails only for elements that cannot have it.
        let _ = element.focus();
    }
}
