//! Names that point at themselves, ahead, past the end, or to more than 255 octets.

use bytes::Bytes;
use dns_lab::dns::{Message, Rcode, Rtype, WireError};
use dns_lab::engine::{Datagram, Payload};

use crate::rig::{Rig, plain_config, reply};

/// A response header with section counts.
fn header(question: u8, answer: u8) -> Vec<u8> {
    vec![0x12, 0x34, 0x84, 0x00, 0, question, 0, answer, 0, 0, 0, 0]
}

/// A pointer to an offset.
fn pointer(offset: usize) -> [u8; 2] {
    let offset = u16::try_from(offset & 0x3fff).expect("14 bits");
    (0xc000 | offset).to_be_bytes()
}

/// A message whose question is these octets, with type A and class IN after them.
fn asking(name: &[u8]) -> Vec<u8> {
    let mut octets = header(1, 0);
    octets.extend_from_slice(name);
    octets.extend_from_slice(&[0, 1, 0, 1]);
    octets
}

/// A message with one record: owner, type and data; the question is `a.`.
fn with_record(owner: &[u8], rtype: u8, data: &[u8]) -> Vec<u8> {
    let mut octets = header(1, 1);
    octets.extend_from_slice(&[1, b'a', 0, 0, 1, 0, 1]);
    octets.extend_from_slice(owner);
    octets.extend_from_slice(&[0, rtype, 0, 1, 0, 0, 1, 0x2c]);
    let length = u16::try_from(data.len()).expect("short data");
    octets.extend_from_slice(&length.to_be_bytes());
    octets.extend_from_slice(data);
    octets
}

/// A label of `length` octets.
fn label(length: u8) -> Vec<u8> {
    let mut octets = vec![length];
    octets.resize(usize::from(length) + 1, b'x');
    octets
}

fn decode(octets: Vec<u8>) -> Result<Message, WireError> {
    Message::decode(Bytes::from(octets))
}

#[test]
fn a_question_whose_name_does_not_end_is_refused() {
    let mut hop = vec![1, b'a'];
    hop.extend(pointer(12));
    for name in [
        pointer(12).to_vec(),
        // One label, then back to it.
        hop,
        // Two that point at each other.
        [pointer(14), pointer(12)].concat(),
        // Ahead, to a name that would be sound.
        [pointer(14).as_slice(), &[1, b'a', 0]].concat(),
        pointer(0x3fff).to_vec(),
        // Label types that are not in use.
        vec![0x40, 0],
        vec![0x80, 0],
        // A label and no end.
        vec![63, b'x'],
    ] {
        let shown = format!("{name:02x?}");
        assert_eq!(decode(asking(&name)), Err(WireError::Malformed), "{shown}");
    }
}

#[test]
fn a_name_may_have_255_octets_and_no_more() {
    let mut name: Vec<u8> = [label(63), label(63), label(63), label(61)].concat();
    name.push(0);
    assert_eq!(name.len(), 255);
    let message = decode(asking(&name)).expect("255 octets are a name");
    assert_eq!(message.question.map(|q| q.qname.octets().len()), Some(255));
    let mut name: Vec<u8> = [label(63), label(63), label(63), label(62)].concat();
    name.push(0);
    assert_eq!(decode(asking(&name)), Err(WireError::Malformed));
}

#[test]
fn a_pointer_cannot_make_a_name_longer_than_255_octets() {
    // The question is 253 octets long; an owner puts labels before it by a pointer.
    let mut name: Vec<u8> = [label(63), label(63), label(63), label(59)].concat();
    name.push(0);
    assert_eq!(name.len(), 253);
    let message = |first: &[u8]| {
        let mut octets = header(1, 1);
        octets.extend_from_slice(&name);
        octets.extend_from_slice(&[0, 1, 0, 1]);
        octets.extend_from_slice(first);
        octets.extend(pointer(12));
        octets.extend_from_slice(&[0, 1, 0, 1, 0, 0, 0, 9, 0, 4, 192, 0, 2, 1]);
        decode(octets)
    };
    let fits = message(&label(1)).expect("255 octets are a name");
    assert_eq!(fits.answer[0].owner.octets().len(), 255);
    assert_eq!(message(&label(2)), Err(WireError::Malformed));
}

#[test]
fn a_record_whose_names_do_not_end_is_not_believed() {
    // The owner stands at 19; its data at 19 + 2 + 10.
    assert!(decode(with_record(&pointer(19), 1, &[192, 0, 2, 1])).is_err());
    assert!(decode(with_record(&pointer(0x3ff0), 1, &[192, 0, 2, 1])).is_err());
    for data in [
        pointer(31).to_vec(),
        pointer(0x3ff0).to_vec(),
        vec![63, b'x'],
        vec![],
    ] {
        for rtype in [2, 5, 12, 39] {
            let message = decode(with_record(&pointer(12), rtype, &data));
            let records = message.map(|message| message.answer.len());
            assert!(
                matches!(records, Ok(0) | Err(_)),
                "{rtype} {data:02x?} {records:?}"
            );
        }
    }
}

#[test]
fn pointers_to_pointers_take_no_more_time_than_there_are_octets() {
    // Each owner points at the one before: 1300 records with ever longer ways to the name.
    let mut octets = vec![0, 1, 0x84, 0, 0, 1, 0x05, 0x14, 0, 0, 0, 0];
    octets.extend_from_slice(&[1, b'a', 0, 0, 1, 0, 1]);
    let mut before = 12;
    for _ in 0..1300 {
        let here = octets.len();
        octets.extend(pointer(before));
        octets.extend_from_slice(&[0, 1, 0, 1, 0, 0, 0, 9, 0, 0]);
        before = here;
    }
    // Refusing the message is as good as reading it; neither takes long.
    let records = decode(octets).map(|message| message.answer.len());
    assert!(matches!(records, Ok(0) | Err(WireError::Malformed)));
}

#[test]
fn counts_that_promise_more_than_there_is_are_refused() {
    let mut octets = header(0, 255);
    assert_eq!(decode(octets.clone()), Err(WireError::Malformed));
    octets[4..12].fill(0xff);
    assert_eq!(decode(octets.clone()), Err(WireError::SeveralQuestions));
    octets.truncate(11);
    assert_eq!(decode(octets), Err(WireError::ShortHeader));
}

#[test]
fn a_resolver_waits_on_when_a_servers_response_cannot_be_read() {
    let broken = [
        asking(&pointer(12)),
        with_record(&pointer(19), 1, &[192, 0, 2, 1]),
        header(1, 0),
        header(0, 9),
    ];
    for mut octets in broken {
        let mut rig = Rig::new(plain_config(), 31);
        rig.ask(5, "www.victim.test", Rtype::A);
        let query = rig.queries[0].clone();
        let message = query.message().expect("resolvers send messages");
        octets[..2].copy_from_slice(&message.id.to_be_bytes());
        let payload = Payload::Octets(Bytes::from(octets));
        rig.deliver(&Datagram {
            payload,
            ..reply(&query, (*message).clone())
        });
        assert!(rig.answers.is_empty() && rig.queries.len() == 1);
        let mut real = Message::response_to(&message, Rcode::NXDOMAIN);
        real.flags.aa = true;
        rig.deliver(&reply(&query, real));
        assert_eq!(rig.answers_to(5)[0].rcode, Rcode::NXDOMAIN);
    }
}
