//! What a policy decided, and why.

use std::net::IpAddr;

use super::asker::Source;
use super::chain::Filter;
use super::draw::weighted;
use super::endpoint::{Area, Endpoint};
use super::places::Location;
use super::pool::{Pool, rrset_of};
use crate::dns::{Rrset, Ttl};
use crate::engine::Stream;

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
    /// The chosen endpoints in the order of the answer.
    pub(super) fn endpoints<'p>(&self, pool: &'p Pool) -> impl Iterator<Item = &'p Endpoint> {
        { self.chosen.iter() }.filter_map(|&index| pool.endpoints().get(index))
    }

    /// The chosen addresses in the order of the answer; without those that other sets choose
    /// where an endpoint leads on.
    pub fn addresses(&self, pool: &Pool) -> Vec<IpAddr> {
        self.endpoints(pool).filter_map(Endpoint::address).collect()
    }

    /// The records to answer with, each once; `None` if there are none.
    pub fn rrset(&self, pool: &Pool) -> Option<Rrset> {
        rrset_of(&pool.key(), self.ttl, self.addresses(pool).into_iter())
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
    /// None of the areas with the asker in it has a healthy endpoint, so the smallest of
    /// them answers with what it has.
    SmallestAreaAnswers(Area),
    /// Nothing that may answer is healthy, so the last resort answers, whatever its health.
    FallbackAnswers(usize),
    /// No network of an endpoint holds the asker's, and there is no default.
    NoNetworkMatched,
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
    /// It is for another network, or for one that is larger than another one's.
    OtherNetwork,
}

/// What a rule works with, and the record of its steps.
pub(super) struct Draft<'p> {
    /// What there is to choose from.
    pub(super) pool: &'p Pool,
    /// The TTL of the answer.
    pub(super) ttl: Ttl,
    /// What is left to choose from, by index: at first all endpoints in configured order, in the
    /// end the answer.
    pub(super) list: Vec<usize>,
    /// The steps so far; `None` if nobody wants to know.
    pub(super) steps: Option<Vec<Step>>,
}

impl Draft<'_> {
    /// Notes a step.
    pub(super) fn note(&mut self, step: Step) {
        if let Some(steps) = &mut self.steps {
            steps.push(step);
        }
    }

    /// Notes a step that is costly to put in words.
    pub(super) fn note_with(&mut self, step: impl FnOnce() -> Step) {
        if let Some(steps) = &mut self.steps {
            steps.push(step());
        }
    }

    /// Notes that an endpoint was left out.
    pub(super) fn leave_out(&mut self, endpoint: usize, reason: Reason) {
        self.note(Step::LeftOut { endpoint, reason });
    }

    /// Leaves out of the list what is not to be kept.
    pub(super) fn keep(&mut self, reason: Reason, mut is_kept: impl FnMut(usize) -> bool) {
        let steps = &mut self.steps;
        self.list.retain(|&endpoint| {
            let is_kept = is_kept(endpoint);
            if let Some(steps) = steps.as_mut().filter(|_| !is_kept) {
                steps.push(Step::LeftOut { endpoint, reason });
            }
            is_kept
        });
    }

    /// Shortens the list to what an answer holds.
    pub(super) fn cut(&mut self, most: usize) {
        for position in most..self.list.len() {
            self.leave_out(self.list[position], Reason::AnswerFull);
        }
        self.list.truncate(most);
    }

    /// Keeps the healthy ones, or all if none is healthy.
    pub(super) fn keep_usable(&mut self) {
        let endpoints = self.pool.endpoints();
        let is_usable = |index: usize| endpoints[index].health.is_usable();
        if self.list.iter().any(|&index| is_usable(index)) {
            self.keep(Reason::Unhealthy, is_usable);
        } else if !self.list.is_empty() {
            self.note(Step::AllUnhealthy);
        }
    }

    /// Keeps the best of a comparison; the first one if nothing could be compared.
    pub(super) fn keep_best(&mut self, best: Option<(usize, f64)>) {
        match best {
            Some((endpoint, _)) => self.keep_one(endpoint),
            None => {
                if !self.list.is_empty() {
                    self.note(Step::NothingToCompare);
                }
                self.list.truncate(1);
            }
        }
    }

    /// Keeps the first one only.
    pub(super) fn keep_first(&mut self) {
        self.list.truncate(1);
    }

    /// Keeps this endpoint only.
    fn keep_one(&mut self, endpoint: usize) {
        self.list.clear();
        self.list.push(endpoint);
    }

    /// Draws one of the list by weight; `None` if all weights are 0.
    pub(super) fn pick(
        &mut self,
        weight: impl Fn(usize) -> u64,
        random: &mut Stream,
    ) -> Option<usize> {
        let weights = self.list.iter().map(|&index| weight(index));
        let endpoint = self.list[weighted(weights.clone(), random)?];
        let total = weights.sum();
        self.note(Step::Drawn {
            endpoint,
            weight: weight(endpoint),
            total,
        });
        Some(endpoint)
    }

    /// Draws one of the list by weight and keeps it only; nothing is left if all weights are 0.
    pub(super) fn draw(&mut self, weight: impl Fn(usize) -> u64, random: &mut Stream) {
        match self.pick(weight, random) {
            Some(endpoint) => self.keep_one(endpoint),
            None => self.list.clear(),
        }
    }
}
