//! A lookup over real time, as a waterfall.

use leptos::prelude::*;

use super::legend::Legend;
use crate::app::controls::{Item, keyed};
use crate::app::state::LabState;
use crate::page::bench::Input;
use crate::scene::{RowMark, SequenceFocus, SequenceRow, SequenceScene, SequenceWindow, sequence};

/// The waterfall of the lookup at the playhead.
#[component]
pub fn SequenceView() -> impl IntoView {
    let bench = LabState::expect().bench;
    let scene = Memo::new(move |_| {
        let playhead = bench.playhead.get();
        let focus = SequenceFocus {
            client: bench.client.get(),
            lookup: None,
        };
        bench
            .timeline()
            .with(|timeline| sequence(timeline, playhead, &focus, SequenceWindow::Whole))
    });
    let is_empty = Memo::new(move |_| scene.with(|scene| scene.rows.is_empty()));
    view! {
        <Show
            when=move || !is_empty.get()
            fallback=|| view! {
                <p class="lab-empty">"No lookup has begun yet. Ask for a name, and its messages appear here over time."</p>
            }
        >
            <Waterfall scene />
        </Show>
        <Legend />
    }
}

/// The rows over an axis of time.
#[component]
fn Waterfall(
    /// What there is to see.
    scene: Memo<SequenceScene>,
) -> impl IntoView {
    let title = move || scene.with(|scene| scene.title.clone());
    let total = move || scene.with(|scene| scene.total_text.clone());
    let label = move || scene.with(|scene| scene.label.clone());
    let ticks = move || {
        let ticks = scene
            .with(|scene| scene.ticks.clone())
            .into_iter()
            .map(|tick| {
                let at = format!("{:.4}", tick.fraction);
                view! { <span class="lab-waterfall__tick" style:--at=at>{tick.text}</span> }
            });
        ticks.collect_view()
    };
    let cursor = move || {
        let at = scene.with(|scene| scene.playhead)?;
        let at = format!("{at:.4}");
        Some(view! { <span class="lab-waterfall__cursor" style:--at=at></span> })
    };
    let rows = keyed(
        scene,
        |scene| &scene.rows,
        |row| row.event,
        move |row| {
            let lane = Memo::new(move |_| {
                let lane = row.with(|row| row.lane);
                scene.with(|scene| {
                    scene
                        .lanes
                        .get(lane)
                        .map(|lane| (lane.title.clone(), lane.kind.as_str()))
                })
            });
            view! { <WaterfallRow row lane /> }
        },
    );
    view! {
        <div class="lab-waterfall" role="group" aria-label=label>
            <div class="lab-waterfall__head">
                <h2 class="lab-waterfall__title">{title}</h2>
                <span class="lab-chip">{total}</span>
            </div>
            <div class="lab-waterfall__axis" aria-hidden="true">
                <div class="lab-waterfall__scale">{ticks}{cursor}</div>
            </div>
            <ol class="lab-waterfall__rows" tabindex="0" aria-label="Messages over time">{rows}</ol>
        </div>
    }
}

/// One row: who, what, when, and what came of it.
#[component]
fn WaterfallRow(
    /// What is drawn.
    row: Item<SequenceRow>,
    /// Name and kind of the party that acts.
    lane: Memo<Option<(String, &'static str)>>,
) -> impl IntoView {
    let state = LabState::expect();
    let open = move |_| {
        let event = row.with_untracked(|row| row.event);
        state.bench.send(Input::VisitEvent(event));
    };
    let bounds = move || match row.with(|row| row.mark) {
        RowMark::Instant(at) => (at, at, at),
        RowMark::Bar(bar) => (bar.start, bar.end, bar.shown_until),
    };
    let kind = move || match row.with(|row| row.mark) {
        RowMark::Instant(_) => "instant",
        RowMark::Bar(_) => "bar",
    };
    let marks = move || match row.with(|row| row.mark) {
        RowMark::Bar(bar) => [bar.connect, bar.turn],
        RowMark::Instant(_) => [None, None],
    };
    let mark = move |index: usize| {
        let at = marks().get(index).copied().flatten()?;
        let at = format!("{at:.4}");
        Some(view! { <span class="lab-waterfall__turn" style:--at=at></span> })
    };
    let time = move || match row.with(|row| row.is_future) {
        true => "future",
        false => "past",
    };
    view! {
        <li class="lab-waterfall__item" data-time=time data-tone=move || row.with(|row| row.tone.as_str())>
            <button
                type="button"
                class="lab-waterfall__row"
                on:click=open
            >
                <span class="lab-visually-hidden">
                    {move || row.with(|row| row.label.clone())}
                </span>
                <span class="lab-waterfall__lane" aria-hidden="true" data-kind=move || lane.get().map(|(_, kind)| kind)>
                    {move || lane.get().map(|(title, _)| title)}
                </span>
                <span class="lab-waterfall__text" aria-hidden="true">{move || row.with(|row| row.text.clone())}</span>
                <span class="lab-waterfall__result" aria-hidden="true">{move || row.with(|row| row.result.clone())}</span>
                <span class="lab-waterfall__duration" aria-hidden="true">{move || row.with(|row| row.duration.clone())}</span>
                <span
                    class="lab-waterfall__track"
                    data-kind=kind
                    style:--from=move || format!("{:.4}", bounds().0)
                    style:--to=move || format!("{:.4}", bounds().1)
                    style:--shown=move || format!("{:.4}", bounds().2)
                >
                    <span class="lab-waterfall__whole"></span>
                    <span class="lab-waterfall__shown"></span>
                    {move || mark(0)}
                    {move || mark(1)}
                </span>
            </button>
        </li>
    }
}
