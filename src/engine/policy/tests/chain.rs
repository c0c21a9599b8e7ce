//! The filter chain: the list after each filter.

use super::*;
use crate::engine::Coordinates;

/// The list after each filter.
fn lists(filters: &[Filter], pool: &Pool, asker: &Asker) -> Vec<Vec<usize>> {
    let decision = decide(&Policy::Chain(filters.to_vec()), pool, asker);
    let steps = decision.steps.into_iter().filter_map(|step| match step {
        Step::Filtered { after, .. } => Some(after),
        _ => None,
    });
    steps.collect()
}

/// Four endpoints; the third is down.
fn four() -> Vec<Endpoint> {
    let set = |last, priority, cost| Endpoint {
        priority,
        cost,
        ..endpoint(last)
    };
    let mut endpoints = vec![
        set(1, 3, 1.0),
        set(2, 2, 5.0),
        set(3, 1, 2.0),
        set(4, 2, 2.0),
    ];
    endpoints[2].health = Health::Unhealthy;
    endpoints
}

#[test]
fn the_list_is_seen_after_each_filter() {
    let asker = from("198.51.100.100");
    let filters = [Filter::Up, Filter::Priority, Filter::SelectFirstN(1)];
    let seen = lists(&filters, &pool(four()), &asker);
    assert_eq!(seen, [vec![0, 1, 3], vec![1, 3, 0], vec![1]]);
    // In another order the same filters give another answer.
    let filters = [Filter::Priority, Filter::SelectFirstN(1), Filter::Up];
    let seen = lists(&filters, &pool(four()), &asker);
    assert_eq!(seen, [vec![2, 1, 3, 0], vec![2], vec![]]);
    let seen = lists(&[Filter::Cost], &pool(four()), &asker);
    assert_eq!(seen, [vec![0, 2, 3, 1]]);
}

#[test]
fn each_filter_takes_what_the_one_before_it_left() {
    let filters = [Filter::Shuffle, Filter::Up, Filter::SelectFirstN(2)];
    let chain = Policy::Chain(filters.to_vec());
    let decision = decide(&chain, &pool(four()), &from("198.51.100.100"));
    let mut last = vec![0, 1, 2, 3];
    for step in &decision.steps {
        if let Step::Filtered { before, after, .. } = step {
            assert_eq!(*before, last);
            last.clone_from(after);
        }
    }
    assert_eq!(decision.chosen, last);
}

#[test]
fn sticky_shuffle_is_the_same_for_one_asker_whatever_the_stream() {
    let pool = pool((1..=6).map(endpoint).collect());
    let chain = Policy::Chain(vec![Filter::StickyShuffle]);
    let order = |asker: &Asker, seed| {
        let mut random = Stream::new(seed, "policy");
        chain
            .decide(&pool, asker, &PlaceTable::modelled(), &mut random)
            .chosen
    };
    let askers: Vec<Asker> = (0..50).map(|i| from(&format!("10.0.0.{i}"))).collect();
    for asker in &askers {
        assert_eq!(order(asker, 1), order(asker, 2));
    }
    let firsts = askers.iter().map(|asker| order(asker, 1)[0]);
    let firsts: std::collections::BTreeSet<usize> = firsts.collect();
    assert_eq!(firsts.len(), 6, "different askers get different tops");
}

#[test]
fn sticky_goes_by_the_told_network_and_not_by_the_resolver() {
    let pool = pool((1..=6).map(endpoint).collect());
    let chain = Policy::Chain(vec![Filter::StickyShuffle]);
    let network = "198.51.100.0/24".parse().expect("a network");
    let told = |resolver: &str| {
        let resolver = resolver.parse().expect("an address");
        decide(&chain, &pool, &Asker::with_subnet(resolver, network)).chosen
    };
    assert_eq!(told("10.0.0.1"), told("10.0.0.2"));
}

#[test]
fn geotarget_sorts_by_distance_and_leaves_unknown_askers_alone() {
    let at = |last, latitude, longitude| Endpoint {
        coordinates: Some(Coordinates {
            latitude,
            longitude,
        }),
        ..endpoint(last)
    };
    // Unknown, Sydney, Paris, Ashburn.
    let pool = pool(vec![
        endpoint(1),
        at(2, -33.87, 151.21),
        at(3, 48.86, 2.35),
        at(4, 39.04, -77.49),
    ]);
    let seen = |asker: &str| lists(&[Filter::Geotarget], &pool, &from(asker));
    assert_eq!(seen("198.51.100.100"), [[2, 3, 1, 0]]);
    assert_eq!(seen("192.0.2.100"), [[1, 2, 3, 0]]);
    assert_eq!(seen("10.0.0.1"), [[0, 1, 2, 3]]);
}

#[test]
fn fences_keep_answers_without_an_area_unless_told_to_remove_them_on_a_match() {
    let in_area = |last, area| Endpoint {
        area,
        ..endpoint(last)
    };
    let pool = pool(vec![
        in_area(1, Area::Country("DE".to_owned())),
        in_area(2, Area::Country("US".to_owned())),
        in_area(3, Area::Default),
        in_area(4, Area::Continent(Continent::Asia)),
    ]);
    let fenced = |by, remove_rest, asker: &str| {
        lists(&[Filter::Geofence { by, remove_rest }], &pool, &from(asker)).remove(0)
    };
    let (german, asian, nowhere) = ("198.51.100.100", "192.0.2.100", "10.0.0.1");
    assert_eq!(fenced(FenceBy::Country, false, german), [0, 2, 3]);
    assert_eq!(fenced(FenceBy::Country, true, german), [0]);
    assert_eq!(fenced(FenceBy::Country, true, asian), [2, 3]);
    assert_eq!(fenced(FenceBy::Country, true, nowhere), [2, 3]);
    assert_eq!(fenced(FenceBy::Continent, false, german), [0, 1, 2]);
    assert_eq!(fenced(FenceBy::Continent, true, asian), [3]);
}

#[test]
fn netfence_goes_by_networks() {
    let of = |last, networks: &[&str]| {
        let networks = networks.iter().map(|n| n.parse().expect("a network"));
        Endpoint {
            networks: networks.collect(),
            ..endpoint(last)
        }
    };
    let pool = pool(vec![
        of(1, &["10.0.0.0/8", "172.16.0.0/12"]),
        of(2, &["192.168.0.0/16"]),
        of(3, &[]),
    ]);
    let fenced = |remove_rest, asker: &str| {
        lists(&[Filter::Netfence { remove_rest }], &pool, &from(asker)).remove(0)
    };
    assert_eq!(fenced(false, "172.20.0.1"), [0, 2]);
    assert_eq!(fenced(true, "172.20.0.1"), [0]);
    assert_eq!(fenced(true, "203.0.113.1"), [2]);
}
