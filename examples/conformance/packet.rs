//! Messages as scenario files see them: single records, octets as they stand.

use std::fmt;

use bytes::Bytes;
use dns_lab::dns::{Flags, Message, Name, Rdata, RdataExt as _, Rrset, Rtype};
use domain::base::rdata::ComposeRecordData as _;

/// The type number of the OPT pseudo-record.
const OPT: u16 = 41;

/// The EDNS option code of Extended DNS Errors (RFC 8914).
pub(crate) const EDE: u16 = 15;
/// The EDNS option code of cookies (RFC 7873).
pub(crate) const COOKIE: u16 = 10;
/// The EDNS option code of the name server identifier (RFC 5001).
pub(crate) const NSID: u16 = 3;

/// A question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Asked {
    /// The name.
    pub(crate) qname: Name,
    /// The type's number.
    pub(crate) qtype: u16,
    /// The class's number.
    pub(crate) qclass: u16,
}

/// One record.
#[derive(Clone, Debug)]
pub(crate) struct Record {
    /// Its owner.
    pub(crate) owner: Name,
    /// The type's number.
    pub(crate) rtype: u16,
    /// The class's number.
    pub(crate) class: u16,
    /// In seconds.
    pub(crate) ttl: u32,
    /// The data as it goes on the wire.
    pub(crate) rdata: Vec<u8>,
    /// The data with its names in lower case, for comparing.
    pub(crate) canonical: Vec<u8>,
}

/// The OPT record.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Opt {
    /// The payload size offered, in octets.
    pub(crate) payload_size: u16,
    /// The EDNS version.
    pub(crate) version: u8,
    /// DNSSEC records are wanted.
    pub(crate) dnssec_ok: bool,
    /// Compact denial of existence is understood.
    pub(crate) compact_ok: bool,
    /// The options as octets; a scenario may write nonsense here on purpose.
    pub(crate) options: Vec<u8>,
}

impl Opt {
    /// The options by code and value, as far as the octets make sense.
    pub(crate) fn parsed(&self) -> Vec<(u16, &[u8])> {
        let mut found = Vec::new();
        let mut rest = self.options.as_slice();
        while let [c1, c2, l1, l2, after @ ..] = rest {
            let length = usize::from(u16::from_be_bytes([*l1, *l2]));
            let Some(value) = after.get(..length) else {
                break;
            };
            found.push((u16::from_be_bytes([*c1, *c2]), value));
            rest = &after[length..];
        }
        found
    }

    /// The option octets without the options of one code.
    pub(crate) fn without(&self, code: u16) -> Vec<u8> {
        let mut kept = Vec::new();
        for (other, value) in self.parsed() {
            if other != code {
                kept.extend(option_octets(other, value));
            }
        }
        kept
    }
}

/// The octets of one option.
fn option_octets(code: u16, value: &[u8]) -> Vec<u8> {
    let length = u16::try_from(value.len()).unwrap_or(u16::MAX);
    let mut octets = Vec::with_capacity(value.len() + 4);
    octets.extend(code.to_be_bytes());
    octets.extend(length.to_be_bytes());
    octets.extend(&value[..usize::from(length)]);
    octets
}

/// A whole message.
#[derive(Clone, Debug, Default)]
pub(crate) struct Packet {
    /// The message ID.
    pub(crate) id: u16,
    /// The opcode's number.
    pub(crate) opcode: u8,
    /// The response code's number, with the extended bits.
    pub(crate) rcode: u16,
    /// The one-bit header fields.
    pub(crate) flags: Flags,
    /// The questions, nearly always one.
    pub(crate) questions: Vec<Asked>,
    /// Answer, authority and additional section.
    pub(crate) sections: [Vec<Record>; 3],
    /// The OPT record.
    pub(crate) opt: Option<Opt>,
}

impl Packet {
    /// The first question.
    pub(crate) fn question(&self) -> Option<&Asked> {
        self.questions.first()
    }

    /// A message of the engine.
    pub(crate) fn from_message(message: &Message) -> Self {
        let questions = message.question.iter().map(|question| Asked {
            qname: question.qname.clone(),
            qtype: question.qtype.to_int(),
            qclass: question.qclass.to_int(),
        });
        let opt = message.edns.as_ref().map(|edns| Opt {
            payload_size: edns.udp_payload_size,
            version: edns.version,
            dnssec_ok: edns.dnssec_ok,
            compact_ok: false,
            options: edns
                .options
                .iter()
                .flat_map(|option| option_octets(option.code, &option.value))
                .collect(),
        });
        Self {
            id: message.id,
            opcode: message.opcode.to_int(),
            rcode: u16::from(message.rcode.to_int()),
            flags: message.flags,
            questions: questions.collect(),
            sections: [
                records_of(&message.answer),
                records_of(&message.authority),
                records_of(&message.additional),
            ],
            opt,
        }
    }

    /// The octets, names not compressed; what does not fit 65 535 octets is left out.
    pub(crate) fn octets(&self) -> Bytes {
        let flags = self.flags;
        let bit = |set: bool, shift: u16| u16::from(set) << shift;
        let second = bit(flags.qr, 15)
            | u16::from(self.opcode & 0xF) << 11
            | bit(flags.aa, 10)
            | bit(flags.tc, 9)
            | bit(flags.rd, 8)
            | bit(flags.ra, 7)
            | bit(flags.ad, 5)
            | bit(flags.cd, 4)
            | (self.rcode & 0xF);
        let mut body = Vec::new();
        for question in &self.questions {
            body.extend(question.qname.octets());
            body.extend(question.qtype.to_be_bytes());
            body.extend(question.qclass.to_be_bytes());
        }
        let mut counts = [0_u16; 3];
        for (section, count) in self.sections.iter().zip(&mut counts) {
            for record in section {
                *count += u16::from(put_record(&mut body, record));
            }
        }
        if let Some(opt) = &self.opt {
            let extended = u32::from(self.rcode >> 4) << 24;
            let flags = u32::from(opt.dnssec_ok) << 15 | u32::from(opt.compact_ok) << 14;
            let record = Record {
                owner: Name::root(),
                rtype: OPT,
                class: opt.payload_size,
                ttl: extended | u32::from(opt.version) << 16 | flags,
                rdata: opt.options.clone(),
                canonical: Vec::new(),
            };
            counts[2] += u16::from(put_record(&mut body, &record));
        }
        let mut octets = Vec::with_capacity(12 + body.len());
        octets.extend(self.id.to_be_bytes());
        octets.extend(second.to_be_bytes());
        let asked = u16::try_from(self.questions.len()).unwrap_or(u16::MAX);
        octets.extend(asked.to_be_bytes());
        for count in counts {
            octets.extend(count.to_be_bytes());
        }
        octets.extend(body);
        octets.into()
    }
}

/// Appends one record if it fits.
fn put_record(body: &mut Vec<u8>, record: &Record) -> bool {
    let Ok(length) = u16::try_from(record.rdata.len()) else {
        return false;
    };
    let size = record.owner.octets().len() + 10 + record.rdata.len();
    if body.len() + size + 12 > usize::from(u16::MAX) {
        return false;
    }
    body.extend(record.owner.octets());
    body.extend(record.rtype.to_be_bytes());
    body.extend(record.class.to_be_bytes());
    body.extend(record.ttl.to_be_bytes());
    body.extend(length.to_be_bytes());
    body.extend(&record.rdata);
    true
}

/// The single records of some sets.
fn records_of(sets: &[Rrset]) -> Vec<Record> {
    let mut records = Vec::new();
    for set in sets {
        for data in set.data.iter() {
            let (rdata, canonical) = octets_of(data);
            records.push(Record {
                owner: set.owner.clone(),
                rtype: set.rtype.to_int(),
                class: set.class.to_int(),
                ttl: set.ttl.as_secs(),
                rdata,
                canonical,
            });
        }
    }
    records
}

/// Record data as it goes on the wire, and with its names in lower case.
pub(crate) fn octets_of(data: &Rdata) -> (Vec<u8>, Vec<u8>) {
    let (mut rdata, mut canonical) = (Vec::new(), Vec::new());
    // Composing into a vector cannot fail.
    let _ = data.compose_rdata(&mut rdata);
    let _ = data.compose_canonical_rdata(&mut canonical);
    // RFC 6840 took NSEC and the like out of the canonical form; for a comparison the case of
    // their names does not matter either.
    if matches!(data.rtype_number(), 47 | 64 | 65) {
        lower_first_name(&mut canonical, data.rtype_number());
    }
    (rdata, canonical)
}

/// The number of the type of record data.
trait RtypeNumber {
    /// The number.
    fn rtype_number(&self) -> u16;
}

impl RtypeNumber for Rdata {
    fn rtype_number(&self) -> u16 {
        use domain::base::RecordData as _;
        self.rtype().to_int()
    }
}

/// Lowers the name at the start of NSEC data, or after the priority of SVCB and HTTPS data.
fn lower_first_name(octets: &mut [u8], rtype: u16) {
    let mut position = if rtype == 47 { 0 } else { 2 };
    while let Some(&length) = octets.get(position) {
        let end = position + 1 + usize::from(length);
        if length == 0 || end > octets.len() {
            break;
        }
        octets[position + 1..end].make_ascii_lowercase();
        position = end;
    }
}

impl fmt::Display for Asked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.qname, Rtype::from_int(self.qtype))
    }
}

impl fmt::Display for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rtype = Rtype::from_int(self.rtype);
        write!(f, "{} {} {rtype} ", self.owner, self.ttl)?;
        match decoded(self) {
            Some(text) => f.write_str(&text),
            None => {
                write!(f, "\\# {} ", self.rdata.len())?;
                self.rdata
                    .iter()
                    .try_for_each(|octet| write!(f, "{octet:02x}"))
            }
        }
    }
}

/// Presentation form of record data, by way of a message that holds only this record.
fn decoded(record: &Record) -> Option<String> {
    let packet = Packet {
        sections: [vec![record.clone()], Vec::new(), Vec::new()],
        ..Packet::default()
    };
    let message = Message::decode(packet.octets()).ok()?;
    let set = message.answer.first()?;
    Some(set.data.first()?.presentation())
}

/// One line for logs: what is asked, the codes and the flags, then the records.
impl fmt::Display for Packet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.question() {
            Some(question) => write!(f, "{question}")?,
            None => f.write_str("(no question)")?,
        }
        write!(f, " {}", rcode_name(self.rcode))?;
        if self.opcode != 0 {
            write!(f, " opcode {}", self.opcode)?;
        }
        for name in self.flags.names() {
            write!(f, " {name}")?;
        }
        if let Some(opt) = &self.opt {
            write!(f, " OPT{}", if opt.dnssec_ok { " DO" } else { "" })?;
            for octet in &opt.options {
                write!(f, " {octet:02x}")?;
            }
        }
        for (section, name) in self
            .sections
            .iter()
            .zip(["answer", "authority", "additional"])
        {
            for record in section {
                write!(f, "\n      {name}: {record}")?;
            }
        }
        Ok(())
    }
}

/// The names of the response codes scenario files use.
const RCODES: [(&str, u16); 12] = [
    ("NOERROR", 0),
    ("FORMERR", 1),
    ("SERVFAIL", 2),
    ("NXDOMAIN", 3),
    ("NOTIMPL", 4),
    ("NOTIMP", 4),
    ("REFUSED", 5),
    ("YXDOMAIN", 6),
    ("YXRRSET", 7),
    ("NXRRSET", 8),
    ("NOTAUTH", 9),
    ("NOTZONE", 10),
];

/// A response code by its name.
pub(crate) fn rcode_by_name(name: &str) -> Option<u16> {
    RCODES
        .iter()
        .find_map(|&(known, code)| (known == name).then_some(code))
}

/// The name of a response code, or its number.
pub(crate) fn rcode_name(rcode: u16) -> String {
    RCODES
        .iter()
        .find(|&&(_, code)| code == rcode)
        .map_or_else(|| format!("rcode {rcode}"), |&(name, _)| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn octets_of_a_packet_are_the_message_they_describe() {
        let packet = Packet {
            id: 7,
            rcode: 3,
            flags: Flags {
                qr: true,
                ra: true,
                ..Flags::default()
            },
            questions: vec![Asked {
                qname: "a.example".parse().expect("a name"),
                qtype: 1,
                qclass: 1,
            }],
            opt: Some(Opt {
                payload_size: 1232,
                dnssec_ok: true,
                options: vec![0, 15, 0, 2, 0, 3],
                ..Opt::default()
            }),
            ..Packet::default()
        };
        let message = Message::decode(packet.octets()).expect("well-formed");
        let back = Packet::from_message(&message);
        assert_eq!((back.id, back.rcode, back.flags), (7, 3, packet.flags));
        assert_eq!(back.questions, packet.questions);
        assert_eq!(back.opt, packet.opt);
    }

    #[test]
    fn options_of_one_code_can_be_cut_out() {
        let opt = Opt {
            options: vec![0, 15, 0, 2, 0, 3, 0, 8, 0, 1, 9],
            ..Opt::default()
        };
        assert_eq!(opt.without(EDE), [0, 8, 0, 1, 9]);
    }
}
