//! What the population view promises.

use std::sync::Arc;

use super::*;
use crate::engine::SimDuration;
use crate::engine::population::{Bin, LATENCY_CLASSES, SampledClient, Series, latency_class};
use crate::scenario::crowd::{CrowdSource, crowd_source};
use crate::scene::chart::{Chart, Form, Role, Table};

/// A migration from an old address to a new one, written for these tests.
const MOVE: &str = r#"
format = 1
title = "Move"
about = "A name moves."
seed = 1
duration = "10m"
bin = "1m"

[service]
name = "www.example.com"
ttl = 300
policy = "route53-simple"
price_per_million = 0.4

[[place]]
id = "berlin"
name = "Berlin"
latitude = 52.5
longitude = 13.4

[[endpoint]]
id = "old"
title = "Virginia"
address = "198.51.100.10"
place = "berlin"

[[endpoint]]
id = "new"
title = "Frankfurt"
address = "198.51.100.11"
place = "berlin"
listed = false

[[provider]]
id = "dns"
title = "Authoritative servers"
sites = ["berlin"]

[[resolver]]
id = "isp"
title = "Resolvers"
place = "berlin"
count = 10
network = "198.51.100.0/25"
preset = "unbound"

[[clients]]
id = "users"
title = "Users"
place = "berlin"
count = 1000
network = "203.0.113.0/24"
rate = "1/min"
resolvers = { isp = 1 }
browser = "none"
stub = "none"

[[change]]
at = "2m"
do = "replace old new"

[[knob]]
id = "ttl"
label = "TTL"
target = "ttl"
min = 1
max = 3600

[[chart]]
title = "Where requests go"
show = "addresses"

[[chart]]
title = "Old answers"
show = "stale"
theory = true

[[chart]]
title = "Cost"
show = "cost"

[[chart]]
title = "How long requests take"
show = "latencies"

[[chart]]
title = "Load"
show = "curve ttl queries-per-second"

[[chart]]
title = "By place"
show = "groups"

[[figure]]
id = "left"
title = "Requests at the old address"
find = "share old"
"#;

/// A run in which clients leave Virginia over five minutes, made by hand.
fn run() -> CrowdRun {
    let source = CrowdSource::parse("move", MOVE).expect("a sound file");
    let crowd = source.crowd(&source.opening_knobs());
    let bins = (0..10_u64).map(|minute| {
        let old = match minute {
            0..=1 => 100,
            2..=6 => 100 - 20 * (minute - 1),
            _ => 0,
        };
        let mut latency = vec![0; LATENCY_CLASSES];
        latency[latency_class(20.0)] = 100;
        Bin {
            requests: 100,
            by_group: vec![vec![old, 100 - old]],
            fetches: vec![0, 2],
            stale: if minute >= 2 { old } else { 0 },
            resolver_queries: 100,
            resolver_hits: 98,
            provider_queries: vec![2],
            latency,
            ..Bin::default()
        }
    });
    let series = Series {
        bin: SimDuration::from_secs(60),
        addresses: crowd.population().expect("a population").addresses(),
        bins: bins.collect(),
        sample: vec![
            SampledClient {
                group: 0,
                held: vec![(10.0, Some(0)), (200.0, Some(1))],
            },
            SampledClient {
                group: 0,
                held: vec![(300.0, None)],
            },
        ],
        verdicts: vec![(90.0, 0, false)],
        decisions: 7,
    };
    CrowdRun {
        knobs: source.opening_knobs(),
        seed: 1,
        source: Arc::new(source),
        crowd,
        factor: 1,
        series,
    }
}

#[test]
fn addresses_are_stacked_under_the_names_of_their_machines() {
    let charts = crowd_charts(&run(), &[]);
    let chart = &charts[0];
    assert_eq!(chart.form, Form::Stacked);
    let names: Vec<&str> = chart.lines.iter().map(|line| line.label.as_str()).collect();
    assert_eq!(names, ["Virginia", "Frankfurt"]);
    assert_eq!(chart.lines[0].samples[0].at, 30.0);
    assert_eq!(chart.lines[0].value_at(150.0), Some(0.8));
    let marks: Vec<&str> = chart
        .markers
        .iter()
        .map(|mark| mark.label.as_str())
        .collect();
    assert_eq!(
        marks,
        ["Virginia counts as unhealthy", "Virginia → Frankfurt"]
    );
}

#[test]
fn theory_is_drawn_beside_old_answers_and_falls_to_nothing_after_the_ttl() {
    let charts = crowd_charts(&run(), &[]);
    let theory = charts[1]
        .lines
        .iter()
        .find(|line| line.role == Role::Theory);
    let theory = theory.expect("a curve");
    assert_eq!(theory.value_at(60.0), Some(0.0));
    // λ is 100 clients a resolver at one request a minute, T is 300 s.
    let full = 500.0 / 501.0;
    let half = theory.value_at(120.0 + 150.0).expect("a value");
    assert!((half - full / 2.0).abs() < 0.01, "{half}");
    assert!(theory.value_at(430.0).is_some_and(|value| value < 1e-9));
}

#[test]
fn cost_adds_up_to_the_price_of_all_queries() {
    let charts = crowd_charts(&run(), &[]);
    let last = charts[2].lines[0].samples.last().expect("a sample");
    assert_eq!((last.at, last.value), (600.0, 20.0 / 1e6 * 0.4));
}

#[test]
fn a_figure_against_a_knob_has_a_point_for_each_run_and_a_curve() {
    let run = run();
    let mut past = PastRun::of(&run);
    past.knobs.insert("ttl".into(), 60.0);
    let charts = crowd_charts(&run, &[past]);
    let chart = charts
        .iter()
        .find(|chart| chart.title == "Load")
        .expect("a chart");
    assert_eq!(chart.form, Form::Points);
    assert_eq!(chart.lines[0].samples.len(), 2);
    let formula = chart.lines[1].value_at(300.0).expect("a value");
    let rate = 1000.0 / 60.0 / 10.0;
    assert!((formula - 10.0 * rate / (1.0 + rate * 300.0)).abs() < 1e-3);
}

#[test]
fn groups_are_bars_that_fill_the_whole() {
    let (title, bars) = group_bars(&run()).expect("bars");
    assert_eq!((title.as_str(), bars.len()), ("By place", 1));
    let sum: f64 = bars[0].parts.iter().map(|(_, _, share)| share).sum();
    assert!((sum - 1.0).abs() < 1e-9);
}

#[test]
fn a_dot_looks_like_the_address_its_client_holds() {
    let run = run();
    let counts = |at| {
        let field = dot_field(&run, at, 600.0);
        let counts: Vec<usize> = field.layers.iter().map(|layer| layer.count).collect();
        counts
    };
    // Virginia, Frankfurt, no address, not asked yet.
    assert_eq!(counts(0.0), [0, 0, 0, 2]);
    assert_eq!(counts(10.0), [1, 0, 0, 1]);
    assert_eq!(counts(299.0), [0, 1, 0, 1]);
    assert_eq!(counts(600.0), [0, 1, 1, 0]);
}

#[test]
fn a_thousand_dots_are_a_few_paths_within_the_picture() {
    let mut run = run();
    let client = SampledClient {
        group: 0,
        held: vec![(0.0, Some(0))],
    };
    run.series.sample = vec![client; 1000];
    for width in [320.0, 700.0, 1200.0] {
        let field = dot_field(&run, 1.0, width);
        assert!(field.layers.len() < 8);
        assert!(field.height < 600.0, "{} at {width}", field.height);
        let xs = field.layers[0].path.split('M').skip(1);
        let xs = xs.filter_map(|dot| dot.split(' ').next()?.parse::<f64>().ok());
        assert!(xs.fold(0.0, f64::max) < width);
    }
}

#[test]
fn the_summary_says_when_the_last_client_has_left() {
    let text = crowd_summary(&run()).join(" ");
    assert!(
        text.contains("1\u{202f}000 clients behind 10 resolvers"),
        "{text}"
    );
    assert!(
        text.contains("By 6\u{a0}min the last client has left Virginia."),
        "{text}"
    );
    assert!(
        text.contains(
            "go to an address that is no longer given out, between 2\u{a0}min and 6\u{a0}min"
        ),
        "{text}"
    );
    assert!(!text.contains("left Frankfurt"), "{text}");
}

#[test]
fn what_differs_between_two_runs_is_named() {
    let before = run();
    assert!(changes_between(&before, &before).is_empty());
    let mut after = before.clone();
    after.knobs.insert("ttl".into(), 60.0);
    assert_eq!(changes_between(&before, &after), ["TTL: 5 min → 60 s"]);
    after.seed = 9;
    assert_eq!(changes_between(&before, &after).len(), 2);
}

#[test]
fn figures_are_those_the_file_asks_for() {
    let figures = key_figures(&run());
    assert_eq!(figures[0].title, "Requests at the old address");
    assert!(figures[0].text.contains('%'), "{}", figures[0].text);
}

#[test]
fn every_shipped_scenario_can_be_drawn_before_anything_has_happened() {
    for id in crate::scenario::crowd::crowd_ids() {
        let source = crowd_source(&id).expect("a sound file");
        let run = CrowdRun {
            crowd: source.crowd(&source.opening_knobs()),
            knobs: source.opening_knobs(),
            seed: source.seed,
            factor: 1,
            series: Series::default(),
            source: Arc::new(source.clone()),
        };
        for data in crowd_charts(&run, &[]) {
            let drawn = Chart::draw(&data, 700.0, None);
            assert!(
                drawn.lines.iter().all(|line| !line.path.contains("NaN")),
                "{id}"
            );
            assert!(!Table::of_chart(&data, 10).head.is_empty());
        }
        let _ = (
            crowd_summary(&run),
            key_figures(&run),
            dot_field(&run, 0.0, 400.0),
        );
    }
}

#[test]
fn c13_both_ways_out_of_a_dead_site_are_on_one_chart_and_anycast_ends_first() {
    let source = crowd_source("anycast_and_dns").expect("a sound file");
    let knobs = source.opening_knobs();
    let population = source.build(&knobs).expect("sound");
    let series = population.run(source.seed).expect("it runs");
    for bin in &series.bins {
        assert_eq!(bin.dead_by.iter().sum::<u64>(), bin.dead);
    }
    let run = CrowdRun {
        crowd: source.crowd(&knobs),
        knobs,
        seed: source.seed,
        source: Arc::new(source),
        factor: 1,
        series,
    };
    let charts = crowd_charts(&run, &[]);
    let mut lines = charts[0].lines.iter();
    // Seconds after the crash at ten minutes.
    let mut end_of = |label: &str| {
        let line = lines.find(|line| line.label == label).expect(label);
        let last = { line.samples.iter() }.rfind(|sample| sample.value > 0.0);
        last.expect("some requests are lost").at - 600.0
    };
    let (routes, records) = (end_of("Anycast address"), end_of("Virginia"));
    assert!((5.0..=30.0).contains(&routes), "{routes}");
    assert!((60.0..=120.0).contains(&records), "{records}");
}

#[test]
fn a_chart_of_one_endpoint_has_its_lines_alone_and_an_axis_that_fits_them() {
    let source = crowd_source("canary").expect("it ships");
    let knobs = source.opening_knobs();
    let population = source.build(&knobs).expect("a population");
    let run = CrowdRun {
        crowd: source.crowd(&knobs),
        knobs,
        seed: source.seed,
        factor: 1,
        series: population.run(source.seed).expect("it runs"),
        source: Arc::new(source),
    };
    let charts = crowd_charts(&run, &[]);
    let answers = charts
        .iter()
        .find(|chart| chart.title.starts_with("Answers"));
    let answers = answers.expect("there is a chart of answers");
    let labels: Vec<&str> = { answers.lines.iter() }
        .map(|line| line.label.as_str())
        .collect();
    assert_eq!(labels, ["Canary", "Canary, by weight"]);
    assert!(answers.has_ranges());
    assert!(
        answers.reach().high < 0.1,
        "one percent is not lost in a hundred"
    );
}

/// The same run, counted by the second.
fn fine_run() -> CrowdRun {
    let mut run = run();
    run.series.bin = SimDuration::from_secs(1);
    run
}

#[test]
fn a_window_is_a_quarter_as_long_with_each_step_and_leads_to_its_moment() {
    let run = fine_run();
    assert_eq!(TimeWindow::default().span(&run), None);
    let once = TimeWindow::default().closer(&run, 120.0);
    assert_eq!(once.span(&run), Some((90.0, 240.0)));
    let twice = once.closer(&run, 120.0);
    assert_eq!(twice.span(&run), Some((112.5, 150.0)));
    // Closer than that there would be no line to see.
    assert_eq!(twice.closer(&run, 120.0).span(&run), twice.span(&run));
    assert_eq!(twice.wider(&run), once);
    assert_eq!(once.wider(&run).span(&run), None);
}

#[test]
fn a_window_stays_within_its_run() {
    let run = fine_run();
    let about = |about: f64| TimeWindow { level: 1, about }.span(&run);
    assert_eq!(about(0.0), Some((0.0, 150.0)));
    assert_eq!(about(600.0), Some((450.0, 600.0)));
    assert_eq!(about(1e9), Some((450.0, 600.0)));
}

#[test]
fn a_window_of_a_link_is_no_closer_than_the_run_allows() {
    let run = fine_run();
    let far = TimeWindow {
        level: 9,
        about: 120.0,
    };
    assert_eq!(far.span(&run), Some((112.5, 150.0)));
    assert_eq!(far.wider(&run).span(&run), Some((90.0, 240.0)));
    let coarse = self::run();
    assert_eq!(far.span(&coarse), None);
}

#[test]
fn what_is_done_can_be_looked_at_closely_and_what_is_observed_cannot() {
    let moments = window_moments(&run());
    let titles: Vec<&str> = moments.iter().map(|it| it.title.as_str()).collect();
    assert_eq!(titles, ["2 min: Virginia → Frankfurt"]);
}
