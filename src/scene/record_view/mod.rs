//! Record types on display: what each is for, its fields, its line in a zone file, its octets.
//!
//! The records are those of the world at hand, as its servers hold them; the octets are those
//! of the codec.

mod layout;
mod words;

pub use layout::RdataField;

use self::layout::dissect;
use self::words::{about, label, purpose, title};
use super::hex::{HexLine, hex_lines};
use crate::dns::{Name, Question, Rdata, RdataExt as _, Rrset, Rtype};
use crate::engine::World;

/// The types on display, in the order they are taught.
pub const RECORD_TYPES: [Rtype; 10] = [
    Rtype::A,
    Rtype::AAAA,
    Rtype::CNAME,
    Rtype::MX,
    Rtype::TXT,
    Rtype::NS,
    Rtype::SOA,
    Rtype::SRV,
    Rtype::PTR,
    Rtype::CAA,
];

/// A record type on display.
#[derive(Clone, Debug, PartialEq)]
pub struct RecordCard {
    /// `MX`.
    pub rtype: String,
    /// `Mail exchange`.
    pub title: String,
    /// What it is for, in one or two sentences.
    pub about: String,
    /// Records of that type; empty if the world has none.
    pub samples: Vec<RecordSample>,
}

/// One record taken apart.
#[derive(Clone, Debug, PartialEq)]
pub struct RecordSample {
    /// What a list calls it: `10 mail1.example.com.`
    pub label: String,
    /// What to ask for to get it.
    pub question: Question,
    /// What this record says, as against others of its type; empty where the type says it all.
    pub purpose: String,
    /// Its line in a zone file, in pieces. The data's pieces know their fields.
    pub line: Vec<LinePart>,
    /// The fields of its data.
    pub fields: Vec<RdataField>,
    /// The octets of its data, names uncompressed.
    pub hex: Vec<HexLine>,
    /// How many octets that is.
    pub length: usize,
}

/// A piece of a zone file line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinePart {
    /// The piece, without the space after it.
    pub text: String,
    /// The number of the field it shows; `None` for owner, TTL, class and type.
    pub field: Option<usize>,
}

/// A type as the world at hand has it.
pub fn record_card(world: &World, rtype: Rtype) -> RecordCard {
    let mut samples = Vec::new();
    for owner in owners(rtype) {
        let set = owner.parse::<Name>().ok().and_then(|owner| {
            let zone = world.zone_of(&owner).ok()?;
            zone.get(&owner, rtype).cloned()
        });
        if let Some(set) = set {
            samples.extend(set.data.iter().map(|data| sample(&set, data)));
        }
    }
    RecordCard {
        rtype: rtype.to_string(),
        title: title(rtype).to_owned(),
        about: about(rtype).to_owned(),
        samples,
    }
}

/// Where to look for good records of a type. What stands there is the zone's business.
fn owners(rtype: Rtype) -> &'static [&'static str] {
    match rtype {
        Rtype::A | Rtype::AAAA => &["www.example.com"],
        Rtype::CNAME => &["api.example.com", "blog.example.com"],
        Rtype::MX => &["example.com", "example.org"],
        Rtype::TXT => &[
            "example.com",
            "_dmarc.example.com",
            "s1._domainkey.example.com",
        ],
        Rtype::NS | Rtype::SOA | Rtype::CAA => &["example.com"],
        Rtype::SRV => &["_sip._tcp.example.com"],
        Rtype::PTR => &["25.113.0.203.in-addr.arpa"],
        _ => &[],
    }
}

/// Takes one record of a set apart.
fn sample(set: &Rrset, data: &Rdata) -> RecordSample {
    let octets = data.octets();
    // What cannot be taken apart is shown whole.
    let fields = dissect(set.rtype, &octets).unwrap_or_else(|| {
        vec![RdataField {
            name: "data".to_owned(),
            value: data.presentation(),
            words: String::new(),
            explanation: "The data of the record".to_owned(),
            octets: 0..octets.len(),
            is_in_text: true,
        }]
    });
    let field_at = |position: usize| {
        let field = fields.iter().position(|it| it.octets.contains(&position));
        field.unwrap_or(0)
    };
    RecordSample {
        label: label(set.rtype, &set.owner, data),
        question: Question::new(set.owner.clone(), set.rtype),
        purpose: purpose(set.rtype, &set.owner, data),
        line: line(set, &fields),
        hex: hex_lines(&octets, field_at),
        length: octets.len(),
        fields,
    }
}

/// The zone file line, piece by piece.
fn line(set: &Rrset, fields: &[RdataField]) -> Vec<LinePart> {
    let head = [
        set.owner.to_string(),
        set.ttl.as_secs().to_string(),
        set.class.to_string(),
        set.rtype.to_string(),
    ];
    let head = head.into_iter().map(|text| LinePart { text, field: None });
    let shown = fields.iter().enumerate().filter(|(_, it)| it.is_in_text);
    let data = shown.map(|(index, field)| LinePart {
        text: field.value.clone(),
        field: Some(index),
    });
    head.chain(data).collect()
}

#[cfg(test)]
mod tests;
