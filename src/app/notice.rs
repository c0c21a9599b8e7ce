//! A message above the page.

use leptos::prelude::*;

use super::controls::{Icon, Pictogram};
use super::driver::Driver;
use crate::page::NoticeTone;
use crate::page::notices::Input;

/// The message, if there is one, with a button to dismiss it.
#[component]
pub fn NoticeBar() -> impl IntoView {
    let driver = Driver::expect();
    let attend = move |is_there| driver.notices(Input::Attended(is_there));
    let bar = move || {
        let notice = driver.notice().get()?;
        let (role, tone, icon) = match notice.tone {
            NoticeTone::Info => ("status", "info", Icon::Check),
            NoticeTone::Problem => ("alert", "problem", Icon::Warning),
        };
        Some(view! {
            <div
                id="notice"
                class="lab-notice"
                role=role
                data-tone=tone
                on:pointerenter=move |_| attend(true)
                on:pointerleave=move |_| attend(false)
                on:focusin=move |_| attend(true)
                on:focusout=move |_| attend(false)
            >
                <Pictogram icon />
                <p class="lab-notice__text">{notice.text}</p>
                <button
                    type="button"
                    class="lab-icon-button"
                    aria-label="Dismiss this message"
                    on:click=move |_| driver.notices(Input::Dismissed)
                >
                    <Pictogram icon=Icon::Close />
                </button>
            </div>
        })
    };
    view! { <div class="lab-notice-area">{bar}</div> }
}
