//! The only place that knows wall time: frames of the browser move the playhead.

use leptos::prelude::*;
use leptos_use::utils::Pausable;
use leptos_use::{UseRafFnOptions, use_media_query, use_raf_fn_with_options};

use super::bench::Bench;
use crate::scene::Playhead;

/// The longest wall time one frame may count for, in milliseconds: after a long pause time
/// flows on from where it stood.
const LONGEST_FRAME_MS: f64 = 100.0;

/// Whether the reader wants as little motion as possible.
pub fn use_reduced_motion() -> Signal<bool> {
    use_media_query("(prefers-reduced-motion: reduce)")
}

/// Lets time flow on a bench while it plays. Browsers give no frames to a hidden page, so
/// a hidden page costs nothing.
pub fn use_clock(bench: Bench) {
    let is_reduced = use_reduced_motion();
    // The exact moment: with reduced motion only whole events are shown of it.
    let moment = StoredValue::new((Playhead::start(), Playhead::start(), 0.0_f64));
    let frame = move |delta: f64| {
        let (exact, shown, unspent) = moment.get_value();
        let playhead = bench.playhead.get_untracked();
        // A playhead that was moved by hand is where it is.
        let (from, unspent) = if shown == playhead {
            (exact, unspent)
        } else {
            (playhead, 0.0)
        };
        let pace = bench.pace.get_untracked();
        let advance = bench.timeline.with_untracked(|timeline| {
            pace.advance(
                timeline.trace(),
                from,
                unspent + delta.clamp(0.0, LONGEST_FRAME_MS),
            )
        });
        let shown = if is_reduced.get_untracked() {
            bench.timeline.with_untracked(|timeline| {
                let last = advance.playhead.last_event(timeline.trace());
                let time = last.map_or(advance.playhead.time, |event| event.at);
                Playhead {
                    time,
                    ..advance.playhead
                }
            })
        } else {
            advance.playhead
        };
        moment.set_value((advance.playhead, shown, advance.unspent_ms));
        if shown != playhead {
            bench.seek(|_, _| shown);
        }
        if advance.reached_end {
            bench.is_playing.set(false);
        }
    };
    let options = UseRafFnOptions::default().immediate(false);
    let Pausable { pause, resume, .. } =
        use_raf_fn_with_options(move |args| frame(args.delta), options);
    Effect::new(move || {
        if bench.is_playing.get() {
            resume()
        } else {
            pause()
        }
    });
}
