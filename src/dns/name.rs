//! Domain names.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::str::FromStr;

use bytes::{BufMut, Bytes, BytesMut};
use domain::base::name::{Label, ToName};

/// The name type of the `domain` crate that [`Name`] wraps.
pub(crate) type RawName = domain::base::Name<Bytes>;

/// An absolute domain name, at most 255 octets long ([RFC 1035 §3.1]).
///
/// Case is kept and ignored in comparisons ([RFC 4343]). Cloning is cheap, and so is
/// taking the [`parent`](Self::parent): both share the octets.
/// The order is the canonical one of [RFC 4034 §6.1].
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
            .map_err(|error| NameError(format!("`{text}` is not a domain name: {error}")))
    }
}

impl serde::Serialize for Name {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for Name {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
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
    fn bad_names_say_why() {
        let label = "x".repeat(64);
        assert!(label.parse::<Name>().is_err());
        assert!("".parse::<Name>().is_err());
        assert!("a..b".parse::<Name>().is_err());
    }
}
