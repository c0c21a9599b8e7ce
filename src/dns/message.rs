//! DNS messages as values.

use std::fmt;

use bytes::Bytes;
use serde::{Deserialize, Serialize};

use super::{Class, Name, Opcode, Rcode, Rrset, Rtype, class_number, rtype_number};

/// The octets of a message's header ([RFC 1035 §4.1.1](https://www.rfc-editor.org/rfc/rfc1035#section-4.1.1)).
const HEADER_LENGTH: usize = 12;

/// What is asked: name, type and class ([RFC 1035 §4.1.2]).
///
/// [RFC 1035 §4.1.2]: https://www.rfc-editor.org/rfc/rfc1035#section-4.1.2
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Question {
    /// The name asked for.
    pub qname: Name,
    /// The type asked for.
    #[serde(with = "rtype_number")]
    pub qtype: Rtype,
    /// The class asked for, nearly always `IN`.
    #[serde(with = "class_number")]
    pub qclass: Class,
}

impl Question {
    /// A question of class `IN`.
    pub fn new(qname: Name, qtype: Rtype) -> Self {
        Self {
            qname,
            qtype,
            qclass: Class::IN,
        }
    }
}

impl fmt::Display for Question {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.qname.without_dot(), self.qtype)
    }
}

/// The one-bit fields of the header ([RFC 1035 §4.1.1], [RFC 4035 §3]).
///
/// [RFC 1035 §4.1.1]: https://www.rfc-editor.org/rfc/rfc1035#section-4.1.1
/// [RFC 4035 §3]: https://www.rfc-editor.org/rfc/rfc4035#section-3
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Flags {
    /// The message is a response.
    pub qr: bool,
    /// The answer comes from the zone's own data.
    pub aa: bool,
    /// The message was cut to fit the transport.
    pub tc: bool,
    /// The asker wants the server to do the whole resolution.
    pub rd: bool,
    /// The server offers to do whole resolutions.
    pub ra: bool,
    /// The resolver validated the data.
    pub ad: bool,
    /// The asker validates for itself.
    pub cd: bool,
}

impl Flags {
    /// The names of the bits that are set, in header order.
    pub fn names(self) -> Vec<&'static str> {
        let all = [
            (self.qr, "QR"),
            (self.aa, "AA"),
            (self.tc, "TC"),
            (self.rd, "RD"),
            (self.ra, "RA"),
            (self.ad, "AD"),
            (self.cd, "CD"),
        ];
        all.into_iter()
            .filter_map(|(set, name)| set.then_some(name))
            .collect()
    }
}

/// The OPT pseudo-record of EDNS(0) ([RFC 6891 §6.1]).
///
/// [RFC 6891 §6.1]: https://www.rfc-editor.org/rfc/rfc6891#section-6.1
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edns {
    /// The largest UDP payload the sender takes, in octets.
    pub udp_payload_size: u16,
    /// The sender wants DNSSEC records.
    pub dnssec_ok: bool,
    /// The EDNS version, 0 today.
    pub version: u8,
    /// The upper eight bits of a response code above 15, such as BADVERS; zero in queries
    /// ([RFC 6891 §6.1.3](https://www.rfc-editor.org/rfc/rfc6891#section-6.1.3)).
    pub extended_rcode: u8,
    /// The options in the order they were sent.
    pub options: Vec<EdnsOption>,
}

impl Edns {
    /// EDNS(0) without options.
    pub fn with_payload_size(udp_payload_size: u16) -> Self {
        Self {
            udp_payload_size,
            dnssec_ok: false,
            version: 0,
            extended_rcode: 0,
            options: Vec::new(),
        }
    }
}

/// One EDNS option, not interpreted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EdnsOption {
    /// The option code.
    pub code: u16,
    /// The option's octets.
    pub value: Bytes,
}

/// A part of a message that holds records.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Section {
    /// The records that answer the question.
    Answer,
    /// NS records of a referral, or the SOA of a negative response.
    Authority,
    /// Records that save the asker another question, such as glue.
    Additional,
}

impl Section {
    /// The three sections in wire order.
    pub const ALL: [Self; 3] = [Self::Answer, Self::Authority, Self::Additional];

    /// The name of the section in lower case.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Answer => "answer",
            Self::Authority => "authority",
            Self::Additional => "additional",
        }
    }
}

/// One DNS message, query or response.
#[derive(Clone, Debug, PartialEq)]
pub struct Message {
    /// Ties a response to its query.
    pub id: u16,
    /// What kind of request this is; `QUERY` unless said otherwise.
    pub opcode: Opcode,
    /// The one-bit header fields.
    pub flags: Flags,
    /// How the request went.
    pub rcode: Rcode,
    /// The question; a message without one is legal but rare.
    pub question: Option<Question>,
    /// The answer section.
    pub answer: Vec<Rrset>,
    /// The authority section.
    pub authority: Vec<Rrset>,
    /// The additional section without the OPT record.
    pub additional: Vec<Rrset>,
    /// The OPT record, if there is one.
    pub edns: Option<Edns>,
}

impl Message {
    /// A query with no flag set.
    pub fn query(id: u16, question: Question) -> Self {
        Self {
            id,
            opcode: Opcode::QUERY,
            flags: Flags::default(),
            rcode: Rcode::NOERROR,
            question: Some(question),
            answer: Vec::new(),
            authority: Vec::new(),
            additional: Vec::new(),
            edns: None,
        }
    }

    /// An empty response to `query`: same ID, opcode and question, RD and CD copied.
    pub fn response_to(query: &Self, rcode: Rcode) -> Self {
        Self {
            id: query.id,
            opcode: query.opcode,
            flags: Flags {
                qr: true,
                rd: query.flags.rd,
                cd: query.flags.cd,
                ..Flags::default()
            },
            rcode,
            question: query.question.clone(),
            answer: Vec::new(),
            authority: Vec::new(),
            additional: Vec::new(),
            edns: None,
        }
    }

    /// The response to octets that arrived as a query and cannot be read: FORMERR, or NOTIMP
    /// if they ask for something else than a lookup. `None` if they are too short to answer or
    /// claim to be a response, which is never answered, so that two servers cannot loop.
    pub fn rejection_of(octets: &[u8]) -> Option<Self> {
        let [id_high, id_low, bits, ..] = octets else {
            return None;
        };
        if octets.len() < HEADER_LENGTH || bits & 0x80 != 0 {
            return None;
        }
        let opcode = Opcode::from_int(bits >> 3 & 0x0f);
        let rcode = match opcode {
            Opcode::QUERY => Rcode::FORMERR,
            _ => Rcode::NOTIMP,
        };
        Some(Self {
            id: u16::from_be_bytes([*id_high, *id_low]),
            opcode,
            flags: Flags {
                qr: true,
                rd: bits & 1 != 0,
                ..Flags::default()
            },
            rcode,
            question: None,
            answer: Vec::new(),
            authority: Vec::new(),
            additional: Vec::new(),
            edns: None,
        })
    }

    /// The sets of one section.
    pub fn section(&self, section: Section) -> &[Rrset] {
        match section {
            Section::Answer => &self.answer,
            Section::Authority => &self.authority,
            Section::Additional => &self.additional,
        }
    }

    /// The number of records in one section; a set counts each of its records.
    pub fn record_count(&self, section: Section) -> usize {
        self.section(section).iter().map(|set| set.data.len()).sum()
    }

    /// The SOA set of a negative response.
    pub fn authority_soa(&self) -> Option<&Rrset> {
        self.authority.iter().find(|set| set.rtype == Rtype::SOA)
    }
}
