//! Who is sent where.

use super::*;

#[test]
fn geodns_sends_berlin_to_frankfurt_and_new_york_to_virginia() {
    for (client, expected) in [
        ("berlin", "198.51.100.5"),
        ("paris", "198.51.100.5"),
        ("london", "198.51.100.5"),
        ("johannesburg", "198.51.100.5"),
        ("new-york", "203.0.113.10"),
        ("dallas", "203.0.113.10"),
        ("sao-paulo", "203.0.113.10"),
        ("mumbai", "192.0.2.20"),
        ("tokyo", "192.0.2.20"),
        ("sydney", "192.0.2.20"),
    ] {
        assert_eq!(answer(client, "app"), Some(address(expected)), "{client}");
    }
}

#[test]
fn a_public_resolver_hides_the_user_unless_it_tells_the_network() {
    assert_eq!(answer("berlin-plain", "app"), Some(address("203.0.113.10")));
    assert_eq!(answer("berlin-ecs", "app"), Some(address("198.51.100.5")));
}

#[test]
fn each_policy_of_the_world_answers_by_its_rule() {
    let sent = |client, name| answer(client, name).map(|a| a.to_string());
    // Mumbai is nearer to Frankfurt on the globe and to Tokyo by the table of latencies.
    assert_eq!(sent("mumbai", "near").as_deref(), Some("198.51.100.5"));
    assert_eq!(sent("mumbai", "fast").as_deref(), Some("192.0.2.20"));
    assert_eq!(sent("dallas", "chain").as_deref(), Some("203.0.113.20"));
    assert_eq!(sent("tokyo", "chain").as_deref(), Some("192.0.2.20"));
    assert_eq!(sent("tokyo", "api").as_deref(), Some("203.0.113.10"));
}

#[test]
fn round_robin_gives_all_three_addresses() {
    let timeline = session(1, &[(1.0, ask("berlin", "www"))]);
    let Outcome::Answer(sets) = &outcomes(&timeline)[0] else {
        panic!("www has addresses");
    };
    assert_eq!(sets[0].data.len(), 3);
}

/// The time a handshake takes that begins at a moment, in milliseconds.
fn handshake(client: &str, name: &str) -> f64 {
    let timeline = session(1, &[(1.0, ask(client, name))]);
    let opened = timeline
        .trace()
        .events()
        .iter()
        .find_map(|e| match &e.kind {
            EventKind::ConnectionOpened { elapsed, .. } => Some(elapsed.as_millis_f64()),
            _ => None,
        });
    opened.expect("the connection is opened")
}

#[test]
fn the_near_server_saves_berlin_most_of_each_round_trip() {
    let (far, near) = (handshake("berlin", "home"), handshake("berlin", "app"));
    assert!((75.0..=100.0).contains(&far), "to Virginia {far} ms");
    assert!((5.0..=15.0).contains(&near), "to Frankfurt {near} ms");
    // TCP, TLS 1.3 and a request take a round trip each.
    let (far, near) = (3.0 * far, 3.0 * near);
    assert!(far > 150.0 && near < 50.0, "{far} against {near} ms");
}

#[test]
fn the_table_of_latencies_says_what_the_network_does() {
    let mut world = world(1);
    let table = [
        ("mumbai", "web-frankfurt", 135.0),
        ("mumbai", "web-tokyo", 92.0),
        ("london", "web-ashburn", 79.0),
        ("sydney", "web-tokyo", 104.0),
        ("johannesburg", "web-frankfurt", 115.0),
    ];
    for (client, host, listed) in table {
        let nodes = [client, host].map(|id| world.find(id).expect("it is there"));
        let measured = world.round_trip(nodes[0], nodes[1]).as_secs_f64() * 1e3;
        assert!(
            (measured - listed).abs() < 6.0,
            "{client} {host} {measured}"
        );
    }
}
