//! The inspector: what is behind the picture.

mod balancer_table;
mod cache_panel;
mod decision_table;
mod hex_dump;
mod log_panel;
mod machine_panel;
mod message_panel;
mod record_tables;
mod standing;
mod steered_tables;
mod zone_editor;

use leptos::prelude::*;

use self::cache_panel::CachePanel;
pub use self::hex_dump::HexDump;
use self::log_panel::LogPanel;
use self::machine_panel::MachinePanel;
use self::message_panel::MessagePanel;
use super::controls::{Tab, Tabs};
use super::parts;
use super::state::LabState;
use crate::page::bench::{Input, InspectorTab};

/// The tabs of the inspector.
const TABS: [Tab<InspectorTab>; 4] = [
    Tab {
        value: InspectorTab::Message,
        id: "inspect-message",
        label: "Message",
    },
    Tab {
        value: InspectorTab::Cache,
        id: "inspect-cache",
        label: "Caches",
    },
    Tab {
        value: InspectorTab::Machine,
        id: "inspect-machine",
        label: "Machine",
    },
    Tab {
        value: InspectorTab::Log,
        id: "inspect-log",
        label: "Log",
    },
];

/// What caches hold.
pub fn caches() -> AnyView {
    CachePanel().into_any()
}

/// A machine: its zones, or what it is.
pub fn machine() -> AnyView {
    MachinePanel().into_any()
}

/// Everything that happened, as text.
pub fn log() -> AnyView {
    LogPanel().into_any()
}

/// The right column.
#[component]
pub fn Inspector() -> impl IntoView {
    let state = LabState::expect();
    let tab_id = move || {
        let tab = state.bench.tab.get();
        TABS.iter()
            .find(|known| known.value == tab)
            .map(|known| known.id)
    };
    let panel = move || match state.bench.tab.get() {
        InspectorTab::Message => MessagePanel().into_any(),
        InspectorTab::Cache => parts::panel(parts::views, |views| (views.caches)()),
        InspectorTab::Machine => parts::panel(parts::views, |views| (views.machine)()),
        InspectorTab::Log => parts::panel(parts::views, |views| (views.log)()),
    };
    view! {
        <section class="lab-inspector" aria-label="Inspector">
            <div class="lab-inspector__bar">
                <Tabs tabs=TABS.to_vec() chosen=state.bench.tab choose=move |tab| state.bench.send(Input::Tab(tab)) label="Inspector" controls="inspector-panel" />
            </div>
            <div
                id="inspector-panel"
                class="lab-inspector__panel"
                role="tabpanel"
                tabindex="0"
                aria-labelledby=tab_id
            >
                {panel}
            </div>
        </section>
    }
}
