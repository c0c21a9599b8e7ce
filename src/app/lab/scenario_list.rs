//! All scenarios with a crowd.

use leptos::prelude::*;

use crate::app::state::LabState;
use crate::scene::Route;

/// Links to all scenarios.
#[component]
pub fn ScenarioList(
    /// The id of the one that is open.
    #[prop(optional, into)]
    here: String,
) -> impl IntoView {
    let state = LabState::expect();
    let scenarios = state.course.with_value(|course| course.scenarios.clone());
    let items = scenarios.into_iter().map(|scenario| {
        let is_here = scenario.id == here;
        let href = Route::Scenario(scenario.id).to_string();
        view! {
            <li>
                <a class="lab-scenarios__link" href=href aria-current=is_here.then_some("page")>
                    <b>{scenario.title}</b>
                    <span>{scenario.summary}</span>
                </a>
            </li>
        }
    });
    view! {
        <nav class="lab-scenarios" aria-label="Scenarios">
            <h2 class="lab-subheading">"Scenarios with a crowd"</h2>
            <ul class="lab-scenarios__list">{items.collect_view()}</ul>
        </nav>
    }
}
