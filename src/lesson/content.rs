//! The course as it is written: `course.toml`, `scenarios.toml` and a folder a lesson.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Deserialize;

use super::error::Problems;
use super::file::read_lesson;
use super::{Block, Chapter, Course, Inline, Lesson, LessonError, LinkTarget, ScenarioOutline};
use crate::dns::quoted;
use crate::scenario::crowd::CrowdSource;
use crate::scenario::data_file::read_data_file;
use crate::scenario::{ContentFolder, WorldSource};

/// The folders of the content that are no lessons.
const OTHER_FOLDERS: [&str; 3] = ["crowds", "practice", "worlds"];

/// A lesson's folder name and the text of its two files.
#[derive(Clone, Debug)]
pub struct LessonFiles {
    /// The folder, such as `01_first_lookup`.
    pub folder: String,
    /// Its `lesson.toml`.
    pub toml: String,
    /// Its `text.md`.
    pub text: String,
}

/// Finds the files of all lessons: each folder that is not for worlds, crowds or problems.
///
/// # Errors
/// Every file that is missing or cannot be read.
pub fn lesson_files(content: &ContentFolder) -> Result<Vec<LessonFiles>, Vec<LessonError>> {
    let (mut files, mut found) = (Vec::new(), Vec::new());
    for folder in content.folders("") {
        if OTHER_FOLDERS.contains(&folder.as_str()) {
            continue;
        }
        let mut text = |name: &str| {
            let file = format!("{folder}/{name}");
            content.text(&file).unwrap_or_else(|problem| {
                found.push(LessonError {
                    file,
                    line: None,
                    problem,
                });
                String::new()
            })
        };
        let (toml, text) = (text("lesson.toml"), text("text.md"));
        files.push(LessonFiles { folder, toml, text });
    }
    if found.is_empty() {
        Ok(files)
    } else {
        Err(found)
    }
}

/// `course.toml` as written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct CourseFile {
    /// The version of the format, 1.
    format: u32,
    /// The chapters in order.
    chapter: Vec<ChapterFile>,
}

/// `[[chapter]]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ChapterFile {
    /// As [`Chapter::title`].
    title: String,
    /// The ids of its lessons in order.
    lessons: Vec<String>,
}

/// `scenarios.toml` as written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ScenariosFile {
    /// The version of the format, 1.
    format: u32,
    /// The scenarios in order.
    scenario: Vec<ScenarioOutline>,
}

/// Worlds that were read before, by id: lessons share them.
type Worlds = BTreeMap<String, Arc<WorldSource>>;

/// Reads a lesson from its two files; `folder` is the folder's name, and `content` has the world
/// and the crowds it names.
///
/// # Errors
/// Everything that is wrong, not only the first thing.
pub fn parse_lesson(
    content: &ContentFolder,
    folder: &str,
    toml: &str,
    text: &str,
) -> Result<Lesson, Vec<LessonError>> {
    parse_with(content, &mut Worlds::new(), folder, toml, text)
}

/// As [`parse_lesson`], with worlds that were read before.
fn parse_with(
    content: &ContentFolder,
    worlds: &mut Worlds,
    folder: &str,
    toml: &str,
    text: &str,
) -> Result<Lesson, Vec<LessonError>> {
    let find_world = |id: &str| {
        if let Some(known) = worlds.get(id) {
            return Ok(Arc::clone(known));
        }
        let source = Arc::new(content.world(id)?);
        worlds.insert(id.to_owned(), Arc::clone(&source));
        Ok(source)
    };
    let find_crowd = |id: &str| content.crowd(id).map(Arc::<CrowdSource>::new);
    read_lesson(folder, toml, text, find_world, &find_crowd)
}

/// The course that ships with the lab.
///
/// # Errors
/// Everything that is wrong with its files. The tests see to it that nothing is.
pub fn course() -> Result<Course, Vec<LessonError>> {
    course_of(&ContentFolder::shipped())
}

/// The course of a folder.
///
/// # Errors
/// Everything that is wrong with its files.
pub fn course_of(content: &ContentFolder) -> Result<Course, Vec<LessonError>> {
    let text = |file: &str| {
        content.text(file).map_err(|problem| {
            vec![LessonError {
                file: file.to_owned(),
                line: None,
                problem,
            }]
        })
    };
    let mut course = read_course(content, &text("course.toml")?, &lesson_files(content)?)?;
    let toml = text("scenarios.toml")?;
    let mut problems = Problems::new("scenarios.toml", &toml);
    match read_data_file::<ScenariosFile>(&toml) {
        Ok(file) => {
            if file.format != 1 {
                problems.add(format!(
                    "format {} is unknown: write format = 1",
                    file.format
                ));
            }
            course.scenarios = file.scenario;
        }
        Err(error) => problems.add_fault(error),
    }
    let found = problems.into_found();
    if found.is_empty() {
        Ok(course)
    } else {
        Err(found)
    }
}

/// Reads a course from a `course.toml` and the files of its lessons; `content` has the worlds and
/// crowds they name.
///
/// # Errors
/// Everything that is wrong.
pub fn read_course(
    content: &ContentFolder,
    toml: &str,
    files: &[LessonFiles],
) -> Result<Course, Vec<LessonError>> {
    let mut problems = Problems::new("course.toml", toml);
    let mut found = Vec::new();
    let mut lessons: Vec<Arc<Lesson>> = Vec::new();
    let mut worlds = Worlds::new();
    for file in files {
        match parse_with(content, &mut worlds, &file.folder, &file.toml, &file.text) {
            Ok(lesson) => lessons.push(Arc::new(lesson)),
            Err(errors) => found.extend(errors),
        }
    }
    let mut course = Course::default();
    match read_data_file::<CourseFile>(toml) {
        Ok(file) => {
            if file.format != 1 {
                problems.add(format!(
                    "format {} is unknown: write format = 1",
                    file.format
                ));
            }
            // With a lesson at fault, a missing one is no news.
            let is_complete = found.is_empty();
            let mut left = lessons.clone();
            for chapter in file.chapter {
                let mut taken = Vec::new();
                for id in chapter.lessons {
                    match left.iter().position(|lesson| lesson.id == id) {
                        Some(index) => taken.push(left.remove(index)),
                        None if is_complete => {
                            problems.add(format!(
                                "{id} is no lesson, or is taught twice",
                                id = quoted(&id)
                            ));
                        }
                        None => {}
                    }
                }
                course.chapters.push(Chapter {
                    title: chapter.title,
                    lessons: taken,
                });
            }
            for lesson in left {
                problems.add(format!(
                    "{} is in no chapter: add it to the `lessons` of one",
                    quoted(&lesson.id)
                ));
            }
        }
        Err(error) => problems.add_fault(error),
    }
    for lesson in &lessons {
        for target in lesson_links(lesson) {
            if found.is_empty() && !lessons.iter().any(|other| other.id == target) {
                problems.add(format!(
                    "{} links to {target}, which is no lesson",
                    lesson.id,
                    target = quoted(&target)
                ));
            }
        }
    }
    found.extend(problems.into_found());
    if found.is_empty() {
        Ok(course)
    } else {
        Err(found)
    }
}

/// The ids of the lessons a lesson links to.
fn lesson_links(lesson: &Lesson) -> Vec<String> {
    let mut links = Vec::new();
    for step in &lesson.steps {
        for block in step.text.iter().chain(&step.why).chain(&step.after) {
            block_links(block, &mut links);
        }
    }
    links
}

/// The ids of the lessons a block links to.
fn block_links(block: &Block, links: &mut Vec<String>) {
    match block {
        Block::Paragraph(line) => line_links(line, links),
        Block::List { items, .. } => {
            items
                .iter()
                .flatten()
                .for_each(|block| block_links(block, links));
        }
        Block::Quote(blocks) => blocks.iter().for_each(|block| block_links(block, links)),
        Block::Code { .. } => {}
    }
}

/// The ids of the lessons a line links to.
fn line_links(line: &[Inline], links: &mut Vec<String>) {
    for piece in line {
        match piece {
            Inline::Link {
                target: LinkTarget::Lesson(id),
                ..
            } => links.push(id.clone()),
            Inline::Strong(inner) | Inline::Emphasis(inner) => line_links(inner, links),
            _ => {}
        }
    }
}
