//! The shares of each client group as bars.

use leptos::prelude::*;

use super::Side;
use crate::scene::chart::Quantity;
use crate::scene::population::group_bars;

/// A bar for each group; nothing if the scenario asks for none.
#[component]
pub fn GroupView(
    /// The run.
    side: Side,
) -> impl IntoView {
    move || {
        let (title, bars) = side.run.with(|run| group_bars(run.as_ref()?))?;
        let rows = bars.into_iter().map(|bar| {
            let parts = bar.parts.into_iter().filter(|(_, _, share)| *share > 0.0);
            let parts = parts.map(|(label, hue, share)| {
                let text = format!("{label} {}", Quantity::Share.format(share));
                view! {
                    <span
                        class="lab-bar__part"
                        data-hue=hue.as_str()
                        style:--share=format!("{share:.4}")
                        title=text.clone()
                    >
                        {text.clone()}
                    </span>
                }
            });
            view! {
                <tr>
                    <th scope="row">{bar.title}</th>
                    <td><span class="lab-bar">{parts.collect_view()}</span></td>
                </tr>
            }
        });
        Some(view! {
            <section class="lab-chart">
                <h3 class="lab-chart__title">{title}</h3>
                <table class="lab-bars"><tbody>{rows.collect_view()}</tbody></table>
            </section>
        })
    }
}
