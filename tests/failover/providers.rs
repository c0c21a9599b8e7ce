//! A zone at two DNS providers: outages, and records out of step.

use std::collections::BTreeSet;

use dns_lab::dns::{Rtype, ZoneText};
use dns_lab::engine::Outcome;
use dns_lab::scenario::WorldSource;

use super::*;

/// `example.com` at two providers with two servers each; `{extra}` are lines of the second.
const WORLD: &str = r#"
format = 1
title = "Two providers"
about = "A zone at two DNS providers."
[[place]]
id = "frankfurt"
name = "Frankfurt"
latitude = 50.11
longitude = 8.68
[[zone]]
origin = "."
file = "root.zone"
[[zone]]
origin = "example.com"
file = "example.com.zone"
[[authoritative]]
id = "a.root-servers.net"
addresses = ["198.41.0.4"]
zones = ["."]
sites = ["frankfurt"]
[[authoritative]]
id = "ns1.alpha.example"
addresses = ["192.0.2.53"]
zones = ["example.com"]
sites = ["frankfurt"]
provider = "alpha"
[[authoritative]]
id = "ns2.alpha.example"
addresses = ["192.0.2.54"]
zones = ["example.com"]
sites = ["frankfurt"]
provider = "alpha"
[[authoritative]]
id = "ns1.beta.example"
addresses = ["203.0.113.53"]
zones = ["example.com"]
sites = ["frankfurt"]
provider = "beta"
{extra}
[[resolver]]
id = "resolver"
title = "Resolver"
addresses = ["198.51.100.100"]
sites = ["frankfurt"]
preset = "unbound"
[[client]]
id = "laptop"
title = "Laptop"
address = "198.51.100.200"
place = "frankfurt"
resolver = "resolver"
browser = "none"
stub = "none"
"#;

fn root(servers: &[&str]) -> String {
    let mut text = "$TTL 86400\n. SOA a.root-servers.net. x. 1 1800 900 604800 86400\n\
        . NS a.root-servers.net.\na.root-servers.net. A 198.41.0.4\n\
        ns1.alpha.example. A 192.0.2.53\nns2.alpha.example. A 192.0.2.54\n\
        ns1.beta.example. A 203.0.113.53\n"
        .to_owned();
    for server in servers {
        text.push_str(&format!("example.com. NS {server}\n"));
    }
    text
}

fn zone(servers: &[&str], address: &str) -> String {
    let mut text =
        format!("$TTL 60\n@ SOA ns1.alpha.example. x 1 1800 900 604800 60\nwww A {address}\n");
    for server in servers {
        text.push_str(&format!("@ 86400 NS {server}\n"));
    }
    text
}

const ALPHA: [&str; 2] = ["ns1.alpha.example.", "ns2.alpha.example."];
const BOTH: [&str; 3] = [
    "ns1.alpha.example.",
    "ns2.alpha.example.",
    "ns1.beta.example.",
];

fn source(servers: &'static [&str], extra: &str) -> Result<WorldSource, String> {
    let zones = |name: &str| match name {
        "root.zone" => Some(root(servers)),
        "example.com.zone" => Some(zone(servers, "192.0.2.1")),
        "drifted.zone" => Some(zone(servers, "203.0.113.9")),
        _ => None,
    };
    WorldSource::parse(&WORLD.replace("{extra}", extra), zones)
        .map_err(|errors| errors.iter().map(|error| format!("{error}\n")).collect())
}

fn world(servers: &'static [&str], extra: &str) -> World {
    source(servers, extra).expect("a sound world").build(7)
}

fn provider(provider: &str, down: bool) -> Intervention {
    Intervention::SetProviderDown {
        provider: provider.to_owned(),
        down,
    }
}

/// Asks every 61 s after `acts`, forty times; the outcomes.
fn asked(world: World, acts: &[Intervention]) -> Vec<Outcome> {
    let mut all: Vec<(f64, Intervention)> = vec![(0.0, ask("laptop", "www.example.com A"))];
    all.extend(acts.iter().map(|act| (100.0, act.clone())));
    all.extend((0..40).map(|i| {
        (
            200.0 + 61.0 * f64::from(i),
            ask("laptop", "www.example.com A"),
        )
    }));
    let timeline = play(world, &all);
    let outcomes = events_at(&timeline, "laptop", |kind| match kind {
        EventKind::LookupFinished { outcome, .. } => Some(outcome.clone()),
        _ => None,
    });
    outcomes
        .into_iter()
        .skip(1)
        .map(|(_, outcome)| outcome)
        .collect()
}

/// The different addresses among outcomes.
fn addresses(outcomes: &[Outcome]) -> BTreeSet<String> {
    let found = outcomes.iter().filter_map(Outcome::address);
    found.map(|address| address.to_string()).collect()
}

#[test]
fn an_outage_of_the_only_provider_is_an_outage_of_the_zone() {
    let outcomes = asked(world(&ALPHA, ""), &[provider("alpha", true)]);
    assert_eq!(outcomes.len(), 40);
    assert!(outcomes.iter().all(|outcome| !outcome.is_settled()));
}

#[test]
fn with_two_providers_an_outage_of_one_fails_nobody() {
    let outcomes = asked(world(&BOTH, ""), &[provider("alpha", true)]);
    assert_eq!(outcomes.len(), 40);
    assert!(outcomes.iter().all(Outcome::is_settled));
}

#[test]
fn a_provider_that_comes_back_serves_again() {
    let acts = [provider("alpha", true), provider("alpha", false)];
    let outcomes = asked(world(&ALPHA, ""), &acts);
    assert!(outcomes.iter().all(Outcome::is_settled));
}

#[test]
fn records_out_of_step_give_answers_by_luck_of_the_choice_of_server() {
    let drift = "versions = { \"example.com\" = \"drifted.zone\" }";
    let outcomes = asked(world(&BOTH, drift), &[]);
    let both: BTreeSet<String> = ["192.0.2.1", "203.0.113.9"].map(str::to_owned).into();
    assert_eq!(addresses(&outcomes), both);
}

#[test]
fn a_change_at_one_provider_is_seen_by_some_and_one_at_all_by_everybody() {
    let records = "www.example.com. 60 A 203.0.113.7\n".to_owned();
    let at_beta = Intervention::SetRecordsAt {
        servers: "beta".to_owned(),
        records: ZoneText::read_lines(records.clone()),
    };
    let some = addresses(&asked(world(&BOTH, ""), std::slice::from_ref(&at_beta)));
    let both: BTreeSet<String> = ["192.0.2.1", "203.0.113.7"].map(str::to_owned).into();
    assert_eq!(some, both);
    let everywhere = Intervention::set_records(records);
    let all = addresses(&asked(world(&BOTH, ""), &[at_beta, everywhere]));
    assert_eq!(all, ["203.0.113.7".to_owned()].into());
}

#[test]
fn a_change_of_one_record_leaves_the_rest_of_a_drifted_version_as_it_is() {
    let drift = "versions = { \"example.com\" = \"drifted.zone\" }";
    let new = Intervention::set_records("new.example.com. 60 A 192.0.2.99\n");
    let ttl = Intervention::SetTtl {
        owner: "www.example.com".parse().expect("a name"),
        rtype: Rtype::A,
        ttl: 30,
    };
    let outcomes = asked(world(&BOTH, drift), &[new, ttl]);
    assert_eq!(addresses(&outcomes).len(), 2);
}

#[test]
fn a_record_removed_at_one_provider_exists_for_some() {
    let act = Intervention::RemoveRecordsAt {
        servers: "ns1.beta.example".to_owned(),
        owner: "www.example.com".parse().expect("a name"),
        rtype: Rtype::A,
    };
    let outcomes = asked(world(&BOTH, ""), &[act]);
    assert!(outcomes.contains(&Outcome::NxDomain));
    assert!(outcomes.iter().any(|outcome| outcome.address().is_some()));
}

#[test]
fn what_is_not_there_is_refused() {
    let mut timeline = Timeline::new(world(&BOTH, ""));
    let at_nobody = Intervention::SetRecordsAt {
        servers: "gamma".to_owned(),
        records: ZoneText::read_lines("www.example.com. 60 A 203.0.113.7\n"),
    };
    for act in [provider("gamma", true), at_nobody] {
        assert!(timeline.intervene(at(1.0), act).is_err());
    }
    let errors = source(&BOTH, "versions = { \"example.net\" = \"gone.zone\" }").expect_err("bad");
    assert!(errors.contains("no zone file “gone.zone”"), "{errors}");
    assert!(errors.contains("which it does not serve"), "{errors}");
}
