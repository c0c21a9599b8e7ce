//! What happens when a machine moves to another place.

use std::net::IpAddr;

use dns_lab::engine::{
    EventKind, Intervention, InterventionError, Node, NodeId, Outcome, SimDuration, SimTime,
    Timeline, Trace, World,
};
use dns_lab::page::links::{keep_session, read_session};
use dns_lab::scenario::{Session, parse_question, world_source};
use proptest::prelude::*;

fn world() -> World {
    world_source("small_internet")
        .expect("the shipped world is sound")
        .build(7)
}

fn moved(node: &str, latitude: f64, longitude: f64) -> Intervention {
    Intervention::MoveNode {
        node: node.to_owned(),
        latitude,
        longitude,
    }
}

fn ask() -> Intervention {
    let question = parse_question("www.example.com A").expect("a question");
    Intervention::ask("laptop", question)
}

fn at(secs: u64) -> SimTime {
    SimTime::ZERO + SimDuration::from_secs(secs)
}

fn session(acts: &[(u64, Intervention)]) -> Timeline {
    let mut timeline = Timeline::new(world());
    for (secs, act) in acts {
        timeline
            .intervene(at(*secs), act.clone())
            .expect("all of it is possible");
    }
    timeline
}

/// The address of a client, and the id of the resolver it asks.
fn network_of(world: &World, client: &str) -> (IpAddr, String) {
    let id = world.find(client).expect("a client");
    let Node::Client(node) = world.node(id) else {
        panic!("{client} is no client");
    };
    let resolver = world.node_at(node.config().resolver.ip());
    let resolver = world.spec(resolver.expect("a resolver")).id.clone();
    assert_eq!(world.node_at(node.config().address), Some(id));
    assert_eq!(world.spec(id).addresses, [node.config().address]);
    (node.config().address, resolver)
}

fn laptop(world: &World) -> NodeId {
    world.find("laptop").expect("the laptop")
}

#[test]
fn a_moved_client_joins_the_network_and_resolver_of_the_region() {
    let world = session(&[(0, moved("laptop", 1.3, 103.8))]).head().clone();
    let (address, resolver) = network_of(&world, "laptop");
    assert_eq!(address.to_string(), "192.0.2.201", "200 is the desktop's");
    assert_eq!(resolver, "resolver-singapore");
    assert_eq!(world.spec(laptop(&world)).title, "Laptop, Singapore");
    assert_eq!(
        world.node_at("198.51.100.200".parse().expect("an address")),
        None
    );
}

#[test]
fn a_client_that_comes_home_is_as_before() {
    let away = [
        (0, moved("laptop", -23.5, -46.6)),
        (5, moved("laptop", 52.5, 13.4)),
    ];
    let home = session(&away).head().clone();
    assert_eq!(network_of(&home, "laptop"), network_of(&world(), "laptop"));
    assert_eq!(home.spec(laptop(&home)).title, "Laptop, Berlin");
}

#[test]
fn delays_follow_the_machine() {
    let far = session(&[
        (0, ask()),
        (10, moved("web-frankfurt", -33.9, 151.2)),
        (100, ask()),
    ]);
    let connected = far
        .trace()
        .events()
        .iter()
        .filter_map(|event| match &event.kind {
            EventKind::ConnectionOpened { elapsed, .. } => Some(*elapsed),
            _ => None,
        });
    let times: Vec<_> = connected.collect();
    assert!(times[0] < SimDuration::from_millis(20), "{}", times[0]);
    assert!(times[1] > SimDuration::from_millis(150), "{}", times[1]);
}

#[test]
fn an_answer_under_way_to_the_old_address_is_lost_and_the_new_resolver_asked() {
    let mut timeline = session(&[(0, ask())]);
    let soon = SimTime::from_micros(8_000);
    let away = moved("laptop", 35.7, 139.7);
    timeline.intervene(soon, away).expect("it is possible");
    let finished = timeline
        .trace()
        .events()
        .iter()
        .find_map(|event| match &event.kind {
            EventKind::LookupFinished {
                outcome, elapsed, ..
            } => Some((outcome.clone(), *elapsed)),
            _ => None,
        });
    let (outcome, elapsed) = finished.expect("it ends");
    assert!(matches!(outcome, Outcome::Answer { .. }), "{outcome:?}");
    assert!(elapsed > SimDuration::from_secs(5), "the stub waits first");
}

#[test]
fn machines_at_several_places_and_points_off_the_earth_are_refused() {
    let refusal = |act: Intervention| {
        world()
            .apply(&act, &mut Trace::silent())
            .expect_err("it cannot be done")
    };
    let anycast = "k.root-servers.net";
    assert_eq!(
        refusal(moved(anycast, 0.0, 0.0)),
        InterventionError::WrongRole(anycast.to_owned())
    );
    for (latitude, longitude) in [(90.5, 0.0), (0.0, 181.0), (f64::NAN, 0.0)] {
        let refused = refusal(moved("laptop", latitude, longitude));
        assert_eq!(refused, InterventionError::NoSuchPlace);
    }
}

#[test]
fn a_move_survives_a_link() {
    let session = Session {
        acts: vec![(at(3), moved("laptop", 35.68, 139.69))],
        ..Session::default()
    };
    assert_eq!(read_session(&keep_session(&session)), Ok(session));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]
    #[test]
    fn every_place_has_an_address_of_its_own(
        places in prop::collection::vec((-90.0..=90.0f64, -180.0..=180.0f64), 1..6),
    ) {
        let mut world = world();
        let clients = ["laptop", "phone", "desktop", "monitor"];
        for (index, (latitude, longitude)) in places.into_iter().enumerate() {
            let act = moved(clients[index % clients.len()], latitude, longitude);
            world.apply(&act, &mut Trace::silent()).expect("it is possible");
        }
        let mut addresses: Vec<IpAddr> =
            clients.iter().map(|client| network_of(&world, client).0).collect();
        addresses.sort();
        addresses.dedup();
        prop_assert_eq!(addresses.len(), clients.len());
    }
}
