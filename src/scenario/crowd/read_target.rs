//! What a knob of a crowd acts on, as its file writes it.

use super::act::find;
use super::spec::{Crowd, CrowdAct};
use super::target::CrowdTarget;
use crate::dns::quoted;
use crate::scenario::Unit;

impl CrowdTarget {
    /// Reads a target that is no choice, such as `weight canary` or `change 2 at`; changes are
    /// counted from 1 in the order of the file.
    pub(super) fn parse(text: &str, crowd: &Crowd) -> Result<Self, String> {
        let endpoint = |id: &str| {
            let ids = crowd.endpoints.iter().map(|it| it.id.as_str());
            find("endpoint", id, crowd.endpoint(id), ids)
        };
        let resolver = |id: &str| {
            let ids = crowd.resolvers.iter().map(|it| it.id.as_str());
            find("resolver", id, crowd.resolver(id), ids)
        };
        let group = |id: &str| {
            let ids = crowd.clients.iter().map(|it| it.id.as_str());
            find("clients", id, crowd.group(id), ids)
        };
        let change = |number: &str| {
            let count = crowd.timeline.len();
            let index = number.parse::<usize>().ok().and_then(|n| n.checked_sub(1));
            index
                .filter(|index| *index < count)
                .ok_or_else(|| format!("there is no change {number}: count from 1, up to {count}"))
        };
        let words: Vec<&str> = text.split_whitespace().collect();
        Ok(match words.as_slice() {
            ["ttl"] => Self::Ttl,
            ["weight", id] => Self::Weight(endpoint(id)?),
            ["percent", id] => Self::Percent(endpoint(id)?),
            ["bias", id] => Self::Bias(endpoint(id)?),
            ["check", "interval"] => Self::CheckInterval,
            ["check", "failures"] => Self::CheckFailures,
            ["check", "timeout"] => Self::CheckTimeout,
            ["browser", "hold"] => Self::BrowserHold,
            ["resolver", "floor"] => Self::ResolverFloor(None),
            ["resolver", "floor", id] => Self::ResolverFloor(Some(resolver(id)?)),
            ["resolver", "cap"] => Self::ResolverCap(None),
            ["resolver", "cap", id] => Self::ResolverCap(Some(resolver(id)?)),
            ["resolver", "count", id] => Self::ResolverCount(resolver(id)?),
            ["stale"] => Self::Stale(None),
            ["stale", id] => Self::Stale(Some(resolver(id)?)),
            ["ecs"] => Self::Ecs(None),
            ["ecs", id] => Self::Ecs(Some(resolver(id)?)),
            ["clients"] => Self::Clients(None),
            ["clients", id] => Self::Clients(Some(group(id)?)),
            ["rate"] => Self::Rate(None),
            ["rate", id] => Self::Rate(Some(group(id)?)),
            ["prefixes"] => Self::Prefixes(None),
            ["prefixes", id] => Self::Prefixes(Some(group(id)?)),
            ["share", clients, id] => Self::Share {
                clients: group(clients)?,
                resolver: resolver(id)?,
            },
            ["change", number, "at"] => Self::ChangeAt(change(number)?),
            ["change", number, "on"] => Self::ChangeOn(change(number)?),
            ["change", number, "value"] => Self::ChangeValue(change(number)?),
            ["round-trips"] => Self::RoundTrips,
            _ => {
                return Err(format!(
                    "{text} is no target: write ttl, weight ENDPOINT, percent ENDPOINT, bias \
                     ENDPOINT, check interval, check failures, check timeout, browser hold, \
                     resolver floor, resolver cap, resolver count RESOLVER, stale, ecs, clients, \
                     rate, prefixes, share CLIENTS RESOLVER, change N at, change N on, change N \
                     value or round-trips; with choices: policy, check, browser, stub or resolver",
                    text = quoted(text)
                ));
            }
        })
    }

    /// What its number counts, if the file does not say.
    pub(super) fn unit(&self) -> Unit {
        match self {
            Self::Ttl
            | Self::CheckInterval
            | Self::CheckTimeout
            | Self::BrowserHold
            | Self::ResolverFloor(_)
            | Self::ResolverCap(_)
            | Self::Stale(_)
            | Self::ChangeAt(_) => Unit::Seconds,
            Self::Percent(_) | Self::Share { .. } => Unit::Percent,
            Self::Clients(_) | Self::Rate(_) | Self::ResolverCount(_) => Unit::Amount,
            _ => Unit::Number,
        }
    }

    /// The value in a crowd as its file has it; `None` if the file has several.
    pub(super) fn read(&self, crowd: &Crowd) -> Option<f64> {
        let weights = || {
            crowd
                .endpoints
                .iter()
                .map(|one| f64::from(one.endpoint.weight))
        };
        Some(match self {
            Self::Ttl => f64::from(crowd.ttl.as_secs()),
            Self::Weight(index) => f64::from(crowd.endpoints[*index].endpoint.weight),
            Self::Percent(index) => {
                let listed = { crowd.endpoints.iter() }.filter(|one| one.is_listed);
                let sum: f64 = listed.map(|one| f64::from(one.endpoint.weight)).sum();
                100.0 * weights().nth(*index)? / sum.max(1.0)
            }
            Self::Bias(index) => 100.0 + f64::from(crowd.endpoints[*index].endpoint.bias),
            Self::CheckInterval => crowd.check?.interval.as_secs_f64(),
            Self::CheckFailures => f64::from(crowd.check?.down_after),
            Self::CheckTimeout => crowd.check?.timeout.as_secs_f64(),
            Self::BrowserHold => {
                let browser = crowd.clients.first()?.it.browser;
                browser.map_or(0.0, |policy| f64::from(policy.hold.unwrap_or(0)))
            }
            Self::ResolverFloor(group) => {
                f64::from(crowd.resolvers.get(group.unwrap_or(0))?.it.policy.floor)
            }
            Self::ResolverCap(group) => {
                f64::from(crowd.resolvers.get(group.unwrap_or(0))?.it.policy.cap)
            }
            Self::ResolverCount(group) => f64::from(crowd.resolvers[*group].it.count),
            Self::Stale(group) => crowd
                .resolvers
                .get(group.unwrap_or(0))?
                .it
                .stale_for
                .as_secs_f64(),
            Self::Ecs(group) => f64::from(u8::from(
                crowd.resolvers.get(group.unwrap_or(0))?.it.subnet.is_some(),
            )),
            Self::Clients(None) => crowd.client_count() as f64,
            Self::Clients(Some(group)) => f64::from(crowd.clients[*group].it.count),
            Self::Rate(group) => 3600.0 * crowd.clients.get(group.unwrap_or(0))?.it.rate,
            Self::Prefixes(group) => f64::from(crowd.clients.get(group.unwrap_or(0))?.it.prefixes),
            Self::Share { clients, resolver } => {
                let shares = &crowd.clients[*clients].it.resolvers;
                let sum: f64 = shares.iter().map(|(_, share)| share).sum();
                let own = shares.iter().find(|(index, _)| index == resolver);
                100.0 * own.map_or(0.0, |(_, share)| *share) / sum
            }
            Self::ChangeAt(index) => crowd.timeline[*index].at.as_secs_f64(),
            Self::ChangeOn(_) => 1.0,
            Self::ChangeValue(index) => match crowd.timeline[*index].act {
                CrowdAct::Ttl { seconds } => f64::from(seconds),
                CrowdAct::Weight { weight, .. } => f64::from(weight),
                CrowdAct::Demand { factor, .. } => factor,
                _ => return None,
            },
            Self::RoundTrips => f64::from(crowd.round_trips),
            Self::Choice { .. } => 0.0,
        })
    }
}
