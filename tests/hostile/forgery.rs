//! Responses that only look right: the resolver goes on waiting for the real one.

use std::net::{IpAddr, SocketAddr};

use bytes::Bytes;
use dns_lab::dns::{Message, Name, Question, Rcode, Rrset, Rtype, Ttl, parse_records};
use dns_lab::engine::{Datagram, EventKind, Payload, SimDuration, Transport};
use proptest::prelude::*;

use crate::options::any_config;
use crate::rig::{RESOLVER_V6, Rig, name, other, plain_config, reply, socket};

/// The address the real server gives.
const REAL: &str = "198.51.100.7";
/// The address forgers give.
const FORGED: &str = "203.0.113.66";
/// What is asked.
const QNAME: &str = "www.victim.test";

/// What a forger gets wrong.
#[derive(Clone, Copy, Debug)]
enum Flaw {
    Id(u16),
    Port(u16),
    SourceAddress([u8; 4]),
    SourcePort(u16),
    Destination,
    Transport,
    QuestionName,
    QuestionType,
    QuestionClass,
    NoQuestion,
    /// It is a query.
    NoResponse,
    /// The octets stop before the end.
    CutAt(usize),
}

fn flaw() -> impl Strategy<Value = Flaw> {
    prop_oneof![
        any::<u16>().prop_map(Flaw::Id),
        any::<u16>().prop_map(Flaw::Port),
        any::<[u8; 4]>().prop_map(Flaw::SourceAddress),
        any::<u16>().prop_map(Flaw::SourcePort),
        Just(Flaw::Destination),
        Just(Flaw::Transport),
        Just(Flaw::QuestionName),
        Just(Flaw::QuestionType),
        Just(Flaw::QuestionClass),
        Just(Flaw::NoQuestion),
        Just(Flaw::NoResponse),
        (0..40_usize).prop_map(Flaw::CutAt),
    ]
}

/// An authoritative address.
fn answer(query: &Message, address: &str) -> Message {
    let mut message = Message::response_to(query, Rcode::NOERROR);
    message.flags.aa = true;
    let qname = message
        .question
        .as_ref()
        .map(|question| question.qname.clone());
    let address = address.parse().expect("an address");
    let qname = qname.expect("resolvers ask something");
    message.answer = vec![Rrset::from_address(qname, Ttl::from_secs(300), address)];
    message
}

/// A forged response to `query` with one thing wrong; `None` if by chance nothing is.
fn forge(query: &Datagram, flaw: Flaw) -> Option<Datagram> {
    let asked = query.message().expect("resolvers send messages");
    let mut message = answer(&asked, FORGED);
    let mut forged = reply(query, message.clone());
    let question = message.question.as_mut()?;
    match flaw {
        Flaw::Id(id) if id != message.id => message.id = id,
        Flaw::Port(port) if port != query.source.port() => forged.destination.set_port(port),
        Flaw::SourceAddress(address) if IpAddr::from(address) != query.destination.ip() => {
            forged.source.set_ip(IpAddr::from(address));
        }
        Flaw::SourcePort(port) if port != 53 => forged.source.set_port(port),
        Flaw::Destination => {
            let own: IpAddr = RESOLVER_V6.parse().expect("an address");
            forged.destination = SocketAddr::new(own, forged.destination.port());
        }
        Flaw::Transport => forged.transport = other(forged.transport),
        Flaw::QuestionName => question.qname = name("bank.test"),
        Flaw::QuestionType => question.qtype = Rtype::TXT,
        Flaw::QuestionClass => question.qclass = dns_lab::dns::Class::CH,
        Flaw::NoQuestion => message.question = None,
        Flaw::NoResponse => message.flags.qr = false,
        Flaw::CutAt(length) => {
            let octets = message.encode().expect("it fits");
            let octets = octets.slice(..length.min(octets.len() - 1));
            forged.payload = Payload::Octets(octets);
            return Some(forged);
        }
        _ => return None,
    }
    forged.payload = Payload::Octets(message.encode().expect("it fits"));
    Some(forged)
}

/// Runs one question with forgeries before every real response, and looks at what came of it.
fn run(rig: &mut Rig, flaws: &[Flaw]) -> usize {
    let mut forgeries = 0;
    let delay = SimDuration::from_millis;
    let mut upstream = |query: &Datagram, message: &Message| {
        let mut responses = Vec::new();
        for (at, flaw) in (1..).zip(flaws) {
            let forged = forge(query, *flaw);
            forgeries += usize::from(forged.is_some());
            responses.extend(forged.map(|forged| (delay(at), forged)));
        }
        responses.push((delay(40), reply(query, answer(message, REAL))));
        responses
    };
    rig.ask(9, QNAME, Rtype::A);
    rig.run(&mut upstream);
    forgeries
}

/// Every address in a message's answer.
fn addresses(message: &Message) -> Vec<String> {
    let addresses = message.answer.iter().flat_map(Rrset::addresses);
    addresses.map(|address| address.to_string()).collect()
}

fn is_poisoned(rig: &Rig) -> bool {
    let forged: IpAddr = FORGED.parse().expect("an address");
    let mut entries = rig.resolver.cache().entries(rig.now);
    entries.any(|(_, entry)| {
        let records = entry.records(rig.now);
        records.is_some_and(|set| set.addresses().any(|address| address == forged))
    })
}

proptest! {
    #![proptest_config(crate::cases(300))]

    #[test]
    fn a_forgery_is_ignored_and_the_real_response_still_counts(
        flaws in prop::collection::vec(flaw(), 1..20),
        config in any_config(),
    ) {
        let mut config = config;
        // Enough work for one answer, and servers whose word is taken.
        config.limits = plain_config().limits;
        config.zones.clear();
        config.use_ipv4 = true;
        let mut rig = Rig::new(config, 11);
        let forgeries = run(&mut rig, &flaws);
        let answers = rig.answers_to(9);
        prop_assert_eq!(answers.len(), 1);
        prop_assert_eq!(addresses(&answers[0]), [REAL]);
        prop_assert!(!is_poisoned(&rig));
        // Each is seen in the trace, or answered with an error if it looked like a query.
        let is_seen = |event: &&EventKind| matches!(event, EventKind::ResponseIgnored { .. });
        let seen = rig.events.iter().filter(is_seen).count() + rig.answers.len() - 1;
        prop_assert!(seen >= forgeries, "{seen} of {forgeries}");
    }

    #[test]
    fn noise_between_query_and_response_changes_nothing(
        noise in prop::collection::vec((prop::collection::vec(any::<u8>(), 0..100), any::<bool>()), 1..20),
    ) {
        let mut rig = Rig::new(plain_config(), 12);
        let mut upstream = |query: &Datagram, message: &Message| {
            let mut responses = Vec::new();
            for (octets, is_tcp) in &noise {
                // From the server itself, to the right port, and never with the right ID.
                let mut octets = octets.clone();
                for (octet, id) in octets.iter_mut().zip(message.id.to_be_bytes()) {
                    *octet = !id;
                }
                let payload = Payload::Octets(Bytes::from(octets));
                let transport = if *is_tcp { Transport::Tcp } else { Transport::Udp };
                let noise = Datagram { payload, transport, ..reply(query, message.clone()) };
                responses.push((SimDuration::from_millis(1), noise));
            }
            responses.push((SimDuration::from_millis(40), reply(query, answer(message, REAL))));
            responses
        };
        rig.ask(9, QNAME, Rtype::A);
        rig.run(&mut upstream);
        prop_assert_eq!(addresses(&rig.answers_to(9)[0]), [REAL]);
        prop_assert_eq!(rig.queries.len(), 1);
    }
}

#[test]
fn a_response_that_comes_twice_or_too_late_is_ignored() {
    let mut rig = Rig::new(plain_config(), 13);
    run(&mut rig, &[]);
    let [query] = &rig.queries[..] else {
        panic!("one server was asked")
    };
    let asked = query.message().expect("resolvers send messages");
    let late = reply(query, answer(&asked, FORGED));
    for _ in 0..3 {
        rig.deliver(&late);
        assert!(matches!(
            rig.events.last(),
            Some(EventKind::ResponseIgnored { .. })
        ));
    }
    assert!(!is_poisoned(&rig));
    assert_eq!(rig.answers.len(), 1);
}

#[test]
fn every_query_has_its_own_id_and_port() {
    let mut rig = Rig::new(plain_config(), 14);
    for id in 0..200_u16 {
        rig.ask(id, &format!("n{id}.victim.test"), Rtype::A);
    }
    let seen: std::collections::BTreeSet<(u16, u16)> = rig
        .queries
        .iter()
        .map(|query| (query.message().expect("a message").id, query.source.port()))
        .collect();
    assert_eq!((rig.queries.len(), seen.len()), (200, 200));
    let ids: std::collections::BTreeSet<u16> = seen.iter().map(|(id, _)| *id).collect();
    assert!(ids.len() > 190, "IDs are drawn, not counted: {}", ids.len());
    assert!(seen.iter().all(|(_, port)| *port >= 1024));
}

#[test]
fn a_client_cannot_put_records_into_the_cache_with_its_query() {
    let mut rig = Rig::new(plain_config(), 15);
    let mut query = Message::query(1, Question::new(name("bank.test"), Rtype::A));
    query.flags.rd = true;
    query.flags.aa = true;
    let text = format!("bank.test. 300 A {FORGED}\n");
    for section in [
        &mut query.answer,
        &mut query.authority,
        &mut query.additional,
    ] {
        *section = parse_records(&Name::root(), &text).expect("a record");
    }
    let own = SocketAddr::new(rig.resolver.config().addresses[0], 53);
    rig.deliver(&Datagram::udp(socket("198.51.100.99:999"), own, query));
    assert_eq!(rig.resolver.cache().entries(rig.now).count(), 0);
}
