//! What can be done to a machine on the stage.

use leptos::ev::{KeyboardEvent, MouseEvent};
use leptos::html::Div;
use leptos::prelude::*;
use leptos_use::on_click_outside;

use crate::app::state::LabState;
use crate::engine::{Intervention, NodeId};

/// An open menu: for which machine, and where.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FaultMenuState {
    /// The machine.
    node: NodeId,
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
            x: event.client_x(),
            y: event.client_y(),
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
    let on_keydown = move |event: KeyboardEvent| {
        if event.key() == "Escape" {
            menu.set(None);
        }
    };
    let body = move || {
        let open = menu.get()?;
        let (id, title, is_down) = state.bench.timeline.with_untracked(|timeline| {
            let spec = timeline.head().spec(open.node);
            (
                spec.id.clone(),
                spec.title.clone(),
                timeline.head().is_down(open.node),
            )
        });
        let toggle = move |_| {
            menu.set(None);
            let act = Intervention::SetDown {
                node: id.clone(),
                down: !is_down,
            };
            if let Err(error) = state.bench.act(act) {
                state.complain(error.to_string());
            }
        };
        let inspect = move |_| {
            menu.set(None);
            state.inspect_node(open.node);
        };
        Some(view! {
            <div
                class="lab-menu"
                style:--x=format!("{}px", open.x)
                style:--y=format!("{}px", open.y)
                on:keydown=on_keydown
            >
                <p class="lab-menu__title">{title}</p>
                <button type="button" class="lab-menu__item" on:click=toggle>
                    {if is_down { "Bring back" } else { "Take down" }}
                </button>
                <button type="button" class="lab-menu__item" on:click=inspect>"Inspect"</button>
            </div>
        })
    };
    view! { <div node_ref=node>{body}</div> }
}
