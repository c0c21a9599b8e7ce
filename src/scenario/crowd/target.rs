//! What a knob of a crowd acts on.

use serde::{Deserialize, Serialize};

use super::spec::{Crowd, CrowdAct};
use crate::dns::Ttl;
use crate::engine::health::HealthCheck;
use crate::engine::policy::Policy;
use crate::engine::{SimDuration, SimTime, TtlPolicy};

/// The weights of all endpoints add up to this where one of them has a percentage.
const WHOLE_WEIGHT: f64 = 10_000.0;
/// The bits of an address that are told with Client Subnet ([RFC 7871 §11.1](https://www.rfc-editor.org/rfc/rfc7871#section-11.1)).
const SUBNET_BITS: (u8, u8) = (24, 56);

/// What a knob of a crowd acts on. Parts are named by index; no index means all of a kind.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum CrowdTarget {
    /// The TTL of the records, in seconds.
    Ttl,
    /// The weight of an endpoint.
    Weight(usize),
    /// The percentage that an endpoint's weight is of all weights; the others share the rest
    /// as they did.
    Percent(usize),
    /// The bias of an endpoint's catchment, plus 100 so that it is not negative.
    Bias(usize),
    /// The time between two probes, in seconds.
    CheckInterval,
    /// How many probes in a row must fail.
    CheckFailures,
    /// How long a probe waits, in seconds.
    CheckTimeout,
    /// How long applications keep any answer, in seconds; at 0 they keep none.
    BrowserHold,
    /// The shortest life resolvers grant, in seconds.
    ResolverFloor(Option<usize>),
    /// The longest life resolvers grant, in seconds.
    ResolverCap(Option<usize>),
    /// How many resolvers a group has.
    ResolverCount(usize),
    /// For how long resolvers answer with expired data, in seconds.
    Stale(Option<usize>),
    /// Whether resolvers tell the client's network, 0 or 1.
    Ecs(Option<usize>),
    /// How many clients there are; groups keep their proportions.
    Clients(Option<usize>),
    /// Requests of one client in an hour.
    Rate(Option<usize>),
    /// How many prefixes the clients of a group fill.
    Prefixes(Option<usize>),
    /// The percentage of a client group that asks a resolver group; its other resolvers share
    /// the rest as they did.
    Share {
        /// The client group.
        clients: usize,
        /// The resolver group.
        resolver: usize,
    },
    /// When a change is made, in seconds from the start.
    ChangeAt(usize),
    /// Whether a change is made at all, 0 or 1.
    ChangeOn(usize),
    /// The figure of a change: its TTL, its weight or its factor.
    ChangeValue(usize),
    /// Round trips of a request.
    RoundTrips,
    /// One of several values.
    Choice {
        /// The client or resolver group it is for.
        group: Option<usize>,
        /// What can be chosen; the knob's number is the index.
        choices: Vec<CrowdChoice>,
    },
}

/// Something to choose.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CrowdChoice {
    /// What the page calls it.
    pub title: String,
    /// What it sets.
    pub value: ChoiceValue,
}

/// What a choice sets.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum ChoiceValue {
    /// How records are chosen.
    Policy(Policy),
    /// How endpoints are checked.
    Check(Option<HealthCheck>),
    /// The cache of the application.
    Browser(Option<TtlPolicy>),
    /// The cache of the OS stub.
    Stub(Option<TtlPolicy>),
    /// The cache of the resolver.
    Resolver(TtlPolicy),
}

impl CrowdTarget {
    /// Whether its number is 0 for off and 1 for on.
    pub fn is_switch(&self) -> bool {
        matches!(self, Self::Ecs(_) | Self::ChangeOn(_))
    }

    /// The names of what can be chosen; empty where the number is a figure.
    pub fn choices(&self) -> &[CrowdChoice] {
        match self {
            Self::Choice { choices, .. } => choices,
            _ => &[],
        }
    }

    /// Sets the value in a crowd.
    pub(super) fn set(&self, crowd: &mut Crowd, value: f64) {
        // `as` saturates, and knobs keep to their range.
        let whole = value.round() as u32;
        let span = SimDuration::from_secs_f64(value);
        match self {
            Self::Ttl => crowd.ttl = Ttl::from_secs(whole),
            Self::Weight(index) => crowd.endpoints[*index].endpoint.weight = whole,
            Self::Percent(index) => set_percent(crowd, *index, value),
            Self::Bias(index) => {
                crowd.endpoints[*index].endpoint.bias = (value - 100.0).clamp(-99.0, 99.0) as i8;
            }
            Self::CheckInterval => with(&mut crowd.check, |check| check.interval = span),
            Self::CheckFailures => with(&mut crowd.check, |check| check.down_after = whole),
            Self::CheckTimeout => with(&mut crowd.check, |check| check.timeout = span),
            Self::BrowserHold => {
                for group in &mut crowd.clients {
                    let browser = group.it.browser.unwrap_or(TtlPolicy::HONEST);
                    let hold = Some(whole);
                    group.it.browser = (whole > 0).then_some(TtlPolicy { hold, ..browser });
                }
            }
            Self::ResolverFloor(group) => {
                each(&mut crowd.resolvers, *group, |it| {
                    it.it.policy.floor = whole
                });
            }
            Self::ResolverCap(group) => {
                each(&mut crowd.resolvers, *group, |it| it.it.policy.cap = whole);
            }
            Self::ResolverCount(group) => {
                each(&mut crowd.resolvers, Some(*group), |it| {
                    it.it.count = whole.max(1)
                });
            }
            Self::Stale(group) => {
                each(&mut crowd.resolvers, *group, |it| it.it.stale_for = span);
            }
            Self::Ecs(group) => each(&mut crowd.resolvers, *group, |it| {
                it.it.subnet =
                    (value >= 0.5).then_some(subnet_bits(it.it.network.addr().is_ipv4()));
            }),
            Self::Clients(Some(group)) => {
                each(&mut crowd.clients, Some(*group), |it| it.it.count = whole);
            }
            Self::Clients(None) => crowd.resize(whole),
            Self::Rate(group) => {
                each(&mut crowd.clients, *group, |it| it.it.rate = value / 3600.0);
            }
            Self::Prefixes(group) => {
                each(&mut crowd.clients, *group, |it| {
                    it.it.prefixes = whole.max(1)
                });
            }
            Self::Share { clients, resolver } => {
                let shares = &mut crowd.clients[*clients].it.resolvers;
                set_share(shares, *resolver, value / 100.0);
            }
            Self::ChangeAt(index) => crowd.timeline[*index].at = SimTime::ZERO + span,
            Self::ChangeOn(index) => crowd.timeline[*index].is_on = value >= 0.5,
            Self::ChangeValue(index) => match &mut crowd.timeline[*index].act {
                CrowdAct::Ttl { seconds } => *seconds = whole,
                CrowdAct::Weight { weight, .. } => *weight = whole,
                CrowdAct::Demand { factor, .. } => *factor = value,
                _ => {}
            },
            Self::RoundTrips => crowd.round_trips = whole,
            Self::Choice { group, choices } => {
                let index = (whole as usize).min(choices.len().saturating_sub(1));
                if let Some(choice) = choices.get(index) {
                    choose(crowd, *group, &choice.value);
                }
            }
        }
    }
}

/// The bits of an address that are told.
pub(super) fn subnet_bits(is_ipv4: bool) -> u8 {
    if is_ipv4 {
        SUBNET_BITS.0
    } else {
        SUBNET_BITS.1
    }
}

/// Changes a check if there is one.
fn with(check: &mut Option<HealthCheck>, change: impl FnOnce(&mut HealthCheck)) {
    if let Some(check) = check {
        change(check);
    }
}

/// Changes one group or all.
fn each<T>(groups: &mut [T], index: Option<usize>, mut change: impl FnMut(&mut T)) {
    for (position, group) in groups.iter_mut().enumerate() {
        if index.is_none_or(|index| index == position) {
            change(group);
        }
    }
}

/// Gives an endpoint a percentage of all weights, and the others the rest as they shared it.
fn set_percent(crowd: &mut Crowd, index: usize, percent: f64) {
    let others = { crowd.endpoints.iter().enumerate() }
        .filter(|(position, one)| *position != index && one.is_listed);
    let sum: f64 = others.map(|(_, one)| f64::from(one.endpoint.weight)).sum();
    let own = WHOLE_WEIGHT * percent / 100.0;
    for (position, one) in crowd.endpoints.iter_mut().enumerate() {
        let share = f64::from(one.endpoint.weight) / sum.max(1.0);
        let weight = if position == index {
            own
        } else {
            (WHOLE_WEIGHT - own) * share
        };
        one.endpoint.weight = weight.round() as u32;
    }
}

/// Gives a resolver group a share, and the others the rest as they shared it.
fn set_share(shares: &mut Vec<(usize, f64)>, resolver: usize, share: f64) {
    shares.retain(|(index, _)| *index != resolver);
    let sum: f64 = shares.iter().map(|(_, share)| share).sum();
    for (_, other) in shares.iter_mut() {
        *other *= (1.0 - share) / sum;
    }
    shares.push((resolver, share));
    // Who has no share is not asked.
    shares.retain(|(_, share)| *share > 0.0);
}

/// Sets what was chosen.
fn choose(crowd: &mut Crowd, group: Option<usize>, value: &ChoiceValue) {
    match value {
        ChoiceValue::Policy(policy) => crowd.policy = policy.clone(),
        ChoiceValue::Check(check) => crowd.check = *check,
        ChoiceValue::Browser(cache) => each(&mut crowd.clients, group, |it| it.it.browser = *cache),
        ChoiceValue::Stub(cache) => each(&mut crowd.clients, group, |it| it.it.stub = *cache),
        ChoiceValue::Resolver(cache) => {
            each(&mut crowd.resolvers, group, |it| it.it.policy = *cache);
        }
    }
}
