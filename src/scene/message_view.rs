//! A message taken apart: fields, records, octets.

use crate::engine::Datagram;

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
    /// The octets in lines of 16.
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

/// A line of the hex dump.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HexLine {
    /// The offset of the first octet: `0010`.
    pub offset: String,
    /// Up to 16 octets.
    pub bytes: Vec<HexByte>,
    /// The same octets as ASCII, a dot for what cannot be printed.
    pub ascii: String,
}

/// One octet of the hex dump.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HexByte {
    /// Two hexadecimal digits.
    pub text: String,
    /// The number of the field it belongs to.
    pub field: usize,
}

/// Takes a datagram apart.
pub fn message_view(datagram: &Datagram) -> MessageView {
    let _ = datagram;
    MessageView {
        title: String::new(),
        kind: MessageKind::Malformed,
        summary: String::new(),
        source: datagram.source.to_string(),
        destination: datagram.destination.to_string(),
        chips: Vec::new(),
        header: Vec::new(),
        records: Vec::new(),
        hex: Vec::new(),
        fields: Vec::new(),
        length: 0,
    }
}
