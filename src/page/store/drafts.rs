//! The draft of an answer, with the versions it had before.
//!
//! A draft is stored with every change. What takes its place by other than the learner's own
//! typing puts it into the history first, which is stored as well. Before a write the stored
//! draft is read: if another window has written there since, its version goes into the history.

use super::alarm::Alarm;
use super::history::{Entry, History, Why};
use super::{Effect, Heard, Key};
use crate::lesson::practice::LONGEST_ANSWER;
use crate::page::Machine;

/// Where drafts are kept, before the problem's id.
const KEY: &str = "dns-lab.practice.";
/// The longest draft that is kept, in octets of what is stored.
pub const DRAFT_LIMIT: usize = LONGEST_ANSWER;
/// From which length on it is said how much room is left: an eighth below the limit.
const WARN_FROM: usize = DRAFT_LIMIT - DRAFT_LIMIT / 8;

/// What the machine is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// A problem is opened, perhaps by a link with an answer.
    Open {
        /// The problem's id.
        problem: String,
        /// The moment, in milliseconds since 1970.
        now: u64,
    },
    /// The stored draft makes no sense to who reads it: it is put aside.
    Unreadable,
    /// The learner changed the draft.
    Typed {
        /// The draft, as it is to be stored.
        text: String,
        /// The moment, in milliseconds since 1970.
        now: u64,
    },
    /// Something else takes the draft's place.
    Replaced {
        /// What stood there, as it would be stored.
        before: String,
        /// What stands there now.
        text: String,
        /// Why.
        why: Why,
        /// The moment, in milliseconds since 1970.
        now: u64,
    },
    /// The answer of a link takes the draft's place.
    FollowedLink {
        /// The mark of the link.
        mark: u32,
    },
    /// Something is to be had that the draft does not give way to.
    Offered {
        /// The text, as a draft is stored.
        text: String,
        /// What it is.
        why: Why,
        /// The moment, in milliseconds since 1970.
        now: u64,
    },
    /// Something came back from storage.
    Heard(Heard),
}

impl From<Heard> for Input {
    fn from(heard: Heard) -> Self {
        Self::Heard(heard)
    }
}

/// The machine that keeps the draft of one problem.
#[derive(Clone, Debug, Default)]
pub struct DraftKeeper {
    /// The problem's id; empty while none is open.
    problem: String,
    /// Whether the stored draft was asked for and has not come yet.
    is_loading: bool,
    /// The draft; `None` if there is none.
    draft: Option<String>,
    /// What stood in storage when this window last looked or wrote.
    known: Option<String>,
    /// What stood there before this window last wrote.
    known_before: Option<String>,
    /// What waits to be written until the stored draft was read.
    waiting: Option<String>,
    /// The versions before.
    history: History,
    /// The stored history when this window last looked or wrote.
    known_history: Option<String>,
    /// Whether the history waits to be written until the stored one was read.
    is_history_due: bool,
    /// Whether it was told that another window has another version.
    is_other_told: bool,
    /// Whether it was told that the draft is too long to be kept.
    is_length_told: bool,
    /// When it was said that nothing can be stored.
    alarm: Alarm,
    /// The last moment that was told, in milliseconds since 1970.
    now: u64,
    /// Counts changes of what can be read here.
    revision: u64,
}

impl DraftKeeper {
    /// The draft as it is stored; `None` if there is none.
    pub fn draft(&self) -> Option<&str> {
        self.draft.as_deref()
    }

    /// The versions before, the newest first.
    pub fn history(&self) -> &[Entry] {
        self.history.entries()
    }

    /// Whether the answer of a link was put here before: then what was written since counts.
    pub fn has_followed(&self, mark: u32) -> bool {
        self.history.has_opened(mark)
    }

    /// A number that changes with everything that can be read here.
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// What is to be said beside the editor about a draft of this length, in bytes.
    pub fn words_about_length(length: usize) -> Option<String> {
        if length > DRAFT_LIMIT {
            return Some(format!(
                "This answer has {} kB. Up to {} kB are kept: shorten it, or what you type now is \
                 gone when the page is closed.",
                length.div_ceil(1000),
                DRAFT_LIMIT / 1000
            ));
        }
        (length >= WARN_FROM).then(|| {
            format!(
                "Another {} kB and this answer is too long to be kept.",
                (DRAFT_LIMIT - length).div_ceil(1000)
            )
        })
    }

    /// Where the draft is kept.
    fn key(&self) -> Key {
        Key::lasting(format!("{KEY}{}", self.problem))
    }

    /// Where the history is kept.
    fn history_key(&self) -> Key {
        Key::lasting(format!("{KEY}{}.history", self.problem))
    }

    /// Where earlier versions of the page put drafts that they could not read.
    fn damaged_key(&self) -> Key {
        Key::lasting(format!("{KEY}{}.damaged", self.problem))
    }

    /// Puts a version into the history, which is then written.
    fn put_aside(&mut self, text: String, why: Why) -> Vec<Effect> {
        self.history.push(Entry {
            text,
            when: self.now,
            why,
        });
        self.revision += 1;
        self.write_history()
    }

    /// Writes the history once what other windows have put there was read.
    fn write_history(&mut self) -> Vec<Effect> {
        self.is_history_due = true;
        vec![Effect::Read(self.history_key())]
    }

    /// Changes the draft and writes it once what other windows have put there was read.
    fn change(&mut self, text: String) -> Vec<Effect> {
        self.draft = Some(text.clone());
        self.revision += 1;
        if text.len() > DRAFT_LIMIT {
            if std::mem::replace(&mut self.is_length_told, true) {
                return Vec::new();
            }
            let told = Self::words_about_length(text.len());
            return told.map(Effect::complain).into_iter().collect();
        }
        self.is_length_told = false;
        self.waiting = Some(text);
        vec![Effect::Read(self.key())]
    }

    /// The stored draft was read.
    fn find_draft(&mut self, text: Option<String>) -> Vec<Effect> {
        if std::mem::take(&mut self.is_loading) {
            self.known.clone_from(&text);
            self.draft = text.clone();
            self.revision += 1;
        }
        let Some(waiting) = self.waiting.take() else {
            return Vec::new();
        };
        let mut effects = Vec::new();
        if text != self.known
            && let Some(other) = text.filter(|other| *other != waiting)
        {
            effects.extend(self.put_aside(other, Why::OtherWindow));
            effects.extend(self.tell_of_other());
        }
        self.known_before = self.known.replace(waiting.clone());
        effects.push(Effect::Write {
            key: self.key(),
            text: waiting,
        });
        effects
    }

    /// The stored history was read.
    fn find_history(&mut self, text: Option<String>) -> Vec<Effect> {
        // What this window has written itself says nothing new.
        if let Some(text) = text.filter(|text| Some(text) != self.known_history.as_ref()) {
            match History::from_storage(&text) {
                Some(stored) => self.history.join(stored),
                // It is written anew, so what stood there becomes a part of it.
                None => self.history.push(Entry {
                    text,
                    when: self.now,
                    why: Why::Damaged,
                }),
            }
        }
        self.revision += 1;
        if !std::mem::take(&mut self.is_history_due) {
            return Vec::new();
        }
        let text = self.stored_history();
        self.known_history = Some(text.clone());
        vec![Effect::Write {
            key: self.history_key(),
            text,
        }]
    }

    /// The history as it is stored: without what is too long to be kept.
    fn stored_history(&self) -> String {
        let mut kept = self.history.clone();
        kept.drop_longer_than(DRAFT_LIMIT);
        kept.to_storage()
    }

    /// Says once that another window has another version.
    fn tell_of_other(&mut self) -> Option<Effect> {
        let is_told = std::mem::replace(&mut self.is_other_told, true);
        (!is_told).then(|| {
            Effect::inform(
                "This answer was changed in another window too. Both are kept: you see yours, and \
                 the other one is among the earlier versions.",
            )
        })
    }

    /// Another window changed the stored draft.
    fn overhear(&mut self, text: Option<String>) -> Vec<Effect> {
        let Some(text) = text.filter(|text| Some(text) != self.draft.as_ref()) else {
            return Vec::new();
        };
        if self.known.as_ref() == Some(&text) {
            return Vec::new();
        }
        // The version of this window stays on the screen. It is in storage no more, so it goes
        // into the history, and so does the other one as soon as this window writes.
        let mut effects = Vec::new();
        let own = self.draft.clone();
        let is_kept = |own: &String| self.history().iter().any(|entry| entry.text == *own);
        if let Some(own) = own.filter(|own| !is_kept(own)) {
            effects.extend(self.put_aside(own, Why::OtherWindow));
        }
        if !std::mem::replace(&mut self.is_other_told, true) {
            effects.push(Effect::inform(
                "This answer was changed in another window. You see yours; both are kept, and \
                 the other one is among the earlier versions as soon as you write on here.",
            ));
        }
        effects
    }

    /// Something came back from storage.
    fn hear(&mut self, heard: Heard) -> Vec<Effect> {
        if self.problem.is_empty() {
            return Vec::new();
        }
        match heard {
            Heard::Found { key, text } if key == self.key() => self.find_draft(text),
            Heard::Found { key, text } if key == self.history_key() => self.find_history(text),
            Heard::Found { key, text } if key == self.damaged_key() => {
                if let Some(text) = text {
                    let is_known = self.history().iter().any(|entry| entry.text == text);
                    if !is_known {
                        return self.put_aside(text, Why::Damaged);
                    }
                }
                Vec::new()
            }
            Heard::Changed { key, text } if key == self.key() => self.overhear(text),
            Heard::Changed { key, text } if key == self.history_key() => {
                if let Some(stored) = text.as_deref().and_then(History::from_storage) {
                    self.history.join(stored);
                    self.revision += 1;
                }
                Vec::new()
            }
            Heard::Refused { key, refusal, now }
                if key == self.key() || key == self.history_key() =>
            {
                if key == self.key() {
                    // What stood there still does.
                    self.known = self.known_before.take();
                }
                let told = self.alarm.raise(refusal, now, "your answer");
                told.map(Effect::complain).into_iter().collect()
            }
            _ => Vec::new(),
        }
    }
}

impl Machine for DraftKeeper {
    type Input = Input;
    type Effect = Effect;

    fn handle(&mut self, input: Input) -> Vec<Effect> {
        match input {
            Input::Open { problem, now } => {
                *self = Self {
                    problem,
                    now,
                    is_loading: true,
                    revision: self.revision + 1,
                    ..Self::default()
                };
                let keys = [self.key(), self.history_key(), self.damaged_key()];
                keys.map(Effect::Read).into()
            }
            Input::Unreadable => {
                let Some(text) = self.draft.take() else {
                    return Vec::new();
                };
                let mut effects = self.put_aside(text, Why::Damaged);
                effects.push(Effect::complain(
                    "Your draft could not be read and was put aside: it is among the earlier \
                     versions. You see the problem as it begins.",
                ));
                effects
            }
            Input::Typed { text, now } => {
                self.now = now;
                if self.draft.as_ref() == Some(&text) {
                    return Vec::new();
                }
                self.change(text)
            }
            Input::Replaced {
                before,
                text,
                why,
                now,
            } => {
                self.now = now;
                let mut effects = Vec::new();
                if before != text {
                    effects.extend(self.put_aside(before, why));
                }
                effects.extend(self.change(text));
                effects
            }
            Input::FollowedLink { mark } => {
                self.history.note_link(mark);
                self.write_history()
            }
            Input::Offered { text, why, now } => {
                self.now = now;
                let is_known = self.history().iter().any(|entry| entry.text == text);
                if is_known || self.draft.as_ref() == Some(&text) {
                    return Vec::new();
                }
                self.put_aside(text, why)
            }
            Input::Heard(heard) => self.hear(heard),
        }
    }
}

#[cfg(test)]
#[path = "drafts_tests.rs"]
mod tests;
