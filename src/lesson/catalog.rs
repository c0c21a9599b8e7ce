//! The lessons that ship with the lab, embedded at compile time. Natively only: the page
//! carries the outline, and fetches the lesson it needs.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Deserialize;

use super::error::Problems;
use super::file::read_lesson;
use super::{Block, Chapter, Course, Inline, Lesson, LessonError, LinkTarget, ScenarioOutline};
use crate::scenario::crowd::{CrowdSource, crowd_source};
use crate::scenario::data_file::read_data_file;
use crate::scenario::{WorldSource, world_source};

/// A lesson's folder name and the text of its two files.
#[derive(Clone, Copy, Debug)]
pub struct EmbeddedLesson {
    /// The folder below `lessons`, such as `01_first_lookup`.
    pub folder: &'static str,
    /// Its `lesson.toml`.
    pub toml: &'static str,
    /// Its `text.md`.
    pub text: &'static str,
}

/// Embeds lesson folders.
macro_rules! lessons {
    ($($folder:literal),* $(,)?) => {
        &[$(EmbeddedLesson {
            folder: $folder,
            toml: include_str!(concat!("../../lessons/", $folder, "/lesson.toml")),
            text: include_str!(concat!("../../lessons/", $folder, "/text.md")),
        }),*]
    };
}

/// All lessons.
const LESSONS: &[EmbeddedLesson] = lessons![
    "01_first_lookup",
    "02_caches_and_ttl",
    "03_names_that_do_not_exist",
    "04_delegation_and_glue",
    "05_aliases",
    "06_stale_and_prefetch",
    "07_record_types",
    "08_big_answers",
    "09_geodns",
    "10_resolver_is_not_the_user",
    "11_latency_or_distance",
    "12_round_robin",
    "13_ttl_as_a_dial",
    "14_weighted_and_canary",
    "15_ttls_not_honored",
    "16_anycast_and_dns",
    "17_health_check_failover",
    "18_provider_outage",
    "19_migration_playbook",
];

/// The order of the course.
const COURSE: &str = include_str!("../../lessons/course.toml");
/// What the lab page offers.
const SCENARIOS: &str = include_str!("../../lessons/scenarios.toml");

/// The files of all lessons.
pub fn embedded_lessons() -> &'static [EmbeddedLesson] {
    LESSONS
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

/// Reads a lesson from its two files; `folder` is the folder's name.
///
/// # Errors
/// Everything that is wrong, not only the first thing.
pub fn parse_lesson(folder: &str, toml: &str, text: &str) -> Result<Lesson, Vec<LessonError>> {
    parse_with(&mut Worlds::new(), folder, toml, text)
}

/// As [`parse_lesson`], with worlds that were read before.
fn parse_with(
    worlds: &mut Worlds,
    folder: &str,
    toml: &str,
    text: &str,
) -> Result<Lesson, Vec<LessonError>> {
    let find_world = |id: &str| {
        if let Some(known) = worlds.get(id) {
            return Ok(Arc::clone(known));
        }
        let source = Arc::new(world_source(id)?);
        worlds.insert(id.to_owned(), Arc::clone(&source));
        Ok(source)
    };
    let find_crowd = |id: &str| crowd_source(id).map(Arc::<CrowdSource>::new);
    read_lesson(folder, toml, text, find_world, &find_crowd)
}

/// The course that ships with the lab.
///
/// # Errors
/// Everything that is wrong with its files. The tests see to it that nothing is.
pub fn course() -> Result<Course, Vec<LessonError>> {
    let mut course = read_course(COURSE, LESSONS)?;
    let mut problems = Problems::new("scenarios.toml", SCENARIOS);
    match read_data_file::<ScenariosFile>(SCENARIOS) {
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

/// Reads a course from a `course.toml` and the files of its lessons.
///
/// # Errors
/// Everything that is wrong.
pub fn read_course(toml: &str, files: &[EmbeddedLesson]) -> Result<Course, Vec<LessonError>> {
    let mut problems = Problems::new("course.toml", toml);
    let mut found = Vec::new();
    let mut lessons: Vec<Arc<Lesson>> = Vec::new();
    let mut worlds = Worlds::new();
    for file in files {
        match parse_with(&mut worlds, file.folder, file.toml, file.text) {
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
                            problems.add(format!("`{id}` is no lesson, or is taught twice"));
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
                problems.add(format!("`{}` is in no chapter: add it to one", lesson.id));
            }
        }
        Err(error) => problems.add_fault(error),
    }
    for lesson in &lessons {
        for target in lesson_links(lesson) {
            if found.is_empty() && !lessons.iter().any(|other| other.id == target) {
                problems.add(format!(
                    "{} links to `{target}`, which is no lesson",
                    lesson.id
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
        for block in step.text.iter().chain(&step.why) {
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
