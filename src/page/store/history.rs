//! What was in place of a draft before: some entries, each with when and why it gave way.

use serde::{Deserialize, Serialize};

use crate::scenario::json::from_json;

/// The version of the stored text.
const FORMAT: u32 = 1;
/// How many entries are kept of those that are not another window's.
const MOST: usize = 6;
/// How many entries of other windows are kept.
const MOST_OF_WINDOWS: usize = 2;
/// How many marks of opened links are kept.
const MOST_LINKS: usize = 20;
/// The time in which what another window writes counts as one version, in milliseconds.
const ONE_VERSION_MS: u64 = 120_000;

/// Why a draft gave way to something else.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Why {
    /// The answer of a link was opened.
    Link,
    /// The learner began again.
    StartAgain,
    /// A model answer was put in its place.
    Model,
    /// An earlier version was brought back.
    BroughtBack,
    /// Another window wrote its own version, and this one wrote on.
    OtherWindow,
    /// It is the answer of a link that was opened before.
    OfLink,
    /// It could not be read.
    Damaged,
}

impl Why {
    /// What the version is, in a list of them.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Link => "before the answer of a link was opened",
            Self::StartAgain => "before you started again",
            Self::Model => "before a model answer was put in",
            Self::BroughtBack => "before another version was brought back",
            Self::OtherWindow => "written in another window",
            Self::OfLink => "the answer of the link",
            Self::Damaged => "could not be read",
        }
    }
}

/// A version that gave way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// The text, as a draft is stored.
    pub text: String,
    /// When it gave way, in milliseconds since 1970.
    pub when: u64,
    /// Why.
    pub why: Why,
}

/// The versions that gave way, the newest first, and which links were opened.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct History {
    /// The version of the form.
    format: u32,
    /// The entries.
    entries: Vec<Entry>,
    /// The marks of links that were opened, the newest first.
    links: Vec<u32>,
}

impl History {
    /// The entries, the newest first.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Whether a link was opened before.
    pub fn has_opened(&self, mark: u32) -> bool {
        self.links.contains(&mark)
    }

    /// Notes that a link was opened.
    pub fn note_link(&mut self, mark: u32) {
        self.links.retain(|known| *known != mark);
        self.links.insert(0, mark);
        self.links.truncate(MOST_LINKS);
    }

    /// Adds a version. The oldest go, of other windows' versions and of the rest each by itself,
    /// so that two windows that write in turn push out nothing else.
    pub fn push(&mut self, entry: Entry) {
        let newest = self.entries.first();
        let is_same_version = entry.why == Why::OtherWindow
            && newest.is_some_and(|newest| {
                newest.why == Why::OtherWindow
                    && entry.when.saturating_sub(newest.when) < ONE_VERSION_MS
            });
        if is_same_version {
            self.entries.remove(0);
        }
        self.entries.retain(|known| known.text != entry.text);
        self.entries.insert(0, entry);
        self.cut();
    }

    /// Leaves out what has more bytes than are kept.
    pub fn drop_longer_than(&mut self, limit: usize) {
        self.entries.retain(|entry| entry.text.len() <= limit);
    }

    /// Joins the versions that another window has kept.
    pub fn join(&mut self, other: Self) {
        for entry in other.entries {
            if !self.entries.iter().any(|known| known.text == entry.text) {
                let place = self
                    .entries
                    .partition_point(|known| known.when > entry.when);
                self.entries.insert(place, entry);
            }
        }
        for mark in other.links.into_iter().rev() {
            if !self.has_opened(mark) {
                self.links.push(mark);
            }
        }
        self.links.truncate(MOST_LINKS);
        self.cut();
    }

    /// Lets the oldest go.
    fn cut(&mut self) {
        let (mut windows, mut others) = (0, 0);
        self.entries.retain(|entry| {
            let (count, most) = match entry.why {
                Why::OtherWindow => (&mut windows, MOST_OF_WINDOWS),
                _ => (&mut others, MOST),
            };
            *count += 1;
            *count <= most
        });
    }

    /// The text to store.
    pub fn to_storage(&self) -> String {
        let stored = Self {
            format: FORMAT,
            ..self.clone()
        };
        // Text and whole numbers always serialize.
        serde_json::to_string(&stored).unwrap_or_default()
    }

    /// Reads stored text; `None` if it is no history of this version.
    pub fn from_storage(text: &str) -> Option<Self> {
        let mut history: Self = from_json(text.as_bytes()).ok()?;
        history.links.truncate(MOST_LINKS);
        (history.format == FORMAT).then_some(history)
    }
}

/// How long ago something was, in words.
pub fn ago(when: u64, now: u64) -> String {
    let minutes = now.saturating_sub(when) / 60_000;
    let (count, one) = match minutes {
        0 => return "just now".to_owned(),
        1..60 => (minutes, "minute"),
        60..1440 => (minutes / 60, "hour"),
        _ => (minutes / 1440, "day"),
    };
    match count {
        1 => format!("one {one} ago"),
        count => format!("{count} {one}s ago"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(text: &str, when: u64, why: Why) -> Entry {
        Entry {
            text: text.to_owned(),
            when,
            why,
        }
    }

    #[test]
    fn a_history_survives_storage() {
        let mut history = History::default();
        history.push(entry("zone", 7, Why::StartAgain));
        history.note_link(9);
        let read = History::from_storage(&history.to_storage()).expect("it reads");
        assert_eq!(read.entries(), history.entries());
        assert!(read.has_opened(9));
        assert_eq!(History::from_storage("[]"), None);
        assert_eq!(
            History::from_storage("{\"format\":2,\"entries\":[],\"links\":[]}"),
            None
        );
    }

    #[test]
    fn the_oldest_version_goes_and_windows_push_out_only_their_own() {
        let mut history = History::default();
        for number in 0..10 {
            history.push(entry(&format!("mine {number}"), number, Why::StartAgain));
        }
        for number in 0..10 {
            let when = 1_000 + number * ONE_VERSION_MS;
            history.push(entry(&format!("theirs {number}"), when, Why::OtherWindow));
        }
        let count = |why| history.entries().iter().filter(|it| it.why == why).count();
        assert_eq!(count(Why::StartAgain), MOST);
        assert_eq!(count(Why::OtherWindow), MOST_OF_WINDOWS);
        assert_eq!(history.entries()[0].text, "theirs 9");
        assert!(history.entries().iter().any(|it| it.text == "mine 9"));
    }

    #[test]
    fn it_is_said_in_words_how_long_ago_something_was() {
        let words =
            [0, 61, 150, 3_600, 86_399, 86_400, 200_000].map(|s| ago(1_000, 1_000 + s * 1_000));
        let expected = [
            "just now",
            "one minute ago",
            "2 minutes ago",
            "one hour ago",
            "23 hours ago",
            "one day ago",
            "2 days ago",
        ];
        assert_eq!(words, expected);
        assert_eq!(ago(5_000_000, 0), "just now");
    }

    #[test]
    fn what_a_window_writes_letter_by_letter_is_one_version() {
        let mut history = History::default();
        for (when, text) in [(1, "a"), (2, "ab"), (3, "abc")] {
            history.push(entry(text, when, Why::OtherWindow));
        }
        assert_eq!(history.entries().len(), 1);
        assert_eq!(history.entries()[0].text, "abc");
    }

    #[test]
    fn histories_of_two_windows_are_joined_by_time() {
        let (mut a, mut b) = (History::default(), History::default());
        a.push(entry("first", 1, Why::Model));
        a.push(entry("third", 3, Why::Model));
        b.push(entry("first", 1, Why::Model));
        b.push(entry("second", 2, Why::Link));
        b.note_link(5);
        a.join(b);
        let texts: Vec<&str> = a.entries().iter().map(|it| it.text.as_str()).collect();
        assert_eq!(texts, ["third", "second", "first"]);
        assert!(a.has_opened(5));
    }
}
