//! Practice problems: the list, and the page of one with its text, editor and verdicts.

mod addresses;
mod brief;
mod curve;
mod desk;
mod editor;
mod list;
mod questions;
mod result;
mod timeline;
mod versions;

use std::sync::Arc;

use leptos::prelude::*;

use self::brief::Brief;
use self::desk::Desk;
use self::editor::Editor;
pub use self::list::{ProblemChapter, ProblemList};
use self::result::Results;
use super::fetched::fetched;
use super::not_found::NotFound;
use super::state::LabState;
use crate::lesson::practice::Problem;
use crate::page::library::FileName;

/// The page of the problem with an id.
pub fn page(id: String) -> AnyView {
    view! { <ProblemPage id /> }.into_any()
}

/// A practice problem.
#[component]
fn ProblemPage(
    /// Its id.
    id: String,
) -> impl IntoView {
    let state = LabState::expect();
    let problems = state.course.get_value();
    let mut problems = problems.problems.iter();
    if !problems.any(|problem| problem.id == id) {
        return NotFound().into_any();
    }
    let id = StoredValue::new(id);
    fetched(
        vec![FileName::Problem(id.get_value())],
        id.with_value(|id| state.library.kept_problem(id)),
        move || async move { id.with_value(|id| state.library.problem(id)) },
        move |problem| {
            state.links.fetch_ahead();
            let show = move || view! { <ProblemDesk problem=Arc::clone(&problem) /> }.into_any();
            // A link is read before its answer can be shown.
            match state
                .address
                .with_untracked(|address| address.permalink.is_some())
            {
                true => state.links.page(move |_| show()),
                false => show(),
            }
        },
    )
}

/// A problem that has come: text, editor and verdicts side by side.
#[component]
fn ProblemDesk(
    /// The problem.
    problem: Arc<Problem>,
) -> impl IntoView {
    let state = LabState::expect();
    let desk = untrack(|| Desk::open(state, Arc::clone(&problem)));
    // A link to another answer, followed while the page is open.
    Effect::watch(
        move || state.address.with(|address| address.permalink.clone()),
        move |link, before, _| {
            if let Some(link) = link.as_ref().filter(|_| before != Some(link)) {
                desk.open_link(state, link.clone());
            }
        },
        false,
    );
    let title = problem.outline.title.clone();
    view! {
        <main id="main" tabindex="-1" class="lab-desk" aria-label=title>
            <Brief problem=Arc::clone(&problem) desk />
            <Editor problem=Arc::clone(&problem) desk />
            <Results problem desk />
        </main>
    }
}
