//! One record or question of a scenario file.

use dns_lab::dns::{Class, Name, Rtype, parse_records};

use crate::packet::{Asked, Record, octets_of};
use crate::signed::signed_rdata;
use crate::text::Fault;

/// What `$ORIGIN` and `$TTL` have set.
#[derive(Clone, Debug)]
pub(crate) struct Defaults {
    /// Appended to names without a final dot.
    pub(crate) origin: Name,
    /// The TTL of records without one, in seconds.
    pub(crate) ttl: u32,
}

impl Default for Defaults {
    fn default() -> Self {
        Self {
            origin: Name::root(),
            ttl: 3600,
        }
    }
}

/// Reads a name; one without final dot is relative to the origin.
pub(crate) fn parse_name(text: &str, origin: &Name) -> Result<Name, String> {
    let absolute = match text {
        "@" => return Ok(origin.clone()),
        _ if text.ends_with('.') || origin.is_root() => text.to_owned(),
        _ => format!("{text}.{origin}"),
    };
    absolute.parse().map_err(|error| format!("{error}"))
}

/// Reads `name [class] type`, as the question section has it.
pub(crate) fn parse_asked(text: &str, line: usize, defaults: &Defaults) -> Result<Asked, Fault> {
    let fault = |problem: String| Fault::new(line, problem);
    let mut words = text.split_whitespace();
    let qname = words.next().unwrap_or_default();
    let qname = parse_name(qname, &defaults.origin).map_err(fault)?;
    let (mut qclass, mut qtype) = (Class::IN, None);
    for word in words {
        if let Some(class) = class_word(word) {
            qclass = class;
        } else if word.bytes().all(|b| b.is_ascii_digit()) {
            // A TTL has no meaning here; some writers put one all the same.
        } else {
            qtype = Some(type_word(word).map_err(fault)?);
        }
    }
    let qtype = qtype.ok_or_else(|| fault("the question has no type".into()))?;
    Ok(Asked {
        qname,
        qtype: qtype.to_int(),
        qclass: qclass.to_int(),
    })
}

/// Reads `owner [ttl] [class] type rdata`.
pub(crate) fn parse_record(text: &str, line: usize, defaults: &Defaults) -> Result<Record, Fault> {
    let fault = |problem: String| Fault::new(line, problem);
    let (owner, mut rest) = split_word(text);
    let owner = parse_name(owner, &defaults.origin).map_err(fault)?;
    let (mut ttl, mut class) = (defaults.ttl, Class::IN);
    let rtype = loop {
        let (word, after) = split_word(rest);
        if word.is_empty() {
            return Err(fault("the record has no type".into()));
        }
        rest = after;
        if let Some(found) = class_word(word) {
            class = found;
        } else if word.bytes().all(|b| b.is_ascii_digit()) {
            ttl = word
                .parse()
                .map_err(|_| fault(format!("`{word}` is too large for a TTL")))?;
        } else {
            break type_word(word).map_err(fault)?;
        }
    };
    let (rdata, canonical) = match rest.strip_prefix("\\#") {
        Some(generic) => {
            let octets = generic_rdata(generic).map_err(fault)?;
            (octets.clone(), octets)
        }
        None => signed_rdata(rtype, rest, &defaults.origin)
            .unwrap_or_else(|| known_rdata(rtype, rest, &defaults.origin))
            .map_err(fault)?,
    };
    Ok(Record {
        owner,
        rtype: rtype.to_int(),
        class: class.to_int(),
        ttl,
        rdata,
        canonical,
    })
}

/// Splits off the first word.
fn split_word(text: &str) -> (&str, &str) {
    let text = text.trim_start();
    let end = text.find(char::is_whitespace).unwrap_or(text.len());
    (&text[..end], text[end..].trim_start())
}

/// A class by its mnemonic. `ANY` is left to be a type.
fn class_word(word: &str) -> Option<Class> {
    match word.to_ascii_uppercase().as_str() {
        "IN" => Some(Class::IN),
        "CH" => Some(Class::CH),
        "HS" => Some(Class::HS),
        upper => {
            let number = upper.strip_prefix("CLASS")?.parse().ok()?;
            Some(Class::from_int(number))
        }
    }
}

/// A type by its mnemonic or as `TYPEn`.
fn type_word(word: &str) -> Result<Rtype, String> {
    let upper = word.to_ascii_uppercase();
    upper
        .parse()
        .map_err(|_| format!("`{word}` is no record type"))
}

/// Octets in the form of RFC 3597: a length and hexadecimal digits. The octets may be illegal
/// for the type; scenario files use that on purpose.
fn generic_rdata(text: &str) -> Result<Vec<u8>, String> {
    let (length, digits) = split_word(text);
    let length: usize = length
        .parse()
        .map_err(|_| format!("`{length}` is no length of record data"))?;
    let octets = hex_octets(digits)?;
    if octets.len() != length {
        return Err(format!(
            "{} octets where {length} are announced",
            octets.len()
        ));
    }
    Ok(octets)
}

/// Hexadecimal digits with any blanks between them.
pub(crate) fn hex_octets(text: &str) -> Result<Vec<u8>, String> {
    let digits: Vec<u8> = text
        .chars()
        .filter(|ch| !ch.is_whitespace())
        .map(|ch| {
            let digit = ch.to_digit(16).and_then(|digit| u8::try_from(digit).ok());
            digit.ok_or_else(|| format!("`{ch}` is no hexadecimal digit"))
        })
        .collect::<Result<_, _>>()?;
    if !digits.len().is_multiple_of(2) {
        return Err("an odd number of hexadecimal digits".into());
    }
    Ok(digits
        .chunks(2)
        .map(|pair| pair[0] << 4 | pair[1])
        .collect())
}

/// Record data in presentation form, read by the codec of the library.
fn known_rdata(rtype: Rtype, rdata: &str, origin: &Name) -> Result<(Vec<u8>, Vec<u8>), String> {
    let text = format!(". 0 IN {rtype} {rdata}\n");
    let sets = parse_records(origin, &text).map_err(|error| error.problem)?;
    let data = sets.first().and_then(|set| set.data.first());
    data.map(octets_of)
        .ok_or_else(|| "the line holds no record".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(text: &str) -> Record {
        parse_record(text, 1, &Defaults::default()).expect("a record")
    }

    #[test]
    fn ttl_and_class_stand_in_either_order_or_not_at_all() {
        for text in [
            "a.example. 60 IN A 192.0.2.1",
            "a.example IN 60 A 192.0.2.1",
            "a.example.\tA\t192.0.2.1",
        ] {
            let record = record(text);
            assert_eq!(record.rdata, [192, 0, 2, 1]);
            assert_eq!(record.ttl, if text.contains("60") { 60 } else { 3600 });
        }
    }

    #[test]
    fn generic_octets_go_through_even_where_the_type_forbids_them() {
        assert_eq!(record("a. IN A \\# 3 0a 0b0c").rdata, [10, 11, 12]);
    }

    #[test]
    fn names_in_data_are_compared_in_lower_case() {
        let upper = record("a. NS NS.Example.");
        let lower = record("A. NS ns.example.");
        assert_eq!(upper.canonical, lower.canonical);
        assert_ne!(upper.rdata, lower.rdata);
    }

    #[test]
    fn service_parameters_and_unknown_types_are_read() {
        record("a. SVCB 1 b. ipv4hint=192.0.2.1");
        record("a. TYPE65280 \\# 0");
    }
}
