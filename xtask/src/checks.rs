//! `cargo xtask test`: every check, each under its own heading and with its time.

use std::process::Command;
use std::thread;
use std::time::Duration;

use anyhow::{Result, bail};

use crate::env::Env;
use crate::process::{CommandExt, Stopwatch, seconds, timed};
use crate::{setup, site, size};

const WASM: &str = "wasm32-unknown-unknown";
const PROGRAM_TESTS: &str = "programs";
/// The test target in a browser, of the package `dns-lab-browser-tests`.
const BROWSER_TESTS: &str = "site";
/// How the page is compiled.
const PAGE: [&str; 5] = [
    "--target",
    WASM,
    "--no-default-features",
    "--features",
    "app",
];

/// The checks, in the order in which they run. What one compiles the next ones use: they select
/// the same packages, so that Cargo gives dependencies the same features.
const CHECKS: [&str; 12] = [
    "Set-up",
    "Format",
    "Lints, native",
    "Lints, page",
    "Docs, page",
    "Docs, native",
    "Tests, native",
    "Tests, programs",
    "Site",
    "Size of the site",
    "Tests, browser",
    "Other engines",
];

/// Runs all checks, also after one has failed, and fails if any did.
pub(crate) fn run_all(env: &Env) -> Result<()> {
    let mut checks = Checks::new(&CHECKS);
    let mut browser = Ok(());
    let mut engines = Ok(());
    let mut programs = Ok(());
    let is_set_up = checks.run("Set-up", || {
        thread::scope(|scope| {
            // Fetched and unpacked while the tools are compiled.
            let others = scope.spawn(|| {
                let found = (setup::for_tests(), setup::for_engines());
                (found, setup::for_program_tests())
            });
            let site = setup::for_site(env);
            if let Ok(((for_tests, for_engines), for_programs)) = others.join() {
                (browser, engines, programs) = (for_tests, for_engines, for_programs);
            }
            site
        })
    });
    if !is_set_up {
        bail!("nothing can be checked without the tools");
    }
    for error in [&browser, &engines, &programs]
        .into_iter()
        .filter_map(|r| r.as_ref().err())
    {
        println!("{error:#}");
    }

    checks.run("Format", || cargo(env, &["fmt", "--all", "--check"]).run());
    checks.run("Lints, native", || {
        let lint = |targets: &[&str]| {
            cargo(env, &["clippy", "--workspace"])
                .args(targets)
                .args(["--", "-D", "warnings"])
                .run()
        };
        lint(&["--all-targets"])?;
        // Not among all targets, as it is run by name only.
        lint(&["--test", PROGRAM_TESTS])
    });
    checks.run("Lints, page", || {
        cargo(env, &["clippy", "--lib", "--bins"])
            .args(PAGE)
            .args(["--", "-D", "warnings"])
            .run()
    });
    checks.run("Docs, page", || docs(env, &PAGE));
    checks.run("Docs, native", || docs(env, &[]));
    checks.run("Tests, native", || {
        // There is no site yet: those in a browser are only compiled.
        cargo(env, &["test", "--workspace"])
            .env("DNS_LAB_DIST", "")
            .run()
    });
    if programs.is_err() {
        checks.fail("Tests, programs", "a DNS program is missing");
    } else {
        checks.run("Tests, programs", || {
            cargo(env, &["test", "--workspace", "--test", PROGRAM_TESTS])
                .env("DNS_LAB_PROGRAMS", "required")
                .run()
        });
    }
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
            let mut tests = cargo(env, &["test", "--workspace", "--test", BROWSER_TESTS]);
            tests.env("DNS_LAB_DIST", env.dist());
            if engines.is_ok() {
                tests.env("DNS_LAB_ENGINES", "required");
            }
            tests.run()
        });
    }
    match engines {
        // They are among the tests in a browser.
        Ok(()) => checks.leave_out("Other engines"),
        Err(_) => checks.fail("Other engines", "Firefox or WebKit is missing"),
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

struct Checks {
    /// What is left, in order.
    left: Vec<&'static str>,
    /// When the first began.
    start: Stopwatch,
    done: Vec<(&'static str, Outcome)>,
}

enum Outcome {
    Passed(Duration),
    Failed(Duration),
    NotRun(&'static str),
}

impl Checks {
    fn new(all: &[&'static str]) -> Self {
        Self {
            left: all.to_vec(),
            start: Stopwatch::start(),
            done: Vec::new(),
        }
    }

    /// Takes a check from those that are left.
    fn leave_out(&mut self, name: &'static str) {
        self.left.retain(|left| *left != name);
    }

    /// Whether the check passed.
    fn run(&mut self, name: &'static str, check: impl FnOnce() -> Result<()>) -> bool {
        self.leave_out(name);
        let heading = heading(name, self.done.len() + 1, &self.left, self.start.read());
        println!("\n━━━ {heading} ━━━");
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
        self.leave_out(name);
        self.done.push((name, Outcome::NotRun(why)));
    }

    fn fail(&mut self, name: &'static str, why: &'static str) {
        self.leave_out(name);
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

/// What stands above a check: which it is, how long it has taken to come here, and what is left.
fn heading(name: &str, number: usize, left: &[&str], so_far: Duration) -> String {
    let all = number + left.len();
    let rest = match left.len() {
        0 => "the last one".to_owned(),
        count => format!("{count} left: {}", left.join("; ")),
    };
    format!(
        "{number} of {all}: {name} ({} so far, {rest})",
        minutes(so_far)
    )
}

fn minutes(duration: Duration) -> String {
    let secs = duration.as_secs();
    format!("{} min {:02} s", secs / 60, secs % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_heading_says_what_is_done_and_what_is_left() {
        let so_far = Duration::from_secs(125);
        assert_eq!(
            heading("Format", 2, &["Docs", "Site"], so_far),
            "2 of 4: Format (2 min 05 s so far, 2 left: Docs; Site)"
        );
        assert_eq!(
            heading("Site", 4, &[], so_far),
            "4 of 4: Site (2 min 05 s so far, the last one)"
        );
    }
}
