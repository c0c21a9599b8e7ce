use std::collections::BTreeMap;

use super::*;
use crate::engine::SimTime;
use crate::engine::health::Condition;
use crate::engine::population::Change;
use crate::scenario::{Figure, Unit};

fn source(id: &str) -> CrowdSource {
    crowd_source(id).unwrap_or_else(|errors| panic!("{}", lines(&errors)))
}

fn lines(errors: &[CrowdError]) -> String {
    let lines: Vec<String> = errors.iter().map(ToString::to_string).collect();
    lines.join("\n")
}

/// The file of a crowd as it ships.
fn shipped(id: &str) -> String {
    let file = format!("{}/lessons/crowds/{id}.toml", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(file).expect("the file is there")
}

/// The crowd with one knob moved.
fn with(source: &CrowdSource, knob: &str, value: f64) -> Crowd {
    source.crowd(&BTreeMap::from([(knob.to_owned(), value)]))
}

#[test]
fn every_shipped_crowd_is_sound_and_makes_a_population() {
    for id in &crowd_ids() {
        let source = source(id);
        let population = source.build(&source.opening_knobs()).expect("sound");
        assert_eq!(population.clients.len(), source.base.clients.len(), "{id}");
        assert!(
            !source.charts.is_empty() && !source.figures.is_empty(),
            "{id}"
        );
    }
}

#[test]
fn every_shipped_crowd_runs_and_its_figures_are_found() {
    for id in &crowd_ids() {
        let source = source(id);
        let knobs = source.opening_knobs();
        let population = source.build(&knobs).expect("sound");
        let series = population.run(source.seed).expect("it runs");
        let crowd = source.crowd(&knobs);
        for figure in &source.figures {
            let found = figure.measure.evaluate(&crowd, &series);
            assert!(found != Figure::Never, "{id}: {}", figure.id);
        }
        let requests: u64 = series.bins.iter().map(|bin| bin.requests).sum();
        assert!(requests > 10_000, "{id}: {requests}");
    }
}

#[test]
fn knobs_at_their_start_leave_the_crowd_nearly_as_it_is() {
    for id in &crowd_ids() {
        let source = source(id);
        let crowd = source.crowd(&source.opening_knobs());
        assert_eq!(crowd.ttl, source.base.ttl, "{id}");
        assert_eq!(crowd.client_count(), source.base.client_count(), "{id}");
    }
}

#[test]
fn every_fault_is_told_with_its_line_and_a_way_out() {
    let text = shipped("canary")
        .replacen("route53-weighted", "route53-magic", 1)
        .replacen("id = \"canary\"\ntitle", "id = \"stable\"\ntitle", 1)
        .replacen("rate = \"1/min\"", "rate = \"often\"", 1)
        .replacen("bin = \"1m\"", "bin = \"1x\"", 1)
        .replacen("small = 0.7", "tiny = 0.7", 1)
        .replacen("target = \"ttl\"", "target = \"lifetime\"", 1)
        .replacen("show = \"fetches of canary\"", "show = \"pie\"", 1)
        .replacen(
            "show = \"addresses of canary\"",
            "show = \"hits of canary\"",
            1,
        )
        .replacen("find = \"fetches\"", "find = \"luck\"", 1);
    let errors = CrowdSource::parse("canary", &text).expect_err("it is at fault");
    let found = lines(&errors);
    for part in [
        "crowds/canary.toml:13: “route53-magic” is no policy; there are route53-simple",
        "two of [[endpoint]] are called “stable”",
        "“often” is no rate: write a number with /s",
        "canary.toml:8: “1x” is no time",
        "there is no [[resolver]] “tiny”; there is small, large",
        "“lifetime” is no target: write ttl",
        "“pie” is no chart: write addresses",
        "“hits of canary” is no chart: only addresses and fetches are `of` an endpoint",
        "“luck” is no figure: write share",
        "there is no [[endpoint]] “canary”; there is stable, stable",
    ] {
        assert!(found.contains(part), "{part} is missing from:\n{found}");
    }
    let unknown = shipped("canary").replacen("seed = 13", "sede = 13", 1);
    let errors = CrowdSource::parse("canary", &unknown).expect_err("it is at fault");
    assert!(
        lines(&errors).contains("canary.toml:6: unknown field"),
        "{}",
        lines(&errors)
    );
}

#[test]
fn charts_open_around_a_moment_of_the_run() {
    let text = shipped("anycast_and_dns");
    let source = CrowdSource::parse("race", &text).expect("a sound file");
    assert_eq!(source.around, Some(SimTime::from_micros(600_000_000)));
    let late = text.replacen("around = \"10m\"", "around = \"31m\"", 1);
    let errors = CrowdSource::parse("race", &late).expect_err("it is over by then");
    let found = lines(&errors);
    assert!(
        found.contains("race.toml:9: the run is over by then"),
        "{found}"
    );
}

#[test]
fn a_crowd_without_any_one_line_is_read_or_refused() {
    for id in &crowd_ids() {
        let text = shipped(id);
        for index in 0..text.lines().count() {
            let kept = text.lines().enumerate().filter(|(at, _)| *at != index);
            let kept: String = kept.map(|(_, line)| format!("{line}\n")).collect();
            if let Ok(source) = CrowdSource::parse(id, &kept) {
                assert!(
                    source.build(&source.opening_knobs()).is_ok(),
                    "{id}: {index}"
                );
            }
        }
    }
}

#[test]
fn knobs_reach_what_they_act_on() {
    let canary = source("canary");
    let crowd = with(&canary, "share", 25.0);
    let weights: Vec<u32> = crowd
        .endpoints
        .iter()
        .map(|it| it.endpoint.weight)
        .collect();
    assert_eq!(weights, [7500, 2500]);
    assert_eq!(with(&canary, "ttl", 300.0).ttl.as_secs(), 300);
    assert_eq!(with(&canary, "clients", 100_000.0).client_count(), 100_000);
    let crowd = with(&canary, "large", 0.0);
    assert_eq!(crowd.clients[0].it.resolvers, [(0, 1.0)]);
    let crowd = with(&canary, "large", 60.0);
    assert_eq!(crowd.clients[0].it.resolvers, [(0, 0.4), (1, 0.6)]);
    let load = source("ttl_load");
    let crowd = with(&load, "rate", 360.0);
    assert!(
        crowd
            .clients
            .iter()
            .all(|group| (group.it.rate - 0.1).abs() < 1e-12)
    );
    let crowd = with(&load, "floor", 60.0);
    assert!(
        crowd
            .resolvers
            .iter()
            .all(|group| group.it.policy.floor == 60)
    );
}

#[test]
fn knobs_are_cut_to_their_range_and_strangers_are_passed_over() {
    let canary = source("canary");
    assert_eq!(with(&canary, "ttl", 1e12).ttl.as_secs(), 3600);
    assert_eq!(with(&canary, "ttl", f64::NAN).ttl.as_secs(), 60);
    assert_eq!(with(&canary, "colour", 7.0).ttl.as_secs(), 60);
}

#[test]
fn a_knob_takes_its_unit_from_what_it_acts_on() {
    let canary = source("canary");
    let unit = |id: &str| canary.knob(id).map(|knob| knob.unit);
    assert_eq!(unit("ttl"), Some(Unit::Seconds));
    assert_eq!(unit("share"), Some(Unit::Percent));
    assert_eq!(unit("clients"), Some(Unit::Amount));
    let clients = canary.knob("clients").expect("a knob");
    assert_eq!(clients.format(12_500.0), "12\u{202f}500");
    let (low, high) = (clients.at_fraction(0.0), clients.at_fraction(1.0));
    assert_eq!((low, high), (100.0, 1_000_000.0));
    assert!(
        clients.at_fraction(0.5) < 20_000.0,
        "the slider runs over orders of magnitude"
    );
}

/// The canary's crowd with changes.
fn changed(changes: &str) -> CrowdSource {
    let text = shipped("canary").replacen("[[knob]]", &format!("{changes}\n[[knob]]"), 1);
    CrowdSource::parse("canary", &text).unwrap_or_else(|errors| panic!("{}", lines(&errors)))
}

#[test]
fn changes_are_made_in_the_order_of_time_and_build_on_each_other() {
    let source = changed(
        r#"
        [[change]]
        at = "20m"
        do = "weight canary 99"
        [[change]]
        at = "10m"
        do = "ttl 30"
        [[change]]
        at = "30m"
        do = "unlist stable"
        "#,
    );
    let population = source.build(&BTreeMap::new()).expect("sound");
    let pools: Vec<(u64, u32, Vec<u32>)> = { population.timeline.iter() }
        .filter_map(|(at, change)| match change {
            Change::SetPool { pool, .. } => Some((
                at.as_micros() / 60_000_000,
                pool.ttl().as_secs(),
                pool.endpoints().iter().map(|one| one.weight).collect(),
            )),
            _ => None,
        })
        .collect();
    assert_eq!(
        pools,
        [
            (10, 30, vec![99, 1]),
            (20, 30, vec![99, 99]),
            (30, 30, vec![99]),
        ]
    );
}

#[test]
fn a_machine_can_refuse_and_be_silent() {
    let source = changed(
        r#"
        [[change]]
        at = "10m"
        do = "refuse canary"
        [[change]]
        at = "20m"
        do = "crash canary"
        [[change]]
        at = "30m"
        do = "recover canary"
        "#,
    );
    let population = source.build(&BTreeMap::new()).expect("sound");
    let conditions: Vec<Condition> = { population.timeline.iter() }
        .filter_map(|(_, change)| match change {
            Change::SetCondition { condition, .. } => Some(*condition),
            _ => None,
        })
        .collect();
    let expected = [Condition::Refusing, Condition::Silent, Condition::Up];
    assert_eq!(conditions, expected);
}

#[test]
fn a_change_can_be_moved_and_left_out_by_knobs() {
    let source = changed(
        r#"
        [[change]]
        at = "10m"
        do = "ttl 30"
        [[change]]
        at = "20m"
        do = "demand x10"
        [[knob]]
        id = "when"
        label = "TTL lowered at"
        target = "change 1 at"
        min = 0
        max = 3600
        [[knob]]
        id = "first"
        label = "Lower the TTL"
        target = "change 1 on"
        [[knob]]
        id = "times"
        label = "Demand"
        target = "change 2 value"
        min = 1
        max = 100
        "#,
    );
    assert_eq!(
        with(&source, "when", 1500.0).timeline[0].at.as_secs_f64(),
        1500.0
    );
    let left = with(&source, "first", 0.0);
    assert!(!left.timeline[0].is_on && left.timeline[1].is_on);
    assert_eq!(left.population().expect("sound").timeline.len(), 1);
    let more = with(&source, "times", 50.0).timeline;
    assert!(matches!(more[1].act, CrowdAct::Demand { factor, .. } if factor == 50.0));
    let first = source.knob("first").expect("a knob");
    assert_eq!(
        (first.format(0.0), first.format(1.0)),
        ("off".into(), "on".into())
    );
}

#[test]
fn a_choice_sets_what_it_names() {
    let source = changed(
        r#"
        [[knob]]
        id = "policy"
        label = "Policy"
        target = "policy"
        choices = ["route53-weighted", "route53-simple"]
        [[knob]]
        id = "browser"
        label = "Browser"
        target = "browser users"
        choices = ["none", "chromium"]
        "#,
    );
    let crowd = with(&source, "policy", 1.0);
    assert_ne!(crowd.policy, source.base.policy);
    let knob = source.knob("policy").expect("a knob");
    assert_eq!(knob.format(1.0), "Route 53: Simple");
    assert_eq!((knob.min, knob.max, knob.start), (0.0, 1.0, 0.0));
    let crowd = with(&source, "browser", 1.0);
    assert_eq!(
        crowd.clients[0].it.browser.and_then(|cache| cache.hold),
        Some(60)
    );
}

#[test]
fn a_population_can_be_built_with_parts_exchanged() {
    let source = source("canary");
    let population = source.build_with(&BTreeMap::new(), |crowd| {
        crowd.ttl = crate::dns::Ttl::from_secs(5);
        let act = parse_crowd_act("replace stable canary", crowd).expect("an act");
        crowd.timeline.push(CrowdChange {
            at: SimTime::from_micros(7),
            provider: None,
            act,
            is_on: true,
        });
    });
    let population = population.expect("sound");
    assert_eq!(population.service.pool.ttl().as_secs(), 5);
    assert_eq!(population.timeline.len(), 1);
}

/// A figure of a crowd with one knob moved.
fn measured(source: &CrowdSource, knob: (&str, f64), figure: &str) -> Figure {
    let mut knobs = source.opening_knobs();
    knobs.insert(knob.0.to_owned(), knob.1);
    let crowd = source.crowd(&knobs);
    let series = crowd
        .population()
        .expect("sound")
        .run(source.seed)
        .expect("it runs");
    let measure = CrowdMeasure::parse(figure, &crowd).expect("a figure");
    measure.evaluate(&crowd, &series)
}

fn percent(figure: Figure) -> f64 {
    figure.number().expect("a number")
}

#[test]
fn users_behind_a_far_resolver_are_sent_home_when_it_tells_their_network() {
    let ecs = source("ecs");
    assert_eq!(
        measured(&ecs, ("ecs", 0.0), "share eu in berlin"),
        Figure::Share(0.0)
    );
    assert_eq!(
        measured(&ecs, ("ecs", 1.0), "share eu in berlin"),
        Figure::Share(1.0)
    );
    let entries = |on: f64| percent(measured(&ecs, ("ecs", on), "entries"));
    // Users in six networks ask.
    assert!(
        entries(1.0) > 5.0 * entries(0.0),
        "{} {}",
        entries(0.0),
        entries(1.0)
    );
}

#[test]
fn a_ttl_lowered_in_time_moves_everybody_at_once_and_one_left_alone_does_not() {
    let migration = source("migration");
    let late = measured(&migration, ("first", 0.0), "last-stale after 2");
    let early = measured(&migration, ("first", 1.0), "last-stale after 2");
    assert!(
        percent(late) > 3600.0 && percent(early) <= 900.0,
        "{late} {early}"
    );
}

#[test]
fn a_second_provider_hides_the_outage_of_the_first() {
    let outage = source("provider_outage");
    let alone = percent(measured(&outage, ("alone", 1.0), "failed-share"));
    let two = percent(measured(&outage, ("alone", 0.0), "failed-share"));
    assert!(alone > 40.0 && two == 0.0, "{alone} {two}");
}

#[test]
fn a_link_carries_what_differs_and_forgives_noise() {
    let canary = source("canary");
    let mut knobs = canary.opening_knobs();
    knobs.insert("share".to_owned(), 5.0);
    let view = CrowdView::of(
        &canary,
        13,
        &knobs,
        &BTreeMap::from([("ttl".to_owned(), 600.0)]),
    );
    assert_eq!(view.knobs, BTreeMap::from([("share".to_owned(), 5.0)]));
    assert_eq!(view.seed, None);
    assert_eq!(view.first_knobs(&canary), knobs);
    let second = view.second_knobs(&canary).expect("there is one");
    assert_eq!((second["share"], second["ttl"]), (5.0, 600.0));
    let noise = CrowdView {
        knobs: BTreeMap::from([("share".to_owned(), 1e9), ("colour".to_owned(), 1.0)]),
        clients: Some(u32::MAX),
        at: Some(f64::NAN),
        ..CrowdView::default()
    };
    let admitted = noise.admitted(&canary);
    assert_eq!((admitted.clients, admitted.at), (Some(1_000_000), None));
    assert_eq!(
        admitted.knobs,
        BTreeMap::from([("share".to_owned(), 100.0)])
    );
    assert_eq!(admitted.second_knobs(&canary), None);
}

#[test]
fn a_dead_server_is_left_when_check_and_caches_let_go_of_it() {
    let failover = source("failover");
    let detection = percent(measured(&failover, ("ttl", 60.0), "detection virginia"));
    assert!((0.0..=34.0).contains(&detection), "{detection}");
    let last = percent(measured(&failover, ("ttl", 60.0), "last-dead to 25m"));
    // TTL, browser and the width of a bin come on top.
    let bound = detection + 60.0 + 60.0 + 10.0;
    assert!(last > detection && last <= bound, "{last} of {bound}");
    let later = percent(measured(&failover, ("ttl", 600.0), "last-dead to 25m"));
    assert!(later > last, "{later}");
}

#[test]
fn anycast_leaves_a_dead_site_in_seconds_and_records_in_minutes() {
    let both = source("anycast_and_dns");
    let anycast = percent(measured(&both, ("edge", 100.0), "last-dead"));
    let records = percent(measured(&both, ("edge", 0.0), "last-dead"));
    assert!(anycast < 30.0 && records > 40.0, "{anycast} {records}");
    let mut never = both.opening_knobs();
    never.insert("edge".to_owned(), 100.0);
    never.insert("withdrawn".to_owned(), 0.0);
    let series = both.build(&never).expect("sound").run(1).expect("it runs");
    let dead: u64 = series.bins.iter().rev().take(10).map(|bin| bin.dead).sum();
    assert!(
        dead > 0,
        "a site that dies and still announces is a black hole"
    );
}
