//! How long something in a cache lives.

use crate::dns::Ttl;
use crate::engine::{SimDuration, SimTime};

/// The life of something a cache keeps, from the moment it was stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Life {
    /// When it was stored.
    pub stored_at: SimTime,
    /// When it stops being used.
    pub expires_at: SimTime,
}

impl Life {
    /// A life of `ttl` from `now` on; `None` if that is no time at all, for then nothing is kept.
    pub fn granted(now: SimTime, ttl: Ttl) -> Option<Self> {
        let expires_at = now + SimDuration::from(ttl);
        (expires_at > now).then_some(Self {
            stored_at: now,
            expires_at,
        })
    }

    /// The time left at `now`.
    pub fn remaining(&self, now: SimTime) -> SimDuration {
        self.expires_at.since(now)
    }

    /// The whole span.
    pub fn span(&self) -> SimDuration {
        self.expires_at.since(self.stored_at)
    }

    /// Whether it lasts at `now`. It does not at the very moment of its end.
    pub fn is_live(&self, now: SimTime) -> bool {
        now < self.expires_at
    }
}
