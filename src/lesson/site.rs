//! All data files of the site, made of what authors have written.

use std::collections::BTreeMap;

use super::practice::{problems_of, write_problem};
use super::{LessonError, Outline, course_of, shell_html, write_lesson, write_outline};
use crate::scenario::ContentFolder;
use crate::scenario::crowd::write_crowd;
use crate::scenario::packed::{Damage, FileKind};
use crate::scenario::write_world;

/// The files of a site by their path from the page on, with what is in them.
pub type SiteFiles = BTreeMap<String, Vec<u8>>;

/// Reads everything in a folder, strictly: the outline of the course, and the files that the page
/// fetches.
///
/// # Errors
/// Everything that is wrong.
pub fn site_files(content: &ContentFolder) -> Result<(Outline, SiteFiles), Vec<LessonError>> {
    let mut files = SiteFiles::new();
    let mut found = Vec::new();
    let mut add = |kind: FileKind, id: &str, file: Result<Vec<u8>, Damage>| match file {
        Ok(octets) => {
            files.insert(kind.path(id), octets);
            None
        }
        Err(_) => Some(LessonError {
            file: kind.path(id),
            line: None,
            problem: "this file cannot be written: it is too large".to_owned(),
        }),
    };
    for id in content.world_ids() {
        match content.world(&id) {
            Ok(world) => found.extend(add(FileKind::World, &id, write_world(&id, &world))),
            Err(errors) => found.extend(errors.into_iter().map(|error| LessonError {
                file: error.file,
                line: error.line,
                problem: error.problem,
            })),
        }
    }
    for id in content.crowd_ids() {
        match content.crowd(&id) {
            Ok(crowd) => found.extend(add(FileKind::Crowd, &id, write_crowd(&crowd))),
            Err(errors) => found.extend(errors.into_iter().map(|error| LessonError {
                file: error.file,
                line: error.line,
                problem: error.problem,
            })),
        }
    }
    let problems = problems_of(content).unwrap_or_else(|errors| {
        found.extend(errors);
        Vec::new()
    });
    for problem in &problems {
        found.extend(add(FileKind::Problem, problem.id(), write_problem(problem)));
    }
    // What is wrong with a world or a crowd would be told again by each lesson that has it.
    let is_ground_sound = found.is_empty();
    let mut outline = Outline::default();
    let mut texts = SiteFiles::new();
    match course_of(content) {
        Ok(course) => {
            for lesson in course.lessons() {
                let text = shell_html(lesson).into_bytes();
                texts.insert(format!("shell/{}.html", lesson.id), text);
                found.extend(add(FileKind::Lesson, &lesson.id, write_lesson(lesson)));
            }
            outline = course.outline(&problems);
            found.extend(add(FileKind::Course, "course", write_outline(&outline)));
        }
        Err(errors) => found.extend(errors.into_iter().filter(|error| {
            let is_of_ground = ["worlds/", "crowds/"].iter();
            let mut is_of_ground = is_of_ground.map(|part| error.problem.starts_with(part));
            is_ground_sound || !is_of_ground.any(|is| is)
        })),
    }
    if found.is_empty() {
        files.extend(texts);
        Ok((outline, files))
    } else {
        Err(found)
    }
}
