//! A message as `dig` prints it.

use std::fmt::Write as _;
use std::net::SocketAddr;

use crate::dns::{Message, RdataExt as _, Rrset, Section};
use crate::engine::SimDuration;

/// The column of the TTL in `dig`'s output.
const TTL_COLUMN: usize = 24;
/// The column of the class.
const CLASS_COLUMN: usize = 32;
/// The width of a tab stop.
const TAB: usize = 8;

/// A response in the output format of `dig`, without a date: `server` is who answered and
/// `elapsed` how long that took.
pub fn dig_text(message: &Message, server: SocketAddr, elapsed: SimDuration) -> String {
    let mut text = String::new();
    // Writing to a string cannot fail.
    let _ = write_message(&mut text, message, server, elapsed);
    text
}

/// Writes the whole output.
fn write_message(
    text: &mut String,
    message: &Message,
    server: SocketAddr,
    elapsed: SimDuration,
) -> std::fmt::Result {
    let (status, id) = (message.rcode, message.id);
    let opcode = super::words::opcode_mnemonic(message.opcode);
    writeln!(text, ";; Got answer:")?;
    writeln!(
        text,
        ";; ->>HEADER<<- opcode: {opcode}, status: {status}, id: {id}"
    )?;
    let flags: String = message
        .flags
        .names()
        .iter()
        .map(|name| format!(" {}", name.to_ascii_lowercase()))
        .collect();
    let opt = usize::from(message.edns.is_some());
    writeln!(
        text,
        ";; flags:{flags}; QUERY: {}, ANSWER: {}, AUTHORITY: {}, ADDITIONAL: {}",
        usize::from(message.question.is_some()),
        message.record_count(Section::Answer),
        message.record_count(Section::Authority),
        message.record_count(Section::Additional) + opt
    )?;
    if message.flags.qr && message.flags.rd && !message.flags.ra {
        writeln!(text, ";; WARNING: recursion requested but not available")?;
    }
    writeln!(text)?;
    if let Some(edns) = &message.edns {
        let flags = if edns.dnssec_ok { " do" } else { "" };
        let (version, size) = (edns.version, edns.udp_payload_size);
        writeln!(text, ";; OPT PSEUDOSECTION:")?;
        writeln!(
            text,
            "; EDNS: version: {version}, flags:{flags}; udp: {size}"
        )?;
    }
    if let Some(question) = &message.question {
        writeln!(text, ";; QUESTION SECTION:")?;
        let owner = padded(&format!(";{}", question.qname), CLASS_COLUMN);
        writeln!(text, "{owner}{}\t{}", question.qclass, question.qtype)?;
        writeln!(text)?;
    }
    for section in Section::ALL {
        let sets = message.section(section);
        if sets.is_empty() {
            continue;
        }
        writeln!(
            text,
            ";; {} SECTION:",
            section.as_str().to_ascii_uppercase()
        )?;
        for set in sets {
            write_set(text, set)?;
        }
        writeln!(text)?;
    }
    writeln!(text, ";; Query time: {:.0} msec", elapsed.as_millis_f64())?;
    let (ip, port) = (server.ip(), server.port());
    writeln!(text, ";; SERVER: {ip}#{port}({ip})")?;
    let length = message.encode().map_or(0, |octets| octets.len());
    writeln!(text, ";; MSG SIZE  rcvd: {length}")
}

/// Writes the records of a set, one a line.
fn write_set(text: &mut String, set: &Rrset) -> std::fmt::Result {
    let owner = padded(&set.owner.to_string(), TTL_COLUMN);
    let line = padded(&format!("{owner}{}", set.ttl.as_secs()), CLASS_COLUMN);
    for data in &*set.data {
        writeln!(
            text,
            "{line}{}\t{}\t{}",
            set.class,
            set.rtype,
            data.presentation()
        )?;
    }
    Ok(())
}

/// The text with tabs up to a column, at least one.
fn padded(text: &str, column: usize) -> String {
    let width = text.chars().fold(0, |width, letter| match letter {
        '\t' => (width / TAB + 1) * TAB,
        _ => width + 1,
    });
    let tabs = column.saturating_sub(width).div_ceil(TAB).max(1);
    format!("{text}{}", "\t".repeat(tabs))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dns::{Name, Question, Rcode, Rtype, parse_records};

    #[test]
    fn output_is_what_dig_prints() {
        let name: Name = "www.example.com".parse().expect("a name");
        let mut query = Message::query(14972, Question::new(name, Rtype::A));
        query.flags.rd = true;
        let mut response = Message::response_to(&query, Rcode::NOERROR);
        response.flags.ra = true;
        let line = "www.example.com. 300 A 198.51.100.5\n";
        response.answer = parse_records(&Name::root(), line).expect("good records");
        let server = "198.51.100.100:53".parse().expect("an address");
        let text = dig_text(&response, server, SimDuration::from_millis(21));
        let expected = "\
;; Got answer:
;; ->>HEADER<<- opcode: QUERY, status: NOERROR, id: 14972
;; flags: qr rd ra; QUERY: 1, ANSWER: 1, AUTHORITY: 0, ADDITIONAL: 0

;; QUESTION SECTION:
;www.example.com.\t\tIN\tA

;; ANSWER SECTION:
www.example.com.\t300\tIN\tA\t198.51.100.5

;; Query time: 21 msec
;; SERVER: 198.51.100.100#53(198.51.100.100)
;; MSG SIZE  rcvd: 49
";
        assert_eq!(text, expected);
    }
}
