//! Drives the built site in a real browser.
//!
//! A test is an `async fn(lab: Lab) -> Result<()>`, listed in its module with [`tests!`]. Each test
//! gets a [`Lab`], a browser with empty storage, and sees the site as a static host
//! would serve it. `cargo xtask test` builds the site first; to run only
//! these tests, run `cargo xtask build` and `cargo test -p dns-lab-browser-tests [filter]`.

mod browser;
mod cdp;
mod lab;
mod runner;
mod server;

pub use anyhow::{self, Result};
pub use fantoccini::elements::Element;
pub use fantoccini::key::Key;

pub use lab::{ColorScheme, Lab, Motion};
pub use runner::{Test, run, visit};
pub use server::Fault;

/// Lists test functions: `pub const TESTS: &[Test] = tests![one, another];`
#[macro_export]
macro_rules! tests {
    ($($name:ident),* $(,)?) => {
        &[$($crate::Test::new(stringify!($name), |lab| Box::pin($name(lab)))),*]
    };
}
