//! The field of dots at the moment looked at.

use leptos::prelude::*;

use super::Side;
use crate::app::state::LabState;
use crate::scene::chart::Quantity;
use crate::scene::population::{CrowdRun, DotField, dot_field};

/// Sampled clients, each looking like the address it holds.
#[component]
pub fn DotsView(
    /// The run.
    side: Side,
    /// The width of the picture.
    width: Memo<f64>,
) -> impl IntoView {
    let crowd = LabState::expect().crowd;
    let moment = Memo::new(move |_| {
        let window = crowd.window.get();
        let end = side.run.with(|run| {
            let run = run.as_ref()?;
            Some(window.span(run).map_or_else(|| run.end(), |(_, end)| end))
        });
        let end = end.unwrap_or(0.0);
        crowd.cursor.get().map_or(end, |at| at.min(end))
    });
    let field = Memo::new(move |_| {
        let (at, width) = (moment.get(), width.get());
        side.run.with(|run| {
            run.as_ref()
                .map_or_else(DotField::default, |run| dot_field(run, at, width))
        })
    });
    let view_box =
        move || field.with(|field| format!("0 0 {:.0} {:.0}", field.width, field.height.max(1.0)));
    let legend = move || {
        let layers = field
            .get()
            .layers
            .into_iter()
            .filter(|layer| layer.count > 0);
        let items = layers.map(|layer| {
            view! {
                <li class="lab-chart__item" data-hue=layer.hue.as_str()>
                    <svg class="lab-chart__icon" viewBox="0 0 16 16" aria-hidden="true">
                        <path d=layer.symbol.icon() />
                    </svg>
                    <span class="lab-chart__name">{layer.title}</span>
                    <b class="lab-chart__value">{Quantity::Count.format(layer.count as f64)}</b>
                </li>
            }
        });
        items.collect_view()
    };
    let when = move || {
        let at = moment.get();
        let words = |run: &CrowdRun| format!("at {}", run.moment_words(at));
        side.run.with(|run| run.as_deref().map(words))
    };
    let title = move || {
        let name = side
            .name
            .map(|name| format!("{name}: "))
            .unwrap_or_default();
        format!("{name}Where a sample of the clients goes")
    };
    view! {
        <section class="lab-chart lab-dots">
            <h3 class="lab-chart__title">{title}</h3>
            <p class="lab-chart__unit">{when}</p>
            <ul class="lab-chart__legend">{legend}</ul>
            <svg
                class="lab-dots__svg"
                viewBox=view_box
                aria-hidden="true"
                inner_html=move || field.with(DotField::markup)
            ></svg>
        </section>
    }
}
