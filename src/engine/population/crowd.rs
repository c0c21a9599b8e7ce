//! Who asks whom: clients dealt out to resolvers, and to the caches within a resolver that
//! keeps answers by network.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::IpNet;

use super::answers::From;
use super::shared::Shared;
use super::{ClientGroup, Population, ResolverGroup, SampledClient};
use crate::engine::order::sort_places;

/// Clients of one group that ask resolvers of one group.
#[derive(Clone, Copy, Debug)]
pub(super) struct Share {
    /// The index of the client group.
    pub(super) clients: usize,
    /// The first of them.
    first: u32,
    /// How many.
    count: u32,
    /// Which resolver the first of them asks; the next one asks the next resolver.
    offset: u32,
}

/// One client as it is dealt out.
#[derive(Clone, Copy, Debug)]
pub(super) struct Dealt {
    /// Its number within its group.
    pub(super) client: u32,
    /// The number of its cache within the resolver.
    pub(super) slot: usize,
    /// The index of its group.
    pub(super) group: u32,
    /// Its number in the sample plus one; 0 if it is not watched.
    pub(super) sample: u32,
}

/// Where every client belongs.
#[derive(Clone, Debug)]
pub(super) struct Crowd {
    /// The shares of each resolver group.
    shares: Vec<Vec<Share>>,
    /// For each resolver group the cache of every client prefix; empty if it has one for all.
    slots: Vec<Vec<usize>>,
    /// For each resolver group the networks it tells, by cache.
    told: Vec<Vec<(IpNet, usize)>>,
    /// The number of the first prefix of each client group.
    first_prefix: Vec<usize>,
    /// Of each client group: the first number in the sample, and every how many-th is watched.
    watched: Vec<(u32, u32)>,
}

/// Clients watched in all, about.
const SAMPLE: u64 = 1000;

impl Crowd {
    /// Deals out the clients, and lists the watched ones.
    pub(super) fn new(population: &Population) -> (Self, Vec<SampledClient>) {
        let mut shares: Vec<Vec<Share>> = vec![Vec::new(); population.resolvers.len()];
        let mut dealt: Vec<u64> = vec![0; population.resolvers.len()];
        let mut sample = Vec::new();
        let mut watched = Vec::new();
        let total: u64 = population.clients.iter().map(|g| u64::from(g.count)).sum();
        for (index, group) in population.clients.iter().enumerate() {
            let mut first = 0;
            for (resolver, count) in split(group) {
                let kind = u64::from(population.resolvers[resolver].count.max(1));
                shares[resolver].push(Share {
                    clients: index,
                    first,
                    count,
                    offset: (dealt[resolver] % kind) as u32,
                });
                dealt[resolver] += u64::from(count);
                first += count;
            }
            let wanted = (u64::from(group.count) * SAMPLE).div_ceil(total.max(1));
            let every = (u64::from(group.count).div_ceil(wanted.max(1))).max(1) as u32;
            watched.push((sample.len() as u32, every));
            let count = first.div_ceil(every) as usize;
            sample.resize_with(sample.len() + count, || SampledClient {
                group: index as u32,
                held: Vec::new(),
            });
        }
        let mut next = 0;
        let first_prefix = population.clients.iter().map(|group| {
            let first = next;
            next += group.prefixes.max(1) as usize;
            first
        });
        let crowd = Self {
            shares,
            slots: Vec::new(),
            told: Vec::new(),
            first_prefix: first_prefix.collect(),
            watched,
        };
        (crowd, sample)
    }

    /// Finds how resolvers that tell client networks split their caches: by the longest scope
    /// that a version of the records has for a network.
    pub(super) fn split_caches(&mut self, shared: &mut Shared) {
        for index in 0..shared.population.resolvers.len() {
            let group = shared.population.resolvers[index].clone();
            let (mut slots, mut told) = (Vec::new(), Vec::new());
            let bits = group.subnet.filter(|&bits| bits > 0);
            if let Some(bits) = bits {
                let resolver = address_of(&group, 0);
                let mut kept: indexmap::IndexMap<IpNet, usize> = indexmap::IndexMap::new();
                for (clients, first) in self.first_prefix.clone().into_iter().enumerate() {
                    let own = shared.population.clients[clients].clone();
                    let is_asked = self.is_asked(index, clients);
                    for prefix in 0..own.prefixes.max(1) {
                        if !is_asked {
                            slots.push(0);
                            continue;
                        }
                        let network = told_network(&own, prefix, bits);
                        let from = From {
                            resolver,
                            told: Some(network),
                            slot: first + prefix as usize + 1,
                        };
                        let scope = longest_scope(shared, from);
                        let held = IpNet::new(network.addr(), scope);
                        let held = held.map_or(network, |network| network.trunc());
                        let slot = kept.len();
                        let slot = *kept.entry(held).or_insert(slot);
                        if slot == told.len() {
                            told.push((network, from.slot));
                        }
                        slots.push(slot);
                    }
                }
            }
            self.slots.push(slots);
            self.told.push(told);
        }
    }

    /// How one cache of a resolver asks.
    pub(super) fn asker(&self, group: usize, resolver: IpAddr, slot: usize) -> From {
        let told = self.told.get(group).and_then(|told| told.get(slot));
        From {
            resolver,
            told: told.map(|&(network, _)| network),
            slot: told.map_or(0, |&(_, slot)| slot),
        }
    }

    /// Whether clients of a group ask resolvers of a group.
    pub(super) fn is_asked(&self, group: usize, clients: usize) -> bool {
        let shares = self.shares.get(group).into_iter().flatten();
        shares.into_iter().any(|share| share.clients == clients)
    }

    /// How many client prefixes there are.
    pub(super) fn prefixes(&self) -> usize {
        self.slots.iter().map(Vec::len).max().unwrap_or(0)
    }

    /// How many caches a resolver of a group has.
    pub(super) fn caches(&self, group: usize) -> usize {
        self.told.get(group).map_or(1, |told| told.len().max(1))
    }

    /// The clients of one resolver, those of one cache together.
    pub(super) fn clients(&self, population: &Population, group: usize, number: u32) -> Vec<Dealt> {
        let resolvers = population.resolvers[group].count.max(1);
        let mut found = Vec::new();
        for share in &self.shares[group] {
            let own = &population.clients[share.clients];
            let (first_watched, every) = self.watched[share.clients];
            let prefixes = u64::from(own.prefixes.max(1));
            let mut at = (number + resolvers - share.offset) % resolvers;
            while at < share.count {
                let prefix = u64::from(at) * prefixes / u64::from(share.count);
                let prefix = self.first_prefix[share.clients] + prefix as usize;
                let client = share.first + at;
                found.push(Dealt {
                    client,
                    slot: self.slots[group].get(prefix).copied().unwrap_or(0),
                    group: share.clients as u32,
                    sample: if client.is_multiple_of(every) {
                        first_watched + client / every + 1
                    } else {
                        0
                    },
                });
                let Some(next) = at.checked_add(resolvers) else {
                    break;
                };
                at = next;
            }
        }
        if self.caches(group) > 1 {
            found.sort_by_key(|client| client.slot);
        }
        found
    }
}

/// The longest scope of the answers to an asker.
fn longest_scope(shared: &mut Shared, from: From) -> u8 {
    let (conditions, answers) = (&shared.conditions, &mut shared.answers);
    let versions = conditions.versions.iter().enumerate();
    let scopes = versions.map(|(index, version)| {
        let verdict = answers.decide(index, version, from, &mut shared.random);
        verdict.scope
    });
    scopes.max().unwrap_or(0)
}

/// How many clients of a group ask which resolvers: by share, the remainders given to the
/// largest fractions.
fn split(group: &ClientGroup) -> Vec<(usize, u32)> {
    let sound = |share: f64| {
        if share.is_finite() {
            share.max(0.0)
        } else {
            0.0
        }
    };
    let total: f64 = group.resolvers.iter().map(|&(_, share)| sound(share)).sum();
    if total <= 0.0 {
        return Vec::new();
    }
    let exact = group.resolvers.iter().map(|&(resolver, share)| {
        let count = f64::from(group.count) * (sound(share) / total);
        (resolver, count)
    });
    let exact: Vec<(usize, f64)> = exact.collect();
    let whole = exact
        .iter()
        .map(|&(resolver, count)| (resolver, count as u32));
    let mut counts: Vec<(usize, u32)> = whole.collect();
    let mut order: Vec<usize> = (0..exact.len()).collect();
    sort_places(&mut order, &|a, b| {
        let fraction = |index: usize| exact[index].1 - f64::from(counts[index].1);
        fraction(b).total_cmp(&fraction(a))
    });
    let given: u64 = counts.iter().map(|&(_, count)| u64::from(count)).sum();
    let left = u64::from(group.count).saturating_sub(given) as usize;
    for &index in order.iter().cycle().take(left) {
        counts[index].1 += 1;
    }
    counts
}

/// The network a resolver tells for a client prefix, `bits` long (IPv6: 32 more).
pub(super) fn told_network(group: &ClientGroup, prefix: u32, bits: u8) -> IpNet {
    let (address, length) = match group.network.trunc().addr() {
        IpAddr::V4(first) => {
            let bits_of = u32::from(first).wrapping_add(prefix << 8);
            (IpAddr::V4(Ipv4Addr::from(bits_of)), bits.min(24))
        }
        IpAddr::V6(first) => {
            let bits_of = u128::from(first).wrapping_add(u128::from(prefix) << 72);
            let bits = bits.saturating_add(32).min(56);
            (IpAddr::V6(Ipv6Addr::from(bits_of)), bits)
        }
    };
    IpNet::new(address, length).map_or_else(|_| IpNet::from(address), |network| network.trunc())
}

/// The address of one resolver of a group: their addresses fill the network and begin again.
pub(super) fn address_of(group: &ResolverGroup, number: u32) -> IpAddr {
    let host = u64::from(number) + 1;
    let free = group.network.max_prefix_len() - group.network.prefix_len();
    let host = if free < 32 { host % (1 << free) } else { host };
    match group.network.trunc().addr() {
        IpAddr::V4(first) => IpAddr::V4(Ipv4Addr::from(u32::from(first) | host as u32)),
        IpAddr::V6(first) => IpAddr::V6(Ipv6Addr::from(u128::from(first) | u128::from(host))),
    }
}
