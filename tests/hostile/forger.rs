//! A forger off the path, inside a scenario: it sees no query, guesses, and is turned down by
//! ID, by port, by address and by bailiwick, each time visibly in the trace.

use std::net::IpAddr;
use std::sync::Arc;

use dns_lab::dns::{Message, Name, Rcode, Rtype, parse_records};
use dns_lab::engine::{
    Datagram, EventKind, IgnoreReason, Intervention, Node, Outcome, Payload, Trace, World,
};
use dns_lab::scenario::world_source;

use crate::rig::name;

/// The address the forger would like the learner to visit.
const TRAP: [u8; 4] = [203, 0, 113, 66];

/// A world in which the resolver has just asked a server of `example.com`, and that query.
fn waiting_world() -> (World, Trace, Arc<Datagram>) {
    let source = world_source("small_internet").expect("the shipped world is sound");
    let mut world = source.build(3);
    let mut trace = Trace::default();
    let act = Intervention::Ask {
        client: "laptop".into(),
        qname: name("www.example.com"),
        qtype: Rtype::A,
    };
    world.apply(&act, &mut trace).expect("the laptop is there");
    let mut zone = Name::root();
    for index in 0.. {
        while trace.len() <= index {
            assert!(world.step(&mut trace), "the resolver asks before the end");
        }
        match &trace.events()[index].kind {
            EventKind::ServerChosen { zone: chosen, .. } => zone = chosen.clone(),
            EventKind::DatagramSent { datagram, .. } if zone == name("example.com") => {
                return (world, trace.clone(), Arc::clone(datagram));
            }
            _ => {}
        }
    }
    unreachable!("the loop ends by returning")
}

/// A response to a query that leads into the trap.
fn forged(query: &Datagram) -> (Datagram, Message) {
    let asked = query.message().expect("resolvers send messages");
    let mut message = Message::response_to(&asked, Rcode::NOERROR);
    message.flags.aa = true;
    let trap = IpAddr::from(TRAP);
    let text = format!("www.example.com. 300 A {trap}\n");
    message.answer = parse_records(&Name::root(), &text).expect("a record");
    (query.reply(message.clone()), message)
}

/// The datagrams ignored at the resolver, and the outcome of the learner's lookup.
fn play(world: &mut World, trace: &mut Trace, forgeries: Vec<Datagram>) -> (usize, Outcome) {
    let resolver = world.find("resolver-frankfurt").expect("it is there");
    for forgery in forgeries {
        world.inject(resolver, forgery);
    }
    assert!(world.run_to_rest(10_000, trace));
    let events = || trace.events().iter();
    let is_ignored = |kind: &EventKind| matches!(kind, EventKind::ResponseIgnored { .. });
    let ignored = events().filter(|event| event.node == resolver && is_ignored(&event.kind));
    let outcome = events().find_map(|event| match &event.kind {
        EventKind::LookupFinished { outcome, .. } => Some(outcome.clone()),
        _ => None,
    });
    (ignored.count(), outcome.expect("the lookup finished"))
}

/// Whether any cache of the world leads into the trap.
fn is_poisoned(world: &World) -> bool {
    use dns_lab::engine::CacheLayer::{Browser, Resolver, Stub};
    let trap = IpAddr::from(TRAP);
    let leads = |node: &Node, layer| {
        let entries = node
            .cache(layer)
            .into_iter()
            .flat_map(|cache| cache.entries(world.now()));
        let sets = entries.filter_map(|(_, entry)| entry.records(world.now()));
        sets.flat_map(|set| set.addresses().collect::<Vec<_>>())
            .any(|address| address == trap)
    };
    let layers = [Browser, Stub, Resolver];
    world
        .node_ids()
        .any(|id| layers.into_iter().any(|layer| leads(world.node(id), layer)))
}

#[test]
fn a_thousand_wrong_ids_are_ignored_and_the_real_answer_wins() {
    let (mut world, mut trace, query) = waiting_world();
    let (_, message) = forged(&query);
    let guess = |offset: u16| {
        let id = message.id.wrapping_add(offset);
        query.reply(Message {
            id,
            ..message.clone()
        })
    };
    let (ignored, outcome) = play(&mut world, &mut trace, (1..=1000).map(guess).collect());
    assert_eq!(ignored, 1000);
    assert_ne!(outcome.address(), Some(IpAddr::from(TRAP)));
    assert!(outcome.address().is_some() && !is_poisoned(&world));
}

#[test]
fn the_right_id_at_the_wrong_port_is_ignored() {
    let (mut world, mut trace, query) = waiting_world();
    let (right, _) = forged(&query);
    let guess = |offset: u16| {
        let mut forgery = right.clone();
        forgery
            .destination
            .set_port(query.source.port().wrapping_add(offset));
        forgery
    };
    let (ignored, outcome) = play(&mut world, &mut trace, (1..=1000).map(guess).collect());
    assert_eq!(ignored, 1000);
    assert!(outcome.address().is_some() && !is_poisoned(&world));
}

#[test]
fn the_right_id_and_port_from_the_wrong_address_are_ignored() {
    let (mut world, mut trace, query) = waiting_world();
    let (mut forgery, _) = forged(&query);
    forgery.source.set_ip(IpAddr::from(TRAP));
    let (ignored, outcome) = play(&mut world, &mut trace, vec![forgery]);
    assert_eq!(ignored, 1);
    assert!(outcome.address().is_some() && !is_poisoned(&world));
}

#[test]
fn even_a_right_guess_says_nothing_about_other_zones() {
    let (mut world, mut trace, query) = waiting_world();
    let (mut forgery, mut message) = forged(&query);
    let trap = IpAddr::from(TRAP);
    // Kaminsky's trick, aimed outside of the zone whose server is impersonated.
    let text = format!("com. 300 NS ns.example.net.\nns.example.net. 300 A {trap}\n");
    let mut records = parse_records(&Name::root(), &text).expect("good records");
    message.answer =
        parse_records(&Name::root(), "www.example.com. 300 A 198.51.100.99\n").expect("a record");
    message.additional = records.split_off(1);
    message.authority = records;
    forgery.payload = Payload::Message(Arc::new(message));
    play(&mut world, &mut trace, vec![forgery]);
    assert!(!is_poisoned(&world));
    let ignored: Vec<String> = trace
        .events()
        .iter()
        .filter_map(|event| match &event.kind {
            EventKind::RecordIgnored {
                owner,
                reason: IgnoreReason::OutOfZone,
                ..
            } => Some(owner.to_string()),
            _ => None,
        })
        .collect();
    assert_eq!(ignored, ["com.", "ns.example.net."]);
}
