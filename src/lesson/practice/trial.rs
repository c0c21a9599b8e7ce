//! From a plan and a run to the crowd that is simulated.

use super::{Moment, Plan, PlanAct, Problem, Run};
use crate::engine::policy::Endpoint;
use crate::engine::{SimDuration, SimTime, Stream};
use crate::scenario::crowd::{Crowd, CrowdAct, CrowdChange};

/// The seed of a run in a round; round 0 has the seed of the file.
pub(super) fn seed(run: &Run, round: u32) -> u64 {
    run.seed
        .wrapping_add(u64::from(round).wrapping_mul(1_000_003))
}

/// How much later things happen in a run in this round: whole bins.
pub(super) fn shift(run: &Run, round: u32) -> SimDuration {
    let bin = run.crowd.bin.as_micros().max(1);
    let bins = run.shift.as_micros() / bin;
    let mut random = Stream::new(seed(run, round), "practice: shift");
    let late = (random.fraction() * (bins + 1) as f64) as u64;
    SimDuration::from_micros(late.min(bins).saturating_mul(bin))
}

/// The crowd of a run with the learner's records, policy, checks and timeline.
pub(super) fn crowd(problem: &Problem, run: &Run, plan: &Plan, round: u32) -> Crowd {
    let mut crowd = run.crowd.clone();
    let late = shift(run, round);
    for change in &mut crowd.timeline {
        change.at += late;
    }
    let first = &plan.stages[0];
    for one in &mut crowd.endpoints {
        let Some(address) = one.endpoint.address() else {
            continue;
        };
        one.is_listed = first.addresses.contains(&address);
        one.is_checked = true;
        if let Some(known) = plan
            .endpoints
            .iter()
            .find(|it| it.address() == Some(address))
        {
            let truly_at = one.endpoint.coordinates;
            one.endpoint = Endpoint {
                coordinates: known.coordinates.or(truly_at),
                ..known.clone()
            };
        }
    }
    crowd.ttl = first.ttl;
    crowd.policy = plan.policy.clone();
    crowd.check = plan.check;
    if !plan.ecs {
        for resolver in &mut crowd.resolvers {
            resolver.it.subnet = None;
        }
    }
    let add = |crowd: &mut Crowd, at: Moment, act: CrowdAct| {
        let at = time(problem, at);
        crowd.timeline.push(CrowdChange {
            at,
            provider: None,
            act,
            is_on: true,
        });
    };
    for pair in plan.stages.windows(2) {
        let (before, after) = (&pair[0], &pair[1]);
        for endpoint in 0..crowd.endpoints.len() {
            let Some(address) = crowd.endpoints[endpoint].endpoint.address() else {
                continue;
            };
            let listed = after.addresses.contains(&address);
            if listed != before.addresses.contains(&address) {
                add(&mut crowd, after.at, CrowdAct::List { endpoint, listed });
            }
        }
        if before.ttl != after.ttl {
            let seconds = after.ttl.as_secs();
            add(&mut crowd, after.at, CrowdAct::Ttl { seconds });
        }
    }
    for (at, act) in &plan.acts {
        let find = |address| {
            let mut endpoints = crowd.endpoints.iter();
            endpoints.position(|one| one.endpoint.address() == Some(address))
        };
        let act = match act {
            PlanAct::Serve(address, up) => {
                find(*address).map(|endpoint| CrowdAct::Serving { endpoint, up: *up })
            }
            PlanAct::Policy(policy) => Some(CrowdAct::Policy {
                policy: policy.clone(),
            }),
            PlanAct::Weight(address, weight) => find(*address).map(|endpoint| CrowdAct::Weight {
                endpoint,
                weight: *weight,
            }),
        };
        if let Some(act) = act {
            add(&mut crowd, *at, act);
        }
    }
    crowd
}

/// A moment of the problem in the time of its crowds.
pub(super) fn time(problem: &Problem, at: Moment) -> SimTime {
    SimTime::ZERO + SimDuration::from_secs_f64(at.0 - problem.from.0)
}
