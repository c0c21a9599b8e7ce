//! Machines, the links between them, and what is on its way.

use leptos::prelude::*;

use super::boxes::{ClientMachine, HostMachine, ResolverMachine, ServerMachine};
use super::fault_menu::{FaultMenu, FaultMenuState};
use super::legend::Legend;
use super::links::{LinkLine, LinkText};
use super::packet_dot::{PacketCallout, PacketDot};
use crate::app::controls::keyed;
use crate::app::listen::use_media_query;
use crate::app::state::LabState;
use crate::scene::{HierarchyFocus, HierarchyScene, Layout, hierarchy};

/// The picture of a lookup.
#[component]
pub fn HierarchyView() -> impl IntoView {
    let state = LabState::expect();
    let bench = state.bench;
    let is_narrow = use_media_query("(max-width: 1080px)");
    let focus = Memo::new(move |_| {
        let layout = if is_narrow.get() {
            Layout::Narrow
        } else {
            Layout::Wide
        };
        let question = bench.question.get()?;
        Some(HierarchyFocus {
            client: bench.client.get(),
            question,
            layout,
        })
    });
    let picture = move || {
        // A fixed focus makes a new picture; what moves within it reaches the parts by memos.
        let focus = focus.get()?;
        let scene = Memo::new(move |_| {
            bench.with(|bench| hierarchy(bench.world(), bench.timeline(), bench.playhead(), &focus))
        });
        Some(view! { <Picture scene /> })
    };
    view! { {picture} <Legend /> }
}

/// One picture, drawn from a scene.
#[component]
fn Picture(
    /// What there is to see.
    scene: Memo<HierarchyScene>,
) -> impl IntoView {
    let menu = RwSignal::new(None::<FaultMenuState>);
    provide_context(menu);
    let view_box =
        move || scene.with(|scene| format!("0 0 {:.0} {:.0}", scene.width, scene.height));
    let label = move || scene.with(|scene| scene.label.clone());
    let links = keyed(
        scene,
        |scene| &scene.links,
        |link| link.end.key(),
        |link| {
            view! { <LinkLine link /> }
        },
    );
    let link_texts = keyed(
        scene,
        |scene| &scene.links,
        |link| link.end.key(),
        |link| {
            view! { <LinkText link /> }
        },
    );
    let clients = keyed(
        scene,
        |scene| scene.client.as_slice(),
        |client| client.node,
        |client| {
            view! { <ClientMachine client /> }
        },
    );
    let resolvers = keyed(
        scene,
        |scene| scene.resolver.as_slice(),
        |one| one.node,
        |resolver| {
            view! { <ResolverMachine resolver /> }
        },
    );
    let servers = keyed(
        scene,
        |scene| &scene.servers,
        |server| server.zone.clone(),
        |server| {
            view! { <ServerMachine server /> }
        },
    );
    let hosts = keyed(
        scene,
        |scene| scene.host.as_slice(),
        |host| host.address.clone(),
        |host| {
            view! { <HostMachine host /> }
        },
    );
    let packets = keyed(
        scene,
        |scene| &scene.packets,
        |packet| packet.event,
        |packet| {
            view! { <PacketDot packet /> }
        },
    );
    let callouts = keyed(
        scene,
        |scene| &scene.packets,
        |packet| packet.event,
        |packet| {
            view! { <PacketCallout packet /> }
        },
    );
    view! {
        <div class="lab-picture">
            <svg
                class="lab-picture__svg"
                viewBox=view_box
                preserveAspectRatio="xMidYMid meet"
                role="group"
                aria-label=label
            >
                <g class="lab-picture__links">{links}{link_texts}</g>
                {clients}
                {resolvers}
                {servers}
                {hosts}
                {packets}
                <g class="lab-picture__callouts" aria-hidden="true">{callouts}</g>
            </svg>
            <FaultMenu menu />
        </div>
    }
}
