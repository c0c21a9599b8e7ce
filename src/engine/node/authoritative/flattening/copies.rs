//! What a server knows of the targets of its flattened names.

use indexmap::IndexMap;
use ipnet::IpNet;

use super::super::MAX_ALIASES;
use super::Wanted;
use crate::dns::{Message, Name, Question, Rcode, Rrset, Rtype, Ttl};
use crate::engine::{Cache, CacheFact, Rank, SimTime, TtlPolicy};

/// The most networks and names there are copies for; the oldest goes first.
const CAPACITY: usize = 512;

/// What a response says about a target.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Reading {
    /// Its addresses, with the shortest TTL on the way to them.
    Records(Rrset),
    /// It has none of the type, or does not exist; the SOA set that says so.
    Nothing(Option<Rrset>),
}

/// What is known of a target, as of now.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::engine::node::authoritative) struct Found {
    /// The thing itself.
    pub(super) what: What,
    /// For how many bits of the asker's network it is good; 0 for everybody.
    pub(super) scope: u8,
}

/// The addresses of a target, or that it has none.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum What {
    /// The addresses with the TTL that is left.
    Records(Rrset),
    /// It has none, and this much is left of knowing it.
    Nothing(Ttl),
}

impl Reading {
    /// Reads a response; `None` if it settles nothing: an error, a referral, an alias that
    /// leads out of it.
    pub(super) fn of(response: &Message, target: &Name, rtype: Rtype) -> Option<Self> {
        if !matches!(response.rcode, Rcode::NOERROR | Rcode::NXDOMAIN) {
            return None;
        }
        let mut name = target.clone();
        let mut ttl = None;
        for _ in 0..=MAX_ALIASES {
            let has = |wanted: Rtype| {
                let is_it = |set: &&Rrset| set.rtype == wanted && set.owner == name;
                response.answer.iter().find(is_it)
            };
            if let Some(set) = has(rtype) {
                let least = ttl.unwrap_or(set.ttl).min(set.ttl);
                return Some(Self::Records(
                    set.with_ttl(least).with_owner(target.clone()),
                ));
            }
            let Some(alias) = has(Rtype::CNAME) else {
                break;
            };
            ttl = Some(ttl.unwrap_or(alias.ttl).min(alias.ttl));
            name = alias.alias_target()?;
        }
        let soa = response.authority_soa();
        let is_settled = soa.is_some() || response.rcode == Rcode::NXDOMAIN;
        // An alias that ends before it is known may not be known for longer.
        let soa = soa.map(|soa| soa.with_ttl(ttl.unwrap_or(soa.ttl).min(soa.ttl)));
        is_settled.then_some(Self::Nothing(soa))
    }
}

/// Copies of targets: for each flattened name, and each network that was told, a cache.
#[derive(Clone, Debug, Default)]
pub(super) struct Copies(IndexMap<(usize, Option<IpNet>), Cache>);

impl Copies {
    /// The live copy that fits an asker: the one for the smallest network.
    pub(super) fn get(&self, now: SimTime, target: &Name, wanted: Wanted) -> Option<Found> {
        let question = Question::new(target.clone(), wanted.rtype);
        let fits = |network: &Option<IpNet>| match (network, wanted.network) {
            (Some(network), Some(told)) => network.contains(&told),
            (None, None) => true,
            _ => false,
        };
        let caches = self.0.iter();
        let found = caches.filter_map(|((index, network), cache)| {
            if *index != wanted.index || !fits(network) {
                return None;
            }
            let entry = cache.lookup(now, &question)?;
            let what = match &entry.fact {
                CacheFact::Records(_) => What::Records(entry.records(now)?),
                CacheFact::NoData(_) | CacheFact::NxDomain(_) => {
                    What::Nothing(entry.remaining(now).as_ttl())
                }
            };
            let scope = network.map_or(0, |network| network.prefix_len());
            Some(Found { what, scope })
        });
        found.max_by_key(|found| found.scope)
    }

    /// Keeps what a response says, for as long as its TTL allows and for the network it is
    /// meant for.
    pub(super) fn store(
        &mut self,
        now: SimTime,
        target: &Name,
        wanted: Wanted,
        response: &Message,
        reading: Reading,
    ) -> Found {
        let network = wanted.network.and_then(|told| {
            let scope = response.subnet().map_or(0, |subnet| subnet.scope);
            let network = IpNet::new(told.addr(), scope.min(told.prefix_len()));
            network.ok().map(|network| network.trunc())
        });
        let cache = self.cache(now, (wanted.index, network));
        let what = match reading {
            Reading::Records(set) => {
                cache.store(now, &set, Rank::Answer);
                What::Records(set)
            }
            Reading::Nothing(soa) => {
                // That the whole name is missing holds for both types of addresses.
                let rtype = (response.rcode != Rcode::NXDOMAIN).then_some(wanted.rtype);
                let kept = cache.store_negative(now, target, rtype, soa.as_ref());
                What::Nothing(kept.map_or(Ttl::ZERO, |(granted, _)| granted))
            }
        };
        let scope = network.map_or(0, |network| network.prefix_len());
        Found { what, scope }
    }

    /// The cache for a name and a network, made if there is none.
    fn cache(&mut self, now: SimTime, key: (usize, Option<IpNet>)) -> &mut Cache {
        if self.0.len() >= CAPACITY && !self.0.contains_key(&key) {
            self.0
                .retain(|_, cache| cache.entries(now).next().is_some());
            if self.0.len() >= CAPACITY {
                self.0.shift_remove_index(0);
            }
        }
        let new = || Cache::new(TtlPolicy::HONEST);
        self.0.entry(key).or_insert_with(new)
    }
}
