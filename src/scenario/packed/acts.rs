//! What was done in a session as octets, for the worker.

use serde::{Deserialize, Serialize};

use super::{Damage, from_octets, to_octets};
use crate::engine::{Intervention, SimTime, act_as_read};

/// An act with what was read of its text: the worker has no scanner of zone files.
#[derive(Serialize, Deserialize)]
struct AsRead(#[serde(with = "act_as_read")] Intervention);

/// Writes acts.
pub fn write_acts(acts: &[(SimTime, Intervention)]) -> Vec<u8> {
    let acts = acts.iter().map(|(at, act)| (*at, AsRead(act.clone())));
    // Acts always have a packed form: their lengths are known.
    to_octets(&acts.collect::<Vec<_>>()).unwrap_or_default()
}

/// Reads acts that [`write_acts`] has written.
///
/// # Errors
/// If they are none.
pub fn read_acts(octets: &[u8]) -> Result<Vec<(SimTime, Intervention)>, Damage> {
    let acts: Vec<(SimTime, AsRead)> = from_octets(octets)?;
    Ok(acts
        .into_iter()
        .map(|(at, AsRead(act))| (at, act))
        .collect())
}
