//! What the inspector shows of the policies of a server: the endpoints, and how the last
//! answer was chosen, with the list after each filter.

use super::Playhead;
use super::caption::{address_list, policy_title, steps_of, target_text};
use crate::engine::policy::{Area, Endpoint, Health, Step, Target};
use crate::engine::{EventKind, Node, NodeId, PolicyReport, Trace, TraceEvent, World};

/// A steered set of a server.
#[derive(Clone, Debug, PartialEq)]
pub struct SteeredView {
    /// `app.example.com A`.
    pub title: String,
    /// `Route 53: Geolocation`.
    pub policy: String,
    /// What there is to choose from.
    pub endpoints: Vec<EndpointRow>,
}

/// An endpoint of a steered set.
#[derive(Clone, Debug, PartialEq)]
pub struct EndpointRow {
    /// The address, or the name it leads to.
    pub address: String,
    /// The machine that has it, if one has.
    pub machine: String,
    /// What health checks say: `healthy`.
    pub health: &'static str,
    /// What policies need to know of it and is not as usual: `weight 5, for EU`.
    pub details: String,
}

/// How an answer was chosen.
#[derive(Clone, Debug, PartialEq)]
pub struct DecisionView {
    /// `app.example.com A`.
    pub title: String,
    /// `Route 53: Geolocation`.
    pub policy: String,
    /// Each step in words, and the list after it where the step has changed one.
    pub steps: Vec<(String, String)>,
    /// The chosen addresses.
    pub answer: String,
}

/// The steered sets and the flattened names of a server in the world of one moment; empty for
/// other machines.
pub fn steered_views(world: &World, node: NodeId) -> Vec<SteeredView> {
    let Node::Authoritative(server) = world.node(node) else {
        return Vec::new();
    };
    let sets = server.policy_sets().into_iter();
    let all = sets.flat_map(|sets| sets.iter().map(move |set| (sets, set)));
    let views = all.map(|(sets, (pool, policy))| {
        let judged = sets.judged(&pool.key());
        let endpoints = judged.as_deref().unwrap_or(pool).endpoints().iter();
        SteeredView {
            title: format!("{} {}", pool.owner().without_dot(), pool.rtype()),
            policy: policy_title(policy),
            endpoints: endpoints.map(|endpoint| row(world, endpoint)).collect(),
        }
    });
    views.chain(flattened_views(world, node)).collect()
}

/// The flattened names of a server, as sets with one endpoint each; empty for other machines.
fn flattened_views(world: &World, node: NodeId) -> impl Iterator<Item = SteeredView> {
    let names = match world.node(node) {
        Node::Authoritative(server) => server.flattened(),
        _ => &[],
    };
    names.iter().map(|name| {
        let upstream = world.node_at(name.upstream);
        let asked = upstream.map(|id| world.spec(id).title.clone());
        let asked = asked.unwrap_or_else(|| name.upstream.to_string());
        let told = match name.passes_subnet {
            true => "and told the asker's network",
            false => "and told nothing of the asker",
        };
        SteeredView {
            title: name.owner.without_dot(),
            policy: "A flattened name: it gets the addresses of another one".to_owned(),
            endpoints: vec![EndpointRow {
                address: name.target.without_dot(),
                machine: "Gives its addresses".to_owned(),
                health: "not checked",
                details: format!("{asked} is asked for them, {told}"),
            }],
        }
    })
}

/// The weight and the rank of an endpoint whose file says nothing of them.
const USUAL: u32 = 1;

/// An endpoint as a row.
fn row(world: &World, endpoint: &Endpoint) -> EndpointRow {
    let mut details = Vec::new();
    if let Target::Set {
        evaluates_health: false,
        ..
    } = endpoint.target
    {
        details.push("whatever its health".to_owned());
    }
    if endpoint.weight != USUAL {
        details.push(format!("weight {}", endpoint.weight));
    }
    if endpoint.priority != USUAL {
        details.push(format!("rank {}", endpoint.priority));
    }
    if endpoint.bias != 0 {
        details.push(format!("bias {}", endpoint.bias));
    }
    if endpoint.area != Area::Default {
        details.push(format!("for {}", endpoint.area));
    }
    let machine = endpoint
        .address()
        .and_then(|address| world.node_at(address));
    let machine = machine.map(|id| world.spec(id).title.clone());
    let leads_on = endpoint
        .alias_name()
        .map(|_| "Leads on to another name".to_owned());
    EndpointRow {
        address: target_text(endpoint),
        machine: machine.or(leads_on).unwrap_or_default(),
        health: match endpoint.health {
            Health::Healthy => "healthy",
            Health::Unhealthy => "unhealthy",
            Health::Unchecked => "not checked",
            Health::Drained => "taken out",
        },
        details: details.join(", "),
    }
}

/// How a server chose its last answer before the playhead: the decision for the name asked
/// for, then those it led to. Empty if it has chosen none.
pub fn decision_views(
    world: &World,
    trace: &Trace,
    node: NodeId,
    playhead: Playhead,
) -> Vec<DecisionView> {
    let mut views = Vec::new();
    for event in playhead.shown(trace).iter().rev() {
        let EventKind::PolicyDecided(report) = &event.kind else {
            continue;
        };
        if event.node != node {
            continue;
        }
        views.push(view_of(world, trace, event, report));
        if report.from.is_none() {
            break;
        }
    }
    views.reverse();
    views
}

/// A decision, step by step.
fn view_of(
    world: &World,
    trace: &Trace,
    event: &TraceEvent,
    report: &PolicyReport,
) -> DecisionView {
    let words = steps_of(world, trace, event, report);
    let lists = report.decision.steps.iter().map(|step| match step {
        Step::Filtered { after, .. } => address_list(report, after),
        _ => String::new(),
    });
    DecisionView {
        title: format!(
            "{} {}",
            report.pool.owner().without_dot(),
            report.pool.rtype()
        ),
        policy: policy_title(&report.policy),
        steps: words.into_iter().zip(lists).collect(),
        answer: address_list(report, &report.decision.chosen),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::{Intervention, SimTime, Timeline};
    use crate::scenario::{parse_question, world_source};

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
        let mut views = decision_views(timeline.head(), trace, node, Playhead::end(trace));
        assert_eq!(views.len(), 1, "no name leads on");
        views.remove(0)
    }

    #[test]
    fn a_chain_shows_the_list_after_each_filter() {
        let view = decision(&session("chain"));
        let lists: Vec<&str> = { view.steps.iter() }
            .filter(|(_, list)| !list.is_empty())
            .map(|(_, list)| list.as_str())
            .collect();
        assert_eq!(
            lists,
            [
                "198.51.100.5, 203.0.113.10, 203.0.113.20, 192.0.2.20",
                "203.0.113.10, 203.0.113.20, 192.0.2.20",
                "203.0.113.20, 203.0.113.10, 192.0.2.20",
                "203.0.113.20",
            ]
        );
        assert_eq!(view.answer, "203.0.113.20");
        assert_eq!(view.policy, "A chain of filters");
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

    #[test]
    fn a_server_lists_what_it_chooses_from() {
        let timeline = session("shop");
        let world = timeline.head();
        let node = world.find("ns1.example.com").expect("a server");
        let views = steered_views(world, node);
        let shop = views.iter().find(|view| view.title.starts_with("shop"));
        let rows = &shop.expect("shop is steered").endpoints;
        assert_eq!(rows[1].details, "weight 5");
        assert_eq!(rows[1].machine, "Web server, Dallas");
        assert_eq!(rows[1].health, "healthy");
        let client = world.find("dallas").expect("a client");
        assert_eq!(steered_views(world, client), []);
    }
}
