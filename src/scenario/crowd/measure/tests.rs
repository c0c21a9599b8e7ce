use std::net::IpAddr;

use super::*;
use crate::engine::SimDuration;
use crate::engine::population::{Bin, LATENCY_CLASSES, Series, latency_class};
use crate::scenario::Figure;
use crate::scenario::crowd::{Crowd, crowd_source};

/// The canary's crowd with two changes.
fn crowd() -> Crowd {
    let mut crowd = crowd_source("canary").expect("it ships").base;
    for (at, act) in [(60, "replace stable canary"), (120, "ttl 30")] {
        let act = super::super::act::parse_crowd_act(act, &crowd).expect("an act");
        crowd.timeline.push(super::super::CrowdChange {
            at: SimTime::ZERO + SimDuration::from_secs(at),
            provider: None,
            act,
            is_on: true,
        });
    }
    crowd.duration = SimDuration::from_secs(210);
    crowd.price_per_million = 0.5;
    crowd
}

/// Four bins of a minute, the last of half a minute, that can be counted by hand.
fn series() -> Series {
    let bin = |stable: u64, canary: u64, stale: u64, dead: u64| {
        let requests = stable + canary;
        let mut latency = vec![0; LATENCY_CLASSES];
        latency[latency_class(10.0)] = requests / 2;
        latency[latency_class(100.0)] = requests - requests / 2;
        Bin {
            requests,
            by_group: vec![vec![stable, canary]],
            fetches: vec![stable / 10, canary / 10],
            stale,
            dead,
            browser_hits: requests / 5,
            stub_hits: requests / 5,
            resolver_queries: requests - 2 * (requests / 5),
            resolver_hits: requests / 2,
            provider_queries: vec![requests / 10],
            latency,
            ..Bin::default()
        }
    };
    let addresses: [IpAddr; 2] = [[198, 51, 100, 10].into(), [198, 51, 100, 11].into()];
    Series {
        bin: SimDuration::from_secs(60),
        addresses: addresses.to_vec(),
        bins: vec![
            bin(100, 0, 0, 0),
            bin(60, 40, 60, 20),
            bin(10, 90, 10, 0),
            bin(0, 50, 0, 0),
        ],
        verdicts: vec![(30.0, 0, false), (85.5, 0, false), (150.0, 0, true)],
        ..Series::default()
    }
}

fn find(text: &str) -> Figure {
    let crowd = crowd();
    let measure = CrowdMeasure::parse(text, &crowd).expect("a figure");
    measure.evaluate(&crowd, &series())
}

fn seconds(seconds: f64) -> Figure {
    Figure::Time(SimDuration::from_secs_f64(seconds))
}

#[test]
fn shares_are_those_of_the_span_and_of_the_clients() {
    assert_eq!(find("share canary"), Figure::Share(180.0 / 350.0));
    assert_eq!(find("share canary from 60s to 120s"), Figure::Share(0.4));
    assert_eq!(
        find("share canary in users from 2m"),
        Figure::Share(140.0 / 150.0)
    );
    assert_eq!(
        find("fetch-share stable from 1m"),
        Figure::Share(7.0 / 25.0)
    );
    assert_eq!(find("share canary from 9m"), Figure::Never);
    assert_eq!(find("deviation to 60s"), Figure::Share(0.5));
}

#[test]
fn trouble_is_counted_from_the_first_change() {
    assert_eq!(find("stale-share"), Figure::Share(70.0 / 350.0));
    assert_eq!(find("last-stale"), seconds(120.0));
    assert_eq!(find("last-dead"), seconds(60.0));
    assert_eq!(find("last-stale after 2"), seconds(60.0));
    assert_eq!(find("last-failed"), seconds(0.0));
    assert_eq!(find("peak-dead"), Figure::Share(0.2));
    assert_eq!(find("lost-share from 1m to 2m"), Figure::Share(0.2));
}

#[test]
fn a_share_has_moved_when_it_stays() {
    assert_eq!(find("moved 40 canary"), seconds(0.0));
    assert_eq!(find("moved 90 canary"), seconds(60.0));
    assert_eq!(find("moved 99 canary"), seconds(120.0));
    assert_eq!(find("moved 50 stable"), Figure::Never);
}

#[test]
fn verdicts_count_from_the_change() {
    assert_eq!(find("detection stable"), seconds(25.5));
    assert_eq!(find("recovery stable"), seconds(90.0));
    assert_eq!(find("recovery stable after 2"), seconds(30.0));
    assert_eq!(find("detection canary"), Figure::Never);
}

#[test]
fn rates_count_the_time_the_last_bin_is_cut_to() {
    // 10 + 10 + 10 + 5 queries in 210 s.
    assert_eq!(find("queries-per-day"), Figure::Count(14_400));
    assert_eq!(find("queries-per-month"), Figure::Count(432_000));
    assert_eq!(find("cost-per-month"), Figure::Dollars(0.216));
    assert_eq!(find("requests"), Figure::Count(350));
    assert_eq!(find("fetches"), Figure::Count(35));
}

#[test]
fn caches_are_told_apart_by_tier() {
    assert_eq!(find("hit-ratio browser"), Figure::Share(0.2));
    assert_eq!(find("hit-ratio stub"), Figure::Share(0.25));
    assert_eq!(find("hit-ratio resolver"), Figure::Share(175.0 / 210.0));
    assert_eq!(find("hit-ratio"), Figure::Share(0.9));
}

#[test]
fn latency_is_known_to_the_width_of_a_class() {
    let Figure::Time(half) = find("latency 50") else {
        panic!("no time");
    };
    let millis = half.as_millis_f64();
    assert!((10.0..10.0 * 1.0906).contains(&millis), "{millis}");
    let Figure::Time(most) = find("latency 95") else {
        panic!("no time");
    };
    assert!((100.0..109.1).contains(&most.as_millis_f64()));
}

#[test]
fn figures_that_make_no_sense_are_refused_with_advice() {
    let crowd = crowd();
    for (text, advice) in [
        ("share", "is no figure"),
        ("share nobody", "there is stable, canary"),
        ("share canary in space", "there is users"),
        ("stale-share in users", "drop `in`"),
        ("last-stale after 3", "count from 1, up to 2"),
        ("latency 101", "write 0 to 100"),
        ("requests from", "is no figure"),
        ("requests from soon", "is no time"),
    ] {
        let problem = CrowdMeasure::parse(text, &crowd).expect_err(text);
        assert!(problem.contains(advice), "{text}: {problem}");
    }
}
