//! How a recursive resolver behaves: every option with its default and its source.
//!
//! [`ResolverConfig::new`] gives Unbound's defaults; [`ResolverProduct`] those of other
//! products. Each group belongs to one mechanism and can be changed on its own.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::IpNet;
use serde::{Deserialize, Serialize};

use crate::dns::Name;
use crate::engine::{SimDuration, TtlPolicy};

/// The servers of a zone as configuration gives them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delegation {
    /// The zone.
    pub zone: Name,
    /// Its name servers and their addresses; a server without one is looked up.
    pub servers: Vec<(Name, Vec<IpAddr>)>,
}

/// How the servers of a configured zone are asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ZoneMode {
    /// They are authoritative: asked without RD, referrals are followed (Unbound's `stub-zone`).
    Stub {
        /// Ask them for the zone's NS records first and use what they say (`stub-prime`).
        prime: bool,
    },
    /// They are resolvers: asked with RD, what they say is final (Unbound's `forward-zone`).
    Forward,
}

/// A zone whose servers are configured rather than found from the root.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfiguredZone {
    /// The zone and its servers.
    pub servers: Delegation,
    /// How they are asked.
    pub mode: ZoneMode,
    /// Resolve from the root when they fail (`forward-first`, `stub-first`; default no).
    pub or_resolve: bool,
}

/// Which name server is asked, how often, and how long a resolver waits for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ServerSelection {
    /// Servers whose expected wait is within this of the best share the queries
    /// (Unbound's `RTT_BAND` is 400 ms); zero always takes the fastest, as BIND does.
    pub rtt_band: SimDuration,
    /// The wait for a server nothing is known of (Unbound's `UNKNOWN_SERVER_NICENESS`, 376 ms).
    pub unknown_timeout: SimDuration,
    /// The shortest wait (Unbound's `infra-cache-min-rtt`, 50 ms).
    pub min_timeout: SimDuration,
    /// The longest wait; each silence in a row doubles it (Unbound's `infra-cache-max-rtt`, 120 s).
    pub max_timeout: SimDuration,
    /// How often one address is asked about one zone before it is given up (Unbound's
    /// `outbound-msg-retry`, 5).
    pub attempts: u32,
    /// For how long a server that does not serve a zone is not asked about it again, and a
    /// silent one is thought slow (Unbound's `infra-host-ttl`, 900 s; BIND's `lame-ttl`).
    pub memory: SimDuration,
}

/// How much of a name the servers on the way are told ([RFC 9156](https://www.rfc-editor.org/rfc/rfc9156)).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Minimisation {
    /// Every server is asked the full question.
    Off,
    /// One more label at a time, with type A; the full question after a trouble
    /// (Unbound's default, BIND's `relaxed`).
    Relaxed,
    /// As relaxed, but NXDOMAIN for a part of the name ends the search and trouble does not
    /// reveal the rest ([RFC 8020](https://www.rfc-editor.org/rfc/rfc8020)).
    Strict,
}

/// Bounds on the work for one client question. At a bound the client gets SERVFAIL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WorkLimits {
    /// Queries for one client question with all it needs (Unbound's `max-global-quota` and
    /// BIND's `max-query-count` are 200).
    pub total_queries: usize,
    /// Queries for one question alone, without the name server addresses it needs (Unbound's
    /// `max-sent-count` is 32, BIND's `max-recursion-queries` 50).
    pub queries: usize,
    /// How deep name servers of name servers are looked up (BIND's `max-recursion-depth`, 7).
    pub depth: usize,
    /// Aliases followed for one question (`max-query-restarts`, 11 in Unbound and BIND).
    pub aliases: usize,
    /// Referrals followed for one name (Unbound's `MAX_REFERRAL_COUNT`, 130).
    pub referrals: usize,
    /// Name servers of one zone that are considered; of more, a sample. It is 13 in BIND
    /// (`max-delegation-servers`) and PowerDNS (`max-ns-per-resolve`), as many as the root has.
    pub servers: usize,
    /// Name server addresses looked up for one client question (Unbound's
    /// `MAX_TARGET_COUNT`, 64; the answer to the "NXNS" attack).
    pub targets: usize,
    /// Name servers of one zone that turn out to have no address before the zone is given up
    /// (Unbound's `MAX_TARGET_NX`, 5).
    pub missing_targets: usize,
    /// Questions worked on at the same time, and clients that wait for one of them (Unbound's
    /// `num-queries-per-thread`, 1024). More get SERVFAIL at once.
    pub pending: usize,
}

/// Answers from expired data when nothing better can be had ([RFC 8767](https://www.rfc-editor.org/rfc/rfc8767)).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ServeStale {
    /// How long a client waits for fresh data before it gets stale data; zero answers stale
    /// at once and refreshes behind (Unbound's `serve-expired-client-timeout`, 1800 ms).
    pub client_timeout: SimDuration,
    /// The TTL on stale records in seconds, never above their own (`serve-expired-reply-ttl`, 30 s).
    pub reply_ttl: u32,
    /// How long after its end data may still be used; `None` without limit
    /// (`serve-expired-ttl`, 86 400 s).
    pub max_stale: Option<SimDuration>,
    /// Whether a failed refresh restarts that span, even for data that was past it
    /// (`serve-expired-ttl-reset`, no; RFC 8767 §5 knows no such thing).
    pub reset_on_failure: bool,
}

impl Default for ServeStale {
    fn default() -> Self {
        Self {
            client_timeout: SimDuration::from_millis(1800),
            reply_ttl: 30,
            max_stale: Some(SimDuration::from_secs(86_400)),
            reset_on_failure: false,
        }
    }
}

/// How near its end an entry is when a hit refreshes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PrefetchTrigger {
    /// In the last this many percent of its life (Unbound's `prefetch` takes 10).
    LastPercent(u32),
    /// In its last seconds (BIND's first `prefetch` figure, 2).
    LastSeconds(u32),
}

/// Refreshing popular data before it ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Prefetch {
    /// How near its end an entry is when a hit refreshes it.
    pub trigger: PrefetchTrigger,
    /// Data with a shorter life, in seconds, is not worth it (BIND's second `prefetch`
    /// figure, 9; Unbound has none).
    pub min_ttl: u32,
}

impl Prefetch {
    /// The last 10 % of any life.
    pub const UNBOUND: Self = Self {
        trigger: PrefetchTrigger::LastPercent(10),
        min_ttl: 0,
    };
}

/// Telling authoritative servers where the client is ([RFC 7871](https://www.rfc-editor.org/rfc/rfc7871)).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClientSubnet {
    /// Servers that are told (Unbound's `send-client-subnet`).
    pub servers: Vec<IpNet>,
    /// Zones whose servers are told (Unbound's `client-subnet-zone`).
    pub zones: Vec<Name>,
    /// Whether a subnet that the client itself sent goes on to every server
    /// (Unbound's `client-subnet-always-forward`, no).
    pub always_forward: bool,
    /// Whether a client that sent the option gets it back in every response, as RFC 7871
    /// §7.2.2 wants; else only with an answer that depends on it, as Unbound does.
    pub always_echo: bool,
    /// The longest IPv4 prefix sent, in bits (RFC 7871 §11.1 advises 24).
    pub max_ipv4: u8,
    /// The longest IPv6 prefix sent, in bits (RFC 7871 §11.1 advises 56).
    pub max_ipv6: u8,
}

impl ClientSubnet {
    /// Nobody is told, with the prefixes RFC 7871 advises.
    pub fn to_nobody() -> Self {
        Self {
            max_ipv4: 24,
            max_ipv6: 56,
            always_echo: true,
            ..Self::default()
        }
    }

    /// Every server is told, as some public resolvers do.
    pub fn to_everybody() -> Self {
        let any_v4 = IpNet::new_assert(IpAddr::V4(Ipv4Addr::UNSPECIFIED), 0);
        let any_v6 = IpNet::new_assert(IpAddr::V6(Ipv6Addr::UNSPECIFIED), 0);
        Self {
            servers: vec![any_v4, any_v6],
            ..Self::to_nobody()
        }
    }
}

/// What the resolver refuses to believe or to ask.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hardening {
    /// Glue is only believed inside the zone that gives it (Unbound's `harden-glue`, yes).
    pub glue: bool,
    /// Glue outside the delegated zone itself is verified by a lookup before it is used,
    /// and kept as a last resort (Unbound's `harden-unverified-glue`, no).
    pub unverified_glue: bool,
    /// NS sets that ride along with a positive answer are dropped (Unbound's
    /// `iter-scrub-promiscuous`, yes).
    pub promiscuous_ns: bool,
    /// A missing name means that nothing exists below it either
    /// ([RFC 8020](https://www.rfc-editor.org/rfc/rfc8020); Unbound's
    /// `harden-below-nxdomain` does so for signed names only).
    pub below_nxdomain: bool,
    /// Servers never asked, whoever names them (Unbound's `do-not-query-localhost`).
    pub do_not_query: Vec<IpNet>,
    /// Addresses that no public name may have (Unbound's `private-address`, none): the
    /// protection against DNS rebinding.
    pub private_addresses: Vec<IpNet>,
    /// Names that may have them all the same (Unbound's `private-domain`).
    pub private_domains: Vec<Name>,
    /// A DNAME in the cache also answers for other names below it
    /// ([RFC 6672 §3.4](https://www.rfc-editor.org/rfc/rfc6672#section-3.4)); Unbound uses only signed ones so.
    pub reuse_dname: bool,
    /// A chain of aliases within one response is believed to its end when the server's zone
    /// holds all of it ([RFC 1034 §3.6.2](https://www.rfc-editor.org/rfc/rfc1034#section-3.6.2)); if not, each target is asked
    /// afresh, as Unbound does.
    pub trust_alias_chain: bool,
}

impl Default for Hardening {
    fn default() -> Self {
        let loopback_v4 = IpNet::new_assert(IpAddr::V4(Ipv4Addr::new(127, 0, 0, 0)), 8);
        let loopback_v6 = IpNet::new_assert(IpAddr::V6(Ipv6Addr::LOCALHOST), 128);
        Self {
            glue: true,
            unverified_glue: false,
            promiscuous_ns: true,
            below_nxdomain: false,
            do_not_query: vec![loopback_v4, loopback_v6],
            private_addresses: Vec::new(),
            private_domains: Vec::new(),
            reuse_dname: true,
            trust_alias_chain: true,
        }
    }
}

/// What a response to a client holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answering {
    /// Only what answers the question; else the authority and additional sections of the
    /// last response are handed on (`minimal-responses`, yes in Unbound and BIND).
    pub minimal: bool,
    /// Clients whose queries without RD are answered from the cache (Unbound's
    /// `access-control: … allow_snoop`); others are refused.
    pub cached_only_for: Vec<IpNet>,
    /// Extended DNS errors explain failures ([RFC 8914](https://www.rfc-editor.org/rfc/rfc8914); Unbound's `ede`, no).
    pub extended_errors: bool,
    /// Stale answers are marked as such (Unbound's `ede-serve-expired`, no).
    pub mark_stale: bool,
    /// A client that waited longer than this gets no answer any more (Unbound's
    /// `discard-timeout`, 1900 ms); `None` answers however late.
    pub discard_after: Option<SimDuration>,
}

/// How a recursive resolver behaves.
#[derive(Clone, Debug, PartialEq)]
pub struct ResolverConfig {
    /// Its addresses; it asks from the first of the family of the server.
    pub addresses: Vec<IpAddr>,
    /// What its cache makes of TTLs.
    pub policy: TtlPolicy,
    /// Where to start when nothing is known ([RFC 9609](https://www.rfc-editor.org/rfc/rfc9609)).
    pub root_hints: Delegation,
    /// Ask the root for its own NS records before anything else, and use these
    /// (RFC 9609 §3); else the hints are used as they are.
    pub priming: bool,
    /// Zones with servers of their own.
    pub zones: Vec<ConfiguredZone>,
    /// Servers are asked over IPv4 (`do-ip4`, yes).
    pub use_ipv4: bool,
    /// Servers are asked over IPv6 (`do-ip6`, yes).
    pub use_ipv6: bool,
    /// Which server, how often, how long.
    pub selection: ServerSelection,
    /// Name server addresses looked up ahead of need, by depth of the question; `-1` stands
    /// for all (Unbound's `target-fetch-policy` is `3 2 1 0 0`). Missing depths count as 0.
    pub fetch_ahead: Vec<i32>,
    /// How much of a name servers on the way are told.
    pub minimisation: Minimisation,
    /// With minimisation, the whole name is asked for with type A before its real type: it
    /// may be another zone cut (Unbound does).
    pub hide_type: bool,
    /// When all servers that a zone names for itself fail, go back to those its parent
    /// names (Unbound does).
    pub parent_fallback: bool,
    /// Bounds on the work.
    pub limits: WorkLimits,
    /// The UDP payload size offered with EDNS(0), in octets; `None` sends no OPT record.
    /// The value of the [DNS flag day 2020](https://www.dnsflagday.net/2020/) is 1232.
    pub udp_payload_size: Option<u16>,
    /// Servers are asked for DNSSEC records (the DO bit, [RFC 3225](https://www.rfc-editor.org/rfc/rfc3225)).
    pub dnssec_ok: bool,
    /// For how long a failure is remembered ([RFC 9520](https://www.rfc-editor.org/rfc/rfc9520) wants 1 s to
    /// 5 min; Unbound 5 s, BIND's `servfail-ttl` 1 s); zero forgets it at once.
    pub failure_ttl: SimDuration,
    /// For how long a negative answer without SOA is kept. [RFC 2308 §5](https://www.rfc-editor.org/rfc/rfc2308#section-5) says not at all;
    /// Unbound keeps it for 5 s.
    pub bare_negative_ttl: SimDuration,
    /// Answers from expired data (Unbound's `serve-expired`, off).
    pub stale: Option<ServeStale>,
    /// Early refreshes (Unbound's `prefetch`, off; BIND's on).
    pub prefetch: Option<Prefetch>,
    /// EDNS Client Subnet; `None` neither sends nor heeds it.
    pub client_subnet: Option<ClientSubnet>,
    /// What is not believed and not asked.
    pub hardening: Hardening,
    /// What clients get.
    pub answering: Answering,
}

impl ResolverConfig {
    /// A plain resolver: Unbound's limits and waits, but nothing that a learner would have to
    /// know of first. It takes the hints as they are, tells servers whole names, asks for no
    /// signatures, believes an alias chain inside one zone, lets anybody look into its cache
    /// and gives no answer up as too late. [`with_product`](Self::with_product) turns on what
    /// a product does of itself.
    pub fn new(addresses: Vec<IpAddr>, root_hints: Delegation) -> Self {
        Self {
            addresses,
            policy: TtlPolicy::UNBOUND,
            root_hints,
            priming: false,
            zones: Vec::new(),
            use_ipv4: true,
            use_ipv6: true,
            selection: ServerSelection {
                rtt_band: SimDuration::from_millis(400),
                unknown_timeout: SimDuration::from_millis(376),
                min_timeout: SimDuration::from_millis(50),
                max_timeout: SimDuration::from_secs(120),
                attempts: 3,
                memory: SimDuration::from_secs(900),
            },
            fetch_ahead: Vec::new(),
            minimisation: Minimisation::Off,
            hide_type: false,
            parent_fallback: true,
            limits: WorkLimits {
                total_queries: 200,
                queries: 50,
                depth: 7,
                aliases: 11,
                referrals: 130,
                servers: 13,
                targets: 64,
                missing_targets: 5,
                pending: 1024,
            },
            udp_payload_size: Some(1232),
            dnssec_ok: false,
            failure_ttl: SimDuration::from_secs(5),
            bare_negative_ttl: SimDuration::ZERO,
            stale: None,
            prefetch: None,
            client_subnet: None,
            hardening: Hardening::default(),
            answering: Answering {
                minimal: true,
                cached_only_for: all_networks(),
                extended_errors: false,
                mark_stale: false,
                discard_after: None,
            },
        }
    }

    /// The same place in the world with a product's behaviour.
    #[must_use]
    pub fn with_product(mut self, product: ResolverProduct) -> Self {
        self.minimisation = Minimisation::Relaxed;
        self.dnssec_ok = true;
        match product {
            ResolverProduct::Unbound => {
                self.policy = TtlPolicy::UNBOUND;
                self.selection.rtt_band = SimDuration::from_millis(400);
                self.selection.attempts = 5;
                self.limits.queries = 32;
                self.fetch_ahead = vec![3, 2, 1, 0, 0];
                self.hardening.trust_alias_chain = false;
                self.hardening.reuse_dname = false;
                self.hide_type = true;
                self.bare_negative_ttl = SimDuration::from_secs(5);
                self.answering.cached_only_for.clear();
                self.answering.discard_after = Some(SimDuration::from_millis(1900));
                self.priming = true;
            }
            ResolverProduct::Bind => {
                self.policy = TtlPolicy::BIND;
                self.selection.rtt_band = SimDuration::ZERO;
                self.selection.unknown_timeout = SimDuration::from_millis(800);
                self.failure_ttl = SimDuration::from_secs(1);
                self.prefetch = Some(Prefetch {
                    trigger: PrefetchTrigger::LastSeconds(2),
                    min_ttl: 9,
                });
                self.answering.extended_errors = true;
                self.priming = true;
            }
            ResolverProduct::PowerDns => {
                self.policy = TtlPolicy::POWERDNS;
                self.selection.rtt_band = SimDuration::ZERO;
                self.selection.unknown_timeout = SimDuration::from_millis(1500);
                self.selection.min_timeout = SimDuration::from_millis(1500);
                self.selection.max_timeout = SimDuration::from_millis(1500);
                self.failure_ttl = SimDuration::from_secs(60);
                self.answering.extended_errors = true;
                self.priming = true;
            }
        }
        self
    }
}

/// A product whose documented defaults the lab knows (reference versions of 2026).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ResolverProduct {
    /// NLnet Labs Unbound (`config_file.c`, `iterator.h`).
    Unbound,
    /// ISC BIND 9 (`defaultconfig.h`).
    Bind,
    /// PowerDNS Recursor (its settings table).
    PowerDns,
}

/// Every IPv4 and IPv6 network.
fn all_networks() -> Vec<IpNet> {
    ClientSubnet::to_everybody().servers
}
