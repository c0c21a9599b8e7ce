//! What a cache layer makes of the TTLs it is given.

use serde::{Deserialize, Serialize};

use crate::dns::Ttl;

/// What one cache layer makes of the TTLs it is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TtlPolicy {
    /// Shorter TTLs are raised to this many seconds.
    pub floor: u32,
    /// Longer TTLs are cut to this many seconds.
    pub cap: u32,
    /// Negative entries are cut to this many seconds; 0 keeps none.
    pub negative_cap: u32,
    /// Shorter negative entries are raised to this many seconds (Unbound's
    /// `cache-min-negative-ttl`, 0).
    #[serde(default)]
    pub negative_floor: u32,
    /// Every positive entry lives exactly this many seconds, whatever its TTL says.
    pub hold: Option<u32>,
    /// For this many seconds after its end a positive entry still answers, while a fresh one
    /// is fetched behind it (Firefox's `network.dnsCacheExpirationGracePeriod`). Kept by the
    /// cache of an application; [`grant`](Self::grant) does not count it in.
    #[serde(default)]
    pub grace: u32,
    /// The most entries kept.
    pub capacity: usize,
}

impl TtlPolicy {
    /// A [`hold`](Self::hold) that never ends: the longest TTL there is, 68 years
    /// ([RFC 2181 §8](https://www.rfc-editor.org/rfc/rfc2181#section-8)).
    pub const FOREVER: u32 = i32::MAX as u32;

    /// Obeys every TTL up to the protocol's limit of 2^31 − 1 seconds ([RFC 2181 §8](https://www.rfc-editor.org/rfc/rfc2181#section-8)).
    pub const HONEST: Self = Self {
        floor: 0,
        cap: i32::MAX as u32,
        negative_cap: i32::MAX as u32,
        negative_floor: 0,
        hold: None,
        grace: 0,
        capacity: 100_000,
    };
    /// Keeps nothing: a layer without a cache, such as the stub of plain glibc.
    pub const NONE: Self = Self {
        hold: Some(0),
        negative_cap: 0,
        ..Self::HONEST
    };
    /// Chromium: the system resolver hands over no TTL, so 60 s flat, and failures not at
    /// all (`kCacheEntryTTLSeconds`, `kNegativeCacheEntryTTLSeconds`).
    pub const CHROMIUM: Self = Self {
        hold: Some(60),
        negative_cap: 0,
        capacity: 1000,
        ..Self::HONEST
    };
    /// Firefox where the platform hands over no TTL: 60 s flat, then 60 s more during which
    /// the old answer serves while a new one is fetched (`network.dnsCacheExpiration`,
    /// `network.dnsCacheExpirationGracePeriod`).
    pub const FIREFOX: Self = Self {
        hold: Some(60),
        negative_cap: 60,
        grace: 60,
        capacity: 400,
        ..Self::HONEST
    };
    /// systemd-resolved: TTL up to 2 h, 4096 entries (`resolved-dns-cache.c`).
    pub const SYSTEMD_RESOLVED: Self = Self {
        cap: 7200,
        negative_cap: 7200,
        capacity: 4096,
        ..Self::HONEST
    };
    /// Windows client: TTL up to 86 400 s, negative answers up to 900 s (TechNet, `MaxCacheEntryTtlLimit`).
    pub const WINDOWS: Self = Self {
        cap: 86_400,
        negative_cap: 900,
        ..Self::HONEST
    };
    /// Unbound: TTL up to 86 400 s, negative 3600 s (`cache-max-ttl`, `cache-max-negative-ttl`).
    pub const UNBOUND: Self = Self {
        cap: 86_400,
        negative_cap: 3600,
        ..Self::HONEST
    };
    /// BIND: TTL up to 604 800 s, negative 10 800 s (`max-cache-ttl`, `max-ncache-ttl`).
    pub const BIND: Self = Self {
        cap: 604_800,
        negative_cap: 10_800,
        ..Self::HONEST
    };
    /// PowerDNS Recursor: TTL up to 86 400 s, negative 3600 s, at least 1 s (`max-cache-ttl`,
    /// `max-negative-ttl`, `minimum-ttl-override`).
    pub const POWERDNS: Self = Self {
        floor: 1,
        cap: 86_400,
        negative_cap: 3600,
        ..Self::HONEST
    };

    /// Whether the layer keeps nothing at all, whatever it is given.
    pub fn keeps_nothing(&self) -> bool {
        let positive = self.hold.unwrap_or(self.cap);
        positive == 0 && self.negative_cap == 0
    }

    /// The seconds a positive entry may live. At each call the same for the same TTL.
    pub fn grant(&self, ttl: Ttl) -> Ttl {
        match self.hold {
            Some(hold) => Ttl::from_secs(hold),
            // A record that asks not to be cached is only kept by a layer with a floor.
            None => Ttl::from_secs(ttl.as_secs().max(self.floor).min(self.cap)),
        }
    }

    /// The seconds a negative entry may live.
    pub fn grant_negative(&self, ttl: Ttl) -> Ttl {
        let raised = ttl.as_secs().max(self.negative_floor);
        Ttl::from_secs(raised.min(self.negative_cap))
    }
}
