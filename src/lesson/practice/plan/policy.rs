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
pub(super) fn parse_row(row: &AddressRow, places: &[Place]) -> Result<Endpoint, String> {
    let mut endpoint = Endpoint::new(parse_address(&row.address)?);
    let number = |text: &str, what: &str, most: u32| -> Result<u32, String> {
        match text.trim() {
            "" => Ok(1),
            text => text.parse().ok().filter(|n| *n <= most).ok_or_else(|| {
                format!(
                    "{text} is no {what}: write a whole number up to {most}",
                    text = quoted(&text)
                )
            }),
        }
    };
    endpoint.weight = number(&row.weight, "weight", Endpoint::MAX_WEIGHT)?;
    endpoint.priority = number(&row.priority, "priority", 1000)?;
    endpoint.area = match row.area.trim() {
        "" => Area::Default,
        area => area.parse().map_err(|error| format!("{error}"))?,
    };
    match row.place.trim() {
        "" => {}
        id => {
            let place = places.iter().find(|place| place.id == id);
            let place = place.ok_or_else(|| {
                let known: Vec<&str> = places.iter().map(|place| place.id.as_str()).collect();
                format!(
                    "there is no place {id}: choose {}",
                    known.join(" or "),
                    id = quoted(id)
                )
            })?;
            endpoint.coordinates = Some(place.at);
            endpoint.latency_ms = place.latency_ms.clone();
        }
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
pub(super) fn parse_check(row: &CheckRow) -> Result<Option<HealthCheck>, String> {
    let id = row.preset.trim();
    if id.is_empty() || id == "none" {
        return Ok(None);
    }
    let found = check_presets().into_iter().find(|preset| preset.id == id);
    let preset = found.ok_or_else(|| {
        format!(
            "there is no check {id}: choose one of the list",
            id = quoted(id)
        )
    })?;
    let mut check = preset.check;
    let (interval, failures) = (row.interval.trim(), row.failures.trim());
    if !interval.is_empty() {
        let seconds = interval.parse().ok().filter(|n| INTERVAL.contains(n));
        let seconds = seconds.ok_or_else(|| {
            format!(
                "{interval} is no interval: write whole seconds from {} to {}",
                INTERVAL.start(),
                INTERVAL.end(),
                interval = quoted(&interval)
            )
        })?;
        check.interval = SimDuration::from_secs(seconds);
    }
    if !failures.is_empty() {
        let count = failures.parse().ok().filter(|n| FAILURES.contains(n));
        check.down_after = count.ok_or_else(|| {
            format!(
                "{failures} is no count of failures: write {} to {}",
                FAILURES.start(),
                FAILURES.end(),
                failures = quoted(&failures)
            )
        })?;
    }
    Ok(Some(check))
}
