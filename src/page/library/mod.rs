//! The files of the site on their way to the page: lessons, worlds, crowds, problems, the outline.
//!
//! The machine knows files by kind and id and holds their octets; what is in them is read by
//! whoever needs it ([`crate::lesson::read_lesson`] and its like), so that the first page needs
//! none of that. A file is wanted by whoever shows it, stays once it is there, and goes through the
//! phases of [`Phase`] until then:
//!
//! - After ten seconds it takes long, and can be asked for anew; after a minute it is given up.
//! - What came is looked at before it is taken: whether it is a file of this lab, of this version,
//!   the one that was wanted and whole. If not, it is fetched once more past what the browser has
//!   kept; a lab that was updated leaves old files there.
//! - To try again takes a fresh copy.

mod file;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::Arc;

pub use self::file::{FileName, Remedy, Trouble};
use super::Machine;
use crate::scenario::packed::FileFault;

/// From when on a file takes long, in milliseconds.
pub const SLOW_MS: u32 = 10_000;
/// When a file is given up, in milliseconds.
pub const LIMIT_MS: u32 = 60_000;

/// How far a file has come.
#[derive(Clone, Debug, PartialEq)]
pub enum Phase {
    /// It is on its way.
    Coming,
    /// It is still on its way, and takes long.
    Slow,
    /// It will not come, or is of no use.
    Failed(Trouble),
    /// It is there.
    There(Arc<[u8]>),
}

/// What can happen.
#[derive(Clone, Debug, PartialEq)]
pub enum Input {
    /// Somebody needs a file.
    Want(FileName),
    /// The learner has a file fetched anew that is not there yet.
    Retry(FileName),
    /// A file has been on its way for [`SLOW_MS`].
    TakesLong(FileName, u32),
    /// A file has been on its way for [`LIMIT_MS`].
    TakesTooLong(FileName, u32),
    /// The host has answered with a status and, if that is a good one, the file.
    Answered(FileName, u32, Result<Arc<[u8]>, u16>),
    /// The host has not answered.
    Lost(FileName, u32),
    /// Whoever reads a file that is there cannot make sense of it.
    Unreadable(FileName, FileFault),
}

/// What is to be done. Attempts are numbered, so that what comes of an old one can be told apart.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// A file is to be fetched.
    Fetch {
        /// Which.
        file: FileName,
        /// The number of the attempt.
        attempt: u32,
        /// Whether what the browser has kept is passed by.
        is_fresh: bool,
    },
    /// What is still on its way of an attempt is to be stopped.
    Abort(FileName, u32),
    /// An input is to be sent after so many milliseconds.
    After(u32, Input),
}

/// A file that somebody wanted.
#[derive(Clone, Debug)]
struct Entry {
    /// How far it has come.
    phase: Phase,
    /// The number of the latest attempt.
    attempt: u32,
    /// Whether what the browser had kept was passed by already.
    was_fresh: bool,
}

/// All files that were wanted so far.
#[derive(Clone, Debug, Default)]
pub struct Library {
    /// By name.
    entries: BTreeMap<FileName, Entry>,
    /// Grows whenever a phase changes.
    revision: u32,
}

impl Library {
    /// How far a file has come; `None` if nobody wanted it.
    pub fn phase(&self, file: &FileName) -> Option<&Phase> {
        self.entries.get(file).map(|entry| &entry.phase)
    }

    /// The octets of a file that is there.
    pub fn octets(&self, file: &FileName) -> Option<&Arc<[u8]>> {
        match self.phase(file)? {
            Phase::There(octets) => Some(octets),
            _ => None,
        }
    }

    /// How far several files together have come: the first trouble, or the slowest of them. `Ok` if
    /// all are there.
    ///
    /// # Errors
    /// What keeps them.
    pub fn all(&self, files: &[FileName]) -> Result<(), Waiting> {
        let mut waiting = None;
        for file in files {
            match self.phase(file) {
                Some(Phase::There(_)) => {}
                Some(Phase::Failed(trouble)) => return Err(Waiting::Failed(trouble.clone())),
                Some(Phase::Slow) => waiting = Some(Waiting::Slow),
                Some(Phase::Coming) | None => {
                    waiting.get_or_insert(Waiting::Coming);
                }
            }
        }
        waiting.map_or(Ok(()), Err)
    }

    /// A number that grows whenever a phase changes.
    pub fn revision(&self) -> u32 {
        self.revision
    }

    /// Begins an attempt.
    fn begin(&mut self, file: FileName, is_fresh: bool) -> Vec<Effect> {
        let before = self.entries.get(&file);
        let attempt = before.map_or(1, |entry| entry.attempt + 1);
        let entry = Entry {
            phase: Phase::Coming,
            attempt,
            was_fresh: is_fresh,
        };
        self.entries.insert(file.clone(), entry);
        self.revision += 1;
        vec![
            Effect::After(SLOW_MS, Input::TakesLong(file.clone(), attempt)),
            Effect::After(LIMIT_MS, Input::TakesTooLong(file.clone(), attempt)),
            Effect::Fetch {
                file,
                attempt,
                is_fresh,
            },
        ]
    }

    /// The entry of a file whose latest attempt this is, as long as it is on its way.
    fn underway(&mut self, file: &FileName, attempt: u32) -> Option<&mut Entry> {
        let entry = self.entries.get_mut(file)?;
        let is_underway = matches!(entry.phase, Phase::Coming | Phase::Slow);
        (is_underway && entry.attempt == attempt).then_some(entry)
    }

    /// Ends an attempt.
    fn settle(&mut self, file: &FileName, attempt: u32, phase: Phase) -> Vec<Effect> {
        if let Some(entry) = self.underway(file, attempt) {
            entry.phase = phase;
            self.revision += 1;
        }
        Vec::new()
    }

    /// A file that came is of no use: a fresh copy may be, once.
    fn refuse(&mut self, file: FileName, fault: FileFault) -> Vec<Effect> {
        let Some(entry) = self.entries.get_mut(&file) else {
            return Vec::new();
        };
        if !entry.was_fresh {
            return self.begin(file, true);
        }
        entry.phase = Phase::Failed(Trouble::Unusable(fault));
        self.revision += 1;
        Vec::new()
    }
}

/// Why files are not there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Waiting {
    /// They are on their way.
    Coming,
    /// They are on their way, and take long.
    Slow,
    /// They will not come.
    Failed(Trouble),
}

impl Machine for Library {
    type Input = Input;
    type Effect = Effect;

    fn handle(&mut self, input: Input) -> Vec<Effect> {
        match input {
            Input::Want(file) => match self.phase(&file) {
                None => self.begin(file, false),
                // Whoever comes back to a page that failed wants it to be tried again.
                Some(Phase::Failed(_)) => self.begin(file, true),
                Some(_) => Vec::new(),
            },
            Input::Retry(file) => match self.entries.get(&file) {
                Some(entry) if matches!(entry.phase, Phase::There(_)) => Vec::new(),
                Some(entry) => {
                    let old = Effect::Abort(file.clone(), entry.attempt);
                    let mut effects = vec![old];
                    effects.extend(self.begin(file, true));
                    effects
                }
                None => self.begin(file, true),
            },
            Input::TakesLong(file, attempt) => self.settle(&file, attempt, Phase::Slow),
            Input::TakesTooLong(file, attempt) => {
                if self.underway(&file, attempt).is_none() {
                    return Vec::new();
                }
                self.settle(&file, attempt, Phase::Failed(Trouble::GivenUp));
                vec![Effect::Abort(file, attempt)]
            }
            Input::Lost(file, attempt) => {
                self.settle(&file, attempt, Phase::Failed(Trouble::Unreachable))
            }
            Input::Answered(file, attempt, Err(status)) => {
                let trouble = Trouble::Status(status, file.path());
                self.settle(&file, attempt, Phase::Failed(trouble))
            }
            Input::Answered(file, attempt, Ok(octets)) => {
                if self.underway(&file, attempt).is_none() {
                    return Vec::new();
                }
                match file.check(&octets) {
                    Ok(()) => self.settle(&file, attempt, Phase::There(octets)),
                    Err(fault) => self.refuse(file, fault),
                }
            }
            Input::Unreadable(file, fault) => self.refuse(file, fault),
        }
    }
}
