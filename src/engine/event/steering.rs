//! What a traffic policy did for one question.

use crate::engine::policy::{Asker, Decision, Policy, Pool};

/// A decision with all it was made from.
#[derive(Clone, Debug, PartialEq)]
pub struct PolicyReport {
    /// The rule.
    pub policy: Policy,
    /// What there was to choose from, as it was at that moment.
    pub pool: Pool,
    /// Who asked.
    pub asker: Asker,
    /// What was chosen, and why.
    pub decision: Decision,
}
