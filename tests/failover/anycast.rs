//! Sites that withdraw an anycast address, in a world of clients and resolvers.

use dns_lab::engine::anycast::SiteState;
use dns_lab::engine::{DropReason, NodeId, Transport};
use dns_lab::scenario::WorldSource;

use super::*;

/// Places, in the form of a world file.
const PLACES: &str = r#"
format = 1
title = "Anycast"
about = "An anycast name server, an anycast web host and a few users."
[[place]]
id = "frankfurt"
name = "Frankfurt"
latitude = 50.11
longitude = 8.68
[[place]]
id = "london"
name = "London"
latitude = 51.51
longitude = -0.13
[[place]]
id = "ashburn"
name = "Ashburn"
latitude = 39.04
longitude = -77.49
[[place]]
id = "berlin"
name = "Berlin"
latitude = 52.52
longitude = 13.41
"#;

/// The machines; `{prepend}` is a line of the web host.
const MACHINES: &str = r#"
[[zone]]
origin = "."
file = "root.zone"
[[zone]]
origin = "example.com"
file = "example.com.zone"
[[authoritative]]
id = "a.root-servers.net"
addresses = ["198.41.0.4"]
zones = ["."]
sites = ["ashburn"]
[[authoritative]]
id = "ns.example.com"
addresses = ["192.0.2.53"]
zones = ["example.com"]
sites = ["frankfurt", "london", "ashburn"]
[[host]]
id = "web"
title = "Web host"
addresses = ["192.0.2.80"]
sites = ["frankfurt", "london"]
{prepend}
[[resolver]]
id = "resolver"
title = "Resolver, Berlin"
addresses = ["198.51.100.100"]
sites = ["berlin"]
preset = "honest"
[[client]]
id = "laptop"
title = "Laptop, Berlin"
address = "198.51.100.200"
place = "berlin"
resolver = "resolver"
browser = "chromium"
stub = "none"
"#;

const ROOT: &str = "$TTL 86400\n. SOA a.root-servers.net. x. 1 1800 900 604800 86400\n\
    . NS a.root-servers.net.\na.root-servers.net. A 198.41.0.4\n\
    example.com. NS ns.example.com.\nns.example.com. A 192.0.2.53\n";

/// The zone; the long set does not fit into a UDP answer.
fn example_com() -> String {
    let mut text = "$TTL 1\n@ SOA ns x 1 1800 900 604800 1\n@ NS ns\nns A 192.0.2.53\n\
        www A 192.0.2.80\n"
        .to_owned();
    for number in 0..40 {
        text.push_str(&format!("big TXT \"{number} {}\"\n", "x".repeat(100)));
    }
    text
}

fn world_with(prepend: &str, seed: u64) -> World {
    let text = format!("{PLACES}{}", MACHINES.replace("{prepend}", prepend));
    let zones = |name: &str| match name {
        "root.zone" => Some(ROOT.to_owned()),
        "example.com.zone" => Some(example_com()),
        _ => None,
    };
    let source = WorldSource::parse(&text, zones).unwrap_or_else(|errors| panic!("{errors:?}"));
    source.build(seed)
}

fn world() -> World {
    world_with("", 7)
}

fn withdraw(node: &str, site: &str) -> Intervention {
    announced(node, site, false)
}

fn announced(node: &str, site: &str, announced: bool) -> Intervention {
    Intervention::SetAnnounced {
        node: node.to_owned(),
        site: site.to_owned(),
        announced,
    }
}

fn crash(node: &str, site: &str) -> Intervention {
    Intervention::SetSiteDown {
        node: node.to_owned(),
        site: site.to_owned(),
        down: true,
    }
}

fn download(seconds: u32) -> Intervention {
    Intervention::Download {
        client: "laptop".to_owned(),
        qname: "www.example.com".parse().expect("a name"),
        seconds,
    }
}

fn id(world: &World, node: &str) -> NodeId {
    world.find(node).expect("the machine is there")
}

/// The name of the site a node's requests to another reach at a moment.
fn site_at(timeline: &Timeline, secs: f64, from: &str, to: &str) -> Option<String> {
    let world = timeline.world_at(at(secs));
    let (from, to) = (id(&world, from), id(&world, to));
    let site = world.reach(from, to).site?;
    Some(world.spec(to).sites[site].name.clone())
}

/// When the network of a node changed its route, in seconds.
fn moves(timeline: &Timeline, node: &str) -> Vec<f64> {
    let moves = events_at(timeline, node, |kind| {
        matches!(kind, EventKind::RouteChanged { .. }).then_some(())
    });
    moves
        .iter()
        .map(|(when, ())| when.since(SimTime::ZERO).as_secs_f64())
        .collect()
}

/// What was lost on the way and why.
fn losses(timeline: &Timeline) -> Vec<DropReason> {
    let events = timeline.trace().events().iter();
    let lost = events.filter_map(|event| match &event.kind {
        EventKind::DatagramDropped { reason, .. } => Some(*reason),
        _ => None,
    });
    lost.collect()
}

/// The end of a download: parts asked for, parts that came, resets.
fn transfer(timeline: &Timeline) -> (u32, u32, u32) {
    let closed = events_at(timeline, "laptop", |kind| match kind {
        EventKind::ConnectionClosed {
            requests,
            parts,
            resets,
            ..
        } => Some((*requests, *parts, *resets)),
        _ => None,
    });
    closed.last().expect("the download ends").1
}

#[test]
fn requests_reach_the_site_with_the_cheapest_path() {
    let timeline = play(world(), &[]);
    let site = |to| site_at(&timeline, 0.0, "resolver", to);
    assert_eq!(site("ns.example.com").as_deref(), Some("Frankfurt"));
    let longer = play(world_with("prepend = { frankfurt = 1 }", 7), &[]);
    let site = site_at(&longer, 0.0, "laptop", "web");
    assert_eq!(
        site.as_deref(),
        Some("London"),
        "one hop more outweighs 500 km"
    );
}

#[test]
fn a_withdrawal_moves_users_to_the_next_site_within_seconds() {
    for seed in 0..20 {
        let acts = [(10.0, withdraw("ns.example.com", "frankfurt"))];
        let timeline = play(world_with("", seed), &acts);
        let moved = moves(&timeline, "resolver");
        assert_eq!(moved.len(), 1, "{moved:?}");
        assert!((11.0..=30.0).contains(&moved[0]), "{moved:?}");
        let site = |secs| site_at(&timeline, secs, "resolver", "ns.example.com");
        assert_eq!(site(moved[0] - 0.001).as_deref(), Some("Frankfurt"));
        assert_eq!(site(moved[0]).as_deref(), Some("London"));
    }
}

#[test]
fn queries_are_lost_until_the_route_has_changed_and_then_answered_from_elsewhere() {
    let name = "www.example.com A";
    let acts = [
        (0.0, ask("laptop", name)),
        (100.0, withdraw("ns.example.com", "frankfurt")),
        (100.5, ask("laptop", name)),
        (200.0, ask("laptop", name)),
    ];
    let timeline = play(world(), &acts);
    let lost = losses(&timeline);
    assert!(!lost.is_empty());
    assert!(
        lost.iter().all(|reason| *reason == DropReason::Withdrawn),
        "{lost:?}"
    );
    let answers = events_at(&timeline, "laptop", |kind| match kind {
        EventKind::LookupFinished { outcome, .. } => Some(outcome.is_settled()),
        _ => None,
    });
    assert_eq!(answers.last().map(|(_, settled)| *settled), Some(true));
    // The way to London is longer than that to Frankfurt.
    let trips = events_at(&timeline, "resolver", |kind| match kind {
        EventKind::DatagramSent {
            datagram,
            arrives_at: Some(arrives),
            ..
        } if datagram.destination.ip().to_string() == "192.0.2.53" => Some(*arrives),
        _ => None,
    });
    let way = |index: usize| trips[index].1.since(trips[index].0);
    assert!(way(trips.len() - 1) > way(0));
}

#[test]
fn a_udp_exchange_under_way_is_not_hurt_by_a_withdrawal() {
    // The query reaches Frankfurt, which withdraws while the answer is on its way.
    let first = play(world(), &[(0.0, ask("laptop", "www.example.com A"))]);
    let at_server = events_at(&first, "ns.example.com", |kind| {
        matches!(kind, EventKind::DatagramSent { .. }).then_some(())
    });
    let answered = at_server[0].0.since(SimTime::ZERO).as_secs_f64();
    let acts = [
        (0.0, ask("laptop", "www.example.com A")),
        (answered + 0.0001, withdraw("ns.example.com", "frankfurt")),
    ];
    let timeline = play(world(), &acts);
    let finished = |timeline: &Timeline| {
        let ends = events_at(timeline, "laptop", |kind| match kind {
            EventKind::LookupFinished {
                elapsed, outcome, ..
            } => Some((*elapsed, outcome.is_settled())),
            _ => None,
        });
        ends[0].1
    };
    assert_eq!(finished(&timeline), finished(&first));
    assert!(losses(&timeline).is_empty());
}

#[test]
fn a_connection_that_lands_on_another_site_is_reset_and_the_client_connects_again() {
    let acts = [(0.0, download(60)), (20.0, withdraw("web", "frankfurt"))];
    let timeline = play(world(), &acts);
    let moved = moves(&timeline, "laptop");
    assert_eq!(moved.len(), 1);
    let resets = events_at(&timeline, "laptop", |kind| match kind {
        EventKind::ConnectionReset { elapsed, .. } => Some(*elapsed),
        _ => None,
    });
    assert_eq!(resets.len(), 1);
    let when = resets[0].0.since(SimTime::ZERO).as_secs_f64();
    assert!(
        (moved[0]..moved[0] + 1.2).contains(&when),
        "{when} after {moved:?}"
    );
    let (requests, parts, count) = transfer(&timeline);
    assert_eq!(count, 1);
    // What was asked for between the withdrawal and the change of route is lost, and so is
    // the part that met the reset.
    let lost = requests - parts;
    let gap = (moved[0] - 20.0).ceil() as u32;
    assert!(
        (1..=gap + 1).contains(&lost),
        "{lost} of {requests} in a gap of {gap} s"
    );
}

#[test]
fn a_connection_that_stays_at_its_site_is_not_reset() {
    let acts = [(0.0, download(60)), (20.0, withdraw("web", "london"))];
    let timeline = play(world(), &acts);
    assert_eq!(transfer(&timeline), (60, 60, 0));
}

#[test]
fn a_site_that_crashes_without_withdrawing_is_a_black_hole_until_it_withdraws() {
    let acts = [
        (0.0, download(600)),
        (20.0, crash("web", "frankfurt")),
        (300.0, withdraw("web", "frankfurt")),
    ];
    let timeline = play(world(), &acts);
    let moved = moves(&timeline, "laptop");
    assert_eq!(moved.len(), 1);
    assert!(moved[0] >= 301.0, "routes do not follow a crash: {moved:?}");
    let lost = losses(&timeline);
    let black_hole = lost
        .iter()
        .filter(|reason| **reason == DropReason::SiteDown);
    assert_eq!(black_hole.count(), 280, "one a second from 20 s to 300 s");
    let world = timeline.world_at(at(100.0));
    let states = world.site_states(id(&world, "web"));
    let (works, hole) = (
        true,
        SiteState {
            announced: true,
            up: false,
        },
    );
    assert_eq!(
        states,
        [
            hole,
            SiteState {
                announced: works,
                up: works
            }
        ]
    );
}

#[test]
fn dns_over_tcp_that_spans_a_change_of_route_is_reset_and_asked_again() {
    let question = "big.example.com TXT";
    let first = play(world(), &[(0.0, ask("laptop", question))]);
    let tcp = events_at(&first, "resolver", |kind| match kind {
        EventKind::DatagramSent {
            datagram,
            arrives_at: Some(arrives),
            ..
        } if datagram.transport == Transport::Tcp
            && datagram.message().is_ok_and(|message| !message.flags.qr) =>
        {
            Some(*arrives)
        }
        _ => None,
    });
    let (sent, arrives) = tcp[0];
    let middle = sent + SimDuration::from_micros(arrives.since(sent).as_micros() / 2);
    // The route changes at once, in the middle between the handshake and the query.
    let span = dns_lab::engine::anycast::Convergence {
        min: SimDuration::ZERO,
        max: SimDuration::ZERO,
    };
    let mut world = world();
    world.network_mut().set_convergence(span);
    let mut timeline = Timeline::new(world);
    let acts = [
        (SimTime::ZERO, ask("laptop", question)),
        (middle, withdraw("ns.example.com", "frankfurt")),
    ];
    for (when, act) in acts {
        timeline.intervene(when, act).expect("it can be done");
    }
    let resets = events_at(&timeline, "resolver", |kind| {
        matches!(kind, EventKind::ConnectionReset { .. }).then_some(())
    });
    assert_eq!(resets.len(), 1);
    let answers = events_at(&timeline, "laptop", |kind| match kind {
        EventKind::LookupFinished {
            outcome, elapsed, ..
        } => Some((outcome.is_settled(), *elapsed)),
        _ => None,
    });
    assert!(answers[0].1.0);
    assert!(
        answers[0].1.1 < SimDuration::from_secs(1),
        "no timeout was waited for"
    );
}

#[test]
fn what_is_announced_again_draws_its_users_back() {
    let acts = [
        (10.0, withdraw("web", "frankfurt")),
        (100.0, announced("web", "frankfurt", true)),
    ];
    let timeline = play(world(), &acts);
    assert_eq!(moves(&timeline, "laptop").len(), 2);
    let site = site_at(&timeline, 150.0, "laptop", "web");
    assert_eq!(site.as_deref(), Some("Frankfurt"));
}

#[test]
fn with_all_sites_withdrawn_there_is_no_route() {
    let acts = [
        (0.0, withdraw("web", "frankfurt")),
        (0.0, withdraw("web", "london")),
        (60.0, download(1)),
    ];
    let timeline = play(world(), &acts);
    assert!(losses(&timeline).contains(&DropReason::NoRoute));
    assert_eq!(site_at(&timeline, 100.0, "laptop", "web"), None);
}

#[test]
fn the_same_seed_gives_the_same_trace() {
    let run = |seed| {
        let acts = [(0.0, download(60)), (20.0, withdraw("web", "frankfurt"))];
        let timeline = play(world_with("", seed), &acts);
        timeline.trace().events().to_vec()
    };
    assert_eq!(run(1), run(1));
    assert_ne!(run(1), run(2));
}

#[test]
fn acts_on_sites_that_are_not_there_are_refused() {
    let mut timeline = Timeline::new(world());
    for act in [
        withdraw("web", "tokyo"),
        crash("web", "tokyo"),
        withdraw("gone", "x"),
    ] {
        assert!(timeline.intervene(at(1.0), act).is_err());
    }
    assert!(timeline.trace().is_empty());
}
