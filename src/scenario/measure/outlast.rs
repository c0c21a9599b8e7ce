//! How long caches go on giving what they have, after a change and in an outage.

use super::{Figure, MeasureError, ask, ask_for_outcome, take_down};
use crate::dns::{Question, Rrset, Ttl};
use crate::engine::{Intervention, Outcome, SimDuration, SimTime, Trace, World};

/// Simulated time after which a run counts as never coming to its point: 30 days.
const HORIZON: SimDuration = SimDuration::from_secs(30 * 86_400);

/// For how long a client is answered after servers went down.
pub(super) fn answered_for(
    world: &World,
    client: &str,
    question: &Question,
    down: &[String],
    after: SimDuration,
) -> Result<Figure, MeasureError> {
    let (mut world, _) = ask(world, SimTime::ZERO, client, question)?;
    let down_at = (SimTime::ZERO + after).max(world.now());
    world.run_until(down_at, &mut Trace::silent());
    take_down(&mut world, down)?;
    let is_answered = |at: SimTime| -> Result<bool, MeasureError> {
        let (_, outcome, _) = ask_for_outcome(&world, at, client, question)?;
        Ok(outcome.is_settled())
    };
    last_moment(down_at, is_answered)
}

/// How long the old outcome is still given after a change.
pub(super) fn stale_for(
    world: &World,
    client: &str,
    question: &Question,
    records: &str,
    changed_after: SimDuration,
) -> Result<Figure, MeasureError> {
    let (mut world, old, _) = ask_for_outcome(world, SimTime::ZERO, client, question)?;
    let changed_at = (SimTime::ZERO + changed_after).max(world.now());
    world.run_until(changed_at, &mut Trace::silent());
    let change = Intervention::SetRecords {
        records: records.to_owned(),
    };
    world.apply(&change, &mut Trace::silent())?;
    let is_stale = |at: SimTime| -> Result<bool, MeasureError> {
        let (_, outcome, _) = ask_for_outcome(&world, at, client, question)?;
        Ok(same_data(&outcome, &old))
    };
    last_moment(changed_at, is_stale)
}

/// How long after `start` something still holds that, once over, does not come back.
fn last_moment(
    start: SimTime,
    holds: impl Fn(SimTime) -> Result<bool, MeasureError>,
) -> Result<Figure, MeasureError> {
    if !holds(start)? {
        return Ok(Figure::Time(SimDuration::ZERO));
    }
    // Caches only forget, so there is one moment at which it ends.
    let (mut still_at, mut over_at) = (start, start + HORIZON);
    if holds(over_at)? {
        return Ok(Figure::Never);
    }
    while over_at.since(still_at) > SimDuration::from_millis(1) {
        let half = over_at.since(still_at).as_micros() / 2;
        let middle = still_at + SimDuration::from_micros(half);
        if holds(middle)? {
            still_at = middle;
        } else {
            over_at = middle;
        }
    }
    // Whole milliseconds are finer than the question; the nearest tenth of a second reads better.
    let span = over_at.since(start).as_secs_f64();
    Ok(Figure::Time(SimDuration::from_secs_f64(
        (span * 10.0).round() / 10.0,
    )))
}

/// Whether two outcomes say the same, TTLs aside.
fn same_data(a: &Outcome, b: &Outcome) -> bool {
    let plain =
        |sets: &[Rrset]| -> Vec<Rrset> { sets.iter().map(|set| set.with_ttl(Ttl::ZERO)).collect() };
    match (a, b) {
        (Outcome::Answer(a), Outcome::Answer(b)) => plain(a) == plain(b),
        (a, b) => a == b,
    }
}
