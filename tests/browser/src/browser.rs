//! Browsers of three engines, and the drivers which start them.

use std::io::{BufRead, BufReader, Read, sink};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Map, Value, json};
use tokio::net::TcpStream;

use crate::gecko;

const CHROMIUM_ARGS: [&str; 10] = [
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

const WEBKIT_DRIVER: &str = "WebKitWebDriver";

/// The screen on which WebKit's window stands, as wide as the widest page that is looked at.
const SCREEN: &str = "2600x1700x24";

const POLL: Duration = Duration::from_millis(20);
/// Longest wait for a driver to listen.
const DEADLINE: Duration = Duration::from_secs(20);

/// What lays out a page and runs it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Engine {
    /// Blink and V8, in Chromium or Google Chrome.
    Chromium,
    /// Gecko and SpiderMonkey, in Firefox.
    Firefox,
    /// The engine of Safari, in the browser that comes with WebKitGTK.
    WebKit,
}

impl Engine {
    /// All of them, the one with most tests first.
    pub const ALL: [Self; 3] = [Self::Chromium, Self::Firefox, Self::WebKit];

    /// What reports call it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Chromium => "chromium",
            Self::Firefox => "firefox",
            Self::WebKit => "webkit",
        }
    }

    /// Whether its tests can run on this machine.
    pub(crate) fn is_installed(self) -> bool {
        let has_one = |programs: &[&str]| programs.iter().any(|program| on_path(program).is_some());
        match self {
            // Most tests are for it: its driver tells best what is missing.
            Self::Chromium => true,
            Self::Firefox => has_one(&["firefox-esr", "firefox"]),
            Self::WebKit => {
                mini_browser().is_some() && has_one(&[WEBKIT_DRIVER]) && has_one(&["Xvfb"])
            }
        }
    }

    /// What a session of it is asked to be.
    fn capabilities(self) -> Map<String, Value> {
        match self {
            Self::Chromium => {
                let mut options = json!({ "args": CHROMIUM_ARGS });
                if let Some(chromium) = on_path("chromium") {
                    options["binary"] = json!(chromium);
                }
                Map::from_iter([
                    ("goog:chromeOptions".to_owned(), options),
                    ("goog:loggingPrefs".to_owned(), json!({ "browser": "ALL" })),
                ])
            }
            Self::Firefox => Map::new(),
            Self::WebKit => Map::from_iter([(
                "webkitgtk:browserOptions".to_owned(),
                json!({ "binary": mini_browser(), "args": ["--automation"] }),
            )]),
        }
    }
}

/// Starts browsers; ends with its value.
pub(crate) struct Driver {
    engine: Engine,
    address: String,
    /// The screen, for an engine that needs one; the driver first, so that it ends first.
    _processes: Vec<Running>,
}

impl Driver {
    /// Starts the driver of an engine on a free port.
    pub(crate) async fn start(engine: Engine) -> Result<Self> {
        let started = match engine {
            Engine::Chromium => chromedriver(),
            Engine::Firefox => gecko::start().await.map(|port| (port, Vec::new())),
            Engine::WebKit => webkit_driver().await,
        };
        let (port, processes) = started.with_context(|| {
            format!(
                "cannot drive {}; `cargo xtask test` installs what is missing",
                engine.as_str()
            )
        })?;
        Ok(Self {
            engine,
            address: format!("http://127.0.0.1:{port}"),
            _processes: processes,
        })
    }

    /// Starts a browser with a fresh profile.
    pub(crate) async fn browser(&self) -> Result<Client> {
        let starting = ClientBuilder::new(HttpConnector::new())
            .capabilities(self.engine.capabilities())
            .connect(&self.address)
            .await;
        starting.with_context(|| format!("{} does not start", self.engine.as_str()))
    }
}

/// A program that is ended with its value.
pub(crate) struct Running(pub(crate) Child);

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended already; there is nothing else to do then.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Starts a driver that finds itself a port: `ChromeDriver was started successfully on port 4000.`
fn chromedriver() -> Result<(u16, Vec<Running>)> {
    let mut process = Command::new("chromedriver")
        .arg("--port=0")
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()?;
    let output = process.stdout.take().context("no output to read")?;
    let running = Running(process);
    let port = read_after(output, "successfully on port ")?;
    Ok((port, vec![running]))
}

/// The number after some words in the output of a program, which is then read to its end: a
/// program must neither find its output closed nor wait for somebody to read it.
fn read_after(output: impl Read + Send + 'static, words: &str) -> Result<u16> {
    let mut output = BufReader::new(output);
    let mut line = String::new();
    loop {
        line.clear();
        ensure!(
            output.read_line(&mut line)? > 0,
            "it ended before it listened"
        );
        let Some((_, rest)) = line.split_once(words) else {
            continue;
        };
        let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
        let port = digits
            .parse()
            .with_context(|| format!("no number in `{}`", line.trim()))?;
        std::thread::spawn(move || std::io::copy(&mut output, &mut sink()));
        return Ok(port);
    }
}

/// Starts a screen that nobody sees, and on it the driver, which says nothing.
async fn webkit_driver() -> Result<(u16, Vec<Running>)> {
    let mut screen = Command::new("Xvfb")
        .args([
            "-displayfd",
            "1",
            "-nolisten",
            "tcp",
            "-screen",
            "0",
            SCREEN,
        ])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .context("there is no Xvfb")?;
    let output = screen.stdout.take().context("no output to read")?;
    let screen = Running(screen);
    let display = read_after(output, "")?;
    // Free a moment ago; the driver takes no other way.
    let port = TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port();
    let driver = Command::new(WEBKIT_DRIVER)
        .arg(format!("--port={port}"))
        .env("DISPLAY", format!(":{display}"))
        .env_remove("WAYLAND_DISPLAY")
        .env("GDK_BACKEND", "x11")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()?;
    let driver = Running(driver);
    let listens = async {
        while TcpStream::connect(("127.0.0.1", port)).await.is_err() {
            tokio::time::sleep(POLL).await;
        }
    };
    let waited = tokio::time::timeout(DEADLINE, listens).await;
    waited.context("it does not listen")?;
    Ok((port, vec![driver, screen]))
}

/// The browser that comes with WebKitGTK; it lies beside the library and not on the path.
fn mini_browser() -> Option<PathBuf> {
    // Debian has a folder for each architecture.
    let debian = format!("/usr/lib/{}-linux-gnu", std::env::consts::ARCH);
    let versions = ["webkit2gtk-4.1", "webkitgtk-6.0", "webkit2gtk-4.0"];
    [&debian, "/usr/lib", "/usr/libexec"]
        .into_iter()
        .flat_map(|folder| versions.map(|version| Path::new(folder).join(version)))
        .map(|folder| folder.join("MiniBrowser"))
        .find(|file| file.is_file())
}

/// Where a program lies.
pub(crate) fn on_path(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path)
        .map(|folder| folder.join(program))
        .find(|file| file.is_file())
}
