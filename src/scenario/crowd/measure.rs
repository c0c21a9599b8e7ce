//! Figures of a crowd: what is read off its series.

mod evaluate;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

use crate::engine::SimTime;

/// A figure to read off a series, and of which part of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CrowdMeasure {
    /// What.
    pub kind: CrowdFigure,
    /// Of these clients; `None` for all.
    pub group: Option<usize>,
    /// Whether it is what the closed forms say and not what a run counts.
    pub is_theory: bool,
    /// From when on, for figures of a span.
    pub from: Option<SimTime>,
    /// Until when, for figures of a span.
    pub to: Option<SimTime>,
    /// The change that times are counted from, in the order of the file; `None` for the first
    /// in time that happens.
    pub after: Option<usize>,
}

/// What can be read off a series.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum CrowdFigure {
    /// The share of requests that goes to an endpoint.
    Share(usize),
    /// The share of answers in which an endpoint stands first.
    FetchShare(usize),
    /// How far the most uneven address is from an even share of the requests.
    Deviation,
    /// How far the most uneven address is from an even share of the answers.
    FetchDeviation,
    /// The share of requests that goes wrong in a way.
    TroubleShare(Trouble),
    /// How long after the change the last request goes wrong in a way, to the width of a bin.
    LastTrouble(Trouble),
    /// The largest share of one bin's requests that goes wrong in a way.
    PeakTrouble(Trouble),
    /// How long after the change the checks call an endpoint unhealthy.
    Detection(usize),
    /// How long after the change the checks call an endpoint healthy.
    Recovery(usize),
    /// How long after the change so many percent of the requests go to an endpoint, from then
    /// on to the end.
    Moved {
        /// Percent.
        percent: f64,
        /// The endpoint.
        endpoint: usize,
    },
    /// Requests of the clients.
    Requests,
    /// Answers fetched from authoritative servers.
    Fetches,
    /// Queries at the authoritative servers in a day, at the rate of the span.
    QueriesPerDay,
    /// The same in 30 days.
    QueriesPerMonth,
    /// The same in a second.
    QueriesPerSecond,
    /// What the queries of 30 days cost.
    CostPerMonth,
    /// The share of questions a tier of caches answers.
    HitRatio(Tier),
    /// Entries that the caches of all resolvers together have for the name, on average.
    Entries,
    /// The time that so many percent of the requests stay below, to the width of a class.
    Latency(f64),
}

/// How a request can go wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Trouble {
    /// It goes to an address that is no longer given out.
    Stale,
    /// It goes to a machine that does not serve.
    Dead,
    /// It gets no address.
    Failed,
    /// It does not reach a machine that serves: dead or failed.
    Lost,
}

/// A tier of caches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Tier {
    /// The application or browser.
    Browser,
    /// The OS stub.
    Stub,
    /// The recursive resolvers.
    Resolver,
    /// Client and resolvers together: the share of requests for which nobody asks an
    /// authoritative server.
    All,
}
