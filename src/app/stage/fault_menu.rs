//! What can be done to a machine on the stage.

use leptos::ev::{KeyboardEvent, MouseEvent};
use leptos::html::Div;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use crate::app::binding::while_here;
use crate::app::listen::on_click_outside;
use crate::app::state::LabState;
use crate::engine::NodeId;
use crate::page::bench::{Input, Switch};

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

/// The menu of a machine, if one is open.
#[component]
pub fn FaultMenu(
    /// Which.
    menu: RwSignal<Option<FaultMenuState>>,
) -> impl IntoView {
    let state = LabState::expect();
    let node = NodeRef::<Div>::new();
    on_click_outside(node, move || menu.set(None));
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
        let (title, switches) = state.bench.with_untracked(|bench| {
            let (world, question) = (bench.world(), bench.question());
            let title = world.spec(open.node).title.clone();
            (title, Switch::all(world, question, open.node, open.site))
        });
        let switches = switches.into_iter().map(|(switch, words)| {
            let node = open.node;
            let turn = move |_| {
                menu.set(None);
                state.bench.send(Input::Switch { node, switch });
            };
            view! {
                <button type="button" class="lab-menu__item" on:click=turn>
                    {words}
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
