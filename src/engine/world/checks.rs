//! Health checks of steered addresses.
//!
//! A check probes for ever, but nothing new can come of it until a machine goes down or comes
//! back. So nothing is scheduled until then, and after that only what leads to a verdict: a
//! world still comes to rest.

use std::net::IpAddr;

use super::{EventId, NodeId, Upcoming, World};
use crate::dns::RrsetKey;
use crate::engine::health::{Condition, HealthCheck};
use crate::engine::policy::Health;
use crate::engine::{EventKind, Node, SimTime, Stream, Trace};

/// Probes of one verdict that are told at most: the first ones and the last.
const TOLD_PROBES: usize = 3;

/// The check of one address of a steered set.
#[derive(Clone, Debug)]
pub(super) struct Watch {
    /// The set.
    key: RrsetKey,
    /// The address.
    address: IpAddr,
    /// The rules.
    check: HealthCheck,
    /// What probes meet, and since when.
    conditions: Vec<(SimTime, Condition)>,
    /// What the check says now.
    is_healthy: bool,
    /// Grows with each change of condition; what was scheduled before counts no more.
    generation: u32,
    /// The last event that was told of it.
    last_event: Option<EventId>,
}

/// Something that becomes known about an address.
#[derive(Clone, Copy, Debug)]
pub(super) struct CheckNews {
    /// Which watch.
    watch: usize,
    /// Its generation when this was scheduled.
    generation: u32,
    /// What.
    what: News,
}

/// What becomes known.
#[derive(Clone, Copy, Debug)]
enum News {
    /// A probe that will count.
    Probe {
        /// What it met.
        met: Condition,
        /// Its number in the row.
        count: u32,
        /// How many it takes.
        needed: u32,
    },
    /// The check changed its mind.
    Verdict {
        /// What it says now.
        healthy: bool,
        /// How many checkers say healthy.
        in_favour: u32,
    },
}

impl World {
    /// Lets a check watch an address of a steered set, as it has done for long before the run:
    /// it knows by now how the machine at the address is.
    pub fn watch(&mut self, key: RrsetKey, address: IpAddr, check: HealthCheck) {
        let condition = self.condition_of(address);
        let is_healthy = condition == Condition::Up;
        let check = HealthCheck {
            begins_healthy: is_healthy,
            ..check
        };
        self.checks.push(Watch {
            key,
            address,
            check,
            conditions: vec![(self.now, condition)],
            is_healthy,
            generation: 0,
            last_event: None,
        });
    }

    /// What a check says of an address of a steered set.
    pub fn health_of(&self, key: &RrsetKey, address: IpAddr) -> Health {
        let watch = { self.checks.iter() }.find(|w| w.key == *key && w.address == address);
        match watch.map(|watch| watch.is_healthy) {
            None => Health::Unchecked,
            Some(true) => Health::Healthy,
            Some(false) => Health::Unhealthy,
        }
    }

    /// The check that watches an address of a steered set, if one does.
    pub fn check_of(&self, key: &RrsetKey, address: IpAddr) -> Option<&HealthCheck> {
        let watch = { self.checks.iter() }.find(|w| w.key == *key && w.address == address);
        watch.map(|watch| &watch.check)
    }

    /// What a probe of an address meets now.
    fn condition_of(&self, address: IpAddr) -> Condition {
        match self.node_at(address) {
            Some(id) if !self.is_down(id) => Condition::Up,
            _ => Condition::Silent,
        }
    }

    /// Schedules what checks will find, where the machine they watch has changed.
    pub(super) fn recheck(&mut self) {
        let (now, seed) = (self.now, self.network.seed());
        for index in 0..self.checks.len() {
            let condition = self.condition_of(self.checks[index].address);
            let watch = &mut self.checks[index];
            if watch
                .conditions
                .last()
                .is_some_and(|(_, c)| *c == condition)
            {
                continue;
            }
            watch.conditions.push((now, condition));
            watch.generation += 1;
            let (generation, check) = (watch.generation, watch.check);
            let label = format!(
                "check:{}:{}:{}",
                watch.key.owner, watch.key.rtype, watch.address
            );
            // The whole history is gone through again: its phases come from the same stream,
            // so what has been found before is found again.
            let mut random = Stream::new(seed, &label);
            let until = now + check.settling_time();
            let verdicts = check.verdicts(&mut random, &watch.conditions, until);
            let Some(node) = self.steering_server(&self.checks[index].key) else {
                continue;
            };
            for verdict in verdicts.into_iter().filter(|verdict| verdict.at > now) {
                let mut plan = |at, what| {
                    let news = CheckNews {
                        watch: index,
                        generation,
                        what,
                    };
                    self.schedule(at, node, Upcoming::Check(news));
                };
                let needed = verdict.probes.len();
                // Of several checkers the one that tips the scales is of no more weight.
                let told = if check.checkers == 1 { needed } else { 0 };
                for (number, probe) in verdict.probes.iter().enumerate().take(told) {
                    let is_told = number + 1 < TOLD_PROBES || number + 1 == needed;
                    if is_told && probe.known_at > now {
                        let what = News::Probe {
                            met: probe.met,
                            count: number as u32 + 1,
                            needed: needed as u32,
                        };
                        plan(probe.known_at, what);
                    }
                }
                let what = News::Verdict {
                    healthy: verdict.healthy,
                    in_favour: verdict.in_favour,
                };
                plan(verdict.at, what);
            }
        }
    }

    /// The first server that has a policy for a set.
    fn steering_server(&self, key: &RrsetKey) -> Option<NodeId> {
        self.node_ids().find(|id| {
            matches!(self.node(*id), Node::Authoritative(server) if server.steered(key).is_some())
        })
    }

    /// Whether news of a check are out of date: the machine has changed since.
    pub(super) fn is_outdated(&self, news: CheckNews) -> bool {
        self.checks
            .get(news.watch)
            .is_none_or(|watch| watch.generation != news.generation)
    }

    /// Takes note of news of a check.
    pub(super) fn hear(&mut self, node: NodeId, news: CheckNews, trace: &mut Trace) {
        let now = self.now;
        let Some(watch) = self.checks.get_mut(news.watch) else {
            return;
        };
        let (owner, address) = (watch.key.owner.clone(), watch.address);
        let since = watch.conditions.last().map_or(now, |(since, _)| *since);
        let kind = match news.what {
            News::Probe { met, count, needed } => EventKind::EndpointProbed {
                owner,
                address,
                met,
                count,
                needed,
            },
            News::Verdict { healthy, in_favour } => {
                watch.is_healthy = healthy;
                EventKind::HealthChanged {
                    owner,
                    address,
                    healthy,
                    in_favour,
                    checkers: watch.check.checkers,
                    since: now.since(since),
                }
            }
        };
        let event = trace.push(now, node, watch.last_event, kind);
        watch.last_event = match news.what {
            News::Probe { .. } => event,
            News::Verdict { .. } => None,
        };
        if let News::Verdict { healthy, .. } = news.what {
            let key = watch.key.clone();
            let health = if healthy {
                Health::Healthy
            } else {
                Health::Unhealthy
            };
            self.change_pools(&key, |pool| {
                pool.change(address, |endpoint| {
                    if endpoint.health != Health::Drained {
                        endpoint.health = health;
                    }
                });
            });
        }
    }
}
