//! The three columns: text, stage, inspector.

use leptos::prelude::*;

use super::clock::use_clock;
use super::inspector::Inspector;
use super::keyboard::use_keyboard;
use super::parts;
use super::share::ShareButton;
use super::stage::Stage;
use super::state::LabState;
use crate::page::bench::StageView;

/// The page of a lesson and of the lab: what there is to read, the stage, and the inspector.
#[component]
pub fn Workbench(
    /// What the left column is called.
    label: &'static str,
    /// The left column.
    children: Children,
) -> impl IntoView {
    let state = LabState::expect();
    use_clock(state.bench);
    use_keyboard(state);
    state.tools.set(Some(ViewFn::from(ShareButton)));
    on_cleanup(move || {
        state.tools.try_set(None);
    });
    // Links, the map and the other tabs are the next that is asked for.
    parts::fetch_ahead(parts::views, |_| {});
    state.links.fetch_ahead();
    // Nothing stands on the bench while what reads a session is on its way.
    let has_stage = Memo::new(move |_| state.bench.scenario.with(Option::is_some));
    // A crowd is looked at as a whole: the inspector has nothing to say of it.
    let is_crowd = Memo::new(move |_| {
        state.bench.view.get() == StageView::Population && state.crowd.source.with(Option::is_some)
    });
    view! {
        <main
            id="main"
            tabindex="-1"
            class="lab-workbench"
            class:lab-workbench--wide=move || is_crowd.get()
        >
            <section class="lab-text" aria-label=label tabindex="0">{children()}</section>
            <Show when=move || has_stage.get()>
                <Stage />
                <Show when=move || !is_crowd.get()>
                    <Inspector />
                </Show>
            </Show>
        </main>
    }
}
