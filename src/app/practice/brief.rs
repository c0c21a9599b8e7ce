//! The text of a problem: situation, hints, and the model answer.

use std::sync::Arc;

use leptos::prelude::*;

use super::desk::Desk;
use crate::app::lesson_panel::{Line, Prose};
use crate::app::state::LabState;
use crate::lesson::practice::{Passage, Problem};
use crate::scene::Route;

/// What is read before and beside the work.
#[component]
pub fn Brief(
    /// The problem.
    problem: Arc<Problem>,
    /// The page.
    desk: Desk,
) -> impl IntoView {
    let outline = Arc::clone(&problem.outline);
    let brief = passages(&problem.brief);
    view! {
        <section class="lab-desk__brief" aria-label="The problem">
            <div class="lab-step">
                <p class="lab-eyebrow">
                    <a href=Route::Practice.to_string()>"Practice"</a>
                    {format!(" · {} · about {} min", outline.difficulty, outline.minutes)}
                </p>
                <h1 class="lab-step__title">{outline.title.clone()}</h1>
                {brief}
                <Hints problem=Arc::clone(&problem) desk />
                <Model problem desk />
            </div>
        </section>
    }
}

/// Passages with their headings.
fn passages(passages: &[Passage]) -> Vec<AnyView> {
    let passages = passages.iter().map(|passage| {
        view! {
            <section class="lab-desk__passage">
                <h2 class="lab-subheading">{passage.title.clone()}</h2>
                <Prose blocks=passage.text.clone() />
            </section>
        }
        .into_any()
    });
    passages.collect()
}

/// Help, one piece at a time: a question, where to look, the idea, the answer.
#[component]
fn Hints(
    /// The problem.
    problem: Arc<Problem>,
    /// The page.
    desk: Desk,
) -> impl IntoView {
    const KINDS: [&str; 4] = ["A question", "Where to look", "The idea", "The answer"];
    let count = problem.hints.len();
    let shown = move || {
        let shown = problem.hints.iter().zip(KINDS).take(desk.hints.get());
        let shown = shown.map(|(line, kind)| {
            view! { <li><strong>{format!("{kind}: ")}</strong><Line line=line.clone() /></li> }
        });
        shown.collect_view()
    };
    let button = move || {
        let next = KINDS
            .get(desk.hints.get())
            .filter(|_| desk.hints.get() < count);
        next.map(|kind| {
            view! {
                <button
                    id="hint"
                    type="button"
                    class="lab-button lab-button--quiet lab-button--small"
                    on:click=move |_| desk.hint()
                >
                    {format!("Next hint: {}", kind.to_lowercase())}
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

/// The model answer and other right answers: after a pass, or when asked for.
#[component]
fn Model(
    /// The problem.
    problem: Arc<Problem>,
    /// The page.
    desk: Desk,
) -> impl IntoView {
    let state = LabState::expect();
    let id = problem.id().to_owned();
    let is_passed = Memo::new(move |_| state.progress.with(|progress| progress.is_passed(&id)));
    let label = move || {
        if is_passed.get() {
            "Show the model answer"
        } else {
            "Show the model answer before I have passed"
        }
    };
    move || {
        if !desk.is_model_open.get() {
            return view! {
                <button
                    id="model"
                    type="button"
                    class="lab-button lab-button--quiet lab-button--small lab-desk__model-button"
                    on:click=move |_| desk.open_model()
                >
                    {label}
                </button>
            }
            .into_any();
        }
        let answers = problem.answers.iter().filter(|it| it.is_right());
        let answers = answers.map(|stored| {
            let answer = stored.answer.clone();
            view! {
                <li class="lab-desk__stored">
                    <p><strong>{stored.title.clone()}</strong>". "{stored.about.clone()}</p>
                    <button
                        type="button"
                        class="lab-button lab-button--small"
                        aria-label=format!("Put it in the editor: {}", stored.title)
                        on:click=move |_| desk.put_in(answer.clone())
                    >
                        "Put it in the editor"
                    </button>
                </li>
            }
        });
        view! {
            <div id="model-answer" class="lab-card">
                {passages(&problem.model)}
                <h2 class="lab-subheading">"Answers that pass"</h2>
                <ul class="lab-desk__answers">{answers.collect_view()}</ul>
            </div>
        }
        .into_any()
    }
}
