//! Dead name servers, and what resolvers do against them and against waiting.

use dns_lab::dns::{Rtype, Ttl};
use dns_lab::engine::{Intervention, Outcome, SimDuration, Timeline, World};
use dns_lab::scenario::{Figure, Measure, Pick, option_key};

use super::{ask, at, count, lookups, name, question, session, source, world};

fn series(down: &[&str], pick: Pick) -> f64 {
    let measure = Measure::Series {
        client: "monitor".into(),
        question: question("www.eu.example.com A"),
        down: down.iter().map(ToString::to_string).collect(),
        every: SimDuration::from_secs(301),
        count: 200,
        pick,
    };
    match measure.evaluate(&Timeline::new(world())) {
        Ok(Figure::Time(time)) => time.as_millis_f64(),
        other => panic!("expected a time, got {other:?}"),
    }
}

#[test]
fn c18_one_of_two_name_servers_dead_leaves_the_median_and_adds_a_timeout_to_the_tail() {
    let dead = ["ns2.eu.example.com"];
    let (median, tail) = (series(&[], Pick::Median), series(&[], Pick::Slowest));
    let (median_after, tail_after) = (series(&dead, Pick::Median), series(&dead, Pick::Slowest));
    // Paris and Frankfurt are about equally near, so the median moves by a few ms at most.
    assert!(
        (median_after - median).abs() < 10.0,
        "{median} -> {median_after}"
    );
    let added = tail_after - tail;
    assert!((50.0..=2_000.0).contains(&added), "{tail} -> {tail_after}");
}

#[test]
fn c18_all_name_servers_dead_bites_when_caches_run_out_and_everybody_within_the_ttl() {
    // Three resolvers fetched the record at different moments; then the servers die.
    let clients = [("monitor", 0.0), ("phone", 100.0), ("desktop", 200.0)];
    let asks = clients.map(|(client, secs)| (secs, client, "www.eu.example.com A"));
    let mut timeline = session(world(), &asks);
    for node in ["ns1.eu.example.com", "ns2.eu.example.com"] {
        let node = node.to_owned();
        timeline
            .intervene(at(210.0), Intervention::SetDown { node, down: true })
            .expect("it is there");
    }
    // Long enough after each other for the browsers' own copies to be gone.
    let fails = |secs: f64, client: &str| {
        let mut timeline = timeline.clone();
        timeline
            .intervene(at(secs), ask(client, "www.eu.example.com A"))
            .expect("it asks");
        let last = lookups(&timeline).pop().expect("it finished");
        matches!(last.2, Outcome::Failure(..))
    };
    let failing = |secs: f64| {
        clients
            .iter()
            .filter(|(client, _)| fails(secs, client))
            .count()
    };
    let counts = [211.0, 299.0, 302.0, 402.0, 502.0].map(failing);
    assert_eq!(counts, [0, 0, 1, 2, 3]);

    let measure = Measure::AnsweredFor {
        client: "monitor".into(),
        question: question("www.eu.example.com A"),
        down: ["ns1.eu.example.com", "ns2.eu.example.com"]
            .map(Into::into)
            .to_vec(),
        after: SimDuration::from_secs(1),
    };
    let Ok(Figure::Time(hidden)) = measure.evaluate(&Timeline::new(world())) else {
        panic!("it ends");
    };
    assert!((298.0..=300.0).contains(&hidden.as_secs_f64()), "{hidden}");
}

/// The world with options of the resolver in Frankfurt.
fn with_options(options: &[(&str, f64)]) -> World {
    let options = options
        .iter()
        .map(|(option, value)| (option_key("resolver-frankfurt", option), *value));
    source().build_with(7, &options.collect())
}

/// The world with stale answers for so many seconds; at 0 there are none.
fn serving_stale(seconds: f64) -> World {
    let is_on = f64::from(u8::from(seconds > 0.0));
    with_options(&[("serve-stale", is_on), ("stale-limit", seconds)])
}

#[test]
fn m37_stale_answers_bridge_an_outage_and_live_30_s() {
    let name = "www.eu.example.com A";
    let outage = |world: World| {
        let mut timeline = session(world, &[(0.0, "monitor", name)]);
        for node in ["ns1.eu.example.com", "ns2.eu.example.com"] {
            let node = node.to_owned();
            timeline
                .intervene(at(60.0), Intervention::SetDown { node, down: true })
                .expect("it is there");
        }
        timeline
            .intervene(at(310.0), ask("monitor", name))
            .expect("it asks");
        lookups(&timeline).pop().expect("it finished")
    };
    let (_, _, without) = outage(serving_stale(0.0));
    assert!(matches!(without, Outcome::Failure(..)));
    let (elapsed, _, stale) = outage(serving_stale(86_400.0));
    // The client timeout of 1.8 s, and the way from London to Frankfurt and back.
    assert!((1.8..1.9).contains(&elapsed.as_secs_f64()), "{elapsed}");
    let Outcome::Answer(sets) = stale else {
        panic!("there is an answer: {stale:?}")
    };
    assert_eq!(sets[0].ttl, Ttl::from_secs(30));

    let answered_for = |world: World| {
        let measure = Measure::AnsweredFor {
            client: "monitor".into(),
            question: question(name),
            down: ["ns1.eu.example.com", "ns2.eu.example.com"]
                .map(Into::into)
                .to_vec(),
            after: SimDuration::from_secs(1),
        };
        match measure.evaluate(&Timeline::new(world)) {
            Ok(Figure::Time(time)) => time.as_secs_f64(),
            other => panic!("expected a time, got {other:?}"),
        }
    };
    let longer = answered_for(serving_stale(600.0)) - answered_for(serving_stale(0.0));
    assert!((598.0..=602.0).contains(&longer), "{longer}");
}

#[test]
fn m37_a_no_from_the_servers_ends_a_stale_copy() {
    let mut timeline = session(
        serving_stale(86_400.0),
        &[(0.0, "monitor", "app.example.com A")],
    );
    let remove = Intervention::RemoveRecords {
        zone: None,
        owner: name("app.example.com"),
        rtype: Rtype::A,
    };
    timeline.intervene(at(60.0), remove).expect("it is there");
    timeline
        .intervene(at(310.0), ask("monitor", "app.example.com A"))
        .expect("it asks");
    let last = lookups(&timeline).pop().expect("it finished");
    assert_eq!(last.2, Outcome::NxDomain);
}

#[test]
fn m37_prefetch_spares_waits_and_costs_a_tenth_more_queries() {
    let series = |percent: f64, every: u64, pick: Pick| {
        let options = [("prefetch", 1.0), ("prefetch-percent", percent)];
        let measure = Measure::Series {
            client: "monitor".into(),
            question: question("www.example.com A"),
            down: Vec::new(),
            every: SimDuration::from_secs(every),
            count: 360,
            pick,
        };
        count(&measure, with_options(&options))
    };
    let (waits, queries) = (series(0.0, 10, Pick::Waits), series(0.0, 10, Pick::Queries));
    assert!(
        (11..=12).contains(&waits) && waits == queries,
        "{waits}, {queries}"
    );
    assert_eq!(series(10.0, 10, Pick::Waits), 0, "nobody waits any more");
    let more = series(10.0, 10, Pick::Queries) as f64 / queries as f64;
    assert!((1.0..=1.2).contains(&more), "{more}");
    // A name that is asked for too seldom is left alone.
    for pick in [Pick::Waits, Pick::Queries] {
        assert_eq!(series(10.0, 200, pick), series(0.0, 200, pick));
    }
}
