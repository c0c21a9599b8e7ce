//! Free play: a small internet without a task.

mod ask_form;
mod faults;
mod options;
mod record_form;
mod scenario_list;
mod scenario_page;

use std::sync::Arc;

use leptos::prelude::*;

use self::ask_form::AskForm;
use self::faults::Faults;
use self::options::Options;
use self::record_form::RecordForm;
use self::scenario_list::ScenarioList;
use self::scenario_page::ScenarioPage;
use super::fetched::fetched;
use super::records::RecordPicker;
use super::sessions::SessionBar;
use super::state::LabState;
use super::workbench::Workbench;
use crate::page::bench::{FreePlay, Input, LAB_WORLD, Scenario};
use crate::page::library::FileName;
use crate::scenario::WorldSource;
use crate::scene::RECORD_TYPES;

/// The page of the free lab.
pub fn page() -> AnyView {
    LabPage().into_any()
}

/// The page of the scenario with an id.
pub fn scenario(id: String) -> AnyView {
    view! { <ScenarioPage id /> }.into_any()
}

/// The page of the free lab.
#[component]
fn LabPage() -> impl IntoView {
    let state = LabState::expect();
    on_cleanup(move || {
        state.sessions.flush(state);
        state.bench.send(Input::Clear);
    });
    fetched(
        vec![FileName::World(LAB_WORLD.to_owned())],
        state.library.kept_world(LAB_WORLD),
        move || async move { state.library.world(LAB_WORLD) },
        move |world| view! { <FreeLab world /> }.into_any(),
    )
}

/// The free lab in a world.
#[component]
fn FreeLab(
    /// The world.
    world: Arc<WorldSource>,
) -> impl IntoView {
    let state = LabState::expect();
    let lab = Arc::new(FreePlay::new(world));
    let about = lab.source.about.clone();
    let clients = lab.source.clients();
    let resolvers = lab.source.resolvers();
    let scenario = Scenario::Lab(lab);
    let open = move |found| {
        state.sessions.open(state, scenario.clone(), None, found);
    };
    let text = move || {
        let (about, clients, resolvers) = (about.clone(), clients.clone(), resolvers.clone());
        view! {
            <div class="lab-step">
                <p class="lab-eyebrow">"Free lab"</p>
                <h1 class="lab-step__title">"Ask for anything, break anything"</h1>
                <p class="lab-lead">{about}</p>
                <SessionBar />
                <AskForm clients />
                <Options resolvers />
                <details class="lab-details" id="record-types">
                    <summary>"Look at record types"</summary>
                    <RecordPicker types=RECORD_TYPES.to_vec() />
                </details>
                <RecordForm />
                <Faults />
                <ScenarioList />
                <button type="button" class="lab-button lab-button--quiet" on:click=move |_| state.sessions.start_over(state)>
                    "Start over with empty caches"
                </button>
            </div>
        }
        .into_any()
    };
    let text = state.sessions.with_scenario(state, open, text);
    view! { <Workbench label="Free lab">{text}</Workbench> }
}
