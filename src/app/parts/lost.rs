//! Parts of the program that are on their way, or do not come.

use gloo_timers::callback::Timeout;
use leptos::prelude::*;
use wasm_bindgen::JsValue;

/// How long a part may take until the page says that it takes long, in milliseconds.
const LONG_MS: u32 = 15_000;

/// Why a part is not there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(not(split), expect(dead_code, reason = "a part is then always there"))]
pub enum PartError {
    /// The host could not be reached, or broke off.
    Lost,
    /// The host has it no more, or has one that does not fit: it has another build by now.
    OtherBuild,
}

impl PartError {
    /// Why, as a sentence with a way out.
    pub fn words(self) -> &'static str {
        match self {
            Self::Lost => {
                "A part of the program did not come: the lab's host cannot be reached. Are you offline?"
            }
            Self::OtherBuild => {
                "The lab has been updated since this page was loaded, and the parts of the new version do \
                 not fit it. Load the page anew; what you have done is kept."
            }
        }
    }
}

#[cfg(split)]
impl From<leptos::wasm_split::SplitLoaderError> for PartError {
    /// The script that fetches parts leaves a word on what went wrong; see
    /// `xtask/src/parts/link.rs`.
    fn from(_: leptos::wasm_split::SplitLoaderError) -> Self {
        let word = js_sys::Reflect::get(&js_sys::global(), &"dnsLabPart".into());
        match word.ok().and_then(|word| word.as_string()).as_deref() {
            Some("other-build") => Self::OtherBuild,
            _ => Self::Lost,
        }
    }
}

/// Where a part is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Room {
    /// It is the page.
    Page,
    /// It is one of several things on the page.
    Panel,
}

/// Whether the reader has asked the browser to fetch no more than it must.
pub(super) fn wants_little_data() -> bool {
    let of = |from: &JsValue, name: &str| js_sys::Reflect::get(from, &name.into());
    let connection = of(&window().navigator(), "connection");
    let saves = connection.and_then(|connection| of(&connection, "saveData"));
    saves.is_ok_and(|saves| saves.is_truthy())
}

/// Says that a part is on its way, and after a while that it takes long.
#[component]
pub(super) fn Waiting(
    /// Where.
    room: Room,
) -> AnyView {
    let is_long = RwSignal::new(false);
    // Dropped, and so stopped, with what waits.
    let _timer = StoredValue::new_local(Timeout::new(LONG_MS, move || {
        is_long.try_set(true);
    }));
    let words = move || match is_long.get() {
        true => "This is taking long. The connection may be slow, or lost.",
        false => "This is on its way.",
    };
    let text = view! {
        <p role="status">{words}</p>
        <div class="lab-shell__bar" aria-hidden="true"></div>
        <Show when=move || is_long.get()>
            <LoadAnew label="Load again" />
        </Show>
    };
    match room {
        Room::Page => view! {
            <main id="main" tabindex="-1" class="lab-shell__main" aria-busy="true">{text}</main>
        }
        .into_any(),
        Room::Panel => view! { <div class="lab-message" aria-busy="true">{text}</div> }.into_any(),
    }
}

/// Says why a part did not come, with a way to go on.
#[component]
pub(super) fn Lost(
    /// Where.
    room: Room,
    /// Why.
    error: PartError,
    /// Fetches it again.
    try_again: Callback<()>,
) -> AnyView {
    let button = match error {
        PartError::Lost => view! {
            <button
                id="try-again"
                type="button"
                class="lab-button lab-button--main"
                on:click=move |_| try_again.run(())
            >
                "Try again"
            </button>
        }
        .into_any(),
        PartError::OtherBuild => view! { <LoadAnew label="Load the page anew" /> }.into_any(),
    };
    let text = view! {
        <p role="alert">{error.words()}</p>
        <div class="lab-row">{button}</div>
    };
    match room {
        Room::Page => view! {
            <main id="main" tabindex="-1" class="lab-message">
                <p class="lab-eyebrow">"SERVFAIL"</p>
                <h1>"This page could not be fetched"</h1>
                {text}
            </main>
        }
        .into_any(),
        Room::Panel => view! { <div class="lab-message">{text}</div> }.into_any(),
    }
}

/// Loads the page again.
#[component]
fn LoadAnew(
    /// What the button says.
    label: &'static str,
) -> AnyView {
    view! {
        <button
            id="load-anew"
            type="button"
            class="lab-button lab-button--main"
            // Refused only where the page is being left already.
            on:click=move |_| drop(window().location().reload())
        >
            {label}
        </button>
    }
    .into_any()
}
