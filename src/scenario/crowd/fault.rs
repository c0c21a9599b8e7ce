//! What can be wrong with a crowd's file.

use std::fmt;

use crate::scenario::data_file::{DataFileError, Located};

/// Something wrong with a crowd's file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CrowdError {
    /// The file.
    pub file: String,
    /// The line, from 1, as far as it is known.
    pub line: Option<usize>,
    /// What is wrong and what to do.
    pub problem: String,
}

impl fmt::Display for CrowdError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "{}:{line}: {}", self.file, self.problem),
            None => write!(f, "{}: {}", self.file, self.problem),
        }
    }
}

impl std::error::Error for CrowdError {}

/// Collects what is wrong with one file.
#[derive(Debug)]
pub(super) struct Faults<'a> {
    /// The file.
    file: String,
    /// Its text, to find lines.
    text: &'a str,
    /// What was found.
    found: Vec<CrowdError>,
}

impl<'a> Faults<'a> {
    /// None yet.
    pub(super) fn new(file: &str, text: &'a str) -> Self {
        Self {
            file: file.to_owned(),
            text,
            found: Vec::new(),
        }
    }

    /// Notes a fault of the file as a whole.
    pub(super) fn add(&mut self, problem: impl Into<String>) {
        self.push(None, problem.into());
    }

    /// Notes a fault of a piece of text.
    pub(super) fn add_at(&mut self, at: &Located, problem: impl Into<String>) {
        self.push(Some(at.offset), problem.into());
    }

    /// Notes why the file cannot be read.
    pub(super) fn add_unreadable(&mut self, error: DataFileError) {
        self.push(error.offset, error.problem);
    }

    /// Takes the value, or notes why there is none.
    pub(super) fn take<T>(&mut self, at: &Located, result: Result<T, String>) -> Option<T> {
        match result {
            Ok(value) => Some(value),
            Err(problem) => {
                self.add_at(at, problem);
                None
            }
        }
    }

    fn push(&mut self, offset: Option<usize>, problem: String) {
        let line = offset.map(|offset| {
            let before = self.text.as_bytes().iter().take(offset);
            1 + before.filter(|byte| **byte == b'\n').count()
        });
        self.found.push(CrowdError {
            file: self.file.clone(),
            line,
            problem,
        });
    }

    /// Whether nothing was found.
    pub(super) fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// Everything that was found.
    pub(super) fn into_found(self) -> Vec<CrowdError> {
        self.found
    }
}
