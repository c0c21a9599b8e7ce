//! What colors and shapes mean.

use leptos::prelude::*;

use crate::scene::Tone;

/// The tones a datagram or an event can have, in the order of a lookup.
const TONES: [Tone; 5] = [
    Tone::Query,
    Tone::Referral,
    Tone::Answer,
    Tone::Cached,
    Tone::Failure,
];

/// The shape of a tone in a box from -8 to 8, as the `d` attribute of a path: color alone
/// never carries the meaning.
pub fn shape(tone: Tone) -> &'static str {
    match tone {
        Tone::Query => "M-7 0a7 7 0 1 0 14 0a7 7 0 1 0-14 0z",
        Tone::Referral => "M0-8.500 8.500 0 0 8.500-8.500 0z",
        Tone::Answer => "M-5-7H5a2 2 0 0 1 2 2V5a2 2 0 0 1-2 2H-5a2 2 0 0 1-2-2V-5a2 2 0 0 1 2-2z",
        Tone::Cached => "M0-8 7.600-2.500 4.700 6.500H-4.700L-7.600-2.500z",
        Tone::Failure => "M-3-7.500H3L7.500-3V3L3 7.500H-3L-7.500 3V-3z",
        Tone::Neutral => "M-5 0a5 5 0 1 0 10 0a5 5 0 1 0-10 0z",
    }
}

/// A mark inside the shape, for the tones that have one.
pub fn glyph(tone: Tone) -> &'static str {
    match tone {
        Tone::Answer => "M-3.300.2-.9 2.700 3.500-2.500",
        Tone::Failure => "M-2.600-2.600 2.600 2.600M2.600-2.600-2.600 2.600",
        Tone::Referral => "M-3 0H3M.6-2.600 3.200 0 .6 2.600",
        _ => "",
    }
}

/// The legend below the picture.
#[component]
pub fn Legend() -> impl IntoView {
    let items = TONES.map(|tone| view! {
        <li class="lab-legend__item">
            <svg class="lab-legend__shape" data-tone=tone.as_str() viewBox="-10 -10 20 20" aria-hidden="true">
                <path class="lab-shape" d=shape(tone) />
                <path class="lab-glyph" d=glyph(tone) />
            </svg>
            {tone.legend()}
        </li>
    });
    view! { <ul class="lab-legend" aria-label="Legend">{items.collect_view()}</ul> }
}
