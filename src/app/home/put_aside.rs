//! Stored progress that could not be read, to be looked at as text.

use leptos::prelude::*;

use crate::app::state::LabState;

/// What was put aside, if anything was.
#[component]
pub fn PutAside() -> impl IntoView {
    let state = LabState::expect();
    move || {
        let texts = state.kept.put_aside().get();
        (!texts.is_empty()).then(|| {
            let items = texts.into_iter().map(|(slot, text)| {
                view! {
                    <li class="lab-versions__item">
                        <textarea
                            class="lab-editor"
                            rows="4"
                            readonly
                            aria-label="Stored progress that could not be read"
                            prop:value=text
                        ></textarea>
                        <button
                            type="button"
                            class="lab-button lab-button--quiet lab-button--small"
                            on:click=move |_| state.kept.discard(slot)
                        >
                            "Throw it away"
                        </button>
                    </li>
                }
            });
            view! {
                <details id="put-aside" class="lab-details">
                    <summary>"Stored progress that could not be read"</summary>
                    <ul class="lab-versions">{items.collect_view()}</ul>
                </details>
            }
        })
    }
}
