//! Help, one piece at a time.

use leptos::prelude::*;

use super::play::StepPlay;
use super::prose::Line;
use crate::lesson::Inline;

/// The hints of a step, from a question to nearly the answer.
#[component]
pub fn Hints(
    /// The hints.
    hints: Vec<Vec<Inline>>,
    /// How far the learner has come.
    play: StepPlay,
) -> impl IntoView {
    let count = hints.len();
    let hints = StoredValue::new(hints);
    let shown = move || {
        let hints = hints.with_value(|hints| {
            hints
                .iter()
                .take(play.hints.get())
                .cloned()
                .collect::<Vec<_>>()
        });
        hints
            .into_iter()
            .map(|line| view! { <li><Line line /></li> })
            .collect_view()
    };
    let button = move || {
        let is_left = play.hints.get() < count && !play.is_met.get();
        let text = if play.hints.get() == 0 {
            "Give me a hint"
        } else {
            "Another hint"
        };
        is_left.then(|| {
            view! {
                <button
                    id="hint"
                    type="button"
                    class="lab-button lab-button--quiet lab-button--small"
                    on:click=move |_| play.hints.update(|hints| *hints += 1)
                >
                    {text}
                </button>
            }
        })
    };
    view! {
        <div class="lab-hints">
            <ol class="lab-hints__list" aria-live="polite">{shown}</ol>
            {button}
        </div>
    }
}
