//! The line of time with a mark for each event.

use leptos::ev::{KeyboardEvent, PointerEvent};
use leptos::html::Div;
use leptos::prelude::*;

use crate::app::state::LabState;
use crate::page::bench::Move;
use crate::scene::{Track, moment};

/// A slider over the trace. Idle minutes do not squash busy milliseconds.
#[component]
pub fn Scrubber() -> impl IntoView {
    let bench = LabState::expect().bench;
    let node = NodeRef::<Div>::new();
    let track = Memo::new(move |_| {
        bench
            .timeline()
            .with(|timeline| Track::new(timeline.trace()))
    });
    let fraction = Memo::new(move |_| {
        let playhead = bench.playhead.get();
        track.with(|track| {
            bench
                .timeline()
                .with(|timeline| track.fraction_of(timeline.trace(), playhead))
        })
    });
    let length = move || bench.timeline().with(|timeline| timeline.trace().len());
    let shown = move || bench.playhead.get().events;
    let value_text = move || {
        let playhead = bench.playhead.get();
        format!(
            "event {} of {}, {}",
            playhead.events,
            length(),
            moment(playhead.time)
        )
    };
    let is_dragged = RwSignal::new(false);
    let seek_to = move |event: &PointerEvent| {
        let Some(node) = node.get_untracked() else {
            return;
        };
        let bounds = node.get_bounding_client_rect();
        let place = (f64::from(event.client_x()) - bounds.left()) / bounds.width();
        let playhead = bench.timeline().with_untracked(|timeline| {
            track.with_untracked(|track| track.playhead_at(timeline.trace(), place))
        });
        bench.seek(Move::To(playhead));
    };
    let on_down = move |event: PointerEvent| {
        if let Some(node) = node.get_untracked() {
            // Without capture the drag ends where the pointer leaves the line.
            let _ = node.set_pointer_capture(event.pointer_id());
        }
        is_dragged.set(true);
        seek_to(&event);
    };
    let on_move = move |event: PointerEvent| {
        if is_dragged.get_untracked() {
            seek_to(&event);
        }
    };
    let on_keydown = move |event: KeyboardEvent| {
        let key = event.key();
        let to = match key.as_str() {
            "ArrowRight" | "ArrowUp" => Move::Forward,
            "ArrowLeft" | "ArrowDown" => Move::Back,
            "PageUp" => Move::NextMilestone,
            "PageDown" => Move::PreviousMilestone,
            "Home" => Move::ToStart,
            "End" => Move::ToEnd,
            _ => return,
        };
        event.prevent_default();
        bench.seek(to);
    };
    let marks = move || {
        track.with(|track| {
            let dots = track.marks().iter().map(|mark| {
                let at = format!("{:.4}", mark.fraction);
                let (tone, size) = (mark.tone.as_str(), mark.size.as_str());
                view! {
                    <i class="lab-mark-dot" data-tone=tone data-size=size title=mark.title.clone() style:--at=at></i>
                }
            });
            dots.collect_view()
        })
    };
    // On what moves, and not on what has the marks in it: a frame would restyle them all.
    let done = move || format!("{:.4}", fraction.get());
    view! {
        <div
            node_ref=node
            id="scrub"
            class="lab-scrubber"
            role="slider"
            tabindex="0"
            aria-label="Moment of the run"
            aria-valuemin="0"
            aria-valuemax=length
            aria-valuenow=shown
            aria-valuetext=value_text
            data-state=move || is_dragged.get().then_some("dragged")
            on:pointerdown=on_down
            on:pointermove=on_move
            on:pointerup=move |_| is_dragged.set(false)
            on:pointercancel=move |_| is_dragged.set(false)
            on:keydown=on_keydown
        >
            <span class="lab-scrubber__rail"><span class="lab-scrubber__done" style:--done=done></span></span>
            <span class="lab-scrubber__marks" aria-hidden="true">{marks}</span>
            <span class="lab-scrubber__thumb" aria-hidden="true" style:--done=done></span>
        </div>
    }
}
