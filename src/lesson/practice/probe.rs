//! Single questions: who asks through which resolver, and where they are sent.

use std::net::IpAddr;

use ipnet::IpNet;
use serde::{Deserialize, Serialize};

use super::{Plan, Problem};
use crate::engine::Stream;
use crate::engine::policy::{Asker, PlaceTable, Source, Step};
use crate::engine::population::Population;

/// How many times each question is asked, as some policies draw lots.
const ASKED: u32 = 40;

/// Somebody who asks.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Probe {
    /// Who and through which resolver: "Paris, behind a resolver in Virginia".
    pub title: String,
    /// The address the query comes from.
    pub resolver: IpAddr,
    /// The network the resolver tells, if it tells one.
    pub told: Option<IpNet>,
    /// The addresses it should be sent to; empty if any will do.
    pub to: Vec<IpAddr>,
    /// Where that is, in a few words: "the data center in Frankfurt".
    pub wanted: String,
    /// Whether the learner is not told of it.
    pub is_hidden: bool,
}

/// Where a probe was sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProbeResult {
    /// The index of the probe.
    pub probe: usize,
    /// How many of the answers were right.
    pub right: u32,
    /// How many answers there were.
    pub asked: u32,
    /// What a wrong answer led to: an address, or nothing.
    pub wrong: Option<Option<IpAddr>>,
    /// What the server took the place from, where it looked at it.
    pub by: Option<Source>,
}

impl ProbeResult {
    /// Whether every answer was right.
    pub fn is_right(&self) -> bool {
        self.right == self.asked
    }
}

/// Asks everything, of the service as it is at the start of a run.
pub(super) fn ask_all(
    problem: &Problem,
    plan: &Plan,
    population: &Population,
    seed: u64,
) -> Vec<ProbeResult> {
    let places = PlaceTable::modelled();
    let pool = &population.service.pool;
    let mut random = Stream::new(seed, "practice: probes");
    let probes = problem.probes.iter().enumerate().map(|(index, probe)| {
        let told = probe.told.filter(|_| plan.ecs);
        let mut asker = match told {
            Some(network) => Asker::with_subnet(probe.resolver, network),
            None => Asker::resolver(probe.resolver),
        };
        let mut result = ProbeResult {
            probe: index,
            right: 0,
            asked: ASKED,
            wrong: None,
            by: None,
        };
        for turn in 0..ASKED {
            asker.turn = turn as u16;
            let decision = population
                .service
                .policy
                .decide(pool, &asker, &places, &mut random);
            let first = decision.addresses(pool).first().copied();
            let is_right =
                first.is_some_and(|address| probe.to.is_empty() || probe.to.contains(&address));
            if is_right {
                result.right += 1;
            } else {
                result.wrong = Some(first);
            }
            result.by = decision.steps.iter().find_map(|step| match step {
                Step::Located { source, .. } => Some(*source),
                _ => None,
            });
        }
        result
    });
    probes.collect()
}
