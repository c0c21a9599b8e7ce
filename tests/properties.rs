//! Nothing the outside can send makes the lab panic.

use std::net::SocketAddr;
use std::sync::Arc;

use bytes::Bytes;
use dns_lab::dns::{Message, Name, Question, Rtype, parse_records};
use dns_lab::engine::{
    Datagram, Intervention, Node, Payload, SimTime, Timeline, Trace, Transport, World, Zone,
};
use dns_lab::page::links::read_session;
use dns_lab::scenario::{WorldSource, parse_question, world_source};
use proptest::prelude::*;

fn small_internet() -> World {
    world_source("small_internet")
        .expect("the shipped world is sound")
        .build(1)
}

/// Zone text that is sometimes almost right.
fn zone_like() -> impl Strategy<Value = String> {
    let word = prop_oneof![
        Just("@".to_owned()),
        Just("$TTL".to_owned()),
        Just("$ORIGIN".to_owned()),
        Just("$INCLUDE".to_owned()),
        Just("IN".to_owned()),
        Just("A".to_owned()),
        Just("SOA".to_owned()),
        Just("TXT".to_owned()),
        Just("CNAME".to_owned()),
        Just("NS".to_owned()),
        Just("MX".to_owned()),
        Just("(".to_owned()),
        Just(")".to_owned()),
        Just("\"".to_owned()),
        Just("\\".to_owned()),
        Just(";".to_owned()),
        Just("192.0.2.1".to_owned()),
        Just("..".to_owned()),
        "[a-z0-9.*_\\\\\"-]{0,70}",
        "[0-9]{1,12}",
        "\\PC{0,6}",
    ];
    let line = prop::collection::vec(word, 0..8).prop_map(|words| words.join(" "));
    prop::collection::vec(line, 0..12).prop_map(|lines| lines.join("\n"))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_octets_decode_or_are_refused(octets in prop::collection::vec(any::<u8>(), 0..600)) {
        if let Ok(message) = Message::decode(Bytes::from(octets)) {
            let _ = message.wire_fields();
            let _ = message.length_bound();
        }
    }

    #[test]
    fn any_zone_text_is_read_or_refused(text in zone_like()) {
        let origin: Name = "example.com".parse().expect("a name");
        let _ = parse_records(&origin, &text);
        if let Ok(zone) = Zone::parse(&origin, &text) {
            let again = Zone::parse(&origin, &zone.to_text());
            prop_assert!(again.is_ok(), "{:?}", again.err());
        }
    }

    #[test]
    fn any_permalink_is_read_or_refused(text in "([12]\\.)?[ -~]{0,200}") {
        let _ = read_session(&text);
    }

    #[test]
    fn any_question_is_read_or_refused(text in "\\PC{0,80}") {
        let _ = parse_question(&text);
    }

    #[test]
    fn any_world_file_is_read_or_refused(text in "\\PC{0,200}", cut in 0_usize..4000) {
        let _ = WorldSource::parse(&text, |_| Some(text.clone()));
        let real = include_str!("../lessons/worlds/small_internet/world.toml");
        let cut = real.floor_char_boundary(cut.min(real.len()));
        let _ = WorldSource::parse(&real[..cut], |_| None);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_node_survives_any_datagram(
        octets in prop::collection::vec(any::<u8>(), 0..200),
        is_tcp in any::<bool>(),
        port in any::<u16>(),
    ) {
        let mut world = small_internet();
        let mut trace = Trace::default();
        let source: SocketAddr = "203.0.113.99:4000".parse().expect("an address");
        for id in world.node_ids() {
            let Some(address) = world.spec(id).addresses.first().copied() else { continue };
            let transport = if is_tcp { Transport::Tcp } else { Transport::Udp };
            for payload in [Payload::Octets(Bytes::from(octets.clone())), Payload::Syn, Payload::SynAck] {
                let destination = SocketAddr::new(address, port);
                world.inject(id, Datagram { source, destination, transport, payload });
            }
        }
        prop_assert!(world.run_to_rest(10_000, &mut trace));
    }

    #[test]
    fn a_forged_response_never_changes_the_answer(id in any::<u16>(), port in any::<u16>()) {
        let forged: Bytes = {
            let question = Question::new("www.example.com".parse().expect("a name"), Rtype::A);
            let mut message = Message::response_to(&Message::query(id, question), dns_lab::dns::Rcode::NOERROR);
            message.flags.aa = true;
            message.answer = parse_records(&Name::root(), "www.example.com. 300 A 203.0.113.66\n").expect("a record");
            message.encode().expect("it fits")
        };
        let mut world = small_internet();
        let mut trace = Trace::default();
        let act = Intervention::Ask {
            client: "laptop".into(),
            qname: "www.example.com".parse().expect("a name"),
            qtype: Rtype::A,
        };
        world.apply(&act, &mut trace).expect("the laptop is there");
        let resolver = world.find("resolver-frankfurt").expect("the resolver is there");
        let address = world.spec(resolver).addresses[0];
        // From an address that was never asked: always refused, whatever ID and port.
        let source: SocketAddr = "203.0.113.66:53".parse().expect("an address");
        for _ in 0..20 {
            let destination = SocketAddr::new(address, port);
            let payload = Payload::Octets(forged.clone());
            world.inject(resolver, Datagram { source, destination, transport: Transport::Udp, payload });
            world.step(&mut trace);
        }
        world.run_to_rest(10_000, &mut trace);
        let Node::Client(client) = world.node(world.find("laptop").expect("there")) else { panic!("a client") };
        let question = Question::new("www.example.com".parse().expect("a name"), Rtype::A);
        let known = client.browser_cache().and_then(|cache| cache.resolve(world.now(), &question));
        let address = known.and_then(|known| known.outcome.address()).expect("the real answer came");
        prop_assert_ne!(address.to_string(), "203.0.113.66");
    }

    #[test]
    fn any_zone_edit_leaves_a_working_session(text in zone_like()) {
        let mut timeline = Timeline::new(small_internet());
        let origin: Name = "example.com".parse().expect("a name");
        let _ = timeline.intervene(SimTime::ZERO, Intervention::edit_zone(origin, text.clone()));
        let records = Intervention::set_records(text);
        let _ = timeline.intervene(SimTime::ZERO, records);
        let ask = Intervention::Ask {
            client: "laptop".into(),
            qname: "www.example.com".parse().expect("a name"),
            qtype: Rtype::A,
        };
        prop_assert!(timeline.intervene(SimTime::ZERO, ask).is_ok());
        let _ = Arc::new(timeline.world_at(timeline.end()));
    }
}
