//! Files made in the page.

use gloo_timers::callback::Timeout;
use js_sys::Array;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Blob, BlobPropertyBag, HtmlElement, Url};

/// How long the browser may take to take hold of a file, in milliseconds.
const FORGET_MS: u32 = 10_000;

/// Has the browser store a text as a file.
pub fn download(name: &str, kind: &str, text: &str) {
    let properties = BlobPropertyBag::new();
    properties.set_type(kind);
    let parts = Array::of1(&text.into());
    let Ok(blob) = Blob::new_with_str_sequence_and_options(&parts, &properties) else {
        return;
    };
    let Ok(address) = Url::create_object_url_with_blob(&blob) else {
        return;
    };
    if let Ok(link) = document().create_element("a") {
        // A fresh element takes any attribute.
        let _ = link.set_attribute("href", &address);
        let _ = link.set_attribute("download", name);
        link.unchecked_into::<HtmlElement>().click();
    }
    // The browser has taken hold of the file by the next turn.
    let forget = move || {
        let _ = Url::revoke_object_url(&address);
    };
    Timeout::new(FORGET_MS, forget).forget();
}
