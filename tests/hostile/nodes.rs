//! Any datagram to any node: a client, a resolver, an authoritative server, a web host.

use std::net::SocketAddr;
use std::sync::Arc;

use bytes::Bytes;
use dns_lab::dns::{Message, Name, Question, Rtype};
use dns_lab::engine::{
    Action, AuthoritativeServer, Client, ClientConfig, Datagram, Host, Node, Payload, SimDuration,
    SimTime, Stream, Trace, Transport, TtlPolicy, World, Zone,
};
use dns_lab::scenario::world_source;
use proptest::prelude::*;

use crate::noise::datagram;
use crate::rig::{RESOLVER, Rig, name, plain_config, socket};

const ZONE: &str = "\
$TTL 300
@      SOA   ns1 host 1 7200 900 1209600 600
@      NS    ns1
ns1    A     192.0.2.53
www    CNAME web
web    A     192.0.2.1
*.wild TXT   \"anything\"
old    DNAME new.example.net.
sub    NS    ns.sub
ns.sub A     192.0.2.54
";

fn authoritative() -> Node {
    let zone = Zone::parse(&name("example.com"), ZONE).expect("a good zone");
    Node::Authoritative(AuthoritativeServer::new(vec![Arc::new(zone)]))
}

fn client() -> Client {
    let config = ClientConfig {
        address: "198.51.100.10".parse().expect("an address"),
        resolver: socket("198.51.100.53:53"),
        browser: Some(TtlPolicy::CHROMIUM),
        stub: Some(TtlPolicy::SYSTEMD_RESOLVED),
        hosts: Default::default(),
        connects: true,
        udp_payload_size: None,
    };
    Client::new(config, Stream::new(1, "client"))
}

/// Everything a node sends now.
fn sent(node: &mut Node) -> Vec<Datagram> {
    let mut sent = Vec::new();
    while let Some(action) = node.poll_action() {
        if let Action::Transmit(datagram) = action {
            sent.push(datagram);
        }
    }
    sent
}

/// Whether octets claim to be a query and have a whole header: only these are answered.
fn asks(octets: &[u8]) -> bool {
    octets.len() >= 12 && octets[2] & 0x80 == 0
}

/// The payload size a query allows for its UDP response, as far as it can be read.
fn room(octets: &Bytes) -> usize {
    let edns = Message::decode(octets.clone())
        .ok()
        .and_then(|query| query.edns);
    edns.map_or(512, |edns| {
        usize::from(edns.udp_payload_size.clamp(512, 1232))
    })
}

/// Checks one response to octets from `source`.
fn check_response(octets: &Bytes, source: SocketAddr, response: &Datagram) {
    assert_eq!(
        response.destination, source,
        "it goes back where the query came from"
    );
    let message = response.message().expect("nodes send messages");
    assert!(message.flags.qr, "a response is no query");
    assert_eq!(message.id.to_be_bytes(), octets[..2]);
    let encoded = message.encode().expect("it fits a message");
    assert!(
        Message::decode(encoded.clone()).is_ok(),
        "others can read it"
    );
    if response.transport == Transport::Udp {
        assert!(encoded.len() <= room(octets), "{} octets", encoded.len());
    }
}

proptest! {
    #![proptest_config(crate::cases(1500))]

    #[test]
    fn an_authoritative_server_answers_queries_once_and_nothing_else(
        octets in datagram(),
        is_tcp in any::<bool>(),
    ) {
        let mut node = authoritative();
        let transport = if is_tcp { Transport::Tcp } else { Transport::Udp };
        let source = socket("203.0.113.5:4242");
        let payload = Payload::Octets(octets.clone());
        let destination = socket("192.0.2.53:53");
        node.handle_datagram(SimTime::ZERO, &Datagram { source, destination, transport, payload });
        let sent = sent(&mut node);
        prop_assert_eq!(sent.len(), usize::from(asks(&octets)));
        for response in &sent {
            check_response(&octets, source, response);
        }
        prop_assert_eq!(node.next_timeout(), None);
    }

    #[test]
    fn a_resolver_answers_queries_once_and_comes_to_rest(
        datagrams in prop::collection::vec(datagram(), 1..6),
        is_tcp in any::<bool>(),
    ) {
        let mut rig = Rig::new(plain_config(), 41);
        let transport = if is_tcp { Transport::Tcp } else { Transport::Udp };
        for (port, octets) in (1000_u16..).zip(&datagrams) {
            let source = SocketAddr::new("203.0.113.5".parse().expect("an address"), port);
            let destination = SocketAddr::new(RESOLVER.parse().expect("an address"), 53);
            let payload = Payload::Octets(octets.clone());
            rig.deliver(&Datagram { source, destination, transport, payload });
        }
        rig.run(&mut |_: &Datagram, _: &Message| Vec::new());
        for (port, octets) in (1000_u16..).zip(&datagrams) {
            let of_this = |answer: &&Datagram| answer.destination.port() == port;
            let answers: Vec<&Datagram> = rig.answers.iter().filter(of_this).collect();
            prop_assert_eq!(answers.len(), usize::from(asks(octets)));
            for answer in answers {
                check_response(octets, SocketAddr::new(answer.destination.ip(), port), answer);
            }
        }
        prop_assert_eq!(rig.resolver.cache().entries(rig.now).count(), 0);
        let limit = rig.resolver.config().limits.total_queries;
        prop_assert!(rig.queries.len() <= limit * datagrams.len());
        prop_assert_eq!(rig.resolver.pending().count(), 0);
        prop_assert_eq!(rig.resolver.next_timeout(), None);
    }

    #[test]
    fn a_client_answers_nobody_and_finishes_its_lookup(
        datagrams in prop::collection::vec((datagram(), any::<u16>()), 1..20),
    ) {
        let mut client = client();
        client.ask(SimTime::ZERO, Question::new(name("www.example.com"), Rtype::A));
        let mut node = Node::Client(client);
        let mut now = SimTime::ZERO;
        let mut count = 0;
        for (octets, port) in datagrams {
            let datagram = Datagram {
                source: socket("198.51.100.53:53"),
                destination: SocketAddr::new("198.51.100.10".parse().expect("an address"), port),
                transport: Transport::Udp,
                payload: Payload::Octets(octets),
            };
            node.handle_datagram(now, &datagram);
            count += sent(&mut node).len();
        }
        prop_assert_eq!(count, 0);
        // With nobody to answer it asks twice and gives up.
        for _ in 0..10 {
            let Some(due) = node.next_timeout() else { break };
            now = due;
            node.handle_timeout(now);
            count += sent(&mut node).len();
        }
        prop_assert_eq!((count, node.next_timeout()), (2, None));
    }

    #[test]
    fn a_web_host_never_answers_octets(octets in datagram()) {
        let mut node = Node::Host(Host::default());
        let (source, destination) = (socket("203.0.113.5:4242"), socket("192.0.2.80:443"));
        for transport in [Transport::Udp, Transport::Tcp] {
            let payload = Payload::Octets(octets.clone());
            node.handle_datagram(SimTime::ZERO, &Datagram { source, destination, transport, payload });
        }
        prop_assert!(sent(&mut node).is_empty());
    }
}

fn small_internet() -> World {
    let source = world_source("small_internet").expect("the shipped world is sound");
    source.build(1)
}

proptest! {
    #![proptest_config(crate::cases(48))]

    #[test]
    fn a_world_full_of_spoofed_datagrams_comes_to_rest(
        datagrams in prop::collection::vec((datagram(), any::<u16>(), 0..40_usize), 1..8),
        is_tcp in any::<bool>(),
    ) {
        let mut world = small_internet();
        let mut trace = Trace::default();
        let addresses: Vec<_> = world.specs().iter().flat_map(|spec| spec.addresses.clone()).collect();
        let transport = if is_tcp { Transport::Tcp } else { Transport::Udp };
        let mut injected = 0;
        for (octets, port, from) in &datagrams {
            // As if one node of the world had sent it to all others, itself included.
            let source = SocketAddr::new(addresses[from % addresses.len()], 53);
            for id in world.node_ids() {
                let Some(address) = world.spec(id).addresses.first().copied() else { continue };
                let destination = SocketAddr::new(address, if port % 2 == 0 { 53 } else { *port });
                let payload = Payload::Octets(octets.clone());
                world.inject(id, Datagram { source, destination, transport, payload });
                injected += 1;
            }
        }
        // A question costs a resolver 200 queries at most, with a few events each.
        prop_assert!(world.run_to_rest(3000 * injected, &mut trace));
        for id in world.node_ids() {
            prop_assert_eq!(world.node(id).next_timeout(), None);
        }
    }
}

#[test]
fn two_servers_do_not_answer_each_other_for_ever() {
    let mut one = authoritative();
    let (a, b) = (socket("192.0.2.53:53"), socket("192.0.2.54:53"));
    let query = Message::query(1, Question::new(name("www.example.com"), Rtype::A));
    one.handle_datagram(SimTime::ZERO, &Datagram::udp(b, a, query));
    let first = sent(&mut one);
    assert_eq!(first.len(), 1);
    let mut two = authoritative();
    two.handle_datagram(SimTime::ZERO, &first[0]);
    assert!(sent(&mut two).is_empty());
    let mut rig = Rig::new(plain_config(), 42);
    rig.deliver(&first[0]);
    assert!(rig.answers.is_empty() && rig.queries.is_empty());
}

/// A client that has just asked its resolver, and its query.
fn asking_client() -> (Node, Datagram, SimTime) {
    let mut client = client();
    client.ask(
        SimTime::ZERO,
        Question::new(name("www.example.com"), Rtype::A),
    );
    let mut node = Node::Client(client);
    loop {
        let now = node.next_timeout().expect("it is under way");
        node.handle_timeout(now);
        if let Some(query) = sent(&mut node).pop() {
            return (node, query, now + SimDuration::from_millis(1));
        }
    }
}

fn answer(query: &Datagram, text: &str) -> Message {
    let asked = query.message().expect("clients send messages");
    let mut response = Message::response_to(&asked, dns_lab::dns::Rcode::NOERROR);
    response.flags.ra = true;
    let sets = dns_lab::dns::parse_records(&Name::root(), text);
    response.answer = sets.expect("good records");
    response
}

#[test]
fn a_client_takes_no_answer_from_elsewhere() {
    let (mut node, query, now) = asking_client();
    let text = "www.example.com. 300 A 203.0.113.66\n";
    let right = query.reply(answer(&query, text));
    let mut wrong = vec![right.clone(); 5];
    wrong[0].source = socket("203.0.113.66:53");
    wrong[1].source.set_port(54);
    wrong[2].destination.set_port(query.source.port() ^ 1);
    wrong[3].transport = Transport::Tcp;
    let mut other_id = answer(&query, text);
    other_id.id ^= 1;
    wrong[4] = query.reply(other_id);
    for (index, forged) in wrong.iter().enumerate() {
        node.handle_datagram(now, forged);
        assert!(sent(&mut node).is_empty());
        let Node::Client(client) = &node else {
            unreachable!()
        };
        assert_eq!(client.pending().count(), 1, "forgery {index}");
        let stub = client.stub_cache().expect("it has one");
        assert_eq!(stub.entries(now).count(), 0, "forgery {index}");
    }
    node.handle_datagram(now, &right);
    let Node::Client(client) = &node else {
        unreachable!()
    };
    assert_eq!(client.pending().count(), 0);
}

#[test]
fn a_client_keeps_only_what_leads_from_its_question_to_the_answer() {
    let (mut node, query, now) = asking_client();
    let text = "www.example.com. 300 CNAME web.example.com.\n\
                web.example.com. 300 A 192.0.2.1\n\
                bank.example.net. 300 A 203.0.113.66\n";
    node.handle_datagram(now, &query.reply(answer(&query, text)));
    let Node::Client(client) = &node else {
        unreachable!()
    };
    for cache in [client.stub_cache(), client.browser_cache()] {
        let cache = cache.expect("it has both");
        let mut owners: Vec<String> = cache
            .entries(now)
            .map(|(key, _)| key.owner.to_string())
            .collect();
        owners.sort();
        assert_eq!(owners, ["web.example.com.", "www.example.com."]);
    }
}

#[test]
fn a_connection_is_only_finished_by_the_host_that_was_asked() {
    let (mut node, query, now) = asking_client();
    let text = "www.example.com. 300 A 192.0.2.80\n";
    node.handle_datagram(now, &query.reply(answer(&query, text)));
    let syn = sent(&mut node).pop().expect("it connects");
    let right = Datagram {
        source: syn.destination,
        destination: syn.source,
        transport: Transport::Tcp,
        payload: Payload::SynAck,
    };
    let mut wrong = vec![right.clone(); 3];
    wrong[0].source.set_port(444);
    wrong[1].destination.set_port(syn.source.port() ^ 1);
    wrong[2].source = socket("203.0.113.66:443");
    for (index, forged) in wrong.iter().enumerate() {
        node.handle_datagram(now, forged);
        assert!(node.next_timeout().is_some(), "forgery {index}");
    }
    node.handle_datagram(now, &right);
    assert_eq!(node.next_timeout(), None);
}
