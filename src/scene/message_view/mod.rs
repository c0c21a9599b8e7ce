//! A message taken apart: fields, records, octets.

mod header;

use bytes::Bytes;

use super::caption::{is_referral, message_result};
use super::hex::{HexLine, hex_lines};
use super::words::{count, duration, name_in_prose, question_words};
use crate::dns::{Edns, Message, Rcode, RdataExt as _, Rrset, Rtype, Section, WireField, WirePart};
use crate::engine::{Datagram, Payload, SimDuration, Transport};

/// What a message is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MessageKind {
    /// A question.
    Query,
    /// A pointer down the tree.
    Referral,
    /// Records of the asked type.
    Answer,
    /// An alias without its end.
    Alias,
    /// The name exists without the type.
    NoData,
    /// The name does not exist.
    NxDomain,
    /// A response that was cut to fit.
    Truncated,
    /// A response with another code.
    Failure,
    /// A segment of a TCP handshake.
    Handshake,
    /// Octets that are no message.
    Malformed,
}

impl MessageKind {
    /// The kind as prose names it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Query => "query",
            Self::Referral => "referral",
            Self::Answer => "answer",
            Self::Alias => "alias",
            Self::NoData => "no such data",
            Self::NxDomain => "no such name",
            Self::Truncated => "truncated",
            Self::Failure => "failure",
            Self::Handshake => "TCP handshake",
            Self::Malformed => "no message",
        }
    }

    /// What a message is.
    fn of(message: &Message) -> Self {
        let qtype = message.question.as_ref().map(|question| question.qtype);
        let has_type = message
            .answer
            .iter()
            .any(|set| Some(set.rtype) == qtype || qtype == Some(Rtype::ANY));
        match message.rcode {
            _ if !message.flags.qr => Self::Query,
            _ if message.flags.tc => Self::Truncated,
            Rcode::NXDOMAIN => Self::NxDomain,
            Rcode::NOERROR if is_referral(message) => Self::Referral,
            Rcode::NOERROR if has_type => Self::Answer,
            Rcode::NOERROR if message.answer.is_empty() => Self::NoData,
            Rcode::NOERROR => Self::Alias,
            _ => Self::Failure,
        }
    }
}

/// A message as the inspector shows it.
#[derive(Clone, Debug, PartialEq)]
pub struct MessageView {
    /// `Message · referral`.
    pub title: String,
    /// What it is.
    pub kind: MessageKind,
    /// One sentence about what it says.
    pub summary: String,
    /// Where it comes from: address and port.
    pub source: String,
    /// Where it goes: address and port.
    pub destination: String,
    /// `UDP`, `id 0x3a7c`, `NOERROR`, `118 bytes`.
    pub chips: Vec<Chip>,
    /// The header, field by field.
    pub header: Vec<HeaderField>,
    /// The question and the records.
    pub records: Vec<RecordRow>,
    /// The octets in lines of eight, as a narrow panel has room for.
    pub hex: Vec<HexLine>,
    /// What each field number of the octets stands for, in words.
    pub fields: Vec<String>,
    /// The length in octets.
    pub length: usize,
}

/// A short fact about a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chip {
    /// `NOERROR`.
    pub text: String,
    /// What it means.
    pub explanation: String,
}

/// One header field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeaderField {
    /// `AA`.
    pub name: String,
    /// `0`.
    pub value: String,
    /// What this value means.
    pub explanation: String,
    /// Whether it is a bit that is set, or another field that is not at its usual value.
    pub is_set: bool,
    /// The number of the octets' field it stands in.
    pub field: usize,
}

/// The question, a record, or the OPT pseudo-record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordRow {
    /// `question`, `answer`, `authority`, `additional`.
    pub section: String,
    /// The owner without final dot.
    pub owner: String,
    /// The type.
    pub rtype: String,
    /// The data without final dots.
    pub data: String,
    /// The TTL in seconds, `172800`; empty where there is none.
    pub ttl: String,
    /// The TTL in words, `2 d`; empty where there is none.
    pub ttl_words: String,
    /// The number of the octets' field.
    pub field: usize,
}

/// Takes a datagram apart.
pub fn message_view(datagram: &Datagram) -> MessageView {
    let mut view = match (&datagram.payload, datagram.message()) {
        (Payload::Syn, _) => empty(
            MessageKind::Handshake,
            "The first segment of a TCP handshake.",
        ),
        (Payload::Request | Payload::Part, _) => empty(
            MessageKind::Handshake,
            "A segment of an open TCP connection.",
        ),
        (Payload::Fin, _) => empty(MessageKind::Handshake, "The end of a TCP connection."),
        (Payload::Reset, _) => empty(
            MessageKind::Handshake,
            "A TCP reset: there is no such connection here.",
        ),
        (Payload::SynAck, _) => empty(MessageKind::Handshake, "The answer to a TCP SYN."),
        (Payload::Octets(octets), Err(error)) => {
            let mut view = empty(MessageKind::Malformed, "");
            view.summary = format!("These octets are no DNS message: {error}.");
            view.hex = hex(octets, &[]);
            view.fields = vec!["octets that are no message".to_owned()];
            view.length = octets.len();
            view
        }
        (_, Ok(message)) => {
            let raw = match &datagram.payload {
                Payload::Octets(octets) => Some(octets),
                _ => None,
            };
            of_message(&message, raw)
        }
        (Payload::Message(_), Err(_)) => empty(MessageKind::Malformed, ""),
    };
    view.source = datagram.source.to_string();
    view.destination = datagram.destination.to_string();
    let transport = match datagram.transport {
        Transport::Udp => chip("UDP", "One datagram, no handshake"),
        Transport::Tcp => chip("TCP", "A connection: any length, one more round trip"),
    };
    view.chips.insert(0, transport);
    view
}

/// A view without fields and octets.
fn empty(kind: MessageKind, summary: &str) -> MessageView {
    MessageView {
        title: format!("Message · {}", kind.as_str()),
        kind,
        summary: summary.to_owned(),
        source: String::new(),
        destination: String::new(),
        chips: Vec::new(),
        header: Vec::new(),
        records: Vec::new(),
        hex: Vec::new(),
        fields: Vec::new(),
        length: 0,
    }
}

/// A short fact.
fn chip(text: &str, explanation: &str) -> Chip {
    Chip {
        text: text.to_owned(),
        explanation: explanation.to_owned(),
    }
}

/// Takes a message apart; `raw` are the octets it came as, if it came as octets.
fn of_message(message: &Message, raw: Option<&Bytes>) -> MessageView {
    // A message that cannot be encoded is too long for any transport and was never sent.
    let (own, mut fields) = message.wire_fields().unwrap_or_default();
    let octets = match raw {
        // What was forged need not be what our own codec would write.
        Some(raw) if *raw != own => {
            fields.clear();
            raw.clone()
        }
        _ => own,
    };
    let kind = MessageKind::of(message);
    let mut chips = vec![chip(
        &format!("id 0x{:04x}", message.id),
        "Ties a response to its query; a forger has to guess it",
    )];
    if message.flags.qr {
        chips.push(chip(
            &message.rcode.to_string(),
            header::rcode_words(message.rcode),
        ));
    }
    let flags = message.flags.names();
    if !flags.is_empty() {
        chips.push(chip(&flags.join(" "), "The header bits that are set"));
    }
    chips.push(chip(
        &count(octets.len(), "octet", "octets"),
        "The length of the DNS message",
    ));
    MessageView {
        title: format!("Message · {}", kind.as_str()),
        kind,
        summary: summary(message, kind),
        source: String::new(),
        destination: String::new(),
        chips,
        header: header::fields(message),
        records: records(message, &fields),
        hex: hex(&octets, &fields),
        fields: field_words(message, &fields),
        length: octets.len(),
    }
}

/// One sentence about what a message says.
fn summary(message: &Message, kind: MessageKind) -> String {
    let asked = message
        .question
        .as_ref()
        .map(question_words)
        .unwrap_or_default();
    match kind {
        MessageKind::Query if message.flags.rd => {
            format!("Asks for {asked}, and for all the work of finding it.")
        }
        MessageKind::Query => format!("Asks for {asked}."),
        MessageKind::Referral => {
            format!(
                "Does not know {asked}, but who does: {}.",
                message_result(message)
            )
        }
        MessageKind::NxDomain => {
            let name = message
                .question
                .as_ref()
                .map(|question| name_in_prose(&question.qname));
            format!("Says that {} does not exist.", name.unwrap_or_default())
        }
        MessageKind::Truncated => format!("The answer to {asked} did not fit."),
        MessageKind::Failure => format!("No answer to {asked}: {}.", message.rcode),
        _ => format!("Answers {asked}: {}.", message_result(message)),
    }
}

/// The question, the records and the OPT pseudo-record, in wire order.
fn records(message: &Message, fields: &[WireField]) -> Vec<RecordRow> {
    let number = |part: WirePart| {
        fields
            .iter()
            .position(|field| field.part == part)
            .unwrap_or(0)
    };
    let mut rows = Vec::new();
    if let Some(question) = &message.question {
        rows.push(RecordRow {
            section: "question".to_owned(),
            owner: question.qname.without_dot(),
            rtype: question.qtype.to_string(),
            data: String::new(),
            ttl: String::new(),
            ttl_words: String::new(),
            field: number(WirePart::Question),
        });
    }
    for section in Section::ALL {
        let mut index = 0;
        for set in message.section(section) {
            for data in &*set.data {
                let field = number(WirePart::Record(section, index));
                rows.push(record(section, set, &data.presentation(), field));
                index += 1;
            }
        }
        if let (Section::Additional, Some(edns)) = (section, &message.edns) {
            rows.push(opt_row(edns, number(WirePart::Record(section, index))));
        }
    }
    rows
}

/// One record.
fn record(section: Section, set: &Rrset, data: &str, field: usize) -> RecordRow {
    let words = data.split(' ').map(|word| match word.strip_suffix('.') {
        Some(name) if !name.is_empty() => name,
        _ => word,
    });
    RecordRow {
        section: section.as_str().to_owned(),
        owner: set.owner.without_dot(),
        rtype: set.rtype.to_string(),
        data: words.collect::<Vec<_>>().join(" "),
        ttl: set.ttl.as_secs().to_string(),
        ttl_words: duration(SimDuration::from(set.ttl)),
        field,
    }
}

/// The OPT pseudo-record.
fn opt_row(edns: &Edns, field: usize) -> RecordRow {
    let mut data = format!("UDP up to {} octets", edns.udp_payload_size);
    if edns.dnssec_ok {
        data.push_str(", DNSSEC records wanted");
    }
    if !edns.options.is_empty() {
        data.push_str(", ");
        data.push_str(&count(edns.options.len(), "option", "options"));
    }
    RecordRow {
        section: Section::Additional.as_str().to_owned(),
        owner: ".".to_owned(),
        rtype: "OPT".to_owned(),
        data,
        ttl: String::new(),
        ttl_words: String::new(),
        field,
    }
}

/// What each field of the octets stands for.
fn field_words(message: &Message, fields: &[WireField]) -> Vec<String> {
    if fields.is_empty() {
        return vec!["octets as they came".to_owned()];
    }
    let rows = records(message, fields);
    let words = fields
        .iter()
        .enumerate()
        .map(|(index, field)| match field.part {
            WirePart::Id => "ID: ties a response to its query".to_owned(),
            WirePart::Flags => "flags, opcode and response code".to_owned(),
            WirePart::Counts => "how many records each section has".to_owned(),
            WirePart::Question | WirePart::Record(..) => {
                let row = rows.iter().find(|row| row.field == index);
                row.map_or_else(String::new, |row| {
                    let RecordRow {
                        section,
                        owner,
                        rtype,
                        data,
                        ..
                    } = row;
                    format!("{section}: {owner} {rtype} {data}")
                        .trim_end()
                        .to_owned()
                })
            }
        });
    words.collect()
}

/// Octets in lines; what no field covers counts to the first.
fn hex(octets: &[u8], fields: &[WireField]) -> Vec<HexLine> {
    hex_lines(octets, |position| {
        let field = fields.iter().position(|it| it.range.contains(&position));
        field.unwrap_or(0)
    })
}

#[cfg(test)]
mod tests;
