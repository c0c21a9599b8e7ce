//! What the page keeps: progress, drafts, sessions, the theme. All storage goes through here.
//!
//! Each kind of thing has a machine of its own that decides what is read at the start, what is
//! written when, and what is said. None of them knows the browser: they ask for a text by its
//! [`Key`] and [hear](Heard) what is there, what another window wrote, or that a text was refused.
//!
//! Storage may be missing, full, or hold anything, and several windows share it. So every write
//! reads first and joins what it finds, nothing that could not be read is written over, and what
//! something else takes the place of goes into a history.
//!
//! Not here: how a link is written ([`links`](super::links)), and what the texts mean.

pub mod alarm;
pub mod drafts;
pub mod history;
pub mod progress;
pub mod sessions;
pub mod theme;

use super::Notice;

/// Where the browser keeps text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum StorageArea {
    /// Between visits, for all tabs.
    Local,
    /// While the tab is open, for that tab.
    Session,
}

/// The name of a stored text.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    /// How long it lasts, and for whom.
    pub area: StorageArea,
    /// Its name.
    pub name: String,
}

impl Key {
    /// The name of a text that lasts between visits.
    pub fn lasting(name: impl Into<String>) -> Self {
        Self {
            area: StorageArea::Local,
            name: name.into(),
        }
    }

    /// The name of a text that lasts as long as the window.
    pub fn window(name: impl Into<String>) -> Self {
        Self {
            area: StorageArea::Session,
            name: name.into(),
        }
    }
}

/// Why a text was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// There is no room left.
    Full,
    /// The browser lets the page store nothing.
    Denied,
}

/// What comes back from storage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Heard {
    /// What stands under a key that was asked for; `None` if nothing does or may be read.
    Found {
        /// The key.
        key: Key,
        /// The text.
        text: Option<String>,
    },
    /// Another window changed what stands under a key.
    Changed {
        /// The key.
        key: Key,
        /// What stands there now.
        text: Option<String>,
    },
    /// A text was not taken; what stood there still does.
    Refused {
        /// The key.
        key: Key,
        /// Why.
        refusal: Refusal,
        /// The moment, in milliseconds since 1970.
        now: u64,
    },
}

/// What storage is asked to do. What follows from an effect may come before or after the next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Read a text; answered by [`Heard::Found`].
    Read(Key),
    /// Put a text under a key; answered only if it is [refused](Heard::Refused).
    Write {
        /// The key.
        key: Key,
        /// The text.
        text: String,
    },
    /// Take a text away.
    Remove(Key),
    /// Tell the learner something.
    Notify(Notice),
}

impl Effect {
    /// Tells the learner that something could not be done.
    fn complain(text: impl Into<String>) -> Self {
        Self::Notify(Notice::problem(text))
    }

    /// Tells the learner something else.
    fn inform(text: impl Into<String>) -> Self {
        Self::Notify(Notice::info(text))
    }
}

#[cfg(test)]
pub(crate) mod fake;
