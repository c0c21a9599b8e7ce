//! Sessions of the lab, of scenarios and of lesson steps, in links and kept by the page.

use super::packing::{read, write, write_long};
use super::{LONGEST_READ, LinkError, NoLink, fitting};
use crate::engine::{SimTime, Timeline};
use crate::scenario::Session;

/// The most interventions a link may carry.
const MOST_ACTS: usize = 2_000;
/// The latest moment a link may name: 400 simulated days.
const LATEST: SimTime = SimTime::from_micros(400 * 86_400 * 1_000_000);
/// The most octets that a link may stand for.
const LARGEST: usize = 1024 * 1024;
/// The most octets that a kept session may stand for: whatever a window has room for.
const LARGEST_KEPT: usize = 16 * 1024 * 1024;

/// The text of a link to a session, which has run as `timeline`.
///
/// # Errors
/// If a link cannot hold it. What this returns can always be [read](read_session) again.
pub fn write_session(session: Session, timeline: &Timeline) -> Result<String, NoLink> {
    let session = session.shortened(timeline);
    if asks_too_much(&session) {
        return Err(NoLink::TooLarge);
    }
    let text = fitting(keep_session(&session))?;
    match read_session(&text) {
        Ok(_) => Ok(text),
        Err(_) => Err(NoLink::TooLarge),
    }
}

/// The session of a link's text.
///
/// # Errors
/// Why it cannot be used.
pub fn read_session(text: &str) -> Result<Session, LinkError> {
    if text.len() > LONGEST_READ {
        return Err(LinkError::TooLong(text.len()));
    }
    let session: Session = read(text, LARGEST)?;
    if asks_too_much(&session) {
        return Err(LinkError::TooLarge);
    }
    Ok(session)
}

/// Whether a session has more acts, or later ones, than a link may ask for.
fn asks_too_much(session: &Session) -> bool {
    let is_late = |at: &SimTime| *at > LATEST;
    session.acts.len() > MOST_ACTS
        || is_late(&session.at)
        || session.acts.iter().any(|(at, _)| is_late(at))
}

/// A session as the page keeps it, of any length.
pub fn keep_session(session: &Session) -> String {
    write(session)
}

/// A session as the page keeps it while what packs has not come: the text is several times as long,
/// and [read](read_kept_session) in the same way.
pub fn keep_session_unpacked(session: &Session) -> String {
    write_long(session)
}

/// A session that the page has kept.
///
/// # Errors
/// Why it cannot be used.
pub fn read_kept_session(text: &str) -> Result<Session, LinkError> {
    read(text, LARGEST_KEPT)
}

#[cfg(test)]
#[path = "sessions_tests.rs"]
mod tests;
