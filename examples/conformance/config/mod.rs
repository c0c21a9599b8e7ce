//! A file's configuration as a configuration of the engine.

mod deckard;
mod unbound;

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use dns_lab::dns::Name;
use dns_lab::engine::{Delegation, ResolverConfig, SimDuration};

use crate::scenario::{Dialect, Scenario};

/// Where the resolver stands; addresses no script uses (RFC 2544, RFC 3849).
pub(crate) const RESOLVER_V4: IpAddr = IpAddr::V4(Ipv4Addr::new(198, 18, 53, 53));
/// The same over IPv6.
pub(crate) const RESOLVER_V6: IpAddr =
    IpAddr::V6(Ipv6Addr::new(0x2001, 0xdb8, 0xffff, 0, 0, 0, 0, 0x53));

/// Longer than any script runs: the waits for servers end when the script says so.
const NEVER: SimDuration = SimDuration::from_secs(10 * 365 * 86_400);

/// How often and how a file is to be run.
#[derive(Clone, Debug)]
pub(crate) struct Setup {
    /// Each is a run that must pass, with a word that tells it from the others.
    pub(crate) variants: Vec<(&'static str, ResolverConfig)>,
    /// Why the verdict would mean nothing, if so.
    pub(crate) unsupported: Option<String>,
}

/// Maps a file's configuration.
///
/// # Errors
/// A value that makes no sense.
pub(crate) fn setup(scenario: &Scenario) -> Result<Setup, String> {
    match scenario.dialect {
        Dialect::Unbound => unbound::setup(&scenario.config),
        Dialect::Deckard => deckard::setup(&scenario.config),
    }
}

/// A configuration without the parts that files set.
fn base_config(hints: Vec<(Name, Vec<IpAddr>)>) -> ResolverConfig {
    let hints = Delegation {
        zone: Name::root(),
        servers: hints,
    };
    ResolverConfig::new(vec![RESOLVER_V4, RESOLVER_V6], hints)
}

/// Stops the resolver's timers for servers.
fn wait_for_ever(config: &mut ResolverConfig) {
    config.selection.unknown_timeout = NEVER;
    config.selection.min_timeout = NEVER;
    config.selection.max_timeout = NEVER;
}

/// Reads yes and no.
fn parse_switch(value: &str) -> Result<bool, String> {
    match value.to_ascii_lowercase().as_str() {
        "yes" | "on" | "true" => Ok(true),
        "no" | "off" | "false" => Ok(false),
        _ => Err(format!("`{value}` is neither yes nor no")),
    }
}

/// Reads a number.
fn parse_number<T: std::str::FromStr>(value: &str) -> Result<T, String> {
    value
        .parse()
        .map_err(|_| format!("`{value}` is not a number that fits"))
}

/// Reads an address; a port is ignored.
fn parse_address(value: &str) -> Result<IpAddr, String> {
    let bare = value.split(['@', '#']).next().unwrap_or_default();
    bare.parse().map_err(|_| format!("`{value}` is no address"))
}

/// Reads a name.
fn parse_zone(value: &str) -> Result<Name, String> {
    value.parse().map_err(|error| format!("{error}"))
}
