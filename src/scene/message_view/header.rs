//! The header fields in plain words.

use super::HeaderField;
use crate::dns::{Message, Opcode, Rcode, Section};

/// The number of the octets' field that holds the ID.
const ID: usize = 0;
/// The number of the octets' field that holds flags, opcode and response code.
const FLAGS: usize = 1;
/// The number of the octets' field that holds the section counts.
const COUNTS: usize = 2;

/// The header, field by field, in wire order.
pub(super) fn fields(message: &Message) -> Vec<HeaderField> {
    let flags = message.flags;
    let kind = if flags.qr { "a response" } else { "a query" };
    let mut fields = vec![
        field(
            "ID",
            &format!("0x{:04x}", message.id),
            "Ties a response to its query; a forger has to guess it",
            false,
            ID,
        ),
        bit("QR", flags.qr, "This is a response", "This is a query"),
        field(
            "Opcode",
            &crate::scene::words::opcode_mnemonic(message.opcode),
            opcode_words(message.opcode),
            message.opcode != Opcode::QUERY,
            FLAGS,
        ),
        bit(
            "AA",
            flags.aa,
            "Authoritative answer: it comes from the zone's own data",
            if flags.qr {
                "Not authoritative: from a cache, or a referral"
            } else {
                "Has no meaning in a query"
            },
        ),
        bit(
            "TC",
            flags.tc,
            "Truncated: it did not fit, ask again over TCP",
            "Not truncated: all of it is here",
        ),
        bit(
            "RD",
            flags.rd,
            "Recursion desired: the asker wants the whole work done",
            "Recursion not desired: tell what you know yourself",
        ),
        bit(
            "RA",
            flags.ra,
            "Recursion available: this server does the whole work for its clients",
            if flags.qr {
                "Recursion not available: this server answers from its own data only"
            } else {
                "Has no meaning in a query"
            },
        ),
        bit(
            "AD",
            flags.ad,
            "Authentic data: the resolver has checked the signatures",
            "Nobody vouches for signatures",
        ),
        bit(
            "CD",
            flags.cd,
            "Checking disabled: the asker checks signatures itself",
            "The resolver may check signatures",
        ),
        field(
            "RCODE",
            &message.rcode.to_string(),
            rcode_words(message.rcode),
            message.rcode != Rcode::NOERROR,
            FLAGS,
        ),
    ];
    if !flags.qr {
        fields.retain(|field| field.name != "RCODE");
    }
    let questions = usize::from(message.question.is_some());
    fields.push(number(
        "QDCOUNT",
        questions,
        &format!("Questions in {kind}: always one"),
    ));
    for (name, section) in [
        ("ANCOUNT", Section::Answer),
        ("NSCOUNT", Section::Authority),
        ("ARCOUNT", Section::Additional),
    ] {
        let opt = usize::from(section == Section::Additional && message.edns.is_some());
        let records = message.record_count(section) + opt;
        let suffix = if opt > 0 {
            ", the OPT record of EDNS included"
        } else {
            ""
        };
        let explanation = format!("Records in the {} section{suffix}", section.as_str());
        fields.push(number(name, records, &explanation));
    }
    fields
}

/// A field.
fn field(name: &str, value: &str, explanation: &str, is_set: bool, field: usize) -> HeaderField {
    HeaderField {
        name: name.to_owned(),
        value: value.to_owned(),
        explanation: explanation.to_owned(),
        is_set,
        field,
    }
}

/// A one-bit field with the meaning of 1 and of 0.
fn bit(name: &str, is_set: bool, one: &str, zero: &str) -> HeaderField {
    let (value, explanation) = if is_set { ("1", one) } else { ("0", zero) };
    field(name, value, explanation, is_set, FLAGS)
}

/// A section count.
fn number(name: &str, value: usize, explanation: &str) -> HeaderField {
    field(name, &value.to_string(), explanation, value > 0, COUNTS)
}

/// What an opcode asks for.
fn opcode_words(opcode: Opcode) -> &'static str {
    match opcode {
        Opcode::QUERY => "An ordinary question",
        Opcode::NOTIFY => "A zone has changed",
        Opcode::UPDATE => "A change to a zone",
        _ => "A rare kind of request",
    }
}

/// What a response code says.
pub(super) fn rcode_words(rcode: Rcode) -> &'static str {
    match rcode {
        Rcode::NOERROR => "No error: the name exists, or here is who to ask",
        Rcode::FORMERR => "Format error: the server could not read the query",
        Rcode::SERVFAIL => "Server failure: it could not find out",
        Rcode::NXDOMAIN => "The name does not exist, for no type at all",
        Rcode::NOTIMP => "Not implemented: the server does not do this kind of request",
        Rcode::REFUSED => "Refused: the server will not answer this asker or this name",
        _ => "A rare response code",
    }
}
