//! The content as it is written: what lies in the folder `lessons`, found by walking it.
//!
//! The one place that reads files. What is in them is read by [`WorldSource::parse`],
//! [`CrowdSource::parse`] and the lesson layer, so that a world, a crowd, a lesson or a problem
//! is added as files and without Rust.

use std::fs;
use std::path::{Path, PathBuf};

use super::crowd::{CrowdError, CrowdSource};
use super::{WorldError, WorldSource};
use crate::dns::quoted;

/// A folder with content: `course.toml`, a folder a lesson, `worlds`, `crowds` and `practice`.
#[derive(Clone, Debug)]
pub struct ContentFolder {
    /// Where it is.
    root: PathBuf,
}

impl ContentFolder {
    /// The content that ships with the lab.
    pub fn shipped() -> Self {
        Self::at(concat!(env!("CARGO_MANIFEST_DIR"), "/lessons"))
    }

    /// The content in a folder.
    pub fn at(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }

    /// Where it is.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The text of a file, by its path from the folder on.
    ///
    /// # Errors
    /// Why it cannot be read.
    pub fn text(&self, path: &str) -> Result<String, String> {
        fs::read_to_string(self.root.join(path)).map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => "this file is missing: write it".to_owned(),
            std::io::ErrorKind::InvalidData => "this file is no text: save it as UTF-8".to_owned(),
            _ => format!("this file cannot be read: {error}"),
        })
    }

    /// The names of the folders in a folder, in order.
    pub fn folders(&self, path: &str) -> Vec<String> {
        self.names(path, Path::is_dir)
    }

    /// The names of the files in a folder, in order.
    pub fn files(&self, path: &str) -> Vec<String> {
        self.names(path, Path::is_file)
    }

    /// The names of what is of a kind in a folder, in order. What begins with a dot belongs to
    /// other programs; a folder that is not there holds nothing.
    fn names(&self, path: &str, is_kind: fn(&Path) -> bool) -> Vec<String> {
        let entries = fs::read_dir(self.root.join(path)).into_iter().flatten();
        let paths = entries.flatten().map(|entry| entry.path());
        let mut names: Vec<String> = paths
            .filter(|path| is_kind(path))
            .filter_map(|path| Some(path.file_name()?.to_str()?.to_owned()))
            .filter(|name| !name.starts_with('.'))
            .collect();
        names.sort();
        names
    }

    /// The ids of all worlds, which are the names of their folders in `worlds`.
    pub fn world_ids(&self) -> Vec<String> {
        self.folders("worlds")
    }

    /// A world.
    ///
    /// # Errors
    /// If there is none of that id, or everything that is wrong with its files.
    pub fn world(&self, id: &str) -> Result<WorldSource, Vec<WorldError>> {
        let known = self.world_ids();
        if !known.iter().any(|known| known == id) {
            return Err(vec![WorldError {
                file: "worlds".to_owned(),
                line: None,
                problem: format!(
                    "there is no world {id}; there is {}",
                    known.join(", "),
                    id = quoted(id)
                ),
            }]);
        }
        let in_folder = |file: &str| format!("worlds/{id}/{file}");
        let mut faults = Vec::new();
        if let Err(problem) = check_id(id) {
            faults.push(WorldError {
                file: in_folder("world.toml"),
                line: None,
                problem,
            });
        }
        let world = match self.text(&in_folder("world.toml")) {
            Ok(toml) => {
                let zone = |file: &str| self.text(&in_folder(&format!("zones/{file}"))).ok();
                let zones = self.files(&in_folder("zones"));
                WorldSource::parse_strictly(&toml, zone, &zones)
            }
            Err(problem) => {
                let (file, line) = ("world.toml".to_owned(), None);
                Err(vec![WorldError {
                    file,
                    line,
                    problem,
                }])
            }
        };
        match world {
            Ok(world) if faults.is_empty() => Ok(world),
            Ok(_) => Err(faults),
            Err(found) => {
                faults.extend(found.into_iter().map(|error| WorldError {
                    file: in_folder(&error.file),
                    ..error
                }));
                Err(faults)
            }
        }
    }

    /// The ids of all crowds: a file `crowds/ID.toml` or a folder `crowds/ID` each.
    pub fn crowd_ids(&self) -> Vec<String> {
        let mut ids = self.folders("crowds");
        let files = self.files("crowds").into_iter();
        ids.extend(files.filter_map(|file| Some(file.strip_suffix(".toml")?.to_owned())));
        ids.sort();
        ids.dedup();
        ids
    }

    /// A crowd.
    ///
    /// # Errors
    /// If there is none of that id, or everything that is wrong with its file.
    pub fn crowd(&self, id: &str) -> Result<CrowdSource, Vec<CrowdError>> {
        let fault = |file: &str, problem: String| {
            vec![CrowdError {
                file: file.to_owned(),
                line: None,
                problem,
            }]
        };
        let known = self.crowd_ids();
        if !known.iter().any(|known| known == id) {
            let problem = format!(
                "there is no crowd {id}; there is {}",
                known.join(", "),
                id = quoted(id)
            );
            return Err(fault("crowds", problem));
        }
        let (alone, inside) = (
            format!("crowds/{id}.toml"),
            format!("crowds/{id}/crowd.toml"),
        );
        let is_folder = self.root.join("crowds").join(id).is_dir();
        let file = if is_folder { &inside } else { &alone };
        check_id(id).map_err(|problem| fault(file, problem))?;
        if is_folder && self.root.join(&alone).is_file() {
            let problem = format!("there is also {inside}: drop one of them");
            return Err(fault(&alone, problem));
        }
        let text = self.text(file).map_err(|problem| fault(file, problem))?;
        CrowdSource::parse(id, &text).map_err(|mut errors| {
            for error in &mut errors {
                error.file.clone_from(file);
            }
            errors
        })
    }
}

/// Checks that an id can be part of an address.
///
/// # Errors
/// What to write.
pub(crate) fn check_id(id: &str) -> Result<(), String> {
    let is_good = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_' || c == '-';
    if !id.is_empty() && id.chars().all(is_good) {
        Ok(())
    } else {
        Err(format!(
            "{id} cannot be part of an address: name it with small letters, digits, `_` and `-`",
            id = quoted(id)
        ))
    }
}

/// The ids of the worlds that ship with the lab.
pub fn world_ids() -> Vec<String> {
    ContentFolder::shipped().world_ids()
}

/// A world that ships with the lab.
///
/// # Errors
/// As [`ContentFolder::world`].
pub fn world_source(id: &str) -> Result<WorldSource, Vec<WorldError>> {
    ContentFolder::shipped().world(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shipped_world_loads() {
        let ids = world_ids();
        assert!(ids.len() > 1, "{ids:?}");
        for id in ids {
            if let Err(errors) = world_source(&id) {
                let lines: Vec<String> = errors.iter().map(ToString::to_string).collect();
                panic!("{id}:\n{}", lines.join("\n"));
            }
        }
    }

    #[test]
    fn unknown_world_is_named() {
        let errors = world_source("atlantis").expect_err("no such world");
        assert!(errors[0].to_string().contains("atlantis"));
    }

    #[test]
    fn an_id_that_cannot_stand_in_an_address_is_refused() {
        assert_eq!(check_id("small_internet-2"), Ok(()));
        for id in ["", "Small", "a b", "ö", "../x"] {
            assert!(check_id(id).is_err(), "{id}");
        }
    }
}
