//! Configuration in the form of `unbound.conf`.

mod clauses;

use std::net::IpAddr;

use dns_lab::dns::Name;
use dns_lab::engine::{
    ClientSubnet, ConfiguredZone, Delegation, Minimisation, Prefetch, ResolverConfig,
    ResolverProduct, ServeStale, SimDuration, ZoneMode,
};
use ipnet::IpNet;

use self::clauses::{Clause, Setting, parse_clauses};
use super::{
    Setup, base_config, parse_address, parse_number, parse_switch, parse_zone, wait_for_ever,
};
use crate::text::Line;

/// Options of the server clause that change nothing a script can see, or that only matter to
/// a validator.
const IGNORED: [&str; 46] = [
    "verbosity",
    "log-servfail",
    "log-queries",
    "log-replies",
    "log-time-ascii",
    "log-tag-queryreply",
    "log-local-actions",
    "val-log-level",
    "val-log-squelch",
    "msg-cache-size",
    "msg-cache-slabs",
    "rrset-cache-size",
    "rrset-cache-slabs",
    "key-cache-size",
    "neg-cache-size",
    "infra-cache-numhosts",
    "infra-cache-slabs",
    "directory",
    "pidfile",
    "chroot",
    "username",
    "use-syslog",
    "logfile",
    "num-threads",
    "num-queries-per-thread",
    "outgoing-range",
    "outgoing-num-tcp",
    "incoming-num-tcp",
    "rrset-roundrobin",
    "trust-anchor-signaling",
    "root-key-sentinel",
    "prefetch-key",
    "aggressive-nsec",
    "fake-sha1",
    "fake-dsa",
    "val-override-date",
    "val-bogus-ttl",
    "val-clean-additional",
    "val-permissive-mode",
    "val-nsec3-keysize-iterations",
    "val-max-restart",
    "domain-insecure",
    "ignore-cd-flag",
    "unblock-lan-zones",
    "insecure-lan-zones",
    "disable-dnssec-lame-check",
];

/// More of them: hardenings of a validator, or of traffic no script has.
const IGNORED_HARDENINGS: [&str; 9] = [
    "harden-dnssec-stripped",
    "harden-algo-downgrade",
    "harden-below-nxdomain",
    "harden-large-queries",
    "harden-short-bufsize",
    "harden-referral-path",
    "harden-unknown-additional",
    "dns-error-reporting",
    "use-caps-for-id",
];

/// What is gathered while the clauses are read.
struct Draft {
    /// The configuration so far.
    config: ResolverConfig,
    /// Stale answers, used if switched on.
    stale: ServeStale,
    /// Whether they are.
    serves_stale: bool,
    /// Client subnets, used if the module is loaded.
    subnet: ClientSubnet,
    /// The modules.
    modules: String,
    /// Whether a trust anchor was given.
    has_anchor: bool,
    /// The first thing the engine cannot do.
    unsupported: Option<String>,
}

/// Maps the configuration.
pub(super) fn setup(lines: &[Line]) -> Result<Setup, String> {
    let mut draft = Draft {
        config: base_config(Vec::new()).with_product(ResolverProduct::Unbound),
        stale: ServeStale::default(),
        serves_stale: false,
        subnet: ClientSubnet {
            always_echo: false,
            ..ClientSubnet::to_nobody()
        },
        modules: "validator iterator".into(),
        has_anchor: false,
        unsupported: None,
    };
    // Unbound asks every server for signatures, whether or not it will check them.
    draft.config.dnssec_ok = true;
    wait_for_ever(&mut draft.config);
    for clause in parse_clauses(lines) {
        let result = match clause.name.as_str() {
            "server" => clause.settings.iter().try_for_each(|setting| {
                server_option(&mut draft, setting)
                    .map_err(|problem| format!("line {}: {problem}", setting.line))
            }),
            "stub-zone" | "forward-zone" => zone_clause(&mut draft, &clause),
            "remote-control" => Ok(()),
            other => {
                draft.refuse(format!("clause {other}"));
                Ok(())
            }
        };
        result?;
    }
    Ok(draft.finish())
}

impl Draft {
    /// Notes something the engine cannot do.
    fn refuse(&mut self, what: String) {
        self.unsupported.get_or_insert(what);
    }

    /// The result.
    fn finish(mut self) -> Setup {
        if self.config.root_hints.servers.is_empty() {
            // Unbound falls back on the addresses of the real root servers.
            let root = [("k.root-servers.net", [193, 0, 14, 129])];
            self.config.root_hints.servers = root
                .iter()
                .filter_map(|(name, octets)| {
                    Some((name.parse().ok()?, vec![IpAddr::from(*octets)]))
                })
                .collect();
        }
        self.config.stale = self.serves_stale.then_some(self.stale);
        self.config.client_subnet = self.modules.contains("subnet").then_some(self.subnet);
        let validates = self.modules.contains("validator");
        if self.has_anchor && validates {
            self.unsupported
                .get_or_insert_with(|| "DNSSEC validation".into());
        }
        for module in self.modules.split_whitespace() {
            if !matches!(module, "validator" | "iterator" | "subnetcache") {
                self.unsupported
                    .get_or_insert_with(|| format!("module {module}"));
            }
        }
        Setup {
            variants: vec![("", self.config)],
            unsupported: self.unsupported,
        }
    }
}

/// One option of the server clause.
fn server_option(draft: &mut Draft, setting: &Setting) -> Result<(), String> {
    let value = setting.values.first().map_or("", String::as_str);
    let yes = || parse_switch(value);
    let seconds = || parse_number(value).map(SimDuration::from_secs);
    let millis = || parse_number(value).map(SimDuration::from_millis);
    let (config, stale) = (&mut draft.config, &mut draft.stale);
    match setting.key.as_str() {
        "target-fetch-policy" => {
            let numbers = value.split_whitespace().map(parse_number);
            config.fetch_ahead = numbers.collect::<Result<_, _>>()?;
        }
        "qname-minimisation" if !yes()? => config.minimisation = Minimisation::Off,
        "qname-minimisation" => config.minimisation = Minimisation::Relaxed,
        "qname-minimisation-strict" if yes()? => config.minimisation = Minimisation::Strict,
        "qname-minimisation-strict" => {}
        "minimal-responses" => config.answering.minimal = yes()?,
        "iter-scrub-promiscuous" => config.hardening.promiscuous_ns = yes()?,
        "access-control" => {
            let action = setting.values.get(1).map_or("", String::as_str);
            match action {
                "allow_snoop" => config.answering.cached_only_for.push(parse_net(value)?),
                "allow" => {}
                other => draft.refuse(format!("access-control {other}")),
            }
        }
        "serve-expired" => draft.serves_stale = yes()?,
        "serve-expired-client-timeout" => stale.client_timeout = millis()?,
        "serve-expired-reply-ttl" => stale.reply_ttl = parse_number(value)?,
        "serve-expired-ttl" => {
            let span = seconds()?;
            stale.max_stale = (span > SimDuration::ZERO).then_some(span);
        }
        "serve-expired-ttl-reset" => stale.reset_on_failure = yes()?,
        "ede" => config.answering.extended_errors = yes()?,
        "ede-serve-expired" => config.answering.mark_stale = yes()?,
        "send-client-subnet" => draft.subnet.servers.push(parse_net(value)?),
        "client-subnet-zone" => draft.subnet.zones.push(parse_zone(value)?),
        "client-subnet-always-forward" => draft.subnet.always_forward = yes()?,
        "max-client-subnet-ipv4" => draft.subnet.max_ipv4 = parse_number(value)?,
        "max-client-subnet-ipv6" => draft.subnet.max_ipv6 = parse_number(value)?,
        "module-config" => draft.modules = value.to_owned(),
        "prefetch" => config.prefetch = yes()?.then_some(Prefetch::UNBOUND),
        "do-ip4" => config.use_ipv4 = yes()?,
        "do-ip6" => config.use_ipv6 = yes()?,
        "harden-glue" => config.hardening.glue = yes()?,
        "harden-unverified-glue" => config.hardening.unverified_glue = yes()?,
        "private-address" => config.hardening.private_addresses.push(parse_net(value)?),
        "private-domain" => config.hardening.private_domains.push(parse_zone(value)?),
        "do-not-query-localhost" if !yes()? => config.hardening.do_not_query.clear(),
        "do-not-query-localhost" => {}
        "do-not-query-address" => config.hardening.do_not_query.push(parse_net(value)?),
        "outbound-msg-retry" => config.selection.attempts = parse_number(value)?,
        "infra-host-ttl" => config.selection.memory = seconds()?,
        "discard-timeout" => {
            let span = millis()?;
            config.answering.discard_after = (span > SimDuration::ZERO).then_some(span);
        }
        "cache-max-ttl" => config.policy.cap = parse_number(value)?,
        "cache-min-ttl" => config.policy.floor = parse_number(value)?,
        "cache-max-negative-ttl" => config.policy.negative_cap = parse_number(value)?,
        "cache-min-negative-ttl" => config.policy.negative_floor = parse_number(value)?,
        "disable-edns-do" => config.dnssec_ok = !yes()?,
        "max-query-restarts" => config.limits.aliases = parse_number(value)?,
        "max-global-quota" => config.limits.total_queries = parse_number(value)?,
        "max-sent-count" => config.limits.queries = parse_number(value)?,
        "edns-buffer-size" => config.udp_payload_size = Some(parse_number(value)?),
        "trust-anchor" | "trust-anchor-file" | "auto-trust-anchor-file" => draft.has_anchor = true,
        "local-zone" => {
            let kind = setting.values.get(1).map_or("", String::as_str);
            // No built-in zones here that could be switched off.
            if kind != "nodefault" {
                draft.refuse(format!("local-zone {kind}"));
            }
        }
        key if IGNORED.contains(&key) || IGNORED_HARDENINGS.contains(&key) => {}
        key => draft.refuse(format!("option {key}")),
    }
    Ok(())
}

/// A stub or forward zone; the stub zone of the root is the root hint.
fn zone_clause(draft: &mut Draft, clause: &Clause) -> Result<(), String> {
    let is_stub = clause.name == "stub-zone";
    let mut zone = Name::root();
    let mut servers: Vec<(Name, Vec<IpAddr>)> = Vec::new();
    let (mut prime, mut or_resolve) = (false, false);
    for setting in &clause.settings {
        let value = setting.values.first().map_or("", String::as_str);
        let located = |problem: String| format!("line {}: {problem}", setting.line);
        match setting.key.as_str() {
            "name" => zone = parse_zone(value).map_err(located)?,
            "stub-addr" | "forward-addr" => {
                let address = parse_address(value).map_err(located)?;
                // A server known by address only still needs a name to be told apart.
                let host = format!("address-{}.invalid", servers.len() + 1);
                servers.push((parse_zone(&host)?, vec![address]));
            }
            "stub-host" | "forward-host" => {
                servers.push((parse_zone(value).map_err(located)?, Vec::new()));
            }
            "stub-prime" => prime = parse_switch(value).map_err(located)?,
            "stub-first" | "forward-first" => {
                or_resolve = parse_switch(value).map_err(located)?;
            }
            key => draft.refuse(format!("option {key}")),
        }
    }
    if is_stub && zone.is_root() {
        draft.config.root_hints.servers.extend(servers);
        return Ok(());
    }
    draft.config.zones.push(ConfiguredZone {
        servers: Delegation { zone, servers },
        mode: if is_stub {
            ZoneMode::Stub { prime }
        } else {
            ZoneMode::Forward
        },
        or_resolve,
    });
    Ok(())
}

/// Reads a network; a bare address is a network of its own.
fn parse_net(value: &str) -> Result<IpNet, String> {
    if let Ok(address) = value.parse::<IpAddr>() {
        return Ok(IpNet::from(address));
    }
    value
        .parse()
        .map_err(|_| format!("`{value}` is no network"))
}
