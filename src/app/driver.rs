//! Carries out in the browser what the machines of [`crate::page`] ask for.

use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen_futures::JsFuture;

use super::address::replace_address;
use super::binding::{Bound, Shown};
use super::keyboard::focus;
use crate::page::notices::{self, Notices};
use crate::page::{Machine, Notice, Outward};

/// The one way from machines to the browser. Provided once, by the app.
#[derive(Clone, Copy)]
pub struct Driver {
    /// The message above the page.
    notices: Bound<Notices>,
    /// The same, for components.
    notice: Shown<Option<Notice>>,
}

impl Driver {
    /// The driver of the page.
    pub fn new() -> Self {
        let notice = Shown::default();
        let notices = Bound::new(
            Notices::default(),
            move |notices: &Notices| notice.show(notices.current().cloned()),
            move |notices, effect| Self { notices, notice }.carry(notices, effect),
        );
        Self { notices, notice }
    }

    /// The driver the app provided.
    pub fn expect() -> Self {
        expect_context()
    }

    /// The message above the page.
    pub fn notice(self) -> ReadSignal<Option<Notice>> {
        self.notice.signal()
    }

    /// Tells the message above the page what has happened.
    pub fn notices(self, input: notices::Input) {
        self.notices.send(input);
    }

    /// Carries out what a machine asks for.
    pub fn carry<M: Machine>(self, bound: Bound<M>, effect: Outward<M::Input>) {
        match effect {
            Outward::After { timer, ms, then } => bound.send_after(timer, ms, then),
            Outward::Stop { timer } => bound.stop(timer),
            Outward::Acted => self.notices.send(notices::Input::Acted),
            Outward::Notify(notice) => self.notices.send(notices::Input::Show(notice)),
            Outward::Copy {
                text,
                done,
                refused,
            } => spawn_local(async move {
                bound.send(if copy(&text).await { done } else { refused });
            }),
            Outward::ReplaceAddress(href) => replace_address(&href),
            Outward::Open(href) => open(&href),
            Outward::Focus(id) => request_animation_frame(move || focus(&id)),
        }
    }
}

/// Goes to another page.
fn open(href: &str) {
    // Refused only by a frame that may not navigate, and then nothing can be done.
    let _ = window().location().set_hash(href);
}

/// Puts text into the clipboard; says whether that worked.
async fn copy(text: &str) -> bool {
    // Without a secure context there is no clipboard.
    let clipboard = js_sys::Reflect::get(&window().navigator(), &"clipboard".into());
    if !clipboard.is_ok_and(|clipboard| !clipboard.is_undefined()) {
        return false;
    }
    let promise = window().navigator().clipboard().write_text(text);
    JsFuture::from(promise).await.is_ok()
}
