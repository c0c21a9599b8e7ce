//! Health checks in the words of a table.

use std::net::IpAddr;

use crate::dns::Name;
use crate::engine::health::{Condition, HealthCheck};
use crate::engine::{EventKind, TraceEvent};
use crate::scene::words::{count, duration, moment};

/// The rules of a check in a sentence.
pub(super) fn check_words(check: Option<&HealthCheck>) -> String {
    let Some(check) = check else {
        return "Nothing checks these addresses.".to_owned();
    };
    let who = match check.checkers {
        1 => "one checker".to_owned(),
        many => format!("{many} checkers, each"),
    };
    let failures = count(
        check.down_after.max(1) as usize,
        "failed probe",
        "failed probes",
    );
    let good = count(check.up_after.max(1) as usize, "good one", "good ones");
    let share = match check.checkers {
        1 => String::new(),
        _ => format!(
            "; healthy while more than {:.0} % of them say so",
            check.healthy_share * 100.0
        ),
    };
    format!(
        "Probed by {who} every {}: down after {failures}, up after {good}{share}.",
        duration(check.interval)
    )
}

/// What checks of an address found last; empty if nothing has changed since the start.
pub(super) fn last_check(shown: &[TraceEvent], name: &Name, target: IpAddr) -> String {
    let found = shown.iter().rev().find_map(|event| {
        let when = moment(event.at);
        match &event.kind {
            EventKind::EndpointProbed {
                owner,
                address,
                met,
                count,
                needed,
            } if owner == name && *address == target => {
                let met = match met {
                    Condition::Up => "a good answer",
                    Condition::Refusing => "refused",
                    Condition::Silent => "no answer",
                };
                Some(format!("probe at {when}: {met}, {count} of {needed}"))
            }
            EventKind::HealthChanged {
                owner,
                address,
                healthy,
                in_favour,
                checkers,
                ..
            } if owner == name && *address == target => {
                let verdict = if *healthy { "healthy" } else { "unhealthy" };
                let votes = match checkers {
                    1 => String::new(),
                    _ => format!(", {in_favour} of {checkers} checkers in favor"),
                };
                Some(format!("{verdict} since {when}{votes}"))
            }
            _ => None,
        }
    });
    found.unwrap_or_default()
}
