//! The endpoint with the lowest measured latency from the asker's region, by the rules of
//! [Route 53]: a table of measurements, not distance.
//!
//! [Route 53]: https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/routing-policy-latency.html

use super::decision::{Draft, Reason, Step};
use super::places::Location;

/// The healthy endpoint with the lowest latency; the first of several. Endpoints without a
/// measurement are left out, and the first healthy one answers if there is none at all.
pub(super) fn choose(draft: &mut Draft<'_>, location: Option<&Location>) {
    draft.keep_usable();
    keep_quickest(draft, location);
}

/// Keeps the one with the lowest latency; the first one if nothing is known.
pub(super) fn keep_quickest(draft: &mut Draft<'_>, location: Option<&Location>) {
    let mut quickest: Option<(usize, f64)> = None;
    for position in 0..draft.list.len() {
        let endpoint = draft.list[position];
        let Some(region) = location.map(|location| &location.region) else {
            break;
        };
        let table = &draft.pool.endpoints()[endpoint].latency_ms;
        let Some(&latency_ms) = table.get(region) else {
            draft.leave_out(endpoint, Reason::NoLatency);
            continue;
        };
        draft.note(Step::Timed {
            endpoint,
            latency_ms,
        });
        if quickest.is_none_or(|(_, least)| latency_ms < least) {
            quickest = Some((endpoint, latency_ms));
        }
    }
    draft.keep_best(quickest);
}
