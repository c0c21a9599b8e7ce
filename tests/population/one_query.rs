//! The crowd against the one-query world, request by request.

use dns_lab::engine::policy::{Order, Policy};
use dns_lab::engine::population::{Answered, Change, ClientGroup, Population, ResolverGroup};
use dns_lab::engine::{
    CacheLayer, EventKind, Intervention, Node, SimDuration, SimTime, Stream, Timeline, TtlPolicy,
    World,
};
use dns_lab::scenario::{parse_question, world_source};

use super::support::{at, clients, pool, population, secs};

/// The clients of the shipped world and the resolvers they ask.
const CLIENTS: [(&str, usize); 4] = [("laptop", 0), ("monitor", 0), ("phone", 1), ("desktop", 2)];
const RESOLVERS: [&str; 3] = [
    "resolver-frankfurt",
    "resolver-ashburn",
    "resolver-singapore",
];
/// When the record changes, and to what TTL.
const CHANGE: f64 = 5000.0;
const TTLS: [u32; 2] = [300, 45];

fn record(ttl: u32, number: u8) -> Intervention {
    Intervention::set_records(format!("www.example.com. {ttl} A 192.0.2.{number}"))
}

/// What a cache of a node makes of TTLs.
fn policy(world: &World, node: &str, layer: CacheLayer) -> Option<TtlPolicy> {
    let id = world.find(node).expect("it is there");
    world.node(id).cache(layer).map(|cache| cache.policy())
}

/// The same clients, resolvers and records as a crowd.
fn crowd(world: &World) -> Population {
    let mut crowd = population(TTLS[0], 1, clients(1, 0.0));
    let kind = crowd.resolvers[0].clone();
    let resolvers = RESOLVERS.iter().map(|node| ResolverGroup {
        policy: policy(world, node, CacheLayer::Resolver).expect("a resolver"),
        ..kind.clone()
    });
    crowd.resolvers = resolvers.collect();
    let groups = CLIENTS.iter().map(|&(node, resolver)| ClientGroup {
        resolvers: vec![(resolver, 1.0)],
        browser: policy(world, node, CacheLayer::Browser),
        stub: policy(world, node, CacheLayer::Stub),
        ..clients(1, 0.0)
    });
    crowd.clients = groups.collect();
    crowd.service.policy = Policy::Simple(Order::Fixed);
    crowd.duration = secs(20_000.0);
    let change = Change::SetPool {
        provider: None,
        pool: pool(TTLS[1], &[2]),
    };
    crowd.timeline = vec![(at(CHANGE), change)];
    crowd
}

/// Poisson requests of all clients, in order, and no two so near to each other that the time a
/// packet takes decides who comes first.
fn requests() -> Vec<(SimTime, usize)> {
    let mut random = Stream::new(5, "requests");
    let mut requests = Vec::new();
    let mut now = 10.0;
    while now < 15_000.0 {
        requests.push((at(now), random.below(CLIENTS.len())));
        now += 3.0 - 12.0 * (1.0 - random.fraction()).ln();
    }
    requests
}

/// What the one-query world answers.
fn world_answers(world: World, requests: &[(SimTime, usize)]) -> Vec<Answered> {
    let mut timeline = Timeline::new(world);
    timeline
        .intervene(at(0.0), record(TTLS[0], 1))
        .expect("a record");
    let question = parse_question("www.example.com A").expect("a question");
    let mut is_changed = false;
    for &(when, client) in requests {
        if when >= at(CHANGE) && !is_changed {
            timeline
                .intervene(at(CHANGE), record(TTLS[1], 2))
                .expect("a record");
            is_changed = true;
        }
        let act = Intervention::ask(CLIENTS[client].0, question.clone());
        timeline.intervene(when, act).expect("it asks");
    }
    let events = timeline.trace().events();
    let mut answers = Vec::new();
    for (index, &(when, _)) in requests.iter().enumerate() {
        let until = requests
            .get(index + 1)
            .map_or(SimTime::FAR_FUTURE, |next| next.0);
        let own = events
            .iter()
            .filter(|event| event.at >= when && event.at < until);
        let (mut hit, mut address, mut kept) = (None, None, None);
        for event in own {
            match &event.kind {
                EventKind::CacheHit {
                    layer,
                    question: asked,
                    remaining,
                    ..
                } if *asked == question => hit = hit.or(Some((*layer, *remaining))),
                // A browser in grace; what it fetches behind is for the next request.
                EventKind::StaleServed { .. } => {
                    hit = Some((CacheLayer::Browser, SimDuration::ZERO));
                }
                EventKind::RrsetCached {
                    layer: CacheLayer::Resolver,
                    rrset,
                    expires_at,
                    ..
                } if rrset.owner == question.qname && rrset.rtype == question.qtype => {
                    kept = Some(expires_at.since(event.at));
                }
                EventKind::LookupFinished { outcome, .. } => address = outcome.address(),
                _ => {}
            }
        }
        answers.push(Answered {
            layer: hit.map(|(layer, _)| layer),
            address,
            remaining: hit
                .map(|(_, remaining)| remaining)
                .or(kept)
                .expect("it was kept"),
        });
    }
    answers
}

#[test]
fn every_request_is_answered_by_the_same_layer_with_the_same_address_and_time_left() {
    let world = world_source("small_internet")
        .expect("the shipped world")
        .build(7);
    assert!(CLIENTS.iter().all(|(node, _)| {
        let id = world.find(node).expect("it is there");
        matches!(world.node(id), Node::Client(_))
    }));
    let requests = requests();
    let crowd = crowd(&world)
        .replay(9, &requests)
        .expect("a sound population");
    let world = world_answers(world, &requests);
    let mut seen = [0; 4];
    for (index, (one, many)) in world.iter().zip(&crowd).enumerate() {
        let many = many.expect("a request in time");
        let (when, client) = requests[index];
        let what = format!("request {index} at {when} by {}", CLIENTS[client].0);
        assert_eq!(
            (one.layer, one.address),
            (many.layer, many.address),
            "{what}"
        );
        // Packets take time, and a copy keeps whole seconds.
        let apart = (one.remaining.as_secs_f64() - many.remaining.as_secs_f64()).abs();
        assert!(
            apart < 2.0,
            "{what}: {} and {}",
            one.remaining,
            many.remaining
        );
        seen[many.layer.map_or(3, |layer| layer as usize)] += 1;
    }
    // Every layer answers often enough for the comparison to mean something.
    assert!(seen.iter().all(|&count| count > 30), "{seen:?}");
}
