//! What can be done to a machine on the stage.

use leptos::ev::{KeyboardEvent, MouseEvent};
use leptos::html::Div;
use leptos::prelude::*;
use leptos_use::on_click_outside;
use std::net::IpAddr;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use crate::app::binding::while_here;
use crate::app::state::LabState;
use crate::dns::{Question, RrsetKey};
use crate::engine::policy::Health;
use crate::engine::{Intervention, Node, NodeId, World};
use crate::scene::world_at;

/// An open menu: for which machine, and where.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FaultMenuState {
    /// The machine.
    node: NodeId,
    /// One of its sites, where the machine was met at a place.
    site: Option<usize>,
    /// Pixels from the left edge of the window.
    x: i32,
    /// Pixels from its upper edge.
    y: i32,
}

impl FaultMenuState {
    /// A menu where the pointer is.
    pub fn at(event: &MouseEvent, node: NodeId) -> Self {
        Self {
            node,
            site: None,
            x: event.client_x(),
            y: event.client_y(),
        }
    }

    /// The same, for a machine that was met at one of its places.
    pub fn at_site(event: &MouseEvent, node: NodeId, site: usize) -> Self {
        Self {
            site: Some(site),
            ..Self::at(event, node)
        }
    }
}

/// What can be switched about a machine: all of it, or one of its sites.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Switch {
    /// The machine works, or is down.
    Machine,
    /// One site of an anycast machine works, or has crashed.
    Site(usize),
    /// One site of an anycast machine announces its addresses, or has withdrawn them.
    Announcement(usize),
    /// The policy of the name in question may answer with the machine, or it was taken out.
    Answers,
}

/// The address by which the policy of the name in question leads to a machine, and whether it
/// was taken out; `None` if no policy does.
fn endpoint(world: &World, question: &Question, node: NodeId) -> Option<(IpAddr, bool)> {
    let key = RrsetKey {
        owner: question.qname.clone(),
        rtype: question.qtype,
    };
    let mut servers = world.node_ids().filter_map(|id| match world.node(id) {
        Node::Authoritative(server) => server.steered(&key),
        _ => None,
    });
    let (pool, _) = servers.next()?;
    let mut endpoints = pool.endpoints().iter();
    endpoints.find_map(|endpoint| {
        let address = endpoint.address()?;
        let is_own = world.spec(node).addresses.contains(&address);
        is_own.then_some((address, endpoint.health == Health::Drained))
    })
}

impl Switch {
    /// The switch of a machine at one of its places: its site if it has several.
    pub fn at(state: LabState, node: NodeId, site: usize) -> Self {
        let is_anycast = state
            .bench
            .timeline
            .with_untracked(|timeline| timeline.head().spec(node).sites.len() > 1);
        if is_anycast {
            Self::Site(site)
        } else {
            Self::Machine
        }
    }

    /// What turns it over at the moment looked at, and how a button calls that; `None` if there
    /// is nothing to turn.
    fn turn(self, state: LabState, node: NodeId) -> Option<(Intervention, &'static str)> {
        let playhead = state.bench.playhead.get_untracked();
        let world = state
            .bench
            .timeline
            .with_untracked(|timeline| world_at(timeline, playhead));
        let spec = world.spec(node);
        let id = spec.id.clone();
        let site_id = |site: usize| {
            let place = spec.sites.get(site);
            place.map_or_else(String::new, |place| place.id.clone())
        };
        let site_state = |site: usize| world.site_states(node).get(site).copied();
        let turn = match self {
            Self::Answers => {
                let question = state.bench.question.get_untracked()?;
                let (address, is_drained) = endpoint(&world, &question, node)?;
                let words = match is_drained {
                    false => "Take out of the answers",
                    true => "Put back into the answers",
                };
                let act = Intervention::Drain {
                    owner: question.qname,
                    address,
                    drained: !is_drained,
                };
                (act, words)
            }
            Self::Machine => {
                let down = !world.is_down(node);
                let words = if down { "Take down" } else { "Bring back" };
                (Intervention::SetDown { node: id, down }, words)
            }
            Self::Site(site) => {
                let down = site_state(site).is_none_or(|state| state.up);
                let words = if down {
                    "Crash this site"
                } else {
                    "Repair this site"
                };
                let site = site_id(site);
                (
                    Intervention::SetSiteDown {
                        node: id,
                        site,
                        down,
                    },
                    words,
                )
            }
            Self::Announcement(site) => {
                let announced = site_state(site).is_some_and(|state| !state.announced);
                let words = if announced {
                    "Announce this site"
                } else {
                    "Withdraw this site"
                };
                let site = site_id(site);
                let act = Intervention::SetAnnounced {
                    node: id,
                    site,
                    announced,
                };
                (act, words)
            }
        };
        Some(turn)
    }

    /// How a button calls what it would do; empty if it would do nothing.
    pub fn words(self, state: LabState, node: NodeId) -> &'static str {
        self.turn(state, node).map_or("", |(_, words)| words)
    }

    /// Turns it over.
    pub fn act(self, state: LabState, node: NodeId) {
        if let Some((act, _)) = self.turn(state, node)
            && let Err(error) = state.bench.act(act)
        {
            state.complain(error.to_string());
        }
    }
}

/// The menu of a machine, if one is open.
#[component]
pub fn FaultMenu(
    /// Which.
    menu: RwSignal<Option<FaultMenuState>>,
) -> impl IntoView {
    let state = LabState::expect();
    let node = NodeRef::<Div>::new();
    let _ = on_click_outside(node, move |_| menu.set(None));
    // What had the focus when the menu was opened has it again when the menu is left by key.
    let opener = StoredValue::new_local(None::<HtmlElement>);
    let focus = |element: Option<HtmlElement>| {
        if let Some(element) = element {
            // Focusing fails only for elements that cannot have it.
            let _ = element.focus();
        }
    };
    Effect::new(move || {
        if menu.get().is_none() {
            return;
        }
        let active = document().active_element();
        opener.set_value(active.and_then(|element| element.dyn_into().ok()));
        let focus_first = while_here(move |()| {
            let item = node.get_untracked().and_then(|menu| {
                let item = menu.query_selector(".lab-menu__item").ok().flatten()?;
                item.dyn_into::<HtmlElement>().ok()
            });
            focus(item);
        });
        request_animation_frame(move || focus_first(()));
    });
    let on_keydown = move |event: KeyboardEvent| {
        let key = event.key();
        let step = match key.as_str() {
            "Escape" => {
                event.prevent_default();
                menu.set(None);
                focus(opener.get_value());
                return;
            }
            "ArrowDown" => 1,
            "ArrowUp" => -1,
            _ => return,
        };
        event.prevent_default();
        focus(neighbor(step));
    };
    let body = move || {
        let open = menu.get()?;
        let (title, is_anycast) = state.bench.timeline.with_untracked(|timeline| {
            let spec = timeline.head().spec(open.node);
            (spec.title.clone(), spec.sites.len() > 1)
        });
        let site = open.site.filter(|_| is_anycast);
        let switches = site.map(|site| [Switch::Announcement(site), Switch::Site(site)]);
        let switches = switches
            .into_iter()
            .flatten()
            .chain([Switch::Machine, Switch::Answers]);
        let switches = switches.filter(|switch| !switch.words(state, open.node).is_empty());
        let switches = switches.map(|switch| {
            let turn = move |_| {
                menu.set(None);
                switch.act(state, open.node);
            };
            view! {
                <button type="button" class="lab-menu__item" on:click=turn>
                    {switch.words(state, open.node)}
                </button>
            }
        });
        let switches = switches.collect_view();
        let inspect = move |_| {
            menu.set(None);
            state.inspect_node(open.node);
        };
        let label = title.clone();
        Some(view! {
            <div
                class="lab-menu"
                style:--x=format!("{}px", open.x)
                style:--y=format!("{}px", open.y)
                role="group"
                aria-label=label
                on:keydown=on_keydown
            >
                <p class="lab-menu__title">{title}</p>
                {switches}
                <button type="button" class="lab-menu__item" on:click=inspect>"Inspect"</button>
            </div>
        })
    };
    view! { <div node_ref=node>{body}</div> }
}

/// The item of the open menu before or after the one that has the focus.
fn neighbor(step: i32) -> Option<HtmlElement> {
    let active = document().active_element()?;
    let next = match step {
        1 => active.next_element_sibling(),
        _ => active.previous_element_sibling(),
    };
    next?.dyn_into::<HtmlElement>().ok()
}
