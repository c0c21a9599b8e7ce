//! The stage: one trace, seen in several ways.

mod boxes;
mod fault_menu;
mod fitted_text;
mod hierarchy_view;
mod legend;
mod links;
mod map_list;
mod map_marks;
mod map_move;
mod map_view;
mod map_zoom;
mod packet_dot;
mod population_view;
mod sequence_view;

use leptos::prelude::*;

use self::hierarchy_view::HierarchyView;
use self::map_view::MapView;
use self::population_view::PopulationView;
use self::sequence_view::SequenceView;
use super::controls::{KnobControl, Tab, Tabs};
use super::parts;
use super::state::LabState;
use super::transport::Transport;
use crate::page::bench::{Input, Scenario, StageView};

/// Machines at their places on the globe.
pub fn map() -> AnyView {
    MapView().into_any()
}

/// Datagrams over time.
pub fn sequence() -> AnyView {
    SequenceView().into_any()
}

/// What a crowd does.
pub fn population() -> AnyView {
    PopulationView().into_any()
}

/// The middle column: views, knobs, picture and transport.
#[component]
pub fn Stage() -> impl IntoView {
    let state = LabState::expect();
    let has_crowd = Memo::new(move |_| state.crowd.source.with(Option::is_some));
    let tabs = move || {
        let has_crowd = has_crowd.get();
        let views = StageView::ALL.into_iter();
        let views = views.filter(|view| has_crowd || *view != StageView::Population);
        let tabs = views.map(|value| Tab {
            value,
            id: value.tab_id(),
            label: value.as_str(),
        });
        let tabs = tabs.collect();
        view! { <Tabs tabs chosen=state.bench.view choose=move |view| state.bench.send(Input::View(view)) label="Views of the stage" controls="stage-panel" /> }
    };
    Effect::new(move || state.bench.send(Input::HasCrowd(has_crowd.get())));
    let is_crowd =
        Memo::new(move |_| has_crowd.get() && state.bench.view.get() == StageView::Population);
    let knobs = Memo::new(move |_| {
        state.bench.scenario.with(|scenario| {
            scenario
                .as_ref()
                .map(Scenario::stage_knobs)
                .unwrap_or_default()
        })
    });
    let sliders = move || {
        knobs
            .get()
            .into_iter()
            .map(|knob| view! { <KnobControl knob /> })
            .collect_view()
    };
    let view = move || match state.bench.view.get() {
        StageView::Hierarchy => HierarchyView().into_any(),
        StageView::Map => parts::panel(parts::views, |views| (views.map)()),
        StageView::Sequence => parts::panel(parts::views, |views| (views.sequence)()),
        StageView::Population if has_crowd.get() => {
            parts::panel(parts::crowds, |crowds| (crowds.population)())
        }
        StageView::Population => HierarchyView().into_any(),
    };
    view! {
        <section class="lab-stage" aria-label="Stage">
            <div class="lab-stage__bar">
                {tabs}
                <Show when=move || !is_crowd.get()>
                    <div class="lab-knobs">{sliders}</div>
                </Show>
            </div>
            <div
                id="stage-panel"
                class="lab-stage__panel"
                role="tabpanel"
                aria-labelledby=move || state.bench.view.get().tab_id()
            >
                {view}
            </div>
            <Show when=move || !is_crowd.get()>
                <Transport />
            </Show>
        </section>
    }
}
