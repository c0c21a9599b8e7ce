//! Stories of caches that outlive changes, and of sites and servers that fail.

mod anycast;
mod balancer;
mod caches;
mod providers;

use dns_lab::engine::{EventKind, Intervention, SimDuration, SimTime, Timeline, TraceEvent, World};
use dns_lab::scenario::{parse_question, world_source};

/// The shipped world most sessions start from.
fn small_internet(seed: u64) -> World {
    let source = world_source("small_internet").expect("the shipped world is sound");
    source.build(seed)
}

/// A moment, in seconds.
fn at(secs: f64) -> SimTime {
    SimTime::ZERO + SimDuration::from_secs_f64(secs)
}

/// A client asks.
fn ask(client: &str, text: &str) -> Intervention {
    Intervention::ask(client, parse_question(text).expect("a valid question"))
}

/// A session with these acts.
fn play(world: World, acts: &[(f64, Intervention)]) -> Timeline {
    let mut timeline = Timeline::new(world);
    for (secs, act) in acts {
        let done = timeline.intervene(at(*secs), act.clone());
        done.expect("the act can be carried out");
    }
    timeline
}

/// The events at one node that a test picks.
fn events_at<'a, T>(
    timeline: &'a Timeline,
    node: &str,
    pick: impl Fn(&'a EventKind) -> Option<T>,
) -> Vec<(SimTime, T)> {
    let id = timeline.initial().find(node);
    let events: &'a [TraceEvent] = timeline.trace().events();
    let own = events.iter().filter(|event| Some(event.node) == id);
    own.filter_map(|event| Some((event.at, pick(&event.kind)?)))
        .collect()
}
