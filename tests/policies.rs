//! Traffic policies as resolvers and clients see them.

use std::net::IpAddr;
use std::sync::Arc;

use dns_lab::dns::{Name, Question, RrsetKey, Rtype, Ttl};
use dns_lab::engine::policy::{
    Area, Continent, Endpoint, Filter, Health, PlaceTable, Policy, Pool,
};
use dns_lab::engine::{
    ClientSubnet, EventKind, Intervention, Node, Outcome, SimDuration, SimTime, Stream, Timeline,
    World,
};
use dns_lab::scenario::{parse_question, world_source};

const NAME: &str = "www.example.com";

fn owner() -> Name {
    NAME.parse().expect("a name")
}

fn address(text: &str) -> IpAddr {
    text.parse().expect("an address")
}

fn for_area(text: &str, area: Area) -> Endpoint {
    Endpoint {
        area,
        ..Endpoint::new(address(text))
    }
}

/// Frankfurt for Europe, Ashburn for North America, nothing for the rest.
fn by_continent() -> Pool {
    let endpoints = vec![
        for_area("198.51.100.5", Area::Continent(Continent::Europe)),
        for_area("203.0.113.10", Area::Continent(Continent::NorthAmerica)),
    ];
    Pool::new(owner(), Rtype::A, Ttl::from_secs(60), endpoints).expect("a sound pool")
}

/// The small internet, with a policy on both servers of the name's zone.
fn world(pool: &Pool, policy: &Policy) -> World {
    let source = world_source("small_internet").expect("the shipped world is sound");
    let mut world = source.build(7);
    for server in ["ns1.example.com", "ns2.example.com"] {
        let id = world.find(server).expect("it is there");
        if let Node::Authoritative(node) = world.node_mut(id) {
            let places = Arc::new(PlaceTable::modelled());
            let random = Stream::new(7, &format!("policy:{server}"));
            node.set_policy(pool.clone(), policy.clone(), places, random);
        }
    }
    world
}

/// What a client gets that asks once.
fn outcome(world: World, client: &str) -> Outcome {
    let Question { qname, qtype, .. } = parse_question(&format!("{NAME} A")).expect("a question");
    let act = Intervention::Ask {
        client: client.to_owned(),
        qname,
        qtype,
    };
    let mut timeline = Timeline::new(world);
    timeline
        .intervene(SimTime::ZERO + SimDuration::from_secs(1), act)
        .expect("the client is there");
    let events = timeline.trace().events().iter().rev();
    let mut outcomes = events.filter_map(|event| match &event.kind {
        EventKind::LookupFinished { outcome, .. } => Some(outcome.clone()),
        _ => None,
    });
    outcomes.next().expect("the lookup finished")
}

#[test]
fn users_are_sent_by_the_place_of_their_resolver() {
    let world = || world(&by_continent(), &Policy::Geolocation);
    let berlin = outcome(world(), "laptop").address();
    assert_eq!(berlin, Some(address("198.51.100.5")));
    let new_york = outcome(world(), "phone").address();
    assert_eq!(new_york, Some(address("203.0.113.10")));
    // No area holds Tokyo's resolver in Singapore, and there is no default.
    assert_eq!(outcome(world(), "desktop"), Outcome::NoData);
}

#[test]
fn a_failed_primary_gives_way_to_the_secondary_and_comes_back() {
    let mut endpoints = ["198.51.100.5", "203.0.113.10"].map(|a| Endpoint::new(address(a)));
    endpoints[1].priority = 2;
    let pool = Pool::new(owner(), Rtype::A, Ttl::from_secs(60), endpoints.to_vec());
    let pool = pool.expect("a sound pool");
    let filters = [Filter::Up, Filter::Priority, Filter::SelectFirstN(1)];
    for policy in [Policy::Failover, Policy::Chain(filters.to_vec())] {
        for (health, expected) in [
            (Health::Healthy, "198.51.100.5"),
            (Health::Unhealthy, "203.0.113.10"),
        ] {
            let mut world = world(&pool, &policy);
            for server in ["ns1.example.com", "ns2.example.com"] {
                let id = world.find(server).expect("it is there");
                let key = RrsetKey {
                    owner: owner(),
                    rtype: Rtype::A,
                };
                if let Node::Authoritative(node) = world.node_mut(id) {
                    let pool = node.pool_mut(&key).expect("the set has a policy");
                    pool.set_health(0, health);
                }
            }
            let found = outcome(world, "laptop").address();
            assert_eq!(found, Some(address(expected)), "{policy:?} {health:?}");
        }
    }
}
