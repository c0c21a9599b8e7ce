//! Where the learner was, on each page with a stage, as long as the window lasts.
//!
//! A session is a text here, as a link carries it. It is kept by the address of its page through
//! a reload, other pages and Back. What was typed into the editor of a zone and not applied yet
//! is kept by page and zone.
//!
//! A link opens its own session, once: after a reload with the same link in the address it is the
//! kept session that counts, as it began there and may have gone on.
//!
//! What reads a session may still be on its way. Until the page at hand [has opened](Input::Opened)
//! what stands on the bench is of the page before, so nothing of it is kept in this one's place.

use std::collections::BTreeMap;

use super::alarm::Alarm;
use super::{Effect, Heard, Key};
use crate::page::Machine;

/// Where sessions are kept, before the page's address.
const KEY: &str = "dns-lab.session.";
/// Where zones that were typed are kept, before the page's address and the zone.
const ZONE_KEY: &str = "dns-lab.zone.";

/// What is kept of a page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Kept {
    /// The mark of the link it began with; `None` if with none.
    link: Option<u32>,
    /// The session; `None` where nothing was done yet.
    session: Option<String>,
    /// The session before the learner started over.
    before: Option<String>,
}

impl Kept {
    /// The text to store: an object of JSON. Texts of sessions have no letter that JSON escapes, so
    /// that it takes no library to write it and to read it.
    fn to_storage(&self) -> String {
        let link = self.link.map(|mark| format!("\"link\":{mark}"));
        let text = |name: &str, text: &Option<String>| {
            let text = text.as_ref().filter(|text| !text.contains(['"', '\\']));
            text.map(|text| format!("\"{name}\":\"{text}\""))
        };
        let session = text("session", &self.session);
        let before = text("before", &self.before);
        let members: Vec<String> = [link, session, before].into_iter().flatten().collect();
        format!("{{{}}}", members.join(","))
    }

    /// Reads stored text. What cannot be read is of a page of another version, and as good as
    /// nothing.
    fn from_storage(stored: &str) -> Self {
        let member = |name: &str| {
            let (_, after) = stored.split_once(&format!("\"{name}\":"))?;
            Some(after)
        };
        let text = |name: &str| {
            let (text, _) = member(name)?.strip_prefix('"')?.split_once('"')?;
            Some(text.to_owned())
        };
        let link = member("link").and_then(|after| {
            let (mark, _) = after.split_once([',', '}'])?;
            mark.parse().ok()
        });
        Self {
            link,
            session: text("session"),
            before: text("before"),
        }
    }
}

/// What a page opens with.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Opening {
    /// As it begins.
    #[default]
    Fresh,
    /// The session of the link in the address.
    Link(String),
    /// The session that was kept.
    Kept(String),
}

/// What the machine is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// A page with a stage opens.
    Open {
        /// Its address, without a link's session.
        page: String,
        /// The text of the link's session and its mark, if the address has one.
        link: Option<(String, u32)>,
    },
    /// The page that opens stands on the bench now.
    Opened,
    /// Something was done on the page at hand, or another moment is looked at.
    Went {
        /// The session; `None` if it is as the page begins.
        session: Option<String>,
    },
    /// The learner starts over; what stood there can be brought back.
    StartedOver {
        /// The session that is given up.
        session: Option<String>,
    },
    /// The session before starting over is wanted again.
    BringBack,
    /// The editor of a zone is opened.
    OpenZone(String),
    /// A zone was typed and is not applied yet.
    TypedZone {
        /// The zone.
        zone: String,
        /// The text.
        text: String,
    },
    /// What was typed for a zone was applied, or undone.
    SettledZone(String),
    /// Something came back from storage.
    Heard(Heard),
}

impl From<Heard> for Input {
    fn from(heard: Heard) -> Self {
        Self::Heard(heard)
    }
}

/// The machine that keeps sessions.
#[derive(Clone, Debug, Default)]
pub struct SessionKeeper {
    /// The address of the page at hand.
    page: String,
    /// The link that was followed to it.
    link: Option<(String, u32)>,
    /// What is kept of it.
    kept: Kept,
    /// What it opens with.
    opening: Opening,
    /// Whether it has opened, so that what stands on the bench is its own.
    is_open: bool,
    /// What was typed into editors of its zones.
    zones: BTreeMap<String, String>,
    /// When it was said that nothing can be stored.
    alarm: Alarm,
    /// How often the page at hand was to open anew.
    turn: u64,
}

impl SessionKeeper {
    /// What the page at hand opens with.
    pub fn opening(&self) -> &Opening {
        &self.opening
    }

    /// Whether the page at hand has opened, so that what stands on the bench is its own.
    pub fn is_open(&self) -> bool {
        self.is_open
    }

    /// Whether a session has to be read before the page at hand can open.
    pub fn needs_reader(&self) -> bool {
        !self.is_open && self.opening != Opening::Fresh
    }

    /// What was typed for a zone of the page at hand and is not applied yet.
    pub fn typed_zone(&self, zone: &str) -> Option<&str> {
        self.zones.get(zone).map(String::as_str)
    }

    /// The session from before the learner started over, if that can be brought back.
    pub fn before(&self) -> Option<&str> {
        self.kept.before.as_deref()
    }

    /// A number that grows when the page at hand is to open anew.
    pub fn turn(&self) -> u64 {
        self.turn
    }

    /// The address of the page at hand, without a link's session.
    pub fn page(&self) -> &str {
        &self.page
    }

    /// Where the session of the page at hand is kept.
    fn key(&self) -> Key {
        Key::window(format!("{KEY}{}", self.page))
    }

    /// Where a zone that was typed on the page at hand is kept.
    fn zone_key(&self, zone: &str) -> Key {
        Key::window(format!("{ZONE_KEY}{} {zone}", self.page))
    }

    /// Writes what is kept of the page at hand.
    fn write(&self) -> Vec<Effect> {
        if self.page.is_empty() {
            return Vec::new();
        }
        if self.kept == Kept::default() {
            return vec![Effect::Remove(self.key())];
        }
        let (key, text) = (self.key(), self.kept.to_storage());
        vec![Effect::Write { key, text }]
    }

    /// What was kept of the page was read.
    fn find(&mut self, text: Option<String>) -> Vec<Effect> {
        self.kept = text.map_or_else(Kept::default, |text| Kept::from_storage(&text));
        let link = self.link.take();
        let is_new_link = link
            .as_ref()
            .is_some_and(|(_, mark)| self.kept.link != Some(*mark));
        match link {
            Some((text, mark)) if is_new_link => {
                // What stood here before the link came can be brought back.
                let before = self.kept.session.take().or_else(|| self.kept.before.take());
                self.kept = Kept {
                    link: Some(mark),
                    session: None,
                    before,
                };
                self.opening = Opening::Link(text);
                self.write()
            }
            link => {
                self.opening = match (self.kept.session.clone(), link) {
                    (Some(session), _) => Opening::Kept(session),
                    (None, Some((text, _))) => Opening::Link(text),
                    (None, None) => Opening::Fresh,
                };
                Vec::new()
            }
        }
    }

    /// Something came back from storage.
    fn hear(&mut self, heard: Heard) -> Vec<Effect> {
        match heard {
            Heard::Found { key, text } if key == self.key() => self.find(text),
            Heard::Found { key, text } => {
                let start = format!("{ZONE_KEY}{} ", self.page);
                if let Some((zone, text)) = key.name.strip_prefix(&start).zip(text) {
                    self.zones.insert(zone.to_owned(), text);
                }
                Vec::new()
            }
            Heard::Refused { refusal, now, .. } => {
                let told = self.alarm.raise(refusal, now, "what you do here");
                told.map(Effect::complain).into_iter().collect()
            }
            // Each window has sessions of its own.
            Heard::Changed { .. } => Vec::new(),
        }
    }
}

/// What lets a page that has stopped open as it begins, told from the names and texts that its
/// window keeps. The session is put aside, as when the learner starts over; what was typed and not
/// applied goes, as that may be what stops the page.
///
/// A program that has stopped cannot be asked through its machine any more.
pub fn start_anew<'a>(
    page: &str,
    texts: impl IntoIterator<Item = (&'a str, &'a str)>,
) -> Vec<Effect> {
    let (session_name, zone_names) = (format!("{KEY}{page}"), format!("{ZONE_KEY}{page} "));
    let change = |(name, text): (&str, &str)| {
        let key = Key::window(name);
        if name.starts_with(&zone_names) {
            return Some(Effect::Remove(key));
        }
        if name != session_name {
            return None;
        }
        let kept = Kept::from_storage(text);
        let Some(before) = kept.session.or(kept.before) else {
            return Some(Effect::Remove(key));
        };
        let kept = Kept {
            before: Some(before),
            ..Kept::default()
        };
        let text = kept.to_storage();
        Some(Effect::Write { key, text })
    };
    texts.into_iter().filter_map(change).collect()
}

impl Machine for SessionKeeper {
    type Input = Input;
    type Effect = Effect;

    fn handle(&mut self, input: Input) -> Vec<Effect> {
        match input {
            Input::Open { page, link } => {
                if page != self.page {
                    self.zones.clear();
                }
                self.page = page;
                self.link = link;
                self.is_open = false;
                vec![Effect::Read(self.key())]
            }
            Input::Opened => {
                self.is_open = true;
                Vec::new()
            }
            Input::Went { session } => {
                if !self.is_open || self.kept.session == session {
                    return Vec::new();
                }
                self.kept.session = session;
                self.write()
            }
            Input::StartedOver { session } => {
                if !self.is_open {
                    return Vec::new();
                }
                if session.is_some() {
                    self.kept.before = session;
                }
                self.kept.session = None;
                self.opening = Opening::Fresh;
                self.is_open = false;
                self.turn += 1;
                self.write()
            }
            Input::BringBack => {
                let Some(before) = self.kept.before.take() else {
                    return Vec::new();
                };
                self.opening = Opening::Kept(before.clone());
                self.is_open = false;
                // What is there now takes its place, so that this can be undone too.
                self.kept.before = self.kept.session.replace(before);
                self.turn += 1;
                self.write()
            }
            Input::OpenZone(zone) => vec![Effect::Read(self.zone_key(&zone))],
            Input::TypedZone { zone, text } => {
                let key = self.zone_key(&zone);
                self.zones.insert(zone, text.clone());
                vec![Effect::Write { key, text }]
            }
            Input::SettledZone(zone) => {
                self.zones.remove(&zone);
                vec![Effect::Remove(self.zone_key(&zone))]
            }
            Input::Heard(heard) => self.hear(heard),
        }
    }
}

#[cfg(test)]
#[path = "sessions_tests.rs"]
mod tests;
