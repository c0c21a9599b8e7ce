//! What a cache remembers, and how far it is trusted.

use std::net::IpAddr;

use super::Life;
use crate::dns::{Rrset, Ttl};
use crate::engine::{SimDuration, SimTime};

/// How far data is trusted ([RFC 2181 §5.4.1], lowest first).
///
/// [RFC 2181 §5.4.1]: https://www.rfc-editor.org/rfc/rfc2181#section-5.4.1
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rank {
    /// The additional section of a response, glue included.
    Additional,
    /// The authority section of a referral.
    Referral,
    /// The additional section of a response with AA.
    AdditionalWithAuthority,
    /// The answer section of a response without AA, such as a resolver's.
    NonAuthoritativeAnswer,
    /// The authority section of a response with AA.
    Authority,
    /// The answer section of a response with AA.
    Answer,
}

impl Rank {
    /// Whether a client may be answered with such data; what came only as a pointer on
    /// the way may not ([RFC 2181 §5.4.1](https://www.rfc-editor.org/rfc/rfc2181#section-5.4.1)).
    pub fn is_answer(self) -> bool {
        self >= Self::NonAuthoritativeAnswer
    }
}

/// Whether data past its end will do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Freshness {
    /// It will not.
    Live,
    /// It will, for a while ([RFC 8767](https://www.rfc-editor.org/rfc/rfc8767)).
    Stale {
        /// For how long after its end; `None` without limit.
        max: Option<SimDuration>,
        /// The TTL it is handed out with, in seconds, unless its own was shorter.
        reply_ttl: u32,
    },
}

/// What an entry remembers.
#[derive(Clone, Debug, PartialEq)]
pub enum CacheFact {
    /// These records exist.
    Records(Rrset),
    /// The name exists without records of this type; the SOA set that said so.
    NoData(Option<Rrset>),
    /// The name does not exist; the SOA set that said so.
    NxDomain(Option<Rrset>),
}

/// One remembered fact with its end of life.
#[derive(Clone, Debug, PartialEq)]
pub struct CacheEntry {
    /// What is remembered.
    pub fact: CacheFact,
    /// How far it is trusted.
    pub rank: Rank,
    /// The RRSIG records that cover the records, if they came along.
    pub signatures: Option<Rrset>,
    /// When it was stored and when it stops being used.
    pub life: Life,
}

impl CacheEntry {
    /// The time left at `now`.
    pub fn remaining(&self, now: SimTime) -> SimDuration {
        self.life.remaining(now)
    }

    /// The life the entry was granted.
    pub fn lifetime(&self) -> SimDuration {
        self.life.span()
    }

    /// Whether the entry may still be used at `now`. It may not at the very moment of expiry.
    pub fn is_live(&self, now: SimTime) -> bool {
        self.life.is_live(now)
    }

    /// Whether the entry may be used at `now` under `freshness`.
    pub fn is_usable(&self, now: SimTime, freshness: Freshness) -> bool {
        match freshness {
            Freshness::Live => self.is_live(now),
            Freshness::Stale { max: Some(max), .. } => now < self.life.expires_at + max,
            Freshness::Stale { max: None, .. } => true,
        }
    }

    /// The TTL a set of this entry is handed out with.
    pub(super) fn ttl(&self, now: SimTime, freshness: Freshness, own: Ttl) -> Ttl {
        match freshness {
            Freshness::Stale { reply_ttl, .. } if !self.is_live(now) => {
                own.min(Ttl::from_secs(reply_ttl))
            }
            _ => self.remaining(now).as_ttl(),
        }
    }

    /// The records, their TTL counted down to `now`.
    pub fn records(&self, now: SimTime) -> Option<Rrset> {
        match &self.fact {
            CacheFact::Records(set) => Some(set.with_ttl(self.remaining(now).as_ttl())),
            _ => None,
        }
    }

    /// The addresses among its records.
    pub fn addresses(&self) -> impl Iterator<Item = IpAddr> {
        let set = match &self.fact {
            CacheFact::Records(set) => Some(set),
            _ => None,
        };
        set.into_iter().flat_map(Rrset::addresses)
    }
}
