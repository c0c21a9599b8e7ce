//! Acts as a lesson writes them, and how they are carried out.

#[cfg(feature = "author")]
mod words;

use serde::{Deserialize, Serialize};

#[cfg(feature = "author")]
pub(super) use self::words::parse_rtype;
use crate::engine::{Intervention, InterventionError, SimDuration, SimTime, Timeline, act_as_read};

/// Something done to the world, and when.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Act {
    /// When.
    pub when: When,
    /// What.
    #[serde(with = "act_as_read")]
    pub intervention: Intervention,
}

/// When an act happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum When {
    /// At a moment of the run.
    At(SimTime),
    /// So much later than the act before it, or than the moment the acts are performed from.
    After(SimDuration),
}

impl When {
    /// The moment, seen from the act before, which it never precedes.
    pub fn resolve(self, from: SimTime) -> SimTime {
        match self {
            Self::At(at) => at.max(from),
            Self::After(span) => from + span,
        }
    }
}

/// Carries out acts from a moment on. What had happened after that moment is dropped: pass
/// the playhead to branch there, or [`Timeline::end`] to go on.
///
/// # Errors
/// The first act that cannot be carried out; those before it were.
pub fn perform(
    timeline: &mut Timeline,
    acts: &[Act],
    from: SimTime,
) -> Result<(), InterventionError> {
    let mut from = from;
    for act in acts {
        from = act.when.resolve(from);
        timeline.intervene(from, act.intervention.clone())?;
    }
    Ok(())
}
