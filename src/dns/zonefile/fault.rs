//! Why the scanner stopped, in words for whoever wrote the zone.
//!
//! The scanner says which rule it met, and about where. Here the entry at which it stopped is
//! looked at once more, for what a person would say about it.

use std::net::{Ipv4Addr, Ipv6Addr};

use super::ZoneFileError;
use crate::dns::name::what_is_wrong;
use crate::dns::quote::quoted;
use crate::dns::{Class, Name, Rtype};

/// The types a person may mean, with the data of one.
const TYPES: [(Rtype, &str); 16] = [
    (Rtype::A, "192.0.2.1"),
    (Rtype::AAAA, "2001:db8::1"),
    (Rtype::CNAME, "www.example.com."),
    (Rtype::MX, "10 mail.example.com."),
    (Rtype::NS, "ns1.example.com."),
    (Rtype::TXT, "\"some text\""),
    (
        Rtype::SOA,
        "ns1.example.com. hostmaster.example.com. 1 7200 900 1209600 300",
    ),
    (Rtype::PTR, "www.example.com."),
    (Rtype::SRV, "10 5 443 www.example.com."),
    (Rtype::CAA, "0 issue \"ca.example.net\""),
    (Rtype::DNAME, "example.net."),
    (Rtype::HTTPS, "1 . alpn=h2"),
    (Rtype::SVCB, "1 svc.example.com. alpn=h2"),
    (Rtype::DS, "12345 13 2 and the digest in hexadecimal digits"),
    (Rtype::TLSA, "3 1 1 and the digest in hexadecimal digits"),
    (
        Rtype::NAPTR,
        "10 10 \"u\" \"E2U+sip\" \"!^.*$!sip:info@example.com!\" .",
    ),
];

/// The longest text of a TXT record, in octets ([RFC 1035 §3.3](https://www.rfc-editor.org/rfc/rfc1035#section-3.3)).
const LONGEST_TEXT: usize = 255;
/// The longest TTL, in seconds ([RFC 2181 §8](https://www.rfc-editor.org/rfc/rfc2181#section-8)).
const LONGEST_TTL: u32 = i32::MAX as u32;

/// A line of a zone text, or several within parentheses.
struct Entry<'a> {
    /// Its first line, counted from 1.
    line: usize,
    /// Whether it begins with a space: then it has the owner of the record before it.
    is_indented: bool,
    /// Its words, quotes kept.
    words: Vec<&'a str>,
}

/// Why the entry after `read` records could not be read. `message` is the scanner's, for what
/// is not known here.
pub(super) fn explain(text: &str, read: usize, message: &str) -> ZoneFileError {
    let rule = message.splitn(3, ':').last().unwrap_or_default().trim();
    let mut records = 0;
    for entry in entries(text) {
        let line = Some(entry.line);
        let problem = if entry.words[0].starts_with('$') {
            match directive(&entry.words) {
                Some(problem) if records == read => problem,
                _ => continue,
            }
        } else if records < read {
            records += 1;
            continue;
        } else {
            record(&entry, read == 0).unwrap_or_else(|| unknown(rule, &entry.words))
        };
        return ZoneFileError { line, problem };
    }
    ZoneFileError {
        line: message.split(':').next().and_then(|line| line.parse().ok()),
        problem: unknown(rule, &[]),
    }
}

/// What there is to say about a rule that was met in words which look sound.
fn unknown(rule: &str, words: &[&str]) -> String {
    let told = quoted(&words.join(" "));
    match rule {
        "bad name" | "long domain name" => format!(
            "{told} has a name that gets too long with the zone's name behind it: 255 octets are \
             the most"
        ),
        "unexpected end of entry" => format!("{told} ends too early: something is missing"),
        "trailing tokens" => format!("{told} has more in it than one record"),
        "" => format!("{told} cannot be read as a record"),
        rule => format!("{told} cannot be read as a record ({rule})"),
    }
}

/// The entries of a text of sound shape.
fn entries(text: &str) -> Vec<Entry<'_>> {
    let mut entries: Vec<Entry<'_>> = Vec::new();
    let mut depth = 0_usize;
    for (index, line) in text.lines().enumerate() {
        let mut words = Vec::new();
        let was_open = depth > 0;
        split(line, &mut words, &mut depth);
        if words.is_empty() {
            continue;
        }
        match entries.last_mut() {
            Some(entry) if was_open => entry.words.extend(words),
            _ => entries.push(Entry {
                line: index + 1,
                is_indented: line.starts_with([' ', '\t']),
                words,
            }),
        }
    }
    entries
}

/// Splits a line into words, without comments and parentheses.
fn split<'a>(line: &'a str, words: &mut Vec<&'a str>, depth: &mut usize) {
    let mut start = None;
    let mut is_quoted = false;
    let mut is_escaped = false;
    for (at, ch) in line.char_indices() {
        let is_plain = !is_quoted && !is_escaped;
        let ends = is_plain && (ch.is_whitespace() || matches!(ch, '(' | ')' | ';'));
        if ends {
            words.extend(start.take().map(|start| &line[start..at]));
            match ch {
                '(' => *depth += 1,
                ')' => *depth = depth.saturating_sub(1),
                ';' => return,
                _ => {}
            }
        } else {
            start.get_or_insert(at);
        }
        if ch == '"' && !is_escaped {
            is_quoted = !is_quoted;
        }
        is_escaped = ch == '\\' && !is_escaped;
    }
    words.extend(start.map(|start| &line[start..]));
}

/// What is wrong with a line that begins with a dollar sign.
fn directive(words: &[&str]) -> Option<String> {
    let value = words.get(1).copied().unwrap_or_default();
    if words[0].eq_ignore_ascii_case("$TTL") {
        if value.is_empty() {
            return Some("$TTL needs a number of seconds behind it, such as $TTL 300".into());
        }
        if value.parse::<u32>().is_err() {
            return Some(bad_ttl(value));
        }
    } else if value.is_empty() {
        return Some("$ORIGIN needs a name behind it, such as $ORIGIN example.com.".into());
    } else if let Some(problem) = bad_name(value) {
        return Some(problem);
    }
    words
        .get(2)
        .map(|word| format!("{} is one word too many on this line", quoted(word)))
}

/// What is wrong with a record; `None` if that cannot be said.
fn record(entry: &Entry<'_>, is_first: bool) -> Option<String> {
    let mut words = entry.words.as_slice();
    if entry.is_indented {
        if is_first {
            return Some(
                "the first record begins with a space, so it has no name: write a name or @ in \
                 front"
                    .into(),
            );
        }
    } else {
        let (owner, rest) = words.split_first()?;
        if let Some(problem) = bad_name(owner) {
            return Some(problem);
        }
        words = rest;
    }
    let (mut has_ttl, mut has_class) = (false, false);
    loop {
        let Some((word, rest)) = words.split_first() else {
            return Some(
                "the line ends before it is a record: behind the name come a TTL, a type and the \
                 data, such as www 300 A 192.0.2.1"
                    .into(),
            );
        };
        words = rest;
        let is_number = word.bytes().all(|octet| octet.is_ascii_digit());
        if is_number && !has_ttl && word.parse::<u32>().is_ok() {
            has_ttl = true;
        } else if let Ok(rtype) = word.parse::<Rtype>() {
            return data(rtype, words);
        } else if let Some(class) = class(word).filter(|_| !has_class) {
            has_class = true;
            if class != Class::IN {
                return Some(format!(
                    "{} is a class of its own: this lab has the Internet's, IN",
                    quoted(word)
                ));
            }
        } else {
            return Some(no_type(word, has_ttl));
        }
    }
}

/// The class a word means.
fn class(word: &str) -> Option<Class> {
    word.parse().ok()
}

/// What is wrong with a word where a type should stand.
fn no_type(word: &str, has_ttl: bool) -> String {
    let told = quoted(word);
    if word.parse::<Ipv4Addr>().is_ok() {
        return format!("the type is missing before {told}: write A {word}");
    }
    if word.parse::<Ipv6Addr>().is_ok() {
        return format!("the type is missing before {told}: write AAAA {word}");
    }
    if word.starts_with(|ch: char| ch.is_ascii_digit() || ch == '-' || ch == '+') {
        return if has_ttl {
            format!("{told} stands where the type of the record should: write A, AAAA or another")
        } else {
            bad_ttl(word)
        };
    }
    let upper = word.to_ascii_uppercase();
    let names: Vec<String> = TYPES.iter().map(|(rtype, _)| rtype.to_string()).collect();
    match names.iter().find(|name| is_near(name, &upper)) {
        Some(near) => format!("no record type is called {told}: did you mean {near}?"),
        None => format!(
            "no record type is called {told}: write one such as {}",
            names[..6].join(", ")
        ),
    }
}

/// Whether a word is a name with one letter changed, left out, put in, or two exchanged.
fn is_near(name: &str, word: &str) -> bool {
    let (name, word) = (name.as_bytes(), word.as_bytes());
    if name.len().abs_diff(word.len()) > 1 {
        return false;
    }
    let is_long = name.len() > 2;
    let same = |(a, b): &(&u8, &u8)| a == b;
    let front = name.iter().zip(word).take_while(same).count();
    let back = name[front..].iter().rev().zip(word[front..].iter().rev());
    let back = back.take_while(same).count();
    let (name, word) = (
        &name[front..name.len() - back],
        &word[front..word.len() - back],
    );
    let is_swapped = matches!((name, word), ([a, b], [c, d]) if a == d && b == c);
    // One letter of two says nothing.
    (is_long && name.len() <= 1 && word.len() <= 1) || is_swapped
}

/// What a TTL may be, said about one that is none.
fn bad_ttl(word: &str) -> String {
    let told = quoted(word);
    if word.bytes().all(|octet| octet.is_ascii_digit()) {
        return format!(
            "the TTL {told} is too large: write seconds, at most {LONGEST_TTL} (RFC 2181 §8)"
        );
    }
    match seconds(word) {
        Some(seconds) if seconds <= LONGEST_TTL.into() => {
            format!("the TTL {told} has units: this lab takes seconds only, so write {seconds}")
        }
        _ => format!("{told} is no TTL: write whole seconds, from 0 to {LONGEST_TTL}"),
    }
}

/// The seconds of a time as some servers let it be written, such as `1w2d` or `90m`.
fn seconds(word: &str) -> Option<u64> {
    let mut whole = 0_u64;
    let mut rest = word;
    while !rest.is_empty() {
        let end = rest.find(|ch: char| !ch.is_ascii_digit())?;
        let number: u64 = rest[..end].parse().ok()?;
        let factor = match rest[end..].chars().next()?.to_ascii_lowercase() {
            's' => 1,
            'm' => 60,
            'h' => 3_600,
            'd' => 86_400,
            'w' => 604_800,
            _ => return None,
        };
        whole = whole.checked_add(number.checked_mul(factor)?)?;
        rest = &rest[end + 1..];
    }
    Some(whole)
}

/// What is wrong with a name as zone files write it; `None` if nothing is.
fn bad_name(word: &str) -> Option<String> {
    if word == "@" || word.parse::<Name>().is_ok() {
        return None;
    }
    Some(what_is_wrong(word))
}

/// What is wrong with the data of a record; `None` if that cannot be said.
fn data(rtype: Rtype, words: &[&str]) -> Option<String> {
    let example = TYPES.iter().find(|(known, _)| *known == rtype);
    let example = example.map(|(_, data)| *data);
    let article = match rtype {
        Rtype::A | Rtype::AAAA | Rtype::MX | Rtype::NS | Rtype::SOA | Rtype::SRV => "an",
        _ => "a",
    };
    let such_as = example.map_or_else(String::new, |data| format!(", such as {data}"));
    let Some((first, rest)) = words.split_first() else {
        return Some(format!(
            "{article} {rtype} record needs its data behind the type{such_as}"
        ));
    };
    let told = quoted(first);
    let one_word = |what: &str| {
        let more = quoted(rest.first()?);
        Some(format!(
            "{more} is too much: {article} {rtype} record has one {what}, and each record a line \
             of its own"
        ))
    };
    match rtype {
        Rtype::A if first.parse::<Ipv6Addr>().is_ok() => {
            Some(format!("{told} is an IPv6 address: its type is AAAA"))
        }
        Rtype::A if first.parse::<Ipv4Addr>().is_err() => Some(format!(
            "{told} is no IPv4 address: write four numbers from 0 to 255, such as 192.0.2.1"
        )),
        Rtype::AAAA if first.parse::<Ipv4Addr>().is_ok() => {
            Some(format!("{told} is an IPv4 address: its type is A"))
        }
        Rtype::AAAA if first.parse::<Ipv6Addr>().is_err() => Some(format!(
            "{told} is no IPv6 address: write one such as 2001:db8::1"
        )),
        Rtype::A | Rtype::AAAA => one_word("address"),
        Rtype::CNAME | Rtype::NS | Rtype::PTR | Rtype::DNAME => {
            bad_name(first).or_else(|| one_word("name"))
        }
        Rtype::MX if first.parse::<u16>().is_err() => Some(format!(
            "{told} is no preference: write a number from 0 to 65535 and the mail server{such_as}"
        )),
        Rtype::TXT => {
            let length = |word: &&str| word.trim_matches('"').len();
            let longest = words.iter().map(length).max()?;
            (longest > LONGEST_TEXT).then(|| {
                format!(
                    "a text of {longest} octets is too long: write several of at most \
                     {LONGEST_TEXT} behind each other, each in quotes (RFC 1035 §3.3)"
                )
            })
        }
        _ => {
            let words = quoted(&words.join(" "));
            let like = example.map_or_else(String::new, |data| format!(": write it like {data}"));
            Some(format!(
                "{words} is not what {article} {rtype} record has{like}"
            ))
        }
    }
}
