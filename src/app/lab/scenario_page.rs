//! A scenario: a world for one question and a crowd for many, and where to begin.

use std::sync::Arc;

use leptos::prelude::*;

use super::ask_form::AskForm;
use super::scenario_list::ScenarioList;
use crate::app::fetched::fetched;
use crate::app::not_found::NotFound;
use crate::app::sessions::SessionBar;
use crate::app::state::LabState;
use crate::app::workbench::Workbench;
use crate::lesson::ScenarioOutline;
use crate::page::bench::{FreePlay, Input, Scenario, StageView};
use crate::page::crowd::Opening;
use crate::page::library::FileName;
use crate::page::runs::PaperKind;
use crate::scenario::WorldSource;
use crate::scenario::crowd::CrowdSource;
use crate::scene::Route;

/// The page of a scenario.
#[component]
pub fn ScenarioPage(
    /// Its id.
    id: String,
) -> impl IntoView {
    let state = LabState::expect();
    state.crowd.clear();
    on_cleanup(move || {
        state.sessions.flush(state);
        state.bench.send(Input::Clear);
        state.crowd.clear();
    });
    let outline = state
        .course
        .with_value(|course| course.scenario(&id).cloned());
    let Some(outline) = outline else {
        return NotFound().into_any();
    };
    let kept = state.library.kept_world(&outline.world);
    let kept = kept.zip(state.library.kept_crowd(&outline.crowd));
    let files = vec![
        FileName::World(outline.world.clone()),
        FileName::Crowd(outline.crowd.clone()),
    ];
    let stored = StoredValue::new(outline);
    fetched(
        files,
        kept,
        move || async move {
            let outline = stored.get_value();
            let world = state.library.world(&outline.world)?;
            let crowd = state.library.crowd(&outline.crowd).await?;
            Ok((world, crowd))
        },
        move |(world, crowd)| {
            let outline = stored.get_value();
            view! { <ScenarioBench outline world crowd /> }.into_any()
        },
    )
    .into_any()
}

/// A scenario that has come.
#[component]
fn ScenarioBench(
    /// Where to begin.
    outline: ScenarioOutline,
    /// The world.
    world: Arc<WorldSource>,
    /// The crowd.
    crowd: Arc<CrowdSource>,
) -> impl IntoView {
    let state = LabState::expect();
    let (title, about) = (outline.title.clone(), crowd.about.clone());
    let clients = world.clients();
    let lab = FreePlay::with_focus(world, &outline.client, &outline.question);
    let lab = Scenario::Lab(Arc::new(lab));
    let view = match outline.view.as_str() {
        "population" => StageView::Population,
        "sequence" => StageView::Sequence,
        "map" => StageView::Map,
        _ => StageView::Hierarchy,
    };
    let (opened, first) = (Arc::clone(&crowd), outline.knobs.clone());
    let open = move |found| {
        let session = { state.sessions }.open(state, lab.clone(), Some(&opened), found);
        if session.is_none() {
            state.bench.send(Input::View(view));
        }
        state.crowd.open(Opening {
            source: Arc::clone(&opened),
            paper: state.library.paper(PaperKind::Crowd, &opened.id),
            shown: first.clone(),
            knobs: Default::default(),
            view: session.and_then(|session| session.crowd),
            is_run: true,
        });
    };
    let is_crowd = move || state.bench.view.get() == StageView::Population;
    let text = move || {
        let lesson = outline.lesson.clone().map(|id| {
            let title = state
                .course
                .with_value(|course| course.lesson(&id).map(|lesson| lesson.title.clone()));
            let href = Route::Lesson { id, step: 0 }.to_string();
            let title = title.unwrap_or_default();
            view! { <p><a href=href>{format!("The lesson about it: {title}")}</a></p> }
        });
        let (title, about, clients) = (title.clone(), about.clone(), clients.clone());
        view! {
            <div class="lab-step">
                <p class="lab-eyebrow">"Scenario"</p>
                <h1 class="lab-step__title">{title}</h1>
                <p class="lab-lead">{about}</p>
                {lesson}
                <SessionBar />
                <Show when=move || !is_crowd()>
                    <AskForm clients=clients.clone() />
                </Show>
                <ScenarioList here=outline.id.clone() />
            </div>
        }
        .into_any()
    };
    let text = state.sessions.with_scenario(state, open, text);
    view! { <Workbench label="Scenario">{text}</Workbench> }
}
