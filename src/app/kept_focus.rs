//! Keeps the focus when the control that was pressed goes away.
//!
//! A button may be replaced by what it brought, or be off once there is no more to do. Browsers
//! then drop the focus to the start of the page, and who goes by keys has to come all the way back.

use leptos::ev::click;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

use super::listen::on_window;

/// What can be pressed.
const CONTROL: &str = "button, a[href], summary, input, select";
/// What can have the focus instead of a control that is off now.
const USABLE: &str = "button:enabled, a[href], input:enabled, select:enabled, summary";
/// Parts of a page that make sense as a place to go on from.
const PART: &str = "section, article, nav, form, li, main, dialog";

/// Watches presses on the whole page.
pub fn use_kept_focus() {
    on_window(click, |event| {
        let target = event.target().and_then(|it| it.dyn_into::<Element>().ok());
        let control = target.and_then(|it| it.closest(CONTROL).ok().flatten());
        let Some(control) = control else { return };
        let parents = std::iter::successors(control.parent_element(), |it| it.parent_element());
        let parents: Vec<_> = parents.collect();
        // By then the page has followed.
        request_animation_frame(move || keep(&control, &parents));
    });
}

/// Moves the focus to what is closest to a control that has just lost it.
fn keep(control: &Element, parents: &[Element]) {
    let is_lost = document()
        .active_element()
        .is_none_or(|it| it.tag_name() == "BODY");
    if !is_lost {
        return;
    }
    if control.is_connected() {
        // It is off or hidden; those beside it are not.
        let beside = parents
            .iter()
            .find_map(|parent| parent.query_selector(USABLE).ok()?);
        focus(beside.as_ref());
        return;
    }
    let part = parents
        .iter()
        .find(|parent| parent.is_connected() && parent.matches(PART).unwrap_or_default());
    if let Some(part) = part.filter(|part| !part.has_attribute("tabindex")) {
        // Refused only for a name that is none.
        let _ = part.set_attribute("tabindex", "-1");
    }
    focus(part);
}

/// Gives an element the focus, if it can have it.
fn focus(element: Option<&Element>) {
    if let Some(element) = element.and_then(|it| it.dyn_ref::<HtmlElement>()) {
        let _ = element.focus();
    }
}
