//! The crowds that ship with the lab, embedded at compile time. Natively only: the page
//! fetches the crowd it needs.

use super::{CrowdError, CrowdSource};

/// Embeds crowd files.
macro_rules! crowds {
    ($($id:literal),* $(,)?) => {
        &[$(($id, include_str!(concat!("../../../lessons/crowds/", $id, ".toml")))),*]
    };
}

/// All crowds: their ids and their files.
const CROWDS: &[(&str, &str)] = crowds![
    "anycast_and_dns",
    "canary",
    "ecs",
    "failover",
    "geo",
    "latency",
    "migration",
    "provider_outage",
    "round_robin",
    "ttl_load",
    "ttl_not_honoured",
];

/// The ids of all crowds, which are their file names below `lessons/crowds`.
pub const CROWD_IDS: [&str; CROWDS.len()] = {
    let mut ids = [""; CROWDS.len()];
    let mut index = 0;
    while index < CROWDS.len() {
        ids[index] = CROWDS[index].0;
        index += 1;
    }
    ids
};

/// A shipped crowd.
///
/// # Errors
/// If there is none of that id, or its file is at fault.
pub fn crowd_source(id: &str) -> Result<CrowdSource, Vec<CrowdError>> {
    match CROWDS.iter().find(|(known, _)| *known == id) {
        Some((id, text)) => CrowdSource::parse(id, text),
        None => Err(vec![CrowdError {
            file: "lessons/crowds".to_owned(),
            line: None,
            problem: format!(
                "there is no crowd `{id}`; there is {}",
                CROWD_IDS.join(", ")
            ),
        }]),
    }
}
