//! Policy, what it knows of each address, and health checks.

use std::net::IpAddr;

use super::super::answer::{AddressRow, CheckRow};
use super::super::problem::Place;
use super::timeline::parse_address;
use crate::dns::quoted;
use crate::engine::SimDuration;
use crate::engine::health::{HealthCheck, check_presets};
use crate::engine::policy::{Area, Endpoint, Order, Policy, presets};

/// How plain records are answered: all of them, in any order.
pub(super) const PLAIN: Policy = Policy::Simple(Order::Random);

/// The policy of a preset.
pub(super) fn parse_preset(id: &str) -> Result<Policy, String> {
    let id = id.trim();
    let found = presets().into_iter().find(|preset| preset.id == id);
    found.map(|preset| preset.policy).ok_or_else(|| {
        format!(
            "there is no policy {id}: choose one of the list, such as route53-weighted",
            id = quoted(id)
        )
    })
}

/// Reads a row of the address table.
///
/// # Errors
/// Everything that is wrong with it.
pub(super) fn parse_row(row: &AddressRow, places: &[Place]) -> Result<Endpoint, Vec<String>> {
    let mut problems = Vec::new();
    let address = parse_address(&row.address).map_err(|it| problems.push(it));
    let mut number = |text: &str, what: &str, most: u32| -> u32 {
        match text.trim() {
            "" => 1,
            text => {
                let number = text.parse().ok().filter(|n| *n <= most);
                number.unwrap_or_else(|| {
                    problems.push(format!(
                        "{text} is no {what}: write a whole number up to {most}",
                        text = quoted(&text)
                    ));
                    1
                })
            }
        }
    };
    let weight = number(&row.weight, "weight", Endpoint::MAX_WEIGHT);
    let priority = number(&row.priority, "priority", 1000);
    let area = match row.area.trim() {
        "" => Area::Default,
        area => area.parse().unwrap_or_else(|error| {
            problems.push(format!("{error}"));
            Area::Default
        }),
    };
    let place = match row.place.trim() {
        "" => None,
        id => {
            let place = places.iter().find(|place| place.id == id);
            if place.is_none() {
                let known: Vec<&str> = places.iter().map(|place| place.id.as_str()).collect();
                problems.push(format!(
                    "there is no place {id}: choose {}",
                    known.join(" or "),
                    id = quoted(id)
                ));
            }
            place
        }
    };
    let Ok(address) = address else {
        return Err(problems);
    };
    if !problems.is_empty() {
        return Err(problems);
    }
    let mut endpoint = Endpoint {
        weight,
        priority,
        area,
        ..Endpoint::new(address)
    };
    if let Some(place) = place {
        endpoint.coordinates = Some(place.at);
        endpoint.latency_ms = place.latency_ms.clone();
    }
    Ok(endpoint)
}

/// The row of an address that nothing was written about.
pub(super) fn plain_row(address: IpAddr) -> Endpoint {
    Endpoint::new(address)
}

/// The least and the most seconds between two probes that products offer.
const INTERVAL: std::ops::RangeInclusive<u64> = 1..=3600;
/// The least and the most failures in a row that products offer.
const FAILURES: std::ops::RangeInclusive<u32> = 1..=20;

/// Reads the health check; `None` for none.
///
/// # Errors
/// Everything that is wrong with it.
pub(super) fn parse_check(row: &CheckRow) -> Result<Option<HealthCheck>, Vec<String>> {
    let mut problems = Vec::new();
    let id = row.preset.trim();
    let is_none = id.is_empty() || id == "none";
    let found = check_presets().into_iter().find(|preset| preset.id == id);
    if is_none {
        return Ok(None);
    }
    if found.is_none() {
        problems.push(format!(
            "there is no check {id}: choose one of the list",
            id = quoted(id)
        ));
    }
    let interval = match row.interval.trim() {
        "" => None,
        text => {
            let seconds = text.parse().ok().filter(|n| INTERVAL.contains(n));
            if seconds.is_none() {
                problems.push(format!(
                    "{text} is no interval: write whole seconds from {} to {}",
                    INTERVAL.start(),
                    INTERVAL.end(),
                    text = quoted(&text)
                ));
            }
            seconds
        }
    };
    let failures = match row.failures.trim() {
        "" => None,
        text => {
            let count = text.parse().ok().filter(|n| FAILURES.contains(n));
            if count.is_none() {
                problems.push(format!(
                    "{text} is no count of failures: write {} to {}",
                    FAILURES.start(),
                    FAILURES.end(),
                    text = quoted(&text)
                ));
            }
            count
        }
    };
    let Some(preset) = found.filter(|_| problems.is_empty()) else {
        return Err(problems);
    };
    let mut check = preset.check;
    check.interval = interval.map_or(check.interval, SimDuration::from_secs);
    check.down_after = failures.unwrap_or(check.down_after);
    Ok(Some(check))
}
