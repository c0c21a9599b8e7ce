//! The list of keys.

use leptos::html::Dialog;
use leptos::prelude::*;

use super::controls::{Icon, Pictogram};
use super::state::LabState;
use crate::page::keys::KEYS;

/// A dialog with all keys. The browser keeps the focus within it and closes it on Escape.
#[component]
pub fn HelpDialog() -> impl IntoView {
    let state = LabState::expect();
    let dialog = NodeRef::<Dialog>::new();
    Effect::new(move || {
        let Some(dialog) = dialog.get() else { return };
        if state.is_help_open.get() && !dialog.open() {
            // Refused only if it is open already.
            let _ = dialog.show_modal();
        } else if !state.is_help_open.get() {
            dialog.close();
        }
    });
    let rows = KEYS.map(|(keys, what)| {
        view! {
            <div class="lab-keys__row">
                <dt><kbd>{keys}</kbd></dt>
                <dd>{what}</dd>
            </div>
        }
    });
    view! {
        <dialog
            node_ref=dialog
            class="lab-dialog"
            aria-labelledby="help-title"
            on:close=move |_| state.is_help_open.set(false)
        >
            <div class="lab-dialog__head">
                <h2 id="help-title">"Keys"</h2>
                <button
                    type="button"
                    class="lab-icon-button"
                    aria-label="Close"
                    on:click=move |_| state.is_help_open.set(false)
                >
                    <Pictogram icon=Icon::Close />
                </button>
            </div>
            <dl class="lab-keys">{rows.collect_view()}</dl>
            <p class="lab-dialog__note">
                "Keys do not fire while you type. Everything on the stage is also in the log, as text."
            </p>
        </dialog>
    }
}
