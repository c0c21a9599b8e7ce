use super::*;

/// A moment.
fn s(seconds: f64) -> SimTime {
    SimTime::ZERO + SimDuration::from_secs_f64(seconds)
}

fn preset(id: &str) -> HealthCheck {
    let all = check_presets();
    let found = all.iter().find(|preset| preset.id == id);
    found.expect("a preset of this name").check
}

/// Mean and the 5th and 95th percentile of the time from `since` to the first verdict after
/// it, in seconds.
fn delays(
    check: &HealthCheck,
    conditions: &[(SimTime, Condition)],
    since: SimTime,
    healthy: bool,
) -> (f64, f64, f64) {
    let mut random = Stream::new(20, "checks");
    let mut delays: Vec<f64> = (0..4000)
        .map(|_| {
            let verdicts = check.verdicts(&mut random, conditions, s(2000.0));
            let found = verdicts
                .iter()
                .find(|verdict| verdict.at >= since && verdict.healthy == healthy);
            found.expect("a verdict").at.since(since).as_secs_f64()
        })
        .collect();
    delays.sort_by(f64::total_cmp);
    let mean = delays.iter().sum::<f64>() / delays.len() as f64;
    let at = |share: f64| delays[(share * delays.len() as f64) as usize];
    (mean, at(0.05), at(0.95))
}

fn assert_near(found: (f64, f64, f64), mean: f64, low: f64, high: f64) {
    let (m, l, h) = found;
    let is_near = (m - mean).abs() < 0.2 && (l - low).abs() < 0.5 && (h - high).abs() < 0.5;
    assert!(
        is_near,
        "found {found:?}, expected {mean} ({low} to {high})"
    );
}

#[test]
fn route53_notices_refusals_after_the_times_derived_for_it() {
    for (id, mean, low, high) in [
        ("route53-30s", 84.7, 79.7, 88.4),
        ("route53-10s", 28.2, 26.5, 29.5),
    ] {
        let refusing = [(SimTime::ZERO, Condition::Refusing)];
        let found = delays(&preset(id), &refusing, SimTime::ZERO, false);
        assert_near(found, mean, low, high);
    }
}

#[test]
fn route53_notices_silence_after_the_times_derived_for_it() {
    for (id, mean, low, high) in [
        ("route53-30s", 100.0, 94.3, 104.2),
        ("route53-10s", 43.5, 41.2, 45.3),
    ] {
        let silent = [(SimTime::ZERO, Condition::Silent)];
        let found = delays(&preset(id), &silent, SimTime::ZERO, false);
        assert_near(found, mean, low, high);
    }
}

#[test]
fn a_check_of_tcp_alone_waits_longer_for_a_silent_machine() {
    // The 14th of 16 first probes, then two rounds of interval and timeout, and a timeout.
    for (id, interval) in [("route53-tcp-30s", 30.0), ("route53-tcp-10s", 10.0)] {
        let silent = [(SimTime::ZERO, Condition::Silent)];
        let (mean, ..) = delays(&preset(id), &silent, SimTime::ZERO, false);
        let round = interval + 10.0;
        let expected = round * 14.0 / 17.0 + 2.0 * round + 10.0;
        assert!((mean - expected).abs() < 0.2, "{mean}");
    }
}

#[test]
fn checkers_that_met_health_before_notice_silence_a_little_sooner() {
    // Their rounds were 30 s long and not 34 s, so the 14th of 16 first probes comes at
    // 30 s · 14/17 after the crash; two rounds of 34 s and a timeout follow.
    let crash = s(500.0);
    let conditions = [(SimTime::ZERO, Condition::Up), (crash, Condition::Silent)];
    let (mean, ..) = delays(&preset("route53-30s"), &conditions, crash, false);
    let expected = 30.0 * 14.0 / 17.0 + 2.0 * 34.0 + 4.0;
    assert!((mean - expected).abs() < 0.2, "{mean}");
}

#[test]
fn recovery_is_noticed_sooner_than_failure() {
    for (id, mean) in [("route53-30s", 65.3), ("route53-10s", 21.8)] {
        let back = s(500.0);
        let conditions = [(SimTime::ZERO, Condition::Refusing), (back, Condition::Up)];
        let (found, ..) = delays(&preset(id), &conditions, back, true);
        assert!((found - mean).abs() < 0.2, "{found}");
    }
}

#[test]
fn one_prober_takes_no_longer_than_its_rounds() {
    let check = preset("single-30s");
    let mut random = Stream::new(1, "checks");
    for _ in 0..200 {
        let conditions = [
            (SimTime::ZERO, Condition::Up),
            (s(100.0), Condition::Refusing),
        ];
        let verdicts = check.verdicts(&mut random, &conditions, s(1000.0));
        assert_eq!(verdicts.len(), 1);
        assert!(verdicts[0].at >= s(100.0) && verdicts[0].at <= s(130.0));
    }
}

#[test]
fn a_verdict_names_the_probes_that_led_to_it() {
    let check = preset("single-10s");
    let conditions = [
        (SimTime::ZERO, Condition::Up),
        (s(100.0), Condition::Silent),
    ];
    let verdicts = check.verdicts(&mut Stream::new(3, "checks"), &conditions, s(1000.0));
    let probes = &verdicts[0].probes;
    assert_eq!(probes.len(), 3);
    assert_eq!(probes[2].known_at, verdicts[0].at);
    for pair in probes.windows(2) {
        let apart = pair[1].sent_at.since(pair[0].known_at);
        assert_eq!(apart, SimDuration::from_secs(10));
        assert_eq!(
            pair[0].known_at.since(pair[0].sent_at),
            SimDuration::from_secs(4)
        );
    }
}

#[test]
fn an_endpoint_that_comes_back_between_probes_is_never_noticed() {
    let check = preset("single-10s");
    let mut conditions = Vec::new();
    for round in 0..20 {
        // Down for 15 s: one or two probes, never three.
        conditions.push((s(f64::from(round) * 60.0), Condition::Up));
        conditions.push((s(f64::from(round) * 60.0 + 30.0), Condition::Refusing));
        conditions.push((s(f64::from(round) * 60.0 + 45.0), Condition::Up));
    }
    for seed in 0..50 {
        let verdicts = check.verdicts(&mut Stream::new(seed, "checks"), &conditions, s(2000.0));
        assert_eq!(verdicts, []);
    }
}

#[test]
fn gdnsd_adds_up_failures_that_others_forget() {
    // One probe in three fails: 10 s of every 30 s.
    let mut conditions = vec![(SimTime::ZERO, Condition::Up)];
    for round in 0..30 {
        conditions.push((s(f64::from(round) * 30.0 + 10.0), Condition::Refusing));
        conditions.push((s(f64::from(round) * 30.0 + 20.0), Condition::Up));
    }
    let mut random = Stream::new(1, "checks");
    let gdnsd = preset("gdnsd");
    let verdicts = gdnsd.verdicts(&mut random, &conditions, s(2000.0));
    let down: Vec<bool> = verdicts.iter().map(|verdict| verdict.healthy).collect();
    assert_eq!(down, [false, true], "it comes back when the flapping ends");
    assert_eq!(verdicts[0].probes.len(), 10);
    assert!(verdicts[0].at > s(270.0) && verdicts[0].at < s(310.0));
    // Twenty good probes in a row, 10 s apart, after the last failure.
    assert!(verdicts[1].at > s(890.0 + 190.0) && verdicts[1].at < s(890.0 + 200.0));
    let strict = HealthCheck {
        forgive_after: 1,
        ..gdnsd
    };
    assert_eq!(strict.verdicts(&mut random, &conditions, s(2000.0)), []);
}

#[test]
fn ten_good_probes_clear_the_counter_of_gdnsd() {
    // Nine failures, then ten good probes, again and again.
    let mut conditions = vec![(SimTime::ZERO, Condition::Up)];
    for round in 0..5 {
        conditions.push((s(f64::from(round) * 190.0 + 100.0), Condition::Refusing));
        conditions.push((s(f64::from(round) * 190.0 + 190.0), Condition::Up));
    }
    let verdicts = preset("gdnsd").verdicts(&mut Stream::new(1, "checks"), &conditions, s(2000.0));
    assert_eq!(verdicts, []);
}

#[test]
fn powerdns_holds_everything_for_dead_until_its_first_probe() {
    let conditions = [(SimTime::ZERO, Condition::Up)];
    let verdicts = preset("powerdns").verdicts(&mut Stream::new(1, "c"), &conditions, s(100.0));
    assert_eq!(verdicts.len(), 1);
    assert!(verdicts[0].healthy && verdicts[0].at < s(5.0));
}

#[test]
fn cloudflare_tries_again_at_once_before_it_gives_up() {
    let conditions = [
        (SimTime::ZERO, Condition::Up),
        (s(200.0), Condition::Silent),
    ];
    let verdicts = preset("cloudflare").verdicts(&mut Stream::new(1, "c"), &conditions, s(500.0));
    let probe = verdicts[0].probes[0];
    let took = probe.known_at.since(probe.sent_at);
    assert_eq!(took, SimDuration::from_secs(15));
    assert_eq!(verdicts[0].in_favour, 1, "two of three have given up");
}

#[test]
fn more_than_the_share_must_be_in_favour() {
    let check = preset("route53-30s");
    assert!(check.is_enough(3) && !check.is_enough(2));
    let half = HealthCheck {
        checkers: 4,
        healthy_share: 0.5,
        ..check
    };
    assert!(half.is_enough(3) && !half.is_enough(2));
}

#[test]
fn the_last_change_of_mind_comes_within_the_settling_time() {
    for preset in check_presets() {
        for met in [Condition::Refusing, Condition::Silent] {
            let conditions = [(SimTime::ZERO, Condition::Up), (s(1000.0), met)];
            for seed in 0..100 {
                let random = &mut Stream::new(seed, "checks");
                let verdicts = preset.check.verdicts(random, &conditions, s(90_000.0));
                let last = verdicts.last().expect("it goes down");
                assert!(!last.healthy);
                assert!(last.at.since(s(1000.0)) <= preset.check.settling_time());
            }
        }
    }
}

#[test]
fn what_comes_later_does_not_change_what_came_before() {
    let check = preset("route53-10s");
    let conditions = [
        (SimTime::ZERO, Condition::Up),
        (s(100.0), Condition::Silent),
        (s(300.0), Condition::Up),
        (s(301.0), Condition::Refusing),
    ];
    let run = |count: usize| {
        let random = &mut Stream::new(9, "checks");
        check.verdicts(random, &conditions[..count], s(1000.0))
    };
    assert_eq!(run(4), run(4));
    assert_eq!(run(2)[0], run(4)[0]);
}

#[test]
fn to_skip_probes_that_tell_nothing_changes_nothing() {
    // A condition that repeats itself keeps the checker from skipping far.
    let check = preset("route53-30s");
    let plain = [
        (SimTime::ZERO, Condition::Up),
        (s(5000.0), Condition::Silent),
    ];
    let mut chopped: Vec<_> = (0..500)
        .map(|i| (s(f64::from(i) * 10.0), Condition::Up))
        .collect();
    chopped.push(plain[1]);
    let run = |conditions: &[(SimTime, Condition)]| {
        check.verdicts(&mut Stream::new(4, "checks"), conditions, s(6000.0))
    };
    assert_eq!(run(&plain), run(&chopped));
}

#[test]
fn degenerate_checks_come_to_an_end() {
    let conditions = [(SimTime::ZERO, Condition::Silent), (s(1.0), Condition::Up)];
    let nothing = HealthCheck {
        up_after: 0,
        ..HealthCheck::single(SimDuration::ZERO, SimDuration::ZERO, 0)
    };
    let random = &mut Stream::new(1, "checks");
    let verdicts = nothing.verdicts(random, &conditions, SimTime::FAR_FUTURE);
    assert_eq!(verdicts.len(), 2);
    let nobody = HealthCheck {
        checkers: 0,
        ..nothing
    };
    assert_eq!(nobody.verdicts(random, &conditions, s(10.0)), []);
    assert_eq!(nothing.verdicts(random, &[], s(10.0)), []);
}
