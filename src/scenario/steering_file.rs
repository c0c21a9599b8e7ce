//! Steered names as data files write them: endpoints, a policy, and what checks them.
//!
//! Worlds and crowds share these shapes. Reading has two parts: `serde` takes the raw shape,
//! and [`SteeredFile::read`] turns it into values of the engine, given what the file at hand
//! knows of places and hosts.

use std::collections::BTreeMap;
use std::net::IpAddr;

use serde::Deserialize;
use toml::Spanned;

use super::steered::SteeredSet;
use crate::dns::{Name, Rtype, Ttl, quoted};
use crate::engine::health::{HealthCheck, check_presets};
use crate::engine::policy::{
    Endpoint, Filter, Health, Load, Policy, PolicyPreset, Pool, PoolError, Target, presets,
};
use crate::engine::{Coordinates, SimDuration};

/// The TTL of a steered set where neither file nor preset name one: what Route 53 advises
/// with health checks.
const DEFAULT_TTL: u32 = 60;
/// The check whose values count where a file names no preset.
const DEFAULT_CHECK: &str = "single-30s";

/// `[[steered]]`: a set of addresses that is chosen anew for each question.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SteeredFile {
    /// The name; it may be a wildcard.
    pub(crate) owner: Spanned<Name>,
    /// `A` (the default) or `AAAA`.
    #[serde(rename = "type", default = "type_a")]
    pub(crate) rtype: String,
    /// Seconds.
    pub(crate) ttl: Option<u32>,
    /// A preset's id; see [`presets`].
    pub(crate) policy: Option<String>,
    /// Filters from top to bottom, in place of a preset.
    #[serde(default)]
    pub(crate) chain: Vec<String>,
    /// What there is to choose from.
    pub(crate) endpoint: Vec<EndpointFile>,
    /// What checks them; nothing does without.
    pub(crate) check: Option<CheckFile>,
}

/// The type of a set that names none.
fn type_a() -> String {
    "A".to_owned()
}

/// `[[steered.endpoint]]`: an address by itself, or that of a host; or an alias, which leads to
/// another steered name of the same zone and type.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct EndpointFile {
    /// What faults and charts call it; the host or the address if left out.
    pub(crate) id: Option<String>,
    /// The machine it is: gives address and place where those are left out.
    pub(crate) host: Option<String>,
    /// The address its record carries.
    pub(crate) address: Option<IpAddr>,
    /// The steered name that answers in its place; instead of host and address.
    pub(crate) alias: Option<Name>,
    /// Whether an alias is as healthy as the name it leads to; yes, unless it says no.
    pub(crate) evaluate_health: Option<bool>,
    /// See [`Endpoint::weight`].
    pub(crate) weight: Option<u32>,
    /// See [`Endpoint::priority`].
    pub(crate) priority: Option<u32>,
    /// See [`Endpoint::cost`].
    pub(crate) cost: Option<f64>,
    /// See [`Endpoint::group`].
    pub(crate) group: String,
    /// `default`, `EU`, `DE`, `US-TX`.
    pub(crate) area: Option<String>,
    /// The id of the place where it stands.
    pub(crate) place: Option<String>,
    /// See [`Endpoint::bias`].
    pub(crate) bias: i8,
    /// Milliseconds by the region of the asker.
    pub(crate) latency: BTreeMap<String, f64>,
    /// The networks it is for.
    pub(crate) networks: Vec<String>,
    /// Load now, low watermark, high watermark.
    pub(crate) load: Option<[f64; 3]>,
    /// Whether the check of the set is for it as well; yes, unless it says no.
    pub(crate) checked: Option<bool>,
}

/// `[steered.check]`: a preset, and values that differ from it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct CheckFile {
    /// A preset's id; see [`check_presets`].
    pub(crate) preset: Option<String>,
    /// Seconds between two probes of one checker.
    pub(crate) interval: Option<f64>,
    /// Seconds a probe waits.
    pub(crate) timeout: Option<f64>,
    /// Failures until a checker says unhealthy.
    pub(crate) failures: Option<u32>,
    /// Good probes in a row until a checker says healthy.
    pub(crate) successes: Option<u32>,
    /// How many checkers there are.
    pub(crate) checkers: Option<u32>,
    /// The share of checkers that must be exceeded.
    pub(crate) healthy_share: Option<f64>,
}

/// The addresses of a host, and where it stands.
pub(crate) type HostAddresses = (Vec<IpAddr>, Option<Coordinates>);

/// What a file knows that steered sets refer to.
pub(crate) struct Surroundings<'a> {
    /// Where the place of an id is.
    pub(crate) place: &'a dyn Fn(&str) -> Option<Coordinates>,
    /// The addresses of the host of an id, and where it stands.
    pub(crate) host: &'a dyn Fn(&str) -> Option<HostAddresses>,
}

impl SteeredFile {
    /// Turns what is written into values of the engine. Everything that is wrong goes into
    /// `faults`, each a sentence that begins with the place; then there is no set.
    pub(crate) fn read(
        &self,
        around: &Surroundings<'_>,
        faults: &mut Vec<String>,
    ) -> Option<SteeredSet> {
        let before = faults.len();
        let owner = self.owner.get_ref();
        let what = format!("steered {} {}", owner.without_dot(), self.rtype);
        let rtype = self.rtype.parse::<Rtype>().ok();
        let rtype = rtype.filter(|rtype| matches!(*rtype, Rtype::A | Rtype::AAAA));
        let Some(rtype) = rtype else {
            faults.push(format!("{what}: the type must be A or AAAA"));
            return None;
        };
        let rule = self
            .read_policy()
            .map_err(|fault| format!("{what}: {fault}"));
        let check = self.check.as_ref().map(CheckFile::read).transpose();
        let check = check.map_err(|fault| format!("{what}, check: {fault}"));
        if self.endpoint.is_empty() {
            faults.push(format!(
                "{what}: it needs at least one [[steered.endpoint]]"
            ));
        }
        let (mut endpoints, mut ids) = (Vec::new(), Vec::new());
        for (endpoint, number) in self.endpoint.iter().zip(1..) {
            match endpoint.read(rtype, self.check.is_some(), around) {
                Ok((id, endpoint)) => {
                    endpoints.push(endpoint);
                    ids.push(id);
                }
                Err(problems) => {
                    let at = |problem| format!("{what}, endpoint {number}: {problem}");
                    faults.extend(problems.into_iter().map(at));
                }
            }
        }
        let ttl = match &rule {
            Ok((_, preset)) => self.ttl.map(Ttl::from_secs).or(*preset),
            Err(_) => None,
        };
        let ttl = ttl.unwrap_or(Ttl::from_secs(DEFAULT_TTL));
        let pool = Pool::new(owner.clone(), rtype, ttl, endpoints);
        let pool = pool.map_err(|error: PoolError| format!("{what}: {error}"));
        // A pool of what is left after other faults tells nothing new.
        let ((policy, _), check, pool) = match (rule, check, pool) {
            (Ok(rule), Ok(check), Ok(pool)) if faults.len() == before => (rule, check, pool),
            (rule, check, pool) => {
                faults.extend(rule.err());
                faults.extend(check.err());
                faults.extend(pool.err());
                return None;
            }
        };
        Some(SteeredSet {
            pool,
            ids,
            policy,
            check,
        })
    }

    /// The rule, and the TTL that goes with its preset.
    fn read_policy(&self) -> Result<(Policy, Option<Ttl>), String> {
        match (&self.policy, self.chain.as_slice()) {
            (Some(id), []) => {
                let preset = policy_preset(id)?;
                Ok((preset.policy, preset.ttl))
            }
            (None, [_, ..]) => Ok((read_chain(&self.chain)?, None)),
            (None, []) => Err("name a policy, or a chain of filters".to_owned()),
            (Some(_), [_, ..]) => Err("it has a policy and a chain: leave one out".to_owned()),
        }
    }
}

/// The preset of an id.
///
/// # Errors
/// That there is none, with those there are.
pub(crate) fn policy_preset(id: &str) -> Result<PolicyPreset, String> {
    let all = presets();
    let known = || all.iter().map(|preset| preset.id).collect::<Vec<_>>();
    let found = all.iter().find(|preset| preset.id == id);
    found.cloned().ok_or_else(|| {
        format!(
            "{id} is no policy; there are {}",
            known().join(", "),
            id = quoted(id)
        )
    })
}

/// A chain of filters.
///
/// # Errors
/// The first filter that cannot be read.
pub(crate) fn read_chain(filters: &[String]) -> Result<Policy, String> {
    let filters = filters.iter().map(|filter| filter.parse::<Filter>());
    let filters: Result<Vec<Filter>, _> = filters.collect();
    filters
        .map(Policy::Chain)
        .map_err(|error| error.to_string())
}

impl EndpointFile {
    /// The endpoint and what it is called.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    fn read(
        &self,
        rtype: Rtype,
        has_check: bool,
        around: &Surroundings<'_>,
    ) -> Result<(String, Endpoint), Vec<String>> {
        let mut faults = Vec::new();
        let (target, mut coordinates) = self.read_target(rtype, around, &mut faults);
        if let Some(place) = &self.place {
            coordinates = (around.place)(place);
            if coordinates.is_none() {
                faults.push(format!("{place} is no place", place = quoted(place)));
            }
        }
        let area = self.area.as_deref().map(str::parse).transpose();
        let area = area.map_err(|error: crate::engine::policy::WordError| {
            faults.push(error.to_string());
        });
        let mut networks = Vec::new();
        for text in &self.networks {
            match text.parse::<ipnet::IpNet>() {
                Ok(network) => networks.push(network.trunc()),
                Err(_) => faults.push(format!(
                    "{text} is no network: write 198.51.100.0/24",
                    text = quoted(text)
                )),
            }
        }
        let (Some(target), Ok(area), true) = (target, area, faults.is_empty()) else {
            return Err(faults);
        };
        let load = self
            .load
            .map(|[current, low_watermark, high_watermark]| Load {
                current,
                low_watermark,
                high_watermark,
            });
        let is_alias = matches!(target, Target::Set { .. });
        let is_checked = has_check && !is_alias && self.checked != Some(false);
        let (named, plain) = match target {
            Target::Address(address) => (address.to_string(), Endpoint::new(address)),
            Target::Set {
                name,
                evaluates_health,
            } => (name.without_dot(), Endpoint::alias(name, evaluates_health)),
        };
        let endpoint = Endpoint {
            weight: self.weight.unwrap_or(plain.weight),
            priority: self.priority.unwrap_or(plain.priority),
            cost: self.cost.unwrap_or(plain.cost),
            health: if is_checked {
                Health::Healthy
            } else {
                Health::Unchecked
            },
            group: self.group.clone(),
            area: area.unwrap_or_default(),
            coordinates,
            bias: self.bias,
            latency_ms: self.latency.clone().into_iter().collect(),
            networks,
            load,
            ..plain
        };
        let id = self.id.clone().or_else(|| self.host.clone());
        Ok((id.unwrap_or(named), endpoint))
    }

    /// Where it leads and where that stands, as far as both can be read.
    fn read_target(
        &self,
        rtype: Rtype,
        around: &Surroundings<'_>,
        faults: &mut Vec<String>,
    ) -> (Option<Target>, Option<Coordinates>) {
        if let Some(name) = &self.alias {
            if self.host.is_some() || self.address.is_some() {
                faults.push("it is an alias, so leave out host and address".to_owned());
            }
            if self.checked == Some(true) {
                faults.push("an alias has no check of its own: write evaluate_health".to_owned());
            }
            let target = Target::Set {
                name: name.clone(),
                evaluates_health: self.evaluate_health.unwrap_or(true),
            };
            return (Some(target), None);
        }
        if self.evaluate_health.is_some() {
            faults.push("evaluate_health is for an alias only".to_owned());
        }
        let mut address = self.address;
        let Some(host) = &self.host else {
            if address.is_none() {
                faults.push("give it an address, a host or an alias".to_owned());
            }
            return (address.map(Target::Address), None);
        };
        let Some((addresses, coordinates)) = (around.host)(host) else {
            faults.push(format!("{host} is no host", host = quoted(host)));
            return (None, None);
        };
        let fits = |address: &IpAddr| address.is_ipv4() == (rtype == Rtype::A);
        address = address.or_else(|| addresses.into_iter().find(fits));
        if address.is_none() {
            faults.push(format!(
                "{host} has no address for {rtype}",
                host = quoted(host)
            ));
        }
        (address.map(Target::Address), coordinates)
    }
}

impl CheckFile {
    /// The check.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(crate) fn read(&self) -> Result<HealthCheck, String> {
        let id = self.preset.as_deref().unwrap_or(DEFAULT_CHECK);
        let all = check_presets();
        let Some(preset) = all.iter().find(|preset| preset.id == id) else {
            let known: Vec<&str> = all.iter().map(|preset| preset.id).collect();
            let known = known.join(", ");
            return Err(format!(
                "{id} is no preset; there are {known}",
                id = quoted(id)
            ));
        };
        let mut check = preset.check;
        let seconds = |value: f64, what: &str, least: f64| {
            if (least..=86_400.0).contains(&value) {
                Ok(SimDuration::from_secs_f64(value))
            } else {
                Err(format!("{what} must be {least} to 86400 s"))
            }
        };
        let count = |value: u32, what: &str, most: u32| {
            if (1..=most).contains(&value) {
                Ok(value)
            } else {
                Err(format!("{what} must be 1 to {most}"))
            }
        };
        if let Some(value) = self.interval {
            check.interval = seconds(value, "the interval", 0.1)?;
        }
        if let Some(value) = self.timeout {
            check.timeout = seconds(value, "the timeout", 0.0)?;
        }
        if let Some(value) = self.failures {
            check.down_after = count(value, "failures", 100)?;
        }
        if let Some(value) = self.successes {
            check.up_after = count(value, "successes", 100)?;
        }
        if let Some(value) = self.checkers {
            check.checkers = count(value, "checkers", 1000)?;
        }
        if let Some(value) = self.healthy_share {
            if !(0.0..1.0).contains(&value) {
                return Err("the share must be 0 or more, and less than 1".to_owned());
            }
            check.healthy_share = value;
        }
        Ok(check)
    }
}

#[cfg(test)]
#[path = "steering_file_tests.rs"]
mod tests;
