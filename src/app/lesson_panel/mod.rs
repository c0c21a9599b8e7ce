//! The page of a lesson: its text beside the stage.

mod figure;
mod goal_line;
mod hints;
mod play;
mod predict_card;
mod prose;
mod review_card;
mod step_card;
mod step_nav;

use std::sync::Arc;

use leptos::prelude::*;

use self::play::Opened;
pub use self::prose::{Line, Prose};
use self::review_card::ReviewCard;
use self::step_card::StepCard;
use super::fetched::fetched;
use super::keyboard;
use super::library::Library;
use super::not_found::NotFound;
use super::sessions::Found;
use super::state::LabState;
use super::workbench::Workbench;
use crate::lesson::Lesson;
use crate::page::bench::Scenario;
use crate::page::bench::{Input, InspectorTab, StageView};
use crate::page::crowd::Opening;
use crate::page::runs::PaperKind;
use crate::scenario::Session;
use crate::scene::Route;

/// The page of the lesson with an id.
pub fn page(id: String) -> AnyView {
    view! { <LessonPage id /> }.into_any()
}

/// The question from an earlier lesson that has been due for longest.
pub fn review() -> AnyView {
    view! { <ReviewCard /> }.into_any()
}

/// A lesson; which of its steps is in the address.
#[component]
fn LessonPage(
    /// The id of the lesson.
    id: String,
) -> impl IntoView {
    let state = LabState::expect();
    on_cleanup(move || {
        state.sessions.flush(state);
        state.bench.send(Input::Clear);
        state.crowd.clear();
    });
    let outline = state
        .course
        .with_value(|course| course.lesson(&id).cloned());
    let Some(outline) = outline else {
        return NotFound().into_any();
    };
    let outline = StoredValue::new(outline);
    fetched(
        outline.with_value(|outline| Library::files_of(outline)),
        state.library.kept_lesson(&id),
        move || async move { state.library.lesson(&outline.get_value()).await },
        move |lesson| view! { <Steps lesson /> }.into_any(),
    )
}

/// The steps of a lesson.
#[component]
fn Steps(
    /// The lesson.
    lesson: Arc<Lesson>,
) -> impl IntoView {
    let state = LabState::expect();
    let count = lesson.steps.len();
    let step = Memo::new(move |_| match state.route.get() {
        Route::Lesson { step, .. } => step,
        _ => 0,
    });
    // A shared link to the step that is open already opens it anew, and so does starting over.
    let opened = Memo::new(move |_| {
        (
            step.get(),
            state.address.with(|address| address.permalink.clone()),
            state.sessions.turn().get(),
        )
    });
    let is_known = Memo::new(move |_| step.get() < count);
    // Who goes on by keys begins at the title of the next step, and not where the link was.
    Effect::new(move |before: Option<usize>| {
        let now = step.get();
        if before.is_some_and(|before| before != now) {
            request_animation_frame(|| keyboard::focus("step-title"));
        }
        now
    });
    state.sessions.follow(state);
    let turns = StoredValue::new(state.sessions.turn().get_untracked());
    let open = Arc::clone(&lesson);
    move || {
        if !is_known.get() {
            return NotFound().into_any();
        }
        let lesson = Arc::clone(&open);
        view! {
            <Workbench label="Lesson">
                {move || {
                    let (step, _, turn) = opened.get();
                    let before = turns.try_update_value(|before| std::mem::replace(before, turn));
                    let lesson = Arc::clone(&lesson);
                    untrack(|| {
                        // The step before is kept as it is left.
                        state.sessions.flush(state);
                        state.sessions.arrive(state);
                        state.sessions.once_read(state, move |found| {
                            let session = open_step(state, &lesson, step, found);
                            let opened = Opened {
                                is_anew: before != Some(turn) && session.is_none(),
                                session,
                            };
                            view! { <StepCard lesson=Arc::clone(&lesson) step opened /> }.into_any()
                        })
                    })
                }}
            </Workbench>
        }
        .into_any()
    }
}

/// Puts a step's world on the bench; returns the session that was brought back, if one was.
fn open_step(state: LabState, lesson: &Arc<Lesson>, index: usize, found: Found) -> Option<Session> {
    let step = lesson.steps.get(index)?;
    untrack(|| {
        state.bench.send(Input::Tab(InspectorTab::Message));
        let crowd = lesson.crowd(index);
        let scenario = Scenario::Lesson {
            lesson: Arc::clone(lesson),
            step: index,
        };
        let session = { state.sessions }.open(state, scenario, crowd.map(|it| &**it), found);
        if session.is_none() {
            state.bench.send(Input::View(StageView::of(step.view)));
        }
        match crowd {
            Some(source) => {
                state.crowd.open(Opening {
                    source: Arc::clone(source),
                    paper: state.library.paper(PaperKind::Crowd, &source.id),
                    shown: step.knobs.clone(),
                    knobs: state.bench.knobs.get_untracked(),
                    view: session.as_ref().and_then(|session| session.crowd.clone()),
                    is_run: false,
                });
            }
            None => state.crowd.clear(),
        }
        session
    })
}
