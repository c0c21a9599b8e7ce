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
mod packet_dot;
mod sequence_view;

use leptos::prelude::*;

use self::hierarchy_view::HierarchyView;
use self::map_view::MapView;
use self::sequence_view::SequenceView;
use super::controls::{KnobSlider, Tab, Tabs};
use super::state::{LabState, StageView};
use super::transport::Transport;

/// The middle column: views, knobs, picture and transport.
#[component]
pub fn Stage() -> impl IntoView {
    let state = LabState::expect();
    let tabs = StageView::ALL.map(|value| Tab {
        value,
        id: value.tab_id(),
        label: value.as_str(),
    });
    let knobs = Memo::new(move |_| {
        state.bench.scenario.with(|scenario| {
            scenario
                .as_ref()
                .map(super::scenario::Scenario::stage_knobs)
                .unwrap_or_default()
        })
    });
    let sliders = move || {
        knobs
            .get()
            .into_iter()
            .map(|knob| view! { <KnobSlider knob /> })
            .collect_view()
    };
    let view = move || match state.view.get() {
        StageView::Hierarchy => HierarchyView().into_any(),
        StageView::Map => MapView().into_any(),
        StageView::Sequence => SequenceView().into_any(),
    };
    view! {
        <section class="lab-stage" aria-label="Stage">
            <div class="lab-stage__bar">
                <Tabs tabs=tabs.to_vec() chosen=state.view label="Views of the stage" controls="stage-panel" />
                <div class="lab-knobs">{sliders}</div>
            </div>
            <div
                id="stage-panel"
                class="lab-stage__panel"
                role="tabpanel"
                aria-labelledby=move || state.view.get().tab_id()
            >
                {view}
            </div>
            <Transport />
        </section>
    }
}
