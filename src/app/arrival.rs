//! Binds where the focus goes when another page is opened.

use leptos::prelude::*;

use super::binding::Bound;
use super::driver::Driver;
use crate::page::arrival::{self, Arrival, Focus, Input, PAGE};
use crate::scene::Route;

/// The heading of a page that is there, and not of one that says it is on its way.
const HEADING: &str = "main:not([aria-busy]) h1";
/// What a heading is called that has no id of its own.
const HEADING_ID: &str = "page-title";

/// Moves the focus to the heading of each page that is opened after the first.
pub fn use_arrival(page: Memo<Route>) {
    let driver = Driver::expect();
    let bound = Bound::new(
        Arrival::default(),
        |_| {},
        move |bound, effect| match effect {
            arrival::Effect::Look => request_animation_frame(move || bound.send(drawn())),
            arrival::Effect::Out(outward) => driver.carry(bound, outward),
        },
    );
    Effect::new(move |before: Option<Route>| {
        let now = page.get();
        if before.is_some_and(|before| before != now) {
            bound.send(Input::Opened);
        }
        now
    });
}

/// What the page looks like now.
fn drawn() -> Input {
    let heading = document().query_selector(HEADING).ok().flatten();
    let heading = heading.map(|heading| {
        if heading.id().is_empty() {
            heading.set_id(HEADING_ID);
        }
        // Refused only for a name that is none.
        let _ = heading.set_attribute("tabindex", "-1");
        heading.id()
    });
    let focused = document().active_element();
    let is_somewhere = focused.is_some_and(|it| it.tag_name() != "BODY" && it.id() != PAGE);
    let focus = if is_somewhere {
        Focus::Somewhere
    } else {
        Focus::Nowhere
    };
    Input::Drawn { heading, focus }
}
