//! What the policies answer, rule by rule.

mod chain;
mod health;
mod place_rules;
mod places;
mod products;
mod properties;
mod shares;
mod tree;

use std::net::IpAddr;

use super::*;
use crate::dns::{Rtype, Ttl};

/// An endpoint at 192.0.2.`last`.
fn endpoint(last: u8) -> Endpoint {
    Endpoint::new(IpAddr::from([192, 0, 2, last]))
}

/// A pool of A records with a TTL of 60 s.
fn pool(endpoints: Vec<Endpoint>) -> Pool {
    let owner = "www.example.com".parse().expect("a name");
    Pool::new(owner, Rtype::A, Ttl::from_secs(60), endpoints).expect("a sound pool")
}

/// A pool of endpoints with these weights and letters of health: H, U or -.
fn weighted_pool(weights: &[u32], health: &str) -> Pool {
    let pairs = weights.iter().zip(health.chars()).zip(1..);
    let endpoints = pairs.map(|((&weight, letter), last)| Endpoint {
        weight,
        health: match letter {
            'H' => Health::Healthy,
            'U' => Health::Unhealthy,
            _ => Health::Unchecked,
        },
        ..endpoint(last)
    });
    pool(endpoints.collect())
}

/// A resolver at an address, which tells no network.
fn from(address: &str) -> Asker {
    Asker::resolver(address.parse().expect("an address"))
}

/// The decision for an asker, with the lab's table of places and a fixed seed.
fn decide(policy: &Policy, pool: &Pool, asker: &Asker) -> Decision {
    let mut random = Stream::new(1, "policy");
    policy.decide(pool, asker, &PlaceTable::modelled(), &mut random)
}

/// How often each endpoint comes first in `runs` answers, and how often it comes at all.
fn count(policy: &Policy, pool: &Pool, runs: usize) -> (Vec<usize>, Vec<usize>) {
    let mut random = Stream::new(7, "policy");
    let size = pool.endpoints().len();
    let (mut first, mut any) = (vec![0; size], vec![0; size]);
    let places = PlaceTable::modelled();
    for _ in 0..runs {
        let decision = policy.decide(pool, &from("198.51.100.100"), &places, &mut random);
        for (position, &index) in decision.chosen.iter().enumerate() {
            first[index] += usize::from(position == 0);
            any[index] += 1;
        }
    }
    (first, any)
}

/// The endpoints, from 1, that answer at all in many runs.
fn answering(policy: &Policy, pool: &Pool) -> Vec<usize> {
    let (_, any) = count(policy, pool, 300);
    let numbers = (1..).zip(any).filter(|(_, times)| *times > 0);
    numbers.map(|(number, _)| number).collect()
}
