//! The policies of real products, by name.

use super::{BiasFormula, Filter, Order, Pick, Policy, Steering, WeightedAnswer};
use crate::dns::Ttl;

/// A policy as a product offers it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyPreset {
    /// A stable name for data and permalinks.
    pub id: &'static str,
    /// Who makes it.
    pub product: &'static str,
    /// What the product calls the policy.
    pub title: &'static str,
    /// The rule.
    pub policy: Policy,
    /// The TTL the product sets or advises for it; `None` if it leaves that open.
    pub ttl: Option<Ttl>,
    /// Where the rule is written down.
    pub source: &'static str,
}

/// Where Route 53 describes its policies.
const ROUTE53: &str =
    "https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/routing-policy.html";
/// Where NS1 describes its filters.
const NS1: &str = "https://www.ibm.com/docs/en/ns1-connect?topic=overview-creating-filter-chain";
/// Where BIND describes the order of answers.
const BIND: &str = "https://bind9.readthedocs.io/en/stable/reference.html#rrset-ordering";
/// Where CoreDNS describes the order of answers.
const COREDNS: &str = "https://coredns.io/plugins/loadbalance/";
/// Where gdnsd describes its plugins.
const GDNSD: &str = "https://github.com/gdnsd/gdnsd/tree/master/docs";
/// Where PowerDNS describes its functions.
const POWERDNS: &str = "https://doc.powerdns.com/authoritative/lua-records/functions.html";

/// Where Cloudflare describes how a load balancer picks a pool.
const CLOUDFLARE: &str = "https://developers.cloudflare.com/load-balancing/understand-basics/traffic-steering/steering-policies/";

/// Every preset, product by product.
///
/// Route 53 advises a TTL of 60 s or less where health checks decide, and 300 s to begin
/// with elsewhere.
pub fn presets() -> Vec<PolicyPreset> {
    let route53 = |id, title, policy, ttl| preset(id, "Route 53", title, policy, ttl, ROUTE53);
    let ns1 = |id, title, filters| preset(id, "NS1", title, Policy::Chain(filters), None, NS1);
    let other =
        |id, product, title, policy, source| preset(id, product, title, policy, None, source);
    let cloudflare = |id, title, steering| {
        let policy = Policy::Cloudflare(steering);
        preset(id, "Cloudflare", title, policy, Some(30), CLOUDFLARE)
    };
    let first = Filter::SelectFirstN(1);
    let bias = Policy::Geoproximity;
    vec![
        route53(
            "route53-simple",
            "Simple",
            Policy::Simple(Order::Random),
            Some(300),
        ),
        route53("route53-weighted", "Weighted", Policy::Weighted, Some(60)),
        route53("route53-failover", "Failover", Policy::Failover, Some(60)),
        route53(
            "route53-multivalue",
            "Multivalue answer",
            Policy::Multivalue,
            Some(60),
        ),
        route53(
            "route53-geolocation",
            "Geolocation",
            Policy::Geolocation,
            Some(60),
        ),
        route53(
            "route53-geoproximity",
            "Geoproximity",
            bias(BiasFormula::Current),
            Some(60),
        ),
        route53(
            "route53-geoproximity-older",
            "Geoproximity, older formula",
            bias(BiasFormula::Older),
            Some(60),
        ),
        route53("route53-latency", "Latency", Policy::Latency, Some(60)),
        route53("route53-ip-based", "IP-based", Policy::IpBased, Some(60)),
        ns1(
            "ns1-failover",
            "Failover",
            vec![Filter::Up, Filter::Priority, first],
        ),
        ns1(
            "ns1-weighted",
            "Weighted round robin",
            vec![Filter::Up, Filter::WeightedShuffle, first],
        ),
        ns1(
            "ns1-sticky",
            "Sticky",
            vec![Filter::Up, Filter::StickyShuffle, first],
        ),
        ns1(
            "ns1-nearest",
            "Nearest",
            vec![Filter::Up, Filter::Geotarget, first],
        ),
        ns1(
            "ns1-cheapest",
            "Cheapest",
            vec![Filter::Up, Filter::Cost, first],
        ),
        ns1(
            "ns1-load-shedding",
            "Load shedding",
            vec![Filter::Up, Filter::Priority, Filter::ShedLoad, first],
        ),
        other(
            "bind-cyclic",
            "BIND",
            "rrset-order cyclic",
            Policy::Simple(Order::Cyclic),
            BIND,
        ),
        other(
            "bind-none",
            "BIND",
            "rrset-order none",
            Policy::Simple(Order::Fixed),
            BIND,
        ),
        other(
            "coredns-round-robin",
            "CoreDNS",
            "loadbalance round_robin",
            Policy::Simple(Order::Random),
            COREDNS,
        ),
        other(
            "coredns-weighted",
            "CoreDNS",
            "loadbalance weighted",
            Policy::Simple(Order::WeightedFirst),
            COREDNS,
        ),
        other(
            "gdnsd-weighted",
            "gdnsd",
            "weighted",
            Policy::GdnsdWeighted(WeightedAnswer::Single),
            GDNSD,
        ),
        other(
            "gdnsd-weighted-multi",
            "gdnsd",
            "weighted, multi",
            Policy::GdnsdWeighted(WeightedAnswer::Multi),
            GDNSD,
        ),
        other(
            "gdnsd-multifo",
            "gdnsd",
            "multifo",
            Policy::GdnsdMultifo,
            GDNSD,
        ),
        other(
            "gdnsd-metafo",
            "gdnsd",
            "metafo",
            Policy::GdnsdMetafo,
            GDNSD,
        ),
        other("gdnsd-geoip", "gdnsd", "geoip", Policy::GdnsdGeoip, GDNSD),
        other(
            "powerdns-ifportup",
            "PowerDNS",
            "ifportup",
            Policy::PowerDnsUp(Pick::Random),
            POWERDNS,
        ),
        other(
            "powerdns-ifportup-hashed",
            "PowerDNS",
            "ifportup, selector hashed",
            Policy::PowerDnsUp(Pick::Hashed),
            POWERDNS,
        ),
        other(
            "powerdns-ifportup-closest",
            "PowerDNS",
            "ifportup, selector pickclosest",
            Policy::PowerDnsUp(Pick::Closest),
            POWERDNS,
        ),
        other(
            "powerdns-ifportup-all",
            "PowerDNS",
            "ifportup, selector all",
            Policy::PowerDnsUp(Pick::All),
            POWERDNS,
        ),
        other(
            "powerdns-pickhashed",
            "PowerDNS",
            "pickhashed",
            Policy::PowerDns(Pick::Hashed),
            POWERDNS,
        ),
        other(
            "powerdns-pickwhashed",
            "PowerDNS",
            "pickwhashed",
            Policy::PowerDns(Pick::WeightedHashed),
            POWERDNS,
        ),
        other(
            "powerdns-pickrandom",
            "PowerDNS",
            "pickrandom",
            Policy::PowerDns(Pick::Random),
            POWERDNS,
        ),
        other(
            "powerdns-pickwrandom",
            "PowerDNS",
            "pickwrandom",
            Policy::PowerDns(Pick::WeightedRandom),
            POWERDNS,
        ),
        other(
            "powerdns-pickclosest",
            "PowerDNS",
            "pickclosest",
            Policy::PowerDns(Pick::Closest),
            POWERDNS,
        ),
        cloudflare("cloudflare-off", "Steering off", Steering::Off),
        cloudflare("cloudflare-random", "Random steering", Steering::Random),
        cloudflare("cloudflare-geo", "Geo steering", Steering::Geo),
        cloudflare(
            "cloudflare-dynamic",
            "Dynamic steering",
            Steering::DynamicLatency,
        ),
        cloudflare(
            "cloudflare-proximity",
            "Proximity steering",
            Steering::Proximity,
        ),
    ]
}

/// One preset; the TTL is in seconds.
fn preset(
    id: &'static str,
    product: &'static str,
    title: &'static str,
    policy: Policy,
    ttl: Option<u32>,
    source: &'static str,
) -> PolicyPreset {
    PolicyPreset {
        id,
        product,
        title,
        policy,
        ttl: ttl.map(Ttl::from_secs),
        source,
    }
}
