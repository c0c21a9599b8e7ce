//! The page for addresses that name nothing.

use leptos::prelude::*;

use super::state::LabState;
use crate::scene::Route;

/// Says that there is no such page, and where to go instead.
#[component]
pub fn NotFound() -> impl IntoView {
    let state = LabState::expect();
    let first = state.course.with_value(|course| {
        course
            .lessons()
            .next()
            .map(|lesson| (lesson.title.clone(), lesson.id.clone()))
    });
    let first = first.map(|(title, id)| {
        let href = Route::Lesson { id, step: 0 }.to_string();
        view! { <li><a href=href>{format!("The first lesson: {title}")}</a></li> }
    });
    view! {
        <main id="main" tabindex="-1" class="lab-message">
            <p class="lab-eyebrow">"NXDOMAIN"</p>
            <h1>"There is no such page"</h1>
            <p>
                "The address names no page of the lab. It may be a mistyped link, or a page that has moved."
            </p>
            <ul class="lab-message__links">
                <li><a href=Route::Home.to_string()>"All lessons"</a></li>
                {first}
                <li><a href=Route::Lab.to_string()>"The free lab"</a></li>
                <li><a href=Route::Practice.to_string()>"Practice problems"</a></li>
            </ul>
        </main>
    }
}
