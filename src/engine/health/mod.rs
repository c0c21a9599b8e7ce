//! Health checks: when a dead machine is noticed, and when it is trusted again.
//!
//! A [`HealthCheck`] is a value and [`HealthCheck::verdicts`] a function of what its probes
//! meet and a random stream. Nothing runs in the background: a machine changes its condition
//! only when somebody changes it, so all that follows can be computed at once.

mod checker;
mod presets;

#[cfg(test)]
mod tests;

pub use presets::{CheckPreset, check_presets};

use crate::engine::order::sort_by_key;
use crate::engine::{SimDuration, SimTime, Stream};
use checker::Change;
use serde::{Deserialize, Serialize};

/// What a probe meets at an endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Condition {
    /// It answers at once, and well.
    Up,
    /// It answers at once with a reset: the machine is there and the service is not.
    Refusing,
    /// It says nothing, so a probe costs its whole timeout.
    Silent,
}

/// From where the time to the next probe counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Pace {
    /// From the end of the last probe: its answer, or its timeout.
    FromResponse,
    /// From the start of the last probe, as a timer does that just repeats.
    FromRequest,
}

/// The rules by which an endpoint is probed and judged.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct HealthCheck {
    /// The time between two probes of one checker; less than 1 ms counts as 1 ms.
    pub interval: SimDuration,
    /// From where the interval counts.
    pub pace: Pace,
    /// How long a probe waits for an answer.
    pub timeout: SimDuration,
    /// How many times a failed probe is repeated at once before it counts as failed.
    pub retries: u32,
    /// A checker says unhealthy after this many failed probes; 0 counts as 1.
    pub down_after: u32,
    /// A checker says healthy after this many good probes in a row; 0 counts as 1.
    pub up_after: u32,
    /// How many good probes in a row it takes until earlier failures are forgotten: 1 where
    /// failures must come in a row, 10 with gdnsd, where they add up.
    pub forgive_after: u32,
    /// How many checkers probe, each at moments of its own.
    pub checkers: u32,
    /// The endpoint is healthy when more than this share of the checkers say so, 0 to 1.
    pub healthy_share: f64,
    /// What a new check says until its data says otherwise.
    pub begins_healthy: bool,
}

/// One probe.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Probe {
    /// When it was sent.
    pub sent_at: SimTime,
    /// When its result was known.
    pub known_at: SimTime,
    /// What it met.
    pub met: Condition,
}

/// A change of what a check says.
#[derive(Clone, Debug, PartialEq)]
pub struct Verdict {
    /// When.
    pub at: SimTime,
    /// What it says from then on.
    pub healthy: bool,
    /// How many checkers say healthy at that moment.
    pub in_favour: u32,
    /// Which checker tipped the scales, from 0.
    pub checker: u32,
    /// The probes that led this checker to change its mind, in order.
    pub probes: Vec<Probe>,
}

impl HealthCheck {
    /// One prober that calls an endpoint unhealthy after `down_after` failures in a row, and
    /// healthy after one good probe.
    pub const fn single(interval: SimDuration, timeout: SimDuration, down_after: u32) -> Self {
        Self {
            interval,
            pace: Pace::FromResponse,
            timeout,
            retries: 0,
            down_after,
            up_after: 1,
            forgive_after: 1,
            checkers: 1,
            healthy_share: 0.5,
            begins_healthy: true,
        }
    }

    /// When this check changes its mind about an endpoint, up to and including `until`.
    ///
    /// `conditions` tells what probes meet from which moment on, earliest first. The check
    /// begins with the first of them; the first probe of each checker falls anywhere in one
    /// of its rounds, drawn from `random`. An endpoint without conditions is never judged.
    /// The same stream and a longer list give the same verdicts up to where the lists differ.
    pub fn verdicts(
        &self,
        random: &mut Stream,
        conditions: &[(SimTime, Condition)],
        until: SimTime,
    ) -> Vec<Verdict> {
        let Some(&(start, first)) = conditions.first() else {
            return Vec::new();
        };
        let round = self.round(first);
        let mut changes: Vec<Change> = Vec::new();
        for checker in 0..self.checkers {
            let phase = random.fraction() * round.as_secs_f64();
            let first_probe = start + SimDuration::from_secs_f64(phase);
            changes.extend(checker::changes(
                self,
                checker,
                first_probe,
                conditions,
                until,
            ));
        }
        // Stable, so of two changes at one moment the lower checker comes first.
        sort_by_key(&mut changes, |change| change.at);
        self.count(changes)
    }

    /// The verdicts that follow from what the checkers say.
    fn count(&self, changes: Vec<Change>) -> Vec<Verdict> {
        let mut in_favour = if self.begins_healthy {
            self.checkers
        } else {
            0
        };
        let mut healthy = self.begins_healthy;
        let mut verdicts = Vec::new();
        for change in changes {
            in_favour = if change.healthy {
                in_favour + 1
            } else {
                in_favour - 1
            };
            let is_healthy = self.is_enough(in_favour);
            if is_healthy != healthy {
                healthy = is_healthy;
                verdicts.push(Verdict {
                    at: change.at,
                    healthy,
                    in_favour,
                    checker: change.checker,
                    probes: change.probes,
                });
            }
        }
        verdicts
    }

    /// Whether this many checkers that say healthy make a healthy endpoint.
    pub fn is_enough(&self, in_favour: u32) -> bool {
        f64::from(in_favour) > self.healthy_share * f64::from(self.checkers)
    }

    /// How long one probe takes, with its repetitions, where it meets nothing else.
    fn cost(&self, met: Condition) -> SimDuration {
        match met {
            Condition::Up | Condition::Refusing => SimDuration::ZERO,
            Condition::Silent => self.timeout.saturating_mul(u64::from(self.retries) + 1),
        }
    }

    /// The time from one probe of a checker to its next.
    fn round(&self, met: Condition) -> SimDuration {
        let interval = self.interval.max(SimDuration::from_millis(1));
        match self.pace {
            Pace::FromResponse => interval + self.cost(met),
            Pace::FromRequest => interval.max(self.cost(met)),
        }
    }

    /// The longest it takes until a lasting condition has had all its effect.
    pub fn settling_time(&self) -> SimDuration {
        let longest = self.round(Condition::Silent) + self.cost(Condition::Silent);
        let rounds = self.down_after.max(self.up_after).max(1) + 1;
        longest.saturating_mul(u64::from(rounds))
    }
}
