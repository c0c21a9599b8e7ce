//! What the bench says.

use super::input::SessionSource;
use crate::engine::{EventKind, Intervention, SimTime, Timeline};
use crate::scene::moment;

/// Said when everything after a moment was dropped by the button for it.
pub(super) const BRANCHED: &str =
    "Everything after this moment is dropped. What you do now happens here.";
/// Said when no cache entry is left to end.
pub(super) const NO_EXPIRY: &str = "No cache holds anything that could expire.";

/// What is said of an act that went well and whose effect cannot be seen at once.
pub(super) fn praise(act: &Intervention) -> Option<&'static str> {
    match act {
        Intervention::EditZone { .. } => Some(
            "The zone is changed on all its servers. Caches are not told: they forget on their own clock.",
        ),
        Intervention::SetRecords { .. } => Some(
            "The record is changed on all servers of its zone. Caches are not told: they forget on their own clock.",
        ),
        _ => None,
    }
}

/// An act of a session in a few words, with its moment.
fn act_words(timeline: &Timeline, at: SimTime, act: &Intervention) -> String {
    let when = moment(at);
    if let Intervention::Ask { qname, qtype, .. } = act {
        return format!("the question for {} {qtype} at {when}", qname.without_dot());
    }
    let mut events = timeline.trace().events().iter();
    let told = events.find_map(|event| match &event.kind {
        EventKind::Intervened { what } if event.at == at => Some(what),
        _ => None,
    });
    match told {
        Some(what) => format!("“{what}” at {when}"),
        None => format!("what you did at {when}"),
    }
}

/// What an act at a moment drops, as a sentence; `None` if nothing was done after it.
pub(super) fn dropped(timeline: &Timeline, at: SimTime) -> Option<String> {
    let later = timeline.acts().iter().filter(|(when, _)| *when > at);
    let count = later.clone().count();
    let (when, act) = later.into_iter().next()?;
    let first = act_words(timeline, *when, act);
    Some(match count {
        1 => format!("One later act belongs to another future and is dropped: {first}."),
        _ => {
            format!("{count} later acts belong to another future and are dropped, from {first} on.")
        }
    })
}

/// How a session is called.
pub(super) fn session_words(source: SessionSource) -> &'static str {
    match source {
        SessionSource::Link => "the shared session",
        SessionSource::Kept => "your last session here",
    }
}

/// Why a session does not open, as a sentence.
pub(super) fn not_opened(source: SessionSource, why: &impl std::fmt::Display) -> String {
    let session = match source {
        SessionSource::Link => "The shared session",
        SessionSource::Kept => "Your last session here",
    };
    format!("{session} cannot be opened: {why}. You see this page as it begins.")
}
