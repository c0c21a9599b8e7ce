//! Everything that brings a run back, and its form in a link.

use std::collections::BTreeMap;
use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

use super::crowd::CrowdView;
use super::json::from_json;
use crate::engine::{Intervention, SimTime};

/// The version of the permalink format; older links keep their meaning.
const VERSION: &str = "1.";
/// The longest link that is read, in characters.
const MAX_LENGTH: usize = 64 * 1024;
/// The most interventions a link may carry.
const MAX_ACTS: usize = 2_000;
/// The latest moment a link may name: 400 simulated days.
const MAX_TIME: SimTime = SimTime::from_micros(400 * 86_400 * 1_000_000);

/// What the learner did to a scenario, and where they look.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Session {
    /// The seed, if it is not the scenario's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seed: Option<u64>,
    /// Knobs that were moved, by id.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub knobs: BTreeMap<String, f64>,
    /// Interventions in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub acts: Vec<(SimTime, Intervention)>,
    /// The moment looked at.
    #[serde(default)]
    pub at: SimTime,
    /// The view of the stage, by name, if it is not the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub view: Option<String>,
    /// The event looked at, counted from 0, as several may share a moment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub event: Option<usize>,
    /// The crowd looked at, with its own knobs and seed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub crowd: Option<CrowdView>,
}

/// Why a link cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PermalinkError {
    /// It was made by a newer lab, or is no link of this lab.
    UnknownVersion,
    /// It was cut or changed on the way.
    Damaged,
    /// It asks for more than a session may hold.
    TooLarge,
}

impl fmt::Display for PermalinkError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::UnknownVersion => "this link was made by another version of the lab",
            Self::Damaged => "this link was cut or changed on its way here",
            Self::TooLarge => "this link asks for more than the lab can hold",
        })
    }
}

impl std::error::Error for PermalinkError {}

impl Session {
    /// The session as link text: a version, then URL-safe Base64.
    pub fn to_permalink(&self) -> String {
        // These types always serialize: no maps with other than string keys, no NaN keys.
        let json = serde_json::to_vec(self).unwrap_or_default();
        format!("{VERSION}{}", URL_SAFE_NO_PAD.encode(json))
    }

    /// Reads link text.
    ///
    /// # Errors
    /// Why it cannot be used.
    pub fn from_permalink(text: &str) -> Result<Self, PermalinkError> {
        if text.len() > MAX_LENGTH {
            return Err(PermalinkError::TooLarge);
        }
        let body = text
            .strip_prefix(VERSION)
            .ok_or(PermalinkError::UnknownVersion)?;
        let json = URL_SAFE_NO_PAD
            .decode(body)
            .map_err(|_| PermalinkError::Damaged)?;
        let session: Self = from_json(&json).map_err(|_| PermalinkError::Damaged)?;
        let is_late = |at: &SimTime| *at > MAX_TIME;
        if session.acts.len() > MAX_ACTS
            || is_late(&session.at)
            || session.acts.iter().any(|(at, _)| is_late(at))
        {
            return Err(PermalinkError::TooLarge);
        }
        Ok(session)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dns::Rtype;

    #[test]
    fn session_survives_the_link() {
        let session = Session {
            seed: Some(7),
            knobs: [("ttl".to_owned(), 300.0)].into(),
            acts: vec![(
                SimTime::from_micros(5),
                Intervention::Ask {
                    client: "laptop".into(),
                    qname: "www.example.com".parse().expect("a name"),
                    qtype: Rtype::A,
                },
            )],
            at: SimTime::from_micros(99),
            event: Some(3),
            crowd: Some(CrowdView {
                crowd: "canary".into(),
                seed: Some(9),
                knobs: [("share".to_owned(), 5.0)].into(),
                second: [("ttl".to_owned(), 60.0)].into(),
                clients: Some(100_000),
                zoom: Some((2, 600.0)),
                at: Some(90.5),
                has_run: true,
            }),
            view: Some("Map".to_owned()),
        };
        assert_eq!(
            Session::from_permalink(&session.to_permalink()),
            Ok(session)
        );
    }

    #[test]
    fn broken_links_say_why() {
        let good = Session::default().to_permalink();
        assert_eq!(
            Session::from_permalink("9.abc"),
            Err(PermalinkError::UnknownVersion)
        );
        assert_eq!(
            Session::from_permalink(&good[..4]),
            Err(PermalinkError::Damaged)
        );
        let long = format!("1.{}", "A".repeat(MAX_LENGTH));
        assert_eq!(
            Session::from_permalink(&long),
            Err(PermalinkError::TooLarge)
        );
    }
}
