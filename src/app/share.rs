//! The button that copies a link to what is on the screen.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::address::{replace_address, whole_address};
use super::controls::{Icon, Pictogram};
use super::driver::copy;
use super::parts;
use super::state::LabState;
use crate::scenario::Session;

/// Copies a link that brings back seed, knobs, acts and the moment looked at.
#[component]
pub fn ShareButton() -> impl IntoView {
    let state = LabState::expect();
    // A clipboard takes only what is copied within the click.
    let share = move |_| match parts::here(parts::lab) {
        Some(lab) => (lab.share)(state),
        None => spawn_local(async move {
            match parts::lab().await {
                Ok(lab) => (lab.share)(state),
                Err(error) => state.complain(error.words()),
            }
        }),
    };
    view! {
        <button
            id="share"
            type="button"
            class="lab-button lab-button--quiet"
            aria-label="Share: copy a link to exactly this moment"
            title="Copy a link to exactly this moment"
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
    let session = session.to_permalink();
    let href = route.with_session(&session);
    copy_link(
        state,
        href,
        "It brings back this world, everything you did, and this moment.",
    );
}

/// Shows an address of the page at hand and copies it; says what it `brings` back.
pub fn copy_link(state: LabState, href: String, brings: &'static str) {
    replace_address(&href);
    let link = whole_address(&href);
    spawn_local(async move {
        let is_copied = copy(&link).await;
        let begins = if is_copied {
            "Link copied."
        } else {
            "The link is in the address bar: copy it from there."
        };
        state.inform(format!("{begins} {brings}"));
    });
}
