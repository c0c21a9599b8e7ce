//! What the products allow.

use std::fmt;

use super::pool::Pool;
use super::{Order, Policy};

/// Why a policy cannot have a pool.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PolicyFault {
    /// A weight is out of the product's range.
    Weight {
        /// The least.
        least: u32,
        /// The most.
        most: u32,
    },
    /// There are more endpoints than the product takes.
    TooMany(usize),
    /// It leads on to another set, and the policy takes addresses only.
    Alias,
}

impl fmt::Display for PolicyFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Weight { least, most } => {
                write!(f, "with this policy weights must be {least} to {most}")
            }
            Self::TooMany(most) => write!(f, "this policy takes at most {most} endpoints"),
            Self::Alias => f.write_str("this policy takes addresses only, no alias"),
        }
    }
}

/// Endpoints that gdnsd's plugins take at most.
const GDNSD_MOST: usize = 64;

impl Policy {
    /// What keeps the policy from choosing from a pool by the [limits] of its product, if
    /// something does.
    ///
    /// [limits]: https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/routing-policy.html
    pub fn fault(&self, pool: &Pool) -> Option<PolicyFault> {
        let weights = |least: u32, most: u32| {
            let is_in = |weight: u32| (least..=most).contains(&weight);
            let is_fine = pool.endpoints().iter().all(|e| is_in(e.weight));
            (!is_fine).then_some(PolicyFault::Weight { least, most })
        };
        match self {
            Self::Weighted => weights(0, 255),
            Self::Simple(Order::WeightedFirst) => weights(1, 255),
            Self::GdnsdWeighted(_) | Self::GdnsdMultifo | Self::GdnsdMetafo => {
                let is_full = pool.endpoints().len() > GDNSD_MOST;
                is_full.then_some(PolicyFault::TooMany(GDNSD_MOST))
            }
            Self::Multivalue => pool.leads_on().then_some(PolicyFault::Alias),
            _ => None,
        }
    }
}
