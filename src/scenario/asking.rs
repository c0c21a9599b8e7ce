//! What a person types where a name is asked for, or a record changed: read with goodwill.
//!
//! People paste addresses of pages and of people, numbers, and names of the world outside. What
//! they mean is found where that is sure, and said; otherwise something is offered.

use std::net::IpAddr;

use crate::dns::{
    Name, NameError, Question, RdataExt, Rrset, Rtype, ZoneText, ascii_name, listed, quoted,
    zone_text_excess,
};
use crate::engine::{Node, World, Zone, ZoneAnswer};

/// The longest name as it is written, in characters: 255 octets in wire form
/// ([RFC 1035 §3.1](https://www.rfc-editor.org/rfc/rfc1035#section-3.1)).
const LONGEST_NAME: usize = 253;
/// Zones that a message names, at most.
const MOST_ZONES: usize = 8;

/// What is asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct Asked {
    /// The question.
    pub question: Question,
    /// What a person should know about it, in sentences: what was made of their words, or that
    /// this world has no such name.
    pub note: Option<String>,
}

/// Why nothing is asked.
#[derive(Clone, Debug, PartialEq)]
pub struct AskFault {
    /// What is wrong and what to do, in sentences.
    pub problem: String,
    /// What may be asked in its place.
    pub offer: Option<Question>,
}

impl AskFault {
    /// A fault without an offer.
    fn plain(problem: impl Into<String>) -> Self {
        Self {
            problem: problem.into(),
            offer: None,
        }
    }
}

/// Reads what stands in the field for a name, and in the one for a type.
///
/// # Errors
/// What cannot be asked, with what to ask in its place.
pub fn read_ask(world: &World, text: &str, rtype: &str) -> Result<Asked, AskFault> {
    let text =
        text.trim_matches(|ch: char| ch.is_whitespace() || "\u{feff}\u{200b}\"'<>`“”".contains(ch));
    let mut notes = Vec::new();
    let mut qtype = read_type(rtype)?;
    let text = match words_of(text) {
        Words::None => {
            return Err(AskFault::plain("Write a name, such as www.example.com."));
        }
        Words::One(name) => name,
        Words::Typed(name, found) => {
            if found != qtype {
                notes.push(format!("Asked for type {found}, as it says in the field."));
            }
            qtype = found;
            name
        }
        Words::Many => {
            return Err(AskFault::plain(
                "A name has no spaces in it: write one name, such as www.example.com.",
            ));
        }
    };
    let host = host_of(text);
    if let Some(address) = mail_address(host.text) {
        return Err(mail_fault(host.text, address));
    }
    let ask = |qname: Name, mut notes: Vec<String>| {
        notes.extend(unknown_here(world, &qname));
        let question = Question::new(qname, qtype);
        let note = (!notes.is_empty()).then(|| notes.join(" "));
        Asked { question, note }
    };
    let bare = host.text.trim_start_matches('[').trim_end_matches(']');
    if let Ok(address) = bare.parse::<IpAddr>() {
        let qname = reverse_name(address);
        if qtype == Rtype::PTR {
            notes.push(format!(
                "The DNS is asked for names, so this address is asked as {}.",
                qname.without_dot()
            ));
            return Ok(ask(qname, notes));
        }
        return Err(AskFault {
            problem: format!(
                "{address} is an address, and the DNS is asked for names. What an address is \
                 called stands in a PTR record of {}.",
                qname.without_dot()
            ),
            offer: Some(Question::new(qname, Rtype::PTR)),
        });
    }
    if host.is_cut {
        notes.push(format!(
            "Only the name in a URL is asked: {}. The rest is for the web server.",
            quoted(host.text)
        ));
    }
    if host.text == "@" {
        return Err(AskFault::plain(
            "@ is short for a zone's own name in zone files. Here, write the whole name, such as \
             example.com.",
        ));
    }
    let ascii = ascii_name(host.text).filter(|ascii| ascii != host.text);
    let name: Name = ascii
        .as_deref()
        .unwrap_or(host.text)
        .parse()
        .map_err(|error: NameError| AskFault::plain(sentence(&error.to_string())))?;
    if ascii.is_some() {
        notes.push(format!(
            "{} is asked as {}: the DNS carries names in ASCII, so other letters are written in \
             Punycode (RFC 3492).",
            quoted(host.text),
            name.without_dot()
        ));
    }
    Ok(ask(name, notes))
}

/// What the name in a field has too much of, to be told while it is typed.
pub fn name_excess(text: &str) -> Option<String> {
    let text = text.trim();
    // What is pasted around a name is cut off later.
    let length = host_of(text).text.trim_end_matches('.').len();
    (length > LONGEST_NAME).then(|| {
        format!("This has {length} characters: {LONGEST_NAME} are the most that a name can have.")
    })
}

/// Whether records can be set as they are written: with whole names, in zones of this world.
///
/// # Errors
/// What to write instead.
pub fn check_records(world: &World, records: &ZoneText) -> Result<(), String> {
    if let Some(problem) = zone_text_excess(records.as_str()) {
        return Err(sentence(&problem));
    }
    let sets = { records.sets() }.map_err(|error| sentence(&error.to_string()))?;
    let Some(root) = world.zone_of(&Name::root()).ok() else {
        return Ok(());
    };
    let is_new = |name: &Name| matches!(root.lookup(name, Rtype::A), ZoneAnswer::NxDomain);
    let at_top = { sets.iter() }
        .map(|set| &set.owner)
        .find(|owner| owner.label_count() == 1 && is_new(owner));
    let Some(owner) = at_top else { return Ok(()) };
    let label = owner.without_dot();
    let meant = { zones_to_ask(world).into_iter() }
        .filter_map(|zone| {
            format!("{label}.{}", zone.without_dot())
                .parse::<Name>()
                .ok()
        })
        .find(|name| !matches!(answer(world, name), None | Some(ZoneAnswer::NxDomain)));
    let what = match meant {
        Some(name) => format!("Did you mean {}?", name.without_dot()),
        None => "Write the whole name, such as www.example.com.".to_owned(),
    };
    Err(format!(
        "{} would be a name at the top of the tree, like com. {what}",
        quoted(&label)
    ))
}

/// The text with its first letter in upper case, if it is one of ASCII. The lab's own words begin
/// with such a letter, and the tables of all others are large.
pub fn capitalize(text: &str) -> String {
    let mut text = text.to_owned();
    if let Some(first) = text.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    text
}

/// Words as a sentence: a capital in front, a full stop at the end.
pub fn sentence(text: &str) -> String {
    let stop = if text.ends_with(['.', '?', '!']) {
        ""
    } else {
        "."
    };
    format!("{}{stop}", capitalize(text))
}

/// Reads a type by its mnemonic or number.
fn read_type(text: &str) -> Result<Rtype, AskFault> {
    let text = text.trim().to_ascii_uppercase();
    text.parse().map_err(|_| {
        AskFault::plain(format!(
            "No record type is called {}: write one such as A, AAAA, MX or TXT.",
            quoted(&text)
        ))
    })
}

/// The words of a field.
enum Words<'a> {
    /// None.
    None,
    /// A name.
    One(&'a str),
    /// A name and a type, as one writes them behind `dig`.
    Typed(&'a str, Rtype),
    /// Something else.
    Many,
}

/// What the words of a field are.
fn words_of(text: &str) -> Words<'_> {
    let mut words: Vec<&str> = text.split_whitespace().take(5).collect();
    if words.len() > 1 {
        let is_noise = |word: &&str| !matches!(*word, "dig" | "host" | "nslookup" | "IN" | "in");
        words.retain(is_noise);
    }
    let as_type = |word: &str| word.to_ascii_uppercase().parse::<Rtype>().ok();
    match words.as_slice() {
        [] => Words::None,
        [name] => Words::One(name),
        [first, second] => match (as_type(first), as_type(second)) {
            (None, Some(rtype)) => Words::Typed(first, rtype),
            (Some(rtype), None) => Words::Typed(second, rtype),
            _ => Words::Many,
        },
        _ => Words::Many,
    }
}

/// The host of what may be a URL.
struct Host<'a> {
    /// The host, or all of a text that is no URL.
    text: &'a str,
    /// Whether something was cut off.
    is_cut: bool,
}

/// Cuts scheme, path, port and user from a URL.
fn host_of(text: &str) -> Host<'_> {
    let after_scheme = text.split_once("://").map(|(_, rest)| rest);
    let after_scheme = after_scheme.or_else(|| text.strip_prefix("//"));
    let mut host = after_scheme.unwrap_or(text);
    // Names of networks that are no multiple of eight bits have a slash (RFC 2317 §4).
    let is_network = host.trim_end_matches('.').ends_with(".in-addr.arpa");
    if after_scheme.is_some() || !is_network {
        host = host.split(['/', '?', '#']).next().unwrap_or_default();
    }
    if after_scheme.is_some() {
        host = host.rsplit_once('@').map_or(host, |(_, host)| host);
    }
    let port = host.rsplit_once(':').filter(|(name, port)| {
        let is_number = !port.is_empty() && port.bytes().all(|octet| octet.is_ascii_digit());
        // More colons are an IPv6 address, which has its port behind a bracket.
        is_number && (!name.contains(':') || name.ends_with(']'))
    });
    let host = port.map_or(host, |(name, _)| name);
    Host {
        text: host,
        is_cut: host.len() < text.len(),
    }
}

/// The domain of a mail address.
fn mail_address(text: &str) -> Option<&str> {
    let text = text.strip_prefix("mailto:").unwrap_or(text);
    let (user, domain) = text.rsplit_once('@')?;
    (!user.is_empty() && !domain.is_empty()).then_some(domain)
}

/// What to ask in place of a mail address.
fn mail_fault(text: &str, domain: &str) -> AskFault {
    let told = quoted(text);
    let domain = ascii_name(domain).and_then(|domain| domain.parse::<Name>().ok());
    match domain {
        Some(domain) => AskFault {
            problem: format!(
                "{told} is a mail address. Where its mail goes stands in the MX records of {}.",
                domain.without_dot()
            ),
            offer: Some(Question::new(domain, Rtype::MX)),
        },
        None => AskFault::plain(format!(
            "{told} is a mail address: write the name behind its @, such as example.com."
        )),
    }
}

/// The name under which an address has its PTR record ([RFC 1035 §3.5](https://www.rfc-editor.org/rfc/rfc1035#section-3.5),
/// [RFC 3596 §2.5](https://www.rfc-editor.org/rfc/rfc3596#section-2.5)).
fn reverse_name(address: IpAddr) -> Name {
    let text = match address {
        IpAddr::V4(address) => {
            let [a, b, c, d] = address.octets();
            format!("{d}.{c}.{b}.{a}.in-addr.arpa")
        }
        IpAddr::V6(address) => {
            let octets = address.octets().into_iter().rev();
            let digits = octets.map(|octet| format!("{:x}.{:x}.", octet & 15, octet >> 4));
            digits.collect::<String>() + "ip6.arpa"
        }
    };
    // Digits and dots, far fewer than a name may have.
    text.parse().unwrap_or_else(|_| Name::root())
}

/// The answer of the zone that is nearest to a name; `None` if there is no zone.
fn answer(world: &World, name: &Name) -> Option<ZoneAnswer> {
    Some(world.zone_of(name).ok()?.lookup(name, Rtype::A))
}

/// That a world has no such name nor a zone it could be in, and which zones there are.
fn unknown_here(world: &World, name: &Name) -> Option<String> {
    let is_known = world.zone_of(name).is_ok_and(|zone| {
        !matches!(zone.lookup(name, Rtype::A), ZoneAnswer::NxDomain) || !is_registry(&zone)
    });
    if is_known {
        return None;
    }
    let zones = zones_to_ask(world);
    let zones: Vec<String> = zones.iter().map(Name::without_dot).collect();
    Some(format!(
        "{} is not in this world: it is a closed little Internet of its own. It has {}, and names \
         below these.",
        quoted(&name.without_dot()),
        listed(&zones, MOST_ZONES)
    ))
}

/// The zones that servers of a world have, each once.
fn zones(world: &World) -> Vec<&Zone> {
    let mut zones: Vec<&Zone> = Vec::new();
    for id in world.node_ids() {
        if let Node::Authoritative(server) = world.node(id) {
            for zone in server.zones() {
                if !zones.iter().any(|known| known.origin() == zone.origin()) {
                    zones.push(zone);
                }
            }
        }
    }
    zones
}

/// The zones of a world that have names for people, each once.
fn zones_to_ask(world: &World) -> Vec<Name> {
    let zones = zones(world);
    let servers: Vec<Name> = { zones.iter() }.flat_map(|zone| servers(zone)).collect();
    let is_reverse = |origin: &Name| {
        let top = origin.labels().last();
        top.is_some_and(|label| label.as_slice() == b"arpa")
    };
    let has_hosts = |zone: &&&Zone| hosts(zone, &servers) && !is_reverse(zone.origin());
    let asked = zones.iter().filter(has_hosts);
    asked.map(|zone| zone.origin().clone()).collect()
}

/// Whether a zone is there to delegate others, as the root and most top-level zones are: it has
/// zone cuts, and apart from name servers no hosts.
fn is_registry(zone: &Zone) -> bool {
    let is_cut = |set: &&Rrset| set.rtype == Rtype::NS && set.owner != *zone.origin();
    let has_cuts = zone.rrsets().iter().any(is_cut);
    zone.origin().is_root() || (has_cuts && !hosts(zone, &servers(zone)))
}

/// The name servers that a zone names.
fn servers(zone: &Zone) -> Vec<Name> {
    let sets = zone
        .rrsets()
        .into_iter()
        .filter(|set| set.rtype == Rtype::NS);
    sets.flat_map(|set| set.data.iter().filter_map(RdataExt::ns_target))
        .collect()
}

/// Whether a zone has records besides those that every zone has, those of zone cuts and those of
/// name servers.
fn hosts(zone: &Zone, servers: &[Name]) -> bool {
    let origin = zone.origin();
    let sets = zone.rrsets();
    let cuts: Vec<&Name> = { sets.iter() }
        .filter(|set| set.rtype == Rtype::NS && set.owner != *origin)
        .map(|set| &set.owner)
        .collect();
    let is_formal = |rtype| matches!(rtype, Rtype::SOA | Rtype::NS | Rtype::DNSKEY);
    let is_host = |set: &Rrset| {
        if set.owner == *origin {
            return !is_formal(set.rtype);
        }
        !servers.contains(&set.owner) && !cuts.iter().any(|cut| set.owner.is_at_or_below(cut))
    };
    sets.iter().any(|set| is_host(set))
}

#[cfg(test)]
#[path = "asking_tests.rs"]
mod tests;
