//! Running other programs, and saying how long things take.

use std::io::{self, Write};
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail};

/// What the steps do with a [`Command`].
pub(crate) trait CommandExt {
    /// Runs with the terminal's output; anything but success is an error.
    fn run(&mut self) -> Result<()>;
    /// Runs and returns what was printed, without the last line break.
    fn read(&mut self) -> Result<String>;
    /// Keeps the caller's build settings (flags, wrappers, targets) from this command.
    fn clean(self) -> Self;
}

impl CommandExt for Command {
    fn run(&mut self) -> Result<()> {
        let status = self
            .status()
            .with_context(|| format!("cannot start `{}`", line(self)))?;
        if !status.success() {
            bail!("`{}` failed ({status})", line(self));
        }
        Ok(())
    }

    fn read(&mut self) -> Result<String> {
        let output = self
            .stderr(Stdio::piped())
            .output()
            .with_context(|| format!("cannot start `{}`", line(self)))?;
        if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stderr);
            bail!(
                "`{}` failed ({})\n{}",
                line(self),
                output.status,
                said.trim_end()
            );
        }
        let text = String::from_utf8(output.stdout)
            .with_context(|| format!("`{}` printed something that is not text", line(self)))?;
        Ok(text.trim_end().to_owned())
    }

    fn clean(mut self) -> Self {
        for (name, _) in std::env::vars_os() {
            let Some(text) = name.to_str() else { continue };
            let steers_a_build = text.starts_with("CARGO_BUILD_")
                || text.starts_with("CARGO_PROFILE_")
                || text.starts_with("CARGO_TARGET_")
                || text.starts_with("CARGO_ENCODED_")
                || text.starts_with("CARGO_UNSTABLE_")
                || matches!(text, "RUSTFLAGS" | "RUSTDOCFLAGS" | "RUSTC_WRAPPER");
            if steers_a_build {
                self.env_remove(&name);
            }
        }
        self
    }
}

/// Does a set-up step: says what it is and how long it took.
pub(crate) fn step<T>(what: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    println!("  {what} ...");
    io::stdout().flush()?;
    let (result, took) = timed(work);
    if result.is_ok() {
        println!("  {what}: done in {}", seconds(took));
    }
    result
}

/// Does something and says how long it took.
#[expect(
    clippy::disallowed_methods,
    reason = "tells a person how long a step took"
)]
pub(crate) fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let start = std::time::Instant::now();
    let value = work();
    (value, start.elapsed())
}

/// Tells how long something has taken so far.
pub(crate) struct Stopwatch(std::time::Instant);

impl Stopwatch {
    #[expect(
        clippy::disallowed_methods,
        reason = "tells a person how long they have waited"
    )]
    pub(crate) fn start() -> Self {
        Self(std::time::Instant::now())
    }

    pub(crate) fn read(&self) -> Duration {
        self.0.elapsed()
    }
}

/// A duration for people.
pub(crate) fn seconds(duration: Duration) -> String {
    format!("{:.1} s", duration.as_secs_f64())
}

fn line(command: &Command) -> String {
    let words: Vec<_> = std::iter::once(command.get_program())
        .chain(command.get_args())
        .map(|word| word.to_string_lossy())
        .collect();
    words.join(" ")
}
