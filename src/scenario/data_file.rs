//! The TOML files that authors write: their shape, and where in them a fault stands.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};

use crate::dns::shortened;

/// The longest thing that is said of a file that cannot be read, in characters. The names that a
/// table may have are listed in full.
const LONGEST_PROBLEM: usize = 1_000;

/// Why a data file cannot be read.
#[derive(Clone, Debug)]
pub(crate) struct DataFileError {
    /// Where, in bytes from the start, as far as it is known.
    pub(crate) offset: Option<usize>,
    /// What is wrong.
    pub(crate) problem: String,
}

/// Reads a data file.
///
/// # Errors
/// The first thing that is not of the shape of `T`.
pub(crate) fn read_data_file<T: DeserializeOwned>(text: &str) -> Result<T, DataFileError> {
    toml::from_str(text).map_err(|error| DataFileError {
        offset: error.span().map(|span| span.start),
        // It may repeat a value, which may be of any length.
        problem: shortened(error.message(), LONGEST_PROBLEM),
    })
}

/// Text of a data file with the place where it stands.
#[derive(Clone, Debug)]
pub(crate) struct Located {
    /// The text.
    pub(crate) text: String,
    /// Where it begins, in bytes from the start of the file.
    pub(crate) offset: usize,
}

impl<'de> Deserialize<'de> for Located {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let spanned = toml::Spanned::<String>::deserialize(deserializer)?;
        let offset = spanned.span().start;
        let text = spanned.into_inner();
        Ok(Self { text, offset })
    }
}
