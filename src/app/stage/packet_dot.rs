//! A datagram on its way.

use leptos::ev::KeyboardEvent;
use leptos::prelude::*;

use super::legend::{glyph, shape};
use crate::app::controls::Item;
use crate::app::state::LabState;
use crate::scene::Packet;

/// The mark of a datagram; opens its message in the inspector.
#[component]
pub fn PacketDot(
    /// The datagram.
    packet: Item<Packet>,
) -> impl IntoView {
    let state = LabState::expect();
    let open = move || {
        state.inspect_event(packet.with_untracked(|packet| packet.event));
    };
    let on_keydown = move |event: KeyboardEvent| {
        if matches!(event.key().as_str(), "Enter" | " ") {
            event.prevent_default();
            open();
        }
    };
    let place =
        move || packet.with(|packet| format!("translate({:.1} {:.1})", packet.at.x, packet.at.y));
    let tone = move || packet.with(|packet| packet.tone.as_str());
    let lost = move || packet.with(|packet| packet.is_lost.then_some("lost"));
    view! {
        <g
            class="lab-packet"
            data-tone=tone
            data-state=lost
            role="button"
            tabindex="0"
            aria-label=move || packet.with(|packet| packet.label.clone())
            transform=place
            on:click=move |_| open()
            on:keydown=on_keydown
        >
            <circle class="lab-packet__target" r="20" />
            <circle class="lab-packet__halo" r="15" />
            <path class="lab-shape" d=move || packet.with(|packet| shape(packet.tone)) />
            <path class="lab-glyph" d=move || packet.with(|packet| glyph(packet.tone)) />
        </g>
    }
}

/// What a datagram says, beside it.
#[component]
pub fn PacketCallout(
    /// The datagram.
    packet: Item<Packet>,
) -> impl IntoView {
    let place = move || {
        packet.with(|packet| format!("translate({:.1} {:.1})", packet.callout.x, packet.callout.y))
    };
    let middle = move || packet.with(|packet| packet.callout.height) / 2.0;
    let title_y = move || middle() - 3.0;
    let detail_y = move || middle() + 13.0;
    view! {
        <g class="lab-callout" transform=place>
            <rect
                class="lab-callout__ground"
                width=move || packet.with(|packet| packet.callout.width)
                height=move || packet.with(|packet| packet.callout.height)
                rx="9"
            />
            <text class="lab-callout__title" x="11" y=title_y>
                {move || packet.with(|packet| packet.title.clone())}
            </text>
            <text class="lab-callout__detail" x="11" y=detail_y>
                {move || packet.with(|packet| packet.detail.clone())}
            </text>
        </g>
    }
}
