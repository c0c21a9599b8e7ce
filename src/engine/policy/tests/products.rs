//! Policies of products that look at networks, orders, hashes and pools.

use std::collections::BTreeSet;

use super::*;
use crate::engine::Coordinates;

const FRANKFURT: &str = "198.51.100.100";
const ASHBURN: &str = "203.0.113.100";
const NOWHERE: &str = "10.0.0.1";

/// An endpoint for networks.
fn for_networks(last: u8, networks: &[&str]) -> Endpoint {
    let networks = networks.iter().map(|text| text.parse().expect("a network"));
    Endpoint {
        networks: networks.collect(),
        ..endpoint(last)
    }
}

fn in_area(last: u8, area: Area, priority: u32) -> Endpoint {
    Endpoint {
        area,
        priority,
        ..endpoint(last)
    }
}

/// A pool with some endpoints down.
fn with_down(endpoints: &[Endpoint], down: &[usize]) -> Pool {
    let mut pool = pool(endpoints.to_vec());
    for &index in down {
        pool.set_health(index, Health::Unhealthy);
    }
    pool
}

#[test]
fn the_longest_prefix_answers_and_an_unhealthy_one_gives_way_to_a_shorter_one() {
    let endpoints = [
        for_networks(1, &["10.0.0.0/8"]),
        for_networks(2, &["10.1.0.0/16", "192.168.0.0/16"]),
        endpoint(3),
    ];
    for (asker, down, expected) in [
        ("10.1.2.3", &[][..], 1),
        ("10.2.2.3", &[], 0),
        ("192.168.7.7", &[], 1),
        ("172.16.0.1", &[], 2),
        ("10.1.2.3", &[1], 0),
        ("10.1.2.3", &[0, 1], 2),
        ("10.1.2.3", &[0, 1, 2], 1),
        ("172.16.0.1", &[2], 2),
    ] {
        let pool = with_down(&endpoints, down);
        let chosen = decide(&Policy::IpBased, &pool, &from(asker)).chosen;
        assert_eq!(chosen, [expected], "{asker} with {down:?} down");
    }
    // Without a default, an asker in no network gets nothing.
    let pool = with_down(&endpoints[..2], &[]);
    let decision = decide(&Policy::IpBased, &pool, &from("172.16.0.1"));
    assert_eq!(decision.rrset(&pool), None);
    assert_eq!(decision.steps.last(), Some(&Step::NoNetworkMatched));
}

#[test]
fn a_network_matches_a_shorter_prefix_and_not_a_longer_one() {
    let endpoints = [for_networks(1, &["10.1.2.0/24"]), endpoint(2)];
    let resolver = "192.0.2.1".parse().expect("an address");
    for (told, expected, scope) in [("10.1.2.0/25", 0, 24), ("10.1.0.0/16", 1, 16)] {
        let asker = Asker::with_subnet(resolver, told.parse().expect("a network"));
        let decision = decide(&Policy::IpBased, &pool(endpoints.to_vec()), &asker);
        assert_eq!(
            (decision.chosen, decision.scope),
            (vec![expected], Some(scope))
        );
    }
}

#[test]
fn metafo_answers_with_the_first_datacenter_that_is_up() {
    let ranked = |last, priority| in_area(last, Area::Default, priority);
    let endpoints = [ranked(1, 2), ranked(2, 1), ranked(3, 3)];
    for (down, expected) in [(&[][..], 1), (&[1], 0), (&[0, 1], 2), (&[0, 1, 2], 1)] {
        let decision = decide(
            &Policy::GdnsdMetafo,
            &with_down(&endpoints, down),
            &from(NOWHERE),
        );
        assert_eq!(decision.chosen, [expected], "{down:?} down");
    }
}

#[test]
fn geoip_has_an_order_of_datacenters_for_each_area_and_looks_at_no_other() {
    let europe = Area::Continent(Continent::Europe);
    let endpoints = [
        in_area(1, europe.clone(), 2),
        in_area(2, europe, 1),
        in_area(3, Area::Default, 1),
    ];
    for (asker, down, expected) in [
        (FRANKFURT, &[][..], 1),
        (FRANKFURT, &[1], 0),
        (FRANKFURT, &[0, 1], 1),
        (ASHBURN, &[], 2),
        (ASHBURN, &[2], 2),
    ] {
        let pool = with_down(&endpoints, down);
        let chosen = decide(&Policy::GdnsdGeoip, &pool, &from(asker)).chosen;
        assert_eq!(chosen, [expected], "{asker} with {down:?} down");
    }
}

#[test]
fn ifportup_picks_among_what_is_up_in_the_first_group_and_any_if_nothing_is() {
    let ranked = |last, priority| in_area(last, Area::Default, priority);
    let endpoints = [ranked(1, 1), ranked(2, 1), ranked(3, 2)];
    let random = Policy::PowerDnsUp(Pick::Random);
    for (down, expected) in [
        (&[][..], &[1, 2][..]),
        (&[0], &[2]),
        (&[0, 1], &[3]),
        // As before its first probe: all count as failing, and the backup selector picks.
        (&[0, 1, 2], &[1, 2, 3]),
    ] {
        let pool = with_down(&endpoints, down);
        assert_eq!(answering(&random, &pool), expected, "{down:?} down");
    }
    let all = decide(
        &Policy::PowerDnsUp(Pick::All),
        &with_down(&endpoints, &[1]),
        &from(NOWHERE),
    );
    assert_eq!(all.chosen, [0]);
}

#[test]
fn pickhashed_gives_one_asker_one_address_and_different_askers_different_ones() {
    let pool = weighted_pool(&[1, 1, 1, 9], "----");
    let of = |pick, asker: &str, seed| {
        let mut random = Stream::new(seed, "policy");
        let places = PlaceTable::modelled();
        let decision = Policy::PowerDns(pick).decide(&pool, &from(asker), &places, &mut random);
        decision.chosen[0]
    };
    let askers: Vec<String> = (0..200).map(|i| format!("10.0.0.{i}")).collect();
    for pick in [Pick::Hashed, Pick::WeightedHashed] {
        assert!({ askers.iter() }.all(|asker| of(pick, asker, 1) == of(pick, asker, 2)));
        let seen: BTreeSet<usize> = askers.iter().map(|asker| of(pick, asker, 1)).collect();
        assert_eq!(seen.len(), 4);
    }
    let heavy = { askers.iter() }.filter(|asker| of(Pick::WeightedHashed, asker, 1) == 3);
    // Three quarters of 200, within the 99.9 % interval.
    assert!((130..=170).contains(&heavy.count()));
}

/// Three pools in an order that is not the configured one, the last of them the fallback.
fn pools() -> Vec<Endpoint> {
    let place = |longitude| {
        Some(Coordinates {
            latitude: 50.0,
            longitude,
        })
    };
    let mut pools = vec![
        in_area(1, Area::Default, 3),
        in_area(2, Area::Continent(Continent::Europe), 1),
        in_area(3, Area::Default, 2),
    ];
    for (pool, (longitude, weight)) in pools.iter_mut().zip([(-80.0, 1), (10.0, 1), (-70.0, 2)]) {
        pool.coordinates = place(longitude);
        pool.weight = weight;
    }
    pools[2].latency_ms.insert("us-east".to_owned(), 9.0);
    pools[0].latency_ms.insert("us-east".to_owned(), 5.0);
    pools
}

#[test]
fn cloudflare_steers_among_healthy_pools_and_the_fallback_answers_whatever_its_health() {
    for (steering, asker, down, expected) in [
        (Steering::Off, ASHBURN, &[][..], &[2][..]),
        (Steering::Off, ASHBURN, &[1], &[3]),
        (Steering::Off, ASHBURN, &[0, 1, 2], &[1]),
        (Steering::Random, ASHBURN, &[], &[1, 2, 3]),
        (Steering::Random, ASHBURN, &[2], &[1, 2]),
        (Steering::Geo, FRANKFURT, &[], &[2]),
        (Steering::Geo, FRANKFURT, &[1], &[3]),
        (Steering::Geo, ASHBURN, &[], &[3]),
        (Steering::Geo, ASHBURN, &[2], &[1]),
        // Europe's pool is not for America: the fallback answers, dead as it is.
        (Steering::Geo, ASHBURN, &[0, 2], &[1]),
        (Steering::Proximity, FRANKFURT, &[], &[2]),
        (Steering::Proximity, ASHBURN, &[], &[1]),
        (Steering::Proximity, NOWHERE, &[], &[2]),
        (Steering::DynamicLatency, ASHBURN, &[], &[1]),
        (Steering::DynamicLatency, ASHBURN, &[0], &[3]),
        // No data: the order.
        (Steering::DynamicLatency, FRANKFURT, &[], &[2]),
    ] {
        let pool = with_down(&pools(), down);
        let mut random = Stream::new(3, "policy");
        let places = PlaceTable::modelled();
        let policy = Policy::Cloudflare(steering);
        let seen: BTreeSet<usize> = (0..200)
            .map(|_| {
                policy
                    .decide(&pool, &from(asker), &places, &mut random)
                    .chosen[0]
                    + 1
            })
            .collect();
        let seen: Vec<usize> = seen.into_iter().collect();
        assert_eq!(seen, expected, "{steering:?} {asker} with {down:?} down");
    }
}

#[test]
fn cloudflare_looks_at_client_subnet_for_proximity_only() {
    let asker = Asker::with_subnet(
        ASHBURN.parse().expect("an address"),
        "198.51.100.0/24".parse().expect("a network"),
    );
    let of = |steering| {
        let decision = decide(&Policy::Cloudflare(steering), &pool(pools()), &asker);
        (decision.chosen[0], decision.scope)
    };
    assert_eq!(of(Steering::Geo), (2, Some(0)));
    assert_eq!(of(Steering::Proximity), (1, Some(24)));
}

#[test]
fn groups_are_kept_together_and_the_first_can_be_selected() {
    let grouped = |last, group: &str| Endpoint {
        group: group.to_owned(),
        ..endpoint(last)
    };
    let pool = pool(vec![
        grouped(1, "a"),
        grouped(2, "b"),
        grouped(3, "a"),
        grouped(4, "b"),
    ]);
    let first = Policy::Chain(vec![Filter::SelectFirstGroup]);
    assert_eq!(decide(&first, &pool, &from(NOWHERE)).chosen, [0, 2]);
    let chain = Policy::Chain(vec![Filter::GroupStickyShuffle, Filter::SelectFirstGroup]);
    let askers = (0..50).map(|i| from(&format!("10.0.0.{i}")));
    let seen: BTreeSet<Vec<usize>> = { askers }
        .map(|asker| decide(&chain, &pool, &asker).chosen)
        .collect();
    assert_eq!(seen, BTreeSet::from([vec![0, 2], vec![1, 3]]));
}

#[test]
fn weighted_sticky_shuffle_is_stable_for_an_asker_and_fair_over_many() {
    let pool = weighted_pool(&[1, 3], "--");
    let chain = Policy::Chain(vec![Filter::WeightedStickyShuffle]);
    let first = |asker: &Asker, seed| {
        let mut random = Stream::new(seed, "policy");
        let places = PlaceTable::modelled();
        chain.decide(&pool, asker, &places, &mut random).chosen[0]
    };
    let askers: Vec<Asker> = (0..1000)
        .map(|i| from(&format!("10.0.{}.{}", i / 250, i % 250)))
        .collect();
    assert!({ askers.iter() }.all(|asker| first(asker, 1) == first(asker, 2)));
    let heavy = { askers.iter() }.filter(|asker| first(asker, 1) == 1);
    // Three quarters of 1000, within the 99.9 % interval.
    assert!((704..=796).contains(&heavy.count()));
}

#[test]
fn pulsar_sorts_by_measured_latency_with_the_unmeasured_last() {
    let chain = Policy::Chain(vec![Filter::PulsarSort]);
    let pool = pool(pools());
    assert_eq!(decide(&chain, &pool, &from(ASHBURN)).chosen, [0, 2, 1]);
    assert_eq!(decide(&chain, &pool, &from(NOWHERE)).chosen, [0, 1, 2]);
}

#[test]
fn latency_and_distance_compare_all_where_nothing_is_healthy() {
    let dead = with_down(&pools(), &[0, 1, 2]);
    assert_eq!(decide(&Policy::Latency, &dead, &from(ASHBURN)).chosen, [0]);
    let near = Policy::Geoproximity(BiasFormula::Current);
    let decision = decide(&near, &dead, &from(FRANKFURT));
    assert_eq!(decision.chosen, [1]);
    assert!(decision.steps.contains(&Step::AllUnhealthy));
}
