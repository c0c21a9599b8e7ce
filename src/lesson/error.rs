//! What can be wrong with the files of a lesson.

use std::fmt;

use crate::scenario::data_file::DataFileError;

/// Something wrong with the files of a lesson.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LessonError {
    /// The file, from the folder `lessons` on.
    pub file: String,
    /// The line, from 1, as far as it is known.
    pub line: Option<usize>,
    /// What is wrong and what to do.
    pub problem: String,
}

impl fmt::Display for LessonError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "{}:{line}: {}", self.file, self.problem),
            None => write!(f, "{}: {}", self.file, self.problem),
        }
    }
}

impl std::error::Error for LessonError {}

/// Collects what is wrong with one file.
#[derive(Debug)]
pub(super) struct Problems<'a> {
    /// The file.
    file: String,
    /// Its text, to find lines.
    text: &'a str,
    /// What was found.
    found: Vec<LessonError>,
}

impl<'a> Problems<'a> {
    /// No problems yet.
    pub(super) fn new(file: &str, text: &'a str) -> Self {
        Self {
            file: file.to_owned(),
            text,
            found: Vec::new(),
        }
    }

    /// Notes a problem of the file as a whole.
    pub(super) fn add(&mut self, problem: impl Into<String>) {
        self.found.push(LessonError {
            file: self.file.clone(),
            line: None,
            problem: problem.into(),
        });
    }

    /// Notes a problem at an offset into the text, in bytes.
    pub(super) fn add_at(&mut self, offset: usize, problem: impl Into<String>) {
        let before = self.text.as_bytes().iter().take(offset);
        let line = 1 + before.filter(|byte| **byte == b'\n').count();
        let problem = problem.into();
        self.found.push(LessonError {
            file: self.file.clone(),
            line: Some(line),
            problem,
        });
    }

    /// Notes why the file cannot be read.
    pub(super) fn add_fault(&mut self, error: DataFileError) {
        match error.offset {
            Some(offset) => self.add_at(offset, error.problem),
            None => self.add(error.problem),
        }
    }

    /// Everything that was found.
    pub(super) fn into_found(self) -> Vec<LessonError> {
        self.found
    }
}
