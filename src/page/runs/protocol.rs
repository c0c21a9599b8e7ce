//! What the page and its worker say to each other: values, packed into octets.
//!
//! Both sides are one build of the lab, so the form needs no version: octets that cannot be read
//! are those of a broken worker.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::{Job, Paper, Product};

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
        unpack(octets)
    }
}

impl Answer {
    /// The answer as octets.
    pub fn pack(&self) -> Vec<u8> {
        pack(self)
    }

    /// The answer that octets are; `None` if they are none.
    pub fn unpack(octets: &[u8]) -> Option<Self> {
        unpack(octets)
    }
}

/// A value as octets.
fn pack(value: &impl Serialize) -> Vec<u8> {
    // These types always serialize: their lengths are known.
    postcard::to_allocvec(value).unwrap_or_default()
}

/// The value that octets are, all of them.
fn unpack<T: DeserializeOwned>(octets: &[u8]) -> Option<T> {
    let (value, rest) = postcard::take_from_bytes(octets).ok()?;
    rest.is_empty().then_some(value)
}
