//! Zone files: text of [RFC 1035 §5] to RRsets and back.
//!
//! [RFC 1035 §5]: https://www.rfc-editor.org/rfc/rfc1035#section-5

use std::fmt;

use domain::base::RecordData as _;
use domain::base::iana::Class;
use domain::base::name::FlattenInto;
use domain::zonefile::inplace::{Entry, Zonefile};
use indexmap::IndexMap;

use super::{Name, Rdata, Rrset, RrsetKey, Ttl};

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
    check_shape(text)?;
    let mut source = text.to_owned();
    if !source.ends_with('\n') {
        source.push('\n');
    }
    let mut file = Zonefile::from(source.as_str());
    file.set_origin(origin.raw().clone());
    file.set_default_class(Class::IN);
    let mut sets: IndexMap<RrsetKey, (Ttl, Vec<Rdata>)> = IndexMap::new();
    while let Some(entry) = file
        .next_entry()
        .map_err(|error| located(&error.to_string()))?
    {
        let Entry::Record(record) = entry else {
            return Err(ZoneFileError::whole(
                "$INCLUDE is not available here: paste the records",
            ));
        };
        let ttl = record.ttl();
        let (owner, data) = record.into_owner_and_data();
        let owner = Name::from_raw(owner);
        let data: Rdata = data
            .try_flatten_into()
            .map_err(|_| ZoneFileError::whole(format!("{owner}: a name is too long")))?;
        let key = RrsetKey {
            owner,
            rtype: data.rtype(),
        };
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

/// Reads the `line:column: text` of the scanner's message.
fn located(message: &str) -> ZoneFileError {
    let mut parts = message.splitn(3, ':');
    let line = parts.next().and_then(|line| line.parse::<usize>().ok());
    let column = parts.next().and_then(|column| column.parse::<usize>().ok());
    match (line, column, parts.next()) {
        (Some(line), Some(column), Some(problem)) => {
            // A fault in the last word of a line shows when the scanner already stands at
            // the first column of the next.
            let line = if column <= 1 {
                line.saturating_sub(1).max(1)
            } else {
                line
            };
            ZoneFileError {
                line: Some(line),
                problem: problem.trim().to_owned(),
            }
        }
        _ => ZoneFileError::whole(message),
    }
}

/// Refuses shapes the scanner does not survive or lets through: quotes and parentheses left
/// open, and names with an empty label.
fn check_shape(text: &str) -> Result<(), ZoneFileError> {
    let fault = |line: usize, problem: &str| {
        Err(ZoneFileError {
            line: Some(line),
            problem: problem.to_owned(),
        })
    };
    // Lines with a parenthesis that is still open.
    let mut open = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let number = index + 1;
        let mut is_quoted = false;
        let mut last = ' ';
        let mut chars = line.chars();
        while let Some(ch) = chars.next() {
            match ch {
                // The escaped character is skipped with its backslash.
                '\\' if chars.next().is_none() => {
                    return fault(number, "a backslash at the end of the line escapes nothing");
                }
                '"' => is_quoted = !is_quoted,
                _ if is_quoted => {}
                ';' => break,
                '(' => open.push(number),
                ')' if open.pop().is_none() => {
                    return fault(number, "a closing parenthesis without an opening one");
                }
                '.' if last == '.' => {
                    return fault(number, "two dots in a row: a name has an empty label");
                }
                _ => {}
            }
            last = ch;
        }
        if is_quoted {
            return fault(number, "a quote is opened and not closed on the same line");
        }
    }
    match open.first() {
        Some(line) => fault(*line, "a parenthesis is opened and never closed"),
        None => Ok(()),
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
