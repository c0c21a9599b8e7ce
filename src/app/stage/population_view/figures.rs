//! The figures a scenario is about.

use leptos::prelude::*;

use super::Side;
use crate::scene::population::key_figures;

/// Names and values of the figures of a run.
#[component]
pub fn Figures(
    /// The run.
    side: Side,
) -> impl IntoView {
    let lines = Memo::new(move |_| {
        side.run
            .with(|run| run.as_ref().map(|run| key_figures(run)))
            .unwrap_or_default()
    });
    let rows = move || {
        let rows = lines.get().into_iter().map(|line| {
            view! {
                <div class="lab-key">
                    <dt class="lab-key__name">{line.title}</dt>
                    <dd class="lab-key__value">{line.text}</dd>
                </div>
            }
        });
        rows.collect_view()
    };
    view! { <dl class="lab-keys-row">{rows}</dl> }
}
