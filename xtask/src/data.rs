//! `cargo xtask data`: the lessons, worlds, crowds and problems as the page fetches them.
//!
//! The lab's own program reads them, strictly, and writes them: one reader for all, and one place
//! where a fault is told. It is built natively, apart from these tasks, which stay quick to build,
//! and says what the course consists of, for those steps of a build that have to know.

use std::path::PathBuf;

use anyhow::{Context, Result};
use serde_json::Value;

use crate::env::Env;
use crate::process::CommandExt;
use crate::{seal, shell};

/// Below the site: the outline of the course.
pub(crate) const COURSE: &str = "course.bin";
/// Below the site: lessons, by id.
pub(crate) const LESSONS: &str = "lessons/";
/// Below the site: worlds, by id.
pub(crate) const WORLDS: &str = "worlds/";
/// Below the site: crowds, by id.
pub(crate) const CROWDS: &str = "crowds/";
/// Below the site: practice problems, by id.
pub(crate) const PRACTICE: &str = "practice/";
/// Below the site: what of a lesson can be read before the program is there, by id.
pub(crate) const SHELL: &str = "shell/";

/// Writes the files below a folder; without one, where Trunk is building the site, or else into
/// the site as built.
pub(crate) fn write(env: &Env, folder: Option<&str>) -> Result<()> {
    let site = match folder {
        Some(folder) => PathBuf::from(folder),
        None => std::env::var_os("TRUNK_STAGING_DIR").map_or_else(|| env.dist(), PathBuf::from),
    };
    // The program runs in the project's folder.
    let site = std::path::absolute(&site)?;
    let args = [
        "run",
        "--quiet",
        "--package",
        "dns-lab",
        "--bin",
        "dns-lab-content",
        "--",
    ];
    let mut command = env.cargo();
    let outline = command.args(args).arg(&site).read()?;
    let outline: Value = serde_json::from_str(&outline).context("the outline is no JSON")?;
    shell::write(&outline, &site)?;
    if seal::is_sealed(&site) {
        // The page was changed since.
        seal::seal(env, &site)?;
    }
    Ok(())
}
