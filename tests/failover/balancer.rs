//! DNS picks the region, the balancer picks the server.

use dns_lab::engine::balancer::{BalancerReason, Probe};
use dns_lab::engine::{Node, ServerState};
use dns_lab::scenario::WorldSource;
use dns_lab::scene::site_view;

use super::*;

const WORLD: &str = r#"
format = 1
title = "A balancer"
about = "One address, three servers."
[[place]]
id = "frankfurt"
name = "Frankfurt"
latitude = 50.11
longitude = 8.68
[[zone]]
origin = "."
file = "root.zone"
[[authoritative]]
id = "a.root-servers.net"
addresses = ["198.41.0.4"]
zones = ["."]
sites = ["frankfurt"]
[[host]]
id = "region"
title = "Region Europe"
addresses = ["192.0.2.80"]
place = "frankfurt"
servers = [{ id = "web-1" }, { id = "web-2" }, { id = "web-3", service_ms = 50, slots = 1 }]
{extra}
[[resolver]]
id = "resolver"
title = "Resolver"
addresses = ["198.51.100.100"]
sites = ["frankfurt"]
preset = "unbound"
[[client]]
id = "laptop"
title = "Laptop"
address = "198.51.100.200"
place = "frankfurt"
resolver = "resolver"
browser = "chromium"
stub = "none"
"#;

const ROOT: &str = "$TTL 86400\n. SOA a.root-servers.net. x. 1 1800 900 604800 86400\n\
    . NS a.root-servers.net.\na.root-servers.net. A 198.41.0.4\nwww. A 192.0.2.80\n";

fn world(extra: &str) -> World {
    let source = WorldSource::parse(&WORLD.replace("{extra}", extra), |_| Some(ROOT.to_owned()));
    source
        .unwrap_or_else(|errors| panic!("{errors:?}"))
        .build(7)
}

fn set(server: &str, state: ServerState) -> Intervention {
    Intervention::SetServer {
        node: "region".to_owned(),
        server: server.to_owned(),
        state,
    }
}

/// A visit each second from `first` on.
fn visits(first: u32, count: u32) -> Vec<(f64, Intervention)> {
    (first..first + count)
        .map(|secs| (f64::from(secs), ask("laptop", "www. A")))
        .collect()
}

/// The servers the balancer picked, and why.
fn choices(timeline: &Timeline) -> Vec<(String, BalancerReason)> {
    let chosen = events_at(timeline, "region", |kind| match kind {
        EventKind::BalancerChose { server, why, .. } => Some((server.clone(), *why)),
        _ => None,
    });
    chosen.into_iter().map(|(_, choice)| choice).collect()
}

#[test]
fn one_resolution_serves_a_minute_of_visits_that_the_balancer_spreads() {
    let timeline = play(world(""), &visits(0, 30));
    let asked = events_at(&timeline, "a.root-servers.net", |kind| {
        matches!(kind, EventKind::ZoneConsulted { .. }).then_some(())
    });
    assert_eq!(asked.len(), 1, "DNS chooses once");
    let choices = choices(&timeline);
    for server in ["web-1", "web-2", "web-3"] {
        let share = choices
            .iter()
            .filter(|(chosen, _)| chosen == server)
            .count();
        assert_eq!(share, 10, "the balancer chooses for each connection");
    }
}

#[test]
fn an_address_hash_keeps_a_client_at_one_server() {
    let timeline = play(world("algorithm = \"ip-hash\""), &visits(0, 10));
    let choices = choices(&timeline);
    assert_eq!(choices.len(), 10);
    assert!(choices.iter().all(|choice| *choice == choices[0]));
}

#[test]
fn a_sick_server_is_taken_out_by_layer_7_and_kept_by_layer_4() {
    let sick_after = |extra: &str| {
        let mut acts = vec![(0.5, set("web-2", ServerState::Sick))];
        acts.extend(visits(10, 30));
        let timeline = play(world(extra), &acts);
        choices(&timeline)
            .iter()
            .filter(|(server, _)| server == "web-2")
            .count()
    };
    assert_eq!(sick_after("probe = \"http\""), 0);
    assert_eq!(sick_after("probe = \"connect\""), 10);
}

#[test]
fn checks_find_a_dead_server_within_seconds_and_the_log_says_so() {
    let mut acts = vec![(0.5, set("web-1", ServerState::Dead))];
    acts.extend(visits(1, 20));
    let timeline = play(world(""), &acts);
    let judged = events_at(&timeline, "region", |kind| match kind {
        EventKind::ServerJudged {
            server,
            healthy,
            probe,
        } => Some((server.clone(), *healthy, *probe)),
        _ => None,
    });
    assert_eq!(
        judged,
        [(at(6.0), ("web-1".to_owned(), false, Probe::Http))]
    );
    let event = timeline
        .trace()
        .events()
        .iter()
        .find(|event| matches!(event.kind, EventKind::ServerJudged { .. }));
    let event = event.expect("it was judged");
    let caption = dns_lab::scene::caption(timeline.initial(), timeline.trace(), event);
    assert!(
        caption.text.contains("web-1 is taken out"),
        "{}",
        caption.text
    );
    let late = timeline.world_at(at(20.9));
    let node = late.find("region").expect("it is there");
    let view = site_view::balancer_view(&late, node).expect("it is a balancer");
    let words = |id: &str| {
        let mut servers = view.servers.iter();
        let server = servers.find(|server| server.id == id);
        server.map_or("", |server| server.standing.word)
    };
    assert_eq!((words("web-1"), words("web-2")), ("taken out", "serves"));
    // Every visit got its connection in the end: a client tries again.
    let opened = events_at(&timeline, "laptop", |kind| {
        matches!(kind, EventKind::ConnectionOpened { .. }).then_some(())
    });
    assert_eq!(opened.len(), 20);
}

#[test]
fn draining_breaks_no_download() {
    let download = Intervention::Download {
        client: "laptop".to_owned(),
        qname: "www.".parse().expect("a name"),
        seconds: 30,
    };
    let end = |state: ServerState| {
        let acts = [(0.0, download.clone()), (5.0, set("web-1", state))];
        let timeline = play(world(""), &acts);
        let closed = events_at(&timeline, "laptop", |kind| match kind {
            EventKind::ConnectionClosed {
                requests,
                parts,
                resets,
                ..
            } => Some((*requests, *parts, *resets)),
            _ => None,
        });
        closed[0].1
    };
    assert_eq!(end(ServerState::Draining), (30, 30, 0));
    let (requests, parts, resets) = end(ServerState::Dead);
    assert!(
        parts < requests && resets > 0,
        "a server that dies breaks it"
    );
}

#[test]
fn without_any_server_the_connection_is_refused_at_once() {
    let mut acts: Vec<(f64, Intervention)> = ["web-1", "web-2", "web-3"]
        .map(|server| (0.0, set(server, ServerState::Draining)))
        .to_vec();
    acts.extend(visits(10, 1));
    let timeline = play(world(""), &acts);
    let failed = events_at(&timeline, "laptop", |kind| match kind {
        EventKind::ConnectionFailed { elapsed, .. } => Some(*elapsed),
        _ => None,
    });
    assert_eq!(failed.len(), 1);
    assert!(failed[0].1 < SimDuration::from_millis(100));
}

#[test]
fn a_world_comes_to_rest_whatever_its_checks_say() {
    let timeline = play(world(""), &[(0.5, set("web-1", ServerState::Sick))]);
    assert!(timeline.head().next_event_at().is_none());
    let node = timeline.head().find("region").expect("it is there");
    let Node::Host(host) = timeline.head().node(node) else {
        panic!("it is a host");
    };
    let open = host
        .balancer()
        .map(|balancer| balancer.servers()[0].is_open());
    assert_eq!(open, Some(false));
}

#[test]
fn servers_that_are_not_there_are_refused() {
    let mut timeline = Timeline::new(world(""));
    assert!(
        timeline
            .intervene(at(0.0), set("web-9", ServerState::Dead))
            .is_err()
    );
}
