//! Health checks of a balancer: what a probe sees, and when a server is taken out or put back.

use serde::{Deserialize, Serialize};

use super::{Balancer, Condition};
use crate::engine::{SimDuration, SimTime};

/// What a check looks at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Probe {
    /// Whether a TCP connection opens (layer 4). A server that answers every request with an
    /// error passes.
    Connect,
    /// Whether `GET /health` is answered with a good code (layer 7).
    #[default]
    Http,
}

impl Probe {
    /// Whether a server in this condition passes.
    pub fn passes(self, condition: Condition) -> bool {
        match condition {
            Condition::Well => true,
            Condition::Sick => self == Self::Connect,
            Condition::Dead => false,
        }
    }
}

/// How servers are checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckConfig {
    /// What is looked at.
    pub probe: Probe,
    /// From one check to the next.
    pub interval: SimDuration,
    /// So many failures in a row take a server out.
    pub fall: u32,
    /// So many successes in a row put it back.
    pub rise: u32,
}

impl Default for CheckConfig {
    /// Every 2 s, out after 3, back after 2: HAProxy's `inter`, `fall` and `rise`
    /// (<https://docs.haproxy.org/3.0/configuration.html#5.2-check>).
    fn default() -> Self {
        Self {
            probe: Probe::default(),
            interval: SimDuration::from_secs(2),
            fall: 3,
            rise: 2,
        }
    }
}

/// What the checks of one server say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// Whether it serves.
    pub healthy: bool,
    /// How many checks in a row have said the opposite.
    pub against: u32,
}

impl Default for Verdict {
    fn default() -> Self {
        Self {
            healthy: true,
            against: 0,
        }
    }
}

impl Balancer {
    /// When [`run_check`](Self::run_check) is due. Checks go on all the time; `None` means that
    /// until something changes they can say nothing new.
    pub fn next_check(&self) -> Option<SimTime> {
        self.next_check
    }

    /// How servers are checked.
    pub fn check(&self) -> CheckConfig {
        self.check
    }

    /// Checks all servers; returns those that are taken out or put back, as indices.
    pub fn run_check(&mut self, now: SimTime) -> Vec<usize> {
        let CheckConfig {
            probe, fall, rise, ..
        } = self.check;
        let mut changed = Vec::new();
        for (index, server) in self.servers.iter_mut().enumerate() {
            let passes = probe.passes(server.condition);
            let verdict = &mut server.verdict;
            if passes == verdict.healthy {
                verdict.against = 0;
                continue;
            }
            verdict.against += 1;
            let needed = if verdict.healthy { fall } else { rise };
            if verdict.against >= needed.max(1) {
                *verdict = Verdict {
                    healthy: passes,
                    against: 0,
                };
                changed.push(index);
            }
        }
        self.plan_check(now);
        changed
    }

    /// Sets the next check, at a whole number of intervals since the start.
    pub(super) fn plan_check(&mut self, now: SimTime) {
        let probe = self.check.probe;
        let is_settled = self.servers.iter().all(|server| {
            let verdict = server.verdict;
            probe.passes(server.condition) == verdict.healthy && verdict.against == 0
        });
        let interval = self.check.interval.as_micros().max(1);
        let next = (now.as_micros() / interval + 1).saturating_mul(interval);
        self.next_check = (!is_settled).then(|| SimTime::from_micros(next));
    }
}
