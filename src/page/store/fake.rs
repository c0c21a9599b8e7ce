//! A store for tests: two areas, windows that share one of them, limits.

use std::collections::{BTreeMap, VecDeque};

use super::{Effect, Heard, Key, Refusal, StorageArea};
use crate::page::Machine;

/// What browsers have instead of a disk.
#[derive(Clone, Debug, Default)]
pub(crate) struct FakeStore {
    /// What stands there.
    pub(crate) texts: BTreeMap<Key, String>,
    /// How many bytes fit; `None` for as many as one likes.
    pub(crate) room: Option<usize>,
    /// Whether nothing may be read or written.
    pub(crate) is_denied: bool,
    /// The moment, in milliseconds since 1970.
    pub(crate) now: u64,
    /// What other windows have still to hear.
    pub(crate) unheard: Vec<Heard>,
    /// What the learner was told.
    pub(crate) told: Vec<String>,
}

impl FakeStore {
    /// The text under a key.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        let keys = [Key::lasting(name), Key::window(name)];
        keys.iter()
            .find_map(|key| self.texts.get(key))
            .map(String::as_str)
    }

    /// Puts a text there by another hand.
    pub(crate) fn put(&mut self, name: &str, text: &str) {
        self.texts.insert(Key::lasting(name), text.to_owned());
    }

    /// Sends an input, and carries out what follows as the page does: what an effect brings
    /// about waits until the effects beside it are carried out.
    pub(crate) fn send<K>(&mut self, keeper: &mut K, input: impl Into<K::Input>)
    where
        K: Machine<Effect = Effect>,
        K::Input: From<Heard>,
    {
        let mut queue = VecDeque::from([input.into()]);
        while let Some(input) = queue.pop_front() {
            for effect in keeper.handle(input) {
                queue.extend(self.carry(effect).map(K::Input::from));
            }
        }
    }

    /// Carries out an effect; what is heard of it.
    fn carry(&mut self, effect: Effect) -> Option<Heard> {
        match effect {
            Effect::Read(key) => {
                let text = self.texts.get(&key).filter(|_| !self.is_denied).cloned();
                return Some(Heard::Found { key, text });
            }
            Effect::Write { key, text } => {
                let others = self.texts.iter().filter(|(other, _)| **other != key);
                let used: usize = others.map(|(_, text)| text.len()).sum();
                let is_full = self.room.is_some_and(|room| used + text.len() > room);
                if self.is_denied || is_full {
                    let refusal = if self.is_denied {
                        Refusal::Denied
                    } else {
                        Refusal::Full
                    };
                    let now = self.now;
                    return Some(Heard::Refused { key, refusal, now });
                }
                let is_new = self.texts.get(&key) != Some(&text);
                if key.area == StorageArea::Local && is_new {
                    self.unheard.push(Heard::Changed {
                        key: key.clone(),
                        text: Some(text.clone()),
                    });
                }
                self.texts.insert(key, text);
            }
            Effect::Remove(key) => {
                self.texts.remove(&key);
            }
            Effect::Notify(notice) => self.told.push(notice.text),
        }
        None
    }

    /// Lets another window hear what was written since it last did.
    pub(crate) fn deliver<K>(&mut self, keeper: &mut K)
    where
        K: Machine<Effect = Effect>,
        K::Input: From<Heard>,
    {
        for heard in std::mem::take(&mut self.unheard) {
            self.send(keeper, heard);
        }
    }
}
