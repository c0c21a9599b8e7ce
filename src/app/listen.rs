//! What the page hears from the browser as a whole: events of the window, frames, media queries.
//!
//! All of it ends with whoever asked for it. A library has the same for every place and option;
//! it weighed as much as the home page's own code.

use std::cell::Cell;
use std::rc::Rc;

use leptos::ev::{Custom, EventDescriptor};
use leptos::html::Div;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Event, Node};

/// Hears an event of the window, or one that bubbles up to it, as long as the owner lives.
pub fn on_window<E>(event: E, handler: impl Fn(E::EventType) + 'static)
where
    E: EventDescriptor + 'static,
    E::EventType: JsCast,
{
    let heard = window_event_listener(event, handler);
    on_cleanup(move || heard.remove());
}

/// The same for an event by its name.
pub fn on_window_named(name: &'static str, handler: impl Fn() + 'static) {
    on_window(Custom::<Event>::new(name), move |_| handler());
}

/// Hears clicks anywhere but in an element, as long as the owner lives.
pub fn on_click_outside(element: NodeRef<Div>, handler: impl Fn() + 'static) {
    let heard = Closure::<dyn Fn(Event)>::new(move |event: Event| {
        let Some(element) = element.try_get_untracked().flatten() else {
            return;
        };
        let target = event.target().and_then(|it| it.dyn_into::<Node>().ok());
        if !element.contains(target.as_ref()) {
            handler();
        }
    });
    // On the way down: what a click brings is there on its way up, and the click is outside of that.
    let (name, callback) = ("click", heard.as_ref().unchecked_ref());
    // Listening fails only with a callback that is none.
    let _ = window().add_event_listener_with_callback_and_bool(name, callback, true);
    let kept = StoredValue::new_local(heard);
    on_cleanup(move || {
        kept.try_with_value(|heard| {
            let callback = heard.as_ref().unchecked_ref();
            let _ = window().remove_event_listener_with_callback_and_bool(name, callback, true);
        });
    });
}

/// Whether a media query holds now.
pub fn use_media_query(query: &str) -> ReadSignal<bool> {
    // A browser that does not know the query says that it does not hold.
    let list = window().match_media(query).ok().flatten();
    let holds = RwSignal::new(list.as_ref().is_some_and(web_sys::MediaQueryList::matches));
    if let Some(list) = list {
        let again = list.clone();
        let changed = Closure::<dyn Fn()>::new(move || {
            holds.try_set(again.matches());
        });
        list.set_onchange(Some(changed.as_ref().unchecked_ref()));
        let kept = StoredValue::new_local((list, changed));
        on_cleanup(move || {
            kept.try_with_value(|(list, _)| list.set_onchange(None));
        });
    }
    holds.read_only()
}

/// What is done before each frame.
struct Frames {
    /// Whether there are to be frames.
    is_on: Signal<bool>,
    /// What is done, with the milliseconds since the frame before.
    frame: Box<dyn Fn(f64)>,
    /// When the frame before was, if there was one since it went on.
    last: Cell<Option<f64>>,
    /// Whether the browser has been asked for one.
    is_asked: Cell<bool>,
}

impl Frames {
    /// Asks for a frame.
    fn ask(self: &Rc<Self>) {
        if self.is_asked.replace(true) {
            return;
        }
        let frames = Rc::clone(self);
        let callback = Closure::once_into_js(move |now: f64| frames.draw(now));
        // It fails only where there is no document any more.
        let _ = window().request_animation_frame(callback.unchecked_ref());
    }

    fn draw(self: &Rc<Self>, now: f64) {
        self.is_asked.set(false);
        // Once its owner is gone it is off.
        if self.is_on.try_get_untracked() != Some(true) {
            self.last.set(None);
            return;
        }
        let last = self.last.replace(Some(now));
        (self.frame)(last.map_or(0.0, |last| now - last));
        self.ask();
    }
}

/// Calls `frame` before each frame that the browser draws while a signal is on, as long as the
/// owner lives, with the milliseconds since the frame before; the first one has none.
pub fn on_frames(is_on: Signal<bool>, frame: impl Fn(f64) + 'static) {
    let frames = Rc::new(Frames {
        is_on,
        frame: Box::new(frame),
        last: Cell::new(None),
        is_asked: Cell::new(false),
    });
    Effect::new(move || {
        if is_on.get() {
            frames.ask();
        }
    });
}
