//! Domain names.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::str::FromStr;

use bytes::{BufMut, Bytes, BytesMut};
use domain::base::name::{Label, ToName};

use super::punycode::ascii_name;
use super::quote::{is_unseen, quoted};

/// The name type of the `domain` crate that [`Name`] wraps.
pub(crate) type RawName = domain::base::Name<Bytes>;

/// An absolute domain name, at most 255 octets long ([RFC 1035 §3.1]).
///
/// Case is kept and ignored in comparisons ([RFC 4343]). Cloning is cheap, and so is
/// taking the [`parent`](Self::parent): both share the octets.
/// The order is the canonical one of [RFC 4034 §6.1].
/// Where people read it, it is serialized as text, elsewhere in its wire form.
///
/// [RFC 1035 §3.1]: https://www.rfc-editor.org/rfc/rfc1035#section-3.1
/// [RFC 4343]: https://www.rfc-editor.org/rfc/rfc4343
/// [RFC 4034 §6.1]: https://www.rfc-editor.org/rfc/rfc4034#section-6.1
#[derive(Clone)]
pub struct Name(RawName);

impl Name {
    /// The root of the tree.
    pub fn root() -> Self {
        Self(RawName::root_bytes())
    }

    /// The wire form: length-prefixed labels ending with the root label.
    pub fn octets(&self) -> &[u8] {
        self.0.as_slice()
    }

    /// Whether this is the root.
    pub fn is_root(&self) -> bool {
        self.octets().len() == 1
    }

    /// The number of labels, the root label not counted.
    pub fn label_count(&self) -> usize {
        self.0.label_count() - 1
    }

    /// The labels from left to right, the root label left out.
    pub fn labels(&self) -> impl Iterator<Item = &Label> {
        self.0.iter().filter(|label| !label.is_root())
    }

    /// The name one label shorter; `None` at the root.
    pub fn parent(&self) -> Option<Self> {
        if self.is_root() {
            return None;
        }
        let skip = usize::from(self.octets()[0]) + 1;
        Some(Self(self.0.range_from(skip)))
    }

    /// This name, its parent, and so on up to the root.
    pub fn ancestors(&self) -> Ancestors {
        Ancestors {
            next: Some(self.clone()),
        }
    }

    /// Whether this name equals `other` or lies below it.
    pub fn is_at_or_below(&self, other: &Self) -> bool {
        let (own, suffix) = (self.octets(), other.octets());
        if suffix.len() > own.len() {
            return false;
        }
        let cut = own.len() - suffix.len();
        let mut position = 0;
        while position < cut {
            position += usize::from(own[position]) + 1;
        }
        position == cut && own[cut..].eq_ignore_ascii_case(suffix)
    }

    /// Whether this name lies strictly below `other`.
    pub fn is_below(&self, other: &Self) -> bool {
        self.octets().len() > other.octets().len() && self.is_at_or_below(other)
    }

    /// The ancestor of this name with `labels` labels, or the name itself if it has no more.
    pub fn ancestor_with(&self, labels: usize) -> Self {
        let mut name = self.clone();
        while name.label_count() > labels {
            let Some(parent) = name.parent() else { break };
            name = parent;
        }
        name
    }

    /// The wildcard directly below this name, `*.name`; `None` if that would be too long.
    pub fn wildcard(&self) -> Option<Self> {
        let mut octets = BytesMut::with_capacity(self.octets().len() + 2);
        octets.put_slice(b"\x01*");
        octets.put_slice(self.octets());
        RawName::from_octets(octets.freeze()).ok().map(Self)
    }

    /// This name with its end `old` replaced by `new`; `None` if it does not end so or the
    /// result is longer than 255 octets.
    pub fn with_suffix(&self, old: &Self, new: &Self) -> Option<Self> {
        if !self.is_at_or_below(old) {
            return None;
        }
        let kept = &self.octets()[..self.octets().len() - old.octets().len()];
        let mut octets = BytesMut::with_capacity(kept.len() + new.octets().len());
        octets.put_slice(kept);
        octets.put_slice(new.octets());
        RawName::from_octets(octets.freeze()).ok().map(Self)
    }

    /// Whether the leftmost label is `*`.
    pub fn is_wildcard(&self) -> bool {
        self.octets().starts_with(b"\x01*")
    }

    /// The name as prose shows it: no final dot, and `.` for the root.
    pub fn without_dot(&self) -> String {
        if self.is_root() {
            ".".to_owned()
        } else {
            self.0.to_string()
        }
    }

    /// The uncompressed name that `octets` begin with; `None` if they begin with none.
    pub fn from_prefix(octets: &[u8]) -> Option<Self> {
        let mut end = 0;
        while let length @ 1.. = *octets.get(end)? {
            end += usize::from(length) + 1;
        }
        let name = Bytes::copy_from_slice(octets.get(..=end)?);
        RawName::from_octets(name).ok().map(Self)
    }

    /// The name for `domain`'s codec.
    pub(crate) fn raw(&self) -> &RawName {
        &self.0
    }

    /// Copies any kind of `domain` name.
    pub(crate) fn from_raw(name: impl ToName) -> Self {
        Self(name.to_bytes())
    }
}

impl From<RawName> for Name {
    fn from(name: RawName) -> Self {
        Self(name)
    }
}

/// The names from one name up to the root; see [`Name::ancestors`].
#[derive(Clone, Debug)]
pub struct Ancestors {
    /// The name to yield next.
    next: Option<Name>,
}

impl Iterator for Ancestors {
    type Item = Name;

    fn next(&mut self) -> Option<Name> {
        let current = self.next.take()?;
        self.next = current.parent();
        Some(current)
    }
}

impl PartialEq for Name {
    fn eq(&self, other: &Self) -> bool {
        // A length octet is at most 63 and so never an ASCII letter: comparing whole
        // wire forms without case compares labels without case.
        self.octets().eq_ignore_ascii_case(other.octets())
    }
}

impl Eq for Name {}

impl Hash for Name {
    fn hash<H: Hasher>(&self, state: &mut H) {
        let mut lower = [0_u8; 255];
        let octets = self.octets();
        let lower = &mut lower[..octets.len()];
        lower.copy_from_slice(octets);
        lower.make_ascii_lowercase();
        state.write(lower);
    }
}

impl PartialOrd for Name {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Name {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.name_cmp(&other.0)
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_root() {
            f.write_str(".")
        } else {
            write!(f, "{}.", self.0)
        }
    }
}

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Why a text is not a domain name; the message names the broken rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NameError(String);

impl fmt::Display for NameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for NameError {}

impl FromStr for Name {
    type Err = NameError;

    /// Reads presentation format; a missing final dot is implied.
    fn from_str(text: &str) -> Result<Self, NameError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(NameError(
                "the name is empty: write a name such as www.example.com".into(),
            ));
        }
        RawName::from_chars(text.chars())
            .map(Self)
            .map_err(|_| NameError(what_is_wrong(text)))
    }
}

/// The longest label, in octets ([RFC 1035 §3.1](https://www.rfc-editor.org/rfc/rfc1035#section-3.1)).
const LONGEST_LABEL: usize = 63;

/// Why a text is not a domain name, in words for whoever wrote it.
pub(super) fn what_is_wrong(text: &str) -> String {
    let told = quoted(text);
    let is_odd = |(_, ch): &(usize, char)| !ch.is_ascii_graphic();
    if let Some((index, ch)) = text.chars().enumerate().find(is_odd) {
        let place = format!("character {} of {told} is {}", index + 1, called(ch));
        return match ascii_name(text).filter(|_| !ch.is_ascii()) {
            Some(ascii) if ascii.len() <= LONGEST_NAME => format!(
                "{place}: names are written in ASCII, so write {}",
                quoted(&ascii)
            ),
            _ => format!("{place}, which stands in no name: leave it out"),
        };
    }
    match label_lengths(text) {
        Err(problem) => format!("{told}: {problem}"),
        Ok(lengths) => {
            let whole: usize = lengths.iter().map(|length| length + 1).sum::<usize>() + 1;
            if let Some(index) = lengths.iter().rposition(|length| *length == 0) {
                return if index == 0 {
                    format!("{told} begins with a dot: write the name without it")
                } else {
                    format!("{told} has two dots in a row: something is missing between them")
                };
            }
            match lengths.iter().find(|length| **length > LONGEST_LABEL) {
                Some(length) => format!(
                    "{told} has a part of {length} characters between its dots: \
                     {LONGEST_LABEL} are the most (RFC 1035 §3.1)"
                ),
                None => format!(
                    "{told} is {} characters too long: a name takes {LONGEST_NAME} octets at \
                     most, one for each character, each dot and the end (RFC 1035 §3.1)",
                    whole.saturating_sub(LONGEST_NAME)
                ),
            }
        }
    }
}

/// The longest name, in octets ([RFC 1035 §3.1](https://www.rfc-editor.org/rfc/rfc1035#section-3.1)).
const LONGEST_NAME: usize = 255;

/// The lengths of the labels of a name in ASCII, or what is wrong with an escape in it.
fn label_lengths(text: &str) -> Result<Vec<usize>, String> {
    let text = text.strip_suffix('.').unwrap_or(text);
    let mut lengths = vec![0];
    let mut chars = text.chars();
    while let Some(ch) = chars.next() {
        if ch == '.' {
            lengths.push(0);
            continue;
        }
        if ch == '\\' {
            escaped(&mut chars)?;
        }
        if let Some(last) = lengths.last_mut() {
            *last += 1;
        }
    }
    Ok(lengths)
}

/// Reads what follows a backslash ([RFC 1035 §5.1](https://www.rfc-editor.org/rfc/rfc1035#section-5.1)).
///
/// # Errors
/// What to write instead.
pub(super) fn escaped(chars: &mut std::str::Chars<'_>) -> Result<(), String> {
    let first = chars.next();
    let Some(first) = first else {
        return Err("the backslash at the end stands before nothing: leave it out".into());
    };
    if !first.is_ascii_digit() {
        return Ok(());
    }
    let mut digits = String::from(first);
    while digits.len() < 3
        && let Some(digit) = chars.clone().next().filter(char::is_ascii_digit)
    {
        digits.push(digit);
        chars.next();
    }
    match digits.parse::<u16>() {
        Ok(0..=255) if digits.len() == 3 => Ok(()),
        Ok(_) if digits.len() == 3 => Err(format!(
            "\\{digits} is no octet: after a backslash stand three digits from 000 to 255"
        )),
        _ => Err(format!(
            "\\{digits} is not complete: after a backslash stand three digits, such as \\046 for a dot"
        )),
    }
}

/// What a character is called that does not stand in names or zone files.
pub(super) fn called(ch: char) -> String {
    let code = u32::from(ch);
    match ch {
        ' ' => "a space".to_owned(),
        '\t' => "a tab".to_owned(),
        '\0' => "a NUL, which no text has: perhaps the file is not plain text".to_owned(),
        '\u{a0}' => "a space that does not break (U+00A0)".to_owned(),
        '\u{feff}' => "a byte order mark (U+FEFF)".to_owned(),
        ch if is_unseen(ch) => format!("a character that cannot be seen (U+{code:04X})"),
        ch if ch.is_ascii() => format!("“{ch}”"),
        ch => format!("“{ch}” (U+{code:04X})"),
    }
}

impl serde::Serialize for Name {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            serializer.collect_str(self)
        } else {
            serializer.serialize_bytes(self.octets())
        }
    }
}

impl<'de> serde::Deserialize<'de> for Name {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if !deserializer.is_human_readable() {
            return deserializer.deserialize_bytes(WireName);
        }
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// Reads a name from its wire form.
struct WireName;

impl serde::de::Visitor<'_> for WireName {
    type Value = Name;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a domain name")
    }

    fn visit_bytes<E: serde::de::Error>(self, octets: &[u8]) -> Result<Name, E> {
        let name = RawName::from_octets(Bytes::copy_from_slice(octets));
        name.map(Name).map_err(|_| E::custom("no domain name"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(text: &str) -> Name {
        text.parse().expect("a valid name")
    }

    #[test]
    fn names_compare_without_case() {
        assert_eq!(name("WWW.Example.com"), name("www.example.COM."));
    }

    #[test]
    fn subdomain_test_respects_label_boundaries() {
        assert!(name("www.example.com").is_at_or_below(&name("example.com")));
        assert!(name("example.com").is_at_or_below(&name("EXAMPLE.com")));
        assert!(!name("badexample.com").is_at_or_below(&name("example.com")));
        assert!(name("com").is_below(&Name::root()));
        assert!(!Name::root().is_below(&Name::root()));
    }

    #[test]
    fn ancestors_end_at_the_root() {
        let seen: Vec<String> = name("a.b.c")
            .ancestors()
            .map(|name| name.to_string())
            .collect();
        assert_eq!(seen, ["a.b.c.", "b.c.", "c.", "."]);
    }

    #[test]
    fn wildcard_sits_directly_below_its_parent() {
        assert_eq!(name("example.com").wildcard(), Some(name("*.example.com")));
        assert!(name("*.example.com").is_wildcard());
    }

    #[test]
    fn a_suffix_is_replaced_where_it_ends_the_name() {
        let (old, new) = (name("example.com"), name("example.net"));
        let moved = name("a.b.Example.com").with_suffix(&old, &new);
        assert_eq!(moved, Some(name("a.b.example.net")));
        assert_eq!(name("badexample.com").with_suffix(&old, &new), None);
        let long = name(&vec!["x".repeat(60); 4].join("."));
        assert_eq!(
            long.with_suffix(&Name::root(), &name("elsewhere.example")),
            None
        );
    }

    #[test]
    fn bad_names_say_what_is_wrong_and_what_to_write() {
        let long_label = format!("www.{}.com", "x".repeat(64));
        let long_name = vec!["x".repeat(50); 6].join(".");
        let megabytes = "é".repeat(5_000_000);
        let mut wrong = Vec::new();
        for (text, words) in [
            ("", "the name is empty"),
            ("a..b", "“a..b” has two dots in a row"),
            ("..", "has two dots in a row"),
            (".com", "“.com” begins with a dot"),
            (&long_label, "has a part of 64 characters"),
            (&long_name, "is 52 characters too long"),
            ("münchen.de", "so write “xn--mnchen-3ya.de”"),
            ("пример.com", "character 1 of “пример.com” is “п” (U+043F)"),
            ("a\u{200b}b.com", "a character that cannot be seen (U+200B)"),
            ("a\0b", "character 2 of “a\u{fffd}b” is a NUL"),
            (
                "\\300.com",
                "\\300 is no octet: after a backslash stand three digits from 000 to 255",
            ),
            ("a\\12.com", "\\12 is not complete"),
            ("a\\1", "\\1 is not complete"),
            ("a\\", "the backslash at the end stands before nothing"),
            (&megabytes, "which stands in no name"),
        ] {
            let error = text.parse::<Name>().map_err(|error| error.to_string());
            let is_told = |error: &String| error.contains(words) && error.chars().count() < 240;
            if !error.as_ref().is_err_and(is_told) {
                wrong.push(error);
            }
        }
        assert!(wrong.is_empty(), "{wrong:?}");
    }
}
