//! What holds for every pool, asker and seed.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;

prop_compose! {
    fn any_endpoint()(
        last in 1..=254_u8,
        weight in prop_oneof![Just(0_u32), 0..=255_u32],
        priority in 1..=3_u32,
        health in prop_oneof![
            Just(Health::Healthy),
            Just(Health::Unhealthy),
            Just(Health::Unchecked),
        ],
        area in prop_oneof![
            Just(Area::Default),
            Just(Area::Country("DE".to_owned())),
            Just(Area::Continent(Continent::Europe)),
        ],
        latitude in prop::option::of(-90.0..=90.0_f64),
        bias in -99..=99_i8,
    ) -> Endpoint {
        let coordinates = latitude.map(|latitude| crate::engine::Coordinates {
            latitude,
            longitude: 10.0,
        });
        Endpoint { weight, priority, health, area, coordinates, bias, ..endpoint(last) }
    }
}

prop_compose! {
    fn any_pool()(endpoints in prop::collection::vec(any_endpoint(), 0..20)) -> Pool {
        pool(endpoints)
    }
}

fn any_asker() -> impl Strategy<Value = Asker> {
    let address = prop_oneof![
        Just("198.51.100.100"),
        Just("203.0.113.100"),
        Just("10.0.0.1"),
    ];
    (address, any::<u16>()).prop_map(|(address, turn)| Asker {
        turn,
        ..from(address)
    })
}

fn any_told() -> impl Strategy<Value = Option<crate::dns::Subnet>> {
    let networks = prop_oneof![
        Just("203.0.113.0/24"),
        Just("10.1.0.0/16"),
        Just("0.0.0.0/0")
    ];
    let told = networks.prop_map(|text| crate::dns::Subnet::of(text.parse().expect("a network")));
    prop::option::of(told)
}

/// The presets, and what no preset has.
fn every_kind() -> Vec<Policy> {
    let mut all: Vec<Policy> = presets().into_iter().map(|preset| preset.policy).collect();
    let orders = [
        Order::Fixed,
        Order::Random,
        Order::Cyclic,
        Order::WeightedFirst,
    ];
    all.extend(orders.map(Policy::Simple));
    let picks = [Pick::Random, Pick::WeightedRandom, Pick::Closest];
    all.extend(picks.map(Policy::PowerDns));
    let answers = [WeightedAnswer::Single, WeightedAnswer::Multi];
    all.extend(answers.map(Policy::GdnsdWeighted));
    all.push(Policy::Chain(vec![
        Filter::Up,
        Filter::WeightedShuffle,
        Filter::ShedLoad,
        Filter::SelectFirstN(2),
    ]));
    all
}

proptest! {
    #[test]
    fn the_same_seed_gives_the_same_decision(
        pool in any_pool(), asker in any_asker(), seed: u64,
    ) {
        let places = PlaceTable::modelled();
        for preset in presets() {
            let run = || {
                let mut random = Stream::new(seed, "policy");
                preset.policy.decide(&pool, &asker, &places, &mut random)
            };
            prop_assert_eq!(run(), run());
        }
    }

    #[test]
    fn a_decision_is_the_same_whether_it_is_told_or_not(
        pool in any_pool(), asker in any_asker(), told in any_told(), seed: u64,
    ) {
        let places = PlaceTable::modelled();
        let asker = Asker { subnet: told, ..asker };
        let mut chosen = vec![77, 78];
        for policy in every_kind() {
            let mut random = Stream::new(seed, "policy");
            let mut quiet = random.clone();
            let decision = policy.decide(&pool, &asker, &places, &mut random);
            let (ttl, scope) = policy.choose(&pool, &asker, &places, &mut quiet, &mut chosen);
            prop_assert_eq!(&decision.chosen, &chosen, "{:?}", policy);
            prop_assert_eq!((decision.ttl, decision.scope), (ttl, scope), "{:?}", policy);
            prop_assert_eq!(random.next_u32(), quiet.next_u32(), "{:?}", policy);
        }
    }

    #[test]
    fn no_endpoint_is_answered_twice_and_none_that_is_not_there(
        pool in any_pool(), asker in any_asker(),
    ) {
        for preset in presets() {
            let chosen = decide(&preset.policy, &pool, &asker).chosen;
            let different: BTreeSet<usize> = chosen.iter().copied().collect();
            prop_assert_eq!(different.len(), chosen.len());
            prop_assert!(chosen.iter().all(|&index| index < pool.endpoints().len()));
        }
    }

    #[test]
    fn multivalue_never_answers_more_than_eight_and_fills_the_answer(
        pool in any_pool(), asker in any_asker(),
    ) {
        let endpoints = pool.endpoints();
        let healthy = endpoints.iter().filter(|e| e.health.is_usable()).count();
        let there = if healthy == 0 { endpoints.len() } else { healthy };
        let chosen = decide(&Policy::Multivalue, &pool, &asker).chosen;
        prop_assert_eq!(chosen.len(), there.min(8));
    }

    #[test]
    fn nothing_unhealthy_is_answered_while_something_healthy_is_there(
        pool in any_pool(), asker in any_asker(),
    ) {
        let is_any_healthy = pool.endpoints().iter().any(|e| e.health.is_usable());
        for policy in [
            Policy::Weighted,
            Policy::Failover,
            Policy::Multivalue,
            Policy::Geoproximity(BiasFormula::Current),
            Policy::Latency,
        ] {
            for index in decide(&policy, &pool, &asker).chosen {
                let is_usable = pool.endpoints()[index].health.is_usable();
                prop_assert!(is_usable || !is_any_healthy, "{:?}", policy);
            }
        }
    }

    #[test]
    fn geolocation_answers_the_unhealthy_only_where_nothing_healthy_is_for_the_asker(
        pool in any_pool(), asker in any_asker(),
    ) {
        let decision = decide(&Policy::Geolocation, &pool, &asker);
        let is_last_resort = { decision.steps.iter() }
            .any(|step| matches!(step, Step::SmallestAreaAnswers(_)));
        for index in decision.chosen {
            let is_usable = pool.endpoints()[index].health.is_usable();
            prop_assert!(is_usable != is_last_resort);
        }
        // The default is for everybody.
        let is_default_well = { pool.endpoints().iter() }
            .any(|e| e.area == Area::Default && e.health.is_usable());
        prop_assert!(!(is_last_resort && is_default_well));
    }

    #[test]
    fn no_text_makes_the_reader_of_tables_panic(text in ".{0,300}") {
        let heading = "network,continent,country,subdivision,region,latitude,longitude";
        let read = PlaceTable::parse(&format!("{heading}\n{text}"));
        if let Err(error) = read {
            prop_assert!(error.line >= 1 && !error.to_string().is_empty());
        }
    }
}
