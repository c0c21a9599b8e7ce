//! Comparing a message with an entry.

use dns_lab::dns::Flags;
use dns_lab::engine::Transport;

use crate::entry::{Entry, Matching};
use crate::packet::{COOKIE, EDE, NSID, Opt, Packet, Record, rcode_name};

/// How much of an answer is judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Level {
    /// Response code, AD flag and answer section.
    Answer,
    /// Everything the file asks for.
    File,
    /// As `File`, and not one stray query.
    Strict,
}

/// Whether a query of the resolver matches an entry; every keyword must hold.
pub(crate) fn query_matches(entry: &Entry, packet: &Packet, transport: Transport) -> bool {
    compare(entry, packet, transport, false).is_ok()
}

/// Judges an answer to a client.
///
/// # Errors
/// What differs from the entry.
pub(crate) fn judge_answer(
    entry: &Entry,
    answer: &Packet,
    transport: Transport,
    level: Level,
) -> Result<(), String> {
    if level > Level::Answer {
        return compare(entry, answer, transport, true);
    }
    let (matching, wanted) = (&entry.matching, &entry.packet);
    if matching.rcode {
        compare_rcode(wanted, answer)?;
    }
    if matching.flags && wanted.flags.ad != answer.flags.ad {
        return Err(format!("AD is {}", u8::from(answer.flags.ad)));
    }
    if matching.answer {
        let ttl = false;
        compare_section("answer", &wanted.sections[0], &answer.sections[0], ttl)?;
    }
    Ok(())
}

/// Compares everything the entry's MATCH lines name. The size in the OPT record never counts;
/// `is_answer` forgives an Extended DNS Error the file does not ask for.
fn compare(
    entry: &Entry,
    packet: &Packet,
    transport: Transport,
    is_answer: bool,
) -> Result<(), String> {
    let (matching, wanted) = (&entry.matching, &entry.packet);
    compare_question(matching, wanted, packet)?;
    if matching.opcode && wanted.opcode != packet.opcode {
        return Err(format!("opcode {}, not {}", packet.opcode, wanted.opcode));
    }
    if matching.rcode {
        compare_rcode(wanted, packet)?;
    }
    if matching.flags {
        compare_flags(wanted.flags, packet.flags)?;
    }
    let sections = [
        (matching.answer, "answer"),
        (matching.authority, "authority"),
        (matching.additional, "additional"),
    ];
    for (index, (counts, name)) in sections.into_iter().enumerate() {
        if counts {
            let (ours, theirs) = (&packet.sections[index], &wanted.sections[index]);
            compare_section(name, theirs, ours, matching.ttl)?;
        }
    }
    if let Some(serial) = matching.serial
        && !has_serial(&packet.sections[1], serial)
    {
        return Err(format!("no SOA with serial {serial}"));
    }
    let is_tcp = transport == Transport::Tcp;
    if (matching.udp && is_tcp) || (matching.tcp && !is_tcp) {
        return Err("the other transport".into());
    }
    compare_edns(
        matching,
        wanted.opt.as_ref(),
        packet.opt.as_ref(),
        is_answer,
    )
}

/// The keywords about the question.
fn compare_question(matching: &Matching, wanted: &Packet, packet: &Packet) -> Result<(), String> {
    let asked = |packet: &Packet| match packet.question() {
        Some(question) => question.to_string(),
        None => "no question".to_owned(),
    };
    let differs = || Err(format!("asked {}, not {}", asked(packet), asked(wanted)));
    if matching.question && wanted.questions != packet.questions {
        return differs();
    }
    if !(matching.qname || matching.qtype || matching.qcase || matching.subdomain) {
        return Ok(());
    }
    let (Some(theirs), Some(ours)) = (wanted.question(), packet.question()) else {
        return differs();
    };
    let fits = (!matching.qname || theirs.qname == ours.qname)
        && (!matching.qcase || theirs.qname.octets() == ours.qname.octets())
        && (!matching.qtype || theirs.qtype == ours.qtype)
        && (!matching.subdomain || ours.qname.is_at_or_below(&theirs.qname));
    if fits { Ok(()) } else { differs() }
}

/// The response code.
fn compare_rcode(wanted: &Packet, packet: &Packet) -> Result<(), String> {
    if wanted.rcode == packet.rcode {
        return Ok(());
    }
    let (ours, theirs) = (rcode_name(packet.rcode), rcode_name(wanted.rcode));
    Err(format!("{ours}, not {theirs}"))
}

/// The header flags.
fn compare_flags(wanted: Flags, flags: Flags) -> Result<(), String> {
    if wanted == flags {
        return Ok(());
    }
    let (ours, theirs) = (flags.names().join(" "), wanted.names().join(" "));
    Err(format!("flags {ours}, not {theirs}"))
}

/// Two sections as multisets.
fn compare_section(
    name: &str,
    wanted: &[Record],
    found: &[Record],
    with_ttl: bool,
) -> Result<(), String> {
    let same = |a: &Record, b: &Record| {
        a.owner == b.owner
            && a.rtype == b.rtype
            && a.class == b.class
            && a.canonical == b.canonical
            && (!with_ttl || a.ttl == b.ttl)
    };
    let mut extra: Vec<&Record> = found.iter().collect();
    let mut missing: Vec<&Record> = Vec::new();
    for record in wanted {
        match extra.iter().position(|other| same(record, other)) {
            Some(index) => {
                extra.remove(index);
            }
            None => missing.push(record),
        }
    }
    if missing.is_empty() && extra.is_empty() {
        return Ok(());
    }
    let list = |records: &[&Record]| {
        let texts: Vec<String> = records.iter().map(|record| format!("`{record}`")).collect();
        texts.join(", ")
    };
    let mut parts = Vec::new();
    if !missing.is_empty() {
        parts.push(format!("lacks {}", list(&missing)));
    }
    if !extra.is_empty() {
        parts.push(format!("has too much {}", list(&extra)));
    }
    Err(format!("{name} section {}", parts.join(" and ")))
}

/// Whether a SOA record with this serial is among the records.
fn has_serial(records: &[Record], serial: u32) -> bool {
    records.iter().any(|record| {
        let tail = record.rdata.len().checked_sub(20);
        record.rtype == 6
            && tail.and_then(|at| record.rdata.get(at..at + 4)) == Some(&serial.to_be_bytes()[..])
    })
}

/// The keywords about EDNS.
fn compare_edns(
    matching: &Matching,
    wanted: Option<&Opt>,
    found: Option<&Opt>,
    is_answer: bool,
) -> Result<(), String> {
    let is_do = found.is_some_and(|opt| opt.dnssec_ok);
    if matching.dnssec_ok && !is_do {
        return Err("DO is not set".into());
    }
    if matching.compact_ok && !found.is_some_and(|opt| opt.compact_ok) {
        return Err("CO is not set".into());
    }
    if matching.noedns && found.is_some() {
        return Err("there is an OPT record".into());
    }
    let size_and_version = |opt: Option<&Opt>| opt.map(|opt| (opt.version, opt.payload_size));
    if matching.edns && size_and_version(wanted) != size_and_version(found) {
        return Err("EDNS version or size differ".into());
    }
    let mut rest = found.cloned();
    if let Some(code) = matching.ede {
        check_ede(code, found)?;
    }
    if let Some(opt) = &mut rest {
        if is_answer || matching.ede.is_some() {
            opt.options = opt.without(EDE);
        }
        for (counts, length) in [(matching.client_cookie, 8), (matching.server_cookie, 24)] {
            if counts {
                let has_cookie =
                    |(code, value): &(u16, &[u8])| *code == COOKIE && value.len() == length;
                if !opt.parsed().iter().any(has_cookie) {
                    return Err(format!("no cookie of {length} octets"));
                }
                opt.options = opt.without(COOKIE);
            }
        }
    }
    if matching.nsid {
        let nsid = |opt: Option<&Opt>| {
            let parsed = opt.map(Opt::parsed).unwrap_or_default();
            let found = parsed.into_iter().find(|(code, _)| *code == NSID);
            found.map(|(_, value)| value.to_vec())
        };
        if nsid(wanted) != nsid(found) {
            return Err("NSID differs".into());
        }
    }
    if matching.ednsdata {
        compare_options(wanted, rest.as_ref())?;
    }
    if matching.opt {
        if wanted.is_some() != rest.is_some() {
            let not = if rest.is_some() { "an" } else { "no" };
            return Err(format!("there is {not} OPT record"));
        }
        let wants_do = wanted.is_some_and(|opt| opt.dnssec_ok);
        // Files that spell out the options leave DO unsaid although the client set it.
        let leaves_do_open = matching.ednsdata && wanted.is_some_and(|opt| !opt.options.is_empty());
        if wants_do != is_do && !(is_do && leaves_do_open) {
            return Err(format!("DO is {}", u8::from(is_do)));
        }
        compare_options(wanted, rest.as_ref())?;
    }
    Ok(())
}

/// The options octet for octet; no OPT record counts as no option.
fn compare_options(wanted: Option<&Opt>, found: Option<&Opt>) -> Result<(), String> {
    let octets = |opt: Option<&Opt>| opt.map(|opt| opt.options.clone()).unwrap_or_default();
    let (theirs, ours) = (octets(wanted), octets(found));
    if theirs == ours {
        return Ok(());
    }
    let hex = |octets: &[u8]| {
        let texts: Vec<String> = octets.iter().map(|octet| format!("{octet:02x}")).collect();
        if texts.is_empty() {
            "none".to_owned()
        } else {
            texts.join(" ")
        }
    };
    Err(format!("EDNS options {}, not {}", hex(&ours), hex(&theirs)))
}

/// An Extended DNS Error with the code, or any.
fn check_ede(code: Option<u16>, found: Option<&Opt>) -> Result<(), String> {
    let parsed = found.map(Opt::parsed).unwrap_or_default();
    let mut codes = parsed.iter().filter_map(|(option, value)| match value {
        [high, low, ..] if *option == EDE => Some(u16::from_be_bytes([*high, *low])),
        _ => None,
    });
    let holds = match code {
        None => codes.next().is_some(),
        Some(code) => codes.any(|found| found == code),
    };
    if holds {
        return Ok(());
    }
    Err(match code {
        None => "no extended DNS error".into(),
        Some(code) => format!("no extended DNS error {code}"),
    })
}
