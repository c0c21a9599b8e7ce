//! Data files of worlds and lessons: TOML where they are written and tested, JSON in the page.
//!
//! `cargo xtask data` turns one into the other. What they say is read by `world_file` and by the
//! lesson layer, through the same types in both forms.

use std::fmt;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};

/// Why a data file cannot be read.
#[derive(Clone, Debug)]
pub(crate) struct DataFileError {
    /// Where, in bytes from the start, as far as it is known.
    pub(crate) offset: Option<usize>,
    /// What is wrong.
    pub(crate) problem: String,
    /// The same with the line it is about.
    shown: String,
}

impl fmt::Display for DataFileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.shown)
    }
}

/// Reads a data file.
///
/// # Errors
/// The first thing that is not of the shape of `T`.
#[cfg(feature = "author")]
pub(crate) fn read_data_file<T: DeserializeOwned>(text: &str) -> Result<T, DataFileError> {
    toml::from_str(text).map_err(|error| DataFileError {
        offset: error.span().map(|span| span.start),
        problem: error.message().to_owned(),
        shown: error.to_string(),
    })
}

/// Reads a data file.
///
/// # Errors
/// The first thing that is not of the shape of `T`.
#[cfg(not(feature = "author"))]
pub(crate) fn read_data_file<T: DeserializeOwned>(text: &str) -> Result<T, DataFileError> {
    super::json::from_json(text.as_bytes()).map_err(|error| DataFileError {
        offset: None,
        problem: error.to_string(),
        shown: error.to_string(),
    })
}

/// Text of a data file with the place where it stands.
#[derive(Clone, Debug)]
pub(crate) struct Located {
    /// The text.
    pub(crate) text: String,
    /// Where it begins, in bytes from the start of the file; 0 in the page, where no one
    /// writes data files.
    pub(crate) offset: usize,
}

impl<'de> Deserialize<'de> for Located {
    #[cfg(feature = "author")]
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let spanned = toml::Spanned::<String>::deserialize(deserializer)?;
        let offset = spanned.span().start;
        let text = spanned.into_inner();
        Ok(Self { text, offset })
    }

    #[cfg(not(feature = "author"))]
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Ok(Self { text, offset: 0 })
    }
}
