//! Stands in for wasm-streams, which Leptos has for server functions whose arguments or results
//! are streams. The lab has no server. wasm-streams exports its sources and sinks to JavaScript,
//! so they stay in the main part of the page, with their script, though nothing calls them; and
//! Leptos has no feature to leave them out.
//!
//! Only what `server_fn` calls is here, under the names of wasm-streams. Take it away (in the
//! `[patch]` of `Cargo.toml`) when Leptos can do without.

use futures_util::Stream;
use futures_util::stream::{Empty, empty};
use wasm_bindgen::{JsCast, JsValue};

/// A stream of a server function. Without a server it carries nothing.
#[derive(Clone, Debug)]
pub struct ReadableStream {
    raw: web_sys::ReadableStream,
}

impl ReadableStream {
    /// A stream of JavaScript as one of Rust.
    pub fn from_raw(raw: web_sys::ReadableStream) -> Self {
        Self { raw }
    }

    /// A stream of Rust. Nobody reads it.
    pub fn from_stream<S>(_: S) -> Self
    where
        S: Stream<Item = Result<JsValue, JsValue>> + 'static,
    {
        let raw = JsValue::UNDEFINED.unchecked_into();
        Self { raw }
    }

    /// The stream of JavaScript.
    pub fn into_raw(self) -> web_sys::ReadableStream {
        self.raw
    }

    /// What it carries: nothing.
    pub fn into_stream(self) -> Empty<Result<JsValue, JsValue>> {
        empty()
    }
}
