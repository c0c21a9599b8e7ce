//! `cargo xtask bench`.

use anyhow::{Context, Result};
use serde_json::Value;

use crate::env::Env;
use crate::process::CommandExt;
use crate::setup;
use crate::{site, size};

/// The package with the crowds that are run in wasm.
const WASM_BENCH: &str = "dns-lab-wasm-bench";

/// The package which drives the built site in a browser.
const PAGE_BENCH: &str = "dns-lab-browser-tests";

/// The benchmarks of the engine, natively and in wasm, then the size of the site and how long a
/// reader waits for it.
pub(crate) fn run(env: &Env) -> Result<()> {
    env.cargo().arg("bench").run()?;
    crowds_in_wasm(env)?;
    site::build(env)?;
    size::print(&env.dist())?;
    waits(env)
}

/// How long a reader waits, here and on a slow line. The browser does the work, so its driver is
/// built quickly.
fn waits(env: &Env) -> Result<()> {
    if let Err(error) = setup::for_tests() {
        println!("The page is not measured: {error:#}");
        return Ok(());
    }
    let compressed = env.root.join("target/compressed-site");
    size::compress(&env.dist(), &compressed)?;
    for (name, site) in [("page", env.dist()), ("visits", compressed)] {
        let mut bench = env.cargo();
        bench.args(["bench", "--profile", "dev", "--package", PAGE_BENCH]);
        bench.args(["--bench", name]).env("DNS_LAB_DIST", site);
        bench.run()?;
    }
    Ok(())
}

/// Crowds in wasm, built as the page is. They are run with Node.js, which nothing else needs:
/// where there is none they are left out.
fn crowds_in_wasm(env: &Env) -> Result<()> {
    if env.tool("node").arg("--version").read().is_err() {
        println!("Node.js is not installed, so crowds are not measured in wasm.");
        return Ok(());
    }
    let target = "wasm32-unknown-unknown";
    let mut build = env.cargo();
    build.args(["build", "-p", WASM_BENCH, "--profile", "site"]);
    build.args(["--target", target]).run()?;
    let metadata = ["metadata", "--format-version", "1", "--no-deps"];
    let metadata: Value = serde_json::from_str(&env.cargo().args(metadata).read()?)
        .context("cannot read what `cargo metadata` prints")?;
    let folder = metadata["target_directory"].as_str();
    let folder = folder.context("`cargo metadata` does not name the target directory")?;
    let file = format!(
        "{folder}/{target}/site/{}.wasm",
        WASM_BENCH.replace('-', "_")
    );
    let mut node = env.tool("node");
    node.args(["benches/wasm/run.mjs", &file]).run()
}
