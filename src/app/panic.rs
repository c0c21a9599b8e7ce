//! What the learner sees if the page itself breaks, and how they go on.

use std::cell::{Cell, RefCell};

use leptos::prelude::{document, window};
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::Element;

use super::storage;
use crate::page::routes::{self, Address};

/// The longest address that is put into the address bar, in characters. A longer session cannot
/// be read back from there.
const LONGEST: usize = 64 * 1024;

thread_local! {
    /// What brings the session at hand back, as the text of a permalink. It is kept up to date
    /// while all is well: a page that has broken cannot be asked for it.
    static KEPT: RefCell<Option<String>> = const { RefCell::new(None) };
    /// Whether the page has broken.
    static HAS_STOPPED: Cell<bool> = const { Cell::new(false) };
}

/// Whether the page has broken. Handlers of events are called all the same.
pub fn has_stopped() -> bool {
    HAS_STOPPED.get()
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

/// Loads the page again.
fn go_on() {
    // Refused only by a frame that may not navigate; the browser's own button remains.
    let _ = window().location().reload();
}

/// Loads the page again as it begins. What was done there may be what breaks it.
fn start_anew() {
    if let Ok(hash) = window().location().hash() {
        let page = Address::parse(&hash).route.to_string();
        storage::start_anew(&page);
        if let Ok(history) = window().history() {
            // An address that stays has a session that is known already, and does not open it.
            let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(&page));
        }
    }
    go_on();
}

/// A button of the report.
fn button(id: &str, class: &str, text: &str, act: fn()) -> Option<Element> {
    let button = document().create_element("button").ok()?;
    button.set_text_content(Some(text));
    // A fresh element takes any attribute.
    let _ = button.set_attribute("type", "button");
    let _ = button.set_attribute("class", class);
    let _ = button.set_attribute("id", id);
    let act = Closure::<dyn Fn()>::new(act);
    let listened = button.add_event_listener_with_callback("click", act.as_ref().unchecked_ref());
    // The button stays as long as the page.
    act.forget();
    listened.ok().map(|()| button)
}

/// The report: what happened, and buttons that say how to go on.
fn report(text: &str, has_session: bool) -> Result<Element, JsValue> {
    let notice = document().create_element("div")?;
    notice.set_attribute("class", "lab-crash")?;
    notice.set_attribute("id", "crash")?;
    notice.set_attribute("role", "alert")?;
    let paragraph = |text: &str| -> Result<(), JsValue> {
        let words = document().create_element("p")?;
        words.set_text_content(Some(text));
        notice.append_child(&words).map(|_| ())
    };
    paragraph(text)?;
    if has_session {
        paragraph(
            "If it stops again, “Start this page anew” opens it as it begins. What you did here is put \
             aside, and “Bring back what was here” has it; what you typed for a zone and did not apply \
             is forgotten. All else stays as it is.",
        )?;
    }
    let row = document().create_element("div")?;
    row.set_attribute("class", "lab-row")?;
    let main = "lab-button lab-button--main";
    let buttons = [
        button("go-on", main, "Go on", go_on),
        has_session
            .then(|| {
                button(
                    "start-anew",
                    "lab-button",
                    "Start this page anew",
                    start_anew,
                )
            })
            .flatten(),
    ];
    for button in buttons.into_iter().flatten() {
        row.append_child(&button)?;
    }
    notice.append_child(&row)?;
    Ok(notice)
}

/// Shows a message in the page, beside the one in the browser's console, when something breaks.
/// The program cannot run on after that, so the message offers to load it again where it was.
pub fn report_in_page() {
    std::panic::set_hook(Box::new(|info| {
        console_error_panic_hook::hook(info);
        HAS_STOPPED.set(true);
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
        let hash = window().location().hash();
        let has_session = hash.is_ok_and(|hash| routes::has_stage(&Address::parse(&hash).route));
        if let (Some(body), Ok(notice)) = (document().body(), report(text, has_session)) {
            // Nothing more can be done if even this fails.
            let _ = body.prepend_with_node_1(&notice);
        }
    }));
}
