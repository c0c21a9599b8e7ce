//! Options about servers, transport and limits.

use super::OptionGroup::{Limits, Servers, Transport};
use super::OptionKind::{Choice, Number, Switch};
use super::OptionUnit::{Count, Milliseconds, Octets, Seconds};
use super::ResolverOption;
use crate::engine::{ResolverConfig, SimDuration};

/// How far ahead of need the addresses of name servers are looked up, by depth.
const FETCH_AHEAD: [&[i32]; 3] = [&[], &[3, 2, 1, 0, 0], &[-1]];

/// Whole milliseconds.
fn millis(span: SimDuration) -> f64 {
    span.as_millis_f64().round()
}

/// A span of milliseconds.
fn from_millis(value: u32) -> SimDuration {
    SimDuration::from_millis(u64::from(value))
}

/// A count as a number.
fn count(value: usize) -> f64 {
    value as f64
}

pub(super) const OPTIONS: &[ResolverOption] = &[
    ResolverOption {
        id: "priming",
        group: Servers,
        label: "Priming",
        about: "Before its first question it asks the root which servers it has today; without priming it goes by its built-in list.",
        rfc: Some((9609, "3")),
        known_as: "",
        kind: Switch,
        read: |config| f64::from(config.priming),
        write: |config, value| config.priming = value == 1,
    },
    ResolverOption {
        id: "rtt-band",
        group: Servers,
        label: "Band of fast servers",
        about: "Servers slower than the fastest by no more than this share the queries at random; at 0 only the fastest is asked.",
        rfc: Some((1035, "7.2")),
        known_as: "Unbound RTT_BAND",
        kind: Number {
            unit: Milliseconds,
            min: 0,
            max: 2000,
        },
        read: |config| millis(config.selection.rtt_band),
        write: |config, value| config.selection.rtt_band = from_millis(value),
    },
    ResolverOption {
        id: "unknown-timeout",
        group: Servers,
        label: "First wait",
        about: "How long it waits for a server it has never asked before.",
        rfc: Some((1035, "7.2")),
        known_as: "Unbound UNKNOWN_SERVER_NICENESS",
        kind: Number {
            unit: Milliseconds,
            min: 10,
            max: 10_000,
        },
        read: |config| millis(config.selection.unknown_timeout),
        write: |config, value| config.selection.unknown_timeout = from_millis(value),
    },
    ResolverOption {
        id: "min-timeout",
        group: Servers,
        label: "Shortest wait",
        about: "It waits at least this long, however fast the server has been.",
        rfc: None,
        known_as: "Unbound infra-cache-min-rtt",
        kind: Number {
            unit: Milliseconds,
            min: 10,
            max: 10_000,
        },
        read: |config| millis(config.selection.min_timeout),
        write: |config, value| config.selection.min_timeout = from_millis(value),
    },
    ResolverOption {
        id: "max-timeout",
        group: Servers,
        label: "Longest wait",
        about: "Each silence in a row doubles the wait for a server, up to this.",
        rfc: Some((1035, "7.2")),
        known_as: "Unbound infra-cache-max-rtt",
        kind: Number {
            unit: Milliseconds,
            min: 100,
            max: 120_000,
        },
        read: |config| millis(config.selection.max_timeout),
        write: |config, value| config.selection.max_timeout = from_millis(value),
    },
    ResolverOption {
        id: "attempts",
        group: Servers,
        label: "Attempts per address",
        about: "How often one address is asked before it is given up.",
        rfc: Some((9520, "3.1")),
        known_as: "Unbound outbound-msg-retry",
        kind: Number {
            unit: Count,
            min: 1,
            max: 10,
        },
        read: |config| f64::from(config.selection.attempts),
        write: |config, value| config.selection.attempts = value,
    },
    ResolverOption {
        id: "server-memory",
        group: Servers,
        label: "Memory of servers",
        about: "For how long it remembers that a server is slow, silent or lame.",
        rfc: None,
        known_as: "Unbound infra-host-ttl, BIND lame-ttl",
        kind: Number {
            unit: Seconds,
            min: 0,
            max: 3600,
        },
        read: |config| config.selection.memory.as_secs_f64(),
        write: |config, value| {
            config.selection.memory = SimDuration::from_secs(u64::from(value));
        },
    },
    ResolverOption {
        id: "fetch-ahead",
        group: Servers,
        label: "Look up servers ahead",
        about: "How many addresses of further name servers it looks up before it needs them; a few means 3 for a client's question, fewer for each question that hangs on another.",
        rfc: None,
        known_as: "Unbound target-fetch-policy",
        kind: Choice(&[
            ("none", "none"),
            ("some", "a few: 3 2 1 0 0"),
            ("all", "all of them"),
        ]),
        read: |config| {
            let known = FETCH_AHEAD.iter();
            let place = known
                .clone()
                .position(|policy| *policy == config.fetch_ahead);
            count(place.unwrap_or_default())
        },
        write: |config, value| {
            config.fetch_ahead = FETCH_AHEAD[value as usize % FETCH_AHEAD.len()].to_vec();
        },
    },
    ResolverOption {
        id: "parent-fallback",
        group: Servers,
        label: "Back to the parent's servers",
        about: "When all servers a zone names for itself fail, it tries those the parent zone names.",
        rfc: Some((8767, "5")),
        known_as: "",
        kind: Switch,
        read: |config| f64::from(config.parent_fallback),
        write: |config, value| config.parent_fallback = value == 1,
    },
    ResolverOption {
        id: "ipv4",
        group: Transport,
        label: "Ask over IPv4",
        about: "Servers are asked at their IPv4 addresses.",
        rfc: Some((3901, "4")),
        known_as: "Unbound do-ip4",
        kind: Switch,
        read: |config| f64::from(config.use_ipv4),
        write: |config, value| config.use_ipv4 = value == 1,
    },
    ResolverOption {
        id: "ipv6",
        group: Transport,
        label: "Ask over IPv6",
        about: "Servers are asked at their IPv6 addresses.",
        rfc: Some((3901, "4")),
        known_as: "Unbound do-ip6",
        kind: Switch,
        read: |config| f64::from(config.use_ipv6),
        write: |config, value| config.use_ipv6 = value == 1,
    },
    ResolverOption {
        id: "udp-size",
        group: Transport,
        label: "UDP payload offered",
        about: "The largest response it takes over UDP; what is longer comes cut short and is fetched over TCP. 0 leaves EDNS out, and 512 octets are the most.",
        rfc: Some((6891, "6.2.3")),
        known_as: "Unbound edns-buffer-size, BIND edns-udp-size",
        kind: Number {
            unit: Octets,
            min: 0,
            max: 4096,
        },
        read: |config| f64::from(config.udp_payload_size.unwrap_or_default()),
        write: |config, value| {
            let size = u16::try_from(value).unwrap_or(u16::MAX);
            config.udp_payload_size = (size > 0).then_some(size);
        },
    },
    ResolverOption {
        id: "dnssec-ok",
        group: Transport,
        label: "Ask for signatures (DO)",
        about: "Queries set the DO bit, so that signatures come with the records and responses grow.",
        rfc: Some((3225, "3")),
        known_as: "",
        kind: Switch,
        read: |config| f64::from(config.dnssec_ok),
        write: |config, value| config.dnssec_ok = value == 1,
    },
    limit(
        "total-queries",
        "Queries in all",
        "The most queries for one client question with everything it needs.",
        "Unbound max-global-quota, BIND max-query-count",
        1000,
        |config| count(config.limits.total_queries),
        |config, value| config.limits.total_queries = value as usize,
    ),
    limit(
        "queries",
        "Queries for one name",
        "The most queries for one question alone, without the addresses of name servers.",
        "Unbound max-sent-count, BIND max-recursion-queries",
        200,
        |config| count(config.limits.queries),
        |config, value| config.limits.queries = value as usize,
    ),
    limit(
        "depth",
        "Servers of servers",
        "To reach a server it may need another server's address first, and for that one another: how deep this may go.",
        "BIND max-recursion-depth",
        20,
        |config| count(config.limits.depth),
        |config, value| config.limits.depth = value as usize,
    ),
    limit(
        "aliases",
        "Aliases in a row",
        "How many aliases are followed for one question.",
        "max-query-restarts in Unbound and BIND",
        50,
        |config| count(config.limits.aliases),
        |config, value| config.limits.aliases = value as usize,
    ),
    limit(
        "referrals",
        "Referrals in a row",
        "How many referrals are followed for one name.",
        "Unbound MAX_REFERRAL_COUNT",
        200,
        |config| count(config.limits.referrals),
        |config, value| config.limits.referrals = value as usize,
    ),
    limit(
        "servers",
        "Name servers of a zone",
        "How many name servers of one zone are considered; of more, a sample, those with a known address first. It bounds what a zone with hundreds of them costs.",
        "BIND max-delegation-servers, PowerDNS max-ns-per-resolve",
        1000,
        |config| count(config.limits.servers),
        |config, value| config.limits.servers = value as usize,
    ),
    limit(
        "targets",
        "Name servers looked up",
        "For how many name servers an address is looked up, for one question. It blunts the NXNS attack, a referral to a crowd of made-up servers.",
        "Unbound MAX_TARGET_COUNT",
        200,
        |config| count(config.limits.targets),
        |config, value| config.limits.targets = value as usize,
    ),
    limit(
        "pending",
        "Questions at once",
        "The most questions worked on at the same time, and the most clients that wait for one of them; what is more fails at once.",
        "Unbound num-queries-per-thread",
        4096,
        |config| count(config.limits.pending),
        |config, value| config.limits.pending = value as usize,
    ),
];

/// A bound on the work for one question ([RFC 1034 §5.3.3](https://www.rfc-editor.org/rfc/rfc1034#section-5.3.3)).
const fn limit(
    id: &'static str,
    label: &'static str,
    about: &'static str,
    known_as: &'static str,
    max: u32,
    read: fn(&ResolverConfig) -> f64,
    write: fn(&mut ResolverConfig, u32),
) -> ResolverOption {
    ResolverOption {
        id,
        group: Limits,
        label,
        about,
        rfc: Some((1034, "5.3.3")),
        known_as,
        kind: Number {
            unit: Count,
            min: 1,
            max,
        },
        read,
        write,
    }
}
