//! Where things are: the project, cargo's home, the compiler.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::process::CommandExt;

/// The places and versions which most steps need.
#[derive(Debug)]
pub(crate) struct Env {
    /// The folder of the workspace's `Cargo.toml`.
    pub(crate) root: PathBuf,
    /// Where cargo installs: `<cargo_home>/bin`.
    pub(crate) cargo_home: PathBuf,
    /// The compiler's own folder.
    pub(crate) sysroot: PathBuf,
    /// The compiler's version, such as `1.95.0`.
    pub(crate) rustc_version: String,
}

impl Env {
    /// Asks the environment and the compiler.
    pub(crate) fn detect() -> Result<Self> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"))
            .parent()
            .context("xtask is not in a workspace")?
            .to_path_buf();
        let cargo_home = std::env::var_os("CARGO_HOME")
            .map(PathBuf::from)
            .or_else(|| std::env::home_dir().map(|home| home.join(".cargo")))
            .context("neither CARGO_HOME nor a home directory is set")?;
        let rustc = || Command::new("rustc").clean();
        let sysroot = rustc().args(["--print", "sysroot"]).read()?;
        let version = rustc().arg("--version").read()?;
        let rustc_version = version
            .split_whitespace()
            .nth(1)
            .with_context(|| format!("cannot read rustc's version from `{version}`"))?
            .to_owned();
        Ok(Self {
            root,
            cargo_home,
            sysroot: sysroot.into(),
            rustc_version,
        })
    }

    /// The site as built.
    pub(crate) fn dist(&self) -> PathBuf {
        self.root.join("dist")
    }

    /// A cargo command in the project's folder.
    pub(crate) fn cargo(&self) -> Command {
        let mut command = Command::new("cargo");
        command.current_dir(&self.root);
        command
    }

    /// A command in the project's folder which finds the tools that cargo installed.
    pub(crate) fn tool(&self, name: &str) -> Command {
        let mut command =
            Command::new(find_in(name, &self.tool_path()).unwrap_or_else(|| name.into()));
        command
            .current_dir(&self.root)
            .env("PATH", self.tool_path());
        command
    }

    /// The version a crate has in `Cargo.lock`.
    pub(crate) fn locked_version(&self, krate: &str) -> Result<String> {
        let lock = std::fs::read_to_string(self.root.join("Cargo.lock"))
            .context("cannot read Cargo.lock; `cargo update --workspace` writes it")?;
        version_in_lock(&lock, krate)
            .map(str::to_owned)
            .with_context(|| format!("Cargo.lock does not list `{krate}`"))
    }

    /// `PATH` with cargo's own folder in front.
    pub(crate) fn tool_path(&self) -> OsString {
        let path = std::env::var_os("PATH").unwrap_or_default();
        let all = std::iter::once(self.cargo_home.join("bin")).chain(std::env::split_paths(&path));
        // Only a folder whose name has the separator in it cannot be joined.
        std::env::join_paths(all).unwrap_or(path)
    }
}

/// Whether a program is on `PATH`.
pub(crate) fn is_installed(program: &str) -> bool {
    find_in(program, &std::env::var_os("PATH").unwrap_or_default()).is_some()
}

/// Whether a program is on `PATH`, or in a folder that is only on an administrator's.
pub(crate) fn is_installed_for_administrators(program: &str) -> bool {
    let folders = ["/usr/sbin", "/sbin", "/usr/local/sbin"].map(PathBuf::from);
    is_installed(program) || folders.iter().any(|folder| folder.join(program).is_file())
}

fn find_in(program: &str, path: &OsString) -> Option<PathBuf> {
    std::env::split_paths(path)
        .map(|folder| folder.join(format!("{program}{}", std::env::consts::EXE_SUFFIX)))
        .find(|file| file.is_file())
}

fn version_in_lock<'a>(lock: &'a str, krate: &str) -> Option<&'a str> {
    let name = format!("name = \"{krate}\"");
    let mut lines = lock.lines().skip_while(|line| *line != name);
    lines
        .nth(1)?
        .strip_prefix("version = \"")?
        .strip_suffix('"')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lock_gives_the_version_of_exactly_the_named_crate() {
        let lock = "[[package]]\nname = \"a-macro\"\nversion = \"9.0.0\"\n\n\
                    [[package]]\nname = \"a\"\nversion = \"1.2.3\"\nsource = \"x\"\n";
        assert_eq!(version_in_lock(lock, "a"), Some("1.2.3"));
        assert_eq!(version_in_lock(lock, "b"), None);
    }
}
