//! Data files of the site: a head that says what a file is, and a body in packed form.
//!
//! | octets | what |
//! |---|---|
//! | 4 | [`MAGIC`] |
//! | 8 | [`FORMAT`], the low ones first |
//! | 1 | the kind |
//! | 1 and as many as it says | the id |
//! | 4 | how many octets the body has, the low ones first |
//! | 8 | a checksum of all others, the low ones first |
//! | | the body |

use std::fmt;

#[cfg(feature = "author")]
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::from_octets;
#[cfg(feature = "author")]
use super::{Damage, to_octets};

/// What every data file begins with.
const MAGIC: [u8; 4] = *b"DLab";

/// A fingerprint of the sources that the types in files and their meaning come from, made by the
/// build script. Whoever was built from the same sources has the same.
const FORMAT: u64 = include!(concat!(env!("OUT_DIR"), "/format.rs"));

/// Where the checksum begins in a head that ends with it, counted from its end.
const CHECKSUM: usize = 8;

/// What a data file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FileKind {
    /// The outline of the course, and what else is on the home page.
    Course,
    /// A lesson.
    Lesson,
    /// A world.
    World,
    /// A crowd.
    Crowd,
    /// A practice problem.
    Problem,
}

impl FileKind {
    /// All kinds.
    pub const ALL: [Self; 5] = [
        Self::Course,
        Self::Lesson,
        Self::World,
        Self::Crowd,
        Self::Problem,
    ];

    /// Its octet in a head.
    fn code(self) -> u8 {
        self as u8
    }

    /// Where a file is, from the page on.
    pub fn path(self, id: &str) -> String {
        let folder = match self {
            Self::Course => return "course.bin".to_owned(),
            Self::Lesson => "lessons",
            Self::World => "worlds",
            Self::Crowd => "crowds",
            Self::Problem => "practice",
        };
        format!("{folder}/{id}.bin")
    }
}

/// Why a data file is of no use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileFault {
    /// It is none.
    Foreign,
    /// It was written by another version of the lab.
    OtherVersion,
    /// It is a sound one, and not the one that was wanted.
    Misplaced,
    /// It was cut or changed on its way.
    Damaged,
}

impl fmt::Display for FileFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Foreign => {
                "Something else came in place of a file of the lab. Try again; if it stays so, the \
                 lab's host is set up wrongly."
            }
            Self::OtherVersion => "The lab was updated: load the page again.",
            Self::Misplaced => {
                "Another file of the lab came in place of this one. Try again; if it stays so, the \
                 lab's host is set up wrongly."
            }
            Self::Damaged => "A file of the lab was cut or changed on its way. Try again.",
        })
    }
}

impl std::error::Error for FileFault {}

/// The head of a file without its checksum.
fn head(kind: FileKind, id: &str, length: u32) -> Vec<u8> {
    let mut head = MAGIC.to_vec();
    head.extend_from_slice(&FORMAT.to_le_bytes());
    head.push(kind.code());
    // An id is the name of a folder, which no system lets be longer.
    head.push(u8::try_from(id.len()).unwrap_or(u8::MAX));
    head.extend_from_slice(id.as_bytes());
    head.extend_from_slice(&length.to_le_bytes());
    head
}

/// A checksum (FNV-1a, 64 bits): no change of a single octet leaves it as it is.
fn checksum(parts: [&[u8]; 2]) -> u64 {
    let octets = parts.into_iter().flatten();
    octets.fold(0xcbf2_9ce4_8422_2325, |sum, octet| {
        (sum ^ u64::from(*octet)).wrapping_mul(0x0100_0000_01b3)
    })
}

/// Writes a value as a data file.
///
/// # Errors
/// If the value or its id has no packed form.
#[cfg(feature = "author")]
pub fn write_file<T: Serialize + ?Sized>(
    kind: FileKind,
    id: &str,
    value: &T,
) -> Result<Vec<u8>, Damage> {
    if id.len() >= usize::from(u8::MAX) {
        return Err(Damage);
    }
    let body = to_octets(value)?;
    let length = u32::try_from(body.len()).map_err(|_| Damage)?;
    let mut file = head(kind, id, length);
    let sum = checksum([&file, &body]);
    file.extend_from_slice(&sum.to_le_bytes());
    file.extend_from_slice(&body);
    Ok(file)
}

/// The body of a data file that is what it should be.
///
/// # Errors
/// Why it is of no use.
pub fn body<'a>(kind: FileKind, id: &str, octets: &'a [u8]) -> Result<&'a [u8], FileFault> {
    let Some(rest) = octets.strip_prefix(&MAGIC) else {
        let is_cut = MAGIC.starts_with(octets);
        return Err(if is_cut {
            FileFault::Damaged
        } else {
            FileFault::Foreign
        });
    };
    match rest.split_first_chunk() {
        None => return Err(FileFault::Damaged),
        Some((format, _)) if u64::from_le_bytes(*format) != FORMAT => {
            return Err(FileFault::OtherVersion);
        }
        Some(_) => {}
    }
    // The head it has, from its own words; then the checksum can tell damage from another file.
    let id_at = MAGIC.len() + 10;
    let id_length = octets.get(id_at - 1).copied().ok_or(FileFault::Damaged)?;
    let length_at = id_at + usize::from(id_length);
    let (front, rest) = octets
        .split_at_checked(length_at + 4)
        .ok_or(FileFault::Damaged)?;
    let (sum, body) = rest
        .split_first_chunk::<CHECKSUM>()
        .ok_or(FileFault::Damaged)?;
    if checksum([front, body]) != u64::from_le_bytes(*sum) {
        return Err(FileFault::Damaged);
    }
    let length = u32::try_from(body.len()).map_err(|_| FileFault::Damaged)?;
    if front == head(kind, id, length) {
        Ok(body)
    } else if front.ends_with(&length.to_le_bytes()) {
        Err(FileFault::Misplaced)
    } else {
        Err(FileFault::Damaged)
    }
}

/// Reads a data file.
///
/// # Errors
/// Why it is of no use.
pub fn read_file<T: DeserializeOwned>(
    kind: FileKind,
    id: &str,
    octets: &[u8],
) -> Result<T, FileFault> {
    from_octets(body(kind, id, octets)?).map_err(|_| FileFault::Damaged)
}
