//! The engine's budgets, measured: resolutions per second, cached answers per second, and
//! the time to reach any moment of a long session.

#[path = "crowds/costs.rs"]
mod crowds;

use divan::{Bencher, black_box, counter::ItemsCount};
use dns_lab::dns::{Question, Rtype, ZoneText};
use dns_lab::engine::{
    Cache, CacheLayer, Intervention, Node, SimDuration, SimTime, Timeline, Trace, World,
};
use dns_lab::scenario::{parse_question, world_source};

fn main() {
    divan::main();
}

fn world() -> World {
    world_source("small_internet")
        .expect("the shipped world is sound")
        .build(7)
}

fn question(text: &str) -> Question {
    parse_question(text).expect("a valid question")
}

fn ask(client: &str, text: &str) -> Intervention {
    Intervention::ask(client, question(text))
}

/// Resolves `www.example.com` again and again, each time from an empty cache: root, com,
/// example.com.
fn resolve_cold(bencher: Bencher<'_, '_>, new_trace: fn() -> Trace) {
    let mut world = world();
    let act = ask("monitor", "www.example.com A");
    let resolver = world.find("resolver-frankfurt").expect("it is there");
    bencher.counter(ItemsCount::new(1_usize)).bench_local(|| {
        if let Some(cache) = world.node_mut(resolver).cache_mut(CacheLayer::Resolver) {
            cache.flush();
        }
        let mut trace = new_trace();
        world.apply(&act, &mut trace).expect("it asks");
        while world.step(&mut trace) {}
        trace
    });
}

/// Three referrals' worth of work from a cold cache.
#[divan::bench]
fn cold_resolution(bencher: Bencher<'_, '_>) {
    resolve_cold(bencher, Trace::silent);
}

/// The same with every event recorded, as on the page.
#[divan::bench]
fn cold_resolution_with_trace(bencher: Bencher<'_, '_>) {
    resolve_cold(bencher, Trace::default);
}

/// A warm resolver's cache.
fn warm_cache() -> (Cache, SimTime) {
    let mut world = world();
    let mut trace = Trace::silent();
    for text in [
        "www.example.com A",
        "www.example.org A",
        "www.example.co.uk A",
        "example.net A",
    ] {
        world
            .apply(&ask("monitor", text), &mut trace)
            .expect("it asks");
        while world.step(&mut trace) {}
    }
    let resolver = world.find("resolver-frankfurt").expect("it is there");
    let cache = world
        .node(resolver)
        .cache(CacheLayer::Resolver)
        .expect("it has one");
    (cache.clone(), world.now())
}

/// The decision "is it in the cache, and for how long".
#[divan::bench]
fn cached_answer(bencher: Bencher<'_, '_>) {
    let (cache, now) = warm_cache();
    let question = question("www.example.com A");
    bencher
        .counter(ItemsCount::new(1_usize))
        .bench_local(|| black_box(cache.lookup(now, black_box(&question)).is_some()));
}

/// The same as a whole answer with counted-down TTLs.
#[divan::bench]
fn cached_answer_with_records(bencher: Bencher<'_, '_>) {
    let (cache, now) = warm_cache();
    let question = question("www.example.com A");
    bencher
        .counter(ItemsCount::new(1_usize))
        .bench_local(|| cache.resolve(now, black_box(&question)));
}

/// A session of about 10 000 events.
fn long_session() -> Timeline {
    let mut timeline = Timeline::new(world());
    let names = [
        "www.example.com A",
        "help.example.com A",
        "www.example.org A",
        "example.net MX",
    ];
    let mut step = 0_u64;
    while timeline.trace().len() < 10_000 {
        let at = SimTime::ZERO + SimDuration::from_secs(step * 120);
        let act = ask(
            ["laptop", "phone", "desktop", "monitor"][step as usize % 4],
            names[step as usize / 4 % 4],
        );
        timeline.intervene(at, act).expect("it asks");
        step += 1;
    }
    timeline
}

/// To reach any moment of a session of 10 000 events.
#[divan::bench]
fn seek_in_10_000_events(bencher: Bencher<'_, '_>) {
    let timeline = long_session();
    let end = timeline.end().as_micros();
    let mut turn = 0_u64;
    bencher.bench_local(|| {
        turn = turn
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        timeline.world_at(SimTime::from_micros((turn >> 16) % end))
    });
}

/// To rebuild a session of ten lookups, as a dragged slider does.
#[divan::bench]
fn replay_of_ten_lookups(bencher: Bencher<'_, '_>) {
    let world = world();
    let acts: Vec<(SimTime, Intervention)> = (0..10)
        .map(|i| {
            (
                SimTime::ZERO + SimDuration::from_secs(i * 100),
                ask("laptop", "www.example.com A"),
            )
        })
        .collect();
    bencher.bench_local(|| Timeline::replay(world.clone(), &acts));
}

/// A session that asks while nothing answers: every server of the root is down, and a question
/// comes each second, so that many are under way at a time.
fn questions_without_a_root(count: u64) -> Vec<(SimTime, Intervention)> {
    let root = |letter: char| Intervention::SetDown {
        node: format!("{letter}.root-servers.net"),
        down: true,
    };
    let roots = ('a'..='m').map(|letter| (SimTime::ZERO, root(letter)));
    let asks = (0..count).map(|i| (at_secs(i), ask("laptop", &format!("www.n{i}.com A"))));
    roots.chain(asks).collect()
}

fn at_secs(secs: u64) -> SimTime {
    SimTime::ZERO + SimDuration::from_secs(secs)
}

/// To open a link to a session with overlapping questions, or to move a knob in one: three
/// times the questions take three times as long.
#[divan::bench(args = [20, 100, 300], sample_count = 5)]
fn replay_of_overlapping_questions(bencher: Bencher<'_, '_>, count: u64) {
    let world = world();
    let acts = questions_without_a_root(count);
    bencher.bench_local(|| Timeline::replay(world.clone(), &acts));
}

/// Twenty questions about a zone with 900 name servers, all below the zone itself, while six in
/// ten datagrams are lost.
#[divan::bench(sample_count = 5)]
fn replay_with_900_name_servers(bencher: Bencher<'_, '_>) {
    let world = world();
    let sets: String = (0..900)
        .map(|i| format!("example.com. 300 NS n{i}.example.com.\n"))
        .collect();
    let mut acts = vec![
        (SimTime::ZERO, Intervention::set_records(sets.clone())),
        (
            SimTime::ZERO,
            Intervention::SetRecordsIn {
                zone: "com".parse().expect("a name"),
                records: ZoneText::read_lines(sets),
            },
        ),
        (SimTime::ZERO, Intervention::SetLoss { percent: 60 }),
    ];
    acts.extend((0..20).map(|i| (at_secs(i), ask("laptop", &format!("w{i}.example.com A")))));
    bencher.bench_local(|| Timeline::replay(world.clone(), &acts));
}

/// A record is changed 450 times.
#[divan::bench(sample_count = 5)]
fn replay_of_450_changes(bencher: Bencher<'_, '_>) {
    let world = world();
    let change =
        |i: u64| Intervention::set_records(format!("h{i}.example.com. 300 A 192.0.2.{}", i % 250));
    let acts: Vec<_> = (0..450).map(|i| (at_secs(i), change(i))).collect();
    bencher.bench_local(|| Timeline::replay(world.clone(), &acts));
}

/// 1 400 records come at once, then 200 questions about them.
#[divan::bench(sample_count = 5)]
fn replay_with_1400_records(bencher: Bencher<'_, '_>) {
    let world = world();
    let records: String = (0..1400)
        .map(|i| format!("h{i}.example.com. 300 A 192.0.2.{}\n", i % 250))
        .collect();
    let mut acts = vec![(SimTime::ZERO, Intervention::set_records(records))];
    acts.extend((0..200).map(|i| (at_secs(i), ask("laptop", &format!("h{i}.example.com A")))));
    bencher.bench_local(|| Timeline::replay(world.clone(), &acts));
}

/// To encode a referral from com.
#[divan::bench]
fn encode_referral(bencher: Bencher<'_, '_>) {
    let world = world();
    let id = world.find("a.gtld-servers.net").expect("it is there");
    let Node::Authoritative(server) = world.node(id) else {
        panic!("it is a server")
    };
    let question = Question::new("www.example.com".parse().expect("a name"), Rtype::A);
    let (message, _) = server.answer(&dns_lab::dns::Message::query(1, question));
    bencher.bench_local(|| message.encode());
}
