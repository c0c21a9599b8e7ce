//! Predict, then run it.

use leptos::prelude::*;

use super::play::StepPlay;
use super::prose::Line;
use crate::app::clock::fresh_seed;
use crate::app::controls::{Icon, Pictogram};
use crate::app::keyboard;
use crate::app::state::LabState;
use crate::lesson::Predict;
use crate::page::bench::{Input, Move};

/// A question to commit to before the engine decides.
#[component]
pub fn PredictCard(
    /// The question.
    predict: Predict,
    /// How far the learner has come.
    play: StepPlay,
) -> impl IntoView {
    let state = LabState::expect();
    // The outer option: whether anything is chosen. The inner one: `None` for "I don't know yet".
    let chosen = RwSignal::new(None::<Option<usize>>);
    let is_open = Memo::new(move |_| play.committed.with(Option::is_none));
    let correct = predict.correct();
    let verdict = move |index: Option<usize>| {
        let is_mine = play.committed.get() == Some(index);
        match (play.is_revealed.get(), index == Some(correct), is_mine) {
            (true, true, _) => Some("right"),
            (true, false, true) => Some("wrong"),
            _ => None,
        }
    };
    let texts = predict
        .options
        .iter()
        .map(|option| option.text.clone())
        .collect::<Vec<_>>();
    let options = texts.into_iter().enumerate().map(|(index, text)| {
        let value = Some(index);
        view! {
            <PredictOption
                chosen
                value
                is_open
                verdict=Signal::derive(move || verdict(value))
            >
                <Line line=text />
            </PredictOption>
        }
    });
    let options = options.collect_view();
    // Each button gives way to another one. The focus stays in the card, before what comes.
    let stay = || keyboard::focus("predict-title");
    let commit = move |_| {
        if let Some(choice) = chosen.get_untracked() {
            play.commit(state, choice);
            stay();
        }
    };
    let retry = move |_| {
        chosen.set(None);
        play.committed.set(None);
        let seed = fresh_seed();
        state.bench.send(Input::Restart { seed });
        stay();
    };
    let skip = move |_| {
        state.bench.seek(Move::ToEnd);
        stay();
    };
    let question = predict.question.clone();
    let outcome = StoredValue::new(predict);
    let buttons = move || {
        match (is_open.get(), play.is_revealed.get()) {
        (true, _) => view! {
            <button
                id="commit"
                type="button"
                class="lab-button lab-button--main"
                disabled=move || chosen.with(Option::is_none)
                on:click=commit
            >
                "Commit and run"<Pictogram icon=Icon::Play />
            </button>
        }
        .into_any(),
        (false, false) => view! {
            <p class="lab-predict__wait" role="status">"Running: watch the stage."</p>
            <button id="skip" type="button" class="lab-button lab-button--quiet" on:click=skip>"Skip to the outcome"</button>
        }
        .into_any(),
        (false, true) => view! {
            <button id="retry" type="button" class="lab-button" on:click=retry
                title="Start over with another seed: other message IDs and delays, the same rules">
                "Try again"
            </button>
        }
        .into_any(),
    }
    };
    let result = move || {
        play.is_revealed.get().then(|| {
            let choice = play.committed.get_untracked().flatten();
            outcome.with_value(|predict| view! { <Outcome predict=predict.clone() choice /> })
        })
    };
    view! {
        <section class="predict lab-card" aria-labelledby="predict-title">
            <h2 id="predict-title" class="lab-card__title" tabindex="-1">"Predict, then run it"</h2>
            <fieldset class="lab-options" disabled=move || !is_open.get()>
                <legend class="lab-options__question"><Line line=question /></legend>
                {options}
                <PredictOption chosen value=None is_open verdict=Signal::derive(move || verdict(None))>
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
    /// What is chosen.
    chosen: RwSignal<Option<Option<usize>>>,
    /// What this option stands for; `None` for "I don't know yet".
    value: Option<usize>,
    /// Whether a choice can still be made.
    is_open: Memo<bool>,
    /// `right` or `wrong`, once the outcome is known.
    verdict: Signal<Option<&'static str>>,
    /// What it says.
    children: Children,
) -> impl IntoView {
    let is_chosen = move || chosen.get() == Some(value);
    let mark = move || match verdict.get()? {
        "right" => Some(view! { <span class="lab-option__mark">"What happened"</span> }),
        _ => Some(view! { <span class="lab-option__mark">"Your prediction"</span> }),
    };
    view! {
        <label
            class="lab-option"
            data-chosen=move || is_chosen().then_some("true")
            data-verdict=verdict
            data-state=move || if is_open.get() { "open" } else { "closed" }
        >
            <input
                type="radio"
                name="prediction"
                prop:checked=is_chosen
                on:change=move |_| chosen.set(Some(value))
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
