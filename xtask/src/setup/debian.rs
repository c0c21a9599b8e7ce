//! Debian packages: installing them, and looking into one without installing it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};

use crate::env::is_installed;
use crate::process::{CommandExt, step};

/// Installs packages with the machine's own apt.
pub(super) fn install(packages: &[&str]) -> Result<()> {
    ensure!(is_installed("apt-get"), "there is no apt-get here");
    step(
        &format!("Installing {} with apt-get", packages.join(" and ")),
        || {
            let apt = || {
                let mut command = as_root("apt-get");
                command.env("DEBIAN_FRONTEND", "noninteractive").arg("-qq");
                command
            };
            apt().arg("update").run()?;
            apt()
                .args(["install", "--yes", "--no-install-recommends"])
                .args(packages)
                .run()
        },
    )
}

/// Stops and disables the services that Debian starts for packages just installed: the tests
/// want the programs, and the machine's own DNS should stay as it was.
pub(super) fn stop_services(packages: &[&str]) {
    // Made by systemd where it runs.
    if !Path::new("/run/systemd/system").is_dir() {
        return;
    }
    for package in packages {
        // A package without a service of its name is no trouble.
        let _ = as_root("systemctl")
            .args(["--quiet", "disable", "--now", package])
            .read();
    }
}

/// A command that runs as root.
fn as_root(program: &str) -> Command {
    let is_root = Command::new("id")
        .arg("-u")
        .read()
        .is_ok_and(|id| id == "0");
    let mut command = Command::new(if is_root { program } else { "sudo" });
    if !is_root {
        command.arg(program);
    }
    command
}

/// Fetches the first version of a package which starts with `version` and unpacks it.
///
/// The package may be in a suite which this machine does not use: its mirror is asked for other
/// suites too, with settings and lists of our own in `scratch`, so that apt's stay as they are.
pub(super) fn unpack(package: &str, version: &str, scratch: &Path) -> Result<PathBuf> {
    for tool in ["apt-get", "apt-cache", "dpkg"] {
        ensure!(is_installed(tool), "there is no {tool} here");
    }
    let archives = archives()?;
    ensure!(
        !archives.is_empty(),
        "apt has no Debian archive among its sources"
    );
    let mut tried = Vec::new();
    for archive in &archives {
        for suite in archive.suites() {
            if tried.contains(&suite) {
                continue;
            }
            let Some(deb) = archive.download(package, version, &suite, scratch)? else {
                tried.push(suite);
                continue;
            };
            let folder = scratch.join("unpacked");
            Command::new("dpkg").arg("-x").arg(deb).arg(&folder).run()?;
            return Ok(folder);
        }
    }
    bail!("no {package} {version} in {}", tried.join(", "))
}

/// One archive that apt uses.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Archive {
    uri: String,
    suite: String,
    signed_by: Option<String>,
}

impl Archive {
    /// Suites which may have newer packages, the smallest first.
    fn suites(&self) -> Vec<String> {
        let own = self.suite.split('-').next().unwrap_or(&self.suite);
        let mut suites = vec![format!("{own}-backports"), own.to_owned()];
        suites.extend(
            [
                "trixie-backports",
                "stable-backports",
                "testing",
                "unstable",
            ]
            .map(str::to_owned),
        );
        suites
    }

    /// `None` if the suite does not exist or does not have the version.
    fn download(
        &self,
        package: &str,
        version: &str,
        suite: &str,
        scratch: &Path,
    ) -> Result<Option<PathBuf>> {
        let apt = PrivateApt::new(&scratch.join(suite), &self.source_line(suite))?;
        println!("    looking in {suite}");
        if apt
            .command("apt-get")
            .args(["-qq", "update"])
            .read()
            .is_err()
        {
            return Ok(None);
        }
        let listing = apt.command("apt-cache").args(["madison", package]).read()?;
        let Some(found) = version_in_madison(&listing, version) else {
            return Ok(None);
        };
        println!("    fetching {package} {found}");
        apt.command("apt-get")
            .args(["-qq", "download", &format!("{package}={found}")])
            .current_dir(&apt.folder)
            .read()?;
        let deb = files_in(&apt.folder)?.find(|file| file.extension().is_some_and(|e| e == "deb"));
        Ok(Some(deb.context("apt-get download left no package")?))
    }

    fn source_line(&self, suite: &str) -> String {
        let Self { uri, signed_by, .. } = self;
        match signed_by {
            Some(key) => format!("deb [signed-by={key}] {uri} {suite} main\n"),
            None => format!("deb {uri} {suite} main\n"),
        }
    }
}

/// apt with sources, lists and cache of its own.
struct PrivateApt {
    folder: PathBuf,
    options: Vec<String>,
}

impl PrivateApt {
    fn new(folder: &Path, source_line: &str) -> Result<Self> {
        for name in ["lists/partial", "cache/archives/partial", "preferences"] {
            fs::create_dir_all(folder.join(name))?;
        }
        fs::write(folder.join("sources.list"), source_line)?;
        fs::write(folder.join("status"), "")?;
        let at = |name: &str| folder.join(name).display().to_string();
        let options = vec![
            format!("Dir::Etc::sourcelist={}", at("sources.list")),
            "Dir::Etc::sourceparts=-".to_owned(),
            format!("Dir::Etc::preferencesparts={}", at("preferences")),
            format!("Dir::State::lists={}", at("lists")),
            format!("Dir::State::status={}", at("status")),
            format!("Dir::Cache={}", at("cache")),
            "Acquire::Languages=none".to_owned(),
            // The user apt downloads as may not write in our folder.
            "APT::Sandbox::User=root".to_owned(),
        ];
        Ok(Self {
            folder: folder.to_path_buf(),
            options,
        })
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        for option in &self.options {
            command.arg("-o").arg(option);
        }
        command
    }
}

/// The Debian archives in apt's sources, in both formats.
fn archives() -> Result<Vec<Archive>> {
    let folder = Path::new("/etc/apt/sources.list.d");
    let mut files = vec![PathBuf::from("/etc/apt/sources.list")];
    if folder.is_dir() {
        let mut parts: Vec<_> = files_in(folder)?.collect();
        parts.sort();
        files.extend(parts);
    }
    let mut found = Vec::new();
    for file in files {
        let Ok(text) = fs::read_to_string(&file) else {
            continue;
        };
        match file.extension().and_then(|e| e.to_str()) {
            Some("sources") => found.extend(text.split("\n\n").filter_map(archive_in_stanza)),
            _ => found.extend(text.lines().filter_map(archive_in_line)),
        }
    }
    // Updates and security are other folders or suites beside the archive proper.
    found.retain(|archive: &Archive| {
        archive.uri.trim_end_matches('/').ends_with("/debian") && !archive.suite.contains('-')
    });
    found.dedup();
    Ok(found)
}

/// `deb [signed-by=/usr/share/keyrings/a.gpg] http://host/debian suite main`
fn archive_in_line(line: &str) -> Option<Archive> {
    let rest = line.trim().strip_prefix("deb ")?.trim_start();
    let (options, rest) = match rest.strip_prefix('[') {
        Some(rest) => rest.split_once(']')?,
        None => ("", rest),
    };
    let signed_by = options
        .split_whitespace()
        .find_map(|word| word.strip_prefix("signed-by="));
    let mut words = rest.split_whitespace();
    Some(Archive {
        uri: words.next()?.to_owned(),
        suite: words.next()?.to_owned(),
        signed_by: signed_by.map(str::to_owned),
    })
}

/// A stanza of the newer format; a key block written into it is left out, as apt trusts it anyway.
fn archive_in_stanza(stanza: &str) -> Option<Archive> {
    let first = |field: &str| {
        let value = stanza
            .lines()
            .find_map(|line| line.strip_prefix(field)?.strip_prefix(':'))?;
        value.split_whitespace().next().map(str::to_owned)
    };
    Some(Archive {
        uri: first("URIs")?,
        suite: first("Suites")?,
        signed_by: first("Signed-By"),
    })
}

/// The second column of `package | version | source` where it is the version itself or one of
/// Debian's revisions of it.
fn version_in_madison<'a>(listing: &'a str, version: &str) -> Option<&'a str> {
    listing
        .lines()
        .filter_map(|line| line.split('|').nth(1).map(str::trim))
        .find(|found| {
            found.strip_prefix(version).is_some_and(|rest| {
                !rest.starts_with(|next: char| next.is_ascii_digit() || next == '.' || next == '~')
            })
        })
}

fn files_in(folder: &Path) -> Result<impl Iterator<Item = PathBuf>> {
    let entries =
        fs::read_dir(folder).with_context(|| format!("cannot list {}", folder.display()))?;
    Ok(entries.filter_map(|entry| Some(entry.ok()?.path())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_formats_of_sources_give_the_same_archive() {
        let expected = Archive {
            uri: "http://mirror.example/debian".to_owned(),
            suite: "bookworm".to_owned(),
            signed_by: Some("/k.gpg".to_owned()),
        };
        let line = "deb [arch=amd64 signed-by=/k.gpg] http://mirror.example/debian bookworm main";
        assert_eq!(archive_in_line(line), Some(expected.clone()));
        let stanza = "Types: deb\n# a note\nURIs: http://mirror.example/debian\n\
                      Suites: bookworm bookworm-updates\nSigned-By: /k.gpg\n";
        assert_eq!(archive_in_stanza(stanza), Some(expected));
    }

    #[test]
    fn a_revision_of_the_version_is_found_and_another_version_is_not() {
        let listing = " rust-src | 1.95.1+dfsg1-1 | m\n rust-src | 1.95.0+dfsg1-1~bpo13+2 | m";
        assert_eq!(
            version_in_madison(listing, "1.95.0"),
            Some("1.95.0+dfsg1-1~bpo13+2")
        );
        assert_eq!(version_in_madison(listing, "1.9"), None);
    }
}
