//! `cargo xtask data`: the lessons, worlds and crowds as the page fetches them.
//!
//! They are written in TOML, Markdown and zone files, and natively they are read as written, so
//! that faults are reported by file and line. The page gets one JSON file for each lesson,
//! each world and each crowd: it reads JSON anyway, for links and progress, and a TOML parser would make its
//! module a tenth larger.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde_json::{Map, Value, json};

use crate::env::Env;
use crate::{seal, shell};

/// Below the site: lessons, by id.
pub(crate) const LESSONS: &str = "lessons/";
/// Below the site: worlds, by id.
pub(crate) const WORLDS: &str = "worlds/";
/// Below the site: crowds, by id.
pub(crate) const CROWDS: &str = "crowds/";

/// Below the site: what of a lesson can be read before the program is there, by id.
pub(crate) const SHELL: &str = "shell/";
/// Below the site: practice problems, by id.
pub(crate) const PRACTICE: &str = "practice/";

/// Writes the files below a folder; without one, where Trunk is building the site, or else into
/// the site as built.
pub(crate) fn write(env: &Env, folder: Option<&str>) -> Result<()> {
    let site = match folder {
        Some(folder) => PathBuf::from(folder),
        None => std::env::var_os("TRUNK_STAGING_DIR").map_or_else(|| env.dist(), PathBuf::from),
    };
    let source = env.root.join("lessons");
    for folder in folders(&source)? {
        if folder.join("lesson.toml").is_file() {
            let (id, lesson) = lesson(&folder)?;
            put(&site.join(LESSONS), &id, &lesson)?;
        }
    }
    for folder in folders(&source.join("worlds"))? {
        put(&site.join(WORLDS), &name(&folder), &world(&folder)?)?;
    }
    // A crowd's file is read by `dns_lab::scenario::crowd::CrowdSource::parse` in both forms.
    for file in entries(&source.join("crowds"))? {
        let id = name(&file.with_extension(""));
        put(&site.join(CROWDS), &id, &toml(&file)?)?;
    }
    for folder in folders(&source.join("practice"))? {
        let (id, problem) = problem(&folder)?;
        put(&site.join(PRACTICE), &id, &problem)?;
    }
    shell::write(&source, &site)?;
    if seal::is_sealed(&site) {
        // The page was changed since.
        seal::seal(env, &site)?;
    }
    Ok(())
}

/// A problem's id and its files in one, as `dns_lab::lesson::practice::unpack_problem` reads
/// them: the crowds are texts of data files of their own.
fn problem(folder: &Path) -> Result<(String, Value)> {
    let problem = toml(&folder.join("problem.toml"))?;
    let id = problem["id"].as_str();
    let id = id.with_context(|| format!("{} has no problem id", folder.display()))?;
    let id = id.to_owned();
    let mut crowds = Map::new();
    for run in problem["run"].as_array().into_iter().flatten() {
        let crowd = run["id"].as_str().unwrap_or_default();
        let file = folder.join(format!("{crowd}.toml"));
        crowds.insert(crowd.to_owned(), toml(&file)?.to_string().into());
    }
    let text = text(&folder.join("text.md"))?;
    Ok((
        id,
        json!({ "folder": name(folder), "problem": problem, "text": text, "crowds": crowds }),
    ))
}

/// A lesson's id and its files in one, as `dns_lab::lesson::unpack_lesson` reads them.
fn lesson(folder: &Path) -> Result<(String, Value)> {
    let lesson = toml(&folder.join("lesson.toml"))?;
    let id = lesson["id"].as_str();
    let id = id.with_context(|| format!("{} has no lesson id", folder.display()))?;
    let id = id.to_owned();
    let text = text(&folder.join("text.md"))?;
    Ok((
        id,
        json!({ "folder": name(folder), "lesson": lesson, "text": text }),
    ))
}

/// A world's files in one, as `dns_lab::scenario::WorldSource::unpack` reads them.
fn world(folder: &Path) -> Result<Value> {
    let mut zones = Map::new();
    for file in entries(&folder.join("zones"))? {
        zones.insert(name(&file), without_comments(&text(&file)?).into());
    }
    Ok(json!({ "world": toml(&folder.join("world.toml"))?, "zones": zones }))
}

/// A zone file without the lines that only speak to those who edit it.
fn without_comments(zone: &str) -> String {
    let mut kept = String::new();
    for line in zone.lines().map(str::trim_end) {
        if !line.is_empty() && !line.starts_with(';') {
            kept.push_str(line);
            kept.push('\n');
        }
    }
    kept
}

fn put(folder: &Path, id: &str, value: &Value) -> Result<()> {
    fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let file = folder.join(format!("{id}.json"));
    fs::write(&file, value.to_string()).with_context(|| format!("cannot write {}", file.display()))
}

pub(crate) fn toml(file: &Path) -> Result<Value> {
    toml::from_str(&text(file)?).with_context(|| format!("{} is at fault", file.display()))
}

fn text(file: &Path) -> Result<String> {
    fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))
}

/// What is in a folder, in order.
fn entries(folder: &Path) -> Result<Vec<PathBuf>> {
    let list = fs::read_dir(folder).with_context(|| format!("cannot list {}", folder.display()))?;
    let mut paths = Vec::new();
    for entry in list {
        paths.push(entry?.path());
    }
    paths.sort();
    Ok(paths)
}

pub(crate) fn folders(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut paths = entries(folder)?;
    paths.retain(|path| path.is_dir());
    Ok(paths)
}

fn name(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default();
    name.to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_that_are_comments_are_left_out_of_zones() {
        let zone = "; about\n\n$ORIGIN com. ; kept\n  ( a ;\n";
        assert_eq!(without_comments(zone), "$ORIGIN com. ; kept\n  ( a ;\n");
    }

    #[test]
    fn each_lesson_each_world_and_each_crowd_gets_a_file() {
        let env = Env::detect().expect("a project");
        let site = std::env::temp_dir().join(format!("dns-lab-data-{}", std::process::id()));
        write(&env, site.to_str()).expect("they can be written");
        let lesson = site.join(LESSONS).join("first-lookup.json");
        let lesson: Value = serde_json::from_str(&text(&lesson).expect("a file")).expect("JSON");
        assert_eq!(lesson["folder"], "01_first_lookup");
        assert!(lesson["text"].as_str().expect("text").contains("{#"));
        let world = site.join(WORLDS).join("small_internet.json");
        let world: Value = serde_json::from_str(&text(&world).expect("a file")).expect("JSON");
        assert!(world["zones"]["root.zone"].is_string());
        let crowd = site.join(CROWDS).join("canary.json");
        let crowd: Value = serde_json::from_str(&text(&crowd).expect("a file")).expect("JSON");
        assert!(crowd["clients"].is_array());
        let problem = site.join(PRACTICE).join("stable-name.json");
        let problem: Value = serde_json::from_str(&text(&problem).expect("a file")).expect("JSON");
        let crowd = problem["crowds"]["hidden"].as_str().expect("its text");
        let crowd: Value = serde_json::from_str(crowd).expect("JSON");
        assert!(crowd["clients"].is_array());
        fs::remove_dir_all(&site).expect("it was written above");
    }
}
