//! Policies that look at where the asker is.

use super::*;
use crate::engine::Coordinates;

/// A resolver in Ashburn, and addresses of other places in the lab's table.
const ASHBURN: &str = "203.0.113.100";
const NEW_YORK: &str = "203.0.113.200";
const FRANKFURT: &str = "198.51.100.100";
const SINGAPORE: &str = "192.0.2.100";
const NOWHERE: &str = "10.0.0.1";

fn area(last: u8, area: Area) -> Endpoint {
    Endpoint {
        area,
        ..endpoint(last)
    }
}

fn country(code: &str) -> Area {
    Area::Country(code.to_owned())
}

/// New York, the United States, North America, Europe and the default, in no order of size.
fn areas() -> Vec<Endpoint> {
    vec![
        area(1, Area::Default),
        area(2, Area::Continent(Continent::NorthAmerica)),
        area(
            3,
            Area::Subdivision {
                country: "US".to_owned(),
                subdivision: "NY".to_owned(),
            },
        ),
        area(4, country("US")),
        area(5, Area::Continent(Continent::Europe)),
    ]
}

#[test]
fn the_smallest_area_wins_and_an_unhealthy_one_falls_to_the_next_larger() {
    for (asker, down, expected) in [
        (NEW_YORK, &[][..], &[2][..]),
        (NEW_YORK, &[2], &[3]),
        (NEW_YORK, &[2, 3], &[1]),
        (NEW_YORK, &[1, 2, 3], &[0]),
        (NEW_YORK, &[0, 1, 2, 3], &[2]),
        (NEW_YORK, &[0, 1, 2, 3, 4], &[2]),
        (ASHBURN, &[], &[3]),
        (FRANKFURT, &[], &[4]),
        (FRANKFURT, &[4], &[0]),
        (FRANKFURT, &[0, 4], &[4]),
        (SINGAPORE, &[], &[0]),
        (NOWHERE, &[], &[0]),
    ] {
        let mut pool = pool(areas());
        for &index in down {
            pool.set_health(index, Health::Unhealthy);
        }
        let decision = decide(&Policy::Geolocation, &pool, &from(asker));
        assert_eq!(decision.chosen, expected, "{asker} with {down:?} down");
    }
}

#[test]
fn with_nothing_healthy_around_the_asker_the_smallest_area_answers_all_the_same() {
    // Europe is dead, there is no default, and America is well: Europe's record it is.
    let mut pool = pool(areas().split_off(1));
    pool.set_health(3, Health::Unhealthy);
    let decision = decide(&Policy::Geolocation, &pool, &from(FRANKFURT));
    assert_eq!(decision.chosen, [3]);
    let europe = Area::Continent(Continent::Europe);
    let last = decision.steps.last();
    assert_eq!(last, Some(&Step::SmallestAreaAnswers(europe)));
}

#[test]
fn without_a_default_an_asker_in_no_area_gets_no_records() {
    let pool = pool(areas().split_off(1));
    for asker in [SINGAPORE, NOWHERE] {
        let decision = decide(&Policy::Geolocation, &pool, &from(asker));
        assert_eq!(decision.rrset(&pool), None);
        assert_eq!(decision.steps.last(), Some(&Step::NoAreaMatched));
    }
}

#[test]
fn the_told_network_decides_and_else_the_resolver() {
    let pool = pool(areas());
    let ashburn = ASHBURN.parse().expect("an address");
    let told = |network: &str| {
        let asker = Asker::with_subnet(ashburn, network.parse().expect("a network"));
        decide(&Policy::Geolocation, &pool, &asker)
    };
    let plain = decide(&Policy::Geolocation, &pool, &from(ASHBURN));
    assert_eq!((&plain.chosen[..], plain.scope), (&[3][..], None));
    let berlin = told("198.51.100.0/24");
    assert_eq!((&berlin.chosen[..], berlin.scope), (&[4][..], Some(24)));
    let hidden = told("0.0.0.0/0");
    assert_eq!((&hidden.chosen[..], hidden.scope), (&[3][..], Some(0)));
}

#[test]
fn an_answer_that_is_the_same_everywhere_has_scope_zero() {
    let asker = Asker::with_subnet(
        ASHBURN.parse().expect("an address"),
        "198.51.100.0/24".parse().expect("a network"),
    );
    let pool = weighted_pool(&[1, 1], "HH");
    for policy in [Policy::Weighted, Policy::Multivalue, Policy::Failover] {
        assert_eq!(decide(&policy, &pool, &asker).scope, Some(0));
    }
    let sticky = Policy::Chain(vec![Filter::StickyShuffle]);
    assert_eq!(decide(&sticky, &pool, &asker).scope, Some(24));
}

#[test]
fn bias_formulas_agree_on_the_guides_example_and_differ_below_zero() {
    for formula in [BiasFormula::Current, BiasFormula::Older] {
        assert!((formula.apply(150.0, 50) - 75.0).abs() < 1e-9);
        assert!((formula.apply(100.0, 0) - 100.0).abs() < 1e-9);
        assert!(formula.apply(150.0, 50) < formula.apply(100.0, 0));
    }
    assert!((BiasFormula::Current.apply(100.0, -50) - 150.0).abs() < 1e-9);
    assert!((BiasFormula::Older.apply(100.0, -50) - 200.0).abs() < 1e-9);
}

/// An endpoint on Frankfurt's meridian, so many kilometers north of it.
fn north_of_frankfurt(last: u8, km: f64, bias: i8) -> Endpoint {
    Endpoint {
        coordinates: Some(Coordinates {
            // The length of a degree of the meridian on a globe of 6371 km radius.
            latitude: 50.11 + km / 111.195,
            longitude: 8.68,
        }),
        bias,
        ..endpoint(last)
    }
}

#[test]
fn geoproximity_prefers_150_km_with_bias_50_to_100_km() {
    let policy = Policy::Geoproximity(BiasFormula::Current);
    let near = north_of_frankfurt(2, 100.0, 0);
    let plain = pool(vec![north_of_frankfurt(1, 150.0, 0), near.clone()]);
    assert_eq!(decide(&policy, &plain, &from(FRANKFURT)).chosen, [1]);
    let biased = pool(vec![north_of_frankfurt(1, 150.0, 50), near]);
    let decision = decide(&policy, &biased, &from(FRANKFURT));
    assert_eq!(decision.chosen, [0]);
    let measured = decision.steps.iter().find_map(|step| match step {
        Step::Measured {
            endpoint: 0,
            distance_km,
            biased_km,
        } => Some((*distance_km, *biased_km)),
        _ => None,
    });
    let (distance_km, biased_km) = measured.expect("it was measured");
    assert!((distance_km - 150.0).abs() < 0.01 && (biased_km - 75.0).abs() < 0.01);
}

#[test]
fn the_two_bias_formulas_can_choose_differently() {
    // 100 km at -50 counts 150 km by one formula and 200 km by the other.
    let pool = pool(vec![
        north_of_frankfurt(1, 100.0, -50),
        north_of_frankfurt(2, 170.0, 0),
    ]);
    let chosen = |formula| {
        let policy = Policy::Geoproximity(formula);
        decide(&policy, &pool, &from(FRANKFURT)).chosen
    };
    assert_eq!(chosen(BiasFormula::Current), [0]);
    assert_eq!(chosen(BiasFormula::Older), [1]);
}

#[test]
fn nearest_passes_over_what_is_down_or_at_an_unknown_place() {
    let mut down = north_of_frankfurt(1, 10.0, 0);
    down.health = Health::Unhealthy;
    let pool = pool(vec![down, endpoint(2), north_of_frankfurt(3, 500.0, 0)]);
    let policy = Policy::Geoproximity(BiasFormula::Current);
    let decision = decide(&policy, &pool, &from(FRANKFURT));
    assert_eq!(decision.chosen, [2]);
    for (endpoint, reason) in [(0, Reason::Unhealthy), (1, Reason::NoCoordinates)] {
        let step = Step::LeftOut { endpoint, reason };
        assert!(decision.steps.contains(&step));
    }
    // From nowhere there is nothing to compare: the first healthy one.
    assert_eq!(decide(&policy, &pool, &from(NOWHERE)).chosen, [1]);
    let closest = Policy::PowerDns(Pick::Closest);
    assert_eq!(decide(&closest, &pool, &from(FRANKFURT)).chosen, [0]);
}

#[test]
fn latency_takes_the_quickest_even_if_it_is_farther() {
    let timed = |last, km, ms| {
        let mut endpoint = north_of_frankfurt(last, km, 0);
        endpoint.latency_ms.insert("eu-central".to_owned(), ms);
        endpoint
    };
    let mut pool = pool(vec![
        timed(1, 100.0, 40.0),
        timed(2, 900.0, 15.0),
        endpoint(3),
    ]);
    let decision = decide(&Policy::Latency, &pool, &from(FRANKFURT));
    assert_eq!(decision.chosen, [1]);
    pool.set_health(1, Health::Unhealthy);
    assert_eq!(
        decide(&Policy::Latency, &pool, &from(FRANKFURT)).chosen,
        [0]
    );
    // Nothing is measured from there.
    let decision = decide(&Policy::Latency, &pool, &from(SINGAPORE));
    assert_eq!(decision.chosen, [0]);
    assert!(decision.steps.contains(&Step::NothingToCompare));
}
