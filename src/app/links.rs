//! What reads and writes links and kept sessions: a part of the program, which most pages open
//! without.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::parts::{self, Links};
use super::state::LabState;

/// The way to that part.
#[derive(Clone, Copy)]
pub struct LinkPart(StoredValue<Option<Links>>);

impl LinkPart {
    /// It has not come yet; owned by whoever calls.
    pub fn new() -> Self {
        Self(StoredValue::new(None))
    }

    /// What it has, if it has come.
    pub fn here(self) -> Option<Links> {
        self.0.get_value()
    }

    /// It has come.
    fn take(self, links: Links) {
        self.0.set_value(Some(links));
    }

    /// Has it fetched while the browser has nothing else to do.
    pub fn fetch_ahead(self) {
        if self.here().is_none() {
            parts::fetch_ahead(parts::links, move |links| self.take(links));
        }
    }

    /// Does something with it: at once if it is there, as a clipboard takes only what is copied
    /// within the click, else when it has come. That it does not come is told above the page.
    pub fn then(self, state: LabState, work: impl FnOnce(Links) + 'static) {
        if let Some(links) = self.here() {
            return work(links);
        }
        spawn_local(async move {
            match parts::links().await {
                Ok(links) => {
                    self.take(links);
                    work(links);
                }
                Err(error) => state.complain(error.words()),
            }
        });
    }

    /// Shows something within a page: at once if the part is there, else when it has come.
    pub fn panel(self, make: impl Fn(Links) -> AnyView + Clone + Send + Sync + 'static) -> AnyView {
        match self.here() {
            Some(links) => make(links),
            None => parts::panel(parts::links, move |links| {
                self.take(links);
                make(links)
            }),
        }
    }

    /// The same for a whole page.
    pub fn page(self, make: impl Fn(Links) -> AnyView + Clone + Send + Sync + 'static) -> AnyView {
        match self.here() {
            Some(links) => make(links),
            None => parts::page(parts::links, move |links| {
                self.take(links);
                make(links)
            }),
        }
    }
}
