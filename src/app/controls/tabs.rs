//! A row of tabs that works by arrow keys.

use leptos::ev::KeyboardEvent;
use leptos::prelude::*;

use crate::app::keyboard;

/// One tab.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tab<T> {
    /// What it stands for.
    pub value: T,
    /// The id of the tab element.
    pub id: &'static str,
    /// What it says.
    pub label: &'static str,
}

/// A row of tabs; exactly one is chosen.
#[component]
pub fn Tabs<T>(
    /// The tabs.
    tabs: Vec<Tab<T>>,
    /// The chosen one.
    #[prop(into)]
    chosen: Signal<T>,
    /// Chooses another one.
    choose: impl Fn(T) + Copy + Send + Sync + 'static,
    /// What the row is called.
    label: &'static str,
    /// The id of the panel the tabs change.
    controls: &'static str,
) -> impl IntoView
where
    T: Copy + PartialEq + Send + Sync + 'static,
{
    let order: StoredValue<Vec<Tab<T>>> = StoredValue::new(tabs.clone());
    let on_keydown = move |event: KeyboardEvent| {
        let next = order.with_value(|order| {
            let count = order.len();
            let now = order
                .iter()
                .position(|tab| tab.value == chosen.get_untracked());
            let now = now.unwrap_or_default();
            let next = match event.key().as_str() {
                "ArrowRight" => (now + 1) % count.max(1),
                "ArrowLeft" => (now + count.saturating_sub(1)) % count.max(1),
                "Home" => 0,
                "End" => count.saturating_sub(1),
                _ => return None,
            };
            order.get(next).copied()
        });
        if let Some(next) = next {
            event.prevent_default();
            choose(next.value);
            keyboard::focus(next.id);
        }
    };
    let buttons = tabs.into_iter().map(move |tab| {
        let is_chosen = move || chosen.get() == tab.value;
        view! {
            <button
                id=tab.id
                type="button"
                role="tab"
                class="lab-tab"
                aria-selected=move || is_chosen().to_string()
                aria-controls=controls
                tabindex=move || if is_chosen() { "0" } else { "-1" }
                on:click=move |_| choose(tab.value)
            >
                {tab.label}
            </button>
        }
    });
    view! {
        <div class="lab-tabs" role="tablist" aria-label=label on:keydown=on_keydown>
            {buttons.collect_view()}
        </div>
    }
}
