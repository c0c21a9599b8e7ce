//! What a learner writes: text and choices, kept as they were typed.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::dns::zone_text_excess;
use crate::scenario::json::from_json;

/// The longest answer that is kept and run, as stored text, in octets.
pub const LONGEST_ANSWER: usize = 48_000;
/// The most rows a table of an answer may have.
pub const MAX_ROWS: usize = 60;

/// A learner's answer to a problem. Nothing in it need make sense: what it means is found by
/// [`Plan::read`](super::Plan::read), which tells what is wrong and where, and changes nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Answer {
    /// What users are given: a name, an address, or a URL with one of them.
    pub users: String,
    /// The zone, as a zone file has it.
    pub zone: String,
    /// The id of a policy preset; empty for plain records.
    pub policy: String,
    /// What the policy is to know of each address.
    pub addresses: Vec<AddressRow>,
    /// How the addresses are checked.
    pub check: CheckRow,
    /// Whether the provider makes use of the client's network where a resolver tells it.
    pub ecs: bool,
    /// What is done, and when.
    pub timeline: Vec<TimelineRow>,
    /// The chosen option of each question, by its id.
    pub choices: BTreeMap<String, String>,
}

/// What a policy is to know of an address. An empty field leaves what is usual.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AddressRow {
    /// The address.
    pub address: String,
    /// Its share relative to the others; 1 if empty.
    pub weight: String,
    /// Its rank for failover; 1 if empty.
    pub priority: String,
    /// Whose questions it is for, such as `continent EU`; everybody's if empty.
    pub area: String,
    /// The id of the place it stands in.
    pub place: String,
}

/// Health check settings. An empty field leaves what the preset has.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CheckRow {
    /// The id of a check preset; empty for no checks.
    pub preset: String,
    /// Seconds between two probes.
    pub interval: String,
    /// How many probes in a row must fail.
    pub failures: String,
}

/// Something done at a moment.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TimelineRow {
    /// When, relative to the problem's moment zero: `-24h`, `0`, `+10min`.
    pub at: String,
    /// What: `ttl app 60`, `set app A 192.0.2.1`.
    #[serde(rename = "do")]
    pub act: String,
}

impl TimelineRow {
    /// Whether nothing was written.
    pub fn is_blank(&self) -> bool {
        self.at.trim().is_empty() && self.act.trim().is_empty()
    }
}

impl Answer {
    /// Whether a table has more rows than it may have.
    pub fn has_too_many_rows(&self) -> bool {
        self.timeline.len() > MAX_ROWS || self.addresses.len() > MAX_ROWS
    }

    /// The row about an address, if there is one.
    pub fn row(&self, address: &str) -> Option<&AddressRow> {
        self.addresses.iter().find(|row| row.address == address)
    }

    /// What an answer has too much of to be kept and run, to be told while it is written.
    pub fn excess(&self) -> Option<String> {
        let octets = serde_json::to_string(self).map_or(0, |text| text.len());
        if octets > LONGEST_ANSWER {
            return Some(format!(
                "this answer has {} kB, and {} kB are the most that can be kept: write fewer \
                 records",
                octets.div_ceil(1000),
                LONGEST_ANSWER / 1000
            ));
        }
        zone_text_excess(&self.zone)
    }

    /// Changes the row about an address; makes one if there is none and room is left.
    pub fn edit_row(&mut self, address: &str, edit: impl FnOnce(&mut AddressRow)) {
        if let Some(row) = self.addresses.iter_mut().find(|it| it.address == address) {
            edit(row);
        } else if self.addresses.len() < MAX_ROWS {
            let mut row = AddressRow {
                address: address.to_owned(),
                ..AddressRow::default()
            };
            edit(&mut row);
            self.addresses.push(row);
        }
    }
}

/// An answer with the seed it was tried on: what a link carries and what the page keeps.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Attempt {
    /// The answer.
    pub answer: Answer,
    /// Which of the problem's crowds; 0 is the first one everybody gets.
    #[serde(default)]
    pub round: u32,
}

/// The text is no attempt, or one with more rows than a table may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnreadableAttempt;

impl fmt::Display for UnreadableAttempt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("this is no answer to a problem")
    }
}

impl std::error::Error for UnreadableAttempt {}

impl Attempt {
    /// The text to store.
    pub fn to_storage(&self) -> String {
        // These types always serialize: no maps with other than string keys.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Reads stored text of any length: what the page has written it can read.
    ///
    /// # Errors
    /// If it is no attempt.
    pub fn from_storage(text: &str) -> Result<Self, UnreadableAttempt> {
        let attempt: Self = from_json(text.as_bytes()).map_err(|_| UnreadableAttempt)?;
        if attempt.answer.has_too_many_rows() {
            return Err(UnreadableAttempt);
        }
        Ok(attempt)
    }
}

/// A part of an answer, to say where something is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// What users are given.
    Users,
    /// The zone; the line, from 1, if it is one line's fault.
    Zone(Option<usize>),
    /// The policy.
    Policy,
    /// A row of the address table, from 0.
    Address(usize),
    /// The health check.
    Check,
    /// A row of the timeline, from 0.
    Timeline(usize),
    /// The timeline as a whole.
    WholeTimeline,
}

/// As a message begins.
impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Users => f.write_str("What users are given"),
            Self::Zone(Some(line)) => write!(f, "Zone, line {line}"),
            Self::Zone(None) => f.write_str("Zone"),
            Self::Policy => f.write_str("Policy"),
            Self::Address(row) => write!(f, "Addresses, row {}", row + 1),
            Self::Check => f.write_str("Health check"),
            Self::Timeline(row) => write!(f, "Timeline, row {}", row + 1),
            Self::WholeTimeline => f.write_str("Timeline"),
        }
    }
}

/// Something in an answer that cannot be run, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AnswerFault {
    /// Where.
    pub part: Part,
    /// What is wrong and what to write instead.
    pub problem: String,
}

impl fmt::Display for AnswerFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.part, self.problem)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn attempt(zone: &str, at: &str, act: &str) -> Attempt {
        let row = TimelineRow {
            at: at.to_owned(),
            act: act.to_owned(),
        };
        Attempt {
            answer: Answer {
                zone: zone.to_owned(),
                timeline: vec![row],
                ecs: true,
                ..Answer::default()
            },
            round: 3,
        }
    }

    proptest! {
        #[test]
        fn whatever_was_typed_survives_storage(
            zone in "\\PC{0,80}", at in "\\PC{0,10}", act in "\\PC{0,20}",
        ) {
            let attempt = attempt(&zone, &at, &act);
            prop_assert_eq!(Attempt::from_storage(&attempt.to_storage()), Ok(attempt));
        }

        #[test]
        fn any_text_is_read_without_panic(text in "\\PC{0,80}") {
            let _ = Attempt::from_storage(&text);
        }
    }

    #[test]
    fn what_is_cut_or_has_too_many_rows_is_no_answer() {
        let mut full = attempt("app 60 A 192.0.2.1", "0", "ttl app 60");
        let text = full.to_storage();
        assert_eq!(
            Attempt::from_storage(&text[..text.len() - 3]),
            Err(UnreadableAttempt)
        );
        full.answer.timeline = vec![TimelineRow::default(); MAX_ROWS + 1];
        assert_eq!(
            Attempt::from_storage(&full.to_storage()),
            Err(UnreadableAttempt)
        );
    }

    #[test]
    fn a_row_is_made_when_an_address_is_edited_first() {
        let mut answer = Answer::default();
        answer.edit_row("192.0.2.1", |row| row.weight = "3".to_owned());
        answer.edit_row("192.0.2.1", |row| row.priority = "2".to_owned());
        assert_eq!(answer.addresses.len(), 1);
        let row = answer.row("192.0.2.1").expect("it was made");
        assert_eq!((row.weight.as_str(), row.priority.as_str()), ("3", "2"));
    }
}
