//! Why an answer fails, as far as the answer itself tells it.

use std::net::IpAddr;

use serde::{Deserialize, Serialize};

use super::{Moment, Plan, Users};
#[cfg(feature = "author")]
use crate::dns::quoted;
use crate::engine::policy::Area;

/// Something that can be seen in a plan.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Cause {
    /// Users are given an address.
    UsersAddress,
    /// The name never leads to an address.
    LeadsNever(IpAddr),
    /// The name leads to an address before a moment.
    LeadsBefore(IpAddr, Moment),
    /// The name leads to an address first after a moment.
    LeadsAfter(IpAddr, Moment),
    /// At the start the name leads to an address.
    Lists(IpAddr),
    /// At the start the name does not lead to an address.
    ListsNot(IpAddr),
    /// At a moment the TTL is above this many seconds.
    TtlAbove(Moment, u32),
    /// At a moment the TTL is below this many seconds.
    TtlBelow(Moment, u32),
    /// The TTL was lowered, but copies with the longer TTL are still alive when the address
    /// changes.
    LoweredLate,
    /// A server is switched off before a moment.
    StoppedBefore(IpAddr, Moment),
    /// A server is never switched off.
    StoppedNever(IpAddr),
    /// The policy is the same for all askers.
    PolicyBlind,
    /// Records are chosen by area and none is for the rest of the world.
    NoDefault,
    /// Records are chosen by area, and all of them have the same one.
    NoAreas,
    /// Nothing is checked.
    NoCheck,
    /// The client's network is not made use of.
    NoEcs,
    /// Records are chosen by area.
    PolicyAreas,
}

impl Cause {
    /// Reads a cause such as `ttl at 0 above 900`. `address` finds the address of a machine.
    ///
    /// # Errors
    /// What to write instead.
    #[cfg(feature = "author")]
    pub(super) fn parse(
        text: &str,
        address: impl Fn(&str) -> Result<IpAddr, String>,
    ) -> Result<Self, String> {
        let words: Vec<&str> = text.split_whitespace().collect();
        let seconds = |text: &str| {
            text.parse::<u32>()
                .map_err(|_| format!("{text} is no number of seconds", text = quoted(text)))
        };
        Ok(match words.as_slice() {
            ["users", "address"] => Self::UsersAddress,
            ["leads", "to", id, "never"] => Self::LeadsNever(address(id)?),
            ["leads", "to", id, "before", at] => {
                Self::LeadsBefore(address(id)?, Moment::parse(at)?)
            }
            ["leads", "to", id, "after", at] => Self::LeadsAfter(address(id)?, Moment::parse(at)?),
            ["lists", id] => Self::Lists(address(id)?),
            ["lists", "not", id] => Self::ListsNot(address(id)?),
            ["ttl", "at", at, "above", ttl] => Self::TtlAbove(Moment::parse(at)?, seconds(ttl)?),
            ["ttl", "at", at, "below", ttl] => Self::TtlBelow(Moment::parse(at)?, seconds(ttl)?),
            ["lowered", "late"] => Self::LoweredLate,
            ["stopped", id, "before", at] => Self::StoppedBefore(address(id)?, Moment::parse(at)?),
            ["stopped", id, "never"] => Self::StoppedNever(address(id)?),
            ["policy", "blind"] => Self::PolicyBlind,
            ["policy", "areas"] => Self::PolicyAreas,
            ["no", "default"] => Self::NoDefault,
            ["no", "areas"] => Self::NoAreas,
            ["no", "check"] => Self::NoCheck,
            ["no", "ecs"] => Self::NoEcs,
            _ => {
                return Err(format!(
                    "{text} is no cause: write users address, leads to ID never, leads to ID \
                     before T, leads to ID after T, lists ID, lists not ID, ttl at T above N, ttl \
                     at T below N, lowered late, stopped ID before T, stopped ID never, policy \
                     blind, policy areas, no default, no areas, no check or no ecs",
                    text = quoted(text)
                ));
            }
        })
    }

    /// Whether it is so in a plan.
    pub fn applies(&self, plan: &Plan) -> bool {
        let first = |address: IpAddr| plan.first_leads_to(address);
        match self {
            Self::UsersAddress => matches!(plan.users, Users::Address(_)),
            Self::LeadsNever(address) => first(*address).is_none(),
            Self::LeadsBefore(address, at) => first(*address).is_some_and(|first| first < *at),
            Self::LeadsAfter(address, at) => first(*address).is_some_and(|first| first > *at),
            Self::Lists(address) => plan.stages[0].addresses.contains(address),
            Self::ListsNot(address) => !plan.stages[0].addresses.contains(address),
            Self::TtlAbove(at, ttl) => plan.stage_at(*at).ttl.as_secs() > *ttl,
            Self::TtlBelow(at, ttl) => plan.stage_at(*at).ttl.as_secs() < *ttl,
            Self::LoweredLate => is_lowered_late(plan),
            Self::StoppedBefore(address, at) => {
                plan.stopped(*address).is_some_and(|stopped| stopped < *at)
            }
            Self::StoppedNever(address) => plan.stopped(*address).is_none(),
            Self::PolicyBlind => !plan.policy.needs_place(),
            Self::NoDefault => {
                plan.policy.goes_by_area()
                    && plan.endpoints.iter().all(|it| it.area != Area::Default)
            }
            Self::NoAreas => {
                let mut areas = plan.endpoints.iter().map(|it| &it.area);
                let first = areas.next();
                plan.policy.goes_by_area() && areas.all(|area| Some(area) == first)
            }
            Self::NoCheck => plan.check.is_none(),
            Self::NoEcs => !plan.ecs,
            Self::PolicyAreas => plan.policy.goes_by_area(),
        }
    }
}

/// Whether the address changes while copies from before the TTL was lowered are alive.
fn is_lowered_late(plan: &Plan) -> bool {
    let mut pairs = plan.stages.windows(2);
    let changed = pairs.find(|pair| pair[0].addresses != pair[1].addresses);
    let Some(changed) = changed.map(|pair| pair[1].at) else {
        return false;
    };
    plan.stages.windows(2).any(|pair| {
        let (before, after) = (&pair[0], &pair[1]);
        let is_lowered = after.ttl < before.ttl && after.at <= changed;
        is_lowered && changed.0 - after.at.0 < f64::from(before.ttl.as_secs())
    })
}
