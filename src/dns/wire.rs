//! The wire format of messages ([RFC 1035 §4]), by the codec of the `domain` crate.
//!
//! [RFC 1035 §4]: https://www.rfc-editor.org/rfc/rfc1035#section-4

use std::fmt;
use std::ops::Range;

use bytes::Bytes;
use domain::base::iana::OptRcode;
use domain::base::message_builder::{HashCompressor, MessageBuilder};
use domain::base::name::{FlattenInto, ParsedName};
use domain::base::opt::UnknownOptData;
use domain::base::{Header, Record, RecordData as _, RecordSection};
use domain::rdata::ZoneRecordData;

use super::{
    Edns, EdnsOption, Flags, Message, Name, Question, Rdata, RdataExt as _, Rrset, Rtype, Section,
};

/// Why octets are not a DNS message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WireError {
    /// Fewer than the 12 octets of a header.
    ShortHeader,
    /// A name, record or count that does not fit the octets.
    Malformed,
    /// More than one question, which no server answers ([RFC 9619](https://www.rfc-editor.org/rfc/rfc9619)).
    SeveralQuestions,
    /// The message would be longer than 65 535 octets.
    TooLong,
}

impl fmt::Display for WireError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::ShortHeader => "shorter than the 12 octets of a header",
            Self::Malformed => "a name, record or count does not fit the octets",
            Self::SeveralQuestions => "more than one question",
            Self::TooLong => "longer than 65535 octets",
        })
    }
}

impl std::error::Error for WireError {}

/// What a run of octets in a message stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WirePart {
    /// The message ID.
    Id,
    /// The flags, opcode and response code.
    Flags,
    /// The four section counts.
    Counts,
    /// The question.
    Question,
    /// One record of a section, by its index there; OPT stands last in the additional section.
    Record(Section, usize),
}

/// One run of octets and its meaning.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WireField {
    /// The octets, as offsets into the message.
    pub range: Range<usize>,
    /// What they stand for.
    pub part: WirePart,
}

impl Message {
    /// Encodes the message, names compressed.
    ///
    /// # Errors
    /// [`WireError::TooLong`] if it does not fit 65 535 octets.
    pub fn encode(&self) -> Result<Bytes, WireError> {
        let target = HashCompressor::new(Vec::with_capacity(512));
        let mut builder = MessageBuilder::from_target(target).map_err(|_| WireError::TooLong)?;
        builder.set_push_limit(usize::from(u16::MAX));
        let header = builder.header_mut();
        header.set_id(self.id);
        header.set_opcode(self.opcode);
        header.set_rcode(self.rcode);
        header.set_qr(self.flags.qr);
        header.set_aa(self.flags.aa);
        header.set_tc(self.flags.tc);
        header.set_rd(self.flags.rd);
        header.set_ra(self.flags.ra);
        header.set_ad(self.flags.ad);
        header.set_cd(self.flags.cd);
        let mut builder = builder.question();
        if let Some(question) = &self.question {
            builder
                .push((question.qname.raw(), question.qtype, question.qclass))
                .map_err(|_| WireError::TooLong)?;
        }
        let mut builder = builder.answer();
        for record in records(&self.answer) {
            builder.push(record).map_err(|_| WireError::TooLong)?;
        }
        let mut builder = builder.authority();
        for record in records(&self.authority) {
            builder.push(record).map_err(|_| WireError::TooLong)?;
        }
        let mut builder = builder.additional();
        for record in records(&self.additional) {
            builder.push(record).map_err(|_| WireError::TooLong)?;
        }
        if let Some(edns) = &self.edns {
            builder
                .opt(|opt| {
                    opt.set_udp_payload_size(edns.udp_payload_size);
                    opt.set_dnssec_ok(edns.dnssec_ok);
                    opt.set_version(edns.version);
                    opt.set_rcode(OptRcode::from_parts(self.rcode, edns.extended_rcode));
                    for option in &edns.options {
                        // An option too long for its length field is left out.
                        if let Ok(data) = UnknownOptData::new(option.code.into(), &option.value) {
                            opt.push(&data)?;
                        }
                    }
                    Ok(())
                })
                .map_err(|_| WireError::TooLong)?;
        }
        Ok(Bytes::from(builder.finish().into_target()))
    }

    /// Decodes a message. Records of one set that stand side by side become one [`Rrset`].
    ///
    /// # Errors
    /// What keeps the octets from being a message.
    pub fn decode(octets: Bytes) -> Result<Self, WireError> {
        let wire =
            domain::base::Message::from_octets(octets).map_err(|_| WireError::ShortHeader)?;
        let header = wire.header();
        if wire.header_counts().qdcount() > 1 {
            return Err(WireError::SeveralQuestions);
        }
        let question = match wire.question().next() {
            None => None,
            Some(parsed) => {
                let parsed = parsed.map_err(|_| WireError::Malformed)?;
                Some(Question {
                    qname: Name::from_raw(parsed.qname()),
                    qtype: parsed.qtype(),
                    qclass: parsed.qclass(),
                })
            }
        };
        let mut edns = None;
        let answer = wire.answer().map_err(|_| WireError::Malformed)?;
        let answer_sets = decode_section(header, answer, &mut edns)?;
        let authority = next_section(answer)?;
        let authority_sets = decode_section(header, authority, &mut edns)?;
        let additional_sets = decode_section(header, next_section(authority)?, &mut edns)?;
        Ok(Self {
            id: header.id(),
            opcode: header.opcode(),
            flags: Flags {
                qr: header.qr(),
                aa: header.aa(),
                tc: header.tc(),
                rd: header.rd(),
                ra: header.ra(),
                ad: header.ad(),
                cd: header.cd(),
            },
            rcode: header.rcode(),
            question,
            answer: answer_sets,
            authority: authority_sets,
            additional: additional_sets,
            edns,
        })
    }

    /// Encodes the message and says what each run of octets stands for.
    ///
    /// # Errors
    /// [`WireError::TooLong`], as [`encode`](Self::encode).
    pub fn wire_fields(&self) -> Result<(Bytes, Vec<WireField>), WireError> {
        let octets = self.encode()?;
        let mut fields = vec![
            WireField {
                range: 0..2,
                part: WirePart::Id,
            },
            WireField {
                range: 2..4,
                part: WirePart::Flags,
            },
            WireField {
                range: 4..12,
                part: WirePart::Counts,
            },
        ];
        let mut position = 12;
        if self.question.is_some() {
            let end = skip_name(&octets, position).ok_or(WireError::Malformed)? + 4;
            fields.push(WireField {
                range: position..end,
                part: WirePart::Question,
            });
            position = end;
        }
        for section in Section::ALL {
            let opt = usize::from(section == Section::Additional && self.edns.is_some());
            for index in 0..self.record_count(section) + opt {
                let end = skip_record(&octets, position).ok_or(WireError::Malformed)?;
                let part = WirePart::Record(section, index);
                fields.push(WireField {
                    range: position..end,
                    part,
                });
                position = end;
            }
        }
        Ok((octets, fields))
    }

    /// An upper bound of the encoded length in octets, found without encoding.
    pub fn length_bound(&self) -> usize {
        let question = self
            .question
            .as_ref()
            .map_or(0, |q| q.qname.octets().len() + 4);
        let records: usize = Section::ALL
            .into_iter()
            .flat_map(|section| self.section(section))
            .map(|set| {
                let owner = set.owner.octets().len() + 10;
                set.data
                    .iter()
                    .map(|data| owner + rdata_bound(data))
                    .sum::<usize>()
            })
            .sum();
        let edns = self.edns.as_ref().map_or(0, |edns| {
            11 + edns
                .options
                .iter()
                .map(|option| option.value.len() + 4)
                .sum::<usize>()
        });
        12 + question + records + edns
    }
}

/// An upper bound of the wire length of record data, in octets.
fn rdata_bound(data: &Rdata) -> usize {
    match data {
        ZoneRecordData::A(_) => 4,
        ZoneRecordData::Aaaa(_) => 16,
        ZoneRecordData::Ns(ns) => ns.nsdname().as_slice().len(),
        ZoneRecordData::Cname(cname) => cname.cname().as_slice().len(),
        ZoneRecordData::Soa(soa) => soa.mname().len() + soa.rname().len() + 20,
        other => other.octets().len(),
    }
}

/// The records of a section, one by one, for the codec.
fn records(sets: &[Rrset]) -> impl Iterator<Item = Record<super::name::RawName, Rdata>> {
    sets.iter().flat_map(|set| {
        set.data
            .iter()
            .map(|data| Record::new(set.owner.raw().clone(), set.class, set.ttl, data.clone()))
    })
}

/// The section after `section`.
fn next_section(section: RecordSection<'_, Bytes>) -> Result<RecordSection<'_, Bytes>, WireError> {
    section
        .next_section()
        .map_err(|_| WireError::Malformed)?
        .ok_or(WireError::Malformed)
}

/// Reads the records of one section; an OPT record goes to `edns`.
fn decode_section(
    header: Header,
    section: RecordSection<'_, Bytes>,
    edns: &mut Option<Edns>,
) -> Result<Vec<Rrset>, WireError> {
    let mut sets: Vec<(Rrset, Vec<Rdata>)> = Vec::new();
    for parsed in section {
        let parsed = parsed.map_err(|_| WireError::Malformed)?;
        if parsed.rtype() == Rtype::OPT {
            let record = parsed
                .into_record::<domain::base::opt::Opt<Bytes>>()
                .map_err(|_| WireError::Malformed)?
                .ok_or(WireError::Malformed)?;
            let opt = domain::base::opt::OptRecord::from_record(record);
            let options = opt
                .opt()
                .iter::<UnknownOptData<Bytes>>()
                .flatten()
                .map(|option| EdnsOption {
                    code: option.code().to_int(),
                    value: Bytes::copy_from_slice(option.as_slice()),
                })
                .collect();
            let extended_rcode = opt.rcode(header).ext();
            let record = Edns {
                udp_payload_size: opt.udp_payload_size(),
                dnssec_ok: opt.dnssec_ok(),
                version: opt.version(),
                extended_rcode,
                options,
            };
            // One OPT record at most (RFC 6891 §6.1.1).
            if edns.replace(record).is_some() {
                return Err(WireError::Malformed);
            }
            continue;
        }
        let (class, ttl) = (parsed.class(), parsed.ttl());
        // Data that does not fit its type spoils the record, not the message: the lengths
        // around it still hold. Pseudo-records other than OPT (TSIG and the like) are not
        // for us.
        let record = parsed.into_record::<ZoneRecordData<Bytes, ParsedName<Bytes>>>();
        let Ok(Some(record)) = record else { continue };
        let (owner, data) = record.into_owner_and_data();
        let owner = Name::from_raw(owner);
        let Ok(data): Result<Rdata, _> = data.try_flatten_into();
        let rtype = data.rtype();
        match sets.last_mut() {
            Some((set, datas))
                if set.owner == owner && set.rtype == rtype && set.class == class =>
            {
                set.ttl = set.ttl.min(ttl);
                datas.push(data);
            }
            _ => {
                let set = Rrset {
                    owner,
                    class,
                    rtype,
                    ttl,
                    data: [].into(),
                };
                sets.push((set, vec![data]));
            }
        }
    }
    Ok(sets
        .into_iter()
        .map(|(set, datas)| Rrset {
            data: datas.into(),
            ..set
        })
        .collect())
}

/// The offset after the name at `position`.
fn skip_name(octets: &[u8], mut position: usize) -> Option<usize> {
    loop {
        match *octets.get(position)? {
            0 => return Some(position + 1),
            length if length >= 0xC0 => return Some(position + 2),
            length => position += usize::from(length) + 1,
        }
    }
}

/// The offset after the record at `position`.
fn skip_record(octets: &[u8], position: usize) -> Option<usize> {
    let fixed = skip_name(octets, position)?;
    let length = octets.get(fixed + 8..fixed + 10)?;
    Some(fixed + 10 + usize::from(u16::from_be_bytes([length[0], length[1]])))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dns::{Rcode, Ttl};

    fn name(text: &str) -> Name {
        text.parse().expect("a valid name")
    }

    fn referral() -> Message {
        let question = Question::new(name("www.example.com"), Rtype::A);
        let mut message = Message::response_to(&Message::query(0x3a7c, question), Rcode::NOERROR);
        let hosts = [name("ns1.example.com"), name("ns2.example.com")];
        let ttl = Ttl::from_secs(172_800);
        message
            .authority
            .push(Rrset::from_name_servers(name("example.com"), ttl, &hosts));
        let glue = "192.0.2.53".parse().expect("an address");
        message
            .additional
            .push(Rrset::from_address(hosts[0].clone(), ttl, glue));
        message.edns = Some(Edns::with_payload_size(1232));
        message
    }

    #[test]
    fn message_survives_encoding_and_decoding() {
        let message = referral();
        let octets = message.encode().expect("it fits");
        assert_eq!(Message::decode(octets).expect("our own octets"), message);
    }

    #[test]
    fn fields_cover_the_octets_without_gap() {
        let (octets, fields) = referral().wire_fields().expect("it fits");
        let mut position = 0;
        for field in &fields {
            assert_eq!(field.range.start, position);
            position = field.range.end;
        }
        assert_eq!(position, octets.len());
    }

    #[test]
    fn length_bound_is_never_below_the_length() {
        let message = referral();
        assert!(message.length_bound() >= message.encode().expect("it fits").len());
    }

    #[test]
    fn noise_is_refused_and_not_a_panic() {
        assert_eq!(
            Message::decode(Bytes::from_static(b"\0\x01")),
            Err(WireError::ShortHeader)
        );
        assert!(Message::decode(Bytes::from(vec![0xff; 40])).is_err());
    }
}
