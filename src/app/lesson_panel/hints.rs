//! Help, one piece at a time.

use leptos::prelude::*;

use super::play::Play;
use super::prose::Line;
use crate::lesson::Inline;
use crate::page::step::{Input, StepPlay};

/// The hints of a step, from a question to nearly the answer.
#[component]
pub fn Hints(
    /// The hints.
    hints: Vec<Vec<Inline>>,
    /// How far the learner has come.
    play: Play,
) -> impl IntoView {
    let count = play.memo(StepPlay::hints);
    let has_more = play.memo(StepPlay::has_hint);
    let hints = StoredValue::new(hints);
    let shown = move || {
        let hints =
            hints.with_value(|hints| hints.iter().take(count.get()).cloned().collect::<Vec<_>>());
        hints
            .into_iter()
            .map(|line| view! { <li><Line line /></li> })
            .collect_view()
    };
    let button = move || {
        let text = if count.get() == 0 {
            "Give me a hint"
        } else {
            "Another hint"
        };
        has_more.get().then(|| {
            view! {
                <button
                    id="hint"
                    type="button"
                    class="lab-button lab-button--quiet lab-button--small"
                    on:click=move |_| play.send(Input::Hint)
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
