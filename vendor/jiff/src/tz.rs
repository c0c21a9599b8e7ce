//! Offsets from UTC.

/// How far a clock is from UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Offset(());

impl Offset {
    /// Not at all.
    pub const UTC: Self = Self(());
}
