//! How fast time flows.

use leptos::prelude::*;

use crate::app::state::LabState;
use crate::page::bench::Input;
use crate::scene::Pace;

/// A choice of speeds, slowest first.
#[component]
pub fn Speed() -> impl IntoView {
    let bench = LabState::expect().bench;
    let pace = bench.pace;
    let options = (0..Pace::STEPS).map(|step| {
        let label = Pace::from_step(step).label();
        view! { <option value=step selected=move || pace.get().step() == step>{label}</option> }
    });
    let on_change = move |event| {
        if let Ok(step) = event_target_value(&event).parse() {
            bench.send(Input::Pace(Pace::from_step(step)));
        }
    };
    view! {
        <select
            id="speed"
            class="lab-select lab-select--small"
            aria-label="Speed"
            title="Speed (+ and −)"
            prop:value=move || pace.get().step().to_string()
            on:change=on_change
        >
            {options.collect_view()}
        </select>
    }
}
