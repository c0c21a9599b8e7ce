//! Predict, then run it.

use leptos::prelude::*;

use super::play::Play;
use super::prose::Line;
use crate::app::clock;
use crate::app::controls::{Icon, Pictogram};
use crate::lesson::Predict;
use crate::page::step::{Choice, Input, Phase, StepPlay};

/// A question to commit to before the engine decides.
#[component]
pub fn PredictCard(
    /// The question.
    predict: Predict,
    /// How far the learner has come.
    play: Play,
) -> impl IntoView {
    let phase = play.memo(StepPlay::phase);
    let is_open = Memo::new(move |_| phase.get() == Phase::Asking);
    let texts = predict
        .options
        .iter()
        .map(|option| option.text.clone())
        .collect::<Vec<_>>();
    let options = texts.into_iter().enumerate().map(|(index, text)| {
        let value = Some(index);
        view! {
            <PredictOption
                play
                value
                is_open
            >
                <Line line=text />
            </PredictOption>
        }
    });
    let options = options.collect_view();
    let is_chosen = play.memo(|step| step.chosen().is_some());
    let question = predict.question.clone();
    let outcome = StoredValue::new(predict);
    let buttons = move || {
        match phase.get() {
        Phase::NoQuestion | Phase::Asking => view! {
            <button
                id="commit"
                type="button"
                class="lab-button lab-button--main"
                disabled=move || !is_chosen.get()
                on:click=move |_| play.send(Input::Commit { now: clock::now() })
            >
                "Commit and run"<Pictogram icon=Icon::Play />
            </button>
        }
        .into_any(),
        Phase::Running => view! {
            <p class="lab-predict__wait" role="status">"Running: watch the stage."</p>
            <button id="skip" type="button" class="lab-button lab-button--quiet" on:click=move |_| play.send(Input::Skip)>"Skip to the outcome"</button>
        }
        .into_any(),
        Phase::Revealed => view! {
            <button id="retry" type="button" class="lab-button" on:click=move |_| play.send(Input::Retry)
                title="Start over with another seed: other message IDs and delays, the same rules">
                "Try again"
            </button>
        }
        .into_any(),
    }
    };
    let revealed = play.memo(StepPlay::outcome);
    let result = move || {
        revealed.get().map(|choice| {
            outcome.with_value(|predict| view! { <Outcome predict=predict.clone() choice /> })
        })
    };
    view! {
        <section class="predict lab-card" aria-labelledby="predict-title">
            <h2 id="predict-title" class="lab-card__title" tabindex="-1">"Predict, then run it"</h2>
            <fieldset class="lab-options" disabled=move || !is_open.get()>
                <legend class="lab-options__question"><Line line=question /></legend>
                {options}
                <PredictOption play value=None is_open>
                    "I don't know yet"
                </PredictOption>
            </fieldset>
            <div aria-live="polite">{result}</div>
            <div class="lab-row">{buttons}</div>
        </section>
    }
}

/// One option to choose.
#[component]
fn PredictOption(
    /// How far the learner has come.
    play: Play,
    /// What this option stands for; `None` for "I don't know yet".
    value: Choice,
    /// Whether a choice can still be made.
    is_open: Memo<bool>,
    /// What it says.
    children: Children,
) -> impl IntoView {
    let is_chosen = play.memo(move |step| step.chosen() == Some(value));
    let verdict = move || play.verdict(value);
    let mark = move || match verdict()? {
        "right" => Some(view! { <span class="lab-option__mark">"What happened"</span> }),
        _ => Some(view! { <span class="lab-option__mark">"Your prediction"</span> }),
    };
    view! {
        <label
            class="lab-option"
            data-chosen=move || is_chosen.get().then_some("true")
            data-verdict=verdict
            data-state=move || if is_open.get() { "open" } else { "closed" }
        >
            <input
                type="radio"
                name="prediction"
                prop:checked=is_chosen
                on:change=move |_| play.send(Input::Choose(value))
            />
            <span class="lab-option__text">{children()}</span>
            {mark}
        </label>
    }
}

/// The outcome beside the prediction, with the reason.
#[component]
fn Outcome(
    /// The question.
    predict: Predict,
    /// What was predicted; `None` for "I don't know yet".
    choice: Option<usize>,
) -> impl IntoView {
    let correct = predict.correct();
    let is_right = choice == Some(correct);
    let reason = |index: usize| {
        predict
            .options
            .get(index)
            .map(|option| option.reason.clone())
            .unwrap_or_default()
    };
    let (state, headline) = match choice {
        Some(_) if is_right => ("right", "As you predicted."),
        Some(_) => ("wrong", "It went another way."),
        None => ("unknown", "Now you have seen it."),
    };
    let own = choice
        .filter(|_| !is_right)
        .map(|choice| view! { <p><Line line=reason(choice) /></p> });
    view! {
        <div id="outcome" class="lab-outcome" data-state=state>
            <p class="lab-outcome__headline">{headline}</p>
            {own}
            <p><Line line=reason(correct) /></p>
        </div>
    }
}
