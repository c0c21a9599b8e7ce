//! Steered names: sets of addresses that are chosen anew for each question.

use serde::{Deserialize, Serialize};

use crate::engine::health::HealthCheck;
use crate::engine::policy::{Policy, Pool};

/// A steered set, ready for use.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct SteeredSet {
    /// What there is to choose from. Endpoints with a check begin healthy.
    pub(crate) pool: Pool,
    /// What the endpoints are called, in the order of the pool.
    pub(crate) ids: Vec<String>,
    /// The rule.
    pub(crate) policy: Policy,
    /// What judges the endpoints whose health is not [`Unchecked`](crate::engine::policy::Health::Unchecked).
    pub(crate) check: Option<HealthCheck>,
}
