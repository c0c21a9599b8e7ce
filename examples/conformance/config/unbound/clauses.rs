//! The clauses and settings of an `unbound.conf`.

use crate::text::Line;

/// One `key: value …`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Setting {
    /// The line of the key.
    pub(super) line: usize,
    /// The key without its colon.
    pub(super) key: String,
    /// The values without quotes.
    pub(super) values: Vec<String>,
}

/// One clause with its settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Clause {
    /// Its keyword without colon.
    pub(super) name: String,
    /// Its settings in order.
    pub(super) settings: Vec<Setting>,
}

/// Keywords that begin a clause.
const CLAUSES: [&str; 11] = [
    "server",
    "stub-zone",
    "forward-zone",
    "auth-zone",
    "rpz",
    "view",
    "cachedb",
    "remote-control",
    "python",
    "dynlib",
    "ipset",
];

/// Reads the clauses. Settings before the first one belong to the server clause.
pub(super) fn parse_clauses(lines: &[Line]) -> Vec<Clause> {
    let mut clauses = vec![Clause {
        name: "server".into(),
        settings: Vec::new(),
    }];
    let mut skips_until = None;
    for line in lines {
        if let Some(end) = skips_until {
            if line.text == end {
                skips_until = None;
            }
            continue;
        }
        if line.text.starts_with([';', '#']) || line.text.starts_with("COMMANDLINE") {
            continue;
        }
        for (begin, end) in [
            ("AUTOTRUST_FILE", "AUTOTRUST_END"),
            ("TEMPFILE_CONTENTS", "TEMPFILE_END"),
        ] {
            if line.text.starts_with(begin) {
                skips_until = Some(end);
            }
        }
        if skips_until.is_some() {
            if line.text.starts_with("AUTOTRUST_FILE") {
                add_setting(&mut clauses, line.number, "auto-trust-anchor-file");
            }
            continue;
        }
        for word in words(&line.text) {
            match word {
                Word::Key(key) if CLAUSES.contains(&key.as_str()) => clauses.push(Clause {
                    name: key,
                    settings: Vec::new(),
                }),
                Word::Key(key) => add_setting(&mut clauses, line.number, &key),
                Word::Value(value) => {
                    let clause = clauses.last_mut();
                    if let Some(setting) = clause.and_then(|clause| clause.settings.last_mut()) {
                        setting.values.push(value);
                    }
                }
            }
        }
    }
    clauses
}

/// Begins a setting in the last clause.
fn add_setting(clauses: &mut [Clause], line: usize, key: &str) {
    if let Some(clause) = clauses.last_mut() {
        clause.settings.push(Setting {
            line,
            key: key.to_owned(),
            values: Vec::new(),
        });
    }
}

/// A word of a line.
enum Word {
    /// Ends with a colon; stored without.
    Key(String),
    /// Anything else, quotes removed.
    Value(String),
}

/// The words of a line up to a comment.
fn words(text: &str) -> Vec<Word> {
    let mut found = Vec::new();
    let mut rest = text.trim_start();
    while !rest.is_empty() && !rest.starts_with('#') {
        if let Some(quoted) = rest.strip_prefix('"') {
            let end = quoted.find('"').unwrap_or(quoted.len());
            found.push(Word::Value(quoted[..end].to_owned()));
            rest = quoted.get(end + 1..).unwrap_or_default().trim_start();
            continue;
        }
        let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        rest = after.trim_start();
        let is_first = found.is_empty();
        match word.split_once(':') {
            Some((key, "")) if is_key(key) => found.push(Word::Key(key.to_owned())),
            // `key:value` without a blank between.
            Some((key, value)) if is_first && is_key(key) => {
                found.push(Word::Key(key.to_owned()));
                found.push(Word::Value(value.trim_matches('"').to_owned()));
            }
            _ => found.push(Word::Value(word.to_owned())),
        }
    }
    found
}

/// Whether a word can be an option: a letter, then letters, digits and hyphens.
fn is_key(word: &str) -> bool {
    /// Anything else this short may be the first group of an IPv6 address.
    const SHORT: [&str; 4] = ["name", "rpz", "view", "ede"];
    let is_wordlike = word.starts_with(|ch: char| ch.is_ascii_lowercase())
        && word
            .chars()
            .all(|ch| ch.is_ascii_lowercase() || ch.is_ascii_digit() || ch == '-');
    is_wordlike && (word.len() > 4 || SHORT.contains(&word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clauses_may_share_a_line_with_their_settings() {
        let line = Line {
            number: 3,
            text: "forward-zone: name: \"a.example\" forward-addr: fe80::1 # x: y".into(),
        };
        let clauses = parse_clauses(&[line]);
        assert_eq!(clauses.len(), 2);
        let settings: Vec<(&str, &[String])> = clauses[1]
            .settings
            .iter()
            .map(|s| (s.key.as_str(), s.values.as_slice()))
            .collect();
        assert_eq!(settings[0], ("name", &["a.example".to_owned()][..]));
        assert_eq!(settings[1], ("forward-addr", &["fe80::1".to_owned()][..]));
    }
}
