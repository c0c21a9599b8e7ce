//! Acts with what was read of their text beside it: for files and messages whose reader has no
//! scanner of zone files.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::Intervention;
use crate::dns::{Reading, ZoneText};

/// Writes an act, and what was read of its text if it has one.
///
/// # Errors
/// Those of the serializer.
pub fn serialize<S: Serializer>(act: &Intervention, serializer: S) -> Result<S::Ok, S::Error> {
    (act, act.text().map(ZoneText::reading)).serialize(serializer)
}

/// Reads an act that [`serialize`] has written.
///
/// # Errors
/// If it is none.
pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Intervention, D::Error> {
    let (mut act, reading): (Intervention, Option<Reading>) =
        Deserialize::deserialize(deserializer)?;
    match (act.text_mut(), reading) {
        (Some(text), Some(reading)) => text.set_reading(reading),
        (None, None) => {}
        _ => return Err(D::Error::custom("no act")),
    }
    Ok(act)
}
