//! The table of places.

use super::*;
use crate::engine::policy::places::scope_among;
use ipnet::IpNet;

const HEADING: &str = "network,continent,country,subdivision,region,latitude,longitude";

fn network(text: &str) -> IpNet {
    text.parse().expect("a network")
}

#[test]
fn the_lab_s_table_is_sound_and_knows_its_networks() {
    let text = include_str!("../places.csv");
    let table = PlaceTable::parse(text).expect("a sound table");
    assert_eq!(table, PlaceTable::modelled());
    for (address, country) in [
        ("198.51.100.100", "DE"),
        ("198.51.100.201", "GB"),
        ("203.0.113.100", "US"),
        ("192.0.2.200", "JP"),
        ("2001:db8:198::100", "DE"),
    ] {
        let location = from(address).location(&table).expect("a known place");
        assert_eq!(location.country, country, "{address}");
    }
    assert_eq!(from("10.0.0.1").location(&table), None);
}

#[test]
fn the_longest_prefix_counts_in_whatever_order_the_lines_are() {
    let lines = [
        "192.0.2.0/24,EU,DE,,b,0,0",
        "192.0.0.0/16,EU,FR,,a,0,0",
        "192.0.2.128/25,EU,IT,,c,0,0",
    ];
    let table = PlaceTable::parse(&format!("{HEADING}\n{}", lines.join("\n"))).expect("sound");
    for (asked, country) in [
        ("192.0.2.1/32", "DE"),
        ("192.0.2.200/32", "IT"),
        ("192.0.2.0/24", "DE"),
        ("192.0.3.0/24", "FR"),
    ] {
        let found = table.locate(network(asked)).map(|(_, at)| &at.country[..]);
        assert_eq!(found, Some(country), "{asked}");
    }
}

#[test]
fn scope_is_the_shortest_prefix_the_table_does_not_divide() {
    let prefixes = ["192.0.2.0/24", "192.0.0.0/16", "192.0.2.128/25"].map(network);
    for (asked, scope) in [
        ("192.0.2.0/25", 25),
        ("192.0.2.0/24", 25),
        ("192.0.3.0/24", 24),
        ("192.0.128.0/24", 17),
        ("193.0.0.0/24", 8),
        ("10.0.0.0/24", 1),
        ("2001:db8::/56", 0),
    ] {
        let found = scope_among(network(asked), prefixes.into_iter());
        assert_eq!(found, scope, "{asked}");
    }
}

#[test]
fn a_fault_is_told_with_its_line_and_the_way_out() {
    for (line, message) in [
        ("192.0.2/24,EU,DE,,a,0,0", "\"192.0.2/24\" is no network"),
        ("192.0.2.1/24,EU,DE,,a,0,0", "write 192.0.2.0/24"),
        ("192.0.2.0/24,XX,DE,,a,0,0", "\"XX\" is no continent"),
        ("192.0.2.0/24,EU,de,,a,0,0", "two capital letters"),
        ("192.0.2.0/24,EU,DE,BERLIN,a,0,0", "is no subdivision"),
        ("192.0.2.0/24,EU,DE,,,0,0", "is no region"),
        ("192.0.2.0/24,EU,DE,,a,91,0", "degrees from -90 to 90"),
        ("192.0.2.0/24,EU,DE,,a,NaN,0", "degrees from -90 to 90"),
        ("192.0.2.0/24,EU,DE,,a,0,181", "degrees from -180 to 180"),
        ("192.0.2.0/24,EU,DE", "3 fields, but there are 7"),
    ] {
        let text = format!("# A table\n\n{HEADING}\n{line}\n");
        let error = PlaceTable::parse(&text).expect_err("a faulty line");
        let told = error.to_string();
        assert!(
            told.starts_with("Line 4: ") && told.contains(message),
            "{told}"
        );
    }
    let twice = format!("{HEADING}\n10.0.0.0/8,EU,DE,,a,0,0\n10.0.0.0/8,EU,FR,,a,0,0\n");
    let error = PlaceTable::parse(&twice).expect_err("a network told twice");
    assert_eq!(
        error.to_string(),
        "Line 3: 10.0.0.0/8 is already in the table."
    );
    let error = PlaceTable::parse("").expect_err("no heading");
    assert!(error.to_string().contains(HEADING));
}

#[test]
fn a_pool_refuses_values_out_of_range() {
    let owner: crate::dns::Name = "www.example.com".parse().expect("a name");
    let of = |rtype, endpoint| Pool::new(owner.clone(), rtype, Ttl::from_secs(60), vec![endpoint]);
    let fault = |endpoint| match of(Rtype::A, endpoint) {
        Err(PoolError::Endpoint { index: 0, fault }) => Some(fault),
        _ => None,
    };
    let heavy = Endpoint {
        weight: 1 << 20,
        ..endpoint(1)
    };
    assert_eq!(fault(heavy), Some(EndpointFault::Weight));
    let biased = Endpoint {
        bias: 100,
        ..endpoint(1)
    };
    assert_eq!(fault(biased), Some(EndpointFault::Bias));
    let costly = Endpoint {
        cost: f64::NAN,
        ..endpoint(1)
    };
    assert_eq!(fault(costly), Some(EndpointFault::Cost));
    let foreign = of(Rtype::AAAA, endpoint(1)).expect_err("an IPv4 address in AAAA");
    assert!(
        foreign
            .to_string()
            .starts_with("Endpoint 1: an A record takes")
    );
    assert_eq!(of(Rtype::MX, endpoint(1)), Err(PoolError::Type(Rtype::MX)));
}
