//! Traffic policies as resolvers and clients see them.

use std::net::IpAddr;
use std::sync::Arc;

use dns_lab::dns::{Name, Question, RrsetKey, Rtype, Ttl};
use dns_lab::engine::policy::{
    Area, Continent, Endpoint, Filter, Health, PlaceTable, Policy, Pool,
};
use dns_lab::engine::{
    Client, ClientConfig, ClientSubnet, EventKind, Intervention, Node, Outcome, SimDuration,
    SimTime, Stream, Timeline, World,
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
    outcomes(world, &[client]).remove(0)
}

/// What clients get that ask one after another, a second apart.
fn outcomes(world: World, clients: &[&str]) -> Vec<Outcome> {
    let Question { qname, qtype, .. } = parse_question(&format!("{NAME} A")).expect("a question");
    let mut timeline = Timeline::new(world);
    for (second, client) in (1..).zip(clients) {
        let act = Intervention::Ask {
            client: (*client).to_owned(),
            qname: qname.clone(),
            qtype,
        };
        timeline
            .intervene(SimTime::ZERO + SimDuration::from_secs(second), act)
            .expect("the client is there");
    }
    let events = timeline.trace().events().iter();
    let outcomes = events.filter_map(|event| match &event.kind {
        EventKind::LookupFinished { outcome, .. } => Some(outcome.clone()),
        _ => None,
    });
    let outcomes: Vec<Outcome> = outcomes.collect();
    assert_eq!(outcomes.len(), clients.len(), "each lookup finished");
    outcomes
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

#[test]
fn a_user_behind_a_far_resolver_is_sent_right_only_with_client_subnet() {
    let (frankfurt, ashburn) = (address("198.51.100.5"), address("203.0.113.10"));
    let asked = |subnet: Option<ClientSubnet>| {
        let mut world = world(&by_continent(), &Policy::Geolocation);
        // The laptop stays in Berlin but asks the resolver in Ashburn.
        let laptop = world.find("laptop").expect("it is there");
        if let Node::Client(node) = world.node_mut(laptop) {
            let config = ClientConfig {
                resolver: "203.0.113.100:53".parse().expect("a socket address"),
                ..node.config().clone()
            };
            *node = Client::new(config, Stream::new(7, "laptop"));
        }
        let resolver = world.find("resolver-ashburn").expect("it is there");
        if let Node::Resolver(node) = world.node_mut(resolver) {
            node.config_mut().client_subnet = subnet;
        }
        let outcomes = outcomes(world, &["laptop", "phone"]);
        outcomes.iter().map(Outcome::address).collect::<Vec<_>>()
    };
    assert_eq!(asked(None), [Some(ashburn), Some(ashburn)]);
    // The answer for Berlin's network is not given to New York's.
    let everybody = Some(ClientSubnet::to_everybody());
    assert_eq!(asked(everybody), [Some(frankfurt), Some(ashburn)]);
}
