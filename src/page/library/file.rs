//! Files of the site by name, and what can be wrong with them.

use crate::scenario::packed::{FileFault, FileKind, body};

/// A file that the page fetches.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FileName {
    /// The outline of the course, and what else is on the first page.
    Course,
    /// A lesson, by its id.
    Lesson(String),
    /// A world, by its id.
    World(String),
    /// A crowd, by its id.
    Crowd(String),
    /// A practice problem, by its id.
    Problem(String),
    /// The outline of the land behind the map.
    Land,
}

impl FileName {
    /// What is in it and its id; `None` for a file that is no data file.
    fn data(&self) -> Option<(FileKind, &str)> {
        Some(match self {
            Self::Course => (FileKind::Course, "course"),
            Self::Lesson(id) => (FileKind::Lesson, id),
            Self::World(id) => (FileKind::World, id),
            Self::Crowd(id) => (FileKind::Crowd, id),
            Self::Problem(id) => (FileKind::Problem, id),
            Self::Land => return None,
        })
    }

    /// Where it is, from the page on.
    pub fn path(&self) -> String {
        match self.data() {
            Some((kind, id)) => kind.path(id),
            None => "map/land.txt".to_owned(),
        }
    }

    /// Whether octets can be this file.
    ///
    /// # Errors
    /// Why they are of no use.
    pub(super) fn check(&self, octets: &[u8]) -> Result<(), FileFault> {
        match self.data() {
            Some((kind, id)) => body(kind, id, octets).map(|_| ()),
            None if octets.is_empty() => Err(FileFault::Damaged),
            None => Ok(()),
        }
    }
}

/// Why a file is not there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// It took too long.
    GivenUp,
    /// The host does not answer.
    Unreachable,
    /// The host answers with a status and without the file at this path.
    Status(u16, String),
    /// What came is of no use.
    Unusable(FileFault),
}

/// What helps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Remedy {
    /// To try again.
    TryAgain,
    /// To load the whole page again.
    LoadAgain,
}

impl Trouble {
    /// The same in whole sentences.
    pub fn words(&self) -> String {
        match self {
            Self::GivenUp => {
                "Nothing has come for a minute, so the lab has stopped waiting. Try again when the \
                 connection is better."
                    .to_owned()
            }
            Self::Unreachable => {
                "The lab's host cannot be reached. Are you offline? Then go online and try again."
                    .to_owned()
            }
            Self::Status(404, path) => format!(
                "The lab's host has no file “{path}”. Perhaps the lab was updated: load the page \
                 again."
            ),
            Self::Status(status, path) => {
                format!("The lab's host answers {status} for “{path}”. Try again in a while.")
            }
            Self::Unusable(fault) => fault.to_string(),
        }
    }

    /// What helps.
    pub fn remedy(&self) -> Remedy {
        match self {
            Self::Unusable(FileFault::OtherVersion) | Self::Status(404, _) => Remedy::LoadAgain,
            _ => Remedy::TryAgain,
        }
    }
}
