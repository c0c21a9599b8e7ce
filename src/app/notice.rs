//! A message above the page.

use leptos::prelude::*;

use super::controls::{Icon, Pictogram};
use super::state::{LabState, NoticeTone};

/// The message, if there is one, with a button to dismiss it.
#[component]
pub fn NoticeBar() -> impl IntoView {
    let state = LabState::expect();
    let bar = move || {
        let notice = state.notice.get()?;
        let (role, tone, icon) = match notice.tone {
            NoticeTone::Info => ("status", "info", Icon::Check),
            NoticeTone::Problem => ("alert", "problem", Icon::Warning),
        };
        Some(view! {
            <div id="notice" class="lab-notice" role=role data-tone=tone>
                <Pictogram icon />
                <p class="lab-notice__text">{notice.text}</p>
                <button
                    type="button"
                    class="lab-icon-button"
                    aria-label="Dismiss this message"
                    on:click=move |_| state.notice.set(None)
                >
                    <Pictogram icon=Icon::Close />
                </button>
            </div>
        })
    };
    view! { <div class="lab-notice-area">{bar}</div> }
}
