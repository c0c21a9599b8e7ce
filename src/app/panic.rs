//! What the learner sees if the page itself breaks, and how they go on.

use std::cell::RefCell;

use leptos::prelude::{document, window};
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::Element;

use crate::page::routes::{self, Address};

/// The longest address that is put into the address bar, in characters. A longer session cannot
/// be read back from there.
const LONGEST: usize = 64 * 1024;

thread_local! {
    /// What brings the session at hand back, as the text of a permalink. It is kept up to date
    /// while all is well: a page that has broken cannot be asked for it.
    static KEPT: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Keeps what brings the session at hand back; `None` if there is none.
pub fn keep(session: Option<String>) {
    KEPT.with(|kept| *kept.borrow_mut() = session);
}

/// Puts the session into the address bar, so that the page comes back with it; says whether there
/// is nothing to lose any more.
fn save() -> bool {
    let kept = KEPT.with(|kept| kept.try_borrow().ok().and_then(|kept| kept.clone()));
    let Some(session) = kept else { return true };
    let Ok(hash) = window().location().hash() else {
        return false;
    };
    let route = Address::parse(&hash).route;
    if !routes::has_stage(&route) || session.len() > LONGEST {
        return false;
    }
    let address = route.with_session(&session);
    let history = window().history();
    history.is_ok_and(|history| {
        let replaced = history.replace_state_with_url(&JsValue::NULL, "", Some(&address));
        replaced.is_ok()
    })
}

/// A button that loads the page again.
fn go_on() -> Option<Element> {
    let button = document().create_element("button").ok()?;
    button.set_text_content(Some("Go on"));
    // A fresh element takes any attribute.
    let _ = button.set_attribute("type", "button");
    let _ = button.set_attribute("class", "lab-button lab-button--main");
    let _ = button.set_attribute("id", "go-on");
    let load = Closure::<dyn Fn()>::new(|| {
        // Refused only by a frame that may not navigate; the browser's own button remains.
        let _ = window().location().reload();
    });
    let listened = button.add_event_listener_with_callback("click", load.as_ref().unchecked_ref());
    // The button stays as long as the page.
    load.forget();
    listened.ok().map(|()| button)
}

/// Shows a message in the page, beside the one in the browser's console, when something breaks.
/// The program cannot run on after that, so the message offers to load it again where it was.
pub fn report_in_page() {
    std::panic::set_hook(Box::new(|info| {
        console_error_panic_hook::hook(info);
        if document().get_element_by_id("crash").is_some() {
            return;
        }
        let text = if save() {
            "DNS Lab has stopped: this is a fault of the page, not yours. “Go on” loads it again where \
             you were, with what you did; your progress is stored."
        } else {
            "DNS Lab has stopped: this is a fault of the page, not yours. “Go on” loads it again. Your \
             progress is stored, but what you did in this world is too long to be kept."
        };
        let notice = document().create_element("div");
        let words = document().create_element("p");
        if let (Some(body), Ok(notice), Ok(words)) = (document().body(), notice, words) {
            words.set_text_content(Some(text));
            // Nothing more can be done if even this fails.
            let _ = notice.set_attribute("class", "lab-crash");
            let _ = notice.set_attribute("id", "crash");
            let _ = notice.set_attribute("role", "alert");
            let _ = notice.append_child(&words);
            if let Some(button) = go_on() {
                let _ = notice.append_child(&button);
            }
            let _ = body.prepend_with_node_1(&notice);
        }
    }));
}
