//! One machine: what it is, what it knows, and what can be done to it.

use leptos::prelude::*;

use super::policy_tables::{DecisionTable, SteeredTables};
use super::zone_editor::ZoneEditor;
use crate::app::state::LabState;
use crate::engine::{Intervention, Node, NodeId};
use crate::scene::{
    DecisionView, ResolverView, ServerView, SteeredView, decision_views, resolver_view,
    server_view, steered_views, world_at,
};

/// What there is to say about a machine.
#[derive(Clone, Debug, PartialEq)]
struct Machine {
    /// The machine.
    node: NodeId,
    /// Its identifier.
    id: String,
    /// What it is called.
    title: String,
    /// What it does.
    role: &'static str,
    /// Its addresses.
    addresses: Vec<String>,
    /// Where it stands.
    sites: Vec<String>,
    /// The servers behind it, in words.
    behind: Vec<String>,
    /// Whether it is down.
    is_down: bool,
    /// Its zones, for an authoritative server.
    server: Option<ServerView>,
    /// What it knows of servers, for a resolver.
    resolver: Option<ResolverView>,
    /// The sets a policy chooses from, for an authoritative server.
    steered: Vec<SteeredView>,
    /// How it chose its last answer: more than one where a name leads on to others.
    decisions: Vec<DecisionView>,
}

/// The machine that was picked, or the one at which something happened last.
#[component]
pub fn MachinePanel() -> impl IntoView {
    let state = LabState::expect();
    let bench = state.bench;
    let machine = Memo::new(move |_| -> Option<Machine> {
        let chosen = state.selection.with(|selection| selection.node);
        let playhead = bench.playhead.get();
        bench.timeline.with(|timeline| {
            let last = playhead
                .last_event(timeline.trace())
                .map(|event| event.node);
            let node = chosen.or(last)?;
            let world = world_at(timeline, playhead);
            if node.index() >= world.specs().len() {
                return None;
            }
            let spec = world.spec(node);
            let role = match world.node(node) {
                Node::Client(_) => "A user's machine",
                Node::Resolver(_) => "A recursive resolver",
                Node::Authoritative(_) => "An authoritative server",
                Node::Host(_) => "A web server",
            };
            Some(Machine {
                node,
                id: spec.id.clone(),
                title: spec.title.clone(),
                role,
                addresses: spec.addresses.iter().map(ToString::to_string).collect(),
                sites: crate::scene::site_view::sites(&world, node),
                behind: crate::scene::site_view::servers(&world, node),
                is_down: world.is_down(node),
                server: server_view(&world, node),
                resolver: resolver_view(&world, timeline.trace(), node, playhead),
                steered: steered_views(&world, node),
                decisions: decision_views(&world, timeline.trace(), node, playhead),
            })
        })
    });
    let body = move || {
        match machine.get() {
        Some(machine) => view! { <MachineDetails machine /> }.into_any(),
        None => view! { <p class="lab-empty">"Pick a machine on the stage to see what it is and what it knows."</p> }
            .into_any(),
    }
    };
    view! { <div class="lab-machine-panel">{body}</div> }
}

/// One machine.
#[component]
fn MachineDetails(
    /// The machine.
    machine: Machine,
) -> impl IntoView {
    let Machine {
        id,
        title,
        role,
        addresses,
        sites,
        behind,
        is_down,
        server,
        resolver,
        steered,
        decisions,
        ..
    } = machine;
    let zones = server.map(|server| server.zones).unwrap_or_default();
    let zones = zones
        .into_iter()
        .map(|zone| view! { <ZoneEditor zone /> })
        .collect_view();
    let servers = resolver.map(|resolver| view! { <KnownServers resolver /> });
    view! {
        <h2 class="lab-panel-title lab-panel-title--mono">{title.clone()}</h2>
        <p class="lab-panel-summary">{role}{is_down.then_some(", down: nothing reaches or leaves it")}</p>
        <dl class="lab-facts">
            <dt>"Addresses"</dt>
            <dd>{addresses.into_iter().map(|a| view! { <code>{a}</code> }).collect_view()}</dd>
            <dt>"Places"</dt>
            <dd>{sites.join(", ")}</dd>
            {(!behind.is_empty()).then(|| view! {
                <dt>"Servers behind it"</dt>
                {behind.into_iter().map(|line| view! { <dd>{line}</dd> }).collect_view()}
            })}
        </dl>
        <FaultButton id is_down title />
        {servers}
        {decisions.into_iter().map(|decision| view! { <DecisionTable decision /> }).collect_view()}
        <SteeredTables steered />
        {zones}
    }
}

/// Takes a machine down or brings it back.
#[component]
fn FaultButton(
    /// The machine's identifier.
    id: String,
    /// What it is called.
    title: String,
    /// Whether it is down.
    is_down: bool,
) -> impl IntoView {
    let state = LabState::expect();
    let toggle = move |_| {
        let act = Intervention::SetDown {
            node: id.clone(),
            down: !is_down,
        };
        if let Err(error) = state.bench.act(act) {
            state.complain(error.to_string());
        }
    };
    let text = if is_down { "Bring back" } else { "Take down" };
    view! {
        <button id="fault" type="button" class="lab-button" aria-label=format!("{text} {title}") on:click=toggle>
            {text}
        </button>
    }
}

/// What a resolver remembers of servers, and what it is working on.
#[component]
fn KnownServers(
    /// The resolver.
    resolver: ResolverView,
) -> impl IntoView {
    let is_empty = resolver.servers.is_empty();
    let rows = resolver.servers.into_iter().map(|row| {
        view! {
            <tr title=row.label>
                <td class="lab-record__data">
                    <span class="lab-record__owner">{row.title}</span>
                    <span class="lab-record__value">{row.address}</span>
                </td>
                <td class="lab-record__ttl">{row.round_trip}</td>
                <td class="lab-record__ttl">{row.timeout}</td>
            </tr>
        }
    });
    let pending = resolver.pending.into_iter().map(|row| {
        view! {
            <li><code>{row.text}</code>" for "{row.since}</li>
        }
    });
    let pending = pending.collect::<Vec<_>>();
    let pending = (!pending.is_empty()).then(|| {
        view! {
            <h3 class="lab-subheading">"Working on"</h3>
            <ul class="lab-plain-list">{pending}</ul>
        }
    });
    let table = (!is_empty).then(|| {
        view! {
            <h3 class="lab-subheading">"Servers it has asked"</h3>
            <table class="lab-table">
                <thead>
                    <tr>
                        <th scope="col">"Server"</th>
                        <th scope="col" title="Smoothed round-trip time">"Round trip"</th>
                        <th scope="col" title="How long it would wait">"Would wait"</th>
                    </tr>
                </thead>
                <tbody>{rows.collect_view()}</tbody>
            </table>
        }
    });
    view! { {pending} {table} }
}
