//! What a policy decided, and why.

use std::net::IpAddr;

use super::asker::Source;
use super::chain::Filter;
use super::places::Location;
use super::pool::{Area, Pool};
use crate::dns::{Rrset, Ttl};

/// The answer of a policy to one question.
#[derive(Clone, Debug, PartialEq)]
pub struct Decision {
    /// The chosen endpoints of the pool, by index, in the order of the answer. Empty means
    /// an answer without records: NOERROR and nothing in it.
    pub chosen: Vec<usize>,
    /// The TTL of the records.
    pub ttl: Ttl,
    /// For how long a prefix around the told network the answer holds, in bits; `None` if
    /// none was told ([RFC 7871 §7.2.1](https://www.rfc-editor.org/rfc/rfc7871#section-7.2.1)).
    /// Never longer than what was told.
    pub scope: Option<u8>,
    /// How it came to this, step by step.
    pub steps: Vec<Step>,
}

impl Decision {
    /// The chosen addresses in the order of the answer.
    pub fn addresses(&self, pool: &Pool) -> Vec<IpAddr> {
        let endpoints = self.chosen.iter().filter_map(|&i| pool.endpoints().get(i));
        endpoints.map(|endpoint| endpoint.address).collect()
    }

    /// The records to answer with, each once; `None` if there are none.
    pub fn rrset(&self, pool: &Pool) -> Option<Rrset> {
        pool.rrset_of(self.ttl, self.addresses(pool).into_iter())
    }
}

/// One step of a decision, in the past tense. Endpoints are told by their index.
#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    /// The place of the asker was looked up.
    Located {
        /// By what.
        source: Source,
        /// What the table says; `None` if it knows nothing.
        location: Option<Location>,
    },
    /// An endpoint was left out.
    LeftOut {
        /// Which.
        endpoint: usize,
        /// Why.
        reason: Reason,
    },
    /// No endpoint is healthy, so all of them count as healthy.
    AllUnhealthy,
    /// Too few are up for the share the product asks for, so all of them count as up.
    BelowThreshold {
        /// What is up: endpoints, or the sum of their weights.
        up: u64,
        /// What would have been enough.
        needed: u64,
    },
    /// No endpoint with a weight is healthy, so those of weight 0 came into play.
    ZeroWeightsInPlay,
    /// Every weight is 0, so all are equal.
    AllWeightsZero,
    /// One was drawn by its weight.
    Drawn {
        /// Which.
        endpoint: usize,
        /// Its weight, or 1 where all are equal.
        weight: u64,
        /// The sum of the weights it was drawn among.
        total: u64,
    },
    /// The values were put in random order.
    Shuffled,
    /// Something is down, so the TTL was halved.
    TtlHalved,
    /// The values were turned by this many.
    Rotated(usize),
    /// More were healthy than an answer holds, so this many were drawn.
    Sampled(usize),
    /// The endpoints of one rank answer.
    RankAnswers {
        /// The rank; the smallest is the primary.
        priority: u32,
        /// Whether a rank before it had nothing healthy.
        is_fallback: bool,
    },
    /// An area with the asker in it has endpoints that can be answered.
    AreaMatched(Area),
    /// An area with the asker in it has endpoints, but none is healthy.
    AreaUnhealthy(Area),
    /// No area with endpoints has the asker in it.
    NoAreaMatched,
    /// The distance to an endpoint was found.
    Measured {
        /// Which.
        endpoint: usize,
        /// Along the great circle, in kilometers.
        distance_km: f64,
        /// After the bias.
        biased_km: f64,
    },
    /// The latency to an endpoint was looked up.
    Timed {
        /// Which.
        endpoint: usize,
        /// In milliseconds.
        latency_ms: f64,
    },
    /// Nothing to compare by is known, so the first one answers.
    NothingToCompare,
    /// A filter of a chain was applied.
    Filtered {
        /// Which.
        filter: Filter,
        /// What came in, in order.
        before: Vec<usize>,
        /// What went out, in order.
        after: Vec<usize>,
    },
}

/// Why an endpoint was left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// Its health check fails.
    Unhealthy,
    /// Its weight is 0.
    ZeroWeight,
    /// An endpoint of a better rank answers.
    LowerRank,
    /// It is not known where it stands.
    NoCoordinates,
    /// There is no latency to it from the asker's region.
    NoLatency,
    /// The draw left it out this time.
    NotDrawn,
    /// The answer is full.
    AnswerFull,
}

/// What a rule works with, and the record of its steps.
pub(super) struct Draft<'p> {
    /// What there is to choose from.
    pub(super) pool: &'p Pool,
    /// The TTL of the answer.
    pub(super) ttl: Ttl,
    /// The steps so far.
    pub(super) steps: Vec<Step>,
}

impl Draft<'_> {
    /// Notes a step.
    pub(super) fn note(&mut self, step: Step) {
        self.steps.push(step);
    }

    /// Notes that endpoints were left out.
    pub(super) fn leave_out(&mut self, endpoints: impl IntoIterator<Item = usize>, why: Reason) {
        let steps = endpoints.into_iter().map(|endpoint| Step::LeftOut {
            endpoint,
            reason: why,
        });
        self.steps.extend(steps);
    }

    /// The healthy ones of `candidates`, or all of them if none is healthy.
    pub(super) fn usable(&mut self, candidates: &[usize]) -> Vec<usize> {
        let (healthy, failing) = self.by_health(candidates);
        if healthy.is_empty() && !failing.is_empty() {
            self.note(Step::AllUnhealthy);
            return failing;
        }
        self.leave_out(failing, Reason::Unhealthy);
        healthy
    }

    /// The healthy ones of `candidates` and the others.
    pub(super) fn by_health(&self, candidates: &[usize]) -> (Vec<usize>, Vec<usize>) {
        let is_usable = |&index: &usize| self.pool.endpoints()[index].health.is_usable();
        candidates.iter().copied().partition(is_usable)
    }

    /// The best of a comparison; the first of `candidates` if nothing could be compared.
    pub(super) fn best_or_first(
        &mut self,
        candidates: &[usize],
        best: Option<(usize, f64)>,
    ) -> Vec<usize> {
        if let Some((endpoint, _)) = best {
            return vec![endpoint];
        }
        if !candidates.is_empty() {
            self.note(Step::NothingToCompare);
        }
        candidates.iter().copied().take(1).collect()
    }

    /// All endpoints, in configured order.
    pub(super) fn all(&self) -> Vec<usize> {
        (0..self.pool.endpoints().len()).collect()
    }
}
