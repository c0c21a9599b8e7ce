//! What the page shows and asks for before the program is there: the list of lessons as links, and
//! for each route the data files it needs (`public/start/start.js`).

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use serde_json::Value;

use crate::data::{COURSE, CROWDS, LESSONS, PRACTICE, WORLDS};
use crate::table;

/// Where the list goes.
const LIST: &str = "<!-- lessons -->";
/// The world of the free lab.
const LAB_WORLD: &str = "small_internet";

/// Puts list and files into the page of a site that is being built; where there is no page, nothing.
/// `outline` is what the course consists of.
pub(crate) fn write(outline: &Value, site: &Path) -> Result<()> {
    let page = site.join("index.html");
    if !page.is_file() {
        return Ok(());
    }
    let text = fs::read_to_string(&page)?.replace(LIST, list(outline).trim_end());
    fs::write(&page, text)?;

    // Every page has the list of lessons, if only to count them; the first one has no name.
    let mut files = BTreeMap::from([
        (String::new(), COURSE.to_owned()),
        ("home".to_owned(), COURSE.to_owned()),
        ("practice".to_owned(), COURSE.to_owned()),
        (
            "lab".to_owned(),
            format!("{COURSE} {}", world_file(LAB_WORLD)),
        ),
    ]);
    for chapter in members(&outline["chapters"]) {
        for lesson in members(&chapter["lessons"]) {
            let id = text_of(&lesson["id"]);
            files.insert(format!("lesson/{id}"), lesson_files(id, lesson));
        }
    }
    for scenario in members(&outline["scenarios"]) {
        let files_of = format!(
            "{COURSE} {} {CROWDS}{}.bin",
            world_file(text_of(&scenario["world"])),
            text_of(&scenario["crowd"])
        );
        files.insert(format!("lab/{}", text_of(&scenario["id"])), files_of);
    }
    for problem in members(&outline["problems"]) {
        let id = text_of(&problem["id"]);
        files.insert(
            format!("practice/{id}"),
            format!("{COURSE} {PRACTICE}{id}.bin"),
        );
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
fn list(outline: &Value) -> String {
    let mut html = String::new();
    for chapter in members(&outline["chapters"]) {
        // Writing to a string cannot fail.
        let _ = writeln!(html, "<h2>{}</h2><ul>", escaped(text_of(&chapter["title"])));
        for lesson in members(&chapter["lessons"]) {
            let _ = writeln!(
                html,
                "<li><a href=\"#/lesson/{}/1\">{}</a></li>",
                text_of(&lesson["id"]),
                escaped(text_of(&lesson["title"]))
            );
        }
        html.push_str("</ul>\n");
    }
    html
}

/// What a lesson needs: the list of lessons, its own file, its world and its crowds.
fn lesson_files(id: &str, lesson: &Value) -> String {
    let mut files = format!(
        "{COURSE} {LESSONS}{id}.bin {}",
        world_file(text_of(&lesson["world"]))
    );
    for crowd in members(&lesson["crowds"]) {
        // Writing to a string cannot fail.
        let _ = write!(files, " {CROWDS}{}.bin", text_of(crowd));
    }
    files
}

fn world_file(id: &str) -> String {
    format!("{WORLDS}{id}.bin")
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
        let lessons = json!([{ "id": "one", "title": "The <first>" }]);
        let outline = json!({ "chapters": [{ "title": "A & B", "lessons": lessons }] });
        let html = list(&outline);
        assert!(html.starts_with("<h2>A &amp; B</h2>"), "{html}");
        assert!(
            html.contains("<a href=\"#/lesson/one/1\">The &lt;first></a>"),
            "{html}"
        );
    }

    #[test]
    fn a_lesson_needs_the_list_its_world_and_its_crowds() {
        let lesson = json!({ "world": "small", "crowds": ["a", "b"] });
        let files = lesson_files("one", &lesson);
        assert_eq!(
            files,
            "course.bin lessons/one.bin worlds/small.bin crowds/a.bin crowds/b.bin"
        );
    }
}
