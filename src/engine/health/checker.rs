//! One checker: its probes one after another, and when it changes its mind.

use super::{Condition, HealthCheck, Pace, Probe};
use crate::engine::{SimDuration, SimTime};

/// A checker changed its mind.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Change {
    /// When.
    pub(super) at: SimTime,
    /// What it says from then on.
    pub(super) healthy: bool,
    /// Which checker.
    pub(super) checker: u32,
    /// What led to it.
    pub(super) probes: Vec<Probe>,
}

/// All changes of one checker up to and including `until`.
pub(super) fn changes(
    check: &HealthCheck,
    checker: u32,
    first_probe: SimTime,
    conditions: &[(SimTime, Condition)],
    until: SimTime,
) -> Vec<Change> {
    let mut found = Vec::new();
    let mut opinion = Opinion::new(check);
    let mut due = first_probe;
    while due <= until {
        match outlook(check, &opinion, due, conditions, until) {
            Outlook::Open => {}
            Outlook::QuietUntil(later) => {
                due = later;
                continue;
            }
            Outlook::QuietForever => break,
        }
        let probe = ask(check, due, conditions);
        if probe.known_at > until {
            break;
        }
        if let Some(probes) = opinion.hear(check, probe) {
            found.push(Change {
                at: probe.known_at,
                healthy: opinion.healthy,
                checker,
                probes,
            });
        }
        let interval = check.interval.max(SimDuration::from_millis(1));
        due = match check.pace {
            Pace::FromResponse => probe.known_at + interval,
            Pace::FromRequest => (due + interval).max(probe.known_at),
        };
    }
    found
}

/// What probes meet at a moment.
fn condition_at(conditions: &[(SimTime, Condition)], at: SimTime) -> Condition {
    let count = conditions.partition_point(|(since, _)| *since <= at);
    let last = count.checked_sub(1).and_then(|index| conditions.get(index));
    last.map_or(Condition::Up, |(_, condition)| *condition)
}

/// Sends a probe, and again at once where the check allows that.
fn ask(check: &HealthCheck, sent_at: SimTime, conditions: &[(SimTime, Condition)]) -> Probe {
    let mut known_at = sent_at;
    let mut met = Condition::Up;
    for _ in 0..=check.retries {
        met = condition_at(conditions, known_at);
        match met {
            Condition::Up => break,
            // It will be refused as often as it asks.
            Condition::Refusing => {}
            Condition::Silent => known_at += check.timeout,
        }
    }
    Probe {
        sent_at,
        known_at,
        met,
    }
}

/// What is to be expected of the probes to come.
enum Outlook {
    /// They may tell something new.
    Open,
    /// They tell nothing new before this one.
    QuietUntil(SimTime),
    /// They never tell anything new.
    QuietForever,
}

/// Whether probes can tell this checker anything new before the next change of condition.
fn outlook(
    check: &HealthCheck,
    opinion: &Opinion,
    due: SimTime,
    conditions: &[(SimTime, Condition)],
    until: SimTime,
) -> Outlook {
    let met = condition_at(conditions, due);
    if !opinion.is_settled() || opinion.healthy != (met == Condition::Up) {
        return Outlook::Open;
    }
    let next = conditions.partition_point(|(since, _)| *since <= due);
    let Some((change, _)) = conditions.get(next).filter(|(since, _)| *since <= until) else {
        return Outlook::QuietForever;
    };
    // The last probe before the change must end before it, with all its repetitions.
    let room = change.since(due + check.cost(met)).as_micros();
    match room / check.round(met).as_micros() {
        0 => Outlook::Open,
        rounds => Outlook::QuietUntil(due + check.round(met).saturating_mul(rounds)),
    }
}

/// What a checker says, and what it counts.
#[derive(Clone, Debug)]
struct Opinion {
    /// What it says.
    healthy: bool,
    /// Probes that speak against it so far.
    against: Vec<Probe>,
    /// Probes in a row that speak for it, since the last one against.
    in_a_row: u32,
}

impl Opinion {
    /// That of a checker that knows nothing yet.
    fn new(check: &HealthCheck) -> Self {
        Self {
            healthy: check.begins_healthy,
            against: Vec::new(),
            in_a_row: 0,
        }
    }

    /// Whether nothing speaks against it.
    fn is_settled(&self) -> bool {
        self.against.is_empty()
    }

    /// Takes a probe into account; the probes that changed its mind, if that did.
    fn hear(&mut self, check: &HealthCheck, probe: Probe) -> Option<Vec<Probe>> {
        let (enough, forgive) = if self.healthy {
            (check.down_after, check.forgive_after)
        } else {
            // Good probes must always come in a row.
            (check.up_after, 1)
        };
        if (probe.met == Condition::Up) == self.healthy {
            self.in_a_row += 1;
            if self.in_a_row >= forgive {
                self.against.clear();
            }
            return None;
        }
        self.in_a_row = 0;
        self.against.push(probe);
        let is_enough = self.against.len() >= enough.max(1) as usize;
        is_enough.then(|| {
            self.healthy = !self.healthy;
            std::mem::take(&mut self.against)
        })
    }
}
