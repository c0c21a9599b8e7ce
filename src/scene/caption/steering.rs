//! Policies, health checks and flattened names in words.

use std::net::IpAddr;

use super::text::Teller;
use crate::engine::health::Condition;
use crate::engine::policy::{
    Area, Continent, Endpoint, Location, Policy, Reason, Source, Step, Target, presets,
};
use crate::engine::{EventKind, PolicyReport};
use crate::scene::words::{count, duration, name_in_prose};

/// What people call a continent.
fn continent_words(continent: Continent) -> &'static str {
    match continent {
        Continent::Africa => "Africa",
        Continent::Antarctica => "Antarctica",
        Continent::Asia => "Asia",
        Continent::Europe => "Europe",
        Continent::NorthAmerica => "North America",
        Continent::Oceania => "Oceania",
        Continent::SouthAmerica => "South America",
    }
}

/// Whose record it is: `the record for Europe`, `the default record`.
pub(in crate::scene) fn record_for(area: &Area) -> String {
    match area {
        Area::Default => "the default record".to_owned(),
        Area::Continent(continent) => format!("the record for {}", continent_words(*continent)),
        Area::Country(_) | Area::Subdivision { .. } => format!("the record for {area}"),
    }
}

/// What a product calls a policy: `Route 53: Geolocation`, `a chain of filters`.
pub(in crate::scene) fn policy_title(policy: &Policy) -> String {
    let preset = presets()
        .into_iter()
        .find(|preset| preset.policy == *policy);
    match preset {
        Some(preset) => format!("{}: {}", preset.product, preset.title),
        None => "NS1: Filter chain".to_owned(),
    }
}

/// What endpoints lead to, in a row: `198.51.100.5, 203.0.113.10`, or `nothing`.
fn address_list(report: &PolicyReport, indices: &[usize]) -> String {
    let addresses: Vec<String> = { indices.iter() }
        .map(|index| address_of(report, *index))
        .collect();
    match addresses.is_empty() {
        true => "nothing".to_owned(),
        false => addresses.join(", "),
    }
}

/// What an endpoint leads to: its address, or the name of another set.
fn address_of(report: &PolicyReport, index: usize) -> String {
    let endpoint = report.pool.endpoints().get(index);
    endpoint.map_or_else(String::new, target_text)
}

/// What an endpoint leads to.
pub(in crate::scene) fn target_text(endpoint: &Endpoint) -> String {
    match &endpoint.target {
        Target::Address(address) => address.to_string(),
        Target::Set { name, .. } => name_in_prose(name),
    }
}

/// The sentences for an event that is about a policy, a check or a flattened name; `None` for others.
pub(super) fn text(teller: &Teller<'_>) -> Option<String> {
    match &teller.event.kind {
        EventKind::PolicyDecided(report) => Some(decided(teller, report)),
        EventKind::AliasFlattened { owner, target } => {
            let (owner, target) = (name_in_prose(owner), name_in_prose(target));
            Some(format!(
                "{} gives what it has learned of {target} as its own answer for {owner}, with the TTL that is left of that. The alias does not show outside.",
                teller.subject()
            ))
        }
        EventKind::EndpointProbed {
            owner,
            address,
            met,
            count,
            needed,
        } => {
            let of = name_in_prose(owner);
            let host = host_words(teller, *address);
            Some(probed(&of, &host, *met, *count, *needed))
        }
        EventKind::HealthChanged {
            owner,
            address,
            healthy,
            in_favour,
            checkers,
            since,
        } => {
            let (name, host) = (name_in_prose(owner), host_words(teller, *address));
            let since = duration(*since);
            let votes = match checkers {
                1 => String::new(),
                _ => format!(" {in_favour} of {checkers} checkers say it is healthy."),
            };
            Some(if *healthy {
                format!(
                    "{host} counts as healthy again, {since} after it came back, and returns to the answers for {name}.{votes}"
                )
            } else {
                format!(
                    "{host} counts as unhealthy, {since} after it fell silent, and leaves the answers for {name}.{votes} Caches go on with the old answer until its TTL ends."
                )
            })
        }
        _ => None,
    }
}

/// A machine with its address.
fn host_words(teller: &Teller<'_>, address: IpAddr) -> String {
    match teller.world.node_at(address) {
        Some(id) => format!("{} ({address})", teller.world.spec(id).title),
        None => address.to_string(),
    }
}

/// A probe that counts, of the check for a name.
fn probed(name: &str, host: &str, met: Condition, number: u32, needed: u32) -> String {
    let met = match met {
        Condition::Up => format!("The check for {name} gets a good answer from {host}"),
        Condition::Refusing => format!("The check for {name} is refused by {host}"),
        Condition::Silent => format!("The check for {name} gets no answer from {host} in time"),
    };
    let of = match needed {
        1 => "That is enough for a verdict".to_owned(),
        _ => format!("That is number {number} of the {needed} it takes for a verdict"),
    };
    format!("{met}. {of}.")
}

/// A decision: where the question seems to come from, and what follows.
fn decided(teller: &Teller<'_>, report: &PolicyReport) -> String {
    let mut sentences: Vec<String> = Vec::new();
    for step in &report.decision.steps {
        // Where the asker is was told at the root of the tree.
        if report.from.is_some() && matches!(step, Step::Located { .. }) {
            continue;
        }
        sentences.extend(step_words(teller, report, step, false));
    }
    let name = name_in_prose(report.pool.owner());
    let chosen = &report.decision.chosen;
    let leads_on = { chosen.iter() }.any(|&index| is_alias(report, index));
    sentences.push(match chosen.len() {
        1..=3 if leads_on => format!(
            "So the answer for {name} is that for {}.",
            address_list(report, chosen)
        ),
        0 => format!("Nothing is left to answer for {name}."),
        1..=3 => format!("The answer for {name} is {}.", address_list(report, chosen)),
        many => format!("The answer for {name} has {many} addresses."),
    });
    sentences.join(" ")
}

/// Where a question seems to come from: `It is asked from Frankfurt's network`.
fn located(teller: &Teller<'_>, source: Source, location: Option<&Location>) -> String {
    let place = location.map(|location| teller.world.place_name(location.coordinates));
    match (source, place) {
        (Source::Resolver(address), Some(place)) => format!(
            "The question comes from the resolver at {address}, which the table of places puts in {place}."
        ),
        (Source::Resolver(address), None) => {
            format!("The table of places does not know where the resolver at {address} is.")
        }
        (Source::ClientSubnet(network), Some(place)) => format!(
            "The resolver says that its client is in {network}, which the table of places puts in {place}."
        ),
        (Source::ClientSubnet(network), None) => {
            format!("The table of places does not know where the client's network {network} is.")
        }
    }
}

/// Whether an endpoint leads to another set.
fn is_alias(report: &PolicyReport, index: usize) -> bool {
    let endpoint = report.pool.endpoints().get(index);
    endpoint.is_some_and(|endpoint| endpoint.alias_name().is_some())
}

/// A step of a decision, as a sentence; steps that only pave the way are told where all are
/// wanted.
pub(in crate::scene) fn step_words(
    teller: &Teller<'_>,
    report: &PolicyReport,
    step: &Step,
    is_full: bool,
) -> Option<String> {
    let address = |index: &usize| address_of(report, *index);
    Some(match step {
        Step::Located { source, location } => located(teller, *source, location.as_ref()),
        Step::LeftOut { endpoint, reason } => {
            let address = address(endpoint);
            match reason {
                Reason::Unhealthy if is_alias(report, *endpoint) => {
                    format!("Nothing of {address} is healthy, so it is left out.")
                }
                Reason::Unhealthy => format!("{address} is unhealthy and left out."),
                _ if !is_full => return None,
                Reason::ZeroWeight => format!("{address} has weight 0 and is left out."),
                Reason::LowerRank => format!("{address} waits for its turn."),
                Reason::NoCoordinates => format!("It is not known where {address} stands."),
                Reason::NoLatency => format!("No latency to {address} is known."),
                Reason::NotDrawn => format!("{address} is not drawn."),
                Reason::OtherNetwork => format!("{address} is for another network."),
                Reason::AnswerFull => format!("{address} finds no room in the answer."),
            }
        }
        Step::AllUnhealthy => "Nothing is healthy, so everything counts as healthy.".to_owned(),
        Step::BelowThreshold { up, needed } => {
            format!("Only {up} is up where {needed} would be enough, so everything counts as up.")
        }
        Step::ZeroWeightsInPlay => {
            "Nothing with a weight is healthy, so those of weight 0 come into play.".to_owned()
        }
        Step::AllWeightsZero => "All weights are 0, so all are equal.".to_owned(),
        Step::Drawn {
            endpoint,
            weight,
            total,
        } => format!(
            "{} is drawn, with a chance of {weight} in {total}.",
            address(endpoint)
        ),
        Step::Shuffled => "The addresses are put in random order.".to_owned(),
        Step::TtlHalved => "Something is down, so the TTL is halved.".to_owned(),
        Step::Rotated(by) => format!("The list is turned by {by}."),
        Step::Sampled(number) => format!("{number} are drawn at random."),
        Step::RankAnswers {
            priority,
            is_fallback,
        } => match is_fallback {
            false => "The primary answers.".to_owned(),
            true => format!("Nothing of a better rank is healthy, so rank {priority} answers."),
        },
        Step::AreaMatched(area) => format!("So {} answers.", record_for(area)),
        Step::AreaUnhealthy(area) => format!("Nothing of {} is healthy.", record_for(area)),
        Step::SmallestAreaAnswers(area) => format!(
            "No record for that place is healthy, so {} answers all the same.",
            record_for(area)
        ),
        Step::FallbackAnswers(endpoint) => format!(
            "Nothing that may answer is healthy, so the last resort answers: {}.",
            address(endpoint)
        ),
        Step::NoNetworkMatched => "No record is for that network.".to_owned(),
        Step::NoAreaMatched => "No record is for that place.".to_owned(),
        Step::Measured {
            endpoint,
            distance_km,
            biased_km,
        } => {
            let address = address(endpoint);
            if (distance_km - biased_km).abs() < 0.5 {
                format!("{address} is {distance_km:.0} km away.")
            } else {
                format!("{address} is {distance_km:.0} km away and counts as {biased_km:.0} km.")
            }
        }
        Step::Timed {
            endpoint,
            latency_ms,
        } => format!("{} takes {latency_ms:.0} ms from there.", address(endpoint)),
        Step::NothingToCompare => {
            "Nothing is known to compare by, so the first one answers.".to_owned()
        }
        Step::Filtered {
            filter,
            before,
            after,
        } => {
            let name = filter.name();
            if after.len() < before.len() {
                let left = count(after.len(), "address", "addresses");
                format!("Filter {name} leaves {left} of {}.", before.len())
            } else if before == after {
                format!("Filter {name} changes nothing.")
            } else {
                let first = after.first().map(address).unwrap_or_default();
                format!("Filter {name} puts {first} first.")
            }
        }
    })
}
