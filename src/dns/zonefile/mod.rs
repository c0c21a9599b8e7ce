//! Zone files: text of [RFC 1035 §5] to RRsets and back.
//!
//! [RFC 1035 §5]: https://www.rfc-editor.org/rfc/rfc1035#section-5

mod entries;
mod words;

use std::fmt;

use domain::base::iana::Class;
use domain::base::scan::{Scan as _, ScannerError as _, StrError};
use indexmap::IndexMap;

use self::entries::{entries, fault};
use self::words::Words;
use super::{Name, Rdata, Rrset, RrsetKey, Rtype, Ttl};

/// Why a zone file could not be read: where, and which rule is broken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ZoneFileError {
    /// The line, counted from 1; `None` where the fault is in the zone as a whole.
    pub line: Option<usize>,
    /// What is wrong, for the person who wrote the file.
    pub problem: String,
}

impl ZoneFileError {
    /// A fault of the zone as a whole.
    pub fn whole(problem: impl Into<String>) -> Self {
        Self {
            line: None,
            problem: problem.into(),
        }
    }
}

impl fmt::Display for ZoneFileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "line {line}: {}", self.problem),
            None => f.write_str(&self.problem),
        }
    }
}

impl std::error::Error for ZoneFileError {}

/// Reads zone file text into RRsets, in order of first appearance.
///
/// Names without a final dot are relative to `origin` until a `$ORIGIN` line says otherwise.
/// Records of one set must share their TTL; where they differ the smallest counts
/// ([RFC 2181 §5.2](https://www.rfc-editor.org/rfc/rfc2181#section-5.2)).
///
/// # Errors
/// The first line that is not a record of class `IN` or a known directive.
pub fn parse_records(origin: &Name, text: &str) -> Result<Vec<Rrset>, ZoneFileError> {
    let mut origin = origin.clone();
    let mut default_ttl = None;
    let mut last_ttl = Ttl::from_secs(3600);
    let mut last_owner: Option<Name> = None;
    let mut sets: IndexMap<RrsetKey, (Ttl, Vec<Rdata>)> = IndexMap::new();
    for entry in entries(text)? {
        let wrong = |problem: String| fault(entry.line, problem);
        let located = |error: StrError| wrong(error.to_string());
        let mut words = Words::new(entry.words, &origin);
        if let Some(directive) = words.peek().filter(|word| word.starts_with('$')) {
            let directive = directive.to_ascii_uppercase();
            words.next().map_err(located)?;
            match directive.as_str() {
                "$TTL" => default_ttl = Some(Ttl::scan(&mut words).map_err(located)?),
                "$ORIGIN" => origin = Name::from_raw(words.name().map_err(located)?),
                "$INCLUDE" => {
                    let problem = "$INCLUDE is not available here: paste the records";
                    return Err(wrong(problem.to_owned()));
                }
                _ => return Err(wrong(format!("{directive} is no directive of zone files"))),
            }
            continue;
        }
        let owner = if entry.is_indented {
            let problem = "the first record of a file needs a name in front";
            last_owner
                .clone()
                .ok_or_else(|| wrong(problem.to_owned()))?
        } else {
            Name::from_raw(words.name().map_err(located)?)
        };
        last_owner = Some(owner.clone());
        let (ttl, rtype) = ttl_and_type(&mut words).map_err(located)?;
        if let Some(ttl) = ttl {
            last_ttl = ttl;
        }
        let ttl = ttl.or(default_ttl).unwrap_or(last_ttl);
        let data = words.record_data(rtype).map_err(located)?;
        let key = RrsetKey { owner, rtype };
        let (set_ttl, set) = sets.entry(key).or_insert_with(|| (ttl, Vec::new()));
        *set_ttl = ttl.min(*set_ttl);
        if !set.contains(&data) {
            set.push(data);
        }
    }
    Ok(sets
        .into_iter()
        .map(|(key, (ttl, data))| Rrset::new(key.owner, key.rtype, ttl, data))
        .collect())
}

/// Reads what stands between owner and data: TTL and class in either order, each optional, and
/// the type.
fn ttl_and_type(words: &mut Words<'_>) -> Result<(Option<Ttl>, Rtype), StrError> {
    let mut ttl = None;
    loop {
        let word = words.next()?.text;
        if let Ok(seconds) = word.parse() {
            ttl = Some(Ttl::from_secs(seconds));
        } else if let Ok(rtype) = word.parse() {
            return Ok((ttl, rtype));
        } else if !word.parse().is_ok_and(|class: Class| class == Class::IN) {
            return Err(StrError::custom("a type such as A or MX is expected here"));
        }
    }
}

/// Writes RRsets as a zone file with names relative to `origin`.
pub fn write_records<'a>(origin: &Name, sets: impl IntoIterator<Item = &'a Rrset>) -> String {
    use super::RdataExt as _;
    let mut text = format!("$ORIGIN {origin}\n");
    for set in sets {
        let owner = relative(&set.owner, origin);
        for data in set.data.iter() {
            let line = format!(
                "{owner:<20} {:>7} {} {:<6} {}\n",
                set.ttl.as_secs(),
                set.class,
                set.rtype.to_string(),
                data.presentation()
            );
            text.push_str(&line);
        }
    }
    text
}

/// `owner` as a zone file of `origin` would write it.
fn relative(owner: &Name, origin: &Name) -> String {
    if owner == origin {
        return "@".to_owned();
    }
    if origin.is_root() || !owner.is_below(origin) {
        return owner.to_string();
    }
    let labels = owner.label_count() - origin.label_count();
    owner
        .labels()
        .take(labels)
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join(".")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dns::{RdataExt, Rtype};

    const ZONE: &str = "\
$TTL 300
@   IN SOA ns1 hostmaster 1 7200 900 1209600 900
@   IN NS  ns1
ns1    A   192.0.2.53
www 60 A   198.51.100.5
www 60 A   198.51.100.6
txt    TXT \"v=spf1 -all\"
";

    fn origin() -> Name {
        "example.com".parse().expect("a valid name")
    }

    #[test]
    fn records_of_one_name_and_type_form_one_set() {
        let sets = parse_records(&origin(), ZONE).expect("a good zone");
        let www = sets
            .iter()
            .find(|set| set.owner == "www.example.com".parse().expect("name"));
        let www = www.expect("www is in the zone");
        assert_eq!(
            (www.rtype, www.ttl, www.data.len()),
            (Rtype::A, Ttl::from_secs(60), 2)
        );
    }

    #[test]
    fn error_names_the_line() {
        for second in [
            "mail A 192.0.2.999",
            "mail FOO 1",
            "mail A",
            "ma..il A 192.0.2.1",
            "$WHAT 1",
        ] {
            let text = format!("www A 192.0.2.1\n{second}\nftp A 192.0.2.2\n");
            let error = parse_records(&origin(), &text).expect_err(second);
            assert_eq!(error.line, Some(2), "{second}: {error}");
        }
    }

    #[test]
    fn written_zone_reads_back_the_same() {
        let sets = parse_records(&origin(), ZONE).expect("a good zone");
        let text = write_records(&origin(), &sets);
        assert_eq!(parse_records(&origin(), &text).expect("our own text"), sets);
    }

    #[test]
    fn text_records_keep_their_quotes() {
        let sets = parse_records(&origin(), ZONE).expect("a good zone");
        let txt = sets
            .iter()
            .find(|set| set.rtype == Rtype::TXT)
            .expect("there is a TXT");
        assert_eq!(txt.data[0].presentation(), "\"v=spf1 -all\"");
    }
}
