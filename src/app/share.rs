//! The button that copies a link to what is on the screen.

use leptos::prelude::*;

use super::address::whole_address;
use super::binding::{Bound, Shown};
use super::controls::{Icon, Pictogram};
use super::driver::Driver;
use super::state::LabState;
use crate::page::links::sharing::{FIELD, Input, Sharing};
use crate::page::links::{NoLink, write_session};
use crate::scenario::Session;

/// Copies a link that brings back seed, knobs, acts and the moment looked at.
#[component]
pub fn ShareButton() -> impl IntoView {
    let state = LabState::expect();
    let share = move |_| state.links.then(state, move |links| (links.share)(state));
    view! {
        <button
            id="share"
            type="button"
            class="lab-button lab-button--quiet"
            aria-label="Share: copy a link to exactly this moment"
            title="Copy a link to exactly this moment"
            // There is none before the page has opened.
            disabled=move || state.bench.scenario.with(Option::is_none)
            on:click=share
        >
            <Pictogram icon=Icon::Share />
            <span class="lab-button__label">"Share"</span>
        </button>
    }
}

/// Copies a link to what is on the screen.
pub fn share(state: LabState) {
    let route = state.route.get_untracked();
    let session = Session {
        crowd: state.crowd.view(),
        ..state.bench.session()
    };
    let written =
        { state.bench.timeline() }.with_untracked(|timeline| write_session(session, timeline));
    state.sharing.share(
        written.map(|text| route.with_session(&text)),
        "It brings back this world, everything you did, and this moment.",
    );
}

/// What copies links.
#[derive(Clone, Copy)]
pub struct Share {
    /// The machine.
    sharing: Bound<Sharing>,
    /// The link that has to be copied by hand.
    shown: Shown<Option<String>>,
}

impl Share {
    /// Nothing is shared yet.
    pub fn new(driver: Driver) -> Self {
        let shown = Shown::default();
        let sharing = Bound::new(
            Sharing::default(),
            move |sharing: &Sharing| shown.show(sharing.shown().map(str::to_owned)),
            move |bound, effect| driver.carry(bound, effect),
        );
        Self { sharing, shown }
    }

    /// Copies a link to an address of the page; `brings` says what it brings back.
    pub fn share(self, href: Result<String, NoLink>, brings: &'static str) {
        let link = href.map(|href| whole_address(&href));
        self.sharing.send(Input::Share { link, brings });
    }

    /// Takes away the link that is shown.
    pub fn close(self) {
        self.sharing.send(Input::Closed);
    }
}

/// A link to be copied by hand, where the page may not use the clipboard.
#[component]
pub fn LinkField() -> impl IntoView {
    let state = LabState::expect();
    // A link belongs to the page it was made on.
    Effect::watch(
        move || state.route.get(),
        move |_, _, _| state.sharing.close(),
        false,
    );
    let select = |event: web_sys::FocusEvent| {
        event_target::<web_sys::HtmlInputElement>(&event).select();
    };
    move || {
        let link = state.sharing.shown.signal().get()?;
        Some(view! {
            <div class="lab-notice lab-link-field">
                <label for=FIELD>"Copy this link:"</label>
                <input
                    id=FIELD
                    class="lab-input lab-link-field__link"
                    type="text"
                    readonly
                    value=link
                    on:focus=select
                />
                <button
                    type="button"
                    class="lab-icon-button"
                    aria-label="Close the link"
                    on:click=move |_| state.sharing.close()
                >
                    <Pictogram icon=Icon::Close />
                </button>
            </div>
        })
    }
}
