//! Configuration in the form of Deckard: a flat list.

use std::net::IpAddr;

use dns_lab::dns::Name;
use dns_lab::engine::{
    ConfiguredZone, Delegation, Minimisation, ResolverConfig, SimDuration, ZoneMode,
};

use super::{
    Setup, base_config, parse_address, parse_number, parse_switch, parse_zone, wait_for_ever,
};
use crate::text::{Line, without_comment};

/// Knot Resolver keeps everything at least this long, in seconds.
const MIN_TTL: u32 = 5;

/// Maps the configuration. Where minimisation is not set, both ways must pass.
pub(super) fn setup(lines: &[Line]) -> Result<Setup, String> {
    let mut config = base_config(Vec::new());
    config.policy.floor = MIN_TTL;
    config.bare_negative_ttl = SimDuration::from_secs(u64::from(MIN_TTL));
    wait_for_ever(&mut config);
    let mut hint_name: Name = parse_zone("k.root-servers.net")?;
    let mut hints: Vec<IpAddr> = Vec::new();
    let mut forwarders: Vec<IpAddr> = Vec::new();
    let mut minimises = None;
    let mut unsupported: Option<String> = None;
    for line in lines {
        let text = without_comment(&line.text);
        let text = text.split('#').next().unwrap_or_default().trim();
        let Some((key, value)) = text.split_once(':') else {
            continue;
        };
        let value = value.trim();
        let located = |problem: String| format!("line {}: {problem}", line.number);
        let yes = || parse_switch(value).map_err(located);
        match key.trim() {
            "stub-addr" => hints.push(parse_address(value).map_err(located)?),
            "stub-name" => hint_name = parse_zone(value).map_err(located)?,
            "query-minimization" => minimises = Some(yes()?),
            "trust-anchor" => {
                unsupported.get_or_insert_with(|| "DNSSEC validation".into());
            }
            // Only a validator would care.
            "domain-insecure" | "val-override-date" | "val-override-timestamp" => {}
            "do-not-query-localhost" if !yes()? => config.hardening.do_not_query.clear(),
            "do-not-query-localhost" => {}
            "harden-glue" => config.hardening.glue = yes()?,
            "do-ip4" => config.use_ipv4 = yes()?,
            "do-ip6" => config.use_ipv6 = yes()?,
            "forward-addr" => forwarders.push(parse_address(value).map_err(located)?),
            // The family of the hint says it already.
            "force-ipv6" => {}
            "features" | "feature-list" => feature(&mut config, value, &mut unsupported)?,
            key => {
                unsupported.get_or_insert_with(|| format!("option {key}"));
            }
        }
    }
    config.root_hints.servers = vec![(hint_name.clone(), hints)];
    if !forwarders.is_empty() {
        config.zones.push(ConfiguredZone {
            servers: Delegation {
                zone: Name::root(),
                servers: vec![(hint_name, forwarders)],
            },
            mode: ZoneMode::Forward,
            or_resolve: false,
        });
    }
    let with = |minimisation| ResolverConfig {
        minimisation,
        ..config.clone()
    };
    let variants = match minimises {
        Some(false) => vec![("", with(Minimisation::Off))],
        Some(true) => vec![("", with(Minimisation::Relaxed))],
        None => vec![
            ("minimising, ", with(Minimisation::Relaxed)),
            ("not minimising, ", with(Minimisation::Off)),
        ],
    };
    Ok(Setup {
        variants,
        unsupported,
    })
}

/// One `key = value` of a features line.
fn feature(
    config: &mut ResolverConfig,
    text: &str,
    unsupported: &mut Option<String>,
) -> Result<(), String> {
    let (key, value) = text.split_once('=').unwrap_or((text, ""));
    match key.trim() {
        "min_ttl" => config.policy.floor = parse_number(value.trim())?,
        "max_ttl" => config.policy.cap = parse_number(value.trim())?,
        // Lists of domains for which Knot Resolver behaves otherwise; none is needed here.
        "workarounds" => {}
        other => {
            unsupported.get_or_insert_with(|| format!("feature {other}"));
        }
    }
    Ok(())
}
