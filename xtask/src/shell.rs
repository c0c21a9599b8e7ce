//! What the page shows and asks for before the program is there: the list of lessons as links, and
//! for each route the data files it needs (`public/start/start.js`).

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use serde_json::Value;

use crate::data::{CROWDS, LESSONS, PRACTICE, WORLDS, folders, toml};
use crate::seal::without_comments;
use crate::table;

/// Where the list goes.
const LIST: &str = "<!-- lessons -->";
/// The world of the free lab.
const LAB_WORLD: &str = "small_internet";

/// Puts list and files into the page of a site that is being built; where there is no page, nothing.
pub(crate) fn write(lessons: &Path, site: &Path) -> Result<()> {
    let page = site.join("index.html");
    if !page.is_file() {
        return Ok(());
    }
    let mut found = BTreeMap::new();
    for folder in folders(lessons)? {
        let file = folder.join("lesson.toml");
        if file.is_file() {
            let lesson = toml(&file)?;
            found.insert(text_of(&lesson["id"]).to_owned(), lesson);
        }
    }
    let course = toml(&lessons.join("course.toml"))?;
    let text = fs::read_to_string(&page)?.replace(LIST, list(&course, &found).trim_end());
    fs::write(&page, in_scripts(&text, without_comments))?;

    let mut files: BTreeMap<String, String> = found
        .iter()
        .map(|(id, lesson)| (format!("lesson/{id}"), lesson_files(id, lesson)))
        .collect();
    files.insert("lab".to_owned(), world_file(LAB_WORLD));
    let scenarios = toml(&lessons.join("scenarios.toml"))?;
    for scenario in members(&scenarios["scenario"]) {
        let files_of = format!(
            "{} {CROWDS}{}.json",
            world_file(text_of(&scenario["world"])),
            text_of(&scenario["crowd"])
        );
        files.insert(format!("lab/{}", text_of(&scenario["id"])), files_of);
    }
    for folder in folders(&lessons.join("practice"))? {
        let problem = toml(&folder.join("problem.toml"))?;
        let id = text_of(&problem["id"]);
        files.insert(format!("practice/{id}"), format!("{PRACTICE}{id}.json"));
    }
    let mut sizes = BTreeMap::new();
    for entry in fs::read_dir(site)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.ends_with(".wasm") {
            sizes.insert(name, entry.metadata()?.len());
        }
    }
    table::change(site, |table| {
        table.files = files;
        table.sizes.extend(sizes);
    })
    .context("the page cannot be told its files")
}

/// The chapters with their lessons.
fn list(course: &Value, lessons: &BTreeMap<String, Value>) -> String {
    let mut html = String::new();
    for chapter in members(&course["chapter"]) {
        // Writing to a string cannot fail.
        let _ = writeln!(html, "<h2>{}</h2><ul>", escaped(text_of(&chapter["title"])));
        for id in members(&chapter["lessons"]).iter().map(text_of) {
            let title = lessons
                .get(id)
                .map_or("", |lesson| text_of(&lesson["title"]));
            let _ = writeln!(
                html,
                "<li><a href=\"#/lesson/{id}/1\">{}</a></li>",
                escaped(title)
            );
        }
        html.push_str("</ul>\n");
    }
    html
}

/// What a lesson needs: its own file, its world and its crowds.
fn lesson_files(id: &str, lesson: &Value) -> String {
    let mut files = format!(
        "{LESSONS}{id}.json {}",
        world_file(text_of(&lesson["world"]))
    );
    for crowd in members(&lesson["step"])
        .iter()
        .filter_map(|step| step["crowd"].as_str())
    {
        let file = format!("{CROWDS}{crowd}.json");
        if !files.ends_with(&file) && !files.contains(&format!("{file} ")) {
            files.push(' ');
            files.push_str(&file);
        }
    }
    files
}

fn world_file(id: &str) -> String {
    format!("{WORLDS}{id}.json")
}

/// A page with the scripts that stand in it changed.
fn in_scripts(page: &str, change: impl Fn(&str) -> String) -> String {
    let mut parts = page.split("<script>");
    let mut changed = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (script, rest) = part.split_once("</script>").unwrap_or((part, ""));
        let _ = write!(changed, "<script>{}</script>{rest}", change(script).trim());
    }
    changed
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('"', "&quot;")
}

fn members(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn text_of(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn lessons_are_links_by_chapter() {
        let course = json!({ "chapter": [{ "title": "A & B", "lessons": ["one"] }] });
        let lessons = BTreeMap::from([("one".to_owned(), json!({ "title": "The <first>" }))]);
        let html = list(&course, &lessons);
        assert!(html.starts_with("<h2>A &amp; B</h2>"), "{html}");
        assert!(
            html.contains("<a href=\"#/lesson/one/1\">The &lt;first></a>"),
            "{html}"
        );
    }

    #[test]
    fn a_lesson_needs_its_world_and_each_of_its_crowds_once() {
        let steps = json!([{ "crowd": "a" }, {}, { "crowd": "b" }, { "crowd": "a" }]);
        let lesson = json!({ "world": "small", "step": steps });
        let files = lesson_files("one", &lesson);
        assert_eq!(
            files,
            "lessons/one.json worlds/small.json crowds/a.json crowds/b.json"
        );
    }

    #[test]
    fn comments_are_left_out_of_scripts_alone() {
        let page = "<p>// stays</p><script>\n// goes\ngo()\n</script><b>";
        assert_eq!(
            in_scripts(page, without_comments),
            "<p>// stays</p><script>go()</script><b>"
        );
    }
}
