//! What a traffic policy did for one question.

use std::ops::Deref;

use crate::engine::policy::{Asker, Branch};

/// A decision with all it was made from. Where sets lead to other sets a question makes
/// several, each told before those it leads to.
#[derive(Clone, Debug, PartialEq)]
pub struct PolicyReport {
    /// Who asked.
    pub asker: Asker,
    /// The pool, the rule and what was chosen.
    pub branch: Branch,
}

impl Deref for PolicyReport {
    type Target = Branch;

    fn deref(&self) -> &Branch {
        &self.branch
    }
}
