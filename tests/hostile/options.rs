//! Resolver configurations of every kind.

use std::net::IpAddr;

use dns_lab::dns::Name;
use dns_lab::engine::{
    ClientSubnet, ConfiguredZone, Delegation, Minimisation, Prefetch, PrefetchTrigger,
    ResolverConfig, ResolverProduct, ServeStale, SimDuration, WorkLimits, ZoneMode,
};
use proptest::prelude::*;

use crate::rig::{name, plain_config};

/// Any work limits up to the usual ones, the smallest included.
pub(crate) fn limits() -> impl Strategy<Value = WorkLimits> {
    let small = (0..=60_usize, 0..=50_usize, 0..=7_usize, 0..=13_usize);
    let rest = (0..=11_usize, 0..=130_usize, 0..=64_usize, 0..=6_usize);
    (small, rest).prop_map(
        |((total_queries, queries, depth, servers), rest)| WorkLimits {
            total_queries,
            queries,
            depth,
            servers,
            aliases: rest.0,
            referrals: rest.1,
            targets: rest.2,
            missing_targets: rest.3,
            ..plain_config().limits
        },
    )
}

fn minimisation() -> impl Strategy<Value = Minimisation> {
    prop_oneof![
        Just(Minimisation::Off),
        Just(Minimisation::Relaxed),
        Just(Minimisation::Strict),
    ]
}

fn stale() -> impl Strategy<Value = ServeStale> {
    let timeout = prop_oneof![Just(0_u64), Just(1800)];
    (timeout, any::<bool>(), prop::option::of(1..90_000_u64)).prop_map(|(timeout, reset, max)| {
        ServeStale {
            client_timeout: SimDuration::from_millis(timeout),
            max_stale: max.map(SimDuration::from_secs),
            reset_on_failure: reset,
            ..ServeStale::default()
        }
    })
}

fn prefetch() -> impl Strategy<Value = Prefetch> {
    let trigger = prop_oneof![
        (0..=100_u32).prop_map(PrefetchTrigger::LastPercent),
        (0..=400_u32).prop_map(PrefetchTrigger::LastSeconds),
    ];
    (trigger, 0..20_u32).prop_map(|(trigger, min_ttl)| Prefetch { trigger, min_ttl })
}

fn subnet() -> impl Strategy<Value = ClientSubnet> {
    (any::<bool>(), any::<bool>(), 0..=40_u8, 0..=130_u8).prop_map(|(all, always, v4, v6)| {
        ClientSubnet {
            always_forward: always,
            max_ipv4: v4,
            max_ipv6: v6,
            ..if all {
                ClientSubnet::to_everybody()
            } else {
                ClientSubnet::to_nobody()
            }
        }
    })
}

/// A zone with servers of its own: the root, the zone the tests ask about, or another one.
fn zone() -> impl Strategy<Value = ConfiguredZone> {
    let mode = prop_oneof![
        Just(ZoneMode::Forward),
        any::<bool>().prop_map(|prime| ZoneMode::Stub { prime }),
    ];
    let owner = prop_oneof![
        Just(Name::root()),
        Just(name("test")),
        Just(name("victim.test")),
        Just(name("elsewhere.test")),
    ];
    let addresses = prop::collection::vec(any::<u8>(), 0..3);
    let server = (
        prop::sample::select(vec!["ns.fwd.test", "ns.victim.test"]),
        addresses,
    );
    let servers = prop::collection::vec(server, 0..3);
    (mode, owner, servers, any::<bool>()).prop_map(|(mode, zone, servers, or_resolve)| {
        let servers = servers.into_iter().map(|(host, last)| {
            let addresses = last.into_iter().map(|last| IpAddr::from([192, 0, 2, last]));
            (name(host), addresses.collect())
        });
        ConfiguredZone {
            servers: Delegation {
                zone,
                servers: servers.collect(),
            },
            mode,
            or_resolve,
        }
    })
}

/// Every option at random, timeouts and late answers included.
pub(crate) fn any_config() -> impl Strategy<Value = ResolverConfig> {
    let product = prop_oneof![
        Just(None),
        Just(Some(ResolverProduct::Unbound)),
        Just(Some(ResolverProduct::Bind)),
        Just(Some(ResolverProduct::PowerDns)),
    ];
    let memory = (
        prop::option::of(stale()),
        prop::option::of(prefetch()),
        prop::option::of(subnet()),
        prop_oneof![Just(0_u64), Just(1), Just(5), Just(60)],
        prop_oneof![Just(4_usize), Just(100_000)],
    );
    let work = (
        limits(),
        prop::collection::vec(-1..=5_i32, 0..6),
        minimisation(),
        prop::collection::vec(zone(), 0..3),
        0..=5_u32,
    );
    let switches = prop::collection::vec(any::<bool>(), 17);
    (product, memory, work, switches).prop_map(|(product, memory, work, switches)| {
        let mut config = plain_config();
        if let Some(product) = product {
            config = config.with_product(product);
        }
        config.stale = memory.0;
        config.prefetch = memory.1;
        config.client_subnet = memory.2;
        config.failure_ttl = SimDuration::from_secs(memory.3);
        config.policy.capacity = memory.4;
        config.limits = work.0;
        config.fetch_ahead = work.1;
        config.minimisation = work.2;
        config.zones = work.3;
        config.selection.attempts = work.4;
        config.priming = switches[0];
        config.use_ipv4 = switches[1] || switches[2];
        config.use_ipv6 = switches[3];
        config.parent_fallback = switches[4];
        config.udp_payload_size = switches[5].then_some(1232);
        config.dnssec_ok = switches[6];
        config.answering.minimal = switches[7];
        config.answering.extended_errors = switches[8];
        config.answering.discard_after = None;
        config.hardening.unverified_glue = switches[9];
        config.hardening.promiscuous_ns = switches[10];
        config.hardening.below_nxdomain = switches[11];
        config.hardening.trust_alias_chain = switches[12];
        config.hardening.glue = switches[13];
        config.hardening.reuse_dname = switches[14];
        config.hide_type = switches[15];
        if switches[16] {
            config.bare_negative_ttl = SimDuration::from_secs(5);
        }
        config
    })
}
