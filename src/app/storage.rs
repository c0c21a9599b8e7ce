//! Storage of the browser, for the machines of [`crate::page::store`].

use leptos::ev;
use leptos::prelude::*;
use wasm_bindgen::JsValue;

use super::binding::{Bound, Shown};
use super::clock;
use super::driver::Driver;
use super::listen::on_window;
use crate::lesson::Progress;
use crate::page::store::progress::{Deed, Input as ProgressInput, ProgressKeeper};
use crate::page::store::theme::{Input as ThemeInput, Theme, ThemeKeeper};
use crate::page::store::{self, Heard, Key, Refusal, StorageArea};
use crate::page::{Machine, notices};

/// What lasts between visits and concerns every page.
#[derive(Clone, Copy)]
pub struct Kept {
    /// What the learner has done.
    progress: Bound<ProgressKeeper>,
    /// The same, for components.
    progress_shown: Shown<Progress>,
    /// Texts that could not be read and were put aside, with their places.
    put_aside: Shown<Vec<(usize, String)>>,
    /// Light or dark.
    theme: Bound<ThemeKeeper>,
    /// The same, for components.
    theme_shown: Shown<Theme>,
}

impl Kept {
    /// Reads what was kept, and keeps it from now on.
    pub fn open(driver: Driver) -> Self {
        let (progress_shown, put_aside) = (Shown::default(), Shown::default());
        let theme_shown = Shown::default();
        let show = move |keeper: &ProgressKeeper| {
            progress_shown.show(keeper.progress().clone());
            let texts = keeper.put_aside().into_iter();
            put_aside.show(texts.map(|(slot, text)| (slot, text.to_owned())).collect());
        };
        let progress = keep(driver, ProgressKeeper::default(), show);
        let theme = keep(
            driver,
            ThemeKeeper::default(),
            move |keeper: &ThemeKeeper| {
                theme_shown.show(keeper.theme());
            },
        );
        progress.send(ProgressInput::Open);
        theme.send(ThemeInput::Open);
        Effect::new(move || {
            if let Some(root) = document().document_element() {
                // Setting an attribute of a fixed name cannot fail.
                let _ = root.set_attribute("data-theme", theme_shown.signal().get().as_str());
            }
        });
        Self {
            progress,
            progress_shown,
            put_aside,
            theme,
            theme_shown,
        }
    }

    /// What the learner has done so far.
    pub fn progress(self) -> ReadSignal<Progress> {
        self.progress_shown.signal()
    }

    /// Notes something that was done.
    pub fn note(self, deed: Deed) {
        self.progress.send(ProgressInput::Done(deed));
    }

    /// Texts that could not be read and were put aside, with their places.
    pub fn put_aside(self) -> ReadSignal<Vec<(usize, String)>> {
        self.put_aside.signal()
    }

    /// Throws away a text that was put aside.
    pub fn discard(self, slot: usize) {
        self.progress.send(ProgressInput::Discard(slot));
    }

    /// Light, dark, or as the system says.
    pub fn theme(self) -> ReadSignal<Theme> {
        self.theme_shown.signal()
    }

    /// Goes on to the next theme.
    pub fn next_theme(self) {
        self.theme.send(ThemeInput::Next);
    }
}

/// Binds a machine that keeps something: it reads and writes the browser's storage, and hears
/// what other windows write there.
pub fn keep<K>(driver: Driver, keeper: K, show: impl Fn(&K) + 'static) -> Bound<K>
where
    K: Machine<Effect = store::Effect> + 'static,
    K::Input: From<Heard>,
{
    let bound = Bound::new(keeper, show, move |bound, effect| {
        carry(driver, bound, effect)
    });
    on_window(ev::storage, move |event| {
        // Without a name everything was cleared, and nobody has to be told of that.
        if let Some(name) = event.key() {
            let (key, text) = (Key::lasting(name), event.new_value());
            bound.send(Heard::Changed { key, text }.into());
        }
    });
    bound
}

/// Carries out what a machine asks of storage.
fn carry<K>(driver: Driver, bound: Bound<K>, effect: store::Effect)
where
    K: Machine<Effect = store::Effect> + 'static,
    K::Input: From<Heard>,
{
    match effect {
        store::Effect::Read(key) => {
            let text = read(&key);
            bound.send(Heard::Found { key, text }.into());
        }
        store::Effect::Write { key, text } => {
            if let Err(refusal) = write(&key, &text) {
                let now = clock::now();
                bound.send(Heard::Refused { key, refusal, now }.into());
            }
        }
        store::Effect::Remove(key) => {
            if let Some(storage) = storage(key.area) {
                // What may not be taken away stays; nothing depends on it.
                let _ = storage.remove_item(&key.name);
            }
        }
        store::Effect::Notify(notice) => driver.notices(notices::Input::Show(notice)),
    }
}

/// Lets a page open as it begins, once its program has stopped.
pub fn start_anew(page: &str) {
    let Some(storage) = storage(StorageArea::Session) else {
        return;
    };
    let count = storage.length().unwrap_or_default();
    let names = (0..count).filter_map(|index| storage.key(index).ok().flatten());
    let texts: Vec<(String, String)> = names
        .filter_map(|name| {
            let text = storage.get_item(&name).ok().flatten()?;
            Some((name, text))
        })
        .collect();
    let texts = texts
        .iter()
        .map(|(name, text)| (name.as_str(), text.as_str()));
    for effect in store::sessions::start_anew(page, texts) {
        match effect {
            store::Effect::Write { key, text } if write(&key, &text).is_ok() => {}
            // What has no room to be put aside is given up: the page must not stop again.
            store::Effect::Write { key, .. } | store::Effect::Remove(key) => {
                // What may not be taken away stays; there is nothing else to be done.
                let _ = storage.remove_item(&key.name);
            }
            store::Effect::Read(_) | store::Effect::Notify(_) => {}
        }
    }
}

/// The browser's storage of an area, if it may be used.
fn storage(area: StorageArea) -> Option<web_sys::Storage> {
    let storage = match area {
        StorageArea::Local => window().local_storage(),
        StorageArea::Session => window().session_storage(),
    };
    storage.ok().flatten()
}

/// The text under a key.
fn read(key: &Key) -> Option<String> {
    storage(key.area)?.get_item(&key.name).ok().flatten()
}

/// Puts text under a key.
fn write(key: &Key, text: &str) -> Result<(), Refusal> {
    let storage = storage(key.area).ok_or(Refusal::Denied)?;
    storage.set_item(&key.name, text).map_err(|error| {
        let name = js_sys::Reflect::get(&error, &JsValue::from_str("name"));
        let is_full = name.is_ok_and(|name| name == "QuotaExceededError");
        // A closed storage can say that it is full, and takes not even one letter.
        let probe = "dns-lab.probe";
        let takes_any = storage.set_item(probe, "").is_ok();
        // It was just put there.
        let _ = storage.remove_item(probe);
        let is_used = storage.length().is_ok_and(|length| length > 0);
        if is_full && (takes_any || is_used) {
            Refusal::Full
        } else {
            Refusal::Denied
        }
    })
}
