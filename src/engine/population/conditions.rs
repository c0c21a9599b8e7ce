//! What holds when: the service as the timeline makes it, cut into regimes.
//!
//! None of it depends on the clients, so it is computed once, before them.

use std::collections::BTreeSet;
use std::net::IpAddr;

use super::{Change, Population};
use crate::dns::RrsetKey;
use crate::engine::anycast::Anycast;
use crate::engine::health::Condition;
use crate::engine::order::sort_by_key;
use crate::engine::policy::{Health, Policy, PolicySets, Pool};
use crate::engine::world::travel_ms;
use crate::engine::{Coordinates, NetworkConfig, SimTime, Stream};

/// The service between two changes.
#[derive(Clone, Debug)]
pub(super) struct Regime {
    /// Its first microsecond.
    pub(super) start: u64,
    /// Which providers answer.
    pub(super) up: Vec<bool>,
    /// Which version of the records each provider has.
    pub(super) version: Vec<usize>,
    /// How requests to an address fare: by client group, then by address.
    pub(super) ways: Vec<Vec<Way>>,
    /// Requests per microsecond of one client, by group.
    pub(super) rates: Vec<f64>,
}

/// The way from the clients of a group to an address.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Way {
    /// The share of requests that a machine serves: 1 or 0, and in between while only some of
    /// the group's networks have heard of a new route.
    pub(super) served: f64,
    /// The round trip in milliseconds.
    pub(super) round_trip_ms: f64,
    /// Whether a machine refuses what it does not serve, so that a client need not wait.
    pub(super) refuses: bool,
}

/// One state of a provider's records.
#[derive(Clone, Debug)]
pub(super) struct Version {
    /// The endpoints with the health they have.
    pub(super) pool: Pool,
    /// How they are chosen.
    pub(super) policy: Policy,
    /// The whole tree, if endpoints lead to other sets; none as a rule.
    pub(super) tree: Option<Tree>,
    /// The index by which series count, for each endpoint of the pool.
    pub(super) addresses: Vec<u16>,
    /// Whether the same asker always gets the same answer.
    pub(super) is_settled: bool,
}

/// The sets that a name leads to.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Tree {
    /// The set of the name.
    pub(super) root: RrsetKey,
    /// All sets, with the health their endpoints have.
    pub(super) sets: PolicySets,
}

/// All regimes and versions of a run.
#[derive(Clone, Debug)]
pub(super) struct Conditions {
    /// The regimes in order; the first begins with the run.
    pub(super) regimes: Vec<Regime>,
    /// The versions they name.
    pub(super) versions: Vec<Version>,
    /// When the check changed its mind about an address: when, which, and whether it is healthy.
    pub(super) verdicts: Vec<(u64, usize, bool)>,
}

/// Why a new regime begins.
enum Mark<'p> {
    /// Something is done.
    Change(&'p Change),
    /// The check changes its mind about an address.
    Verdict(usize, bool),
    /// A network hears of a route.
    Route,
}

impl Conditions {
    /// What a population's service goes through. Chances are those of health checks.
    pub(super) fn new(population: &Population, addresses: &[IpAddr], seed: u64) -> Self {
        let service = &population.service;
        let begins_healthy = service.check.map(|check| check.begins_healthy);
        let records = (service.pool.clone(), service.policy.clone());
        let anycast = announcements(population);
        let verdicts = verdicts(population, addresses.len(), seed);
        let mut marks: Vec<(u64, Mark<'_>)> = Vec::new();
        let changes = population.timeline.iter();
        marks.extend(changes.map(|(at, change)| (at.as_micros(), Mark::Change(change))));
        let judged = verdicts.iter();
        marks.extend(judged.map(|&(at, which, healthy)| (at, Mark::Verdict(which, healthy))));
        let routes = moments(population, &anycast);
        marks.extend(routes.into_iter().map(|at| (at, Mark::Route)));
        sort_by_key(&mut marks, |(at, _)| *at);
        let mut state = State {
            records: vec![records; service.providers.len()],
            up: vec![true; service.providers.len()],
            demand: vec![1.0; population.clients.len()],
            machines: vec![Condition::Up; addresses.len()],
            healthy: begins_healthy.map(|healthy| vec![healthy; addresses.len()]),
            anycast,
        };
        let mut conditions = Self {
            regimes: Vec::new(),
            versions: Vec::new(),
            verdicts,
        };
        conditions.begin(0, &state, population, addresses);
        let end = population.duration.as_micros();
        for (at, mark) in &marks {
            match mark {
                Mark::Change(change) => state.apply(change),
                Mark::Verdict(address, healthy) => {
                    let known = state.healthy.as_mut().and_then(|all| all.get_mut(*address));
                    if let Some(known) = known {
                        *known = *healthy;
                    }
                }
                Mark::Route => {}
            }
            if *at < end {
                conditions.begin(*at, &state, population, addresses);
            }
        }
        conditions
    }

    /// The regime of a moment.
    pub(super) fn regime_at(&self, micros: u64) -> usize {
        let later = self
            .regimes
            .partition_point(|regime| regime.start <= micros);
        later.saturating_sub(1)
    }

    /// Begins a regime; changes of one moment make one regime.
    fn begin(&mut self, at: u64, state: &State, population: &Population, addresses: &[IpAddr]) {
        let records = state.records.iter();
        let version = records
            .map(|records| self.version(state, records, &population.service.branches, addresses))
            .collect();
        let ways = |index: usize| {
            let known = addresses.iter().enumerate();
            let way = |(which, &address)| state.way(population, index, which, address, at);
            known.map(way).collect()
        };
        let rates = population.clients.iter().zip(&state.demand);
        let regime = Regime {
            start: at,
            up: state.up.clone(),
            version,
            ways: (0..population.clients.len()).map(ways).collect(),
            rates: rates
                .map(|(group, factor)| sound_rate(group.rate * factor))
                .collect(),
        };
        match self.regimes.last_mut() {
            Some(last) if last.start >= at => {
                *last = Regime {
                    start: last.start,
                    ..regime
                }
            }
            _ => self.regimes.push(regime),
        }
    }

    /// The index of a version; a new one if it was not there before.
    fn version(
        &mut self,
        state: &State,
        records: &(Pool, Policy),
        branches: &[(Pool, Policy)],
        addresses: &[IpAddr],
    ) -> usize {
        let (pool, policy) = state.judged(records, addresses);
        let tree = pool.leads_on().then(|| {
            let mut sets = PolicySets::default();
            sets.insert(pool.clone(), policy.clone());
            for branch in branches {
                let (pool, policy) = state.judged(branch, addresses);
                sets.insert(pool, policy);
            }
            let root = pool.key();
            Tree { root, sets }
        });
        let same =
            |known: &Version| known.pool == pool && known.policy == policy && known.tree == tree;
        if let Some(index) = self.versions.iter().position(same) {
            return index;
        }
        let endpoints = pool.endpoints().iter();
        let index_of = |address| addresses.iter().position(|&known| Some(known) == address);
        let is_settled = policy.is_settled() && { tree.iter() }
            .all(|tree| tree.sets.iter().all(|(_, policy)| policy.is_settled()));
        self.versions.push(Version {
            addresses: endpoints
                .map(|endpoint| index_of(endpoint.address()).unwrap_or(0) as u16)
                .collect(),
            is_settled,
            pool,
            policy,
            tree,
        });
        self.versions.len() - 1
    }
}

/// Requests per microsecond from requests per second; what is no number counts as none.
fn sound_rate(per_second: f64) -> f64 {
    if per_second.is_finite() {
        per_second.max(0.0) / 1e6
    } else {
        0.0
    }
}

/// What the timeline has made of the service so far.
struct State {
    /// The records and the policy of each provider.
    records: Vec<(Pool, Policy)>,
    /// Which providers answer.
    up: Vec<bool>,
    /// Times the own rate of each client group.
    demand: Vec<f64>,
    /// The machine behind each address.
    machines: Vec<Condition>,
    /// What the check says of each address, if there is one.
    healthy: Option<Vec<bool>>,
    /// Anycast addresses with all that their sites will do.
    anycast: Vec<(usize, Anycast)>,
}

impl State {
    /// Carries out a change; one that names what is not there changes nothing.
    fn apply(&mut self, change: &Change) {
        match change {
            Change::SetPool { provider, pool } => {
                for (known, _) in named(&mut self.records, *provider) {
                    known.clone_from(pool);
                }
            }
            Change::SetPolicy { provider, policy } => {
                for (_, known) in named(&mut self.records, *provider) {
                    known.clone_from(policy);
                }
            }
            Change::SetProviderUp { provider, up } => {
                for known in named(&mut self.up, Some(*provider)) {
                    *known = *up;
                }
            }
            Change::SetCondition { address, condition } => {
                for known in named(&mut self.machines, Some(*address)) {
                    *known = *condition;
                }
            }
            // The addresses know what their sites do when.
            Change::SetAnnounced { .. } | Change::SetSiteUp { .. } => {}
            Change::SetDemand { group, factor } => {
                for known in named(&mut self.demand, *group) {
                    *known = *factor;
                }
            }
        }
    }

    /// Records with the health the check sees.
    fn judged(&self, records: &(Pool, Policy), addresses: &[IpAddr]) -> (Pool, Policy) {
        let (mut pool, policy) = records.clone();
        if let Some(healthy) = &self.healthy {
            for index in 0..pool.endpoints().len() {
                if pool.endpoints()[index].health == Health::Unchecked {
                    continue;
                }
                let address = pool.endpoints()[index].address();
                let known = addresses.iter().position(|&known| Some(known) == address);
                let health = match known.and_then(|known| healthy.get(known)) {
                    Some(false) => Health::Unhealthy,
                    _ => Health::Healthy,
                };
                pool.set_health(index, health);
            }
        }
        (pool, policy)
    }

    /// The way from the clients of a group to an address at a moment.
    fn way(
        &self,
        population: &Population,
        group: usize,
        which: usize,
        address: IpAddr,
        at: u64,
    ) -> Way {
        let clients = &population.clients[group];
        let machine = self.machines.get(which).copied().unwrap_or(Condition::Up);
        let works = machine == Condition::Up;
        let refuses = machine == Condition::Refusing;
        let found = self.anycast.iter().find(|(known, _)| *known == which);
        if let Some((_, anycast)) = found {
            let way = anycast_way(population, group, anycast, at);
            let served = if works { way.served } else { 0.0 };
            return Way {
                served,
                refuses,
                ..way
            };
        }
        // A record taken back leads to the machine all the same.
        let now = self.records.iter().map(|(pool, _)| pool);
        let ever = population
            .timeline
            .iter()
            .filter_map(|(_, change)| match change {
                Change::SetPool { pool, .. } => Some(pool),
                _ => None,
            });
        let pools = now.chain(population.service.pools()).chain(ever);
        let mut known = pools
            .flat_map(Pool::endpoints)
            .filter(|endpoint| endpoint.address() == Some(address));
        let place = known.find_map(|endpoint| endpoint.coordinates);
        Way {
            served: if works { 1.0 } else { 0.0 },
            round_trip_ms: place.map_or(0.0, |to| round_trip_ms(clients.at, to)),
            refuses,
        }
    }
}

/// Networks of one group that are told apart in routing, at most.
const NETWORKS: u32 = 64;

/// The numbers of the networks that a group's clients are in, as routing sees them.
fn networks(population: &Population, group: usize) -> impl Iterator<Item = u64> {
    let count = population.clients[group].prefixes.clamp(1, NETWORKS);
    (0..u64::from(count)).map(move |network| (group as u64) << 32 | network)
}

/// The way from the clients of a group to the sites of an anycast address at a moment.
fn anycast_way(population: &Population, group: usize, anycast: &Anycast, at: u64) -> Way {
    let from = population.clients[group].at;
    let (mut all, mut served, mut millis) = (0.0, 0.0, 0.0);
    for network in networks(population, group) {
        all += 1.0;
        let reach = anycast.reach_of(from, network, SimTime::from_micros(at));
        let site = reach.site.and_then(|site| anycast.sites().get(site));
        if let Some(site) = site.filter(|_| reach.delivered) {
            served += 1.0;
            millis += round_trip_ms(from, site.coordinates);
        }
    }
    Way {
        served: served / all,
        round_trip_ms: if served > 0.0 { millis / served } else { 0.0 },
        refuses: false,
    }
}

/// The anycast addresses with all that the timeline makes their sites do.
fn announcements(population: &Population) -> Vec<(usize, Anycast)> {
    let mut all = population.service.anycast.clone();
    for (at, change) in &population.timeline {
        let (Change::SetAnnounced { address, .. } | Change::SetSiteUp { address, .. }) = change
        else {
            continue;
        };
        for (_, anycast) in all.iter_mut().filter(|(known, _)| known == address) {
            match change {
                Change::SetAnnounced {
                    site, announced, ..
                } => {
                    anycast.announce(*site, *announced, *at);
                }
                Change::SetSiteUp { site, up, .. } => anycast.set_up(*site, *up, *at),
                _ => {}
            }
        }
    }
    all
}

/// When networks hear of routes, in whole seconds rounded up, so that a convergence takes some
/// steps and not thousands.
fn moments(population: &Population, anycast: &[(usize, Anycast)]) -> BTreeSet<u64> {
    let mut moments = BTreeSet::new();
    for group in 0..population.clients.len() {
        let from = population.clients[group].at;
        for network in networks(population, group) {
            for (_, anycast) in anycast {
                let legs = anycast.routes_of(from, network);
                let heard = legs.iter().skip(1).map(|leg| leg.from.as_micros());
                moments.extend(heard.map(|at| at.div_ceil(1_000_000).saturating_mul(1_000_000)));
            }
        }
    }
    moments
}

/// What the check says of each address over time.
fn verdicts(population: &Population, addresses: usize, seed: u64) -> Vec<(u64, usize, bool)> {
    let Some(check) = population.service.check else {
        return Vec::new();
    };
    let until = SimTime::ZERO + population.duration;
    let mut all = Vec::new();
    for which in 0..addresses {
        let mut met = vec![(SimTime::ZERO, Condition::Up)];
        met.extend(
            population
                .timeline
                .iter()
                .filter_map(|(at, change)| match change {
                    Change::SetCondition { address, condition } if *address == which => {
                        Some((*at, *condition))
                    }
                    _ => None,
                }),
        );
        let mut random = Stream::new(seed, &format!("crowd-check:{which}"));
        let verdicts = check.verdicts(&mut random, &met, until);
        all.extend(
            verdicts
                .iter()
                .map(|v| (v.at.as_micros(), which, v.healthy)),
        );
    }
    sort_by_key(&mut all, |&(at, ..)| at);
    all
}

/// The one that is named, or all.
fn named<T>(all: &mut [T], index: Option<usize>) -> &mut [T] {
    match index {
        None => all,
        Some(index) => all.get_mut(index..=index).unwrap_or_default(),
    }
}

/// There and back between two places, in milliseconds.
pub(super) fn round_trip_ms(from: Coordinates, to: Coordinates) -> f64 {
    2.0 * travel_ms(from.distance_km(to), NetworkConfig::default().stretch)
}
