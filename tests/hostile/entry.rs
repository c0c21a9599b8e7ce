//! What a fuzzer feeds: one function for each kind of input, from octets to "it survived".
//!
//! The targets in `fuzz/` and the plain tests call the same functions. Each panics on a fault
//! and returns on anything else.

use std::net::SocketAddr;
use std::sync::Arc;

use bytes::Bytes;
use dns_lab::dns::{Message, Name, Question, Rtype, parse_records};
use dns_lab::engine::{
    Action, AuthoritativeServer, Datagram, Delegation, Minimisation, Node, Payload, Prefetch,
    RecursiveResolver, ResolverConfig, ServeStale, SimTime, Transport, Zone,
};

/// A zone with something of everything.
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
/// Actions one datagram or timeout may bring about.
const MAX_ACTIONS: usize = 20_000;

fn name(text: &str) -> Name {
    text.parse().expect("a valid name")
}

fn socket(text: &str) -> SocketAddr {
    text.parse().expect("an address with a port")
}

/// Any octets as a message: decoding, and what may be done with the result.
pub(crate) fn message_decode(octets: &[u8]) {
    let Ok(message) = Message::decode(Bytes::copy_from_slice(octets)) else {
        return;
    };
    let bound = message.length_bound();
    let Ok(encoded) = message.encode() else {
        return;
    };
    assert!(encoded.len() <= bound, "{} > {bound}", encoded.len());
    let again = Message::decode(encoded).expect("what we write we can read");
    assert_eq!(again.question, message.question);
    assert_eq!(again.id, message.id);
    let (octets, fields) = message.wire_fields().expect("it was encoded before");
    assert_eq!(
        fields.last().map(|field| field.range.end),
        Some(octets.len())
    );
}

/// Any octets as a datagram to an authoritative server.
pub(crate) fn datagram_to_authoritative(octets: &[u8]) {
    let zone = Zone::parse(&name("example.com"), ZONE).expect("a good zone");
    let mut node = Node::Authoritative(AuthoritativeServer::new(vec![Arc::new(zone)]));
    let is_query = octets.len() >= 12 && octets[2] & 0x80 == 0;
    for transport in [Transport::Udp, Transport::Tcp] {
        let datagram = Datagram {
            source: socket("203.0.113.5:4242"),
            destination: socket("192.0.2.53:53"),
            transport,
            payload: Payload::Octets(Bytes::copy_from_slice(octets)),
        };
        node.handle_datagram(SimTime::ZERO, &datagram);
        let mut sent = 0;
        while let Some(action) = node.poll_action() {
            sent += usize::from(matches!(action, Action::Transmit(_)));
        }
        assert_eq!(sent, usize::from(is_query));
    }
}

/// Any text as a zone file and as records.
pub(crate) fn zone_text(octets: &[u8]) {
    let text = String::from_utf8_lossy(octets);
    let origin = name("example.com");
    let _ = parse_records(&origin, &text);
    if let Ok(zone) = Zone::parse(&origin, &text) {
        Zone::parse(&origin, &zone.to_text()).expect("what we write we can read");
    }
}

/// A resolver that has been asked something and gets any octets in between.
///
/// The input is cut into pieces, each with a head of two octets. The first says who sends the
/// piece (a client, or the server asked last with the ID it waits for) and how; the second
/// how long it is.
pub(crate) fn datagram_to_resolver(octets: &[u8]) {
    let Some((&options, mut rest)) = octets.split_first() else {
        return;
    };
    let mut session = Session::new(options);
    session.ask();
    while let [head, length, tail @ ..] = rest {
        let (piece, tail) = tail.split_at(tail.len().min(usize::from(*length) * 2));
        session.play(*head, piece);
        rest = tail;
    }
    session.finish();
}

/// A resolver under fire.
struct Session {
    resolver: RecursiveResolver,
    now: SimTime,
    /// Queries to servers, the last one last.
    queries: Vec<Datagram>,
    /// Responses sent to clients.
    answers: usize,
    /// Clients' queries that want a response.
    asked: usize,
}

impl Session {
    fn new(options: u8) -> Self {
        let bit = |bit: u8| options & 1 << bit != 0;
        let root = "192.0.2.1".parse().expect("an address");
        let hints = Delegation {
            zone: Name::root(),
            servers: vec![(name("a.root.example"), vec![root])],
        };
        let own = "198.51.100.53".parse().expect("an address");
        let mut config = ResolverConfig::new(vec![own], hints);
        config.priming = bit(0);
        config.minimisation = if bit(1) {
            Minimisation::Relaxed
        } else {
            Minimisation::Off
        };
        config.stale = bit(2).then(ServeStale::default);
        config.prefetch = bit(3).then_some(Prefetch::UNBOUND);
        config.answering.minimal = bit(4);
        config.dnssec_ok = bit(5);
        config.hardening.unverified_glue = bit(6);
        config.fetch_ahead = if bit(7) { vec![3, 2, 1] } else { Vec::new() };
        Self {
            resolver: RecursiveResolver::new(config, 1, "fuzz"),
            now: SimTime::ZERO,
            queries: Vec::new(),
            answers: 0,
            asked: 0,
        }
    }

    /// An honest client asks.
    fn ask(&mut self) {
        let mut query = Message::query(7, Question::new(name("www.example.com"), Rtype::A));
        query.flags.rd = true;
        let octets = query.encode().expect("it fits");
        self.deliver_query(&octets);
    }

    fn deliver_query(&mut self, octets: &[u8]) {
        self.asked += usize::from(octets.len() >= 12 && octets[2] & 0x80 == 0);
        let datagram = Datagram {
            source: socket("198.51.100.200:5353"),
            destination: socket("198.51.100.53:53"),
            transport: Transport::Udp,
            payload: Payload::Octets(Bytes::copy_from_slice(octets)),
        };
        self.resolver.handle_datagram(self.now, &datagram);
        self.drain();
    }

    /// One piece of the input.
    fn play(&mut self, head: u8, piece: &[u8]) {
        match (head & 3, self.queries.last().cloned()) {
            (0, _) | (_, None) => self.deliver_query(piece),
            (1, _) => self.time_out(),
            (_, Some(query)) => {
                let message = query.message().expect("resolvers send messages");
                let mut octets = piece.to_vec();
                for (octet, id) in octets.iter_mut().zip(message.id.to_be_bytes()) {
                    *octet = id;
                }
                if let (2, Ok(whole)) = (head & 3, message.encode()) {
                    // With the question asked, so that the rest of the piece counts.
                    let counts = [0x84, head & 0x0f, 0, 1, 0, 1, 0, 1, 0, 1];
                    let end = 12
                        + message
                            .question
                            .as_ref()
                            .map_or(0, |q| q.qname.octets().len() + 4);
                    let body = octets.split_off(octets.len().min(2));
                    octets.resize(2, 0);
                    octets.copy_from_slice(&message.id.to_be_bytes());
                    octets.extend(counts);
                    octets.extend_from_slice(&whole[12..end]);
                    octets.extend(body);
                } else if let Some(bits) = octets.get_mut(2) {
                    *bits |= 0x80;
                }
                let payload = Payload::Octets(Bytes::from(octets));
                let datagram = Datagram {
                    source: query.destination,
                    destination: query.source,
                    transport: query.transport,
                    payload,
                };
                self.resolver.handle_datagram(self.now, &datagram);
                self.drain();
            }
        }
    }

    /// The next wait ends.
    fn time_out(&mut self) {
        if let Some(due) = self.resolver.next_timeout() {
            self.now = self.now.max(due);
            self.resolver.handle_timeout(self.now);
            self.drain();
        }
    }

    fn drain(&mut self) {
        let mut actions = 0;
        while let Some(action) = self.resolver.poll_action() {
            actions += 1;
            assert!(actions < MAX_ACTIONS, "no end of actions");
            if let Action::Transmit(datagram) = action {
                let message = datagram.message().expect("resolvers send messages");
                if message.flags.qr {
                    self.answers += 1;
                } else {
                    self.queries.push(datagram);
                }
            }
        }
    }

    /// Silence from now on: everything ends, and everybody has been answered.
    fn finish(mut self) {
        let limit = self.resolver.config().limits.total_queries;
        while self.resolver.next_timeout().is_some() {
            self.time_out();
            // A question may bring about one refresh as well.
            assert!(
                self.queries.len() <= 2 * limit * self.asked,
                "no end of queries"
            );
        }
        assert_eq!(self.resolver.pending().count(), 0);
        assert_eq!(self.answers, self.asked);
    }
}
