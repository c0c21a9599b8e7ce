//! The policies of real products, by name.

use super::{BiasFormula, Filter, Order, Policy};
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
const ROUTE53: &str = "https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/routing-policy";
/// Where NS1 describes its filters.
const NS1: &str = "https://www.ibm.com/docs/en/ns1-connect?topic=overview-creating-filter-chain";
/// Where Cloudflare describes its steering policies.
const CLOUDFLARE: &str = "https://developers.cloudflare.com/load-balancing/understand-basics/traffic-steering/steering-policies/standard-options/";
