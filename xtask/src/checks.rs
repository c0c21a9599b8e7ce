//! `cargo xtask test`: every check, each under its own heading and with its time.

use std::process::Command;
use std::time::Duration;

use anyhow::{Result, bail};

use crate::env::Env;
use crate::process::{CommandExt, seconds, timed};
use crate::{setup, site, size};

const WASM: &str = "wasm32-unknown-unknown";
const PROGRAM_TESTS: &str = "programs";
const BROWSER_TESTS: &str = "dns-lab-browser-tests";

/// Runs all checks, also after one has failed, and fails if any did.
pub(crate) fn run_all(env: &Env) -> Result<()> {
    setup::for_site(env)?;
    let browser = setup::for_tests();
    let engines = setup::for_engines();
    let programs = setup::for_program_tests();
    for error in [&browser, &engines, &programs]
        .into_iter()
        .filter_map(|r| r.as_ref().err())
    {
        println!("{error:#}");
    }

    let mut checks = Checks::default();
    checks.run("Format", || cargo(env, &["fmt", "--all", "--check"]).run());
    checks.run("Lints, native", || {
        cargo(
            env,
            &[
                "clippy",
                "--workspace",
                "--all-targets",
                "--",
                "-D",
                "warnings",
            ],
        )
        .run()?;
        // Not among all targets, as it is run by name only.
        cargo(env, &["clippy", "--test", PROGRAM_TESTS])
            .args(["--", "-D", "warnings"])
            .run()
    });
    checks.run("Lints, page", || {
        let args = [
            "clippy",
            "--target",
            WASM,
            "--no-default-features",
            "--features",
            "app",
            "--lib",
            "--bins",
        ];
        cargo(env, &args).args(["--", "-D", "warnings"]).run()
    });
    checks.run("Tests, native", || {
        cargo(env, &["test", "--workspace", "--exclude", BROWSER_TESTS]).run()
    });
    if programs.is_err() {
        checks.fail("Tests, programs", "a DNS program is missing");
    } else {
        checks.run("Tests, programs", || {
            cargo(env, &["test", "--test", PROGRAM_TESTS])
                .env("DNS_LAB_PROGRAMS", "required")
                .run()
        });
    }
    checks.run("Docs, native", || docs(env, &[]));
    checks.run("Docs, page", || {
        let page = [
            "--target",
            WASM,
            "--no-default-features",
            "--features",
            "app",
        ];
        docs(env, &page)
    });
    let built = checks.run("Site", || site::build(env));
    if built {
        checks.run("Size of the site", || size::check(&env.dist()));
    } else {
        checks.skip("Size of the site", "there is no site");
    }
    if !built {
        checks.skip("Tests, browser", "there is no site");
    } else if browser.is_err() {
        checks.fail("Tests, browser", "there is no browser with a driver");
    } else {
        checks.run("Tests, browser", || {
            let mut tests = cargo(env, &["test", "--package", BROWSER_TESTS]);
            tests.env("DNS_LAB_DIST", env.dist());
            if engines.is_ok() {
                tests.env("DNS_LAB_ENGINES", "required");
            }
            tests.run()
        });
    }
    if engines.is_err() {
        checks.fail("Other engines", "Firefox or WebKit is missing");
    }
    checks.summary()
}

fn cargo(env: &Env, args: &[&str]) -> Command {
    let mut command = env.cargo();
    command.args(args);
    command
}

fn docs(env: &Env, args: &[&str]) -> Result<()> {
    cargo(env, &["doc", "--no-deps", "--document-private-items"])
        .args(args)
        .env("RUSTDOCFLAGS", "-D warnings")
        .run()
}

#[derive(Default)]
struct Checks {
    done: Vec<(&'static str, Outcome)>,
}

enum Outcome {
    Passed(Duration),
    Failed(Duration),
    NotRun(&'static str),
}

impl Checks {
    /// Whether the check passed.
    fn run(&mut self, name: &'static str, check: impl FnOnce() -> Result<()>) -> bool {
        println!("\n━━━ {name} ━━━");
        let (result, took) = timed(check);
        match &result {
            Ok(()) => println!("━━━ {name}: passed in {}", seconds(took)),
            Err(error) => println!("━━━ {name}: FAILED after {}: {error:#}", seconds(took)),
        }
        let passed = result.is_ok();
        let outcome = if passed {
            Outcome::Passed(took)
        } else {
            Outcome::Failed(took)
        };
        self.done.push((name, outcome));
        passed
    }

    fn skip(&mut self, name: &'static str, why: &'static str) {
        self.done.push((name, Outcome::NotRun(why)));
    }

    fn fail(&mut self, name: &'static str, why: &'static str) {
        println!("\n━━━ {name}: FAILED: {why}");
        self.done.push((name, Outcome::Failed(Duration::ZERO)));
    }

    fn summary(&self) -> Result<()> {
        println!("\n━━━ Summary ━━━");
        let mut not_passed = Vec::new();
        for (name, outcome) in &self.done {
            let told = match outcome {
                Outcome::Passed(took) => format!("passed  {:>8}", seconds(*took)),
                Outcome::Failed(took) => format!("FAILED  {:>8}", seconds(*took)),
                Outcome::NotRun(why) => format!("not run ({why})"),
            };
            println!("{name:<18} {told}");
            if !matches!(outcome, Outcome::Passed(_)) {
                not_passed.push(*name);
            }
        }
        if not_passed.is_empty() {
            println!("All {} checks passed.", self.done.len());
            return Ok(());
        }
        bail!("did not pass: {}", not_passed.join("; "))
    }
}
