//! Options about the cache: lives, stale data and prefetch.

use super::OptionGroup::{Cache, Stale};
use super::OptionKind::{Choice, Number, Switch};
use super::OptionUnit::{Milliseconds, Percent, Seconds};
use super::ResolverOption;
use crate::engine::{Prefetch, PrefetchTrigger, ResolverConfig, ServeStale, SimDuration};

/// Changes how stale data is served, where it is served at all.
fn change_stale(config: &mut ResolverConfig, change: impl FnOnce(&mut ServeStale)) {
    if let Some(stale) = &mut config.stale {
        change(stale);
    }
}

/// How stale data is served, or would be.
fn stale(config: &ResolverConfig) -> ServeStale {
    config.stale.unwrap_or_default()
}

/// Early refreshes by the share of a life that is left, where that is the way of a resolver.
fn last_percent(config: &ResolverConfig) -> Option<Prefetch> {
    config
        .prefetch
        .filter(|prefetch| matches!(prefetch.trigger, PrefetchTrigger::LastPercent(_)))
}

/// A span of seconds.
fn seconds(value: u32) -> SimDuration {
    SimDuration::from_secs(u64::from(value))
}

/// A week, in seconds.
const WEEK: u32 = 604_800;

// Serve-stale and prefetch stand before what refines them: options are set in this order.
pub(super) const OPTIONS: &[ResolverOption] = &[
    ResolverOption {
        id: "ttl-floor",
        group: Cache,
        label: "Shortest life",
        about: "Records with a shorter TTL are kept this long all the same.",
        rfc: Some((1035, "3.2.1")),
        known_as: "Unbound cache-min-ttl, BIND min-cache-ttl, PowerDNS minimum-ttl-override",
        kind: Number {
            unit: Seconds,
            min: 0,
            max: 3600,
        },
        read: |config| f64::from(config.policy.floor),
        write: |config, value| config.policy.floor = value,
    },
    ResolverOption {
        id: "ttl-cap",
        group: Cache,
        label: "Longest life",
        about: "Records with a longer TTL are dropped after this.",
        rfc: Some((8767, "4")),
        known_as: "Unbound cache-max-ttl, BIND and PowerDNS max-cache-ttl",
        kind: Number {
            unit: Seconds,
            min: 0,
            max: WEEK,
        },
        read: |config| f64::from(config.policy.cap),
        write: |config, value| config.policy.cap = value,
    },
    ResolverOption {
        id: "negative-cap",
        group: Cache,
        label: "Longest life of a no",
        about: "That a name or a type does not exist is remembered no longer than this.",
        rfc: Some((2308, "5")),
        known_as: "Unbound cache-max-negative-ttl, BIND max-ncache-ttl, PowerDNS max-negative-ttl",
        kind: Number {
            unit: Seconds,
            min: 0,
            max: WEEK,
        },
        read: |config| f64::from(config.policy.negative_cap),
        write: |config, value| config.policy.negative_cap = value,
    },
    ResolverOption {
        id: "failure-ttl",
        group: Cache,
        label: "Life of a failure",
        about: "How long it waits before it tries again what has just failed.",
        rfc: Some((9520, "3.2")),
        known_as: "BIND servfail-ttl",
        kind: Number {
            unit: Seconds,
            min: 0,
            max: 300,
        },
        read: |config| config.failure_ttl.as_secs_f64(),
        write: |config, value| config.failure_ttl = seconds(value),
    },
    ResolverOption {
        id: "serve-stale",
        group: Stale,
        label: "Serve stale data",
        about: "When nothing fresh can be had, clients get data whose time is over.",
        rfc: Some((8767, "5")),
        known_as: "Unbound serve-expired, BIND stale-answer-enable",
        kind: Switch,
        read: |config| f64::from(config.stale.is_some()),
        write: |config, value| {
            config.stale = (value == 1).then(|| stale(config));
        },
    },
    ResolverOption {
        id: "stale-client-timeout",
        group: Stale,
        label: "Patience before stale",
        about: "How long a client waits for fresh data first; at 0 it gets the old data at once and the refresh comes after.",
        rfc: Some((8767, "5")),
        known_as: "Unbound serve-expired-client-timeout, BIND stale-answer-client-timeout",
        kind: Number {
            unit: Milliseconds,
            min: 0,
            max: 10_000,
        },
        read: |config| stale(config).client_timeout.as_millis_f64().round(),
        write: |config, value| {
            change_stale(config, |stale| {
                stale.client_timeout = SimDuration::from_millis(u64::from(value));
            });
        },
    },
    ResolverOption {
        id: "stale-ttl",
        group: Stale,
        label: "TTL of stale data",
        about: "What clients are told: how long they may keep what is already old.",
        rfc: Some((8767, "4")),
        known_as: "Unbound serve-expired-reply-ttl, BIND stale-answer-ttl",
        kind: Number {
            unit: Seconds,
            min: 1,
            max: 3600,
        },
        read: |config| f64::from(stale(config).reply_ttl),
        write: |config, value| change_stale(config, |stale| stale.reply_ttl = value),
    },
    ResolverOption {
        id: "stale-limit",
        group: Stale,
        label: "How old at most",
        about: "How long after its end data may still be given out; 0 sets no limit.",
        rfc: Some((8767, "5")),
        known_as: "Unbound serve-expired-ttl, BIND max-stale-ttl",
        kind: Number {
            unit: Seconds,
            min: 0,
            max: WEEK,
        },
        read: |config| {
            stale(config)
                .max_stale
                .map_or(0.0, SimDuration::as_secs_f64)
        },
        write: |config, value| {
            change_stale(config, |stale| {
                stale.max_stale = (value > 0).then(|| seconds(value));
            });
        },
    },
    ResolverOption {
        id: "stale-reset",
        group: Stale,
        label: "Failure restarts that limit",
        about: "Each refresh that fails starts the time of “How old at most” again.",
        rfc: None,
        known_as: "Unbound serve-expired-ttl-reset",
        kind: Switch,
        read: |config| f64::from(stale(config).reset_on_failure),
        write: |config, value| change_stale(config, |stale| stale.reset_on_failure = value == 1),
    },
    ResolverOption {
        id: "prefetch",
        group: Stale,
        label: "Prefetch",
        about: "A hit near the end of an entry's life fetches it anew, while nobody waits; with 2 s, TTLs below 9 s are left out.",
        rfc: Some((2181, "8")),
        known_as: "prefetch in Unbound and BIND",
        kind: Choice(&[
            ("off", "off"),
            ("percent", "in the last part of a life"),
            ("seconds", "in the last 2 s"),
        ]),
        read: |config| match config.prefetch.map(|prefetch| prefetch.trigger) {
            None => 0.0,
            Some(PrefetchTrigger::LastPercent(_)) => 1.0,
            Some(PrefetchTrigger::LastSeconds(_)) => 2.0,
        },
        write: |config, value| {
            config.prefetch = match value {
                1 => Some(last_percent(config).unwrap_or(Prefetch::UNBOUND)),
                2 => Some(Prefetch {
                    trigger: PrefetchTrigger::LastSeconds(2),
                    min_ttl: 9,
                }),
                _ => None,
            };
        },
    },
    ResolverOption {
        id: "prefetch-percent",
        group: Stale,
        label: "How early",
        about: "A hit in so much of the end of an entry's life sets off a prefetch; 0 never does.",
        rfc: None,
        known_as: "always 10 in Unbound, refresh-on-ttl-perc in PowerDNS",
        kind: Number {
            unit: Percent,
            min: 0,
            max: 100,
        },
        read: |config| {
            let prefetch = last_percent(config).unwrap_or(Prefetch::UNBOUND);
            match prefetch.trigger {
                PrefetchTrigger::LastPercent(percent) => f64::from(percent),
                PrefetchTrigger::LastSeconds(_) => 0.0,
            }
        },
        write: |config, value| {
            if let Some(prefetch) = last_percent(config) {
                config.prefetch = Some(Prefetch {
                    trigger: PrefetchTrigger::LastPercent(value),
                    ..prefetch
                });
            }
        },
    },
];
