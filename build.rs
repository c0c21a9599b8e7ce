//! Makes the outline of the course, which is all that the page carries of it.
//!
//! The lessons themselves are read natively as they are written, and by the page as the files
//! that `cargo xtask data` makes of them.

use std::env;
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

fn main() -> Result<(), Box<dyn Error>> {
    split();
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=lessons");
    let mut lessons = Vec::new();
    for entry in fs::read_dir("lessons")? {
        let file = entry?.path().join("lesson.toml");
        if file.is_file() {
            lessons.push(read(&file)?);
        }
    }
    let course = read(Path::new("lessons/course.toml"))?;
    let chapters = list(&course["chapter"]).iter().map(|chapter| {
        let ids = list(&chapter["lessons"]).iter();
        // What is missing or at fault is for the tests to report, all of it at once.
        let taught = ids.filter_map(|id| lessons.iter().find(|lesson| lesson["id"] == *id));
        json!({
            "title": chapter["title"],
            "lessons": taught.map(outline).collect::<Vec<_>>(),
        })
    });
    let scenarios = read(Path::new("lessons/scenarios.toml"))?;
    let outline = json!({
        "chapters": chapters.collect::<Vec<_>>(),
        "scenarios": list(&scenarios["scenario"]),
    });
    let out = PathBuf::from(env::var("OUT_DIR")?);
    fs::write(out.join("problems.json"), problems()?.to_string())?;
    fs::write(out.join("outline.json"), outline.to_string())?;
    Ok(())
}

/// Has the page linked so that `cargo xtask build` can cut it into parts, if that asks for it.
/// Flags for the whole build would have every dependency built a second time.
fn split() {
    println!("cargo::rustc-check-cfg=cfg(split)");
    if env::var("CARGO_CFG_TARGET_ARCH").as_deref() != Ok("wasm32") {
        return;
    }
    println!("cargo::rerun-if-env-changed=DNS_LAB_SPLIT");
    if env::var_os("DNS_LAB_SPLIT").is_some() {
        println!("cargo::rustc-cfg=split");
        println!("cargo::rustc-link-arg-bins=--emit-relocs");
    }
}

/// What the page knows of a lesson before it is fetched.
fn outline(lesson: &Value) -> Value {
    let steps: Vec<&Value> = list(&lesson["step"])
        .iter()
        .map(|step| &step["id"])
        .collect();
    let mut crowds: Vec<&Value> = Vec::new();
    for crowd in list(&lesson["step"]).iter().map(|step| &step["crowd"]) {
        if crowd.is_string() && !crowds.contains(&crowd) {
            crowds.push(crowd);
        }
    }
    json!({
        "id": lesson["id"],
        "title": lesson["title"],
        "summary": lesson["summary"],
        "minutes": lesson["minutes"],
        "world": lesson["world"],
        "crowds": crowds,
        "steps": steps,
        "reviews": list(&lesson["review"]).len(),
    })
}

/// What the page knows of the practice problems before one is fetched, the easiest first.
fn problems() -> Result<Value, Box<dyn Error>> {
    let mut problems = Vec::new();
    for entry in fs::read_dir("lessons/practice")? {
        let file = entry?.path().join("problem.toml");
        if file.is_file() {
            problems.push(read(&file)?);
        }
    }
    let rank = |problem: &Value| {
        let levels = ["easy", "medium", "hard"];
        let level = levels
            .iter()
            .position(|level| problem["difficulty"] == *level);
        (level, problem["id"].to_string())
    };
    problems.sort_by_key(rank);
    let outlines = problems.iter().map(|problem| {
        json!({
            "id": problem["id"],
            "title": problem["title"],
            "summary": problem["summary"],
            "difficulty": problem["difficulty"],
            "minutes": problem["minutes"],
        })
    });
    Ok(outlines.collect())
}

/// The members of a list; none if there is no list.
fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

/// Reads a TOML file.
fn read(file: &Path) -> Result<Value, Box<dyn Error>> {
    let text = fs::read_to_string(file)?;
    Ok(toml::from_str(&text).map_err(|error| format!("{}: {error}", file.display()))?)
}
