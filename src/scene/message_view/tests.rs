//! Tests of the message view.

use super::*;
use crate::dns::Question;
use std::net::SocketAddr;

fn datagram(message: Message) -> Datagram {
    let from: SocketAddr = "192.0.2.1:4000".parse().expect("an address");
    Datagram::udp(from, "192.0.2.2:53".parse().expect("an address"), message)
}

fn referral() -> Message {
    let name = |text: &str| text.parse::<crate::dns::Name>().expect("a name");
    let query = Message::query(0x3a7c, Question::new(name("www.example.com"), Rtype::A));
    let mut response = Message::response_to(&query, Rcode::NOERROR);
    let lines = "@ 172800 NS ns1\n@ 172800 NS ns2\nns1 172800 A 192.0.2.53\n";
    let sets = crate::dns::parse_records(&name("example.com"), lines).expect("good records");
    response.authority.push(sets[0].clone());
    response.additional.push(sets[1].clone());
    response.edns = Some(Edns::with_payload_size(1232));
    response
}

#[test]
fn referral_is_told_by_title_chips_and_rows() {
    let view = message_view(&datagram(referral()));
    assert_eq!(view.title, "Message · referral");
    assert_eq!(view.chips[0].text, "UDP");
    assert_eq!(view.chips[1].text, "id 0x3a7c");
    assert_eq!(view.chips[2].text, "NOERROR");
    let rows: Vec<(&str, &str)> = view
        .records
        .iter()
        .map(|row| (row.section.as_str(), row.rtype.as_str()))
        .collect();
    assert_eq!(
        rows,
        [
            ("question", "A"),
            ("authority", "NS"),
            ("authority", "NS"),
            ("additional", "A"),
            ("additional", "OPT"),
        ]
    );
    assert_eq!(view.records[1].data, "ns1.example.com");
    assert_eq!(view.records[1].ttl_words, "2 d");
}

#[test]
fn hex_dump_covers_every_octet_once_and_every_row_has_octets() {
    let message = referral();
    let octets = message.encode().expect("short");
    let view = message_view(&datagram(message));
    let text: String = view
        .hex
        .iter()
        .flat_map(|line| &line.bytes)
        .map(|byte| byte.text.as_str())
        .collect();
    let expected: String = octets.iter().map(|octet| format!("{octet:02x}")).collect();
    assert_eq!((text, view.length), (expected, octets.len()));
    let fields: Vec<usize> = view
        .hex
        .iter()
        .flat_map(|line| &line.bytes)
        .map(|byte| byte.field)
        .collect();
    assert!(fields.is_sorted(), "fields follow each other");
    for row in &view.records {
        assert!(fields.contains(&row.field), "{} {}", row.owner, row.rtype);
        assert!(view.fields[row.field].contains(&row.rtype));
    }
    assert_eq!(fields.last().map(|last| last + 1), Some(view.fields.len()));
}

#[test]
fn octets_that_are_no_message_are_shown_as_they_are() {
    let payload = Payload::Octets(Bytes::from_static(b"hello, resolver"));
    let view = message_view(&Datagram {
        payload,
        ..datagram(referral())
    });
    assert_eq!(view.kind, MessageKind::Malformed);
    let ascii: String = view.hex.iter().map(|line| line.ascii.as_str()).collect();
    assert_eq!(ascii, "hello, resolver");
    assert!(view.summary.starts_with("These octets are no DNS message"));
}

#[test]
fn handshake_has_no_octets() {
    let view = message_view(&Datagram {
        payload: Payload::Syn,
        ..datagram(referral())
    });
    assert_eq!((view.kind, view.length), (MessageKind::Handshake, 0));
}
