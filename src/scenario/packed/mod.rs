//! Values as octets: what is checked once, at build, and only read by the page.
//!
//! The form is that of [postcard]: numbers take as few octets as they need, fields follow each
//! other without names, and nothing says what comes next. So it is read by the types that wrote
//! it and by no others; [`body`] sees to that for files. Links, and what page and worker say to each
//! other, have this form too and see to it themselves.
//!
//! [postcard]: https://postcard.jamesmunns.com/wire-format

mod acts;
mod file;
#[cfg(test)]
mod tests;

use std::fmt;

use serde::Serialize;
use serde::de::DeserializeOwned;

pub use self::acts::{read_acts, write_acts};
#[cfg(feature = "author")]
pub use self::file::write_file;
pub use self::file::{FileFault, FileKind, body, read_file};

/// Octets that do not say what they should, or a value that has no packed form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Damage;

impl fmt::Display for Damage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("these octets do not say what they should")
    }
}

impl std::error::Error for Damage {}

/// Reads a value that takes all of the octets.
///
/// # Errors
/// If they are no such value, or go on after it.
pub fn from_octets<T: DeserializeOwned>(octets: &[u8]) -> Result<T, Damage> {
    match postcard::take_from_bytes(octets) {
        Ok((value, [])) => Ok(value),
        _ => Err(Damage),
    }
}

/// Writes a value.
///
/// # Errors
/// If it has a shape the form does not have, such as a list whose length is not known before.
pub fn to_octets<T: Serialize + ?Sized>(value: &T) -> Result<Vec<u8>, Damage> {
    postcard::to_allocvec(value).map_err(|_| Damage)
}
