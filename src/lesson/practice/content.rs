//! The practice problems as they are written: a folder each below `practice`.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::super::LessonError;
use super::Problem;
use super::file::read_problem;
use crate::scenario::ContentFolder;

/// The files of a problem that are no crowds.
const OWN_FILES: [&str; 2] = ["problem.toml", "text.md"];

/// The problems that ship with the lab, the easiest first.
///
/// # Errors
/// Everything that is wrong with their files. The tests see to it that nothing is.
pub fn practice_problems() -> Result<Vec<Arc<Problem>>, Vec<LessonError>> {
    problems_of(&ContentFolder::shipped())
}

/// The problems of a folder, the easiest first.
///
/// # Errors
/// Everything that is wrong with their files.
pub fn problems_of(content: &ContentFolder) -> Result<Vec<Arc<Problem>>, Vec<LessonError>> {
    let (mut problems, mut found) = (Vec::new(), Vec::new());
    for folder in content.folders("practice") {
        match problem_of(content, &folder) {
            Ok(problem) => problems.push(Arc::new(problem)),
            Err(errors) => found.extend(errors),
        }
    }
    if !found.is_empty() {
        return Err(found);
    }
    problems.sort_by(|one: &Arc<Problem>, other| {
        let rank = |it: &Problem| (it.outline.difficulty, it.outline.id.clone());
        rank(one).cmp(&rank(other))
    });
    Ok(problems)
}

/// The problem of a folder below `practice`.
fn problem_of(content: &ContentFolder, folder: &str) -> Result<Problem, Vec<LessonError>> {
    let path = format!("practice/{folder}");
    let mut found = Vec::new();
    let mut text = |name: &str| {
        let file = format!("{path}/{name}");
        content.text(&file).unwrap_or_else(|problem| {
            found.push(LessonError {
                file,
                line: None,
                problem,
            });
            String::new()
        })
    };
    let (toml, prose) = (text("problem.toml"), text("text.md"));
    let mut crowds = BTreeMap::new();
    for file in content.files(&path) {
        match file.strip_suffix(".toml") {
            Some(id) if !OWN_FILES.contains(&file.as_str()) => {
                crowds.insert(id.to_owned(), text(&file));
            }
            _ => {}
        }
    }
    if !found.is_empty() {
        return Err(found);
    }
    read_problem(folder, &toml, &prose, &crowds)
}
