//! The programs: Trunk, wasm-bindgen, wasm-opt, the browser, the zone checker, DNS software.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};

use super::debian;
use crate::env::{Env, is_installed, is_installed_for_administrators};
use crate::process::{CommandExt, step};

const TRUNK: &str = "0.21.14";
const BINARYEN: &str = "132.0.0";
/// The first wasm-opt which knows every feature that rustc emits.
const OLDEST_WASM_OPT: u32 = 116;

pub(super) fn ensure_trunk(env: &Env) -> Result<()> {
    if has_trunk(env) {
        return Ok(());
    }
    step(
        &format!("Installing Trunk {TRUNK} (it is compiled, which takes some minutes)"),
        || {
            // Without its features it speaks no TLS: it fetches no tools here, those are on PATH.
            quick(cargo_install(env), "0")
                .args(["trunk", "--locked", "--version", TRUNK])
                .arg("--no-default-features")
                // It hashes every file of the site, which takes seconds unoptimized.
                .args(["--config", "profile.release.package.sha2.opt-level=3"])
                .run()
        },
    )
    .with_context(|| {
        format!(
            "Trunk {TRUNK} is missing; by hand: `cargo install trunk --locked --version {TRUNK}`"
        )
    })
}

/// The command-line tool must be of exactly the version of the crate.
pub(super) fn ensure_wasm_bindgen(env: &Env) -> Result<()> {
    let version = env.locked_version("wasm-bindgen")?;
    if has_wasm_bindgen(env, &version) {
        return Ok(());
    }
    step(
        &format!("Installing wasm-bindgen {version} (it is compiled)"),
        || {
            // It works through the whole module in every build of the page: unoptimized it takes
            // twenty seconds for that, more than it saves.
            quick(cargo_install(env), "1")
                .args(["wasm-bindgen-cli", "--version", &version])
                .run()
        },
    )
    .with_context(|| {
        format!(
            "wasm-bindgen {version} is missing; by hand: \
             `cargo install wasm-bindgen-cli --version {version}`"
        )
    })
}

/// Whether the tools that take long to compile are there.
pub(super) fn has_compiled_tools(env: &Env) -> bool {
    let version = env.locked_version("wasm-bindgen");
    has_trunk(env) && version.is_ok_and(|version| has_wasm_bindgen(env, &version))
}

fn has_trunk(env: &Env) -> bool {
    version_of(env, "trunk").as_deref() == Some(TRUNK)
}

fn has_wasm_bindgen(env: &Env, version: &str) -> bool {
    version_of(env, "wasm-bindgen").as_deref() == Some(version)
}

pub(super) fn ensure_wasm_opt(env: &Env) -> Result<()> {
    let usable = || {
        let version = version_of(env, "wasm-opt")?.parse::<u32>().ok()?;
        (version >= OLDEST_WASM_OPT).then_some(())
    };
    if usable().is_some() {
        return Ok(());
    }
    let installed = if is_installed("npm") {
        step(
            &format!("Installing wasm-opt from the npm package binaryen {BINARYEN}"),
            || {
                Command::new("npm")
                    .args(["install", "--global", "--no-fund", "--no-audit", "--prefix"])
                    .arg(&env.cargo_home)
                    .arg(format!("binaryen@{BINARYEN}"))
                    .run()
            },
        )
    } else {
        step(
            "Installing wasm-opt (it is compiled, which takes some minutes)",
            || cargo_install(env).args(["wasm-opt", "--locked"]).run(),
        )
    };
    installed
        .and_then(|()| usable().context("wasm-opt does not run"))
        .with_context(|| {
            format!(
                "wasm-opt {OLDEST_WASM_OPT} or newer is missing; by hand: \
             put it on PATH from binaryen's releases, `npm install --global binaryen`, \
             or `cargo install wasm-opt --locked`"
            )
        })
}

pub(super) fn ensure_browser() -> Result<()> {
    let browsers = ["chromium", "chromium-browser", "google-chrome"];
    let ready = || browsers.into_iter().any(is_installed) && is_installed("chromedriver");
    if ready() {
        return Ok(());
    }
    debian::install(&["chromium", "chromium-driver"])
        .and_then(|()| {
            ensure!(ready(), "chromium or chromedriver is still not on PATH");
            Ok(())
        })
        .context(
            "the browser tests need Chromium or Google Chrome, and the chromedriver of the same \
             version, on PATH; by hand: `apt-get install chromium chromium-driver`, or take both \
             from the Chrome for Testing downloads",
        )
}

/// Without it one test is skipped, so a failure here is only a note.
pub(super) fn ensure_zone_checker() {
    if is_installed("named-checkzone") {
        return;
    }
    if let Err(error) = debian::install(&["bind9-utils"]) {
        println!(
            "  Note: named-checkzone is missing, so the zone files are not checked against BIND \
             (by hand: `apt-get install bind9-utils`): {error:#}"
        );
    }
}

/// Programs of the tests with real DNS software, and the Debian packages that have them.
const DNS_PROGRAMS: [(&str, &str); 4] = [
    ("ip", "iproute2"),
    ("dig", "bind9-dnsutils"),
    ("unbound", "unbound"),
    ("nsd", "nsd"),
];

pub(super) fn ensure_dns_programs() -> Result<()> {
    let missing = || -> Vec<&str> {
        let absent = DNS_PROGRAMS
            .into_iter()
            .filter(|(program, _)| !is_installed_for_administrators(program));
        absent.map(|(_, package)| package).collect()
    };
    let packages = missing();
    if packages.is_empty() {
        return Ok(());
    }
    debian::install(&packages)
        .and_then(|()| {
            debian::stop_services(&packages);
            let left = missing();
            ensure!(left.is_empty(), "{} is still not there", left.join(", "));
            Ok(())
        })
        .context(
            "the tests with real programs need ip, dig, unbound and nsd; by hand: \
             `apt-get install iproute2 bind9-dnsutils unbound nsd`, or your system's packages of them",
        )
}

fn cargo_install(env: &Env) -> Command {
    // Outside the project, so that its settings do not apply to the tool.
    let mut command = Command::new("cargo").clean();
    command
        .current_dir(&env.cargo_home)
        .args(["install", "--force", "--quiet"]);
    command.arg("--root").arg(Path::new(&env.cargo_home));
    command
}

/// Compiles a tool fast rather than a fast tool: that takes a third of the time.
fn quick(mut install: Command, opt_level: &str) -> Command {
    install
        .env("CARGO_PROFILE_RELEASE_LTO", "off")
        .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16")
        .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", opt_level);
    install
}

/// The number in `trunk 0.21.14`, `wasm-bindgen 0.2.100` or `wasm-opt version 123 (version_123)`.
fn version_of(env: &Env, tool: &str) -> Option<String> {
    let said = env.tool(tool).arg("--version").read().ok()?;
    said.split_whitespace()
        .find(|word| word.starts_with(|c: char| c.is_ascii_digit()))
        .map(str::to_owned)
}
