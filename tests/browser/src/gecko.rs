//! WebDriver for Firefox: hands its commands on to the protocol that the browser itself speaks.
//!
//! Firefox has no driver of its own: Mozilla's is another program, which the systems package
//! rarely and which takes minutes to compile. Below WebDriver, though, the browser speaks Marionette: the same
//! commands under other names, as JSON with its length in front, over a socket.

use std::net::Ipv4Addr;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use axum::Router;
use axum::body::Bytes;
use axum::http::header::CONTENT_TYPE;
use axum::http::{Method, StatusCode, Uri};
use serde_json::{Map, Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Mutex;

use crate::browser::{Running, on_path};

const POLL: Duration = Duration::from_millis(20);
/// Longest wait for a browser to start.
const DEADLINE: Duration = Duration::from_secs(60);

/// Calls a page without a network home, and a window without questions.
const PREFERENCES: [(&str, &str); 14] = [
    ("marionette.port", "0"),
    ("app.normandy.enabled", "false"),
    ("app.update.disabledForTesting", "true"),
    ("browser.aboutwelcome.enabled", "false"),
    ("browser.safebrowsing.malware.enabled", "false"),
    ("browser.safebrowsing.phishing.enabled", "false"),
    ("browser.shell.checkDefaultBrowser", "false"),
    ("browser.startup.homepage", "\"about:blank\""),
    ("browser.startup.page", "0"),
    ("datareporting.policy.dataSubmissionEnabled", "false"),
    ("extensions.update.enabled", "false"),
    ("network.captive-portal-service.enabled", "false"),
    ("network.connectivity-service.enabled", "false"),
    ("services.settings.server", "\"data:,none\""),
];

/// Which command of Marionette is which of WebDriver, by what follows the session in the path; `*`
/// is the id of an element or the name of what is asked of it.
const COMMANDS: [(&str, &str, &str); 39] = [
    ("GET", "timeouts", "GetTimeouts"),
    ("POST", "timeouts", "SetTimeouts"),
    ("POST", "url", "Navigate"),
    ("GET", "url", "GetCurrentURL"),
    ("POST", "back", "Back"),
    ("POST", "forward", "Forward"),
    ("POST", "refresh", "Refresh"),
    ("GET", "title", "GetTitle"),
    ("GET", "source", "GetPageSource"),
    ("GET", "window", "GetWindowHandle"),
    ("DELETE", "window", "CloseWindow"),
    ("POST", "window", "SwitchToWindow"),
    ("GET", "window/handles", "GetWindowHandles"),
    ("POST", "window/new", "NewWindow"),
    ("GET", "window/rect", "GetWindowRect"),
    ("POST", "window/rect", "SetWindowRect"),
    ("POST", "frame", "SwitchToFrame"),
    ("POST", "frame/parent", "SwitchToParentFrame"),
    ("POST", "element", "FindElement"),
    ("POST", "elements", "FindElements"),
    ("GET", "element/active", "GetActiveElement"),
    ("GET", "element/*/selected", "IsElementSelected"),
    ("GET", "element/*/attribute/*", "GetElementAttribute"),
    ("GET", "element/*/property/*", "GetElementProperty"),
    ("POST", "element/*/element", "FindElement"),
    ("POST", "element/*/elements", "FindElements"),
    ("GET", "element/*/css/*", "GetElementCSSValue"),
    ("GET", "element/*/displayed", "IsElementDisplayed"),
    ("GET", "element/*/text", "GetElementText"),
    ("GET", "element/*/name", "GetElementTagName"),
    ("GET", "element/*/rect", "GetElementRect"),
    ("GET", "element/*/enabled", "IsElementEnabled"),
    ("POST", "element/*/click", "ElementClick"),
    ("POST", "element/*/clear", "ElementClear"),
    ("POST", "element/*/value", "ElementSendKeys"),
    ("POST", "execute/sync", "ExecuteScript"),
    ("POST", "execute/async", "ExecuteAsyncScript"),
    ("POST", "actions", "PerformActions"),
    ("GET", "screenshot", "TakeScreenshot"),
];

/// Listens for WebDriver on a free port, and starts a browser when a session is asked for.
pub(crate) async fn start() -> Result<u16> {
    let session = Arc::new(Mutex::new(None::<Session>));
    let answer = move |method: Method, uri: Uri, body: Bytes| {
        let session = Arc::clone(&session);
        async move {
            let done = handle(&mut *session.lock().await, &method, uri.path(), &body).await;
            let (status, value) = done.unwrap_or_else(|error| {
                let error = json!({ "error": "unknown error", "message": format!("{error:#}"), "stacktrace": "" });
                (StatusCode::INTERNAL_SERVER_ERROR, error)
            });
            // A client of WebDriver takes nothing else for an answer.
            let kind = [(CONTENT_TYPE, "application/json; charset=utf-8")];
            (status, kind, json!({ "value": value }).to_string())
        }
    };
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    let port = listener.local_addr()?.port();
    let driver = Router::new().fallback(answer);
    tokio::spawn(async move { axum::serve(listener, driver).await });
    Ok(port)
}

/// Answers one request with the status and the value of WebDriver's response.
async fn handle(
    session: &mut Option<Session>,
    method: &Method,
    path: &str,
    body: &[u8],
) -> Result<(StatusCode, Value)> {
    let mut parts = path.trim_matches('/').splitn(3, '/').skip(1);
    let (id, rest) = (parts.next(), parts.next());
    if id.is_none() {
        // The one before ends first: it may have been given up without a word.
        *session = None;
        let mut new = Session::start().await?;
        let answer = new.send("WebDriver:NewSession", &json!({})).await?;
        *session = Some(new);
        return Ok(answer);
    }
    let Some(rest) = rest else {
        // The browser ends with the session, as its profile was for that alone.
        *session = None;
        return Ok((StatusCode::OK, Value::Null));
    };
    let mut params: Map<String, Value> = match body {
        [] => Map::new(),
        body => serde_json::from_slice(body).context("a request that is not JSON")?,
    };
    let command = command(method.as_str(), rest, &mut params)?;
    let session = session.as_mut().context("there is no session")?;
    session.send(command, &Value::Object(params)).await
}

/// The name of a command; what its path says is added to what its body says.
fn command(method: &str, path: &str, params: &mut Map<String, Value>) -> Result<&'static str> {
    let words: Vec<_> = path.split('/').collect();
    let matches = |pattern: &str| {
        let pattern: Vec<_> = pattern.split('/').collect();
        pattern.len() == words.len()
            && pattern
                .iter()
                .zip(&words)
                .all(|(wanted, word)| *wanted == "*" || wanted == word)
    };
    let found = COMMANDS
        .iter()
        .find(|(verb, pattern, _)| *verb == method && matches(pattern));
    let Some((_, pattern, name)) = found else {
        bail!("{method} {path} is not among the commands that are handed on to Firefox");
    };
    let open = pattern
        .split('/')
        .zip(&words)
        .filter(|(wanted, _)| *wanted == "*");
    let (whose, what) = match *name {
        "FindElement" | "FindElements" => ("element", ""),
        "GetElementCSSValue" => ("id", "propertyName"),
        _ => ("id", "name"),
    };
    for (key, (_, word)) in [whose, what].into_iter().zip(open) {
        params.insert(key.to_owned(), json!(word));
    }
    if *name == "TakeScreenshot" {
        params.insert("full".to_owned(), json!(false));
    }
    Ok(name)
}

/// A browser and the socket on which it listens.
struct Session {
    socket: BufReader<TcpStream>,
    last: u32,
    _browser: Running,
    _profile: Profile,
}

impl Session {
    async fn start() -> Result<Self> {
        let firefox = on_path("firefox-esr").or_else(|| on_path("firefox"));
        let profile = Profile::new()?;
        let process = Command::new(firefox.context("there is no Firefox")?)
            .args(["--marionette", "--headless", "--no-remote", "--profile"])
            .arg(&profile.0)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        let browser = Running(process);
        let port = tokio::time::timeout(DEADLINE, profile.port()).await;
        let port = port.context("Firefox does not say where it listens")?;
        let mut session = Self {
            socket: BufReader::new(TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await?),
            last: 0,
            _browser: browser,
            _profile: profile,
        };
        // Its greeting says what it is.
        session.receive().await?;
        Ok(session)
    }

    /// Sends a command and waits for its answer.
    async fn send(&mut self, command: &str, params: &Value) -> Result<(StatusCode, Value)> {
        self.last += 1;
        let name = if command.contains(':') {
            command.to_owned()
        } else {
            format!("WebDriver:{command}")
        };
        let message = json!([0, self.last, name, params]).to_string();
        let framed = format!("{}:{message}", message.len());
        self.socket.get_mut().write_all(framed.as_bytes()).await?;
        let answer = self.receive().await?;
        ensure!(answer[1] == self.last, "an answer to something else");
        let (error, result) = (&answer[2], &answer[3]);
        if !error.is_null() {
            let status = match error["error"].as_str() {
                Some("no such element" | "stale element reference") => StatusCode::NOT_FOUND,
                Some("invalid argument" | "invalid selector") => StatusCode::BAD_REQUEST,
                _ => StatusCode::INTERNAL_SERVER_ERROR,
            };
            return Ok((status, error.clone()));
        }
        // Some results are wrapped as WebDriver wraps all of them.
        let value = match result.as_object() {
            Some(object) if object.len() == 1 => object.get("value").unwrap_or(result),
            _ => result,
        };
        Ok((StatusCode::OK, value.clone()))
    }

    /// The next message: its length in decimal digits, a colon, JSON.
    async fn receive(&mut self) -> Result<Value> {
        let mut length = 0_usize;
        loop {
            match self.socket.read_u8().await? {
                digit @ b'0'..=b'9' => length = length * 10 + usize::from(digit - b'0'),
                b':' => break,
                other => bail!("{other} in the length of a message"),
            }
        }
        let mut message = vec![0; length];
        self.socket.read_exact(&mut message).await?;
        Ok(serde_json::from_slice(&message)?)
    }
}

/// Profiles made so far, so that each has a folder of its own.
static COUNT: AtomicU32 = AtomicU32::new(0);

/// A fresh profile; its folder goes with the value.
struct Profile(PathBuf);

impl Profile {
    fn new() -> Result<Self> {
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("dns-lab-firefox-{}-{number}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder)?;
        let lines = PREFERENCES.map(|(name, value)| format!("user_pref(\"{name}\", {value});\n"));
        std::fs::write(folder.join("user.js"), lines.concat())?;
        Ok(Self(folder))
    }

    /// The port on which the browser listens, once it has written it down.
    async fn port(&self) -> u16 {
        let file = self.0.join("MarionetteActivePort");
        loop {
            let text = std::fs::read_to_string(&file).unwrap_or_default();
            if let Ok(port) = text.trim().parse() {
                return port;
            }
            tokio::time::sleep(POLL).await;
        }
    }
}

impl Drop for Profile {
    fn drop(&mut self) {
        // A folder left behind in the temporary folder harms nobody.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
