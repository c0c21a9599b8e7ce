//! The problems that ship with the lab, embedded at compile time. Natively only: the page
//! carries their outlines, and fetches the problem it needs.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::super::LessonError;
use super::Problem;
use super::file::read_problem;

/// A problem's folder name and the text of its files.
#[derive(Clone, Copy, Debug)]
pub struct EmbeddedProblem {
    /// The folder below `lessons/practice`, such as `stable_name`.
    pub folder: &'static str,
    /// Its `problem.toml`.
    pub toml: &'static str,
    /// Its `text.md`.
    pub text: &'static str,
    /// Its crowds: ids and files.
    pub crowds: &'static [(&'static str, &'static str)],
}

/// Embeds problem folders.
macro_rules! problems {
    ($($folder:literal: $($crowd:literal),*;)*) => {
        &[$(EmbeddedProblem {
            folder: $folder,
            toml: include_str!(concat!("../../../lessons/practice/", $folder, "/problem.toml")),
            text: include_str!(concat!("../../../lessons/practice/", $folder, "/text.md")),
            crowds: &[$(($crowd, include_str!(concat!(
                "../../../lessons/practice/", $folder, "/", $crowd, ".toml"
            )))),*],
        }),*]
    };
}

/// All problems, the easiest first.
const PROBLEMS: &[EmbeddedProblem] = problems![
    "stable_name": "stated", "hidden";
    "nearest_region": "stated", "hidden";
];

/// The files of all problems.
pub fn embedded_problems() -> &'static [EmbeddedProblem] {
    PROBLEMS
}

/// The problems that ship with the lab.
///
/// # Errors
/// Everything that is wrong with their files. The tests see to it that nothing is.
pub fn practice_problems() -> Result<Vec<Arc<Problem>>, Vec<LessonError>> {
    let mut problems = Vec::new();
    let mut found = Vec::new();
    for file in PROBLEMS {
        let crowds = file.crowds.iter();
        let crowds: BTreeMap<String, String> = crowds
            .map(|(id, text)| ((*id).to_owned(), (*text).to_owned()))
            .collect();
        match read_problem(file.folder, file.toml, file.text, &crowds) {
            Ok(problem) => problems.push(Arc::new(problem)),
            Err(errors) => found.extend(errors),
        }
    }
    if found.is_empty() {
        Ok(problems)
    } else {
        Err(found)
    }
}
