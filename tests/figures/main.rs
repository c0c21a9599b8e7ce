//! The figures the lab teaches, found by running the engine.

mod outages;

use dns_lab::dns::{Edns, Message, Name, Question, Rtype, Section, Ttl};
use dns_lab::engine::{
    CacheLayer, EventKind, Intervention, Node, Outcome, SimDuration, SimTime, Timeline, Trace,
    TraceEvent, World, fit_udp,
};
use dns_lab::scenario::{Figure, Measure, WorldSource, parse_question, world_source};

fn source() -> WorldSource {
    world_source("small_internet").expect("the shipped world is sound")
}

fn world() -> World {
    source().build(7)
}

fn name(text: &str) -> Name {
    text.parse().expect("a valid name")
}

fn question(text: &str) -> Question {
    parse_question(text).expect("a valid question")
}

fn ask(client: &str, text: &str) -> Intervention {
    Intervention::ask(client, question(text))
}

fn at(secs: f64) -> SimTime {
    SimTime::ZERO + SimDuration::from_secs_f64(secs)
}

/// Runs questions at given seconds.
fn session(world: World, asks: &[(f64, &str, &str)]) -> Timeline {
    let mut timeline = Timeline::new(world);
    for (secs, client, text) in asks {
        timeline
            .intervene(at(*secs), ask(client, text))
            .expect("the client is there");
    }
    timeline
}

/// The time each lookup of a session took, and the layer that answered.
fn lookups(timeline: &Timeline) -> Vec<(SimDuration, Option<CacheLayer>, Outcome)> {
    let finished = timeline
        .trace()
        .events()
        .iter()
        .filter_map(|event| match &event.kind {
            EventKind::LookupFinished {
                elapsed,
                answered_by,
                outcome,
                ..
            } => Some((*elapsed, *answered_by, outcome.clone())),
            _ => None,
        });
    finished.collect()
}

/// Queries that left the resolvers from `from` seconds on.
fn upstream_since(timeline: &Timeline, from: f64) -> usize {
    let world = timeline.initial();
    let sent = timeline.trace().events().iter().filter(|event| {
        let EventKind::DatagramSent { datagram, .. } = &event.kind else {
            return false;
        };
        event.at >= at(from)
            && matches!(world.node(event.node), Node::Resolver(_))
            && datagram.message().is_ok_and(|message| !message.flags.qr)
    });
    sent.count()
}

fn with_ttl(owner: &str, ttl: u32) -> World {
    let mut world = world();
    let act = Intervention::SetTtl {
        owner: name(owner),
        rtype: Rtype::A,
        ttl,
    };
    world
        .apply(&act, &mut Trace::silent())
        .expect("the record is there");
    world
}

fn count(measure: &Measure, world: World) -> u64 {
    match measure.evaluate(&Timeline::new(world)) {
        Ok(Figure::Count(count)) => count,
        other => panic!("expected a count, got {other:?}"),
    }
}

#[test]
fn c01_cold_lookup_makes_four_sequential_round_trips_in_50_to_200_ms() {
    let timeline = session(world(), &[(0.0, "laptop", "www.example.com A")]);
    // Stub to resolver, then root, TLD and authoritative server, one after the other.
    assert_eq!(upstream_since(&timeline, 0.0), 3);
    let (elapsed, answered_by, outcome) = lookups(&timeline)[0].clone();
    assert_eq!(answered_by, None);
    assert!(outcome.address().is_some());
    let millis = elapsed.as_millis_f64();
    assert!((50.0..=200.0).contains(&millis), "{millis} ms");
}

#[test]
fn c01_repeat_from_the_resolver_costs_the_first_leg_only() {
    let mut world = world();
    let (laptop, resolver) = (world.find("laptop"), world.find("resolver-frankfurt"));
    let first_leg = world
        .round_trip(laptop.expect("there"), resolver.expect("there"))
        .as_millis_f64();
    let measure = Measure::WarmLookupTime {
        client: "laptop".into(),
        question: question("www.example.com A"),
    };
    let Ok(Figure::Time(warm)) = measure.evaluate(&Timeline::new(world)) else {
        panic!("the lookup finishes");
    };
    // Jitter and the lookups in the machine's own caches add a little.
    assert!(
        (first_leg..first_leg * 1.2 + 1.0).contains(&warm.as_millis_f64()),
        "{warm}"
    );
}

#[test]
fn c01_repeat_from_the_machine_takes_less_than_a_millisecond() {
    let asks = [
        (0.0, "laptop", "www.example.com A"),
        (10.0, "laptop", "www.example.com A"),
    ];
    let timeline = session(world(), &asks);
    let (elapsed, answered_by, _) = lookups(&timeline)[1].clone();
    assert_eq!(answered_by, Some(CacheLayer::Browser));
    assert!(elapsed < SimDuration::from_millis(1));
    assert_eq!(upstream_since(&timeline, 10.0), 0);
}

#[test]
fn c02_for_one_ttl_no_query_leaves_the_resolver_and_then_one_does() {
    // The monitor has no cache of its own, so every question reaches the resolver.
    let mut asks = vec![(0.0, "monitor", "www.example.com A")];
    asks.extend((1..30).map(|i| (f64::from(i) * 10.0, "monitor", "www.example.com A")));
    let timeline = session(with_ttl("www.example.com", 300), &asks);
    assert_eq!(upstream_since(&timeline, 1.0), 0, "290 s of silence");
    let mut timeline = timeline;
    timeline
        .intervene(at(301.0), ask("monitor", "www.example.com A"))
        .expect("it asks");
    assert_eq!(
        upstream_since(&timeline, 300.0),
        1,
        "one fetch, as the delegation is still known"
    );
}

#[test]
fn c03_thirty_seconds_against_half_an_hour_is_sixty_times_the_queries() {
    let measure = Measure::FetchesPerDay {
        client: "laptop".into(),
        question: question("www.example.com A"),
    };
    let short = count(&measure, with_ttl("www.example.com", 30));
    let long = count(&measure, with_ttl("www.example.com", 1800));
    let ratio = short as f64 / long as f64;
    // Each cycle also contains the fetch itself, some 0.1 s.
    assert!((59.0..=61.0).contains(&ratio), "{short} / {long} = {ratio}");
}

#[test]
fn c04_a_ttl_of_60_s_makes_1440_queries_a_day() {
    let measure = Measure::FetchesPerDay {
        client: "laptop".into(),
        question: question("www.example.com A"),
    };
    let fetches = count(&measure, with_ttl("www.example.com", 60));
    assert!((1437..=1440).contains(&fetches), "{fetches}");
}

/// What a root server answers to the first question of a resolver, `. NS`, before it is cut
/// for UDP.
fn priming_answer(query: &Message) -> Message {
    let world = world();
    let root = world.find("a.root-servers.net").expect("it is there");
    let Node::Authoritative(server) = world.node(root) else {
        panic!("it is an authoritative server");
    };
    server.answer(query).0
}

fn octets(message: &Message) -> usize {
    message.encode().expect("it fits a message").len()
}

#[test]
fn c16_thirteen_names_fit_436_octets_with_ipv4_and_need_800_with_ipv6() {
    let mut query = Message::query(1, Question::new(Name::root(), Rtype::NS));
    let whole = priming_answer(&query);
    assert_eq!(whole.record_count(Section::Answer), 13);
    let mut ipv4 = whole.clone();
    ipv4.additional.retain(|set| set.rtype == Rtype::A);
    assert_eq!(ipv4.record_count(Section::Additional), 13);
    // Neither count has an OPT record in it: nobody who sends one is bound to 512 octets.
    assert_eq!(octets(&ipv4), 436);
    assert_eq!(octets(&whole), 800);
    // Hence either EDNS, whose OPT record adds 11 octets, or a part of the addresses.
    let plain = fit_udp(&query, whole);
    assert!(octets(&plain) <= 512 && plain.record_count(Section::Additional) < 26);
    query.edns = Some(Edns::with_payload_size(1232));
    let with_edns = fit_udp(&query, priming_answer(&query));
    assert_eq!(octets(&with_edns), 811);
    assert_eq!(with_edns.record_count(Section::Additional), 26);
}

#[test]
fn c17_a_record_created_one_second_after_the_miss_is_seen_after_900_s() {
    let records = "new.example.com. 300 IN A 198.51.100.5";
    let mut timeline = session(world(), &[(0.0, "monitor", "new.example.com A")]);
    assert_eq!(lookups(&timeline)[0].2, Outcome::NxDomain);
    let create = Intervention::set_records(records);
    timeline
        .intervene(at(1.0), create)
        .expect("the zone is there");
    for secs in [2.0, 450.0, 899.0] {
        timeline
            .intervene(at(secs), ask("monitor", "new.example.com A"))
            .expect("it asks");
        assert_eq!(
            lookups(&timeline).last().map(|l| l.2.clone()),
            Some(Outcome::NxDomain),
            "{secs}"
        );
    }
    timeline
        .intervene(at(901.0), ask("monitor", "new.example.com A"))
        .expect("it asks");
    let last = lookups(&timeline).last().cloned().expect("it finished");
    assert!(last.2.address().is_some());

    let measure = Measure::StaleFor {
        client: "monitor".into(),
        question: question("new.example.com A"),
        change: Intervention::set_records(records),
        changed_after: SimDuration::from_secs(1),
    };
    let Ok(Figure::Time(hidden)) = measure.evaluate(&Timeline::new(world())) else {
        panic!("it is seen in the end");
    };
    let since_the_miss = hidden.as_secs_f64() + 1.0;
    assert!((899.5..901.0).contains(&since_the_miss), "{since_the_miss}");
}

#[test]
fn a_changed_record_stays_stale_until_the_old_ttl_is_over() {
    let measure = Measure::StaleFor {
        client: "laptop".into(),
        question: question("www.example.com A"),
        change: Intervention::set_records("www.example.com. 300 IN A 203.0.113.10"),
        changed_after: SimDuration::from_secs(1),
    };
    let Ok(Figure::Time(stale)) =
        measure.evaluate(&Timeline::new(with_ttl("www.example.com", 300)))
    else {
        panic!("it is seen in the end");
    };
    assert!((298.0..302.0).contains(&stale.as_secs_f64()), "{stale}");
}

#[test]
fn m35_a_change_sends_nothing_and_reaches_each_resolver_when_its_own_copy_ends() {
    let name = "app.example.com A";
    let mut timeline = session(
        with_ttl("app.example.com", 300),
        &[(0.0, "laptop", name), (200.0, "phone", name)],
    );
    let records = "app.example.com. 300 IN A 203.0.113.99".to_owned();
    timeline
        .intervene(at(250.0), Intervention::set_records(records))
        .expect("it is served");
    let sees_change = |timeline: &mut Timeline, secs: f64, client: &str| {
        timeline
            .intervene(at(secs), ask(client, name))
            .expect("it asks");
        let last = lookups(timeline).pop().expect("it finished");
        last.2.address() == Some("203.0.113.99".parse().expect("an address"))
    };
    assert!(sees_change(&mut timeline, 310.0, "laptop"));
    let is_sent_after_change = |event: &&TraceEvent| {
        (at(250.0)..at(310.0)).contains(&event.at)
            && matches!(event.kind, EventKind::DatagramSent { .. })
    };
    let sent = timeline
        .trace()
        .events()
        .iter()
        .filter(is_sent_after_change);
    assert_eq!(sent.count(), 0, "nobody is told of the change");
    assert!(!sees_change(&mut timeline, 320.0, "phone"));
    assert!(sees_change(&mut timeline, 505.0, "phone"));
}

#[test]
fn a_browser_that_holds_60_s_can_add_60_s_to_the_ttl() {
    // The browser takes its copy in the last second of the resolver's entry.
    let mut timeline = session(
        with_ttl("www.example.com", 300),
        &[(0.0, "laptop", "www.example.com A")],
    );
    let records = "www.example.com. 300 IN A 203.0.113.10".to_owned();
    timeline
        .intervene(at(1.0), Intervention::set_records(records))
        .expect("it is served");
    let mut last_stale = 0.0;
    let mut secs = 299.5;
    while secs < 400.0 {
        timeline
            .intervene(at(secs), ask("laptop", "www.example.com A"))
            .expect("it asks");
        let address = lookups(&timeline)
            .last()
            .and_then(|lookup| lookup.2.address());
        if address != Some("203.0.113.10".parse().expect("an address")) {
            last_stale = secs;
        }
        secs += 5.0;
    }
    assert!((354.0..=360.5).contains(&last_stale), "{last_stale}");
}

#[test]
fn negative_answers_of_both_kinds_carry_the_zone_minimum() {
    let asks = [
        (0.0, "monitor", "nope.example.com A"),
        (1.0, "monitor", "app.example.com AAAA"),
    ];
    let timeline = session(world(), &asks);
    let granted: Vec<(Option<Rtype>, Ttl)> = timeline
        .trace()
        .events()
        .iter()
        .filter_map(|event| match &event.kind {
            EventKind::NegativeCached {
                layer: CacheLayer::Resolver,
                rtype,
                granted,
                ..
            } => Some((*rtype, *granted)),
            _ => None,
        })
        .collect();
    let secs = Ttl::from_secs;
    assert_eq!(granted, [(None, secs(900)), (Some(Rtype::AAAA), secs(900))]);
}

/// The alias of example.com whose target is in another zone, whose servers are known.
#[test]
fn c11_an_alias_costs_one_more_authoritative_round_trip_when_cold_and_none_when_cached() {
    // Both zones' servers are known, as they are to any busy resolver.
    let warm_up = [
        (0.0, "monitor", "www.example.com A"),
        (1.0, "monitor", "www.example.net A"),
    ];
    let asks = [
        (10.0, "monitor", "app.example.com A"),
        (20.0, "monitor", "blog.example.com A"),
        (30.0, "monitor", "blog.example.com A"),
    ];
    let timeline = session(world(), &[warm_up.as_slice(), &asks].concat());
    let queries =
        |from: f64, to: f64| upstream_since(&timeline, from) - upstream_since(&timeline, to);
    assert_eq!(queries(10.0, 20.0), 1, "a name without an alias");
    assert_eq!(queries(20.0, 30.0), 2, "the alias, then its target");
    assert_eq!(upstream_since(&timeline, 30.0), 0, "both are cached");

    // The target's lookup comes on top, at the price of its own server.
    let finished = lookups(&timeline);
    let sent: Vec<SimTime> = { timeline.trace().events().iter() }
        .filter_map(|event| match &event.kind {
            EventKind::ServerChosen { zone, .. }
                if *zone == name("example.net") && event.at >= at(20.0) =>
            {
                Some(event.at)
            }
            _ => None,
        })
        .collect();
    let [second_leg] = sent[..] else {
        panic!("one query for the target: {sent:?}")
    };
    let end = at(20.0) + finished[3].0;
    let extra = end.since(second_leg).as_millis_f64();
    let total = finished[3].0.as_millis_f64();
    // Frankfurt to London or Stockholm and back, and the way home to the monitor.
    assert!((10.0..=60.0).contains(&extra), "{extra} of {total} ms");
    assert!(finished[4].0 < finished[3].0);
}
