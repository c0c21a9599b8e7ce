//! Steered names in a world with users on every continent.

mod acts;
mod checks;
mod flattening;
mod places;
mod trees;

use std::net::IpAddr;

use dns_lab::engine::{
    EventKind, Intervention, Outcome, SimDuration, SimTime, Timeline, TraceEvent, World,
};
use dns_lab::scenario::{parse_question, world_source};

/// The wide internet.
fn world(seed: u64) -> World {
    let source = world_source("wide_internet").expect("the shipped world is sound");
    source.build(seed)
}

fn at(seconds: f64) -> SimTime {
    SimTime::ZERO + SimDuration::from_secs_f64(seconds)
}

fn address(text: &str) -> IpAddr {
    text.parse().expect("an address")
}

fn ask(client: &str, name: &str) -> Intervention {
    let question = parse_question(&format!("{name}.example.com A")).expect("a question");
    Intervention::ask(client, question)
}

/// A session of acts at moments in seconds.
fn session(seed: u64, acts: &[(f64, Intervention)]) -> Timeline {
    let mut timeline = Timeline::new(world(seed));
    for (seconds, act) in acts {
        timeline
            .intervene(at(*seconds), act.clone())
            .expect("the act fits the world");
    }
    timeline
}

/// What each lookup of a session got, in order.
fn outcomes(timeline: &Timeline) -> Vec<Outcome> {
    let outcome = |event: &TraceEvent| match &event.kind {
        EventKind::LookupFinished { outcome, .. } => Some(outcome.clone()),
        _ => None,
    };
    let events = timeline.trace().events().iter();
    events.filter_map(outcome).collect()
}

/// The address a client gets that asks once.
fn answer(client: &str, name: &str) -> Option<IpAddr> {
    let timeline = session(1, &[(1.0, ask(client, name))]);
    outcomes(&timeline).first().and_then(Outcome::address)
}
