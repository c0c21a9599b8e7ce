//! Runs the tests one after another, in one browser unless one of them fails.

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

use crate::browser::Driver;
use crate::lab::Lab;
use crate::server::{self, Host};

type Body = fn(Lab) -> Pin<Box<dyn Future<Output = Result<()>>>>;

/// A test by its name.
#[derive(Clone, Copy, Debug)]
pub struct Test {
    name: &'static str,
    body: Body,
}

impl Test {
    /// Made by [`tests!`](crate::tests!).
    pub const fn new(name: &'static str, body: Body) -> Self {
        Self { name, body }
    }
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
    let named = modules.iter().flat_map(|(module, tests)| {
        tests
            .iter()
            .map(move |test| (format!("{module}::{}", test.name), *test))
    });
    if arguments.list {
        let trials = named
            .map(|(name, _)| Trial::test(name, || Ok(())))
            .collect();
        return Ok(libtest_mimic::run(arguments, trials).exit_code());
    }

    let dist = dist()?;
    let runtime = Arc::new(Runtime::new()?);
    let host = runtime.block_on(server::start(&dist))?;
    let driver = Arc::new(Driver::start()?);
    let spare = Arc::new(Mutex::new(None));
    let trials = named
        .map(|(name, test)| {
            let (runtime, driver) = (Arc::clone(&runtime), Arc::clone(&driver));
            let (spare, host, full_name) = (Arc::clone(&spare), host.clone(), name.clone());
            Trial::test(name, move || {
                let run = async {
                    let client = match take(&spare) {
                        Some(client) => client,
                        None => driver.browser().await?,
                    };
                    let client = run_one(&full_name, test, client, host).await?;
                    *spare.lock().unwrap_or_else(PoisonError::into_inner) = Some(client);
                    Ok(())
                };
                runtime
                    .block_on(run)
                    .map_err(|error: Error| Failed::from(format!("{error:#}")))
            })
        })
        .collect();
    let conclusion = libtest_mimic::run(arguments, trials);
    if let Some(client) = take(&spare) {
        runtime.block_on(client.close())?;
    }
    Ok(conclusion.exit_code())
}

/// Gives a fresh browser at the built site to a visitor.
pub fn visit(visitor: impl AsyncFnOnce(Lab) -> Result<()>) -> Result<()> {
    let dist = dist()?;
    let runtime = Runtime::new()?;
    runtime.block_on(async {
        let host = server::start(&dist).await?;
        let driver = Driver::start()?;
        let lab = Lab::new(driver.browser().await?, host).await?;
        let visited = visitor(lab.clone()).await;
        lab.close().await?;
        visited
    })
}

fn take(spare: &Mutex<Option<Client>>) -> Option<Client> {
    spare.lock().unwrap_or_else(PoisonError::into_inner).take()
}

/// Returns the browser, cleaned, if the test passed.
async fn run_one(name: &str, test: Test, client: Client, host: Host) -> Result<Client> {
    let lab = Lab::new(client, host).await?;
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

/// The built site: `DNS_LAB_DIST`, or `dist` in the project.
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
