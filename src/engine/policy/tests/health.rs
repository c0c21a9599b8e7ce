//! The rules for health: truth tables, and what happens if nothing is healthy.

use super::*;

#[test]
fn zero_weights_follow_the_truth_table_of_route_53() {
    for (health, expected) in [
        ("HHH", &[1, 2][..]),
        ("HH-", &[1, 2]),
        ("HHU", &[1, 2]),
        ("UHU", &[2]),
        ("UHH", &[2]),
        ("UH-", &[2]),
        ("UUH", &[3]),
        ("UU-", &[3]),
        ("UUU", &[1, 2]),
    ] {
        let pool = weighted_pool(&[1, 1, 0], health);
        assert_eq!(answering(&Policy::Weighted, &pool), expected, "{health}");
    }
}

#[test]
fn weights_that_are_all_zero_are_equal() {
    let pool = weighted_pool(&[0, 0, 0], "HUH");
    assert_eq!(answering(&Policy::Weighted, &pool), [1, 3]);
    let decision = decide(&Policy::Weighted, &pool, &from("192.0.2.1"));
    assert!(decision.steps.contains(&Step::AllWeightsZero));
}

#[test]
fn weighted_with_nothing_healthy_counts_all_as_healthy_and_says_so() {
    let pool = weighted_pool(&[3, 1], "UU");
    assert_eq!(answering(&Policy::Weighted, &pool), [1, 2]);
    let decision = decide(&Policy::Weighted, &pool, &from("192.0.2.1"));
    assert_eq!(decision.steps[0], Step::AllUnhealthy);
}

#[test]
fn zero_weights_in_play_are_told() {
    let pool = weighted_pool(&[1, 0], "UH");
    let decision = decide(&Policy::Weighted, &pool, &from("192.0.2.1"));
    let left_out = Step::LeftOut {
        endpoint: 0,
        reason: Reason::Unhealthy,
    };
    assert_eq!(decision.chosen, [1]);
    assert_eq!(decision.steps[..2], [left_out, Step::ZeroWeightsInPlay]);
}

#[test]
fn failover_answers_the_primary_unless_only_the_secondary_is_healthy() {
    for (health, expected) in [
        ("HH", 0),
        ("HU", 0),
        ("-U", 0),
        ("UH", 1),
        ("U-", 1),
        ("UU", 0),
    ] {
        let mut endpoints = weighted_pool(&[1, 1], health).endpoints().to_vec();
        endpoints[1].priority = 2;
        let decision = decide(&Policy::Failover, &pool(endpoints), &from("192.0.2.1"));
        assert_eq!(decision.chosen, [expected], "{health}");
        let fell_back = Step::RankAnswers {
            priority: 2,
            is_fallback: true,
        };
        assert_eq!(decision.steps.contains(&fell_back), expected == 1);
    }
}

#[test]
fn simple_answers_all_values_whatever_their_health() {
    let pool = weighted_pool(&[1, 1, 1], "HUU");
    let random = Policy::Simple(Order::Random);
    assert_eq!(answering(&random, &pool), [1, 2, 3]);
    let decision = decide(&random, &pool, &from("192.0.2.1"));
    assert_eq!(decision.chosen.len(), 3);
}

#[test]
fn cyclic_order_turns_with_the_asker() {
    let pool = weighted_pool(&[1, 1, 1], "HHH");
    let turned = |turn| {
        let asker = Asker {
            turn,
            ..from("192.0.2.1")
        };
        decide(&Policy::Simple(Order::Cyclic), &pool, &asker).chosen
    };
    assert_eq!(turned(0), [0, 1, 2]);
    assert_eq!(turned(1), [1, 2, 0]);
    assert_eq!(turned(65_535), [0, 1, 2], "65535 is a multiple of 3");
}

#[test]
fn multivalue_answers_the_unhealthy_only_if_nothing_else_is_there() {
    let some = weighted_pool(&[1; 10], "UUUUUUUUH-");
    assert_eq!(answering(&Policy::Multivalue, &some), [9, 10]);
    let none = weighted_pool(&[1; 10], "UUUUUUUUUU");
    let decision = decide(&Policy::Multivalue, &none, &from("192.0.2.1"));
    assert_eq!(decision.chosen.len(), 8);
    assert_eq!(answering(&Policy::Multivalue, &none).len(), 10);
}

#[test]
fn gdnsd_takes_all_as_up_below_half_of_the_weight() {
    let single = Policy::GdnsdWeighted(WeightedAnswer::Single);
    // Half of 5 rounded up is 3: a live weight of 3 is enough, 2 is not.
    assert_eq!(answering(&single, &weighted_pool(&[3, 2], "HU")), [1]);
    let pool = weighted_pool(&[3, 2], "UH");
    assert_eq!(answering(&single, &pool), [1, 2]);
    let step = &decide(&single, &pool, &from("192.0.2.1")).steps[0];
    assert_eq!(*step, Step::BelowThreshold { up: 2, needed: 3 });
}

#[test]
fn multifo_needs_two_of_three_and_halves_the_ttl_while_one_is_down() {
    for (health, expected, ttl) in [
        ("HHH", &[0, 1, 2][..], 60),
        ("UHH", &[1, 2], 30),
        ("UUH", &[0, 1, 2], 30),
        ("UUU", &[0, 1, 2], 30),
    ] {
        let pool = weighted_pool(&[1, 1, 1], health);
        let decision = decide(&Policy::GdnsdMultifo, &pool, &from("192.0.2.1"));
        assert_eq!(decision.chosen, expected, "{health}");
        assert_eq!(decision.ttl, Ttl::from_secs(ttl), "{health}");
    }
}

#[test]
fn an_empty_pool_gives_an_empty_answer() {
    let empty = pool(Vec::new());
    for preset in presets() {
        let decision = decide(&preset.policy, &empty, &from("198.51.100.100"));
        assert_eq!(decision.rrset(&empty), None, "{}", preset.id);
    }
}
