//! Drives the built site in a real browser.
//!
//! A test is an `async fn(lab: Lab) -> Result<()>`, listed in its module with [`tests!`]. Each test
//! gets a [`Lab`], a browser with empty storage, and sees the site as a static host
//! would serve it. Most run in Chromium; those listed with `#[every_engine]` run in Firefox and
//! WebKit too, where these are installed. `cargo xtask test` builds the site first; to run only
//! these tests, run `cargo xtask build` and `cargo test -p dns-lab-browser-tests [filter]`;
//! `firefox::` and `webkit::` filter by engine.

mod browser;
mod cdp;
mod frame;
mod gecko;
mod lab;
mod runner;
mod server;

pub use anyhow::{self, Result};
pub use fantoccini::elements::Element;
pub use fantoccini::key::Key;

pub use browser::Engine;
pub use lab::{ColorScheme, Lab, Motion};
pub use runner::{Test, run, visit};
pub use server::Fault;

/// Lists test functions: `pub const TESTS: &[Test] = tests![one, #[every_engine] another];`
///
/// A test runs in Chromium, and may use the browser's own protocol, unless it has the attribute
/// `#[every_engine]`: then it runs in Firefox and WebKit too.
#[macro_export]
macro_rules! tests {
    ($($(#[$engines:ident])? $name:ident),* $(,)?) => {
        &[$($crate::Test::new(stringify!($name), |lab| Box::pin($name(lab)))$(.$engines())?),*]
    };
}
