//! One entry: a message with the rules that say how it is compared and adjusted.

use crate::packet::{Opt, Packet, rcode_by_name};
use crate::record::{Defaults, hex_octets, parse_asked, parse_record};
use crate::scenario::Dialect;
use crate::text::{Fault, Line, Reader};

/// What of an arriving message must equal the entry's own. Nothing set matches anything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Matching {
    /// The opcode.
    pub(crate) opcode: bool,
    /// The type asked for.
    pub(crate) qtype: bool,
    /// The name asked for.
    pub(crate) qname: bool,
    /// The name asked for, with case.
    pub(crate) qcase: bool,
    /// The name asked for is the entry's or below it.
    pub(crate) subdomain: bool,
    /// The whole question section.
    pub(crate) question: bool,
    /// The response code.
    pub(crate) rcode: bool,
    /// The header flags.
    pub(crate) flags: bool,
    /// The answer section.
    pub(crate) answer: bool,
    /// The authority section.
    pub(crate) authority: bool,
    /// The additional section.
    pub(crate) additional: bool,
    /// Presence, DO bit and options of the OPT record.
    pub(crate) opt: bool,
    /// TTLs count when records are compared.
    pub(crate) ttl: bool,
    /// DO is set.
    pub(crate) dnssec_ok: bool,
    /// CO is set.
    pub(crate) compact_ok: bool,
    /// There is no OPT record.
    pub(crate) noedns: bool,
    /// The options, octet for octet.
    pub(crate) ednsdata: bool,
    /// EDNS version and payload size.
    pub(crate) edns: bool,
    /// The NSID option.
    pub(crate) nsid: bool,
    /// An Extended DNS Error is present: any, or one with this code.
    pub(crate) ede: Option<Option<u16>>,
    /// A cookie option of 8 octets is present.
    pub(crate) client_cookie: bool,
    /// A cookie option of 24 octets is present.
    pub(crate) server_cookie: bool,
    /// It came over UDP.
    pub(crate) udp: bool,
    /// It came over TCP.
    pub(crate) tcp: bool,
    /// The serial of a SOA record in the authority section.
    pub(crate) serial: Option<u32>,
}

/// What is changed in the entry's message before it is sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Adjust {
    /// The ID is the query's. Every reply gets the query's ID; where an entry that checks a
    /// query has this, it also answers it.
    pub(crate) copy_id: bool,
    /// The question is the query's.
    pub(crate) copy_query: bool,
    /// The scope of the client subnet is the query's source prefix.
    pub(crate) copy_subnet_scope: bool,
    /// The scope of the client subnet is one longer than that.
    pub(crate) increment_subnet_scope: bool,
    /// Silence.
    pub(crate) do_not_answer: bool,
}

/// One entry.
#[derive(Clone, Debug, Default)]
pub(crate) struct Entry {
    /// Where it begins.
    pub(crate) line: usize,
    /// How it is compared.
    pub(crate) matching: Matching,
    /// How it is adjusted.
    pub(crate) adjust: Adjust,
    /// Its message.
    pub(crate) packet: Packet,
    /// Octets that stand in for the message.
    pub(crate) octets: Option<Vec<u8>>,
    /// The entry must be used.
    pub(crate) is_mandatory: bool,
}

/// Which section the next record line belongs to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Before the first `SECTION` line.
    Nowhere,
    /// The question section.
    Question,
    /// Answer, authority or additional, by index.
    Records(usize),
}

/// Reads an entry whose `ENTRY_BEGIN` line was taken.
pub(crate) fn parse_entry(
    reader: &mut Reader,
    begin: &Line,
    dialect: Dialect,
    defaults: &mut Defaults,
) -> Result<Entry, Fault> {
    let mut entry = Entry {
        line: begin.number,
        ..Entry::default()
    };
    let mut place = Place::Nowhere;
    loop {
        let Some(line) = reader.next() else {
            return Err(Fault::new(begin.number, "the entry has no end"));
        };
        let fault = |problem: String| Fault::new(line.number, problem);
        let mut words = line.text.split_whitespace();
        let Some(keyword) = words.next() else {
            continue;
        };
        match keyword.to_ascii_uppercase().as_str() {
            "ENTRY_END" => break,
            "MATCH" => {
                for word in words {
                    match_word(&mut entry.matching, word, dialect).map_err(fault)?;
                }
            }
            "ADJUST" => {
                for word in words {
                    adjust_word(&mut entry.adjust, word).map_err(fault)?;
                }
            }
            "REPLY" | "FLAGS" => {
                for word in words {
                    reply_word(&mut entry.packet, word).map_err(fault)?;
                }
            }
            "SECTION" => {
                place = match words.next().unwrap_or_default() {
                    "QUESTION" => Place::Question,
                    "ANSWER" => Place::Records(0),
                    "AUTHORITY" => Place::Records(1),
                    "ADDITIONAL" => Place::Records(2),
                    other => return Err(fault(format!("`{other}` is no section"))),
                };
            }
            "HEX_ANSWER_BEGIN" => entry.octets = Some(hex_block(reader, "HEX_ANSWER_END", &line)?),
            "HEX_EDNSDATA_BEGIN" => {
                let options = hex_block(reader, "HEX_EDNSDATA_END", &line)?;
                opt_of(&mut entry.packet).options = options;
            }
            "RAW" => {
                let digits = match words.next() {
                    Some(first) => first.to_owned() + &words.collect::<String>(),
                    None => reader.next().map(|line| line.text).unwrap_or_default(),
                };
                entry.octets = Some(hex_octets(&digits).map_err(fault)?);
            }
            "MANDATORY" => entry.is_mandatory = true,
            "TSIG" | "EXTRA_PACKET" => {
                return Err(fault(format!("unsupported: {keyword}")));
            }
            "$ORIGIN" | "$TTL" => directive(defaults, &line)?,
            _ => match place {
                Place::Nowhere => return Err(fault(format!("`{keyword}` is not known here"))),
                Place::Question => {
                    let asked = parse_asked(&line.text, line.number, defaults)?;
                    entry.packet.questions.push(asked);
                }
                Place::Records(section) => {
                    let record = parse_record(&line.text, line.number, defaults)?;
                    entry.packet.sections[section].push(record);
                }
            },
        }
    }
    Ok(entry)
}

/// Takes a `$ORIGIN` or `$TTL` line.
pub(crate) fn directive(defaults: &mut Defaults, line: &Line) -> Result<(), Fault> {
    let fault = |problem: String| Fault::new(line.number, problem);
    let mut words = line.text.split_whitespace();
    let keyword = words.next().unwrap_or_default();
    let value = words.next().unwrap_or_default();
    if keyword.eq_ignore_ascii_case("$ORIGIN") {
        defaults.origin = value.parse().map_err(|error| fault(format!("{error}")))?;
    } else {
        let ttl = value.parse();
        defaults.ttl = ttl.map_err(|_| fault(format!("`{value}` is no TTL")))?;
    }
    Ok(())
}

/// The octets up to a closing line.
fn hex_block(reader: &mut Reader, end: &str, begin: &Line) -> Result<Vec<u8>, Fault> {
    let mut octets = Vec::new();
    loop {
        let Some(line) = reader.next() else {
            return Err(Fault::new(begin.number, format!("{end} is missing")));
        };
        if line.text.eq_ignore_ascii_case(end) {
            return Ok(octets);
        }
        let problem = |problem| Fault::new(line.number, problem);
        octets.extend(hex_octets(&line.text).map_err(problem)?);
    }
}

/// The packet's OPT record, made on first use.
fn opt_of(packet: &mut Packet) -> &mut Opt {
    packet.opt.get_or_insert_with(|| Opt {
        payload_size: 1232,
        ..Opt::default()
    })
}

/// One word of a MATCH line.
fn match_word(matching: &mut Matching, word: &str, dialect: Dialect) -> Result<(), String> {
    let every_section = |matching: &mut Matching| {
        matching.opcode = true;
        matching.rcode = true;
        matching.flags = true;
        matching.answer = true;
        matching.authority = true;
        matching.additional = true;
    };
    match word.to_ascii_lowercase().as_str() {
        "opcode" => matching.opcode = true,
        "qtype" => matching.qtype = true,
        "qname" => matching.qname = true,
        "qcase" => matching.qcase = true,
        "subdomain" => matching.subdomain = true,
        "question" if dialect == Dialect::Deckard => {
            matching.qtype = true;
            matching.qname = true;
        }
        "question" => matching.question = true,
        "rcode" => matching.rcode = true,
        "flags" => matching.flags = true,
        "answer" => matching.answer = true,
        "authority" => matching.authority = true,
        "additional" => matching.additional = true,
        "all" if dialect == Dialect::Deckard => {
            every_section(matching);
            matching.qtype = true;
            matching.qname = true;
        }
        "all" => {
            every_section(matching);
            matching.question = true;
            matching.opt = true;
        }
        "all_noedns" => {
            every_section(matching);
            matching.question = true;
        }
        "ttl" => matching.ttl = true,
        "do" => matching.dnssec_ok = true,
        "co" => matching.compact_ok = true,
        "noedns" => matching.noedns = true,
        "ednsdata" => matching.ednsdata = true,
        "edns" => matching.edns = true,
        "nsid" => matching.nsid = true,
        "client_cookie" => matching.client_cookie = true,
        "server_cookie" => matching.server_cookie = true,
        "udp" => matching.udp = true,
        "tcp" => matching.tcp = true,
        "ede=any" => matching.ede = Some(None),
        other => {
            let number = |prefix: &str| {
                let digits = other.strip_prefix(prefix)?;
                digits.parse::<u32>().ok()
            };
            if let Some(code) = number("ede=").and_then(|code| u16::try_from(code).ok()) {
                matching.ede = Some(Some(code));
            } else if let Some(serial) = number("serial=") {
                matching.serial = Some(serial);
            } else {
                return Err(format!("MATCH {word} is not known"));
            }
        }
    }
    Ok(())
}

/// One word of an ADJUST line.
fn adjust_word(adjust: &mut Adjust, word: &str) -> Result<(), String> {
    match word.to_ascii_lowercase().as_str() {
        "copy_id" => adjust.copy_id = true,
        "copy_query" => adjust.copy_query = true,
        "copy_ednsdata_assume_clientsubnet" => adjust.copy_subnet_scope = true,
        "increment_ecs_scope" => adjust.increment_subnet_scope = true,
        "do_not_answer" => adjust.do_not_answer = true,
        // The ID of a raw reply is set like any other.
        "raw_id" => {}
        // No file waits.
        other if other.starts_with("sleep=") || other.starts_with("packet_sleep=") => {}
        _ => return Err(format!("ADJUST {word} is not known")),
    }
    Ok(())
}

/// One word of a REPLY line: a flag, an opcode or a response code.
fn reply_word(packet: &mut Packet, word: &str) -> Result<(), String> {
    let upper = word.to_ascii_uppercase();
    if let Some(rcode) = rcode_by_name(&upper) {
        packet.rcode = rcode;
        return Ok(());
    }
    let flags = &mut packet.flags;
    match upper.as_str() {
        "QR" => flags.qr = true,
        "AA" => flags.aa = true,
        "TC" => flags.tc = true,
        "RD" => flags.rd = true,
        "RA" => flags.ra = true,
        "AD" => flags.ad = true,
        "CD" => flags.cd = true,
        "DO" => opt_of(packet).dnssec_ok = true,
        "CO" => opt_of(packet).compact_ok = true,
        "QUERY" => packet.opcode = 0,
        "IQUERY" => packet.opcode = 1,
        "STATUS" => packet.opcode = 2,
        "NOTIFY" => packet.opcode = 4,
        "UPDATE" => packet.opcode = 5,
        _ => return Err(format!("REPLY {word} is not known")),
    }
    Ok(())
}
