//! What comes out: counts over time.

use std::net::IpAddr;

use serde::{Deserialize, Serialize};

use crate::engine::SimDuration;

/// What a population did, bin by bin.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Series {
    /// The width of a bin.
    pub bin: SimDuration,
    /// The addresses by whose index requests are counted.
    pub addresses: Vec<IpAddr>,
    /// The bins, oldest first.
    pub bins: Vec<Bin>,
    /// What a sample of the clients held over time, for a field of dots.
    pub sample: Vec<SampledClient>,
    /// When the health of an endpoint changed in the eyes of the policy: seconds since the
    /// start, the index of the address, and whether it counts as healthy from then on.
    pub verdicts: Vec<(f64, usize, bool)>,
    /// Decisions of caches made to find this, for benches.
    pub decisions: u64,
}

/// What happened in one bin.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Bin {
    /// Requests of the clients.
    pub requests: u64,
    /// Requests by client group and address: `by_group[group][address]`.
    pub by_group: Vec<Vec<u64>>,
    /// Answers of authoritative servers by the address that stood first in them: the fetches
    /// that a policy shares out.
    pub fetches: Vec<u64>,
    /// Requests that went to an address the service no longer gives out.
    pub stale: u64,
    /// Requests that reached no machine: none serves at any address of the answer, or the
    /// anycast site does not.
    pub dead: u64,
    /// The same by the address that was tried first.
    pub dead_by: Vec<u64>,
    /// Requests whose first address did not serve, but another one of the answer did.
    pub retried: u64,
    /// Requests that got no address.
    pub unresolved: u64,
    /// Requests answered by the cache of the application or browser.
    pub browser_hits: u64,
    /// Requests answered by the cache of the OS stub.
    pub stub_hits: u64,
    /// Queries that resolvers got, also the ones a browser sends behind an answer in grace.
    pub resolver_queries: u64,
    /// Of these, the ones answered from their caches, stale answers included.
    pub resolver_hits: u64,
    /// Of these hits, answers with expired data.
    pub resolver_stale: u64,
    /// Queries that the authoritative servers of each provider got, retries included.
    pub provider_queries: Vec<u64>,
    /// Entries that the caches of all resolvers together had for the name, on average.
    pub entries: f64,
    /// How long requests took that reached a machine, lookup and round trips: a count by class
    /// of time; see [`latency_class`].
    pub latency: Vec<u64>,
}

/// How one client fared.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SampledClient {
    /// The index of its group.
    pub group: u32,
    /// Seconds since the start from which on it held an address, and the index of the
    /// address; `None` after a failed lookup.
    pub held: Vec<(f64, Option<u16>)>,
}

/// How many classes of time a histogram has: enough for a minute and a half, which is longer
/// than any client waits.
pub const LATENCY_CLASSES: usize = 160;

/// The class of a time in milliseconds: eight to an octave, from 0.1 ms up.
pub fn latency_class(millis: f64) -> usize {
    let class = libm::floor(libm::log2(millis.max(0.1) / 0.1) * 8.0);
    (class as usize).min(LATENCY_CLASSES - 1)
}

/// The upper end of a class in milliseconds.
pub fn latency_class_end(class: usize) -> f64 {
    0.1 * libm::exp2((class + 1) as f64 / 8.0)
}
