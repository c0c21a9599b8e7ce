//! Earlier versions of an answer.

use leptos::prelude::*;

use super::desk::Desk;
use crate::app::clock;
use crate::page::store::history::{Entry, Why, ago};

/// The versions that something took the place of, to be brought back.
#[component]
pub fn Versions(
    /// The page.
    desk: Desk,
) -> impl IntoView {
    let list = move || {
        let versions = desk.versions();
        (!versions.is_empty()).then(|| {
            let title = match versions.len() {
                1 => "One earlier version".to_owned(),
                count => format!("{count} earlier versions"),
            };
            let items = versions.into_iter().map(|version| draw(desk, version));
            view! {
                <details id="versions" class="lab-details">
                    <summary>{title}</summary>
                    <ul class="lab-versions">{items.collect_view()}</ul>
                </details>
            }
        })
    };
    view! { <div class="lab-versions-area">{list}</div> }
}

/// One version.
fn draw(desk: Desk, version: Entry) -> AnyView {
    let about = format!(
        "{}, {}",
        ago(version.when, clock::now()),
        version.why.as_str()
    );
    if version.why == Why::Damaged {
        let label = format!("The text that could not be read, {about}");
        return view! {
            <li class="lab-versions__item">
                <p>{about}</p>
                <textarea class="lab-editor" rows="4" readonly aria-label=label prop:value=version.text></textarea>
            </li>
        }
        .into_any();
    }
    let label = format!("Bring back: {about}");
    view! {
        <li class="lab-versions__item">
            <p>{about}</p>
            <button
                type="button"
                class="lab-button lab-button--quiet lab-button--small"
                aria-label=label
                on:click=move |_| desk.bring_back(&version)
            >
                "Bring back"
            </button>
        </li>
    }
    .into_any()
}
