//! What authoritative servers answer, as small numbers.

use std::net::IpAddr;

use ipnet::IpNet;

use super::conditions::{Conditions, Tree, Version};
use crate::dns::Ttl;
use crate::engine::Stream;
use crate::engine::policy::{Asker, Endpoint, Filter, Order, Pick, PlaceTable, Policy, Steering};

/// The answer without records.
pub(super) const EMPTY: u32 = 0;
/// No answer: the resolver reports failure.
pub(super) const FAILURE: u32 = 1;
/// How many addresses of an answer a client tries; longer answers count by these.
const MOST_TRIES: usize = 3;

/// The addresses of an answer by their index, in order, as far as clients may need them.
#[derive(Clone, Copy, Debug, Default)]
struct List {
    /// The addresses, then zeros.
    addresses: [u16; MOST_TRIES],
    /// How many there are.
    len: usize,
}

impl List {
    /// Adds an address, if there is room for it.
    fn push(&mut self, address: u16) {
        if let Some(free) = self.addresses.get_mut(self.len) {
            *free = address;
            self.len += 1;
        }
    }

    /// Whether no more addresses are needed.
    fn is_full(&self) -> bool {
        self.len == MOST_TRIES
    }

    /// The addresses.
    fn as_slice(&self) -> &[u16] {
        &self.addresses[..self.len]
    }

    /// All of it in one number.
    fn packed(&self) -> u64 {
        let addresses = self.addresses.iter();
        addresses.fold(self.len as u64, |packed, &address| {
            packed << 16 | u64::from(address)
        })
    }
}

/// Answers by number.
#[derive(Clone, Debug)]
pub(super) struct Answers {
    /// What each answer holds.
    lists: Vec<List>,
    /// The addresses that serve everybody all the time: no client looks behind them.
    sturdy: Vec<bool>,
    /// Their numbers by what they pack into, in order of that.
    numbers: Vec<(u64, u32)>,
    /// The endpoints chosen last, whose memory is used again.
    chosen: Vec<usize>,
    /// What settled versions answer: by version, then by asker.
    memory: Vec<Vec<Option<Verdict>>>,
    /// Where askers are.
    places: PlaceTable,
    /// All addresses, in the order of their indices.
    known: Vec<IpAddr>,
}

/// The answer to one question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Verdict {
    /// Its number.
    pub(super) answer: u32,
    /// The TTL of its records.
    pub(super) ttl: Ttl,
    /// For how many bits of the told network it holds; 0 if none was told.
    pub(super) scope: u8,
}

/// Who asks an authoritative server.
#[derive(Clone, Copy, Debug)]
pub(super) struct From {
    /// The resolver's address.
    pub(super) resolver: IpAddr,
    /// The network of the client, if the resolver tells it.
    pub(super) told: Option<IpNet>,
    /// A number under which the answers of settled policies are remembered.
    pub(super) slot: usize,
}

impl Answers {
    /// No answers yet.
    pub(super) fn new(conditions: &Conditions, addresses: &[IpAddr]) -> Self {
        let serves = |address: usize| {
            let regimes = conditions.regimes.iter();
            let mut ways = regimes.flat_map(|regime| &regime.ways);
            ways.all(|ways| ways.get(address).is_some_and(|way| way.served >= 1.0))
        };
        Self {
            // The first two have numbers of their own: no addresses, and no answer.
            lists: vec![List::default(); 2],
            numbers: vec![(List::default().packed(), EMPTY)],
            chosen: Vec::new(),
            sturdy: (0..addresses.len()).map(serves).collect(),
            memory: vec![Vec::new(); conditions.versions.len()],
            places: PlaceTable::modelled(),
            known: addresses.to_vec(),
        }
    }

    /// The addresses of an answer.
    pub(super) fn addresses(&self, answer: u32) -> &[u16] {
        self.lists.get(answer as usize).map_or(&[], List::as_slice)
    }

    /// Forgets what was answered to the resolver at work, which has the slot 0.
    pub(super) fn forget_first(&mut self) {
        for memory in &mut self.memory {
            if let Some(first) = memory.first_mut() {
                *first = None;
            }
        }
    }

    /// What a version answers an asker; the index of the version is `index`.
    pub(super) fn decide(
        &mut self,
        index: usize,
        version: &Version,
        from: From,
        random: &mut Stream,
    ) -> Verdict {
        if !version.is_settled {
            return self.decide_anew(version, from, random);
        }
        let known = self.memory[index].get(from.slot).copied().flatten();
        known.unwrap_or_else(|| {
            let verdict = self.decide_anew(version, from, random);
            let memory = &mut self.memory[index];
            if memory.len() <= from.slot {
                memory.resize(from.slot + 1, None);
            }
            memory[from.slot] = Some(verdict);
            verdict
        })
    }

    /// What a version answers an asker, found by its policy.
    fn decide_anew(&mut self, version: &Version, from: From, random: &mut Stream) -> Verdict {
        let asker = match from.told {
            Some(network) => Asker::with_subnet(from.resolver, network),
            None => Asker::resolver(from.resolver),
        };
        let asker = Asker {
            turn: random.next_u16(),
            ..asker
        };
        if let Some(tree) = &version.tree {
            return self.decide_tree(version, tree, &asker, random);
        }
        let (policy, pool, chosen) = (&version.policy, &version.pool, &mut self.chosen);
        let (ttl, scope) = policy.choose(pool, &asker, &self.places, random, chosen);
        let chosen = { self.chosen.iter() }.filter_map(|&it| version.addresses.get(it).copied());
        let list = self.list_of(chosen);
        Verdict {
            answer: self.number(list),
            ttl,
            scope: scope.unwrap_or(0),
        }
    }

    /// What a version answers an asker whose endpoints lead to other sets.
    fn decide_tree(
        &mut self,
        version: &Version,
        tree: &Tree,
        asker: &Asker,
        random: &mut Stream,
    ) -> Verdict {
        let choice = tree.sets.choose(&tree.root, asker, &self.places, random);
        let Some(choice) = choice else {
            return Verdict {
                answer: EMPTY,
                ttl: version.pool.ttl(),
                scope: 0,
            };
        };
        let addresses = choice.addresses.iter();
        let list = self.list_of(addresses.filter_map(|&address| self.index_of(address)));
        Verdict {
            answer: self.number(list),
            ttl: choice.ttl,
            scope: choice.scope.unwrap_or(0),
        }
    }

    /// The index of an address.
    fn index_of(&self, address: IpAddr) -> Option<u16> {
        let index = self.known.iter().position(|&known| known == address)?;
        u16::try_from(index).ok()
    }

    /// The addresses as far as clients may need them.
    fn list_of(&self, addresses: impl Iterator<Item = u16>) -> List {
        let mut list = List::default();
        for address in addresses {
            list.push(address);
            let is_sturdy = self.sturdy.get(usize::from(address)) == Some(&true);
            if is_sturdy || list.is_full() {
                break;
            }
        }
        list
    }

    /// The number of an answer; a new one if it was not given before.
    fn number(&mut self, list: List) -> u32 {
        let packed = list.packed();
        match self.numbers.binary_search_by_key(&packed, |known| known.0) {
            Ok(place) => self.numbers[place].1,
            Err(place) => {
                let number = self.lists.len() as u32;
                self.lists.push(list);
                self.numbers.insert(place, (packed, number));
                number
            }
        }
    }

    /// The addresses a version may answer to an asker.
    pub(super) fn possible(
        &mut self,
        index: usize,
        version: &Version,
        from: From,
        random: &mut Stream,
    ) -> Vec<u16> {
        let verdict = self.decide(index, version, from, random);
        let mut found = self.addresses(verdict.answer).to_vec();
        if !version.is_settled {
            // Whatever has a weight and is healthy may be drawn.
            let drawable = |e: &&Endpoint| e.weight > 0 && e.health.is_usable();
            if let Some(tree) = &version.tree {
                let pools = tree.sets.iter().flat_map(|(pool, _)| pool.endpoints());
                let addresses = pools.filter(drawable).filter_map(Endpoint::address);
                found.extend(addresses.filter_map(|address| self.index_of(address)));
            } else {
                let endpoints = version.pool.endpoints().iter().zip(&version.addresses);
                let endpoints = endpoints.filter(|(endpoint, _)| drawable(endpoint));
                found.extend(endpoints.map(|(_, &address)| address));
            }
        }
        found
    }
}

impl Policy {
    /// Whether the same asker always gets the same answer of it as long as the endpoints
    /// stay what they are.
    pub(in crate::engine) fn is_settled(&self) -> bool {
        match self {
            Self::Simple(order) => *order == Order::Fixed,
            Self::Weighted | Self::Multivalue | Self::GdnsdWeighted(_) => false,
            Self::PowerDns(pick) => matches!(pick, Pick::Hashed | Pick::WeightedHashed | Pick::All),
            // With nothing up it falls back to a random one.
            Self::PowerDnsUp(_) => false,
            Self::Cloudflare(steering) => *steering != Steering::Random,
            Self::Failover
            | Self::Geolocation
            | Self::Geoproximity(_)
            | Self::Latency
            | Self::IpBased
            | Self::GdnsdMetafo
            | Self::GdnsdGeoip
            | Self::GdnsdMultifo => true,
            Self::Chain(filters) => !filters.iter().any(|filter| {
                matches!(
                    filter,
                    Filter::Shuffle | Filter::WeightedShuffle | Filter::ShedLoad
                )
            }),
        }
    }
}
