//! From step to step.

use std::sync::Arc;

use leptos::prelude::*;

use crate::app::controls::{Icon, Pictogram};
use crate::app::state::LabState;
use crate::lesson::Lesson;
use crate::scene::Route;

/// A bar for each step, and links to the step before and after.
#[component]
pub fn StepNav(
    /// The lesson.
    lesson: Arc<Lesson>,
    /// The step at hand.
    step: usize,
    /// Whether its goal is met.
    #[prop(into)]
    is_met: Signal<bool>,
) -> impl IntoView {
    let state = LabState::expect();
    let to = |id: &str, step: usize| {
        Route::Lesson {
            id: id.to_owned(),
            step,
        }
        .to_string()
    };
    let bars = lesson.steps.iter().enumerate().map(|(index, other)| {
        let (lesson_id, step_id) = (lesson.id.clone(), other.id.clone());
        let is_done = move || {
            state
                .progress
                .with(|progress| progress.is_done(&lesson_id, &step_id))
        };
        let status = move || match (index == step, is_done()) {
            (true, _) => "here",
            (_, true) => "done",
            _ => "open",
        };
        view! {
            <li class="lab-steps__item">
                <a
                    class="lab-steps__bar"
                    href=to(&lesson.id, index)
                    data-state=status
                    aria-label=format!("Step {}: {}", index + 1, other.title)
                    aria-current=(index == step).then_some("step")
                    title=other.title.clone()
                ></a>
            </li>
        }
    });
    let bars = bars.collect_view();
    let previous = step.checked_sub(1).map(|before| view! {
        <a id="previous-step" class="lab-button lab-button--quiet" href=to(&lesson.id, before)>"Back"</a>
    });
    let following = if step + 1 < lesson.steps.len() {
        Some((to(&lesson.id, step + 1), "Next step".to_owned()))
    } else {
        let next = state
            .course
            .with_value(|course| course.next(&lesson.id).cloned());
        let next = next.map(|next| (to(&next.id, 0), "Next lesson".to_owned()));
        next.or_else(|| Some((Route::Home.to_string(), "All lessons".to_owned())))
    };
    let next = following.map(|(href, label)| {
        view! {
            <a
                id="next-step"
                class="lab-button"
                data-state=move || if is_met.get() { "ready" } else { "waiting" }
                href=href
            >
                {label}<Pictogram icon=Icon::Arrow />
            </a>
        }
    });
    view! {
        <nav class="lab-step-nav" aria-label="Steps of this lesson">
            <ol class="lab-steps">{bars}</ol>
            <div class="lab-step-nav__links">{previous}{next}</div>
        </nav>
    }
}
