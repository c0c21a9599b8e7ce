//! From a crowd under names to a population by index.

use std::net::IpAddr;

use super::spec::{Crowd, CrowdAct, CrowdChange, CrowdEndpoint};
use crate::dns::Ttl;
use crate::engine::anycast::{Anycast, AnycastSite};
use crate::engine::health::Condition;
use crate::engine::order::sort_by_key;
use crate::engine::policy::{Endpoint, Health, Policy, Pool};
use crate::engine::population::{
    Change, ClientGroup, Population, Provider, ResolverGroup, Service,
};

/// Decides which networks are quick to hear of new routes; the same in every run, as knobs are
/// to be compared.
const ROUTES_SEED: u64 = 1;

/// What one provider publishes.
#[derive(Clone, Debug, PartialEq)]
struct Published {
    ttl: Ttl,
    policy: Policy,
    endpoints: Vec<CrowdEndpoint>,
}

impl Crowd {
    /// The population, ready to run.
    ///
    /// # Errors
    /// If the endpoints make no pool: as a sentence. Those of a crowd's file do.
    pub fn population(&self) -> Result<Population, String> {
        let published = Published {
            ttl: self.ttl,
            policy: self.policy.clone(),
            endpoints: self.endpoints.clone(),
        };
        let pool = self.pool(&published)?;
        let mut copies = vec![published; self.providers.len().max(1)];
        let mut order: Vec<&CrowdChange> = self.timeline.iter().filter(|it| it.is_on).collect();
        // Stable: of two changes at one moment the first in the file comes first.
        sort_by_key(&mut order, |change| change.at);
        let mut timeline = Vec::new();
        for change in &order {
            for act in self.changes(change, &mut copies)? {
                timeline.push((change.at, act));
            }
        }
        let mut population = Population {
            duration: self.duration,
            bin: self.bin,
            service: Service {
                pool,
                policy: self.policy.clone(),
                branches: Vec::new(),
                providers: { self.providers.iter() }
                    .map(|named| -> Provider { named.it.clone() })
                    .collect(),
                check: self.check,
                anycast: Vec::new(),
                round_trips: self.round_trips,
                price_per_million: self.price_per_million,
            },
            resolvers: { self.resolvers.iter() }
                .map(|named| -> ResolverGroup { named.it.clone() })
                .collect(),
            clients: { self.clients.iter() }
                .map(|named| -> ClientGroup { named.it.clone() })
                .collect(),
            timeline,
        };
        // Machines are told by the index of their address, which takes all records to find.
        let addresses = population.addresses();
        for change in order {
            let machine = self.machine_change(&change.act, &addresses);
            population
                .timeline
                .extend(machine.map(|it| (change.at, it)));
        }
        sort_by_key(&mut population.timeline, |(at, _)| *at);
        population.service.anycast = self.anycast(&addresses);
        Ok(population)
    }

    /// The anycast addresses with their sites.
    fn anycast(&self, addresses: &[IpAddr]) -> Vec<(usize, Anycast)> {
        let all = self.endpoints.iter().filter(|one| !one.sites.is_empty());
        let known = all.filter_map(|one| {
            let address = one.endpoint.address()?;
            let index = addresses.iter().position(|known| *known == address)?;
            let sites = one.sites.iter().map(|site| AnycastSite {
                coordinates: site.it,
                extra_km: 0.0,
            });
            Some((index, Anycast::new(sites.collect(), ROUTES_SEED, &one.id)))
        });
        known.collect()
    }

    /// What happens to machines and sites; nothing to one that no record leads to.
    fn machine_change(&self, act: &CrowdAct, addresses: &[IpAddr]) -> Option<Change> {
        let index = |endpoint: usize| {
            let address = self.endpoints.get(endpoint)?.endpoint.address()?;
            addresses.iter().position(|known| *known == address)
        };
        Some(match *act {
            CrowdAct::Serving { endpoint, up } => Change::SetCondition {
                address: index(endpoint)?,
                condition: if up { Condition::Up } else { Condition::Silent },
            },
            CrowdAct::Refusing { endpoint } => Change::SetCondition {
                address: index(endpoint)?,
                condition: Condition::Refusing,
            },
            CrowdAct::Announce {
                endpoint,
                site,
                announced,
            } => Change::SetAnnounced {
                address: index(endpoint)?,
                site,
                announced,
            },
            CrowdAct::SiteServing { endpoint, site, up } => Change::SetSiteUp {
                address: index(endpoint)?,
                site,
                up,
            },
            _ => return None,
        })
    }

    /// The records of a provider.
    fn pool(&self, published: &Published) -> Result<Pool, String> {
        let listed = published.endpoints.iter().filter(|one| one.is_listed);
        let endpoints = listed.map(|one| Endpoint {
            health: match self.check {
                Some(_) if one.is_checked => Health::Healthy,
                _ => Health::Unchecked,
            },
            ..one.endpoint.clone()
        });
        let pool = Pool::new(
            self.name.clone(),
            self.rtype(),
            published.ttl,
            endpoints.collect(),
        );
        pool.map_err(|error| error.to_string())
    }

    /// What a change comes to, given what each provider publishes, which it updates.
    fn changes(
        &self,
        change: &CrowdChange,
        copies: &mut [Published],
    ) -> Result<Vec<Change>, String> {
        match &change.act {
            CrowdAct::Provider { provider, up } => Ok(vec![Change::SetProviderUp {
                provider: *provider,
                up: *up,
            }]),
            CrowdAct::Demand { group, factor } => Ok(vec![Change::SetDemand {
                group: *group,
                factor: *factor,
            }]),
            CrowdAct::Serving { .. }
            | CrowdAct::Refusing { .. }
            | CrowdAct::Announce { .. }
            | CrowdAct::SiteServing { .. } => Ok(Vec::new()),
            CrowdAct::Policy { policy } => {
                for copy in touched(change.provider, copies) {
                    copy.policy = policy.clone();
                }
                Ok(vec![Change::SetPolicy {
                    provider: change.provider,
                    policy: policy.clone(),
                }])
            }
            records => {
                for copy in touched(change.provider, copies) {
                    copy.edit(records);
                }
                self.publish(change.provider, copies)
            }
        }
    }

    /// The change by which providers publish their records anew.
    fn publish(
        &self,
        provider: Option<usize>,
        copies: &[Published],
    ) -> Result<Vec<Change>, String> {
        let is_one = copies
            .windows(2)
            .all(|pair| pair[0].endpoints == pair[1].endpoints && pair[0].ttl == pair[1].ttl);
        let indices: Vec<Option<usize>> = match provider {
            Some(index) => vec![Some(index)],
            None if is_one => vec![None],
            None => (0..copies.len()).map(Some).collect(),
        };
        let changes = indices.into_iter().filter_map(|provider| {
            let copy = copies.get(provider.unwrap_or(0))?;
            Some(
                self.pool(copy)
                    .map(|pool| Change::SetPool { provider, pool }),
            )
        });
        changes.collect()
    }
}

/// The copies a change is about.
fn touched(provider: Option<usize>, copies: &mut [Published]) -> &mut [Published] {
    match provider {
        Some(index) => copies.get_mut(index..=index).unwrap_or_default(),
        None => copies,
    }
}

impl Published {
    /// Changes the records.
    fn edit(&mut self, act: &CrowdAct) {
        let mut list = |endpoint: usize, listed: bool| {
            if let Some(one) = self.endpoints.get_mut(endpoint) {
                one.is_listed = listed;
            }
        };
        match act {
            CrowdAct::List { endpoint, listed } => list(*endpoint, *listed),
            CrowdAct::Replace { old, new } => {
                list(*old, false);
                list(*new, true);
            }
            CrowdAct::Ttl { seconds } => self.ttl = Ttl::from_secs(*seconds),
            CrowdAct::Weight { endpoint, weight } => {
                if let Some(one) = self.endpoints.get_mut(*endpoint) {
                    one.endpoint.weight = *weight;
                }
            }
            CrowdAct::Serving { .. }
            | CrowdAct::Refusing { .. }
            | CrowdAct::Announce { .. }
            | CrowdAct::SiteServing { .. }
            | CrowdAct::Policy { .. }
            | CrowdAct::Provider { .. }
            | CrowdAct::Demand { .. } => {}
        }
    }
}
