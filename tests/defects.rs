//! Each defect found in other DNS simulators, as a test that this one does not have it.

use dns_lab::dns::{Name, Rtype, Ttl};
use dns_lab::engine::{
    CacheLayer, EventKind, Intervention, Node, Outcome, SimDuration, SimTime, Timeline, World,
};
use dns_lab::page::links::{read_session, write_session};
use dns_lab::scenario::{Session, parse_question, world_source};

fn world() -> World {
    world_source("small_internet")
        .expect("the shipped world is sound")
        .build(3)
}

fn ask(client: &str, text: &str) -> Intervention {
    Intervention::ask(client, parse_question(text).expect("a valid question"))
}

fn at(secs: u64) -> SimTime {
    SimTime::ZERO + SimDuration::from_secs(secs)
}

fn session(asks: &[(u64, &str, &str)]) -> Timeline {
    let mut timeline = Timeline::new(world());
    for (secs, client, text) in asks {
        timeline
            .intervene(at(*secs), ask(client, text))
            .expect("the client is there");
    }
    timeline
}

/// Queries that left resolvers from `from` on.
fn upstream_since(timeline: &Timeline, from: SimTime) -> usize {
    let sent = timeline.trace().events().iter().filter(|event| {
        let EventKind::DatagramSent { datagram, .. } = &event.kind else {
            return false;
        };
        event.at >= from
            && matches!(timeline.initial().node(event.node), Node::Resolver(_))
            && datagram.message().is_ok_and(|message| !message.flags.qr)
    });
    sent.count()
}

/// What a layer stored for a name: TTL as it came, and as granted.
fn stored(timeline: &Timeline, wanted: CacheLayer, owner: &str) -> Vec<(Ttl, Ttl)> {
    let owner: Name = owner.parse().expect("a name");
    let events = timeline.trace().events().iter();
    let stored = events.filter_map(|event| match &event.kind {
        EventKind::RrsetCached {
            layer,
            rrset,
            granted,
            ..
        } if *layer == wanted && rrset.owner == owner => Some((rrset.ttl, *granted)),
        _ => None,
    });
    stored.collect()
}

#[test]
fn time_is_simulated_so_an_hour_passes_at_once() {
    let asks = [
        (0, "desktop", "www.example.co.uk A"),
        (3601, "desktop", "www.example.co.uk A"),
    ];
    let timeline = session(&asks);
    assert!(timeline.end() > at(3601));
    assert!(
        upstream_since(&timeline, at(3601)) > 0,
        "the TTL of 3600 s is over"
    );
}

#[test]
fn a_lower_cache_stores_the_remaining_ttl() {
    // The monitor fills the resolver; 100 s later the laptop asks for the first time.
    let asks = [
        (0, "monitor", "www.example.com A"),
        (100, "laptop", "www.example.com A"),
    ];
    let timeline = session(&asks);
    let ttls = stored(&timeline, CacheLayer::Stub, "www.example.com");
    assert_eq!(ttls.len(), 1);
    assert!((199..=200).contains(&ttls[0].0.as_secs()), "{ttls:?}");
}

#[test]
fn a_hit_in_a_middle_layer_fills_the_layers_above() {
    // After 61 s the browser has let go and the stub has not.
    let asks = [
        (0, "laptop", "www.example.com A"),
        (61, "laptop", "www.example.com A"),
    ];
    let timeline = session(&asks);
    assert_eq!(
        stored(&timeline, CacheLayer::Stub, "www.example.com").len(),
        1
    );
    assert_eq!(
        stored(&timeline, CacheLayer::Browser, "www.example.com").len(),
        2
    );
}

#[test]
fn referrals_are_cached_so_the_next_names_cost_less() {
    let asks = [
        (0, "monitor", "www.example.com A"),
        (1, "monitor", "app.example.com A"),
        (2, "monitor", "a.gtld-servers.net A"),
        (3, "monitor", "shop.example.com A"),
    ];
    let timeline = session(&asks);
    let between =
        |from, to| upstream_since(&timeline, at(from)) - upstream_since(&timeline, at(to));
    assert_eq!(between(0, 1), 3, "cold: root, com, example.com");
    assert_eq!(
        between(1, 2),
        1,
        "second name under the same zone: its servers are known"
    );
    assert_eq!(between(3, 4), 1);
}

#[test]
fn a_second_name_under_the_same_tld_costs_two_queries() {
    let asks = [
        (0, "monitor", "www.example.org A"),
        (60, "monitor", "nope.org A"),
    ];
    let timeline = session(&asks);
    assert_eq!(
        upstream_since(&timeline, at(60)),
        1,
        "org itself says that nope.org is not there"
    );
    // co.uk is a zone of its own: with uk known, two queries are left for a name below it.
    let asks = [(0, "monitor", "nope.uk A"), (60, "monitor", "nope.co.uk A")];
    let timeline = session(&asks);
    assert_eq!(upstream_since(&timeline, at(60)), 2, "uk, then co.uk");
}

#[test]
fn absence_is_cached() {
    let asks = [
        (0, "monitor", "nope.example.com A"),
        (10, "monitor", "nope.example.com A"),
    ];
    assert_eq!(upstream_since(&session(&asks), at(10)), 0);
    let asks = [
        (0, "monitor", "app.example.com AAAA"),
        (10, "monitor", "app.example.com AAAA"),
    ];
    assert_eq!(upstream_since(&session(&asks), at(10)), 0);
}

#[test]
fn answers_come_from_zones_the_learner_can_edit() {
    let mut timeline = Timeline::new(world());
    let origin: Name = "example.com".parse().expect("a name");
    let zone = timeline.initial().zone_of(&origin).expect("it is served");
    let text = format!("{}brandnew 60 IN A 192.0.2.77\n", zone.to_text());
    timeline
        .intervene(at(0), Intervention::edit_zone(origin, text))
        .expect("a good zone");
    timeline
        .intervene(at(1), ask("monitor", "brandnew.example.com A"))
        .expect("it asks");
    let answered = timeline
        .trace()
        .events()
        .iter()
        .any(|event| match &event.kind {
            EventKind::LookupFinished { outcome, .. } => {
                outcome.address() == Some("192.0.2.77".parse().expect("an address"))
            }
            _ => false,
        });
    assert!(answered);
}

#[test]
fn delays_follow_from_distance() {
    let mut world = world();
    let mut round_trip = |a: &str, b: &str| {
        let (a, b) = (world.find(a).expect("there"), world.find(b).expect("there"));
        world.round_trip(a, b).as_millis_f64()
    };
    let near = round_trip("laptop", "web-frankfurt");
    let far = round_trip("laptop", "web-ashburn");
    assert!(
        (6.0..14.0).contains(&near),
        "Berlin to Frankfurt: {near} ms"
    );
    assert!((80.0..95.0).contains(&far), "Berlin to Virginia: {far} ms");
}

#[test]
fn a_dead_server_costs_a_timeout_and_another_one_answers() {
    let mut timeline = Timeline::new(world());
    let down = |node: &str| Intervention::SetDown {
        node: node.into(),
        down: true,
    };
    timeline
        .intervene(at(0), down("ns2.example.com"))
        .expect("it is there");
    // Different seeds pick different servers first; over several runs both paths are taken.
    let mut timeouts = 0;
    for seed in 0..8 {
        let world = world_source("small_internet").expect("sound").build(seed);
        let mut timeline = Timeline::new(world);
        timeline
            .intervene(at(0), down("ns2.example.com"))
            .expect("it is there");
        timeline
            .intervene(at(1), ask("monitor", "www.example.com A"))
            .expect("it asks");
        for event in timeline.trace().events() {
            match &event.kind {
                EventKind::QueryTimedOut { .. } => timeouts += 1,
                EventKind::LookupFinished { outcome, .. } => assert!(outcome.address().is_some()),
                _ => {}
            }
        }
    }
    assert!(
        (1..8).contains(&timeouts),
        "{timeouts} of 8 runs met the dead server first"
    );
}

#[test]
fn a_lossy_network_is_survived_and_repeats_with_the_seed() {
    let run = || {
        let mut timeline = Timeline::new(world());
        timeline
            .intervene(at(0), Intervention::SetLoss { percent: 30 })
            .expect("a number");
        for secs in 1..10 {
            timeline
                .intervene(at(secs * 20), ask("monitor", "www.example.com A"))
                .expect("asks");
        }
        timeline
    };
    let (first, second) = (run(), run());
    assert_eq!(first.trace().events(), second.trace().events());
    let drops = first
        .trace()
        .events()
        .iter()
        .filter(|event| matches!(event.kind, EventKind::DatagramDropped { .. }))
        .count();
    assert!(drops > 0);
}

#[test]
fn a_session_fits_into_a_link_and_comes_back_the_same() {
    let asks = [
        (0, "laptop", "www.example.com A"),
        (100, "phone", "api.example.com A"),
    ];
    let timeline = session(&asks);
    let before = Session {
        acts: timeline.acts().to_vec(),
        ..Session::default()
    };
    let link = write_session(before, &timeline).expect("it fits");
    assert!(link.len() < 300, "{} characters", link.len());
    let back = read_session(&link).expect("our own link");
    let (again, errors) = Timeline::replay(world(), &back.acts);
    assert!(errors.is_empty());
    assert_eq!(again.trace().events(), timeline.trace().events());
}

#[test]
fn the_apex_answers_like_a_real_server() {
    let timeline = session(&[
        (0, "monitor", "example.com MX"),
        (1, "monitor", "example.com PTR"),
    ]);
    let outcomes: Vec<&Outcome> = timeline
        .trace()
        .events()
        .iter()
        .filter_map(|event| match &event.kind {
            EventKind::LookupFinished { outcome, .. } => Some(outcome),
            _ => None,
        })
        .collect();
    assert!(matches!(outcomes[0], Outcome::Answer(sets) if sets[0].rtype == Rtype::MX));
    assert_eq!(*outcomes[1], Outcome::NoData);
}
