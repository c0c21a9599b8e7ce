//! The transport bar: what happens now in words, and the flow of time.

mod caption_line;
mod scrubber;
mod speed;

use leptos::prelude::*;

use self::caption_line::CaptionLine;
use self::scrubber::Scrubber;
use self::speed::Speed;
use super::controls::{Icon, Pictogram};
use super::state::LabState;
use crate::page::bench::{Input, Move};
use crate::scene::moment;

/// The bar below the stage.
#[component]
pub fn Transport() -> impl IntoView {
    let bench = LabState::expect().bench;
    let is_empty = Memo::new(move |_| {
        bench
            .timeline()
            .with(|timeline| timeline.trace().is_empty())
    });
    let seek = move |to: Move| bench.seek(to);
    let is_playing = bench.is_playing;
    let play_icon = Signal::derive(move || {
        if is_playing.get() {
            Icon::Pause
        } else {
            Icon::Play
        }
    });
    let play_label = move || {
        if is_playing.get() {
            "Pause (Space)"
        } else {
            "Play (Space)"
        }
    };
    let time = move || moment(bench.playhead.get().time);
    view! {
        <section class="lab-transport" aria-label="Flow of time">
            <CaptionLine />
            <Scrubber />
            <div class="lab-transport__row">
                <div class="lab-transport__group">
                    <TransportButton id="to-start" icon=Icon::ToStart label="To the start (Home)"
                        is_disabled=is_empty on_press=move || seek(Move::ToStart) />
                    <TransportButton id="step-back" icon=Icon::StepBack label="One event back (←)"
                        is_disabled=is_empty on_press=move || seek(Move::Back) />
                    <button
                        id="play"
                        type="button"
                        class="lab-round-button lab-round-button--main"
                        aria-label=play_label
                        title=play_label
                        disabled=is_empty
                        on:click=move |_| bench.send(Input::TogglePlay)
                    >
                        <Pictogram icon=play_icon />
                    </button>
                    <TransportButton id="step-forward" icon=Icon::StepForward label="One event on (→)"
                        is_disabled=is_empty on_press=move || seek(Move::Forward) />
                    <TransportButton id="to-end" icon=Icon::ToEnd label="To the end (End)"
                        is_disabled=is_empty on_press=move || seek(Move::ToEnd) />
                </div>
                <div class="lab-transport__group">
                    <span id="time" class="lab-transport__time" role="timer" aria-label="Simulated time">{time}</span>
                    <Speed />
                </div>
                <div class="lab-transport__group lab-transport__group--end">
                    <button type="button" id="next-event" class="lab-button lab-button--quiet" disabled=is_empty
                        aria-label="Next event that carries the story"
                        title="Skip to the next event that carries the story"
                        on:click=move |_| seek(Move::NextMilestone)>
                        <Pictogram icon=Icon::NextEvent />"Event"
                    </button>
                    <button type="button" id="next-expiry" class="lab-button lab-button--quiet" disabled=is_empty
                        aria-label="Next expiry of a cache entry"
                        title="Skip to the moment at which the next cache entry ends"
                        on:click=move |_| seek(Move::NextExpiry)>
                        <Pictogram icon=Icon::NextExpiry />"Expiry"
                    </button>
                    <button type="button" id="branch" class="lab-button lab-button--quiet" disabled=is_empty
                        aria-label="Branch from here: drop everything after this moment"
                        title="Branch from here: drop everything after this moment, then go on differently"
                        on:click=move |_| bench.send(Input::Branch)>
                        <Pictogram icon=Icon::Branch />"Branch"
                    </button>
                </div>
            </div>
        </section>
    }
}

/// A round button with a pictogram.
#[component]
fn TransportButton(
    /// The id of the button.
    id: &'static str,
    /// What it shows.
    icon: Icon,
    /// What it does, in words.
    label: &'static str,
    /// Whether there is nothing to do.
    #[prop(into)]
    is_disabled: Signal<bool>,
    /// What it does.
    on_press: impl Fn() + 'static,
) -> impl IntoView {
    view! {
        <button
            id=id
            type="button"
            class="lab-round-button"
            aria-label=label
            title=label
            disabled=is_disabled
            on:click=move |_| on_press()
        >
            <Pictogram icon />
        </button>
    }
}
