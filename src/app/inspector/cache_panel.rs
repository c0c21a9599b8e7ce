//! What the caches hold, running down.

use leptos::prelude::*;

use crate::app::controls::{Item, keyed};
use crate::app::state::LabState;
use crate::engine::{CacheLayer, Intervention, Node, NodeId, World};
use crate::scene::{CacheOrder, CacheRow, CacheView, Playhead, cache_view};

/// A cache and the machine it belongs to.
#[derive(Clone, Debug, PartialEq)]
struct Shelf {
    /// The machine.
    node: NodeId,
    /// Its identifier.
    id: String,
    /// What it is called.
    machine: String,
    /// Which of its caches.
    layer: CacheLayer,
    /// What it holds.
    view: CacheView,
}

/// The caches between the application and the zone: of the client, then of its resolver.
fn shelves(world: &World, playhead: Playhead, client: &str) -> Vec<Shelf> {
    let Some(client) = world.find(client) else {
        return Vec::new();
    };
    let resolver = match world.node(client) {
        Node::Client(node) => world.node_at(node.config().resolver.ip()),
        _ => None,
    };
    let places = [
        (Some(client), CacheLayer::Browser),
        (Some(client), CacheLayer::Stub),
        (resolver, CacheLayer::Resolver),
    ];
    let shelves = places.into_iter().filter_map(|(node, layer)| {
        let node = node?;
        let view = cache_view(world, node, layer, playhead, CacheOrder::Name)?;
        let spec = world.spec(node);
        Some(Shelf {
            node,
            id: spec.id.clone(),
            machine: spec.title.clone(),
            layer,
            view,
        })
    });
    shelves.collect()
}

/// All caches on the way of the client's questions.
#[component]
pub fn CachePanel() -> impl IntoView {
    let bench = LabState::expect().bench;
    let scene = Memo::new(move |_| {
        bench.client.track();
        bench.with(|bench| shelves(bench.world(), bench.playhead(), bench.client()))
    });
    let shelves = keyed(
        scene,
        |shelves: &Vec<Shelf>| shelves.as_slice(),
        |shelf| (shelf.node.index(), shelf.layer),
        |shelf| view! { <CacheTable shelf /> },
    );
    view! { <div class="lab-caches">{shelves}</div> }
}

/// One cache as a table.
#[component]
fn CacheTable(
    /// The cache.
    shelf: Item<Shelf>,
) -> impl IntoView {
    let state = LabState::expect();
    let view = Memo::new(move |_| shelf.with(|shelf| shelf.view.clone()));
    let title = move || view.with(|view| view.title.clone());
    let is_empty = Memo::new(move |_| view.with(|view| view.rows.is_empty()));
    let policy = move || {
        let lines = view.with(|view| view.policy.clone());
        (!lines.is_empty()).then(|| view! { <p class="lab-cache__policy">{lines.join("; ")}</p> })
    };
    let flush = move |_| {
        let (node, layer) = shelf.with_untracked(|shelf| (shelf.id.clone(), shelf.layer));
        state.bench.act(Intervention::FlushCache { node, layer });
    };
    let rows = keyed(
        view,
        |view| &view.rows,
        |row| (row.owner.clone(), row.rtype),
        |row| {
            view! { <CacheTableRow row /> }
        },
    );
    view! {
        <section class="lab-cache">
            <div class="lab-cache__head">
                <div>
                    <h2 class="lab-panel-title">{title}</h2>
                    <p class="lab-cache__machine">{move || shelf.with(|shelf| shelf.machine.clone())}</p>
                </div>
                <button
                    type="button"
                    class="lab-button lab-button--small"
                    disabled=is_empty
                    aria-label=move || format!("Flush the {}", title())
                    on:click=flush
                >
                    "Flush"
                </button>
            </div>
            {policy}
            <Show
                when=move || !is_empty.get()
                fallback=move || view! {
                    <p class="lab-empty lab-empty--small">{view.with(|view| view.empty.clone())}</p>
                }
            >
                ""
            </Show>
            <table class="lab-table lab-table--cache" hidden=is_empty>
                <thead><tr><th scope="col">"RRset"</th><th scope="col">"Time left"</th></tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </section>
    }
}

/// One entry: what is remembered, and for how long still.
#[component]
fn CacheTableRow(
    /// The entry.
    row: Item<CacheRow>,
) -> impl IntoView {
    let kind = move || {
        row.with(|row| match (row.is_negative, row.is_answer) {
            (true, _) => "negative",
            (_, true) => "answer",
            _ => "pointer",
        })
    };
    view! {
        <tr class="lab-entry" data-kind=kind title=move || row.with(|row| row.rank.clone())>
            <td>
                <span class="lab-entry__name">
                    {move || row.with(|row| row.name.clone())}" "<b>{move || row.with(|row| row.rtype_text.clone())}</b>
                </span>
                <span class="lab-entry__data">{move || row.with(|row| row.data.clone())}</span>
            </td>
            <td class="lab-entry__life">
                <span>{move || row.with(|row| row.remaining.clone())}</span>
                <span class="lab-life" style:--left=move || format!("{:.3}", row.with(|row| row.fraction))></span>
            </td>
        </tr>
    }
}
