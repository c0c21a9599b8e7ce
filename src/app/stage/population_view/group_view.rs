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
        let first = bars
            .first()
            .map(|bar| bar.parts.clone())
            .unwrap_or_default();
        let legend = first.into_iter().map(|(label, hue, _)| {
            view! {
                <li class="lab-chart__item" data-hue=hue.as_str()>
                    <svg class="lab-chart__icon" viewBox="0 0 16 16" aria-hidden="true"><path d=hue.symbol().icon() /></svg>
                    <span class="lab-chart__name">{label}</span>
                </li>
            }
        });
        let rows = bars.into_iter().map(|bar| {
            let parts = bar.parts.into_iter().filter(|(_, _, share)| *share > 0.0);
            let parts = parts.map(|(label, hue, share)| {
                let number = Quantity::Share.format(share);
                let text = format!("{label} {number}");
                view! {
                    <span
                        class="lab-bar__part"
                        data-hue=hue.as_str()
                        style:--share=format!("{share:.4}")
                        role="img"
                        aria-label=text.clone()
                        title=text
                    >
                        <span class="lab-bar__name">{format!("{label} ")}</span>
                        <span class="lab-bar__number">{number}</span>
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
                <p class="lab-chart__unit">"share of requests over the whole run"</p>
                <ul class="lab-chart__legend" aria-hidden="true">{legend.collect_view()}</ul>
                <table class="lab-bars"><tbody>{rows.collect_view()}</tbody></table>
            </section>
        })
    }
}
