//! Knobs without a scale: a switch, and a choice among names.

use leptos::prelude::*;

use crate::app::binding::while_here;
use crate::app::state::LabState;
use crate::engine::parse_number;
use crate::scenario::Knob;

/// A knob that is on or off.
#[component]
pub fn KnobSwitch(
    /// What is switched.
    knob: Knob,
) -> impl IntoView {
    let state = LabState::expect();
    let stored = StoredValue::new(knob.clone());
    let is_on = Memo::new(move |_| stored.with_value(|knob| state.knob_value(knob) >= 0.5));
    let set = move |event| {
        let value = f64::from(u8::from(event_target_checked(&event)));
        stored.with_value(|knob| {
            state.set_knob(knob, value);
            state.settle_knob(knob);
        });
    };
    view! {
        <label class="lab-knob lab-knob--switch lab-switch">
            <input type="checkbox" role="switch" data-knob=knob.id prop:checked=is_on on:change=while_here(set) />
            <span class="lab-knob__label">{knob.label}</span>
            <span class="lab-knob__value" aria-hidden="true">{move || if is_on.get() { "on" } else { "off" }}</span>
        </label>
    }
}

/// The names a knob chooses among. Whoever shows it gives it a label.
#[component]
pub fn ChoiceSelect(
    /// What is chosen.
    knob: Knob,
    /// The names, in the order of the knob's numbers.
    names: Vec<String>,
    /// How it looks.
    class: &'static str,
    /// What it is called, where nothing beside it says so.
    #[prop(optional, into)]
    label: Option<String>,
) -> impl IntoView {
    let state = LabState::expect();
    let stored = StoredValue::new(knob.clone());
    let place = Memo::new(move |_| {
        let value = stored.with_value(|knob| state.knob_value(knob));
        // `as` saturates.
        value.max(0.0) as usize
    });
    let set = move |event| {
        let value = parse_number(&event_target_value(&event)).unwrap_or_default();
        stored.with_value(|knob| {
            state.set_knob(knob, value);
            state.settle_knob(knob);
        });
    };
    let options = names.into_iter().enumerate().map(|(index, name)| {
        view! {
            <option value=index.to_string() selected=move || place.get() == index>{name}</option>
        }
    });
    view! {
        <select
            class=class
            data-knob=knob.id
            aria-label=label
            prop:value=move || place.get().to_string()
            on:change=while_here(set)
        >
            {options.collect_view()}
        </select>
    }
}
