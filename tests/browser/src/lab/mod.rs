//! What a test does with the page.

mod surroundings;

use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use fantoccini::actions::{
    InputSource, KeyAction, KeyActions, MOUSE_BUTTON_LEFT, MouseActions, PointerAction,
};
use fantoccini::elements::Element;
use fantoccini::error::CmdError;
use fantoccini::key::Key;
use fantoccini::{Client, Locator};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

pub use self::surroundings::{ColorScheme, Motion};
use crate::browser::Engine;
use crate::cdp::Post;
use crate::server::{Host, SUB_PATH};

const POLL: Duration = Duration::from_millis(20);
const DEADLINE: Duration = Duration::from_secs(30);

/// A browser with empty storage, in which a test uses the page.
#[derive(Clone, Debug)]
pub struct Lab {
    client: Client,
    engine: Engine,
    host: Host,
    /// What [`Lab::before_each_load`] has added.
    scripts: Arc<Mutex<Vec<Value>>>,
}

/// Keeps the errors of a page, for browsers whose drivers do not tell them.
const KEEP_ERRORS: &str = "
    if (!window.keptErrors) {
        window.keptErrors = [];
        addEventListener('error', it => keptErrors.push(String(it.message)));
        addEventListener('unhandledrejection', it => keptErrors.push(String(it.reason)));
    }
";

impl Lab {
    pub(crate) async fn new(client: Client, engine: Engine, host: Host) -> Result<Self> {
        let lab = Self {
            client,
            engine,
            host,
            scripts: Arc::default(),
        };
        lab.viewport(1280, 800).await?;
        Ok(lab)
    }

    /// Makes the browser as good as new, for another test.
    pub(crate) async fn clean(self) -> Result<Client> {
        self.heal();
        if self.engine != Engine::Chromium {
            // The page itself would write again on its way out.
            self.load_text().await?;
            self.run_script("localStorage.clear(); sessionStorage.clear();")
                .await?;
            self.client.goto("about:blank").await?;
            return Ok(self.client);
        }
        self.offline(false).await?;
        self.as_before_each_load().await?;
        self.cdp("Emulation.setEmulatedMedia", &json!({ "features": [] }))
            .await?;
        self.run_script("window.stop(); if (origin !== 'null') sessionStorage.clear()")
            .await?;
        self.client.goto("about:blank").await?;
        let everything = json!({ "origin": self.host.origin, "storageTypes": "all" });
        self.cdp("Storage.clearDataForOrigin", &everything).await?;
        self.cdp("Page.resetNavigationHistory", &json!({})).await?;
        self.console_errors().await?;
        Ok(self.client)
    }

    pub(crate) async fn close(self) -> Result<()> {
        Ok(self.client.close().await?)
    }

    /// The WebDriver client, for what this type does not offer.
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// The address of the host, such as `http://127.0.0.1:4000`.
    pub(crate) fn origin(&self) -> &str {
        &self.host.origin
    }

    /// The engine that shows the page.
    pub fn engine(&self) -> Engine {
        self.engine
    }

    /// Loads the page afresh at a route such as `/lab`, and waits until it runs.
    pub async fn open(&self, route: &str) -> Result<()> {
        self.load(&format!("{}/#{route}", self.host.origin)).await?;
        self.started().await
    }

    /// Like [`Lab::open`], with the site below a path of its host.
    pub async fn open_below_a_path(&self, route: &str) -> Result<()> {
        self.load(&format!("{}{SUB_PATH}/#{route}", self.host.origin))
            .await?;
        self.started().await
    }

    /// Loads an address of the host, such as `/`, without waiting for the page to run.
    pub async fn load_only(&self, path: &str) -> Result<()> {
        self.load(&format!("{}{path}", self.host.origin)).await
    }

    async fn load(&self, address: &str) -> Result<()> {
        // A page that goes on waiting for a file would have the next one wait for it, too.
        self.run_script("window.stop()").await?;
        // Another fragment alone would not load the page again.
        self.client().goto("about:blank").await?;
        Ok(self.client().goto(address).await?)
    }

    /// Waits until the page runs.
    pub async fn started(&self) -> Result<()> {
        let running = self
            .wait_for("the page to run", "window.wasmBindings !== undefined")
            .await;
        if let Err(error) = running {
            return Err(error.context(self.console_errors().await?.join("\n")));
        }
        if self.engine != Engine::Chromium {
            self.run_script(KEEP_ERRORS).await?;
        }
        Ok(())
    }

    /// The folder of the built site.
    pub fn folder(&self) -> &Path {
        &self.host.folder
    }

    /// The part of the address after `#`.
    pub async fn route(&self) -> Result<String> {
        self.eval("location.hash.slice(1)").await
    }

    /// The first element which a CSS selector matches, waiting for it.
    pub async fn find(&self, css: &str) -> Result<Element> {
        let quoted = json!(css);
        self.wait_for(css, &format!("document.querySelector({quoted}) !== null"))
            .await?;
        Ok(self.client().find(Locator::Css(css)).await?)
    }

    /// How many elements a CSS selector matches now.
    pub async fn count(&self, css: &str) -> Result<usize> {
        self.eval(&format!("document.querySelectorAll({}).length", json!(css)))
            .await
    }

    /// The visible text of an element, waiting for the element.
    pub async fn text(&self, css: &str) -> Result<String> {
        self.with_element(css, async |element| element.text().await)
            .await
    }

    /// Clicks an element, waiting for it.
    pub async fn click(&self, css: &str) -> Result<()> {
        self.with_element(css, async |element| element.click().await)
            .await
    }

    /// Does something with an element. A page that is still opening may put another in its place
    /// meanwhile; then it is done with that one.
    async fn with_element<T>(
        &self,
        css: &str,
        act: impl AsyncFn(Element) -> Result<T, CmdError>,
    ) -> Result<T> {
        let tries = async {
            loop {
                match act(self.find(css).await?).await {
                    Err(error) if error.is_stale_element_reference() => {
                        tokio::time::sleep(POLL).await;
                    }
                    done => return Ok(done?),
                }
            }
        };
        let done = tokio::time::timeout(DEADLINE, tries).await;
        done.with_context(|| format!("{css} does not stay for {} s", DEADLINE.as_secs()))?
    }

    /// Clicks an element that copies a link, and gives the part of the link after `#`. The own
    /// address stays as it was.
    pub async fn copied_route(&self, css: &str) -> Result<String> {
        let before = self.route().await?;
        self.run_script(
            "window.copied = null; \
             navigator.clipboard.writeText = text => { window.copied = text; return Promise.resolve(); }",
        )
        .await?;
        self.click(css).await?;
        self.wait_for("a link", "window.copied !== null").await?;
        let route = self.eval("window.copied.split('#')[1]").await?;
        let after = self.route().await?;
        ensure!(before == after, "the address became {after}");
        Ok(route)
    }

    /// Presses and releases a key: `Key::Tab`, `' '`, `'a'`.
    pub async fn press(&self, key: impl Into<char>) -> Result<()> {
        self.press_with(&[], key).await
    }

    /// Presses a key while others are held: `press_with(&[Key::Shift], Key::Tab)`.
    pub async fn press_with(&self, held: &[Key], key: impl Into<char>) -> Result<()> {
        let held: Vec<char> = held.iter().copied().map(char::from).collect();
        let key = key.into();
        let down = held
            .iter()
            .copied()
            .chain([key])
            .map(|value| KeyAction::Down { value });
        let up = [key].into_iter().chain(held.iter().rev().copied());
        let actions = down
            .chain(up.map(|value| KeyAction::Up { value }))
            .fold(KeyActions::new("keyboard".to_owned()), InputSource::then);
        Ok(self.client().perform_actions(actions).await?)
    }

    /// Types into whatever has the focus.
    pub async fn type_text(&self, text: &str) -> Result<()> {
        for key in text.chars() {
            self.press(key).await?;
        }
        Ok(())
    }

    /// Drags from an element's centre by some CSS pixels, in several moves as a hand does.
    pub async fn drag(&self, css: &str, right: f64, down: f64) -> Result<()> {
        let element = self.find(css).await?;
        let steps = 8;
        let step = Duration::from_millis(10);
        let grab = PointerAction::MoveToElement {
            element,
            duration: None,
            x: 0.0,
            y: 0.0,
        };
        let by = PointerAction::MoveBy {
            duration: Some(step),
            x: right / f64::from(steps),
            y: down / f64::from(steps),
        };
        let actions = [
            grab,
            PointerAction::Down {
                button: MOUSE_BUTTON_LEFT,
            },
        ]
        .into_iter()
        .chain((0..steps).map(|_| by.clone()))
        .chain([PointerAction::Up {
            button: MOUSE_BUTTON_LEFT,
        }])
        .fold(MouseActions::new("mouse".to_owned()), InputSource::then);
        Ok(self.client().perform_actions(actions).await?)
    }

    /// A CSS selector's worth of the element that has the focus: `button#play` or `body`.
    pub async fn focused(&self) -> Result<String> {
        self.eval(
            "(e => e.tagName.toLowerCase() + (e.id ? '#' + e.id : ''))(document.activeElement)",
        )
        .await
    }

    /// The value of a JavaScript expression.
    pub async fn eval<T: DeserializeOwned>(&self, expression: &str) -> Result<T> {
        let value = self
            .client()
            .execute(&format!("return ({expression});"), vec![])
            .await;
        let value = value.with_context(|| format!("cannot evaluate `{expression}`"))?;
        serde_json::from_value(value).with_context(|| format!("the type of `{expression}`"))
    }

    /// Runs JavaScript statements, such as the whole text of a library.
    pub async fn run_script(&self, script: &str) -> Result<()> {
        self.client().execute(script, vec![]).await?;
        Ok(())
    }

    /// Waits until a JavaScript expression is true; `what` is for the message when it never is.
    pub async fn wait_for(&self, what: &str, condition: &str) -> Result<()> {
        self.wait_until(what, async || {
            self.eval(&format!("Boolean({condition})")).await
        })
        .await
    }

    /// Waits until a condition holds; `what` is for the message when it never does.
    pub async fn wait_until(
        &self,
        what: &str,
        condition: impl AsyncFn() -> Result<bool>,
    ) -> Result<()> {
        let poll = async {
            while !condition().await? {
                tokio::time::sleep(POLL).await;
            }
            Ok(())
        };
        let waited = tokio::time::timeout(DEADLINE, poll).await;
        waited.with_context(|| format!("waited {} s for {what}", DEADLINE.as_secs()))?
    }

    /// The errors which the console has shown since it was last asked, failed requests included.
    pub async fn console_errors(&self) -> Result<Vec<String>> {
        self.console(&["SEVERE"]).await
    }

    async fn console(&self, levels: &[&str]) -> Result<Vec<String>> {
        if self.engine != Engine::Chromium {
            return self.eval("(window.keptErrors ?? []).splice(0)").await;
        }
        let log = self.client().issue_cmd(Post::console()).await?;
        let entries = log.as_array().context("the console is not a list")?;
        Ok(entries
            .iter()
            .filter(|entry| levels.iter().any(|level| entry["level"] == *level))
            .map(|entry| entry["message"].as_str().unwrap_or_default().to_owned())
            .filter(|said| !is_broken_off(said))
            .collect())
    }

    /// Fails if the console has shown an error or a warning.
    pub async fn expect_quiet_console(&self) -> Result<()> {
        let said = self.console(&["SEVERE", "WARNING"]).await?;
        ensure!(said.is_empty(), "the console shows:\n{}", said.join("\n"));
        Ok(())
    }

    /// A picture of the viewport, as PNG.
    pub async fn screenshot(&self) -> Result<Vec<u8>> {
        Ok(self.client().screenshot().await?)
    }

    async fn cdp(&self, command: &str, params: &Value) -> Result<Value> {
        ensure!(
            self.engine == Engine::Chromium,
            "{} does not know {command}: this test is for Chromium alone",
            self.engine.as_str()
        );
        let sent = self.client.issue_cmd(Post::cdp(command, params)).await;
        sent.with_context(|| format!("the browser refuses {command} {params}"))
    }
}

/// Whether it says that the browser, which fetches the icon of the page's manifest when it likes,
/// was on it when the page was left. That is nothing a page could see to.
fn is_broken_off(said: &str) -> bool {
    said.contains("icon from the Manifest") && said.contains("Download error")
}
