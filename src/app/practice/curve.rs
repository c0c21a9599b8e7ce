//! The curve that shows a verdict.

use leptos::prelude::*;

use crate::lesson::practice::Curve;
use crate::scene::practice::draw_curve;

/// The box of the picture; style sheets make it as wide as its column.
const SIZE: (f64, f64) = (420.0, 190.0);

/// A curve with its limit, the window in which it counts, and the moment it breaks.
#[component]
pub fn CurveFigure(
    /// The curve.
    curve: Curve,
    /// What it shows.
    title: String,
    /// Whether the limit is kept.
    is_met: bool,
) -> impl IntoView {
    let picture = draw_curve(&curve, SIZE.0, SIZE.1);
    let (left, right) = picture.plot;
    let (limit, limit_text) = picture.limit.clone();
    let (from, to) = picture.window;
    let view_box = format!("0 0 {} {}", picture.width, picture.height);
    let base = picture.base;
    let top = 22.0;
    let times = picture.times.into_iter().map(|tick| {
        view! {
            <line class="lab-curve__tick" x1=tick.at x2=tick.at y1=base y2=base + 4.0 />
            <text class="lab-curve__text" x=tick.at y=base + 16.0 text-anchor="middle">{tick.text}</text>
        }
    });
    let values = picture.values.into_iter().map(|tick| {
        view! {
            <line class="lab-curve__grid" x1=left x2=right y1=tick.at y2=tick.at />
            <text class="lab-curve__text" x=left - 6.0 y=tick.at + 4.0 text-anchor="end">{tick.text}</text>
        }
    });
    let zero = picture.zero.map(|at| {
        view! { <line class="lab-curve__zero" x1=at x2=at y1=top y2=base /> }
    });
    let broken = (!is_met).then_some(picture.broken).flatten();
    let broken = broken.map(|(x, y, text)| {
        let anchor = if x > (left + right) / 2.0 { "end" } else { "start" };
        let shift = if anchor == "end" { -8.0 } else { 8.0 };
        view! {
            <circle class="lab-curve__break" cx=x cy=y r="5" />
            <text class="lab-curve__text lab-curve__text--break" x=x + shift y=(y - 7.0).max(12.0) text-anchor=anchor>{text}</text>
        }
    });
    let rows = picture.rows.into_iter().map(|(at, value)| {
        view! { <tr><th scope="row">{at}</th><td>{value}</td></tr> }
    });
    let label = format!("Curve: {title}. The table below has its values.");
    view! {
        <figure class="lab-curve">
            <svg viewBox=view_box role="img" aria-label=label>
                <rect class="lab-curve__window" x=from y=top width=(to - from).max(0.0) height=base - top />
                {values.collect_view()}
                {zero}
                <line class="lab-curve__axis" x1=left x2=right y1=base y2=base />
                {times.collect_view()}
                <line class="lab-curve__limit" x1=left x2=right y1=limit y2=limit />
                <path class="lab-curve__line" d=picture.line />
                <text class="lab-curve__text lab-curve__text--limit" x=right y="13" text-anchor="end">{format!("dashed: {limit_text}")}</text>
                {broken}
            </svg>
            <details class="lab-desk__head">
                <summary>"Values as a table"</summary>
                <div class="lab-table-scroll" tabindex="0" role="group" aria-label="Values">
                    <table class="lab-desk__table">
                        <thead><tr><th scope="col">"When"</th><th scope="col">"Value"</th></tr></thead>
                        <tbody>{rows.collect_view()}</tbody>
                    </table>
                </div>
            </details>
        </figure>
    }
}
