//! What UDP carries, what TCP costs, and how many name servers a zone may have.

use std::sync::Arc;

use dns_lab::dns::{Message, Rcode};
use dns_lab::engine::{
    Action, EventKind, Intervention, Node, Outcome, Payload, SimDuration, SimTime, Timeline,
    Transport, World,
};
use dns_lab::scenario::{Figure, Measure, OptionValues, option_key, parse_question, world_source};

/// The small internet with a resolver that offers so many octets.
fn world(offer: f64) -> World {
    let source = world_source("small_internet").expect("a shipped world");
    let key = option_key("resolver-frankfurt", "udp-size");
    source.build_with(7, &OptionValues::from([(key, offer)]))
}

/// What came of a lookup on the monitor.
struct Asked {
    elapsed: SimDuration,
    records: usize,
    over_tcp: usize,
    truncated: usize,
}

/// Asks for an address first, so that the servers are known, and then the question.
fn ask(offer: f64, warm_up: &str, question: &str) -> Asked {
    let mut timeline = Timeline::new(world(offer));
    for (secs, text) in [(0, warm_up), (10, question)] {
        let act = Intervention::ask("monitor", parse_question(text).expect("a question"));
        let at = SimTime::ZERO + SimDuration::from_secs(secs);
        timeline.intervene(at, act).expect("the monitor can ask");
    }
    read(&timeline)
}

/// The last lookup of a session, and what travelled in all of it.
fn read(timeline: &Timeline) -> Asked {
    let mut asked = Asked {
        elapsed: SimDuration::ZERO,
        records: 0,
        over_tcp: 0,
        truncated: 0,
    };
    for event in timeline.trace().events() {
        match &event.kind {
            EventKind::DatagramSent { datagram, .. } => {
                if let Ok(message) = datagram.message() {
                    let is_tcp = datagram.transport == Transport::Tcp;
                    asked.over_tcp += usize::from(is_tcp && !message.flags.qr);
                    asked.truncated += usize::from(message.flags.tc);
                }
            }
            EventKind::LookupFinished {
                outcome, elapsed, ..
            } => {
                asked.elapsed = *elapsed;
                asked.records = match outcome {
                    Outcome::Answer(sets) => sets.iter().map(|set| set.data.len()).sum(),
                    _ => 0,
                };
            }
            _ => {}
        }
    }
    asked
}

fn count(measure: &Measure) -> u64 {
    let timeline = Timeline::new(world(1232.0));
    match measure.evaluate(&timeline) {
        Ok(Figure::Count(count)) => count,
        other => panic!("{other:?}"),
    }
}

fn round_trip(from: &str, to: &str) -> SimDuration {
    let measure = Measure::RoundTrip {
        from: from.to_owned(),
        to: to.to_owned(),
    };
    match measure.evaluate(&Timeline::new(world(1232.0))) {
        Ok(Figure::Time(span)) => span,
        other => panic!("{other:?}"),
    }
}

fn size(node: &str, question: &str, is_ipv4_only: bool) -> u64 {
    count(&Measure::ResponseSize {
        node: node.to_owned(),
        question: parse_question(question).expect("a question"),
        is_ipv4_only,
    })
}

#[test]
fn a_cut_answer_costs_two_more_round_trips() {
    let cut = ask(512.0, "www.example.org A", "example.org TXT");
    let whole = ask(1232.0, "www.example.org A", "example.org TXT");
    assert_eq!((cut.truncated, cut.over_tcp), (1, 1));
    assert_eq!((whole.truncated, whole.over_tcp), (0, 0));
    assert_eq!(cut.records, whole.records, "TCP brings all of it");
    let trip = round_trip("resolver-frankfurt", "ns1.example.org");
    let more = (cut.elapsed - whole.elapsed).as_millis_f64() / trip.as_millis_f64();
    // Jitter adds a few percent to each trip.
    assert!((1.9..2.2).contains(&more), "{more} round trips");
}

#[test]
fn tcp_ends_at_the_octet_where_the_offer_reaches_the_answer() {
    // The OPT record of EDNS has 11 octets (RFC 6891 §6.1.2).
    let size = (size("ns1.example.org", "example.org TXT", false) + 11) as f64;
    let asked = |offer| ask(offer, "www.example.org A", "example.org TXT").over_tcp;
    assert_eq!(asked(size - 1.0), 1);
    assert_eq!(asked(size), 0);
}

#[test]
fn a_large_offer_does_not_get_past_the_server_s_own_limit() {
    let asked = ask(4096.0, "www.example.co.uk A", "example.co.uk TXT");
    let size = size("ns1.example.co.uk", "example.co.uk TXT", false);
    assert!((1233..4096).contains(&size), "{size}");
    assert!(asked.truncated >= 1 && asked.over_tcp >= 1);
    assert!(asked.records > 20);
}

#[test]
fn thirteen_names_with_ipv4_addresses_fit_512_octets_and_with_ipv6_they_do_not() {
    let root = "a.root-servers.net";
    assert_eq!(size(root, ". NS", true), 436);
    assert_eq!(size(root, ". NS", false), 800);
}

/// Were an identity one machine, the ways to it from two cities would add up to at least the
/// way between the cities.
#[test]
fn every_root_identity_is_nearer_to_two_cities_than_one_machine_could_be() {
    let apart = round_trip("resolver-frankfurt", "resolver-singapore");
    for letter in 'a'..='m' {
        let root = format!("{letter}.root-servers.net");
        let both =
            round_trip("resolver-frankfurt", &root) + round_trip("resolver-singapore", &root);
        assert!(both < apart, "{root}: {both} of {apart}");
    }
}

#[test]
fn a_zone_may_have_more_name_servers_than_the_root() {
    let lines = (1..=16).map(|n| format!("example.org. 300 IN NS ns{n}.example.org.\n"));
    let records = lines.collect::<String>();
    let mut timeline = Timeline::new(world(512.0));
    let name_servers = parse_question("example.org NS").expect("a question");
    let ask = Intervention::ask("monitor", name_servers);
    for act in [Intervention::set_records(records), ask] {
        timeline
            .intervene(SimTime::ZERO, act)
            .expect("it can be done");
    }
    let asked = read(&timeline);
    assert_eq!((asked.records, asked.truncated), (16, 0));
}

#[test]
fn a_stub_that_gets_a_cut_answer_asks_again_over_tcp() {
    let mut world = world(1232.0);
    let phone = world.find("phone").expect("a phone");
    let node = world.node_mut(phone);
    let Node::Client(client) = node else {
        panic!("a client");
    };
    let question = parse_question("example.org TXT").expect("a question");
    client.ask(SimTime::ZERO, question);
    let mut query = None;
    for _ in 0..10 {
        let Some(due) = node.next_timeout().filter(|_| query.is_none()) else {
            break;
        };
        node.handle_timeout(due);
        while let Some(action) = node.poll_action() {
            if let Action::Transmit(datagram) = action {
                query = Some((due, datagram));
            }
        }
    }
    let (at, query) = query.expect("the resolver is asked");
    assert_eq!(query.transport, Transport::Udp);
    let asked = query.message().expect("a query");
    assert_eq!(asked.edns, None, "this stub offers nothing");
    let mut cut = Message::response_to(&asked, Rcode::NOERROR);
    cut.flags.tc = true;
    node.handle_datagram(at, &query.reply(cut));
    let again = std::iter::from_fn(|| node.poll_action()).find_map(|action| match action {
        Action::Transmit(datagram) => Some(datagram),
        Action::Report(_) => None,
    });
    let again = again.expect("it asks again");
    assert_eq!(again.transport, Transport::Tcp);
    assert_eq!(again.trips(), 3, "a handshake comes first");
    let Payload::Message(message) = &again.payload else {
        panic!("a message");
    };
    assert_eq!(Arc::clone(message).question, asked.question);
}
