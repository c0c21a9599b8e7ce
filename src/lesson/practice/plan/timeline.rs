//! The acts of a timeline.

use std::net::IpAddr;

use super::policy::parse_preset;
use super::records::{Records, parse_ttl};
use crate::dns::{Name, Ttl, quoted};
use crate::engine::policy::{Endpoint, Policy};

/// Something the learner does at a moment.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Edit {
    /// The records of a name get another TTL.
    Ttl(Name, Ttl),
    /// The records of a name are replaced: the words behind it.
    Set(Name, Vec<String>),
    /// The records of a name are taken away.
    Remove(Name),
    /// A server is switched off or on.
    Serve(IpAddr, bool),
    /// Records are chosen by another policy.
    Policy(Policy),
    /// An address gets another weight.
    Weight(IpAddr, u32),
}

impl Edit {
    /// Reads an act such as “ttl app 60”.
    pub(super) fn parse(text: &str, records: &Records) -> Result<Self, String> {
        let words: Vec<&str> = text.split_whitespace().collect();
        Ok(match words.as_slice() {
            [] => return Err("say what to do, such as “ttl app 60”".to_owned()),
            ["ttl", name, seconds] => Self::Ttl(records.name(name)?, parse_ttl(seconds)?),
            ["set", name, rest @ ..] if !rest.is_empty() => {
                let owner = records.name(name)?;
                // Tried here, so that what is wrong is told beside its row.
                records.clone().set(&owner, rest)?;
                let words = rest.iter().map(|word| (*word).to_owned());
                Self::Set(owner, words.collect())
            }
            ["remove", name] => Self::Remove(records.name(name)?),
            ["stop", address] => Self::Serve(parse_address(address)?, false),
            ["start", address] => Self::Serve(parse_address(address)?, true),
            ["policy", id] => Self::Policy(parse_preset(id)?),
            ["weight", address, weight] => match weight.parse() {
                Ok(weight @ 0..=Endpoint::MAX_WEIGHT) => {
                    Self::Weight(parse_address(address)?, weight)
                }
                _ => {
                    return Err(format!(
                        "{weight} is no weight: write a whole number",
                        weight = quoted(weight)
                    ));
                }
            },
            _ => {
                return Err(format!(
                    "{text} is not understood: write “ttl NAME SECONDS”, “set NAME A ADDRESS”, \
                     “set NAME CNAME NAME”, “remove NAME”, “stop ADDRESS”, “start ADDRESS”, \
                     “policy PRESET” or “weight ADDRESS NUMBER”",
                    text = quoted(text)
                ));
            }
        })
    }

    /// Does what concerns the records.
    pub(super) fn apply(&self, records: &mut Records) -> Result<(), String> {
        match self {
            Self::Ttl(owner, ttl) => records.set_ttl(owner, *ttl),
            Self::Set(owner, words) => {
                let words: Vec<&str> = words.iter().map(String::as_str).collect();
                records.set(owner, &words)
            }
            Self::Remove(owner) => records.remove(owner),
            Self::Serve(..) | Self::Policy(_) | Self::Weight(..) => Ok(()),
        }
    }
}

/// Reads an address.
pub(super) fn parse_address(text: &str) -> Result<IpAddr, String> {
    text.trim().parse().map_err(|_| {
        format!(
            "{text} is no address: write one such as 192.0.2.1",
            text = quoted(text)
        )
    })
}
