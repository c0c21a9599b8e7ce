//! What the learner can do to zones and servers.

use dns_lab::dns::{Name, Rcode, Rtype, ZoneText};
use dns_lab::engine::{
    EventKind, Intervention, InterventionError, Node, Outcome, SimDuration, SimTime, Timeline,
    Trace, World,
};
use dns_lab::page::links::{keep_session, read_session};
use dns_lab::scenario::{Session, parse_question, world_source};

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

fn set(records: &str) -> Intervention {
    Intervention::set_records(records)
}

fn publish(records: &str) -> Intervention {
    Intervention::Publish {
        records: ZoneText::read_lines(records),
    }
}

fn remove(zone: Option<&str>, owner: &str, rtype: Rtype) -> Intervention {
    Intervention::RemoveRecords {
        zone: zone.map(name),
        owner: name(owner),
        rtype,
    }
}

fn served(node: &str, zone: &str, served: bool) -> Intervention {
    Intervention::SetServed {
        node: node.to_owned(),
        zone: name(zone),
        served,
    }
}

fn at(secs: u64) -> SimTime {
    SimTime::ZERO + SimDuration::from_secs(secs)
}

fn session(acts: &[(u64, Intervention)]) -> Timeline {
    let mut timeline = Timeline::new(world());
    for (secs, act) in acts {
        timeline
            .intervene(at(*secs), act.clone())
            .expect("all of it exists");
    }
    timeline
}

/// The outcomes of all lookups, in order.
fn outcomes(timeline: &Timeline) -> Vec<Outcome> {
    let events = timeline.trace().events().iter();
    let finished = events.filter_map(|event| match &event.kind {
        EventKind::LookupFinished { outcome, .. } => Some(outcome.clone()),
        _ => None,
    });
    finished.collect()
}

/// Why an act is refused in an untouched world.
fn refusal(act: &Intervention) -> InterventionError {
    world()
        .apply(act, &mut Trace::silent())
        .expect_err("it cannot be carried out")
}

/// The records of one owner and type in the zone of that origin, on each server that has it.
fn on_servers(world: &World, origin: &str, owner: &str, rtype: Rtype) -> Vec<Option<usize>> {
    let servers = world.node_ids().filter_map(|id| match world.node(id) {
        Node::Authoritative(server) => Some(server.zones()),
        _ => None,
    });
    let zones = servers
        .flatten()
        .filter(|zone| *zone.origin() == name(origin));
    zones
        .map(|zone| zone.get(&name(owner), rtype).map(|set| set.data.len()))
        .collect()
}

#[test]
fn an_alias_at_the_top_of_a_zone_is_refused_with_the_reason() {
    let text = world()
        .zone_of(&name("example.com"))
        .expect("it is served")
        .to_text();
    let edit = Intervention::edit_zone(
        name("example.com"),
        format!("{text}@ 300 IN CNAME www.example.net.\n"),
    );
    for act in [set("example.com. 300 IN CNAME www.example.net."), edit] {
        let reason = refusal(&act).to_string();
        assert!(
            reason.contains("SOA and NS") && reason.contains("RFC 1034 §3.6.2"),
            "{reason}"
        );
    }
}

#[test]
fn an_alias_beside_other_records_is_refused() {
    let reason = refusal(&set("www.example.com. 300 IN CNAME www.example.net.")).to_string();
    assert!(reason.contains("stands alone"), "{reason}");
}

#[test]
fn a_published_zone_at_fault_is_refused_and_the_old_one_stays() {
    let timeline = session(&[
        (0, publish("example.com. 300 IN CNAME www.example.net.")),
        (1, ask("monitor", "example.com A")),
        (2, publish("new.example.com. 300 IN A 198.51.100.5")),
        (3, ask("monitor", "new.example.com A")),
    ]);
    let told: Vec<&str> = { timeline.trace().events().iter() }
        .filter_map(|event| match &event.kind {
            EventKind::Intervened { what } => Some(what.as_str()),
            _ => None,
        })
        .collect();
    assert!(told[0].contains("refused the new zone"), "{told:?}");
    assert_eq!(told[1], "new.example.com A was set");
    let addresses: Vec<_> = outcomes(&timeline).iter().map(Outcome::address).collect();
    let expected = Some("198.51.100.5".parse().expect("an address"));
    assert_eq!(addresses, [expected, expected]);
}

#[test]
fn the_parents_side_of_a_delegation_is_changed_by_naming_the_parent() {
    let mut world = world();
    let act = remove(Some("co.uk"), "ns1.example.co.uk", Rtype::A);
    world
        .apply(&act, &mut Trace::silent())
        .expect("the glue is there");
    let has = |world: &World, origin| on_servers(world, origin, "ns1.example.co.uk", Rtype::A);
    assert_eq!(has(&world, "co.uk"), [None, None], "both parent servers");
    assert_eq!(
        has(&world, "example.co.uk"),
        [Some(1), Some(1)],
        "the child"
    );
    let back = Intervention::SetRecordsIn {
        zone: name("co.uk"),
        records: ZoneText::read_lines("ns1.example.co.uk. 172800 IN A 198.51.100.58\n"),
    };
    world
        .apply(&back, &mut Trace::silent())
        .expect("the parent is there");
    assert_eq!(has(&world, "co.uk"), [Some(1), Some(1)]);
}

#[test]
fn without_glue_a_domain_with_servers_inside_it_is_dead() {
    let mut acts = Vec::new();
    for host in ["ns1.example.co.uk", "ns2.example.co.uk"] {
        for rtype in [Rtype::A, Rtype::AAAA] {
            acts.push((0, remove(Some("co.uk"), host, rtype)));
        }
    }
    acts.push((1, ask("monitor", "www.example.co.uk A")));
    let found = outcomes(&session(&acts));
    assert!(
        matches!(found[0], Outcome::Failure(Rcode::SERVFAIL, _)),
        "{found:?}"
    );
}

#[test]
fn what_a_zone_cannot_do_without_is_not_removed() {
    let apex = remove(None, "example.com", Rtype::SOA);
    assert!(refusal(&apex).to_string().contains("SOA"));
    let missing = remove(None, "www.example.com", Rtype::MX);
    assert!(matches!(
        refusal(&missing),
        InterventionError::NoSuchRecords(..)
    ));
}

#[test]
fn a_server_that_drops_a_zone_refuses_and_can_load_it_again() {
    let timeline = session(&[
        (0, served("ns1.eu.example.com", "eu.example.com", false)),
        (0, served("ns2.eu.example.com", "eu.example.com", true)),
        (1, ask("monitor", "www.eu.example.com A")),
    ]);
    assert!(outcomes(&timeline)[0].address().is_some());
    let mut world = world();
    let mut apply = |act: &Intervention| world.apply(act, &mut Trace::silent());
    apply(&served("ns1.eu.example.com", "eu.example.com", false)).expect("it has it");
    let again = served("ns1.eu.example.com", "eu.example.com", false);
    assert!(matches!(
        apply(&again),
        Err(InterventionError::NotServed(..))
    ));
    apply(&served("ns1.eu.example.com", "eu.example.com", true)).expect("the other has it");
    assert_eq!(
        on_servers(&world, "eu.example.com", "www.eu.example.com", Rtype::A),
        [Some(1), Some(1)]
    );
}

#[test]
fn a_zone_that_all_servers_dropped_can_be_loaded_again() {
    let hosts = ["ns1.eu.example.com", "ns2.eu.example.com"];
    let mut acts: Vec<(u64, Intervention)> = { hosts.iter() }
        .map(|host| (0, served(host, "eu.example.com", false)))
        .collect();
    acts.push((1, ask("monitor", "www.eu.example.com A")));
    acts.push((100, served(hosts[0], "eu.example.com", true)));
    acts.push((1_000, ask("monitor", "www.eu.example.com A")));
    let found = outcomes(&session(&acts));
    assert!(!found[0].is_settled(), "{found:?}");
    assert!(found[1].address().is_some(), "{found:?}");
}

#[test]
fn only_servers_serve_and_only_zones_that_are_somewhere() {
    assert!(matches!(
        refusal(&served("laptop", "example.com", true)),
        InterventionError::WrongRole(_)
    ));
    assert!(matches!(
        refusal(&served("ns1.example.com", "example.invalid", true)),
        InterventionError::NoSuchZone(_)
    ));
}

#[test]
fn acts_on_zones_survive_the_link() {
    let acts = [
        publish("a.example.com. 60 IN A 192.0.2.1\n"),
        remove(None, "www.example.com", Rtype::A),
        remove(Some("co.uk"), "ns1.example.co.uk", Rtype::A),
        served("ns1.example.com", "example.com", false),
        Intervention::SetRecordsIn {
            zone: name("com"),
            records: ZoneText::read_lines("example.com. 60 IN NS ns1.example.com.\n"),
        },
    ];
    let session = Session {
        acts: acts.map(|act| (at(1), act)).to_vec(),
        ..Session::default()
    };
    assert_eq!(read_session(&keep_session(&session)), Ok(session));
}
