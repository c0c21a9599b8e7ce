//! JSON in little code: what stored progress needs of it.

use std::fmt::Write;

/// How deep values may lie in each other. Progress needs five.
const MAX_DEPTH: u32 = 32;

/// A value in JSON text, with whole numbers alone: progress has no others.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value {
    Null,
    Bool(bool),
    Whole(u64),
    /// A number that is negative, broken or too large.
    OtherNumber,
    Text(String),
    List(Vec<Self>),
    Object(Vec<(String, Self)>),
}

impl Value {
    /// Reads JSON text; `None` if it is none.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut reader = Reader { rest: text };
        let value = reader.value(MAX_DEPTH)?;
        reader.space();
        reader.rest.is_empty().then_some(value)
    }

    /// The members of an object.
    pub(super) fn members(&self) -> Option<&[(String, Self)]> {
        match self {
            Self::Object(members) => Some(members),
            _ => None,
        }
    }

    /// The member of an object with a name. Of several the last counts.
    pub(super) fn member(&self, name: &str) -> Option<&Self> {
        let mut members = self.members()?.iter().rev();
        members.find_map(|(known, value)| (known == name).then_some(value))
    }

    pub(super) fn whole(&self) -> Option<u64> {
        match self {
            Self::Whole(number) => Some(*number),
            _ => None,
        }
    }

    pub(super) fn list(&self) -> Option<&[Self]> {
        match self {
            Self::List(values) => Some(values),
            _ => None,
        }
    }

    /// Reads the member with a name; `default` if there is none, `None` if it is no `T`.
    pub(super) fn read<T>(
        &self,
        name: &str,
        default: Option<T>,
        read: impl FnOnce(&Self) -> Option<T>,
    ) -> Option<T> {
        self.members()?;
        self.member(name).map_or(default, read)
    }
}

/// What is left of JSON text.
struct Reader<'a> {
    rest: &'a str,
}

impl Reader<'_> {
    fn space(&mut self) {
        self.rest = self.rest.trim_start_matches([' ', '\t', '\n', '\r']);
    }

    /// Takes what stands next, if it is this.
    fn take(&mut self, what: &str) -> Option<()> {
        self.rest = self.rest.strip_prefix(what)?;
        Some(())
    }

    /// Takes what stands next after white space, if it is this.
    fn mark(&mut self, what: &str) -> Option<()> {
        self.space();
        self.take(what)
    }

    fn value(&mut self, depth: u32) -> Option<Value> {
        let depth = depth.checked_sub(1)?;
        self.space();
        match self.rest.bytes().next()? {
            b'{' => {
                let mut members = Vec::new();
                self.items("{", "}", |reader| {
                    reader.space();
                    let name = reader.text()?;
                    reader.mark(":")?;
                    members.push((name, reader.value(depth)?));
                    Some(())
                })?;
                Some(Value::Object(members))
            }
            b'[' => {
                let mut values = Vec::new();
                self.items("[", "]", |reader| {
                    values.push(reader.value(depth)?);
                    Some(())
                })?;
                Some(Value::List(values))
            }
            b'"' => self.text().map(Value::Text),
            b't' => self.take("true").map(|()| Value::Bool(true)),
            b'f' => self.take("false").map(|()| Value::Bool(false)),
            b'n' => self.take("null").map(|()| Value::Null),
            _ => self.number(),
        }
    }

    /// Takes what stands between two marks, parted by commas.
    fn items(
        &mut self,
        open: &str,
        close: &str,
        mut item: impl FnMut(&mut Self) -> Option<()>,
    ) -> Option<()> {
        self.take(open)?;
        if self.mark(close).is_some() {
            return Some(());
        }
        loop {
            item(self)?;
            if self.mark(close).is_some() {
                return Some(());
            }
            self.mark(",")?;
        }
    }

    fn number(&mut self) -> Option<Value> {
        let is_in = |it: char| it.is_ascii_digit() || matches!(it, '-' | '+' | '.' | 'e' | 'E');
        let end = self.rest.find(|it| !is_in(it)).unwrap_or(self.rest.len());
        let (digits, rest) = self.rest.split_at(end);
        self.rest = rest;
        let first = digits.trim_start_matches('-').bytes().next()?;
        if !first.is_ascii_digit() || (digits.len() > 1 && digits.starts_with('0')) {
            // `0.5` is a number all the same, and as little of use here.
            return digits.starts_with("0.").then_some(Value::OtherNumber);
        }
        if !digits.bytes().all(|it| it.is_ascii_digit()) {
            return Some(Value::OtherNumber);
        }
        Some(digits.parse().map_or(Value::OtherNumber, Value::Whole))
    }

    fn text(&mut self) -> Option<String> {
        self.take("\"")?;
        let mut text = String::new();
        loop {
            let end = self.rest.find(|it| it == '"' || it == '\\' || it < ' ')?;
            let (plain, rest) = self.rest.split_at(end);
            text.push_str(plain);
            self.rest = rest;
            if self.take("\"").is_some() {
                return Some(text);
            }
            self.take("\\")?;
            text.push(self.escaped()?);
        }
    }

    /// The character that an escape stands for.
    fn escaped(&mut self) -> Option<char> {
        let kind = self.rest.chars().next()?;
        self.rest = &self.rest[kind.len_utf8()..];
        Some(match kind {
            '"' | '\\' | '/' => kind,
            'b' => '\u{8}',
            'f' => '\u{c}',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'u' => {
                let first = self.unit()?;
                let units = if (0xD800..0xDC00).contains(&first) {
                    self.take("\\u")?;
                    vec![first, self.unit()?]
                } else {
                    vec![first]
                };
                let mut found = char::decode_utf16(units);
                let found = (found.next()?.ok()?, found.next());
                return found.1.is_none().then_some(found.0);
            }
            _ => return None,
        })
    }

    /// Four hexadecimal digits.
    fn unit(&mut self) -> Option<u16> {
        let digits = self.rest.get(..4)?;
        if !digits.bytes().all(|it| it.is_ascii_hexdigit()) {
            return None;
        }
        self.rest = &self.rest[4..];
        u16::from_str_radix(digits, 16).ok()
    }
}

/// Writes text in quotation marks.
pub(super) fn quote(text: &mut String, it: &str) {
    text.push('"');
    for letter in it.chars() {
        match letter {
            '"' | '\\' => text.extend(['\\', letter]),
            letter if letter < ' ' => {
                let _ = write!(text, "\\u{:04x}", u32::from(letter));
            }
            letter => text.push(letter),
        }
    }
    text.push('"');
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    /// The value as another reader of JSON has it.
    fn as_others_read(value: &Value) -> serde_json::Value {
        match value {
            Value::Null | Value::OtherNumber => serde_json::Value::Null,
            Value::Bool(it) => json!(it),
            Value::Whole(it) => json!(it),
            Value::Text(it) => json!(it),
            Value::List(all) => all.iter().map(as_others_read).collect(),
            Value::Object(all) => {
                let members = all.iter();
                members
                    .map(|(name, it)| (name.clone(), as_others_read(it)))
                    .collect()
            }
        }
    }

    /// JSON without numbers that progress does not have.
    fn any_json() -> impl Strategy<Value = serde_json::Value> {
        let leaf = prop_oneof![
            Just(json!(null)),
            any::<bool>().prop_map(|it| json!(it)),
            any::<u64>().prop_map(|it| json!(it)),
            any::<String>().prop_map(|it| json!(it)),
        ];
        leaf.prop_recursive(4, 40, 6, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..6).prop_map(|it| json!(it)),
                prop::collection::btree_map(any::<String>(), inner, 0..6).prop_map(|it| json!(it)),
            ]
        })
    }

    proptest! {
        #[test]
        fn json_is_read_as_others_read_it(json in any_json(), is_pretty in any::<bool>()) {
            let text = if is_pretty {
                serde_json::to_string_pretty(&json).expect("it is JSON")
            } else {
                json.to_string()
            };
            let value = Value::parse(&text);
            prop_assert_eq!(value.as_ref().map(as_others_read), Some(json));
        }

        #[test]
        fn what_others_refuse_is_refused(json in any_json(), at in any::<prop::sample::Index>(), by in "[\\PC\u{0}-\u{1f}]{0,2}") {
            let mut letters: Vec<char> = json.to_string().chars().collect();
            let at = at.index(letters.len());
            letters.splice(at..=at, by.chars());
            let text: String = letters.into_iter().collect();
            let theirs = serde_json::from_str::<serde_json::Value>(&text);
            if let Err(error) = theirs {
                // A number that is too large for them is only of no use here.
                let is_large = error.to_string().contains("out of range");
                prop_assert!(is_large || Value::parse(&text).is_none() || has_bad_number(&text), "{text:?}: {error}");
            } else {
                prop_assert!(Value::parse(&text).is_some(), "{text:?}");
            }
        }

        #[test]
        fn quoted_text_comes_back(text in any::<String>()) {
            let mut quoted = String::new();
            quote(&mut quoted, &text);
            prop_assert_eq!(Value::parse(&quoted), Some(Value::Text(text)));
        }
    }

    /// Whether a number stands in it that is told to be of no use and not looked at closely.
    fn has_bad_number(text: &str) -> bool {
        fn any(value: &Value) -> bool {
            match value {
                Value::OtherNumber => true,
                Value::List(all) => all.iter().any(any),
                Value::Object(all) => all.iter().any(|(_, it)| any(it)),
                _ => false,
            }
        }
        Value::parse(text).is_some_and(|value| any(&value))
    }

    #[test]
    fn text_that_is_no_json_is_refused() {
        for text in [
            "",
            " ",
            "{",
            "[1,]",
            "{\"a\"}",
            "{\"a\":1,}",
            "nul",
            "1 2",
            "\"\u{1}\"",
            "\"\\x\"",
            "\"\\ud800\"",
            "\"\\ud800\\u0041\"",
            "\"\\u12\"",
            "01",
            "-",
            ".5",
            "+1",
            "'a'",
        ] {
            assert_eq!(Value::parse(text), None, "{text}");
        }
        assert_eq!(Value::parse("-1"), Some(Value::OtherNumber));
        assert_eq!(Value::parse("1.5e3"), Some(Value::OtherNumber));
        assert_eq!(Value::parse("0.5"), Some(Value::OtherNumber));
        assert_eq!(
            Value::parse("\"\\ud83d\\ude00\""),
            Some(Value::Text("😀".to_owned()))
        );
        let deep = "[".repeat(100_000);
        assert_eq!(Value::parse(&deep), None);
    }
}
