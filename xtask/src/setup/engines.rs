//! The browsers besides Chromium in which some tests run: Firefox, and the engine of Safari in the
//! small browser that comes with WebKitGTK, on a screen that nobody sees.

use std::path::Path;

use anyhow::{Context, Result, ensure};

use super::debian;
use crate::env::is_installed;

/// Firefox is driven by the tests themselves: it needs no driver of its own.
pub(super) fn ensure() -> Result<()> {
    let missing = missing();
    if missing.is_empty() {
        return Ok(());
    }
    debian::install(&missing)
        .and_then(|()| {
            let left = self::missing();
            ensure!(left.is_empty(), "{} is still not there", left.join(", "));
            Ok(())
        })
        .context(
            "some browser tests run in Firefox and WebKit too, and need Firefox, WebKitWebDriver with its \
             MiniBrowser, and Xvfb; by hand: `apt-get install firefox-esr webkit2gtk-driver xvfb`, or your \
             system's packages of them",
        )
}

/// The Debian packages whose programs are not there.
fn missing() -> Vec<&'static str> {
    let has_firefox = is_installed("firefox-esr") || is_installed("firefox");
    let needed = [
        ("firefox-esr", has_firefox),
        (
            "webkit2gtk-driver",
            is_installed("WebKitWebDriver") && has_mini_browser(),
        ),
        ("xvfb", is_installed("Xvfb")),
    ];
    let absent = needed.into_iter().filter(|(_, is_there)| !is_there);
    absent.map(|(package, _)| package).collect()
}

/// The browser lies beside WebKit's library, in a folder for the version and, in Debian, one for the
/// architecture.
fn has_mini_browser() -> bool {
    let debian = format!("/usr/lib/{}-linux-gnu", std::env::consts::ARCH);
    let versions = ["webkit2gtk-4.1", "webkitgtk-6.0", "webkit2gtk-4.0"];
    [&debian, "/usr/lib", "/usr/libexec"]
        .into_iter()
        .any(|folder| {
            versions.into_iter().any(|version| {
                Path::new(folder)
                    .join(version)
                    .join("MiniBrowser")
                    .is_file()
            })
        })
}
