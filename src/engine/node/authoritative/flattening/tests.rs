//! Flattened names, question by question.

use std::sync::Arc;

use super::*;
use crate::dns::{Ttl, parse_records};
use crate::engine::{Action, Zone};

const ZONE: &str = "\
$TTL 300
@    SOA   ns1 host 1 7200 900 1209600 600
@    NS    ns1
@    MX    10 mail
ns1  A     192.0.2.53
mail A     192.0.2.25
web  CNAME example.com.
";
const CLIENT: &str = "198.51.100.100:4000";
const OWN: &str = "192.0.2.53";
const UPSTREAM: &str = "198.51.100.56";

fn name(text: &str) -> Name {
    text.parse().expect("a name")
}

fn server(passes_subnet: bool) -> AuthoritativeServer {
    let zone = Zone::parse(&name("example.com"), ZONE).expect("a good zone");
    let mut server = AuthoritativeServer::new(vec![Arc::new(zone)]);
    let flattened = FlattenedName {
        owner: name("example.com"),
        target: name("cdn.example.net"),
        upstream: UPSTREAM.parse().expect("an address"),
        source: OWN.parse().expect("an address"),
        passes_subnet,
    };
    server.set_flattened(vec![flattened], Stream::new(1, "flattening"));
    server
}

fn at(millis: u64) -> SimTime {
    SimTime::ZERO + SimDuration::from_millis(millis)
}

fn query(id: u16, qname: &str, qtype: Rtype) -> Message {
    Message::query(id, Question::new(name(qname), qtype))
}

/// What the server sends at `now` after a query.
fn ask(server: &mut AuthoritativeServer, now: SimTime, query: Message) -> Vec<Datagram> {
    let client = CLIENT.parse().expect("a socket address");
    let own = SocketAddr::new(OWN.parse().expect("an address"), DNS_PORT);
    server.handle_datagram(now, &Datagram::udp(client, own, query));
    drain(server)
}

fn drain(server: &mut AuthoritativeServer) -> Vec<Datagram> {
    let actions = std::iter::from_fn(|| server.poll_action());
    let sent = actions.filter_map(|action| match action {
        Action::Transmit(datagram) => Some(datagram),
        Action::Report(_) => None,
    });
    sent.collect()
}

fn message(datagram: &Datagram) -> Message {
    datagram.message().expect("a message").as_ref().clone()
}

/// The response of the upstream to a query, with records in the answer and authority sections.
fn tell(upstream: &Datagram, rcode: Rcode, answer: &str, authority: &str) -> Datagram {
    let mut response = Message::response_to(&message(upstream), rcode);
    response.answer = parse_records(&Name::root(), answer).expect("good records");
    response.authority = parse_records(&Name::root(), authority).expect("good records");
    upstream.reply(response)
}

/// What the server answers to one question about the apex when the upstream says this.
fn settled(rcode: Rcode, answer: &str, authority: &str) -> (AuthoritativeServer, Message) {
    let mut server = server(false);
    let sent = ask(&mut server, at(0), query(7, "example.com", Rtype::A));
    server.handle_datagram(at(50), &tell(&sent[0], rcode, answer, authority));
    let sent = drain(&mut server);
    assert_eq!(sent.len(), 1);
    (server, message(&sent[0]))
}

const ADDRESS: &str = "cdn.example.net. 30 A 203.0.113.30\n";
const SOA: &str = "example.net. 40 SOA ns1.example.net. host.example.net. 1 2 3 4 20\n";

#[test]
fn the_apex_has_addresses_beside_its_other_records() {
    let (mut server, response) = settled(Rcode::NOERROR, ADDRESS, "");
    assert_eq!(
        response.answer,
        parse_records(&Name::root(), "example.com. 30 A 203.0.113.30\n").expect("good records")
    );
    assert!(response.flags.aa && !response.flags.ra && response.id == 7);
    assert!(response.authority.is_empty());
    for rtype in [Rtype::SOA, Rtype::NS, Rtype::MX] {
        let sent = ask(&mut server, at(60), query(8, "example.com", rtype));
        let response = message(&sent[0]);
        assert_eq!(response.answer[0].rtype, rtype);
    }
}

#[test]
fn the_ttl_counts_down_with_the_copy_and_then_the_target_is_asked_for_again() {
    let (mut server, first) = settled(Rcode::NOERROR, ADDRESS, "");
    assert_eq!(first.answer[0].ttl, Ttl::from_secs(30));
    let sent = ask(&mut server, at(20_050), query(8, "example.com", Rtype::A));
    assert_eq!(sent.len(), 1, "no query to the upstream");
    assert_eq!(message(&sent[0]).answer[0].ttl, Ttl::from_secs(10));
    let sent = ask(&mut server, at(30_050), query(9, "example.com", Rtype::A));
    assert_eq!(sent[0].destination.ip().to_string(), UPSTREAM);
}

#[test]
fn no_ttl_on_the_way_to_the_target_is_outlived() {
    let chain = "cdn.example.net. 9 CNAME edge.example.org.\nedge.example.org. 60 A 192.0.2.9\n";
    let (_, response) = settled(Rcode::NOERROR, chain, "");
    assert_eq!(
        response.answer,
        parse_records(&Name::root(), "example.com. 9 A 192.0.2.9\n").expect("good records")
    );
}

#[test]
fn a_target_without_addresses_leaves_the_apex_without_data() {
    for rcode in [Rcode::NOERROR, Rcode::NXDOMAIN] {
        let (mut server, response) = settled(rcode, "", SOA);
        assert_eq!(response.rcode, Rcode::NOERROR, "{rcode}");
        assert!(response.answer.is_empty());
        // Not known for longer than the target's SOA says, and not the 300 s of this zone.
        let soa = response.authority_soa().expect("a SOA set");
        assert_eq!(
            (soa.ttl, soa.owner.to_string()),
            (Ttl::from_secs(20), "example.com.".into())
        );
        let sent = ask(&mut server, at(5_050), query(8, "example.com", Rtype::A));
        assert_eq!(sent.len(), 1);
        let again = message(&sent[0]);
        assert_eq!(
            again.authority_soa().map(|soa| soa.ttl),
            Some(Ttl::from_secs(15))
        );
    }
}

#[test]
fn what_settles_nothing_is_servfail() {
    let referral = "example.net. 300 NS ns1.example.net.\n";
    let open_end = "cdn.example.net. 9 CNAME edge.example.org.\n";
    for (rcode, answer, authority) in [
        (Rcode::REFUSED, "", ""),
        (Rcode::SERVFAIL, "", ""),
        (Rcode::NOERROR, "", referral),
        (Rcode::NOERROR, open_end, ""),
        (Rcode::NOERROR, "", ""),
    ] {
        let (_, response) = settled(rcode, answer, authority);
        assert_eq!(response.rcode, Rcode::SERVFAIL, "{answer}{authority}");
        assert!(response.answer.is_empty() && response.authority.is_empty());
    }
}

#[test]
fn a_silent_upstream_is_servfail_after_two_seconds() {
    let mut server = server(false);
    let first = ask(&mut server, at(0), query(7, "example.com", Rtype::A));
    assert_eq!(server.next_timeout(), Some(at(1_000)));
    server.handle_timeout(at(1_000));
    let second = drain(&mut server);
    assert_eq!(second.len(), 1);
    assert_eq!(second[0].destination.ip().to_string(), UPSTREAM);
    // The first try is over: its response is late.
    server.handle_datagram(at(1_100), &tell(&first[0], Rcode::NOERROR, ADDRESS, ""));
    assert!(drain(&mut server).is_empty());
    server.handle_timeout(at(2_000));
    let sent = drain(&mut server);
    assert_eq!(message(&sent[0]).rcode, Rcode::SERVFAIL);
    assert_eq!(sent[0].destination.to_string(), CLIENT);
    assert_eq!(server.next_timeout(), None);
}

#[test]
fn all_who_ask_meanwhile_wait_for_one_query() {
    let mut server = server(false);
    let upstream = ask(&mut server, at(0), query(1, "example.com", Rtype::A));
    for id in 1..=3 {
        // The first of these is the same question once more.
        assert!(ask(&mut server, at(10), query(id, "example.com", Rtype::A)).is_empty());
    }
    server.handle_datagram(at(50), &tell(&upstream[0], Rcode::NOERROR, ADDRESS, ""));
    let sent = drain(&mut server);
    let ids: Vec<u16> = sent.iter().map(|datagram| message(datagram).id).collect();
    assert_eq!(ids, [1, 2, 3]);
}

#[test]
fn no_more_questions_wait_than_allowed() {
    let mut server = server(true);
    let told = |id: u16, network: usize| {
        let mut query = query(id, "example.com", Rtype::A);
        let network = format!("10.{network}.0.0/24").parse().expect("a network");
        query.edns = Some(Edns {
            options: vec![EdnsOption::subnet(Subnet::of(network))],
            ..Edns::with_payload_size(1232)
        });
        query
    };
    for network in 0..MAX_PENDING {
        let sent = ask(&mut server, at(0), told(1, network));
        assert_eq!(sent[0].destination.ip().to_string(), UPSTREAM);
    }
    let sent = ask(&mut server, at(0), told(1, MAX_PENDING));
    assert_eq!(message(&sent[0]).rcode, Rcode::SERVFAIL);
    for id in 2..=u16::try_from(MAX_WAITING).expect("small") {
        assert!(ask(&mut server, at(0), told(id, 0)).is_empty());
    }
    let sent = ask(&mut server, at(0), told(u16::MAX, 0));
    assert_eq!(message(&sent[0]).rcode, Rcode::SERVFAIL);
}

#[test]
fn a_forged_response_is_not_believed() {
    let mut server = server(false);
    let upstream = ask(&mut server, at(0), query(1, "example.com", Rtype::A));
    let genuine = tell(&upstream[0], Rcode::NOERROR, ADDRESS, "");
    let mut wrong_id = message(&genuine);
    wrong_id.id ^= 1;
    let from_elsewhere = Datagram {
        source: "192.0.2.66:53".parse().expect("a socket address"),
        ..genuine.clone()
    };
    for forged in [upstream[0].reply(wrong_id), from_elsewhere] {
        server.handle_datagram(at(10), &forged);
        assert!(drain(&mut server).is_empty());
    }
    server.handle_datagram(at(50), &genuine);
    assert_eq!(drain(&mut server).len(), 1);
}

#[test]
fn an_alias_in_the_zone_leads_to_the_flattened_apex() {
    let mut server = server(false);
    let upstream = ask(&mut server, at(0), query(1, "web.example.com", Rtype::A));
    server.handle_datagram(at(50), &tell(&upstream[0], Rcode::NOERROR, ADDRESS, ""));
    let sent = drain(&mut server);
    let types: Vec<Rtype> = message(&sent[0])
        .answer
        .iter()
        .map(|set| set.rtype)
        .collect();
    assert_eq!(types, [Rtype::CNAME, Rtype::A]);
}

#[test]
fn a_cut_response_is_fetched_over_tcp() {
    let mut server = server(false);
    let upstream = ask(&mut server, at(0), query(1, "example.com", Rtype::A));
    let mut cut = Message::response_to(&message(&upstream[0]), Rcode::NOERROR);
    cut.flags.tc = true;
    server.handle_datagram(at(50), &upstream[0].reply(cut));
    let again = drain(&mut server);
    assert_eq!(again[0].transport, Transport::Tcp);
    let whole = Datagram {
        transport: Transport::Tcp,
        ..tell(&again[0], Rcode::NOERROR, ADDRESS, "")
    };
    server.handle_datagram(at(200), &whole);
    assert_eq!(message(&drain(&mut server)[0]).answer.len(), 1);
}
