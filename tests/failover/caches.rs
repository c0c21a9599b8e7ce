//! The caches of products, inside a world.

use super::*;

#[test]
fn firefox_answers_from_an_ended_copy_at_once_and_fetches_a_fresh_one_behind_it() {
    let name = "www.example.com A";
    let asks = [0.0, 90.0, 100.0, 300.0].map(|secs| (secs, ask("desktop", name)));
    let timeline = play(small_internet(7), &asks);
    let waits = events_at(&timeline, "desktop", |kind| match kind {
        EventKind::LookupFinished { elapsed, .. } => Some(*elapsed),
        _ => None,
    });
    let quick = SimDuration::from_millis(1);
    let is_quick: Vec<bool> = waits.iter().map(|(_, elapsed)| *elapsed < quick).collect();
    // Cold; in grace; fresh again; long after the end of all grace, from the resolver.
    assert_eq!(is_quick[..3], [false, true, true]);
    assert_eq!(
        is_quick.len(),
        4,
        "a refresh is no lookup of the application"
    );
    let stale = events_at(&timeline, "desktop", |kind| match kind {
        EventKind::StaleServed { expired_for, .. } => Some(*expired_for),
        _ => None,
    });
    assert_eq!(stale.len(), 1, "{stale:?}");
    assert!(
        (29.0..31.0).contains(&stale[0].1.as_secs_f64()),
        "{stale:?}"
    );
    let refreshed = events_at(&timeline, "desktop", |kind| match kind {
        EventKind::RrsetCached {
            layer: dns_lab::engine::CacheLayer::Browser,
            ..
        } => Some(()),
        _ => None,
    });
    assert!(
        refreshed
            .iter()
            .any(|(when, ())| *when > at(90.0) && *when < at(92.0))
    );
}
