//! An apex with the addresses of a name of another company.

use dns_lab::dns::{Rtype, ZoneText};
use dns_lab::engine::{Node, Stream, Trace, ZoneVerdict};
use dns_lab::scene::{caption, lookups};

use super::checks::set_down;
use super::*;

const LONDON: &str = "198.51.100.30";
const DALLAS: &str = "203.0.113.30";

fn ask_for(client: &str, question: &str) -> Intervention {
    Intervention::ask(client, parse_question(question).expect("a question"))
}

/// A session with one server of example.com only: the one in Virginia.
fn virginia(acts: &[(f64, Intervention)]) -> Timeline {
    let mut all = vec![
        (0.0, set_down("ns2.example.com", true)),
        (0.0, set_down("ns3.example.com", true)),
    ];
    all.extend_from_slice(acts);
    session(1, &all)
}

/// The TTL of the first set of an answer, in seconds.
fn ttl(outcome: &Outcome) -> u32 {
    match outcome {
        Outcome::Answer(sets) => sets[0].ttl.as_secs(),
        other => panic!("no answer: {other:?}"),
    }
}

/// How many queries a machine has sent.
fn queries(timeline: &Timeline, id: &str) -> usize {
    let node = timeline.head().find(id).expect("it is there");
    let is_query = |event: &&TraceEvent| {
        event.node == node
            && matches!(&event.kind, EventKind::DatagramSent { datagram, .. }
                if datagram.message().is_ok_and(|message| !message.flags.qr))
    };
    timeline.trace().events().iter().filter(is_query).count()
}

fn flattened(timeline: &Timeline) -> usize {
    let is_flattened = |event: &&TraceEvent| matches!(event.kind, EventKind::AliasFlattened { .. });
    timeline
        .trace()
        .events()
        .iter()
        .filter(is_flattened)
        .count()
}

#[test]
fn the_apex_is_answered_with_addresses_and_keeps_its_other_records() {
    let timeline = session(
        1,
        &[
            (1.0, ask_for("berlin", "example.com A")),
            (5.0, ask_for("berlin", "example.com MX")),
            (6.0, ask_for("berlin", "example.com NS")),
            (7.0, ask_for("berlin", "example.com SOA")),
            (8.0, ask_for("berlin", "example.com AAAA")),
        ],
    );
    let got = outcomes(&timeline);
    let Outcome::Answer(sets) = &got[0] else {
        panic!("the apex has addresses: {got:?}");
    };
    // No alias is to be seen.
    assert_eq!(sets.len(), 1);
    assert_eq!(
        (sets[0].rtype, sets[0].owner.to_string()),
        (Rtype::A, "example.com.".to_owned())
    );
    let types: Vec<Rtype> = got[1..4]
        .iter()
        .filter_map(|outcome| match outcome {
            Outcome::Answer(sets) => Some(sets[0].rtype),
            _ => None,
        })
        .collect();
    assert_eq!(types, [Rtype::MX, Rtype::NS, Rtype::SOA]);
    // The target has no IPv6 address, so the apex has none; it exists all the same.
    assert_eq!(got[4], Outcome::NoData);
}

#[test]
fn the_policy_of_the_target_sees_the_place_of_the_server_and_not_of_the_user() {
    // All of Berlin's questions reach Virginia here: once by a resolver in Frankfurt, once by
    // one in Virginia, once with the network of the user.
    for client in ["berlin", "berlin-plain", "berlin-ecs"] {
        let timeline = virginia(&[(1.0, ask_for(client, "example.com A"))]);
        let sent = outcomes(&timeline)[0].address();
        assert_eq!(sent, Some(address(DALLAS)), "{client}");
    }
    // Asked for itself the name leads the same user to London.
    let direct = session(1, &[(1.0, ask_for("berlin", "cdn.example.net A"))]);
    assert_eq!(outcomes(&direct)[0].address(), Some(address(LONDON)));
}

#[test]
fn with_client_subnet_passed_on_the_user_counts_again() {
    let timeline = virginia(&[
        (1.0, ask_for("berlin-ecs", "news.example.com A")),
        (5.0, ask_for("dallas-ecs", "news.example.com A")),
        // Its resolver tells no network, so that there is nothing to pass on.
        (9.0, ask_for("berlin-plain", "news.example.com A")),
    ]);
    let sent: Vec<_> = outcomes(&timeline).iter().map(Outcome::address).collect();
    let expected = [LONDON, DALLAS, DALLAS].map(|text| Some(address(text)));
    assert_eq!(sent, expected);
    // The copies are kept apart: one query for each network, and one without.
    assert_eq!(queries(&timeline, "ns1.example.com"), 3);
    let again = virginia(&[
        (1.0, ask_for("berlin-ecs", "news.example.com A")),
        (2.0, flush("public-ecs")),
        (3.0, ask_for("neighbor-ecs", "news.example.com A")),
    ]);
    assert_eq!(queries(&again, "ns1.example.com"), 1);
    assert_eq!(outcomes(&again)[1].address(), Some(address(LONDON)));
}

fn flush(resolver: &str) -> Intervention {
    Intervention::FlushCache {
        node: resolver.to_owned(),
        layer: dns_lab::engine::CacheLayer::Resolver,
    }
}

#[test]
fn within_the_ttl_of_the_copy_nobody_is_asked_and_the_ttl_goes_on_counting() {
    let timeline = virginia(&[
        (1.0, ask_for("berlin-plain", "example.com A")),
        (11.0, ask_for("new-york", "example.com A")),
        (21.0, ask_for("dallas", "example.com A")),
        (41.0, ask_for("paris", "example.com A")),
    ]);
    assert_eq!(flattened(&timeline), 4);
    // Three resolvers asked within 30 s, the fourth later.
    assert_eq!(queries(&timeline, "ns1.example.com"), 2);
    let ttls: Vec<u32> = outcomes(&timeline).iter().map(ttl).collect();
    assert!(ttls.iter().all(|ttl| *ttl <= 30), "{ttls:?}");
    assert!((18..=20).contains(&ttls[1]), "{ttls:?}");
    assert!((8..=10).contains(&ttls[2]), "{ttls:?}");
    assert!((29..=30).contains(&ttls[3]), "{ttls:?}");
}

#[test]
fn a_dead_upstream_is_servfail_and_the_other_records_stay() {
    let timeline = virginia(&[
        (0.0, set_down("ns1.example.net", true)),
        (1.0, ask_for("berlin-plain", "example.com A")),
        (60.0, ask_for("berlin-plain", "example.com MX")),
    ]);
    let got = outcomes(&timeline);
    assert!(matches!(got[0], Outcome::Failure(..)), "{got:?}");
    assert!(matches!(got[1], Outcome::Answer(_)), "{got:?}");
    // Each question that was held is answered within two seconds of its arrival.
    let server = timeline
        .head()
        .find("ns1.example.com")
        .expect("it is there");
    let events = timeline.trace().events();
    let mut held = 0;
    for event in events.iter().filter(|event| event.node == server) {
        let EventKind::DatagramReceived { datagram, .. } = &event.kind else {
            continue;
        };
        let query = datagram.message().expect("a message");
        if query.question.as_ref().is_none_or(|q| q.qtype != Rtype::A) {
            continue;
        }
        let answered = events.iter().find_map(|other| match &other.kind {
            EventKind::DatagramSent { datagram: sent, .. }
                if other.node == server
                    && sent.destination == datagram.source
                    && sent.message().is_ok_and(|m| m.flags.qr && m.id == query.id) =>
            {
                Some(other.at.since(event.at))
            }
            _ => None,
        });
        assert!(answered.expect("it is answered") <= SimDuration::from_secs(2));
        held += 1;
    }
    assert!(held > 0);
}

#[test]
fn a_resolver_may_be_the_upstream_and_then_its_place_counts() {
    let source = world_source("wide_internet").expect("the shipped world is sound");
    let mut world = source.build(1);
    let id = world.find("ns1.example.com").expect("it is there");
    let Node::Authoritative(server) = world.node_mut(id) else {
        panic!("it is a server");
    };
    let mut names = server.flattened().to_vec();
    for name in &mut names {
        name.upstream = address("198.51.100.100");
    }
    server.set_flattened(names, Stream::new(1, "flattening"));
    let mut timeline = Timeline::new(world);
    for server in ["ns2.example.com", "ns3.example.com"] {
        timeline
            .intervene(at(0.0), set_down(server, true))
            .expect("it fits");
    }
    let act = ask_for("new-york", "example.com A");
    timeline.intervene(at(1.0), act).expect("it fits");
    // New York, a server in Virginia, and a resolver in Frankfurt: London.
    assert_eq!(outcomes(&timeline)[0].address(), Some(address(LONDON)));
}

#[test]
fn an_alias_at_a_flattened_apex_is_still_refused() {
    let publish = Intervention::Publish {
        records: ZoneText::read_lines("example.com. 300 IN CNAME cdn.example.net."),
    };
    let timeline = session(
        1,
        &[(0.0, publish), (1.0, ask_for("berlin", "example.com A"))],
    );
    let told = timeline
        .trace()
        .events()
        .iter()
        .find_map(|event| match &event.kind {
            EventKind::Intervened { what } => Some(what.clone()),
            _ => None,
        });
    let told = told.expect("the act is told");
    assert!(told.contains("SOA and NS"), "{told}");
    assert_eq!(flattened(&timeline), 1);
    assert!(outcomes(&timeline)[0].address().is_some());
}

#[test]
fn the_story_tells_of_the_question_that_waits_and_of_the_answer() {
    let timeline = virginia(&[(1.0, ask_for("berlin-plain", "example.com A"))]);
    let (world, trace): (&World, &Trace) = (timeline.initial(), timeline.trace());
    let told: Vec<String> = trace
        .events()
        .iter()
        .map(|event| caption(world, trace, event).text)
        .collect();
    for part in [
        "asks 198.51.100.56 for the address of cdn.example.net, whose answer it is to give as its own. The question waits.",
        "what it has learned of cdn.example.net as its own answer for example.com",
    ] {
        assert!(
            told.iter().any(|text| text.contains(part)),
            "{part}\n{}",
            told.join("\n")
        );
    }
    // The query of the server is a part of the lookup that brought it about.
    let lookup = &lookups(trace)[0];
    let server = world.find("ns1.example.com").expect("it is there");
    let asked = lookup
        .exchanges
        .iter()
        .filter(|exchange| exchange.from == server);
    assert_eq!(asked.count(), 1);
    // What the zone itself says stays true: it has no address there.
    let consulted = trace.events().iter().any(|event| {
        event.node == server
            && matches!(
                event.kind,
                EventKind::ZoneConsulted {
                    verdict: ZoneVerdict::NoData,
                    ..
                }
            )
    });
    assert!(consulted);
}
