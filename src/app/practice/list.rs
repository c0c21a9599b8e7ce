//! The list of practice problems.

use std::sync::Arc;

use leptos::prelude::*;

use crate::app::controls::{Icon, Pictogram};
use crate::app::state::LabState;
use crate::lesson::practice::ProblemOutline;
use crate::scene::Route;

/// All problems, with how far the learner has come.
#[component]
pub fn ProblemList() -> impl IntoView {
    let course = LabState::expect().course.get_value();
    let cards = { course.problems.iter().map(Arc::clone) }
        .map(|problem| view! { <ProblemCard problem level=2 /> });
    view! {
        <main id="main" tabindex="-1" class="lab-home">
            <h1>"Practice"</h1>
            <p class="lab-lead lab-desk__lead">
                "A situation and a goal. You write the records, the policy and what happens when. Then a crowd uses them,
                and the curves say whether it works."
            </p>
            <ul class="lab-catalog lab-chapter">{cards.collect_view()}</ul>
        </main>
    }
}

/// The problems as the last chapter of the catalogue.
#[component]
pub fn ProblemChapter() -> impl IntoView {
    let course = LabState::expect().course.get_value();
    let cards = { course.problems.iter().map(Arc::clone) }
        .map(|problem| view! { <ProblemCard problem level=3 /> });
    view! {
        <section class="lab-chapter">
            <h2 class="lab-chapter__title">"Practice: alone with a problem"</h2>
            <ul class="lab-catalog">{cards.collect_view()}</ul>
        </section>
    }
}

/// A problem in the list.
#[component]
fn ProblemCard(
    /// The problem.
    problem: Arc<ProblemOutline>,
    /// The level of its heading.
    level: u8,
) -> impl IntoView {
    let state = LabState::expect();
    let id = problem.id.clone();
    let tried = Memo::new(move |_| {
        state.progress.with(|progress| {
            let tries = progress.problems.get(&id).map_or(0, |entry| entry.tries);
            (progress.is_passed(&id), tries)
        })
    });
    let status = move || match tried.get() {
        (true, _) => "done",
        (false, 0) => "new",
        _ => "begun",
    };
    let text = move || match tried.get() {
        (true, _) => "Passed".to_owned(),
        (false, 0) => "Not tried yet".to_owned(),
        (false, 1) => "Tried once".to_owned(),
        (false, tries) => format!("Tried {tries} times"),
    };
    let href = Route::Problem(problem.id.clone()).to_string();
    let link = view! { <a href=href>{problem.title.clone()}</a> };
    let title = match level {
        2 => view! { <h2 class="lab-lesson-card__title">{link}</h2> }.into_any(),
        _ => view! { <h3 class="lab-lesson-card__title">{link}</h3> }.into_any(),
    };
    view! {
        <li class="lab-lesson-card" data-state=status>
            <div class="lab-lesson-card__head">
                <span class="lab-chip">{format!("{} · {} min", problem.difficulty, problem.minutes)}</span>
                <span class="lab-lesson-card__mark"><Pictogram icon=Icon::Check /></span>
            </div>
            {title}
            <p class="lab-lesson-card__summary">{problem.summary.clone()}</p>
            <div class="lab-lesson-card__foot"><span>{text}</span></div>
        </li>
    }
}
