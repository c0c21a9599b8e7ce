//! The same caches asked at given moments, request by request: for comparing with the
//! one-query world.

use std::net::IpAddr;

use super::crowd::{Crowd, address_of};
use super::resolver::ResolverSide;
use super::shared::{Reply, Shared, keep};
use super::{Population, PopulationError};
use crate::engine::{CacheLayer, SimDuration, SimTime, Stream};

/// How one request was answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Answered {
    /// By which cache; `None` by the authoritative servers.
    pub layer: Option<CacheLayer>,
    /// With which address first; `None` without one.
    pub address: Option<IpAddr>,
    /// For how much longer this cache holds the answer; what the resolver then keeps it for, if
    /// no cache had it.
    pub remaining: SimDuration,
}

/// What a layer holds: an answer and the moment it ends.
type Held = Option<(u32, u64)>;

/// A client as its requests find it.
#[derive(Clone, Copy, Debug)]
struct Client {
    /// Its group.
    group: usize,
    /// The resolver side it asks.
    resolver: usize,
    /// What its browser holds.
    browser: Held,
    /// What its stub holds.
    stub: Held,
}

impl Population {
    /// Answers requests one by one, from cold caches on: each at a moment, by a client that is
    /// counted through all groups. Moments must not fall back. A client that is not there, or a
    /// moment at or behind the end, is left without an answer.
    ///
    /// # Errors
    /// If [`check`](Self::check) finds a fault.
    pub fn replay(
        &self,
        seed: u64,
        requests: &[(SimTime, usize)],
    ) -> Result<Vec<Option<Answered>>, PopulationError> {
        self.check()?;
        let (mut crowd, _) = Crowd::new(self);
        let mut shared = Shared::cold(self, seed);
        crowd.split_caches(&mut shared);
        shared.random = Stream::new(seed, "crowd-replay");
        let mut replay = Replay::new(shared, &crowd);
        let answers = requests.iter().map(|&(at, client)| replay.ask(at, client));
        Ok(answers.collect())
    }
}

/// All clients and resolvers at once.
struct Replay {
    /// What they share.
    shared: Shared,
    /// The clients by number.
    clients: Vec<Option<Client>>,
    /// The resolvers, and what each of them tells.
    resolvers: Vec<(ResolverSide, Option<Reply>)>,
}

impl Replay {
    /// Clients and resolvers that know nothing.
    fn new(shared: Shared, crowd: &Crowd) -> Self {
        let population = &shared.population;
        let mut first = 0;
        let first_of = population.clients.iter().map(|group| {
            let start = first;
            first += group.count as usize;
            start
        });
        let first_of: Vec<usize> = first_of.collect();
        let mut clients = vec![None; first];
        let mut resolvers = Vec::new();
        for (group, kind) in population.resolvers.iter().enumerate() {
            for number in 0..kind.count {
                let base = resolvers.len();
                for slot in 0..crowd.caches(group) {
                    let mut from = crowd.asker(group, address_of(kind, number), slot);
                    if from.told.is_none() {
                        // Each resolver has an address, and so a memory, of its own.
                        from.slot = crowd.prefixes() + base + slot + 1;
                    }
                    let side = ResolverSide::new(group, from, population.service.providers.len());
                    resolvers.push((side, None));
                }
                for dealt in crowd.clients(population, group, number) {
                    let index = first_of[dealt.group as usize] + dealt.client as usize;
                    clients[index] = Some(Client {
                        group: dealt.group as usize,
                        resolver: base + dealt.slot,
                        browser: None,
                        stub: None,
                    });
                }
            }
        }
        Self {
            shared,
            clients,
            resolvers,
        }
    }

    /// One request.
    fn ask(&mut self, at: SimTime, number: usize) -> Option<Answered> {
        let now = at.as_micros();
        let mut client = (*self.clients.get(number)?)?;
        if now >= self.shared.end {
            return None;
        }
        let own = &self.shared.population.clients[client.group];
        let (browser, stub) = (own.browser, own.stub);
        let grace = browser.map_or(0, |policy| u64::from(policy.grace) * 1_000_000);
        let live = |held: Held| held.filter(|&(_, until)| now < until);
        if let Some((answer, until)) = live(client.browser) {
            return Some(self.answered(Some(CacheLayer::Browser), answer, until - now));
        }
        let in_grace = |&(_, until): &(u32, u64)| now < until.saturating_add(grace);
        let old = client.browser.filter(in_grace);
        let (layer, answer, left, ttl);
        if let Some((known, until)) = live(client.stub) {
            (layer, answer, left) = (Some(CacheLayer::Stub), known, until - now);
            ttl = SimDuration::from_micros(left).as_ttl();
        } else {
            let (side, told) = &mut self.resolvers[client.resolver];
            let known = told.filter(|reply| now < reply.until);
            let reply = match known {
                Some(reply) => reply,
                None => side.resolve(&mut self.shared, now).0,
            };
            *told = Some(reply);
            layer = known.map(|_| CacheLayer::Resolver);
            (answer, left, ttl) = (reply.answer, reply.until - now, reply.ttl(now));
            client.stub = stub.map(|policy| (answer, keep(policy, answer, now, ttl)));
        }
        client.browser = browser.and_then(|policy| {
            let until = keep(policy, answer, now, ttl);
            (until > now).then_some((answer, until))
        });
        self.clients[number] = Some(client);
        if let Some((old, _)) = old {
            // What was found is for the next request.
            return Some(self.answered(Some(CacheLayer::Browser), old, 0));
        }
        Some(self.answered(layer, answer, left))
    }

    /// An answer in words that others know.
    fn answered(&self, layer: Option<CacheLayer>, answer: u32, left: u64) -> Answered {
        let first = self.shared.answers.addresses(answer).first();
        let address = first.and_then(|&first| self.shared.addresses.get(usize::from(first)));
        Answered {
            layer,
            address: address.copied(),
            remaining: SimDuration::from_micros(left),
        }
    }
}
