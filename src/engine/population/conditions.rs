//! What holds when: the service as the timeline makes it, cut into regimes.
//!
//! None of it depends on the clients, so it is computed once, before them.

use std::net::IpAddr;

use super::{Change, Population};
use crate::engine::policy::{Policy, Pool};
use crate::engine::world::travel_ms;
use crate::engine::{Coordinates, NetworkConfig};

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
    /// Whether a machine serves at its end.
    pub(super) serves: bool,
    /// The round trip in milliseconds.
    pub(super) round_trip_ms: f64,
}

/// One state of a provider's records.
#[derive(Clone, Debug)]
pub(super) struct Version {
    /// The endpoints with the health they have.
    pub(super) pool: Pool,
    /// How they are chosen.
    pub(super) policy: Policy,
    /// The index by which series count, for each endpoint of the pool.
    pub(super) addresses: Vec<u16>,
    /// Whether the same asker always gets the same answer.
    pub(super) is_settled: bool,
}

/// All regimes and versions of a run.
#[derive(Clone, Debug)]
pub(super) struct Conditions {
    /// The regimes in order; the first begins with the run.
    pub(super) regimes: Vec<Regime>,
    /// The versions they name.
    pub(super) versions: Vec<Version>,
}

impl Conditions {
    /// What a population's service goes through.
    pub(super) fn new(population: &Population, addresses: &[IpAddr]) -> Self {
        let service = &population.service;
        let records = (service.pool.clone(), service.policy.clone());
        let mut state = State {
            records: vec![records; service.providers.len()],
            up: vec![true; service.providers.len()],
            demand: vec![1.0; population.clients.len()],
        };
        let mut conditions = Self {
            regimes: Vec::new(),
            versions: Vec::new(),
        };
        conditions.begin(0, &state, population, addresses);
        let end = population.duration.as_micros();
        for (at, change) in &population.timeline {
            state.apply(change);
            let at = at.as_micros();
            if at < end {
                conditions.begin(at, &state, population, addresses);
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
        let version = state.records.iter();
        let version = version
            .map(|records| self.version(records, addresses))
            .collect();
        let ways = |at: Coordinates| {
            let ways = addresses.iter().map(|&address| state.way(at, address));
            ways.collect()
        };
        let clients = population.clients.iter();
        let rates = clients.clone().zip(&state.demand);
        let regime = Regime {
            start: at,
            up: state.up.clone(),
            version,
            ways: clients.map(|group| ways(group.at)).collect(),
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
    fn version(&mut self, (pool, policy): &(Pool, Policy), addresses: &[IpAddr]) -> usize {
        let same = |known: &Version| known.pool == *pool && known.policy == *policy;
        if let Some(index) = self.versions.iter().position(same) {
            return index;
        }
        let endpoints = pool.endpoints().iter();
        let index_of = |address| addresses.iter().position(|&known| known == address);
        self.versions.push(Version {
            pool: pool.clone(),
            policy: policy.clone(),
            addresses: endpoints
                .map(|endpoint| index_of(endpoint.address).unwrap_or(0) as u16)
                .collect(),
            is_settled: policy.is_settled(),
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
            Change::SetDemand { group, factor } => {
                for known in named(&mut self.demand, *group) {
                    *known = *factor;
                }
            }
        }
    }

    /// The way from a place to an address.
    fn way(&self, from: Coordinates, address: IpAddr) -> Way {
        let endpoints = self.records.iter().flat_map(|(pool, _)| pool.endpoints());
        let mut known = endpoints.filter(|endpoint| endpoint.address == address);
        let place = known.find_map(|endpoint| endpoint.coordinates);
        Way {
            serves: true,
            round_trip_ms: place.map_or(0.0, |at| round_trip_ms(from, at)),
        }
    }
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
