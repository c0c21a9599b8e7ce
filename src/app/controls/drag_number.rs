//! A number in the prose that the learner drags.

use leptos::ev::{KeyboardEvent, PointerEvent};
use leptos::html::Span;
use leptos::prelude::*;

use super::knob_slider::key_value;
use crate::app::binding::while_here;
use crate::app::state::LabState;
use crate::scenario::Knob;

/// Pixels from one end of the range to the other.
const DRAG_WIDTH: f64 = 360.0;

/// A figure of the world in the middle of a sentence. Dragging it sideways or the arrow keys
/// change it.
#[component]
pub fn DragNumber(
    /// The figure.
    knob: Knob,
) -> impl IntoView {
    let state = LabState::expect();
    let stored = StoredValue::new(knob.clone());
    let node = NodeRef::<Span>::new();
    let value = Memo::new(move |_| stored.with_value(|knob| state.knob_value(knob)));
    let text = Memo::new(move |_| stored.with_value(|knob| knob.format(value.get())));
    let set = move |value: f64| stored.with_value(|knob| state.set_knob(knob, value));
    // Where the pointer went down, and where the knob stood then.
    let grip = RwSignal::new(None::<(f64, f64)>);
    let on_down = move |event: PointerEvent| {
        if let Some(node) = node.get_untracked() {
            // Without capture the drag ends where the pointer leaves the number.
            let _ = node.set_pointer_capture(event.pointer_id());
        }
        let start = stored.with_value(|knob| knob.to_fraction(value.get_untracked()));
        grip.set(Some((f64::from(event.client_x()), start)));
    };
    let on_move = move |event: PointerEvent| {
        if let Some((from, start)) = grip.get_untracked() {
            let moved = (f64::from(event.client_x()) - from) / DRAG_WIDTH;
            set(stored.with_value(|knob| knob.at_fraction(start + moved)));
        }
    };
    let on_keydown = move |event: KeyboardEvent| {
        let next = stored.with_value(|knob| key_value(knob, value.get_untracked(), &event.key()));
        if let Some(next) = next {
            event.prevent_default();
            set(next);
        }
    };
    view! {
        <span
            node_ref=node
            class="lab-number"
            role="slider"
            tabindex="0"
            data-knob=knob.id
            data-state=move || grip.get().map(|_| "dragged")
            aria-label=knob.label
            aria-valuemin=knob.min
            aria-valuemax=knob.max
            aria-valuenow=value
            aria-valuetext=text
            title="Drag sideways, or use the arrow keys"
            on:pointerdown=on_down
            on:pointermove=on_move
            on:pointerup=while_here(move |_| {
                grip.set(None);
                stored.with_value(|knob| state.settle_knob(knob));
            })
            on:pointercancel=move |_| grip.set(None)
            on:keydown=on_keydown
        >
            {text}
        </span>
    }
}
