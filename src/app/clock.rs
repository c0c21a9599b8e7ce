//! The clock of the browser, read nowhere else, and its frames, which let time flow on the bench.

use leptos::prelude::*;

use super::bench::Bench;
use super::listen::{on_frames, use_media_query};
use crate::page::bench::Input;

/// Milliseconds in a day.
const DAY_MS: u64 = 86_400_000;

/// The moment, in milliseconds since 1970.
pub fn now() -> u64 {
    // `as` saturates.
    wall_ms() as u64
}

/// The moment, in milliseconds since 1970, as pieces of work are measured by.
pub fn wall_ms() -> f64 {
    js_sys::Date::now()
}

/// The number of today, counted from 1970.
pub fn today() -> u32 {
    u32::try_from(now() / DAY_MS).unwrap_or(u32::MAX)
}

/// A seed nobody has chosen.
pub fn fresh_seed() -> u64 {
    // Links hold whole numbers of up to 53 bits without loss.
    now() % 1_000_000
}

/// Whether the reader wants as little motion as possible.
pub fn use_reduced_motion() -> ReadSignal<bool> {
    use_media_query("(prefers-reduced-motion: reduce)")
}

/// Lets time flow on a bench while it plays. Browsers give no frames to a hidden page, so
/// a hidden page costs nothing.
pub fn use_clock(bench: Bench) {
    let is_reduced = use_reduced_motion();
    on_frames(bench.is_playing.into(), move |ms| {
        let whole_events = is_reduced.try_get_untracked().unwrap_or_default();
        bench.send(Input::Frame { ms, whole_events });
    });
}
