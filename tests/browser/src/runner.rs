//! Runs the tests one after another, in one browser of each engine unless one of them fails.

use std::fs;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::process::ExitCode;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context, Error, Result, anyhow, ensure};
use fantoccini::Client;
use libtest_mimic::{Arguments, Failed, Trial};
use tokio::runtime::Runtime;
use tokio::task::{LocalSet, spawn_local};

use crate::browser::{Driver, Engine};
use crate::lab::Lab;
use crate::server::{self, Host};

/// With `required` in it, a browser that is missing is a failure; without, its tests are left out.
const ENGINES: &str = "DNS_LAB_ENGINES";

type Body = fn(Lab) -> Pin<Box<dyn Future<Output = Result<()>>>>;

/// A test by its name.
#[derive(Clone, Copy, Debug)]
pub struct Test {
    name: &'static str,
    body: Body,
    engines: &'static [Engine],
}

impl Test {
    /// A test in Chromium, whose own protocol it may use. Made by [`tests!`](crate::tests!).
    pub const fn new(name: &'static str, body: Body) -> Self {
        Self {
            name,
            body,
            engines: &[Engine::Chromium],
        }
    }

    /// The same in all engines; it must do with what WebDriver has.
    pub const fn every_engine(self) -> Self {
        Self {
            engines: &Engine::ALL,
            ..self
        }
    }
}

/// A test in one engine, by its whole name: `lessons::a_test`, `firefox::lessons::a_test`.
struct Named {
    name: String,
    test: Test,
    engine: Engine,
}

/// The tests of all modules, engine by engine.
fn named(modules: &[(&str, &[Test])]) -> Vec<Named> {
    let mut all = Vec::new();
    for engine in Engine::ALL {
        for (module, tests) in modules {
            for test in tests.iter().filter(|test| test.engines.contains(&engine)) {
                let name = match engine {
                    Engine::Chromium => format!("{module}::{}", test.name),
                    other => format!("{}::{module}::{}", other.as_str(), test.name),
                };
                all.push(Named {
                    name,
                    test: *test,
                    engine,
                });
            }
        }
    }
    all
}

/// What the tests of one engine share; both are started by the first of them.
#[derive(Default)]
struct Shared {
    driver: Option<Driver>,
    spare: Option<Client>,
}

/// Runs all modules' tests, with the arguments of the built-in harness.
pub fn run(modules: &[(&str, &[Test])]) -> ExitCode {
    let mut arguments = Arguments::from_args();
    // They share a browser.
    arguments.test_threads = Some(1);
    match run_with(&arguments, modules) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run_with(arguments: &Arguments, modules: &[(&str, &[Test])]) -> Result<ExitCode> {
    let named = named(modules);
    if arguments.list {
        let trials = named.into_iter().map(|it| Trial::test(it.name, || Ok(())));
        return Ok(libtest_mimic::run(arguments, trials.collect()).exit_code());
    }

    if std::env::var_os("DNS_LAB_DIST").is_some_and(|dist| dist.is_empty()) {
        println!("There is no site to test: DNS_LAB_DIST is empty.");
        return Ok(ExitCode::SUCCESS);
    }
    let dist = dist()?;
    let runtime = Arc::new(Runtime::new()?);
    let host = runtime.block_on(server::start(&dist))?;
    let are_required = std::env::var(ENGINES).is_ok_and(|value| value == "required");
    let shared = Engine::ALL.map(|engine| (engine, Arc::new(Mutex::new(Shared::default()))));
    let mut trials = Vec::new();
    for Named { name, test, engine } in named {
        let is_left_out = !are_required && !engine.is_installed();
        let (runtime, host, full_name) = (Arc::clone(&runtime), host.clone(), name.clone());
        let own = shared.iter().find(|(other, _)| *other == engine);
        let own = own.map(|(_, shared)| Arc::clone(shared));
        let own = own.context("an engine that is not among all")?;
        let trial = Trial::test(name, move || {
            let mut own = own.lock().unwrap_or_else(PoisonError::into_inner);
            let done = runtime.block_on(run_in(&mut own, engine, &full_name, test, host));
            done.map_err(|error: Error| Failed::from(format!("{error:#}")))
        });
        trials.push(trial.with_ignored_flag(is_left_out));
    }
    let conclusion = libtest_mimic::run(arguments, trials);
    for (_, shared) in &shared {
        let mut shared = shared.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(client) = shared.spare.take() {
            runtime.block_on(client.close())?;
        }
    }
    Ok(conclusion.exit_code())
}

/// Runs a test in the engine's spare browser, which is kept for the next if the test passes.
async fn run_in(
    shared: &mut Shared,
    engine: Engine,
    name: &str,
    test: Test,
    host: Host,
) -> Result<()> {
    let client = match shared.spare.take() {
        Some(client) => client,
        None => {
            let driver = match shared.driver.take() {
                Some(driver) => driver,
                None => Driver::start(engine).await?,
            };
            shared.driver.insert(driver).browser().await?
        }
    };
    let lab = Lab::new(client, engine, host).await?;
    shared.spare = Some(run_one(name, test, lab).await?);
    Ok(())
}

/// Gives a fresh browser at the built site to a visitor.
pub fn visit(visitor: impl AsyncFnOnce(Lab) -> Result<()>) -> Result<()> {
    let dist = dist()?;
    let runtime = Runtime::new()?;
    runtime.block_on(async {
        let host = server::start(&dist).await?;
        let driver = Driver::start(Engine::Chromium).await?;
        let lab = Lab::new(driver.browser().await?, Engine::Chromium, host).await?;
        let visited = visitor(lab.clone()).await;
        lab.close().await?;
        visited
    })
}

/// Returns the browser, cleaned, if the test passed.
async fn run_one(name: &str, test: Test, lab: Lab) -> Result<Client> {
    // As a task of its own, so that a failed assertion does not leave the browser open.
    let done = LocalSet::new()
        .run_until(async { spawn_local((test.body)(lab.clone())).await })
        .await;
    match done.unwrap_or_else(|_| Err(anyhow!("an assertion failed (see above)"))) {
        Ok(()) => lab.clean().await,
        Err(error) => {
            let picture = save_picture(&lab, name).await;
            lab.heal();
            lab.close().await?;
            Err(match picture {
                Ok(file) => error.context(format!("the page as it was: {}", file.display())),
                Err(_) => error,
            })
        }
    }
}

async fn save_picture(lab: &Lab, name: &str) -> Result<PathBuf> {
    let folder = std::env::temp_dir().join("dns-lab-browser-tests");
    fs::create_dir_all(&folder)?;
    let file = folder.join(format!("{}.png", name.replace("::", "-")));
    fs::write(&file, lab.screenshot().await?)?;
    Ok(file)
}

/// The built site: `DNS_LAB_DIST`, or `dist` in the project. Where the variable is there and empty
/// no browser is started: all native tests are compiled, and run, in one go.
fn dist() -> Result<PathBuf> {
    let project = Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .nth(2)
        .context("no project")?;
    let dist = std::env::var_os("DNS_LAB_DIST").map_or_else(|| project.join("dist"), PathBuf::from);
    ensure!(
        dist.join("index.html").is_file(),
        "there is no built site in {}; `cargo xtask build` makes it",
        dist.display()
    );
    Ok(dist)
}
