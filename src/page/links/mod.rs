//! What a link carries: a session of the lab or an answer to a practice problem.
//!
//! A link's text begins with its version. Version `2.` is URL-safe Base64 of a checksum and of the
//! value in [packed](crate::scenario::packed) form, deflated, as zone texts repeat. That form has places and no names:
//! who changes a type that links carry makes a new version, and keeps the types of the old one.
//! Version `1.` was JSON; such links are still read.
//!
//! What packs and reads is a part of the page that comes when it is needed. What was done until then
//! is kept all the same, in the same form with nothing made short.
//!
//! Nothing a link says is trusted: it may have been cut, changed, or written by hand. What cannot
//! be taken over from one that reads well is counted in [`Losses`].

mod answers;
mod losses;
mod packing;
mod sessions;
pub mod sharing;

use std::fmt;

pub use self::answers::{read_answer, write_answer};
pub use self::losses::Losses;
pub use self::packing::mark;
pub use self::sessions::{
    keep_session, keep_session_unpacked, read_kept_session, read_session, write_session,
};

/// The longest link that is made, in characters: what browsers, mail and chat programs take.
pub const LONGEST_MADE: usize = 16_000;
/// The longest link that is read, in characters. Earlier versions made longer ones than now.
pub const LONGEST_READ: usize = 64 * 1024;

/// Why a link cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkError {
    /// It was made by another lab, or is no link of a lab.
    UnknownVersion,
    /// It was cut or changed on the way.
    Damaged,
    /// It has more characters than are read; how many.
    TooLong(usize),
    /// It asks for more than a session may hold.
    TooLarge,
}

impl fmt::Display for LinkError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownVersion => f.write_str("this link was made by another version of the lab"),
            Self::Damaged => f.write_str("this link was cut or changed on its way here"),
            Self::TooLong(length) => write!(
                f,
                "this link has {length} characters, and only up to {LONGEST_READ} are read"
            ),
            Self::TooLarge => f.write_str("this link asks for more than the lab can hold"),
        }
    }
}

impl std::error::Error for LinkError {}

/// Why no link can be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoLink {
    /// It would have this many characters.
    TooLong(usize),
    /// It would hold more than a link may, and so could not be opened.
    TooLarge,
}

impl fmt::Display for NoLink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong(length) => write!(
                f,
                "This is too much for a link: it would have {length} characters, and browsers and \
                 chat programs take about {LONGEST_MADE}."
            ),
            Self::TooLarge => f.write_str(
                "This is too much for a link: more was done, or over a longer time, than a link \
                 can hold.",
            ),
        }
    }
}

impl std::error::Error for NoLink {}

/// A link's text, if it is not longer than links may be.
fn fitting(text: String) -> Result<String, NoLink> {
    if text.len() > LONGEST_MADE {
        return Err(NoLink::TooLong(text.len()));
    }
    Ok(text)
}
