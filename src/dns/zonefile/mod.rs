//! Zone files: text of [RFC 1035 §5] to RRsets and back.
//!
//! [RFC 1035 §5]: https://www.rfc-editor.org/rfc/rfc1035#section-5

mod fault;
mod shape;
#[cfg(test)]
mod tests;
mod text;

use std::fmt;

use domain::base::RecordData as _;
use domain::base::iana::Class;
use domain::base::name::FlattenInto;
use domain::zonefile::inplace::{Entry, Zonefile};
use indexmap::{IndexMap, IndexSet};
use serde::{Deserialize, Serialize};

pub use self::shape::{ZONE_LINES, ZONE_OCTETS, zone_text_excess};
pub(crate) use self::text::Reading;
pub use self::text::ZoneText;
use super::{Name, Rdata, Rrset, RrsetKey, Ttl};

/// Why a zone file could not be read: where, and which rule is broken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
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
    let text = shape::checked(text)?;
    let mut source = text.to_owned();
    if !source.ends_with('\n') {
        source.push('\n');
    }
    let mut file = Zonefile::from(source.as_str());
    file.set_origin(origin.raw().clone());
    file.set_default_class(Class::IN);
    let mut sets: IndexMap<RrsetKey, (Ttl, Vec<Rdata>)> = IndexMap::new();
    // Records of a set that were read, by the index of the set: a set can have thousands.
    let mut seen: IndexSet<(usize, Rdata)> = IndexSet::new();
    let mut read = 0;
    loop {
        let entry = match file.next_entry() {
            Ok(None) => break,
            Ok(Some(Entry::Record(record))) => record,
            // The shape has no such line in it.
            Ok(Some(Entry::Include { .. })) => return Err(fault::explain(text, read, "")),
            Err(error) => return Err(fault::explain(text, read, &error.to_string())),
        };
        read += 1;
        let ttl = entry.ttl();
        let (owner, data) = entry.into_owner_and_data();
        let owner = Name::from_raw(owner);
        let data: Rdata = data
            .try_flatten_into()
            .map_err(|_| ZoneFileError::whole(format!("{owner}: a name is too long")))?;
        let key = RrsetKey {
            owner,
            rtype: data.rtype(),
        };
        let place = sets.entry(key);
        let index = place.index();
        let (set_ttl, set) = place.or_insert_with(|| (ttl, Vec::new()));
        *set_ttl = ttl.min(*set_ttl);
        if seen.insert((index, data.clone())) {
            set.push(data);
        }
    }
    Ok(sets
        .into_iter()
        .map(|(key, (ttl, data))| Rrset::new(key.owner, key.rtype, ttl, data))
        .collect())
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
