//! What is around the page: the window, what the reader's system asks for, the network, the host.

use std::sync::{MutexGuard, PoisonError};

use anyhow::Result;
use serde_json::{Value, json};

use super::Lab;
use crate::browser::Engine;
use crate::server::Fault;

/// The colours which the reader's system asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColorScheme {
    /// Dark text on a light ground.
    Light,
    /// Light text on a dark ground.
    Dark,
}

/// The motion which the reader's system asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Motion {
    /// Everything may move.
    Full,
    /// `prefers-reduced-motion: reduce`.
    Reduced,
}

impl Lab {
    /// Runs a script in each page that is loaded from now on, before what the page brings.
    pub async fn before_each_load(&self, script: &str) -> Result<()> {
        let source = json!({ "source": script });
        let added = self
            .cdp("Page.addScriptToEvaluateOnNewDocument", &source)
            .await?;
        self.scripts().push(added["identifier"].clone());
        Ok(())
    }

    /// Takes back all scripts of [`Lab::before_each_load`].
    pub async fn as_before_each_load(&self) -> Result<()> {
        let scripts = std::mem::take(&mut *self.scripts());
        for script in scripts {
            let script = json!({ "identifier": script });
            self.cdp("Page.removeScriptToEvaluateOnNewDocument", &script)
                .await?;
        }
        Ok(())
    }

    fn scripts(&self) -> MutexGuard<'_, Vec<Value>> {
        self.scripts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Makes the timers of all pages that are loaded from now on run twenty times as fast.
    pub async fn hasten(&self) -> Result<()> {
        self.before_each_load(
            "(real => window.setTimeout = (run, ms, ...rest) => real(run, ms / 20, ...rest))(setTimeout);",
        )
        .await
    }

    /// From now on files whose path contains a text meet a fault of the host; `/` is the page alone,
    /// and an empty text is all.
    pub fn fault(&self, path: &str, fault: Fault) {
        self.host.faults.add(path, fault);
    }

    /// Makes the host well again.
    pub fn heal(&self) {
        self.host.faults.clear();
    }

    /// Sets the size of the viewport in CSS pixels; 390 by 844 is a phone.
    ///
    /// Firefox has no window narrower than 450 pixels; [`Lab::sweep`] has frames of any size.
    pub async fn viewport(&self, width: u32, height: u32) -> Result<()> {
        if self.engine != Engine::Chromium {
            return self.window(width, height).await;
        }
        let params = json!({
            "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false,
        });
        self.cdp("Emulation.setDeviceMetricsOverride", &params)
            .await?;
        Ok(())
    }

    /// Makes the window as large as its viewport needs, where the driver knows windows alone.
    async fn window(&self, width: u32, height: u32) -> Result<()> {
        self.client.set_window_size(width, height).await?;
        let (inner_width, inner_height): (u32, u32) =
            self.eval("[innerWidth, innerHeight]").await?;
        let wanted = (
            width + width.saturating_sub(inner_width),
            height + height.saturating_sub(inner_height),
        );
        if wanted != (width, height) {
            self.client.set_window_size(wanted.0, wanted.1).await?;
        }
        Ok(())
    }

    /// Sets what the reader's system asks for.
    pub async fn preferences(&self, colors: ColorScheme, motion: Motion) -> Result<()> {
        let colors = match colors {
            ColorScheme::Light => "light",
            ColorScheme::Dark => "dark",
        };
        let motion = match motion {
            Motion::Full => "no-preference",
            Motion::Reduced => "reduce",
        };
        let params = json!({ "features": [
            { "name": "prefers-color-scheme", "value": colors },
            { "name": "prefers-reduced-motion", "value": motion },
        ]});
        self.cdp("Emulation.setEmulatedMedia", &params).await?;
        Ok(())
    }

    /// Shows the page in a few colors of the reader's own, as high contrast modes do.
    pub async fn force_colors(&self) -> Result<()> {
        let params = json!({ "features": [{ "name": "forced-colors", "value": "active" }] });
        self.cdp("Emulation.setEmulatedMedia", &params).await?;
        Ok(())
    }

    /// Cuts the window off the network, or connects it again.
    pub async fn offline(&self, offline: bool) -> Result<()> {
        self.network(offline, None).await
    }

    /// Puts a line of so many kbit/s and so many milliseconds of delay between page and host, or
    /// takes it away.
    pub async fn line(&self, line: Option<(u32, u32)>) -> Result<()> {
        self.network(false, line).await
    }

    async fn network(&self, offline: bool, line: Option<(u32, u32)>) -> Result<()> {
        self.cdp("Network.enable", &json!({})).await?;
        let delay = line.map_or(0, |(_, delay)| delay);
        let octets = line.map_or(-1.0, |(kilobits, _)| f64::from(kilobits) * 125.0);
        let params = json!({
            "offline": offline, "latency": delay,
            "downloadThroughput": octets, "uploadThroughput": octets,
        });
        self.cdp("Network.emulateNetworkConditions", &params)
            .await?;
        Ok(())
    }

    /// Lets the pages that are loaded from now on run scripts, or not.
    pub async fn scripts_run(&self, may_run: bool) -> Result<()> {
        let params = json!({ "value": !may_run });
        self.cdp("Emulation.setScriptExecutionDisabled", &params)
            .await?;
        Ok(())
    }

    /// Throws away the files the browser has kept from earlier visits.
    pub async fn forget_files(&self) -> Result<()> {
        self.cdp("Network.clearBrowserCache", &json!({})).await?;
        Ok(())
    }

    /// Throws away all that the browser has kept from earlier visits.
    pub async fn forget_everything(&self) -> Result<()> {
        self.client().goto("about:blank").await?;
        let everything = json!({ "origin": self.host.origin, "storageTypes": "all" });
        self.cdp("Storage.clearDataForOrigin", &everything).await?;
        self.forget_files().await
    }
}
