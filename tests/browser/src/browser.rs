//! Headless browsers, and the driver which starts them.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Command, Stdio};

use anyhow::{Context, Result};
use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Map, json};

const ARGS: [&str; 10] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--force-device-scale-factor=1",
];

/// Starts browsers; ends with its value.
pub(crate) struct Driver {
    process: Child,
    address: String,
    /// Held open: the driver must not find its output closed.
    _output: BufReader<ChildStdout>,
}

impl Driver {
    /// Starts chromedriver on a free port.
    pub(crate) fn start() -> Result<Self> {
        let mut process = Command::new("chromedriver")
            .arg("--port=0")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .context("cannot start chromedriver; `cargo xtask setup` installs it")?;
        let mut output = BufReader::new(process.stdout.take().context("no output to read")?);
        let port = read_port(&mut output);
        let mut driver = Self {
            process,
            address: String::new(),
            _output: output,
        };
        driver.address = format!("http://127.0.0.1:{}", port?);
        Ok(driver)
    }

    /// Starts a browser with a fresh profile.
    pub(crate) async fn browser(&self) -> Result<Client> {
        let mut options = json!({ "args": ARGS });
        if let Some(chromium) = on_path("chromium") {
            options["binary"] = json!(chromium);
        }
        let capabilities = Map::from_iter([
            ("goog:chromeOptions".to_owned(), options),
            ("goog:loggingPrefs".to_owned(), json!({ "browser": "ALL" })),
        ]);
        let starting = ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities)
            .connect(&self.address)
            .await;
        starting.context("chromedriver cannot start the browser")
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        // It may have ended already; there is nothing else to do then.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// From `ChromeDriver was started successfully on port 4000.`
fn read_port(output: &mut impl BufRead) -> Result<u16> {
    for line in output.lines() {
        let line = line?;
        if let Some((_, port)) = line.split_once("successfully on port ") {
            return port
                .trim_end_matches('.')
                .parse()
                .context("no port in chromedriver's output");
        }
    }
    anyhow::bail!("chromedriver ended before it listened")
}

fn on_path(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path)
        .map(|folder| folder.join(program))
        .find(|file| file.is_file())
}
