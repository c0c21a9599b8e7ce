//! The options of the resolver, as scripts write them.

use std::net::IpAddr;

use dns_lab::dns::Name;
use dns_lab::engine::{
    ClientSubnet, ConfiguredZone, Delegation, Minimisation, Prefetch, PrefetchTrigger,
    ResolverConfig, ResolverProduct, ServeStale, ZoneMode,
};
use ipnet::IpNet;

use super::outline::{Item, Words};

/// Where the resolver of every script stands.
pub(crate) const RESOLVER: [&str; 2] = ["192.0.2.53", "2001:db8::53"];

/// Reads the lines below `resolver`. A line that says `product` comes first, if at all.
pub(crate) fn resolver_config(item: &Item) -> Result<ResolverConfig, String> {
    let addresses: Vec<IpAddr> = RESOLVER
        .iter()
        .filter_map(|text| text.parse().ok())
        .collect();
    let hints = Delegation {
        zone: Name::root(),
        servers: Vec::new(),
    };
    let mut config = ResolverConfig::new(addresses, hints);
    for line in &item.children {
        let mut words = line.words();
        let key = words.need("option")?;
        option(&mut config, key, &mut words)?;
        words.end()?;
    }
    Ok(config)
}

/// One option.
fn option(config: &mut ResolverConfig, key: &str, words: &mut Words<'_>) -> Result<(), String> {
    match key {
        "product" => {
            let product = match words.need("product")? {
                "unbound" => ResolverProduct::Unbound,
                "bind" => ResolverProduct::Bind,
                "powerdns" => ResolverProduct::PowerDns,
                other => return words.fault(format!("`{other}` is no product")),
            };
            *config = config.clone().with_product(product);
        }
        "hint" => {
            let host = words.value("name")?;
            config.root_hints.servers.push((host, addresses(words)?));
        }
        "priming" => config.priming = words.switch()?,
        "stub" | "forward" => {
            let zone = configured_zone(key == "forward", words)?;
            config.zones.push(zone);
        }
        "ipv4" => config.use_ipv4 = words.switch()?,
        "ipv6" => config.use_ipv6 = words.switch()?,
        "rtt-band" => config.selection.rtt_band = words.span()?,
        "first-wait" => config.selection.unknown_timeout = words.span()?,
        "shortest-wait" => config.selection.min_timeout = words.span()?,
        "longest-wait" => config.selection.max_timeout = words.span()?,
        "attempts" => config.selection.attempts = words.value("number")?,
        "server-memory" => config.selection.memory = words.span()?,
        "fetch-ahead" => {
            while words.peek().is_some() {
                config.fetch_ahead.push(words.value("number")?);
            }
        }
        "minimise" => {
            config.minimisation = match words.need("how far")? {
                "off" => Minimisation::Off,
                "relaxed" => Minimisation::Relaxed,
                "strict" => Minimisation::Strict,
                other => return words.fault(format!("`{other}` is no kind of minimisation")),
            };
        }
        "hide-type" => config.hide_type = words.switch()?,
        "parent-fallback" => config.parent_fallback = words.switch()?,
        "limit" => limit(config, words)?,
        "edns" => {
            config.udp_payload_size = match words.peek() {
                Some("off") => {
                    words.next();
                    None
                }
                _ => Some(words.value("size")?),
            };
        }
        "dnssec" => config.dnssec_ok = words.switch()?,
        "bare-negative-memory" => config.bare_negative_ttl = words.span()?,
        "failure-memory" => config.failure_ttl = words.span()?,
        "stale" => stale(config.stale.get_or_insert_with(ServeStale::default), words)?,
        "prefetch" => config.prefetch = Some(prefetch(words)?),
        "subnet" => {
            let subnet = config
                .client_subnet
                .get_or_insert_with(ClientSubnet::to_nobody);
            client_subnet(subnet, words)?;
        }
        "ttl" => match words.need("which bound")? {
            "floor" => config.policy.floor = words.value("TTL")?,
            "cap" => config.policy.cap = words.value("TTL")?,
            "hold" => config.policy.hold = Some(words.value("TTL")?),
            "negative-floor" => config.policy.negative_floor = words.value("TTL")?,
            "negative" => config.policy.negative_cap = words.value("TTL")?,
            other => return words.fault(format!("`{other}` is no bound of TTLs")),
        },
        "harden-glue" => config.hardening.glue = words.switch()?,
        "verify-glue" => config.hardening.unverified_glue = words.switch()?,
        "scrub-riding-ns" => config.hardening.promiscuous_ns = words.switch()?,
        "cut-below-nxdomain" => config.hardening.below_nxdomain = words.switch()?,
        "reuse-dname" => config.hardening.reuse_dname = words.switch()?,
        "do-not-ask" => config.hardening.do_not_query.push(words.value("network")?),
        "private" => config
            .hardening
            .private_addresses
            .push(words.value("network")?),
        "private-for" => config.hardening.private_domains.push(words.value("name")?),
        "trust-alias-chain" => config.hardening.trust_alias_chain = words.switch()?,
        "minimal" => config.answering.minimal = words.switch()?,
        "cached-only-for" => match words.need("network or nobody")? {
            "nobody" => config.answering.cached_only_for.clear(),
            text => match text.parse() {
                Ok(net) => config.answering.cached_only_for.push(net),
                Err(_) => return words.fault(format!("`{text}` is no network")),
            },
        },
        "explain" => config.answering.extended_errors = words.switch()?,
        "mark-stale" => config.answering.mark_stale = words.switch()?,
        "discard-after" => config.answering.discard_after = Some(words.span()?),
        other => return words.fault(format!("`{other}` is no option of the resolver")),
    }
    Ok(())
}

/// The addresses that follow.
fn addresses(words: &mut Words<'_>) -> Result<Vec<IpAddr>, String> {
    let mut found = Vec::new();
    while let Some(word) = words.peek() {
        let Ok(address) = word.parse() else { break };
        words.next();
        found.push(address);
    }
    Ok(found)
}

/// `ZONE ADDRESS… [named HOST] [prime] [or-resolve]`.
fn configured_zone(forwards: bool, words: &mut Words<'_>) -> Result<ConfiguredZone, String> {
    let zone: Name = words.value("name")?;
    let found = addresses(words)?;
    let (mut prime, mut or_resolve) = (false, false);
    let mut servers: Vec<(Name, Vec<IpAddr>)> = Vec::new();
    for (index, address) in found.into_iter().enumerate() {
        let host = format!("server-{}.invalid", index + 1);
        let host = host.parse().map_err(|error| format!("{error}"))?;
        servers.push((host, vec![address]));
    }
    while let Some(word) = words.next() {
        match word {
            "named" => servers.push((words.value("name")?, Vec::new())),
            "prime" => prime = true,
            "or-resolve" => or_resolve = true,
            other => return words.fault(format!("`{other}` is not expected here")),
        }
    }
    Ok(ConfiguredZone {
        servers: Delegation { zone, servers },
        mode: if forwards {
            ZoneMode::Forward
        } else {
            ZoneMode::Stub { prime }
        },
        or_resolve,
    })
}

/// A bound on the work.
fn limit(config: &mut ResolverConfig, words: &mut Words<'_>) -> Result<(), String> {
    let which = words.need("which limit")?;
    let number: usize = words.value("number")?;
    let limits = &mut config.limits;
    match which {
        "total-queries" => limits.total_queries = number,
        "queries" => limits.queries = number,
        "depth" => limits.depth = number,
        "aliases" => limits.aliases = number,
        "referrals" => limits.referrals = number,
        "servers" => limits.servers = number,
        "targets" => limits.targets = number,
        "missing-targets" => limits.missing_targets = number,
        "pending" => limits.pending = number,
        other => return words.fault(format!("`{other}` is no limit")),
    }
    Ok(())
}

/// Stale answers: when, with which TTL, for how long.
fn stale(stale: &mut ServeStale, words: &mut Words<'_>) -> Result<(), String> {
    match words.need("what about stale data")? {
        "at-once" => stale.client_timeout = dns_lab::engine::SimDuration::ZERO,
        "after" => stale.client_timeout = words.span()?,
        "ttl" => stale.reply_ttl = words.value("TTL")?,
        "for" => stale.max_stale = Some(words.span()?),
        "for-ever" => stale.max_stale = None,
        "restart-on-failure" => stale.reset_on_failure = true,
        other => return words.fault(format!("`{other}` says nothing about stale data")),
    }
    Ok(())
}

/// `N %`, or `N s` with `least TTL`.
fn prefetch(words: &mut Words<'_>) -> Result<Prefetch, String> {
    let number = words.value("number")?;
    let trigger = match words.need("% or s")? {
        "%" => PrefetchTrigger::LastPercent(number),
        "s" => PrefetchTrigger::LastSeconds(number),
        other => return words.fault(format!("`{other}` is neither % nor s")),
    };
    let min_ttl = match words.next() {
        Some("least") => words.value("TTL")?,
        Some(other) => return words.fault(format!("`{other}` is not expected here")),
        None => 0,
    };
    Ok(Prefetch { trigger, min_ttl })
}

/// Whom the client's subnet is told.
fn client_subnet(subnet: &mut ClientSubnet, words: &mut Words<'_>) -> Result<(), String> {
    match words.need("what about subnets")? {
        "everybody" => subnet.servers = ClientSubnet::to_everybody().servers,
        "server" => {
            let address: IpAddr = words.value("address")?;
            subnet.servers.push(IpNet::from(address));
        }
        "zone" => subnet.zones.push(words.value("name")?),
        "passed-on" => subnet.always_forward = true,
        "echo-if-used" => subnet.always_echo = false,
        "ipv4-bits" => subnet.max_ipv4 = words.value("number")?,
        "ipv6-bits" => subnet.max_ipv6 = words.value("number")?,
        other => return words.fault(format!("`{other}` says nothing about subnets")),
    }
    Ok(())
}
