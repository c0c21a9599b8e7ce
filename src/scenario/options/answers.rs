//! Options about privacy, trust and what clients get.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::IpNet;

use super::OptionGroup::{Answers, Privacy, Trust};
use super::OptionKind::{Choice, Number, Switch};
use super::OptionUnit::{Bits, Milliseconds};
use super::ResolverOption;
use crate::engine::{ClientSubnet, Minimisation, ResolverConfig, SimDuration};

/// The networks for private use: [RFC 1918 §3](https://www.rfc-editor.org/rfc/rfc1918#section-3) and
/// [RFC 4193 §3](https://www.rfc-editor.org/rfc/rfc4193#section-3).
fn private_networks() -> Vec<IpNet> {
    let v4 = |a, b, bits| IpNet::new_assert(IpAddr::V4(Ipv4Addr::new(a, b, 0, 0)), bits);
    let v6 = IpAddr::V6(Ipv6Addr::new(0xfc00, 0, 0, 0, 0, 0, 0, 0));
    vec![
        v4(10, 0, 8),
        v4(172, 16, 12),
        v4(192, 168, 16),
        IpNet::new_assert(v6, 7),
    ]
}

/// The longest prefix sent, of one family.
fn prefix(config: &ResolverConfig, of: fn(&ClientSubnet) -> u8) -> f64 {
    let subnet = config.client_subnet.clone();
    f64::from(of(&subnet.unwrap_or_else(ClientSubnet::to_nobody)))
}

/// A yes or no of [`Hardening`](crate::engine::Hardening).
const fn hardening(
    id: &'static str,
    label: &'static str,
    about: &'static str,
    rfc: (u16, &'static str),
    known_as: &'static str,
    read: fn(&ResolverConfig) -> f64,
    write: fn(&mut ResolverConfig, u32),
) -> ResolverOption {
    ResolverOption {
        id,
        group: Trust,
        label,
        about,
        rfc: Some(rfc),
        known_as,
        kind: Switch,
        read,
        write,
    }
}

pub(super) const OPTIONS: &[ResolverOption] = &[
    ResolverOption {
        id: "qname-minimisation",
        group: Privacy,
        label: "QNAME minimisation",
        about: "Servers on the way are asked for as much of the name as they must know. Relaxed asks for all of it where a server fails on a part; strict does not.",
        rfc: Some((9156, "3")),
        known_as: "qname-minimisation in Unbound, qname-minimization in BIND",
        kind: Choice(&[("off", "off"), ("relaxed", "relaxed"), ("strict", "strict")]),
        read: |config| match config.minimisation {
            Minimisation::Off => 0.0,
            Minimisation::Relaxed => 1.0,
            Minimisation::Strict => 2.0,
        },
        write: |config, value| {
            config.minimisation = match value {
                1 => Minimisation::Relaxed,
                2 => Minimisation::Strict,
                _ => Minimisation::Off,
            };
        },
    },
    ResolverOption {
        id: "client-subnet",
        group: Privacy,
        label: "Client subnet (ECS)",
        about: "Authoritative servers are told from which network the client asks.",
        rfc: Some((7871, "7.1")),
        known_as: "Unbound send-client-subnet, PowerDNS edns-subnet-allow-list",
        kind: Choice(&[
            ("off", "no server is told"),
            ("client", "when the client says it"),
            ("always", "every server is told"),
        ]),
        read: |config| match &config.client_subnet {
            None => 0.0,
            Some(subnet) if subnet.servers.is_empty() && subnet.zones.is_empty() => 1.0,
            Some(_) => 2.0,
        },
        write: |config, value| {
            config.client_subnet = match value {
                1 => Some(ClientSubnet {
                    always_forward: true,
                    ..ClientSubnet::to_nobody()
                }),
                2 => Some(ClientSubnet::to_everybody()),
                _ => None,
            };
        },
    },
    ResolverOption {
        id: "subnet-ipv4",
        group: Privacy,
        label: "Bits of an IPv4 client",
        about: "The longest prefix of a client's IPv4 address that is told.",
        rfc: Some((7871, "11.1")),
        known_as: "Unbound max-client-subnet-ipv4",
        kind: Number {
            unit: Bits,
            min: 0,
            max: 32,
        },
        read: |config| prefix(config, |subnet| subnet.max_ipv4),
        write: |config, value| {
            if let Some(subnet) = &mut config.client_subnet {
                subnet.max_ipv4 = u8::try_from(value).unwrap_or(32);
            }
        },
    },
    ResolverOption {
        id: "subnet-ipv6",
        group: Privacy,
        label: "Bits of an IPv6 client",
        about: "The longest prefix of a client's IPv6 address that is told.",
        rfc: Some((7871, "11.1")),
        known_as: "Unbound max-client-subnet-ipv6",
        kind: Number {
            unit: Bits,
            min: 0,
            max: 128,
        },
        read: |config| prefix(config, |subnet| subnet.max_ipv6),
        write: |config, value| {
            if let Some(subnet) = &mut config.client_subnet {
                subnet.max_ipv6 = u8::try_from(value).unwrap_or(128);
            }
        },
    },
    hardening(
        "harden-glue",
        "Glue from its own zone only",
        "Addresses that come with a referral are believed only for names inside the zone that sends them.",
        (2181, "5.4.1"),
        "Unbound harden-glue",
        |config| f64::from(config.hardening.glue),
        |config, value| config.hardening.glue = value == 1,
    ),
    hardening(
        "verify-glue",
        "Verify foreign glue",
        "Glue outside the delegated zone is looked up afresh before it is used.",
        (2181, "5.4.1"),
        "Unbound harden-unverified-glue",
        |config| f64::from(config.hardening.unverified_glue),
        |config, value| config.hardening.unverified_glue = value == 1,
    ),
    hardening(
        "drop-extra-ns",
        "Drop unasked server lists",
        "A list of name servers that comes with an answer, unasked, is not kept: a forger could put in servers of his own.",
        (2181, "5.4.1"),
        "Unbound iter-scrub-promiscuous",
        |config| f64::from(config.hardening.promiscuous_ns),
        |config, value| config.hardening.promiscuous_ns = value == 1,
    ),
    hardening(
        "below-nxdomain",
        "Nothing below a missing name",
        "If a name does not exist, no name below it is asked for either.",
        (8020, "2"),
        "Unbound harden-below-nxdomain",
        |config| f64::from(config.hardening.below_nxdomain),
        |config, value| config.hardening.below_nxdomain = value == 1,
    ),
    hardening(
        "trust-alias-chain",
        "Believe a whole chain of aliases",
        "A server that holds the target as well is believed about it; otherwise each target is asked for afresh.",
        (1034, "3.6.2"),
        "",
        |config| f64::from(config.hardening.trust_alias_chain),
        |config, value| config.hardening.trust_alias_chain = value == 1,
    ),
    hardening(
        "drop-private",
        "No private addresses",
        "Public names may not have addresses of private networks, which stops DNS rebinding.",
        (1918, "5"),
        "Unbound private-address",
        |config| f64::from(!config.hardening.private_addresses.is_empty()),
        |config, value| {
            config.hardening.private_addresses = match value {
                1 => private_networks(),
                _ => Vec::new(),
            };
        },
    ),
    ResolverOption {
        id: "minimal-responses",
        group: Answers,
        label: "Minimal responses",
        about: "Clients get what answers the question, without the name servers and addresses around it.",
        rfc: Some((1034, "4.3.2")),
        known_as: "minimal-responses in Unbound and BIND",
        kind: Switch,
        read: |config| f64::from(config.answering.minimal),
        write: |config, value| config.answering.minimal = value == 1,
    },
    ResolverOption {
        id: "extended-errors",
        group: Answers,
        label: "Extended errors (EDE)",
        about: "A response that fails says why, in a code of its own.",
        rfc: Some((8914, "3")),
        known_as: "Unbound ede",
        kind: Switch,
        read: |config| f64::from(config.answering.extended_errors),
        write: |config, value| config.answering.extended_errors = value == 1,
    },
    ResolverOption {
        id: "mark-stale",
        group: Answers,
        label: "Mark stale answers",
        about: "A stale answer says that it is one.",
        rfc: Some((8914, "4.4")),
        known_as: "Unbound ede-serve-expired",
        kind: Switch,
        read: |config| f64::from(config.answering.mark_stale),
        write: |config, value| config.answering.mark_stale = value == 1,
    },
    ResolverOption {
        id: "cache-for-all",
        group: Answers,
        label: "Cache open without RD",
        about: "Clients that ask without “recursion desired” (RD) get what the cache has; when off, they are refused.",
        rfc: Some((1034, "4.3.1")),
        known_as: "Unbound access-control: allow_snoop",
        kind: Switch,
        read: |config| f64::from(!config.answering.cached_only_for.is_empty()),
        write: |config, value| {
            config.answering.cached_only_for = match value {
                1 => ClientSubnet::to_everybody().servers,
                _ => Vec::new(),
            };
        },
    },
    ResolverOption {
        id: "discard-after",
        group: Answers,
        label: "Too late to answer",
        about: "A client that has waited longer than this gets no answer any more; 0 means that it always gets one.",
        rfc: None,
        known_as: "Unbound discard-timeout",
        kind: Number {
            unit: Milliseconds,
            min: 0,
            max: 60_000,
        },
        read: |config| {
            let after = config.answering.discard_after;
            after.map_or(0.0, |span| span.as_millis_f64().round())
        },
        write: |config, value| {
            let span = SimDuration::from_millis(u64::from(value));
            config.answering.discard_after = (value > 0).then_some(span);
        },
    },
];
