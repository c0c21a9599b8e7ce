//! What the page and its worker say to each other: values, packed into octets.
//!
//! Both sides are one build of the lab, so the form needs no version: octets that cannot be read
//! are those of a broken worker.

use serde::{Deserialize, Serialize};

use super::{Job, Paper, Product};
use crate::scenario::packed::{from_octets, to_octets};

/// What the page says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Order {
    /// A job is to be done. It takes the place of the one under way.
    Start {
        /// Tells the answers to this order from those to others.
        number: u32,
        /// What is to be done.
        job: Job,
        /// Files that it needs and that were not sent before.
        papers: Vec<Paper>,
    },
    /// Nobody wants the job with this number any more.
    Drop(u32),
}

/// What the worker says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Answer {
    /// It works and waits for orders.
    Ready,
    /// This share of a job is done, 0 to 1.
    Progress(u32, f64),
    /// A job is done.
    Done(u32, Product),
    /// A job cannot be done; why, as a sentence.
    Failed(u32, String),
    /// The lab has a fault, so the worker ends; what it says of itself.
    Fault(String),
}

impl Order {
    /// The order as octets.
    pub fn pack(&self) -> Vec<u8> {
        pack(self)
    }

    /// The order that octets are; `None` if they are none.
    pub fn unpack(octets: &[u8]) -> Option<Self> {
        from_octets(octets).ok()
    }
}

impl Answer {
    /// The answer as octets.
    pub fn pack(&self) -> Vec<u8> {
        pack(self)
    }

    /// The answer that octets are; `None` if they are none.
    pub fn unpack(octets: &[u8]) -> Option<Self> {
        from_octets(octets).ok()
    }
}

/// A message as octets.
fn pack(message: &impl Serialize) -> Vec<u8> {
    // These types always have a packed form: their lengths are known.
    to_octets(message).unwrap_or_default()
}
