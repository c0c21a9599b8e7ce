//! A small DNS client: one question over real sockets.

use std::collections::BTreeSet;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream, UdpSocket};
use std::time::Duration;

use bytes::Bytes;
use dns_lab::dns::{Edns, Message, Question, Rcode, RdataExt as _};

/// How long one try waits.
const WAIT: Duration = Duration::from_secs(10);
/// How often a question is asked over UDP.
const TRIES: u16 = 3;

/// What an answer says, apart from TTLs and order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Said {
    /// The response code.
    pub(crate) rcode: Rcode,
    /// The records of the answer section: owner, type and data.
    pub(crate) records: BTreeSet<String>,
}

impl Said {
    /// What a response says.
    pub(crate) fn of(response: &Message) -> Self {
        let mut records = BTreeSet::new();
        for set in &response.answer {
            for data in set.data.iter() {
                let line = format!("{} {} {}", set.owner, set.rtype, data.presentation());
                records.insert(line.to_ascii_lowercase());
            }
        }
        Self {
            rcode: response.rcode,
            records,
        }
    }
}

/// Asks over UDP and, where the answer is cut, over TCP.
pub(crate) fn ask(server: SocketAddr, question: &Question) -> Message {
    for try_number in 1..=TRIES {
        if let Some(response) = ask_udp(server, question, try_number) {
            return if response.flags.tc {
                ask_tcp(server, question)
            } else {
                response
            };
        }
    }
    panic!("{server} does not answer {question}");
}

fn query(question: &Question, id: u16) -> Message {
    let mut query = Message::query(id, question.clone());
    query.flags.rd = true;
    query.edns = Some(Edns::with_payload_size(1232));
    query
}

/// One try over UDP. `None` if no answer came in time.
fn ask_udp(server: SocketAddr, question: &Question, id: u16) -> Option<Message> {
    let own: SocketAddr = if server.is_ipv4() {
        ([127, 0, 0, 1], 0).into()
    } else {
        "[::1]:0".parse().expect("an address")
    };
    let socket = UdpSocket::bind(own).expect("a socket");
    socket.set_read_timeout(Some(WAIT)).expect("a timeout");
    socket.connect(server).expect("a way to the server");
    let octets = query(question, id).encode().expect("a short message");
    socket.send(&octets).ok()?;
    let mut buffer = [0; 65_535];
    let length = socket.recv(&mut buffer).ok()?;
    let response = Message::decode(Bytes::copy_from_slice(&buffer[..length]));
    let response = response.unwrap_or_else(|error| panic!("{server} {question}: {error}"));
    assert_eq!((response.id, response.flags.qr), (id, true));
    Some(response)
}

/// Asks over TCP.
pub(crate) fn ask_tcp(server: SocketAddr, question: &Question) -> Message {
    let mut stream = TcpStream::connect(server).expect("it accepts connections");
    stream.set_read_timeout(Some(WAIT)).expect("a timeout");
    let octets = query(question, 1).encode().expect("a short message");
    let length = u16::try_from(octets.len()).expect("a short message");
    let framed = [&length.to_be_bytes()[..], &octets].concat();
    stream.write_all(&framed).expect("it reads");
    let mut length = [0; 2];
    stream.read_exact(&mut length).expect("it answers");
    let mut octets = vec![0; usize::from(u16::from_be_bytes(length))];
    stream.read_exact(&mut octets).expect("the whole answer");
    Message::decode(octets.into()).expect("a message")
}
