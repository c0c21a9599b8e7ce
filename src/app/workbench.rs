//! The three columns: text, stage, inspector.

use leptos::prelude::*;

use super::inspector::Inspector;
use super::stage::Stage;

/// The page of a lesson and of the lab: what there is to read, the stage, and the inspector.
#[component]
pub fn Workbench(
    /// What the left column is called.
    label: &'static str,
    /// The left column.
    children: Children,
) -> impl IntoView {
    view! {
        <main id="main" tabindex="-1" class="lab-workbench">
            <section class="lab-text" aria-label=label tabindex="0">{children()}</section>
            <Stage />
            <Inspector />
        </main>
    }
}
