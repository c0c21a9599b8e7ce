//! What stands where in the RDATA of each type, and what it is for.

use std::net::{Ipv4Addr, Ipv6Addr};
use std::ops::Range;

use crate::dns::{Name, Rtype};
use crate::engine::SimDuration;
use crate::scene::words::duration;

/// How a field is written on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    /// One octet.
    U8,
    /// Two octets, the higher one first.
    U16,
    /// Four octets, the highest first.
    U32,
    /// A span of time in seconds, as four octets.
    Seconds,
    /// An IPv4 address.
    Ipv4,
    /// An IPv6 address.
    Ipv6,
    /// A name: labels, each after its length, and a zero at the end.
    Name,
    /// A name that stands for a mail address.
    Mailbox,
    /// A length octet and so much text, in quotes in a zone file.
    Quoted,
    /// The same without quotes.
    Tag,
    /// Text up to the end of the RDATA.
    Rest,
}

/// What is known of a field: what the standard calls it, how it is written, what it is for.
type Spec = (&'static str, Shape, &'static str);

/// The fields of a type in wire order; the one of TXT repeats. Empty for types the picker does
/// not take apart.
fn specs(rtype: Rtype) -> &'static [Spec] {
    match rtype {
        Rtype::A => &[(
            "address",
            Shape::Ipv4,
            "One octet for each number between the dots",
        )],
        Rtype::AAAA => &[(
            "address",
            Shape::Ipv6,
            "Sixteen octets; “::” in text stands for a run of zeros",
        )],
        Rtype::CNAME => &[(
            "cname",
            Shape::Name,
            "The name to look up instead; never an address",
        )],
        Rtype::MX => &[
            (
                "preference",
                Shape::U16,
                "The lowest is tried first; equal ones share the mail",
            ),
            (
                "exchange",
                Shape::Name,
                "The host that takes the mail; it needs address records of its own",
            ),
        ],
        Rtype::TXT => &[(
            "text",
            Shape::Quoted,
            "The text itself; what it means is up to who reads it",
        )],
        Rtype::NS => &[(
            "nsdname",
            Shape::Name,
            "A server of the zone, by name; its address is another record",
        )],
        Rtype::SOA => &[
            (
                "mname",
                Shape::Name,
                "The primary server, where changes are made",
            ),
            (
                "rname",
                Shape::Mailbox,
                "Who to write to; the first dot stands for the @",
            ),
            (
                "serial",
                Shape::U32,
                "The version: a secondary copies the zone when it has grown",
            ),
            (
                "refresh",
                Shape::Seconds,
                "How often a secondary asks for the serial",
            ),
            (
                "retry",
                Shape::Seconds,
                "How soon it asks again when nobody answered",
            ),
            (
                "expire",
                Shape::Seconds,
                "Without news for this long a secondary stops answering",
            ),
            (
                "minimum",
                Shape::Seconds,
                "The longest a no may be remembered",
            ),
        ],
        Rtype::SRV => &[
            (
                "priority",
                Shape::U16,
                "The lowest is tried first, as with MX",
            ),
            (
                "weight",
                Shape::U16,
                "The share among records of one priority",
            ),
            ("port", Shape::U16, "The port to connect to"),
            (
                "target",
                Shape::Name,
                "The host; it needs address records of its own",
            ),
        ],
        Rtype::PTR => &[(
            "ptrdname",
            Shape::Name,
            "The name that belongs to the address",
        )],
        Rtype::CAA => &[
            (
                "flags",
                Shape::U8,
                "128 forbids an authority that does not know the tag to issue; 0 does not",
            ),
            (
                "tag",
                Shape::Tag,
                "What the value is about: issue, issuewild or iodef",
            ),
            (
                "value",
                Shape::Rest,
                "With issue: the authority that may issue certificates",
            ),
        ],
        _ => &[],
    }
}

/// One field of a record's data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RdataField {
    /// What the standard calls it: `preference`.
    pub name: String,
    /// Its value, as in a zone file: `10`.
    pub value: String,
    /// The value in other words: `2 h`, `hostmaster@example.com`; empty where there are none.
    pub words: String,
    /// What it is for, in a line.
    pub explanation: String,
    /// Its octets, as offsets into the RDATA.
    pub octets: Range<usize>,
    /// Whether a zone file shows it; the lengths of texts are on the wire only.
    pub is_in_text: bool,
}

/// Takes RDATA of a type apart. `None` if the type is not one the picker knows, or the octets
/// do not fit it.
pub(super) fn dissect(rtype: Rtype, octets: &[u8]) -> Option<Vec<RdataField>> {
    let specs = specs(rtype);
    let last = specs.last()?;
    let mut fields = Vec::new();
    let mut position = 0;
    for spec in specs {
        position = read(*spec, octets, position, &mut fields)?;
    }
    while rtype == Rtype::TXT && position < octets.len() {
        position = read(*last, octets, position, &mut fields)?;
    }
    (position == octets.len()).then_some(fields)
}

/// Reads one field at a position; returns where the next one begins.
fn read(
    (name, shape, explanation): Spec,
    octets: &[u8],
    start: usize,
    fields: &mut Vec<RdataField>,
) -> Option<usize> {
    let rest = octets.get(start..)?;
    let number = |length: usize| {
        let digits = rest.get(..length)?;
        Some(
            digits
                .iter()
                .fold(0_u32, |sum, octet| sum << 8 | u32::from(*octet)),
        )
    };
    let mut words = String::new();
    let mut from = start;
    let (length, value) = match shape {
        Shape::U8 => (1, number(1)?.to_string()),
        Shape::U16 => (2, number(2)?.to_string()),
        Shape::U32 => (4, number(4)?.to_string()),
        Shape::Seconds => {
            let seconds = number(4)?;
            words = duration(SimDuration::from_secs(u64::from(seconds)));
            (4, seconds.to_string())
        }
        Shape::Ipv4 => {
            let octets: [u8; 4] = rest.get(..4)?.try_into().ok()?;
            (4, Ipv4Addr::from(octets).to_string())
        }
        Shape::Ipv6 => {
            let octets: [u8; 16] = rest.get(..16)?.try_into().ok()?;
            (16, Ipv6Addr::from(octets).to_string())
        }
        Shape::Name | Shape::Mailbox => {
            let target = Name::from_prefix(rest)?;
            if shape == Shape::Mailbox {
                words = target.without_dot().replacen('.', "@", 1);
            }
            (target.octets().len(), target.to_string())
        }
        Shape::Quoted | Shape::Tag => {
            let length = usize::from(*rest.first()?);
            fields.push(RdataField {
                name: "length".to_owned(),
                value: length.to_string(),
                words: String::new(),
                explanation: "How many octets of text follow: 255 at most".to_owned(),
                octets: start..start + 1,
                is_in_text: false,
            });
            from += 1;
            let text = rest.get(1..=length)?;
            let is_quoted = shape == Shape::Quoted;
            (length, shown(text, is_quoted))
        }
        Shape::Rest => (rest.len(), shown(rest, true)),
    };
    fields.push(RdataField {
        name: name.to_owned(),
        value,
        words,
        explanation: explanation.to_owned(),
        octets: from..from + length,
        is_in_text: true,
    });
    Some(from + length)
}

/// Text as a zone file has it.
fn shown(text: &[u8], is_quoted: bool) -> String {
    let text = String::from_utf8_lossy(text);
    if is_quoted {
        format!("\"{text}\"")
    } else {
        text.into_owned()
    }
}
