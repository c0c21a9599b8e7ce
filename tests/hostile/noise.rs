//! Datagrams nobody should send: noise, and real messages with something changed.

use bytes::Bytes;
use dns_lab::dns::{Edns, EdnsOption, Message, Name, Question, Rcode, Rtype, parse_records};
use proptest::prelude::*;

use crate::rig::name;

/// Real messages, to be spoilt.
fn originals() -> Vec<Bytes> {
    let records = |text: &str| parse_records(&Name::root(), text).expect("good records");
    let mut query = Message::query(0x1234, Question::new(name("www.example.com"), Rtype::A));
    query.flags.rd = true;
    query.edns = Some(Edns::with_payload_size(1232));
    let mut with_options = query.clone();
    if let Some(edns) = &mut with_options.edns {
        let value = Bytes::from_static(&[0, 1, 24, 0, 198, 51, 100]);
        edns.options.push(EdnsOption { code: 8, value });
        let value = Bytes::from_static(b"12345678");
        edns.options.push(EdnsOption { code: 10, value });
    }
    let mut answer = Message::response_to(&query, Rcode::NOERROR);
    answer.flags.aa = true;
    answer.answer = records(
        "www.example.com. 300 CNAME web.example.com.\nweb.example.com. 300 A 192.0.2.1\n\
         web.example.com. 300 A 192.0.2.2\n",
    );
    let mut referral = Message::response_to(&query, Rcode::NOERROR);
    referral.authority = records("example.com. 300 NS ns1.example.com.\n");
    referral.additional = records("ns1.example.com. 300 A 192.0.2.53\n");
    let mut negative = Message::response_to(&query, Rcode::NXDOMAIN);
    negative.authority =
        records("example.com. 300 SOA ns1.example.com. h.example.com. 1 2 3 4 5\n");
    let mut odd = query.clone();
    odd.question = Some(Question::new(name("."), Rtype::ANY));
    let all = [query, with_options, answer, referral, negative, odd];
    all.iter()
        .map(|message| message.encode().expect("it fits"))
        .collect()
}

/// One change to the octets of a message.
#[derive(Clone, Debug)]
enum Change {
    Set(usize, u8),
    Cut(usize),
    Insert(usize, Vec<u8>),
    Repeat(usize, usize),
    Point(usize, u16),
    Count(usize, u16),
}

fn change() -> impl Strategy<Value = Change> {
    let at = || 0..300_usize;
    prop_oneof![
        4 => (at(), any::<u8>()).prop_map(|(at, octet)| Change::Set(at, octet)),
        1 => at().prop_map(Change::Cut),
        1 => (at(), prop::collection::vec(any::<u8>(), 1..20)).prop_map(|(at, v)| Change::Insert(at, v)),
        1 => (at(), 1..100_usize).prop_map(|(at, length)| Change::Repeat(at, length)),
        2 => (at(), 0..400_u16).prop_map(|(at, to)| Change::Point(at, to)),
        1 => (0..4_usize, 0..4_u16).prop_map(|(which, count)| Change::Count(which, count)),
    ]
}

fn apply(octets: &mut Vec<u8>, change: &Change) {
    let length = octets.len();
    match change {
        Change::Set(at, octet) => {
            if let Some(place) = octets.get_mut(at % length.max(1)) {
                *place = *octet;
            }
        }
        Change::Cut(at) => octets.truncate(at % (length + 1)),
        Change::Insert(at, new) => {
            let at = at % (length + 1);
            octets.splice(at..at, new.iter().copied());
        }
        Change::Repeat(at, count) => {
            let at = at % (length + 1);
            let copy = octets[at..length.min(at + count)].to_vec();
            octets.extend(copy);
        }
        Change::Point(at, to) => {
            let at = at % length.max(1);
            for (place, octet) in octets.iter_mut().skip(at).zip((0xc000 | to).to_be_bytes()) {
                *place = octet;
            }
        }
        Change::Count(which, count) => {
            let place = octets.iter_mut().skip(4 + 2 * which);
            for (place, octet) in place.zip(count.to_be_bytes()) {
                *place = octet;
            }
        }
    }
}

/// Noise, or a real message with up to six changes.
pub(crate) fn datagram() -> impl Strategy<Value = Bytes> {
    let spoilt = (
        prop::sample::select(originals()),
        prop::collection::vec(change(), 0..6),
    );
    let spoilt = spoilt.prop_map(|(original, changes)| {
        let mut octets = original.to_vec();
        for change in &changes {
            apply(&mut octets, change);
        }
        Bytes::from(octets)
    });
    prop_oneof![
        1 => prop::collection::vec(any::<u8>(), 0..300).prop_map(Bytes::from),
        5 => spoilt,
    ]
}
