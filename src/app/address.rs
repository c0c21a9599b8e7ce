//! The address bar: which page it names, and the shared state it may carry.

use leptos::ev::hashchange;
use leptos::prelude::*;
use wasm_bindgen::JsValue;

use super::driver::Driver;
use super::listen::on_window;
use crate::page::notices;
use crate::page::routes::{Address, Change};

/// The address the browser shows now.
fn current() -> Address {
    Address::parse(&window().location().hash().unwrap_or_default())
}

/// The address bar as a signal. The message of a page goes before another page opens, as that one
/// may have something to say itself.
pub fn use_address(driver: Driver) -> ReadSignal<Address> {
    let (address, set_address) = signal(current());
    on_window(hashchange, move |_| {
        let next = current();
        let change = address.with_untracked(|address| address.change_to(&next));
        if matches!(change, Change::Page | Change::Step) {
            driver.notices(notices::Input::PageOpened);
        }
        set_address.set(next);
    });
    address
}

/// Shows another address for the page at hand without leaving it.
pub fn replace_address(href: &str) {
    if let Ok(history) = window().history() {
        // A browser refuses this only when it is asked far too often; the link is copied anyway.
        let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(href));
    }
}

/// The whole address of a page, to be copied.
pub fn whole_address(href: &str) -> String {
    let location = window().location();
    let page = location.href().unwrap_or_default();
    let page = page.split('#').next().unwrap_or_default();
    format!("{page}{href}")
}
