//! Breaking machines.

use leptos::prelude::*;

use crate::app::binding::while_here;
use crate::app::controls::Item;
use crate::app::state::LabState;
use crate::engine::{Intervention, Node, NodeId};

/// One machine that can be taken down.
#[derive(Clone, Debug, PartialEq)]
struct Breakable {
    /// The machine.
    node: NodeId,
    /// Its identifier.
    id: String,
    /// What it is called.
    title: String,
    /// Whether it is down.
    is_down: bool,
}

/// All servers and resolvers with a switch each.
#[component]
pub fn Faults() -> impl IntoView {
    let state = LabState::expect();
    let bench = state.bench;
    let machines = Memo::new(move |_| {
        bench.with(|bench| {
            let world = bench.world();
            let breakable = world.node_ids().filter(|id| {
                matches!(
                    world.node(*id),
                    Node::Resolver(_) | Node::Authoritative(_) | Node::Host(_)
                )
            });
            let machines = breakable.map(|node| Breakable {
                node,
                id: world.spec(node).id.clone(),
                title: world.spec(node).title.clone(),
                is_down: world.is_down(node),
            });
            machines.collect::<Vec<_>>()
        })
    });
    let down = move || machines.with(|all| all.iter().filter(|machine| machine.is_down).count());
    let rows = crate::app::controls::keyed(
        machines,
        |machines: &Vec<Breakable>| machines.as_slice(),
        |machine| machine.node.index(),
        |machine| view! { <FaultSwitch machine /> },
    );
    view! {
        <details class="lab-details">
            <summary>
                "Take machines down"
                {move || (down() > 0).then(|| view! { <span class="lab-chip" data-tone="failure">{down()}" down"</span> })}
            </summary>
            <ul class="lab-faults">{rows}</ul>
        </details>
    }
}

/// The switch of one machine.
#[component]
fn FaultSwitch(
    /// The machine.
    machine: Item<Breakable>,
) -> impl IntoView {
    let state = LabState::expect();
    let is_down = Memo::new(move |_| machine.with(|machine| machine.is_down));
    let toggle = move |_| {
        let (node, down) = machine.with_untracked(|machine| (machine.id.clone(), !machine.is_down));
        state.bench.act(Intervention::SetDown { node, down });
    };
    view! {
        <li>
            <label class="lab-switch">
                <input type="checkbox" role="switch" prop:checked=move || !is_down.get() on:change=while_here(toggle) />
                <span class="lab-switch__name">{move || machine.with(|machine| machine.title.clone())}</span>
                <span class="lab-switch__state">{move || if is_down.get() { "down" } else { "up" }}</span>
            </label>
        </li>
    }
}
