//! The control that fits a knob.

use leptos::prelude::*;

use super::drag_number::DragNumber;
use super::knob_choice::{ChoiceSelect, KnobSwitch};
use super::knob_slider::KnobSlider;
use crate::scenario::{Knob, KnobKind};

/// A slider for a quantity, a switch for what is on or off, a choice among names.
#[component]
pub fn KnobControl(
    /// What is set.
    knob: Knob,
) -> impl IntoView {
    match knob.kind() {
        KnobKind::Quantity => view! { <KnobSlider knob /> }.into_any(),
        KnobKind::Switch => view! { <KnobSwitch knob /> }.into_any(),
        KnobKind::Choice(names) => view! {
            <label class="lab-knob lab-knob--choice">
                <span class="lab-knob__label">{knob.label.clone()}</span>
                <ChoiceSelect knob names class="lab-select" />
            </label>
        }
        .into_any(),
    }
}

/// The same in the middle of a sentence: a number to drag, or a choice.
#[component]
pub fn KnobInline(
    /// What is set.
    knob: Knob,
) -> impl IntoView {
    let names = match knob.kind() {
        KnobKind::Quantity => return view! { <DragNumber knob /> }.into_any(),
        KnobKind::Switch => vec![knob.format(0.0), knob.format(1.0)],
        KnobKind::Choice(names) => names,
    };
    let label = knob.label.clone();
    view! { <ChoiceSelect knob names class="lab-number lab-number--choice" label /> }.into_any()
}
