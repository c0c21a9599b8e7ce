//! A figure of the world as a slider.

use leptos::ev::KeyboardEvent;
use leptos::prelude::*;

use crate::app::binding::while_here;
use crate::app::state::LabState;
use crate::engine::parse_number;
use crate::scenario::Knob;

/// Places on the slider.
const PLACES: f64 = 1000.0;

/// Where an arrow key moves a knob; `None` for other keys.
pub fn key_value(knob: &Knob, value: f64, key: &str) -> Option<f64> {
    Some(match key {
        "ArrowRight" | "ArrowUp" => knob.step(value, true),
        "ArrowLeft" | "ArrowDown" => knob.step(value, false),
        "PageUp" => (0..5).fold(value, |value, _| knob.step(value, true)),
        "PageDown" => (0..5).fold(value, |value, _| knob.step(value, false)),
        "Home" => knob.min,
        "End" => knob.max,
        _ => return None,
    })
}

/// A slider with its name and its value in words. Seconds run on a logarithmic scale.
#[component]
pub fn KnobSlider(
    /// The figure.
    knob: Knob,
) -> impl IntoView {
    let state = LabState::expect();
    let stored = StoredValue::new(knob.clone());
    let value = Memo::new(move |_| stored.with_value(|knob| state.knob_value(knob)));
    let text = Memo::new(move |_| stored.with_value(|knob| knob.format(value.get())));
    let place = move || stored.with_value(|knob| (knob.to_fraction(value.get()) * PLACES).round());
    let set = move |value: f64| stored.with_value(|knob| state.set_knob(knob, value));
    let on_input = move |event| {
        let place = parse_number(&event_target_value(&event)).unwrap_or_default();
        set(stored.with_value(|knob| knob.at_fraction(place / PLACES)));
    };
    let on_keydown = move |event: KeyboardEvent| {
        let next = stored.with_value(|knob| key_value(knob, value.get_untracked(), &event.key()));
        if let Some(next) = next {
            event.prevent_default();
            set(next);
        }
    };
    let name = knob.label.clone();
    view! {
        <label class="lab-knob">
            <span class="lab-knob__label">{knob.label}</span>
            <span class="lab-knob__value" aria-hidden="true">{text}</span>
            <input
                class="lab-range"
                type="range"
                min="0"
                max=PLACES
                data-knob=knob.id
                aria-label=name
                prop:value=place
                aria-valuetext=text
                style:--share=move || format!("{}", place() / PLACES)
                on:input=on_input
                on:change=while_here(move |_| stored.with_value(|knob| state.settle_knob(knob)))
                on:keydown=on_keydown
            />
        </label>
    }
}
