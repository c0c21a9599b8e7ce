//! A lesson in the catalogue.

use std::sync::Arc;

use leptos::prelude::*;

use crate::app::controls::{Icon, Pictogram};
use crate::app::state::LabState;
use crate::lesson::LessonOutline;
use crate::scene::Route;

/// Title, summary, length and progress of a lesson.
#[component]
pub fn LessonCard(
    /// The lesson.
    lesson: Arc<LessonOutline>,
    /// Its number in the course, from 1.
    number: usize,
) -> impl IntoView {
    let state = LabState::expect();
    let total = lesson.steps.len();
    let id = lesson.id.clone();
    let done = Memo::new(move |_| state.progress.with(|progress| progress.steps_done(&id)));
    let status = move || match done.get() {
        0 => "new",
        done if done >= total => "done",
        _ => "begun",
    };
    let minutes = lesson.minutes;
    let text = move || match done.get() {
        0 => format!("{minutes} min · {total} steps"),
        done if done >= total => "Finished".to_owned(),
        done => format!("{done} of {total} steps"),
    };
    let href = Route::Lesson {
        id: lesson.id.clone(),
        step: 0,
    }
    .to_string();
    view! {
        <li class="lab-lesson-card" data-state=status>
            <div class="lab-lesson-card__head">
                <span class="lab-lesson-card__number" aria-hidden="true">{number}</span>
                <span class="lab-lesson-card__mark"><Pictogram icon=Icon::Check /></span>
            </div>
            <h3 class="lab-lesson-card__title"><a href=href>{lesson.title.clone()}</a></h3>
            <p class="lab-lesson-card__summary">{lesson.summary.clone()}</p>
            <div class="lab-lesson-card__foot">
                <span>{text}</span>
                <progress class="lab-progress" max=total value=done aria-label="Steps done"></progress>
            </div>
        </li>
    }
}
