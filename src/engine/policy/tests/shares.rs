//! How often each value is drawn: within the 99 % interval of the binomial distribution.

use super::*;

/// Answers drawn for one share. AWS advises more than 10,000 to test a weighted policy.
const RUNS: usize = 40_000;

/// Checks that `times` of [`RUNS`] agrees with a chance.
fn assert_share(times: usize, chance: f64) {
    let runs = RUNS as f64;
    let deviation = (chance * (1.0 - chance) / runs).sqrt();
    let off = (times as f64 / runs - chance).abs();
    assert!(
        off <= 2.576 * deviation,
        "{times} of {RUNS} is not {chance} within {}",
        2.576 * deviation
    );
}

#[test]
fn weights_1_and_255_answer_one_and_255_of_256_times() {
    let (first, _) = count(&Policy::Weighted, &weighted_pool(&[1, 255], "--"), RUNS);
    assert_share(first[0], 1.0 / 256.0);
    assert_eq!(first[0] + first[1], RUNS);
}

#[test]
fn weights_share_among_the_healthy_in_their_proportion() {
    let pool = weighted_pool(&[10, 20, 30], "HUH");
    let (first, _) = count(&Policy::Weighted, &pool, RUNS);
    assert_share(first[0], 0.25);
    assert_eq!(first[1], 0);
}

#[test]
fn random_order_puts_each_of_three_first_a_third_of_the_time() {
    let pool = weighted_pool(&[1, 1, 1], "---");
    let (first, _) = count(&Policy::Simple(Order::Random), &pool, RUNS);
    for times in first {
        assert_share(times, 1.0 / 3.0);
    }
}

#[test]
fn multivalue_draws_eight_of_ten_evenly() {
    let (_, any) = count(
        &Policy::Multivalue,
        &weighted_pool(&[1; 10], "HHHHHHHHHH"),
        RUNS,
    );
    for times in any {
        assert_share(times, 0.8);
    }
}

#[test]
fn gdnsd_multi_includes_each_by_its_share_of_the_largest_weight() {
    let policy = Policy::GdnsdWeighted(WeightedAnswer::Multi);
    let (_, any) = count(&policy, &weighted_pool(&[45, 60, 60], "HHH"), RUNS);
    assert_share(any[0], 0.75);
    assert_eq!(any[1..], [RUNS, RUNS]);
}

#[test]
fn coredns_moves_one_to_the_top_by_weight_and_keeps_the_rest() {
    let pool = weighted_pool(&[1, 1, 2], "---");
    let policy = Policy::Simple(Order::WeightedFirst);
    let (first, any) = count(&policy, &pool, RUNS);
    assert_share(first[2], 0.5);
    assert_eq!(any, [RUNS; 3]);
}

#[test]
fn pickwrandom_draws_by_weight_and_pickrandom_does_not() {
    let pool = weighted_pool(&[1, 3], "--");
    let (first, _) = count(&Policy::PowerDns(Pick::WeightedRandom), &pool, RUNS);
    assert_share(first[0], 0.25);
    let (first, _) = count(&Policy::PowerDns(Pick::Random), &pool, RUNS);
    assert_share(first[0], 0.5);
}

#[test]
fn weighted_shuffle_puts_each_on_top_by_its_weight() {
    let policy = Policy::Chain(vec![Filter::WeightedShuffle]);
    let (first, any) = count(&policy, &weighted_pool(&[1, 2, 5, 0], "----"), RUNS);
    assert_share(first[0], 0.125);
    assert_share(first[1], 0.25);
    assert_eq!((first[3], any[3]), (0, RUNS));
}

#[test]
fn load_is_shed_in_a_straight_line_between_the_watermarks() {
    let loaded = |current| Endpoint {
        load: Some(Load {
            current,
            low_watermark: 80.0,
            high_watermark: 90.0,
        }),
        ..endpoint(1)
    };
    let pool = pool([80.0, 82.0, 87.0, 90.0].map(loaded).to_vec());
    let (_, any) = count(&Policy::Chain(vec![Filter::ShedLoad]), &pool, RUNS);
    assert_eq!((any[0], any[3]), (RUNS, 0));
    assert_share(any[1], 0.8);
    assert_share(any[2], 0.3);
}
