//! The servers behind a balancer, and the sites of an anycast address.

use leptos::prelude::*;

use super::machine_panel::Machine;
use super::standing::{ActButton, StandingChip};
use crate::app::controls::{Item, keyed};
use crate::engine::balancer::Condition;
use crate::engine::{Intervention, ServerState};
use crate::scene::site_view::{BackendRow, SiteRow};

/// The servers behind a balancer.
#[component]
pub fn BalancerTable(
    /// The machine with the balancer.
    machine: Memo<Machine>,
) -> impl IntoView {
    let rule = move || {
        machine.with(|machine| {
            machine
                .balancer
                .as_ref()
                .map(|balancer| balancer.rule.clone())
        })
    };
    let is_there = Memo::new(move |_| machine.with(|machine| machine.balancer.is_some()));
    let rows = keyed(
        machine,
        |machine| {
            let balancer = machine.balancer.as_ref();
            balancer.map_or(&[][..], |balancer| &balancer.servers)
        },
        |server| server.id.clone(),
        move |server| view! { <Server machine server /> },
    );
    view! {
        <section aria-labelledby="servers-title" hidden=move || !is_there.get()>
            <h3 id="servers-title" class="lab-subheading">"Servers behind it"</h3>
            <p class="lab-note">{rule}</p>
            <ul id="balancer" class="lab-endpoints">{rows}</ul>
        </section>
    }
}

/// One server behind a balancer.
#[component]
fn Server(
    /// The machine with the balancer.
    machine: Memo<Machine>,
    /// The server.
    server: Item<BackendRow>,
) -> impl IntoView {
    let id = move || server.with(|server| server.id.clone());
    let standing = Signal::derive(move || server.with(|server| server.standing));
    let counts = move || {
        server.with(|server| {
            let noun = if server.open == 1 {
                "connection"
            } else {
                "connections"
            };
            format!("{} {noun} open, {} given so far", server.open, server.given)
        })
    };
    let set = move |state: fn(&BackendRow) -> ServerState| {
        move || {
            Some(Intervention::SetServer {
                node: machine.with_untracked(|machine| machine.id.clone()),
                server: server.with_untracked(|server| server.id.clone()),
                state: server.with_untracked(state),
            })
        }
    };
    let drain = Signal::derive(move || match server.with(|server| server.is_draining) {
        true => "Stop draining",
        false => "Drain",
    });
    let is_well = Memo::new(move |_| server.with(|server| server.condition == Condition::Well));
    let kill = Signal::derive(move || if is_well.get() { "Kill" } else { "Repair" });
    let target = Signal::derive(id);
    view! {
        <li class="lab-endpoint">
            <code class="lab-endpoint__machine">{id}</code>
            <StandingChip standing />
            <span class="lab-endpoint__details">{counts}</span>
            <span class="lab-endpoint__acts">
                <ActButton
                    text=drain
                    target
                    act=set(|server| match server.is_draining {
                        true => ServerState::Serving,
                        false => ServerState::Draining,
                    })
                />
                <ActButton
                    text=kill
                    target
                    act=set(|server| match server.condition {
                        Condition::Well => ServerState::Dead,
                        Condition::Sick | Condition::Dead => ServerState::Well,
                    })
                />
                <Show when=move || is_well.get()>
                    <ActButton text=Signal::derive(|| "Make ill") target act=set(|_| ServerState::Sick) />
                </Show>
            </span>
        </li>
    }
}

/// The sites of an anycast machine.
#[component]
pub fn SiteTable(
    /// The machine.
    machine: Memo<Machine>,
) -> impl IntoView {
    let is_anycast = Memo::new(move |_| machine.with(|machine| machine.sites.len() > 1));
    let rows = keyed(
        machine,
        |machine| match machine.sites.len() {
            0 | 1 => &[][..],
            _ => &machine.sites,
        },
        |site| site.index,
        move |site| view! { <Site machine site /> },
    );
    view! {
        <section aria-labelledby="sites-title" hidden=move || !is_anycast.get()>
            <h3 id="sites-title" class="lab-subheading">"Sites that share its addresses"</h3>
            <ul id="sites" class="lab-endpoints">{rows}</ul>
        </section>
    }
}

/// One site of an anycast machine.
#[component]
fn Site(
    /// The machine.
    machine: Memo<Machine>,
    /// The site.
    site: Item<SiteRow>,
) -> impl IntoView {
    let name = move || site.with(|site| site.name.clone());
    let standing = Signal::derive(move || site.with(|site| site.standing));
    let node = move || machine.with_untracked(|machine| machine.id.clone());
    let announce = Signal::derive(move || match site.with(|site| site.is_announced) {
        true => "Withdraw",
        false => "Announce",
    });
    let crash = Signal::derive(move || match site.with(|site| site.is_up) {
        true => "Crash",
        false => "Repair",
    });
    let target = Signal::derive(name);
    view! {
        <li class="lab-endpoint">
            <span class="lab-endpoint__machine">{name}</span>
            <StandingChip standing />
            <span class="lab-endpoint__acts">
                <ActButton
                    text=announce
                    target
                    act=move || Some(Intervention::SetAnnounced {
                        node: node(),
                        site: site.with_untracked(|site| site.id.clone()),
                        announced: site.with_untracked(|site| !site.is_announced),
                    })
                />
                <ActButton
                    text=crash
                    target
                    act=move || Some(Intervention::SetSiteDown {
                        node: node(),
                        site: site.with_untracked(|site| site.id.clone()),
                        down: site.with_untracked(|site| site.is_up),
                    })
                />
            </span>
        </li>
    }
}
