//! Getting the tools: each one is looked for first, and fetched only where it is missing.

mod debian;
mod engines;
mod tools;
mod wasm_target;

use std::thread;

use anyhow::Result;

use crate::env::Env;
use crate::process::{CommandExt, seconds, timed};
use crate::site;

/// What serving and building the site needs.
pub(crate) fn for_site(env: &Env) -> Result<()> {
    reported("tools for the site", || {
        wasm_target::ensure(env)?;
        tools::ensure_trunk(env)?;
        tools::ensure_wasm_bindgen(env)?;
        tools::ensure_wasm_opt(env)
    })
}

/// The same, and while tools are compiled the page is as well: it needs none of them until it is
/// put together.
pub(crate) fn for_site_and_page(env: &Env) -> Result<()> {
    wasm_target::ensure(env)?;
    if tools::has_compiled_tools(env) {
        return for_site(env);
    }
    thread::scope(|scope| {
        // What fails here fails again, in the open, when Trunk does it.
        scope.spawn(|| site::compile(env).read());
        for_site(env)
    })
}

/// What the tests need besides: a browser with its driver, and a second opinion on zone files.
pub(crate) fn for_tests() -> Result<()> {
    reported("tools for the tests", || {
        tools::ensure_browser()?;
        tools::ensure_zone_checker();
        Ok(())
    })
}

/// What some of the browser tests need besides: browsers of other engines.
pub(crate) fn for_engines() -> Result<()> {
    reported("browsers of other engines", engines::ensure)
}

/// What the tests with real programs need: a DNS client, a resolver and an authoritative server.
pub(crate) fn for_program_tests() -> Result<()> {
    reported("DNS programs for the tests", tools::ensure_dns_programs)
}

fn reported(what: &str, work: impl FnOnce() -> Result<()>) -> Result<()> {
    let (result, took) = timed(work);
    if result.is_ok() {
        println!("Set-up: {what} ready ({})", seconds(took));
    }
    result
}
