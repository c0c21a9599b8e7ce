//! What the inspector shows of the policies of a server: the endpoints with what checks say of
//! them, and how an answer was chosen, with the list after each filter.

mod checks;
mod decision;
mod pool;
#[cfg(test)]
mod tests;

pub use decision::{DecisionRow, DecisionView, ListItem, decision_views};
pub use pool::{EndpointRow, SteeredView, steered_views};

/// How something stands, for its color and its sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// In a word or two: `healthy`.
    pub word: &'static str,
    /// What that means.
    pub tone: StandingTone,
}

/// Whether something works.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StandingTone {
    /// It does.
    Good,
    /// It does not.
    Bad,
    /// It is kept out of use on purpose.
    Out,
    /// Nothing is known of it.
    Unknown,
}

impl StandingTone {
    /// The tone as an attribute value.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Bad => "bad",
            Self::Out => "out",
            Self::Unknown => "unknown",
        }
    }

    /// A sign for those who do not tell the colors apart.
    pub fn sign(self) -> &'static str {
        match self {
            Self::Good => "✓",
            Self::Bad => "×",
            Self::Out => "–",
            Self::Unknown => "○",
        }
    }
}
