//! One machine: what it is, what it knows, and what can be done to it.

use leptos::prelude::*;

use super::balancer_table::{BalancerTable, SiteTable};
use super::decision_table::DecisionTables;
use super::standing::ActButton;
use super::steered_tables::SteeredTables;
use super::zone_editor::ZoneEditor;
use crate::app::controls::keyed;
use crate::app::state::LabState;
use crate::engine::{Intervention, Node, NodeId};
use crate::scene::site_view::{BalancerView, SiteRow, balancer_view, sites};
use crate::scene::{
    DecisionView, ResolverView, SteeredView, ZoneView, decision_views, resolver_view, server_view,
    steered_views,
};

/// What there is to say about a machine.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Machine {
    /// The machine.
    node: NodeId,
    /// Its identifier.
    pub(super) id: String,
    /// What it is called.
    title: String,
    /// What it does.
    role: &'static str,
    /// Its addresses.
    addresses: Vec<String>,
    /// Where it stands.
    pub(super) sites: Vec<SiteRow>,
    /// The servers behind it, for a balancer.
    pub(super) balancer: Option<BalancerView>,
    /// Whether it is down.
    is_down: bool,
    /// Its zones, for an authoritative server.
    zones: Vec<ZoneView>,
    /// What it knows of servers, for a resolver.
    resolver: Option<ResolverView>,
    /// The sets a policy chooses from, for an authoritative server.
    pub(super) steered: Vec<SteeredView>,
    /// How it chose an answer: more than one where a name leads on to others.
    pub(super) decisions: Vec<DecisionView>,
}

/// The machine that was picked, or the one at which something happened last.
#[component]
pub fn MachinePanel() -> impl IntoView {
    let state = LabState::expect();
    let bench = state.bench;
    let machine = Memo::new(move |_| -> Option<Machine> {
        let (chosen, event) = state
            .bench
            .selection
            .with(|selection| (selection.node, selection.event));
        bench.with(|bench| {
            let (playhead, world) = (bench.playhead(), &**bench.world());
            let trace = bench.timeline().trace();
            let last = playhead.last_event(trace).map(|event| event.node);
            let node = chosen.or(last)?;
            if node.index() >= world.specs().len() {
                return None;
            }
            let spec = world.spec(node);
            let balancer = balancer_view(world, node);
            let role = match world.node(node) {
                Node::Client(_) => "A user's machine",
                Node::Resolver(_) => "A recursive resolver",
                Node::Authoritative(_) => "An authoritative server",
                Node::Host(_) if balancer.is_some() => "A load balancer for web servers",
                Node::Host(_) => "A web server",
            };
            Some(Machine {
                node,
                id: spec.id.clone(),
                title: spec.title.clone(),
                role,
                addresses: spec.addresses.iter().map(ToString::to_string).collect(),
                sites: sites(world, node),
                balancer,
                is_down: world.is_down(node),
                zones: server_view(world, node).map_or_else(Vec::new, |server| server.zones),
                resolver: resolver_view(world, trace, node, playhead),
                steered: steered_views(world, trace, node, playhead),
                decisions: decision_views(world, trace, node, playhead, event),
            })
        })
    });
    let node = Memo::new(move |_| machine.with(|machine| machine.as_ref().map(|one| one.node)));
    let body = move || {
        match node.get() {
        // What has the focus keeps it while the machine changes.
        Some(_) => {
            let first = machine.get_untracked()?;
            let kept = Memo::new(move |before: Option<&Machine>| {
                let now = machine.get().filter(|now| now.node == first.node);
                now.or_else(|| before.cloned())
                    .unwrap_or_else(|| first.clone())
            });
            Some(view! { <MachineDetails machine=kept /> }.into_any())
        }
        None => Some(
            view! { <p class="lab-empty">"Pick a machine on the stage to see what it is and what it knows."</p> }
                .into_any(),
        ),
    }
    };
    view! { <div class="lab-machine-panel">{body}</div> }
}

/// One machine.
#[component]
fn MachineDetails(
    /// The machine.
    machine: Memo<Machine>,
) -> impl IntoView {
    let addresses = move || {
        machine.with(|machine| {
            let addresses = machine.addresses.iter();
            addresses
                .map(|address| view! { <code>{address.clone()}</code> })
                .collect_view()
        })
    };
    // The sites of an anycast machine have a table of their own.
    let place = Memo::new(move |_| {
        machine.with(|machine| match &machine.sites[..] {
            [site] => Some(site.name.clone()),
            _ => None,
        })
    });
    let place = move || {
        place
            .get()
            .map(|place| view! { <dt>"Place"</dt><dd>{place}</dd> })
    };
    let role = move || {
        machine.with(|machine| {
            let down = match machine.is_down {
                true => ", down: nothing reaches or leaves it",
                false => "",
            };
            format!("{}{down}", machine.role)
        })
    };
    let resolver = Memo::new(move |_| machine.with(|machine| machine.resolver.clone()));
    let servers = move || {
        resolver
            .get()
            .map(|resolver| view! { <KnownServers resolver /> })
    };
    let decisions = Memo::new(move |_| machine.with(|machine| machine.decisions.clone()));
    let decision = move || {
        let decisions = decisions.get();
        (!decisions.is_empty()).then(|| view! { <DecisionTables decisions /> })
    };
    let zones = keyed(
        machine,
        |machine| &machine.zones,
        |zone| (zone.origin.clone(), zone.text.clone()),
        |zone| view! { <ZoneEditor zone=zone.get_untracked() /> },
    );
    let is_down = Memo::new(move |_| machine.with(|machine| machine.is_down));
    let text = Signal::derive(move || match is_down.get() {
        true => "Bring back",
        false => "Take down",
    });
    let act = move || {
        machine.with_untracked(|machine| {
            Some(Intervention::SetDown {
                node: machine.id.clone(),
                down: !machine.is_down,
            })
        })
    };
    let title = move || machine.with(|machine| machine.title.clone());
    view! {
        <h2 class="lab-panel-title lab-panel-title--mono">{title}</h2>
        <p class="lab-panel-summary">{role}</p>
        <dl class="lab-facts">
            <dt>"Addresses"</dt>
            <dd>{addresses}</dd>
            {place}
        </dl>
        <div id="fault"><ActButton text target=Signal::derive(title) act /></div>
        <SiteTable machine />
        <BalancerTable machine />
        {servers}
        {decision}
        <SteeredTables machine />
        {zones}
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
