//! Policies as the inspector shows them.

use super::*;
use crate::engine::{EventKind, Intervention, SimTime, Timeline, TraceEvent};
use crate::scenario::{parse_question, world_source};
use crate::scene::Playhead;
use crate::scene::samples::at_secs;

/// A session in which Dallas asks for a name.
fn session(name: &str) -> Timeline {
    let world = world_source("wide_internet").expect("the shipped world is sound");
    let mut timeline = Timeline::new(world.build(1));
    let question = parse_question(&format!("{name}.example.com A")).expect("a question");
    timeline
        .intervene(SimTime::ZERO, Intervention::ask("dallas", question))
        .expect("the client is there");
    timeline
}

fn decision(timeline: &Timeline) -> DecisionView {
    let trace = timeline.trace();
    let events = trace.events().iter();
    let decided = |event: &&TraceEvent| matches!(event.kind, EventKind::PolicyDecided(_));
    let node = { events }.find(decided).expect("a decision").node;
    let views = decision_views(timeline.head(), trace, node, Playhead::end(trace), None);
    assert_eq!(views.len(), 1, "no name leads on");
    views.into_iter().next().expect("the server has decided")
}

/// A list in a line, with what was taken out in brackets.
fn line(list: &[ListItem]) -> String {
    let words = list.iter().map(|item| match item.is_out {
        false => format!("{} {}", item.machine, item.target),
        true => format!("({} {})", item.machine, item.target),
    });
    words.collect::<Vec<_>>().join(", ")
}

#[test]
fn a_chain_shows_the_list_after_each_filter() {
    let view = decision(&session("chain"));
    assert_eq!(
        line(view.before.as_ref().expect("a list to begin with")),
        "Frankfurt 198.51.100.5, Ashburn 203.0.113.10, Dallas 203.0.113.20, Tokyo 192.0.2.20"
    );
    let lists = view.steps.iter().filter_map(|row| row.list.as_ref());
    let lists: Vec<String> = lists.map(|list| line(list)).collect();
    assert_eq!(
        lists,
        [
            "Frankfurt 198.51.100.5, Ashburn 203.0.113.10, Dallas 203.0.113.20, Tokyo 192.0.2.20",
            "Ashburn 203.0.113.10, Dallas 203.0.113.20, Tokyo 192.0.2.20, (Frankfurt 198.51.100.5)",
            "Dallas 203.0.113.20, Ashburn 203.0.113.10, Tokyo 192.0.2.20",
            "Dallas 203.0.113.20, (Ashburn 203.0.113.10), (Tokyo 192.0.2.20)",
        ]
    );
    assert_eq!(line(&view.answer), "Dallas 203.0.113.20");
    assert!(
        view.policy.to_lowercase().contains("chain"),
        "{}",
        view.policy
    );
}

#[test]
fn an_earlier_decision_can_be_looked_at_again() {
    let mut timeline = session("shop");
    let question = parse_question("app.example.com A").expect("a question");
    timeline
        .intervene(at_secs(5), Intervention::ask("dallas", question))
        .expect("the client is there");
    let trace = timeline.trace();
    let made: Vec<&TraceEvent> = { trace.events().iter() }
        .filter(|event| matches!(event.kind, EventKind::PolicyDecided(_)))
        .collect();
    let (node, end) = (made[0].node, Playhead::end(trace));
    assert_eq!(made[1].node, node, "the same server is asked again");
    let view = |chosen| {
        let views = decision_views(timeline.head(), trace, node, end, chosen);
        views[0].title.clone()
    };
    assert_eq!(view(None), "app.example.com A");
    assert_eq!(view(Some(made[0].id.index())), "shop.example.com A");
    assert_eq!(
        view(Some(0)),
        "app.example.com A",
        "no decision was made there"
    );
}

#[test]
fn the_reason_of_an_answer_is_told_in_plain_words() {
    let timeline = session("app");
    let trace = timeline.trace();
    let told: Vec<String> = { trace.events().iter() }
        .filter(|event| matches!(event.kind, EventKind::PolicyDecided(_)))
        .map(|event| crate::scene::caption(timeline.initial(), trace, event).text)
        .collect();
    assert_eq!(
        told,
        [
            "The question comes from the resolver at 198.18.2.100, which the table of places \
          puts in Dallas. So the record for North America answers. The answer for \
          app.example.com is 203.0.113.10."
        ]
    );
}

/// One steered set of the server of example.com at the end of a session.
fn set(timeline: &Timeline, name: &str) -> SteeredView {
    let (world, trace) = (timeline.head(), timeline.trace());
    let node = world.find("ns1.example.com").expect("a server");
    let views = steered_views(world, trace, node, Playhead::end(trace));
    let mut views = views.into_iter();
    views
        .find(|view| view.title.starts_with(name))
        .expect("a steered set")
}

#[test]
fn a_server_lists_what_it_chooses_from() {
    let timeline = session("shop");
    let shop = set(&timeline, "shop");
    assert_eq!(shop.preset, Some("route53-weighted"));
    assert_eq!(shop.summary, "2 of 2 in use");
    assert!(
        shop.check.contains("16 checkers, each every 30 s"),
        "{}",
        shop.check
    );
    let row = &shop.endpoints[1];
    assert_eq!((row.weight, row.details.as_str()), (Some(5), ""));
    assert_eq!(row.machine, "Web server, Dallas");
    assert_eq!(
        (row.health.word, row.health.tone),
        ("healthy", StandingTone::Good)
    );
    let app = set(&timeline, "app");
    assert_eq!(app.endpoints[0].weight, None, "its policy weighs nothing");
    assert_eq!(app.endpoints[0].details, "for EU");
    let world = timeline.head();
    let client = world.find("dallas").expect("a client");
    let none = steered_views(world, timeline.trace(), client, Playhead::start());
    assert_eq!(none, []);
}

#[test]
fn a_failing_endpoint_says_what_its_checks_met() {
    let mut timeline = session("api");
    let down = Intervention::SetDown {
        node: "web-ashburn".to_owned(),
        down: true,
    };
    timeline
        .intervene(at_secs(5), down)
        .expect("the machine is there");
    let api = set(&timeline, "api");
    let row = &api.endpoints[0];
    assert_eq!(row.health.tone, StandingTone::Bad);
    assert!(
        row.last_check.starts_with("unhealthy since "),
        "{}",
        row.last_check
    );
    assert_eq!(api.summary, "1 of 2 in use");
    let trace = timeline.trace();
    let probe = { trace.events().iter() }
        .position(|event| matches!(event.kind, EventKind::EndpointProbed { .. }))
        .expect("one prober, so its probes are told");
    let playhead = Playhead::at_event(trace, probe);
    let world = crate::scene::world_at(&timeline, playhead);
    let node = world.find("ns1.example.com").expect("a server");
    let views = steered_views(&world, trace, node, playhead);
    let api = views.iter().find(|view| view.title.starts_with("api"));
    let row = &api.expect("a steered set").endpoints[0];
    assert!(
        row.last_check.contains("no answer, 1 of "),
        "{}",
        row.last_check
    );
    assert_eq!(
        row.health.tone,
        StandingTone::Good,
        "one probe is not enough"
    );
}

#[test]
fn a_drained_address_is_out_and_not_called_sick() {
    let mut timeline = session("shop");
    let drain = Intervention::Drain {
        owner: "shop.example.com".parse().expect("a name"),
        address: "203.0.113.10".parse().expect("an address"),
        drained: true,
    };
    timeline
        .intervene(at_secs(5), drain)
        .expect("the name is steered");
    let shop = set(&timeline, "shop");
    assert!(shop.endpoints[0].is_drained && shop.has_fault);
    assert_eq!(shop.endpoints[0].health.tone, StandingTone::Out);
}
