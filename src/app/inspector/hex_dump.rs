//! The octets of a message. Pointing at an octet marks the field it belongs to.

use leptos::prelude::*;

use crate::scene::HexLine;

/// Octets of different fields have one of this many colors in turn.
const HUES: usize = 4;

/// Lines of 16 octets.
#[component]
pub fn HexDump(
    /// The lines.
    lines: Vec<HexLine>,
    /// What each field is called.
    names: Vec<String>,
    /// The field that is pointed at.
    field: RwSignal<Option<usize>>,
) -> impl IntoView {
    let count = names.len();
    let names = StoredValue::new(names);
    let named = move || {
        let name = field
            .get()
            .and_then(|field| names.with_value(|names| names.get(field).cloned()));
        name.unwrap_or_else(|| {
            "Point at an octet, or move through the fields with the arrow keys.".to_owned()
        })
    };
    let lines = lines.into_iter().map(move |line| {
        let bytes = line.bytes.into_iter().map(move |byte| {
            let number = byte.field;
            view! {
                <span
                    class="lab-octet"
                    data-hue=(number % HUES).to_string()
                    data-lit=move || (field.get() == Some(number)).then_some("true")
                    on:mouseenter=move |_| field.set(Some(number))
                >
                    {byte.text}
                </span>
            }
        });
        view! {
            <span class="lab-hex__line">
                <span class="lab-hex__offset">{line.offset}</span>
                <span class="lab-hex__bytes">{bytes.collect_view()}</span>
            </span>
        }
    });
    let on_keydown = move |event: leptos::ev::KeyboardEvent| {
        let next = match (event.key().as_str(), field.get_untracked()) {
            ("ArrowRight" | "ArrowDown", Some(now)) => {
                now.saturating_add(1).min(count.saturating_sub(1))
            }
            ("ArrowLeft" | "ArrowUp", Some(now)) => now.saturating_sub(1),
            ("ArrowRight" | "ArrowDown" | "ArrowLeft" | "ArrowUp", None) => 0,
            _ => return,
        };
        event.prevent_default();
        field.set(Some(next));
    };
    view! {
        <div
            class="lab-hex"
            role="group"
            aria-label="Octets, field by field"
            tabindex="0"
            on:keydown=on_keydown
            on:mouseleave=move |_| field.set(None)
        >
            {lines.collect_view()}
        </div>
        <p class="lab-hex__name" aria-live="polite">{named}</p>
    }
}
