//! What a recursive resolver does, told as stories.

use std::collections::BTreeSet;

use dns_lab::dns::{Name, Rcode, Rtype, ZoneText};
use dns_lab::engine::{
    EventKind, FailureReason, Intervention, Node, Outcome, SimDuration, SimTime, StartingPoint,
    Timeline, TraceEvent, World,
};
use dns_lab::scenario::{parse_question, world_source};

fn world() -> World {
    world_source("small_internet")
        .expect("the shipped world is sound")
        .build(7)
}

fn name(text: &str) -> Name {
    text.parse().expect("a valid name")
}

fn ask(client: &str, text: &str) -> Intervention {
    Intervention::ask(client, parse_question(text).expect("a valid question"))
}

fn at(secs: u64) -> SimTime {
    SimTime::ZERO + SimDuration::from_secs(secs)
}

/// A session of interventions at given seconds.
fn session(acts: &[(u64, Intervention)]) -> Timeline {
    let mut timeline = Timeline::new(world());
    for (secs, act) in acts {
        timeline
            .intervene(at(*secs), act.clone())
            .expect("all of it exists");
    }
    timeline
}

/// The outcome of the last lookup.
fn last_outcome(timeline: &Timeline) -> Outcome {
    let finished = timeline
        .trace()
        .events()
        .iter()
        .rev()
        .find_map(|event| match &event.kind {
            EventKind::LookupFinished { outcome, .. } => Some(outcome.clone()),
            _ => None,
        });
    finished.expect("a lookup finished")
}

/// What happened at the resolvers, in order.
fn at_resolvers(timeline: &Timeline) -> impl Iterator<Item = &TraceEvent> {
    let is_resolver =
        |event: &&TraceEvent| matches!(timeline.initial().node(event.node), Node::Resolver(_));
    timeline.trace().events().iter().filter(is_resolver)
}

/// The names of the zones whose servers were asked, in order.
fn zones_asked(timeline: &Timeline) -> Vec<String> {
    let chosen = at_resolvers(timeline).filter_map(|event| match &event.kind {
        EventKind::ServerChosen { zone, .. } => Some(zone.to_string()),
        _ => None,
    });
    chosen.collect()
}

fn edit(origin: &str, change: impl Fn(String) -> String) -> Intervention {
    let origin = name(origin);
    let text = change(world().zone_of(&origin).expect("it is served").to_text());
    Intervention::edit_zone(origin, text)
}

#[test]
fn a_cold_walk_goes_from_the_root_down() {
    let timeline = session(&[(0, ask("monitor", "www.example.com A"))]);
    assert_eq!(zones_asked(&timeline), [".", "com.", "example.com."]);
    let start = at_resolvers(&timeline).find_map(|event| match &event.kind {
        EventKind::StartingPointChosen { source, .. } => Some(*source),
        _ => None,
    });
    assert_eq!(start, Some(StartingPoint::RootHints));
}

#[test]
fn co_uk_is_a_deeper_cut() {
    let timeline = session(&[(0, ask("monitor", "www.example.co.uk A"))]);
    assert_eq!(
        zones_asked(&timeline),
        [".", "uk.", "co.uk.", "example.co.uk."]
    );
}

#[test]
fn glueless_delegation_makes_the_resolver_look_up_a_name_server_first() {
    // The servers of example.net are named under example.org: net has no glue for them.
    let timeline = session(&[(0, ask("monitor", "www.example.net A"))]);
    let zones = zones_asked(&timeline);
    assert_eq!(zones.first().map(String::as_str), Some("."));
    assert!(zones.contains(&"org.".to_owned()), "{zones:?}");
    assert_eq!(zones.last().map(String::as_str), Some("example.net."));
    assert!(last_outcome(&timeline).address().is_some());
    let is_sub = at_resolvers(&timeline)
        .any(|event| matches!(event.kind, EventKind::ResolutionStarted { sub: true, .. }));
    assert!(is_sub);
}

#[test]
fn an_alias_into_another_zone_starts_a_new_walk_there() {
    let timeline = session(&[(0, ask("monitor", "blog.example.com A"))]);
    let Outcome::Answer(sets) = last_outcome(&timeline) else {
        panic!("there is an answer")
    };
    assert_eq!(sets[0].rtype, Rtype::CNAME);
    assert_eq!(sets[1].owner, name("blog.example.net"));
}

#[test]
fn an_alias_costs_nothing_when_both_ends_are_cached() {
    let timeline = session(&[
        (0, ask("monitor", "api.example.com A")),
        (5, ask("monitor", "api.example.com A")),
    ]);
    let late = at_resolvers(&timeline).filter(|event| event.at >= at(5));
    let sent = late
        .filter(|event| matches!(event.kind, EventKind::ServerChosen { .. }))
        .count();
    assert_eq!(sent, 0);
}

#[test]
fn an_alias_loop_ends_in_servfail() {
    let broken = edit("example.com", |text| {
        format!("{text}ping 300 IN CNAME pong\npong 300 IN CNAME ping\n")
    });
    let timeline = session(&[(0, broken), (1, ask("monitor", "ping.example.com A"))]);
    assert!(matches!(
        last_outcome(&timeline),
        Outcome::Failure(Rcode::SERVFAIL, _)
    ));
    let reason = at_resolvers(&timeline).find_map(|event| match &event.kind {
        EventKind::ResolutionFinished {
            outcome: Outcome::Failure(_, reason),
            ..
        } => Some(*reason),
        _ => None,
    });
    assert_eq!(reason, Some(FailureReason::AliasLoop));
}

#[test]
fn when_all_servers_of_a_zone_are_dead_the_domain_is_down() {
    let down = |node: &str| Intervention::SetDown {
        node: node.into(),
        down: true,
    };
    let timeline = session(&[
        (0, down("ns1.example.com")),
        (0, down("ns2.example.com")),
        (1, ask("monitor", "www.example.com A")),
    ]);
    assert!(matches!(last_outcome(&timeline), Outcome::Failure(..)));
    assert!(timeline.end() < at(60), "the work is bounded");
}

#[test]
fn cached_answers_outlive_dead_servers_until_the_ttl() {
    let down = |node: &str| Intervention::SetDown {
        node: node.into(),
        down: true,
    };
    let timeline = session(&[
        (0, ask("monitor", "www.example.com A")),
        (1, down("ns1.example.com")),
        (1, down("ns2.example.com")),
        (299, ask("monitor", "www.example.com A")),
    ]);
    assert!(last_outcome(&timeline).address().is_some());
    let mut timeline = timeline;
    timeline
        .intervene(at(301), ask("monitor", "www.example.com A"))
        .expect("it asks");
    assert!(matches!(last_outcome(&timeline), Outcome::Failure(..)));
}

#[test]
fn a_lame_server_is_passed_over() {
    // com still lists ns1.example.org for example.com, which does not serve it.
    let lame = edit("com", |text| {
        let text = text.replace("ns2.example.com.", "ns1.example.org.");
        text.lines()
            .filter(|line| !line.starts_with("ns1.example.org.  "))
            .fold(String::new(), |text, line| text + line + "\n")
    });
    let mut met_lame = 0;
    for seed in 0..12 {
        let world = world_source("small_internet").expect("sound").build(seed);
        let mut timeline = Timeline::new(world);
        // The glueless server is only met once its address is known.
        timeline
            .intervene(at(0), ask("monitor", "ns1.example.org A"))
            .expect("it asks");
        timeline
            .intervene(at(1), lame.clone())
            .expect("a good zone");
        timeline
            .intervene(at(2), ask("monitor", "www.example.com A"))
            .expect("it asks");
        assert!(last_outcome(&timeline).address().is_some(), "seed {seed}");
        let lame = timeline.trace().events().iter().filter(|event| {
            matches!(
                event.kind,
                EventKind::ServerPassedOver {
                    why: dns_lab::engine::Uselessness::Lame,
                    ..
                }
            )
        });
        met_lame += lame.count();
    }
    assert!(met_lame > 0, "no seed met the lame server");
}

#[test]
fn a_delegation_loop_ends() {
    // example.org is left with one server, whose name lies inside it, and no glue.
    let org = edit("org", |text| {
        let is_kept =
            |line: &&str| !line.starts_with("ns1.example ") && !line.contains("ns2.example.com.");
        text.lines()
            .filter(is_kept)
            .fold(String::new(), |text, line| text + line + "\n")
    });
    let timeline = session(&[(0, org), (1, ask("monitor", "www.example.net A"))]);
    assert!(matches!(
        last_outcome(&timeline),
        Outcome::Failure(Rcode::SERVFAIL, _)
    ));
    assert!(timeline.end() < at(60));
    let chosen = |event: &&TraceEvent| matches!(event.kind, EventKind::ServerChosen { .. });
    let queries = at_resolvers(&timeline).filter(chosen).count();
    assert!(queries <= 50, "{queries}");
}

#[test]
fn the_same_question_from_two_clients_is_worked_on_once() {
    let timeline = session(&[
        (0, ask("laptop", "www.example.com A")),
        (0, ask("monitor", "www.example.com A")),
    ]);
    let started = at_resolvers(&timeline)
        .filter(|event| matches!(event.kind, EventKind::ResolutionStarted { .. }))
        .count();
    assert_eq!(started, 1);
    let finished = timeline.trace().events().iter();
    let finished = finished.filter(|event| matches!(event.kind, EventKind::LookupFinished { .. }));
    assert_eq!(finished.count(), 2);
}

#[test]
fn the_hosts_file_answers_before_dns_is_asked() {
    let timeline = session(&[(0, ask("laptop", "localhost A"))]);
    assert_eq!(
        last_outcome(&timeline).address(),
        Some("127.0.0.1".parse().expect("an address"))
    );
    let has_sent = |event: &TraceEvent| matches!(event.kind, EventKind::DatagramSent { .. });
    assert!(
        !timeline.trace().events().iter().any(has_sent),
        "not even a connection leaves it"
    );
}

#[test]
fn after_the_answer_the_application_connects() {
    let timeline = session(&[(0, ask("laptop", "www.example.com A"))]);
    let opened = timeline
        .trace()
        .events()
        .iter()
        .find_map(|event| match &event.kind {
            EventKind::ConnectionOpened { elapsed, .. } => Some(*elapsed),
            _ => None,
        });
    let elapsed = opened.expect("the web server is up").as_millis_f64();
    assert!(
        (6.0..16.0).contains(&elapsed),
        "one round trip Berlin to Frankfurt: {elapsed} ms"
    );
}

#[test]
fn a_long_answer_comes_back_over_tcp() {
    let many = edit("example.com", |text| {
        (0..120).fold(text, |text, i| format!("{text}big 300 IN A 192.0.2.{i}\n"))
    });
    let timeline = session(&[(0, many), (1, ask("monitor", "big.example.com A"))]);
    let Outcome::Answer(sets) = last_outcome(&timeline) else {
        panic!("there is an answer")
    };
    assert_eq!(sets[0].data.len(), 120);
    let over_tcp = at_resolvers(&timeline).any(|event| {
        matches!(&event.kind, EventKind::DatagramSent { datagram, .. }
            if datagram.transport == dns_lab::engine::Transport::Tcp)
    });
    assert!(over_tcp);
}

#[test]
fn reverse_lookups_go_down_the_arpa_tree() {
    let timeline = session(&[(0, ask("monitor", "5.100.51.198.in-addr.arpa PTR"))]);
    let Outcome::Answer(sets) = last_outcome(&timeline) else {
        panic!("there is an answer")
    };
    assert_eq!(sets[0].rtype, Rtype::PTR);
}

/// A session in which example.com has so many name servers, each with an address beside the
/// delegation: the first are at addresses of nobody, the others at that of the zone's own server.
fn with_name_servers(count: usize, silent: usize, acts: &[(u64, Intervention)]) -> Timeline {
    let server = |index: usize| {
        let address = match index < silent {
            true => format!("192.0.2.{}", 100 + index % 100),
            false => "203.0.113.53".to_owned(),
        };
        format!(
            "example.com. 300 NS n{index}.example.com.\nn{index}.example.com. 300 A {address}\n"
        )
    };
    let records: String = (0..count).map(server).collect();
    let zone = name("com");
    let records = ZoneText::read_lines(records);
    let in_zone = records.clone();
    let mut all = vec![
        (0, Intervention::SetRecords { records: in_zone }),
        (0, Intervention::SetRecordsIn { zone, records }),
    ];
    all.extend_from_slice(acts);
    session(&all)
}

/// The hosts of example.com that the resolvers have chosen to ask.
fn servers_asked(timeline: &Timeline) -> BTreeSet<String> {
    let chosen = at_resolvers(timeline).filter_map(|event| match &event.kind {
        EventKind::ServerChosen { zone, server, .. } if *zone == name("example.com") => {
            Some(server.to_string())
        }
        _ => None,
    });
    chosen.collect()
}

#[test]
fn an_answer_is_found_though_the_first_of_many_name_servers_are_silent() {
    let question = ask("monitor", "www.example.com A");
    let timeline = with_name_servers(40, 12, &[(1, question)]);
    assert!(matches!(last_outcome(&timeline), Outcome::Answer(_)));
}

#[test]
fn of_900_name_servers_no_more_than_thirteen_are_asked_for_one_question() {
    let question = ask("monitor", "www.example.com A");
    let many = with_name_servers(900, 900, &[(1, question)]);
    assert!(matches!(last_outcome(&many), Outcome::Failure(..)));
    let asked = servers_asked(&many);
    assert!(asked.len() <= 13, "{asked:?}");
    // A server that is silent is asked three times.
    let chosen = zones_asked(&many).into_iter();
    let queries = chosen.filter(|zone| zone == "example.com.").count();
    assert!(queries <= 13 * 3, "{queries} queries");
}
