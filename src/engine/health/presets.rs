//! The health checks of real products, by name.

use super::{HealthCheck, Pace};
use crate::engine::SimDuration;

/// A health check as a product offers it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CheckPreset {
    /// A stable name for data and permalinks.
    pub id: &'static str,
    /// Who makes it.
    pub product: &'static str,
    /// What sets it apart, for a list to choose from.
    pub title: &'static str,
    /// The rules.
    pub check: HealthCheck,
    /// Where they are written down, or what they stand for.
    pub source: &'static str,
}

/// Where Route 53 says how endpoints are judged.
const ROUTE53: &str = "https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-failover-determining-health-of-endpoints.html";
/// Where gdnsd lists the settings of its service types.
const GDNSD: &str = "https://github.com/gdnsd/gdnsd/tree/master/docs";
/// Where PowerDNS lists the options of its checks.
const POWERDNS: &str = "https://doc.powerdns.com/authoritative/lua-records/functions.html";
/// Where Cloudflare says how endpoints are judged.
const CLOUDFLARE: &str =
    "https://developers.cloudflare.com/load-balancing/understand-basics/health-details/";
/// No product: the plainest check there is.
const PLAIN: &str = "no product: one prober that counts failures";

/// How long Route 53 waits for a TCP connection where the check is of that alone.
const TCP_TIMEOUT: SimDuration = SimDuration::from_secs(10);

/// Every preset, product by product.
///
/// The number of Route 53's checkers is not published and changes; 16 is an assumption. Of
/// Cloudflare three data centers of one region are modelled, whose majority decides.
pub fn check_presets() -> Vec<CheckPreset> {
    let preset = |id, product, title, check, source| CheckPreset {
        id,
        product,
        title,
        check,
        source,
    };
    vec![
        preset(
            "route53-30s",
            "Route 53",
            "Every 30 s",
            route53(30),
            ROUTE53,
        ),
        preset(
            "route53-10s",
            "Route 53",
            "Every 10 s",
            route53(10),
            ROUTE53,
        ),
        preset(
            "route53-tcp-30s",
            "Route 53",
            "TCP, every 30 s",
            HealthCheck {
                timeout: TCP_TIMEOUT,
                ..route53(30)
            },
            ROUTE53,
        ),
        preset(
            "route53-tcp-10s",
            "Route 53",
            "TCP, every 10 s",
            HealthCheck {
                timeout: TCP_TIMEOUT,
                ..route53(10)
            },
            ROUTE53,
        ),
        preset(
            "single-30s",
            "One prober",
            "Every 30 s, one failure is enough",
            HealthCheck::single(SimDuration::from_secs(30), SimDuration::from_secs(4), 1),
            PLAIN,
        ),
        preset(
            "single-10s",
            "One prober",
            "Every 10 s, three failures in a row",
            HealthCheck {
                up_after: 3,
                ..HealthCheck::single(SimDuration::from_secs(10), SimDuration::from_secs(4), 3)
            },
            PLAIN,
        ),
        preset(
            "gdnsd",
            "gdnsd",
            "Service type with defaults",
            gdnsd(),
            GDNSD,
        ),
        preset("powerdns", "PowerDNS", "ifportup", powerdns(), POWERDNS),
        preset(
            "cloudflare",
            "Cloudflare",
            "Load balancing monitor",
            cloudflare(),
            CLOUDFLARE,
        ),
    ]
}

/// Many checkers that do not know of each other; a connection must come about within 4 s.
fn route53(interval: u64) -> HealthCheck {
    HealthCheck {
        interval: SimDuration::from_secs(interval),
        pace: Pace::FromResponse,
        timeout: SimDuration::from_secs(4),
        retries: 0,
        down_after: 3,
        up_after: 3,
        forgive_after: 1,
        checkers: 16,
        healthy_share: 0.18,
        begins_healthy: true,
    }
}

/// Failures add up until ten good probes in a row; trust comes back after twenty.
fn gdnsd() -> HealthCheck {
    HealthCheck {
        pace: Pace::FromRequest,
        up_after: 20,
        forgive_after: 10,
        ..HealthCheck::single(SimDuration::from_secs(10), SimDuration::from_secs(5), 10)
    }
}

/// One failure is enough, and what was never checked counts as failing.
fn powerdns() -> HealthCheck {
    HealthCheck {
        pace: Pace::FromRequest,
        begins_healthy: false,
        ..HealthCheck::single(SimDuration::from_secs(5), SimDuration::from_secs(2), 1)
    }
}

/// The majority of three data centers, each of which tries again twice at once.
fn cloudflare() -> HealthCheck {
    HealthCheck {
        retries: 2,
        checkers: 3,
        ..HealthCheck::single(SimDuration::from_secs(60), SimDuration::from_secs(5), 1)
    }
}
