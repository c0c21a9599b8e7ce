//! Machines on the map, one by one and in crowds.

use leptos::ev::{KeyboardEvent, MouseEvent, PointerEvent};
use leptos::prelude::*;
use leptos::svg;
use wasm_bindgen::JsCast;
use web_sys::Element;

use super::fault_menu::FaultMenuState;
use super::map_move::Mover;
use crate::app::binding::while_here;
use crate::app::controls::Item;
use crate::app::state::LabState;
use crate::page::bench::{Input, Switch};
use crate::scene::{MapCrowd, MapMark, MapRole, Point, Projection};

/// How far a pointer goes, in pixels, before it drags and does not click.
const SLACK: i32 = 5;

/// The shape of a role in a box from -9 to 9, as the `d` attribute of a path.
pub fn role_shape(role: MapRole) -> &'static str {
    match role {
        MapRole::Client => "M-8.500 0a8.500 8.500 0 1 0 17 0a8.500 8.500 0 1 0-17 0z",
        MapRole::Resolver => {
            "M-5-8H5a3 3 0 0 1 3 3V5a3 3 0 0 1-3 3H-5a3 3 0 0 1-3-3V-5a3 3 0 0 1 3-3z"
        }
        MapRole::Root | MapRole::Tld | MapRole::Authoritative => {
            "M0-9.500 9.500 0 0 9.500-9.500 0z"
        }
        MapRole::Host => "M-5-8.500H5L9.500 0 5 8.500H-5L-9.500 0z",
    }
}

/// The point of the map below a pointer.
fn point_of(event: &PointerEvent, map: Projection) -> Option<Point> {
    let target: Element = event.current_target()?.dyn_into().ok()?;
    let frame = target.closest("svg").ok()??.get_bounding_client_rect();
    let scale = map.width() / frame.width().max(1.0);
    Some(Point {
        x: (f64::from(event.client_x()) - frame.x()) * scale,
        y: (f64::from(event.client_y()) - frame.y()) * scale,
    })
}

/// A machine at one of its places. It opens in the inspector, is taken down by `Delete` or its
/// menu, and moves by drag or arrow keys.
#[component]
pub fn MachineMark(
    /// The machine.
    mark: Item<MapMark>,
    /// The map it is on.
    map: Memo<Projection>,
) -> impl IntoView {
    let state = LabState::expect();
    let mover: Mover = expect_context();
    let menu = expect_context::<RwSignal<Option<FaultMenuState>>>();
    let MapMark { node, site, .. } = mark.get_untracked();
    // Where the pointer went down, and whether it dragged since.
    let grip = StoredValue::new(None::<(i32, i32)>);
    let has_dragged = StoredValue::new(false);
    let can_move = move || mark.with_untracked(|mark| mark.can_move);

    let on_click = move |_| {
        if !has_dragged.get_value() {
            state.inspect_node(node);
        }
    };
    let on_down = move |event: PointerEvent| {
        has_dragged.set_value(false);
        if event.button() == 0 && can_move() {
            grip.set_value(Some((event.client_x(), event.client_y())));
            let target = event.current_target();
            if let Some(target) = target.and_then(|target| target.dyn_into::<Element>().ok()) {
                // Without capture the drag ends where the pointer leaves the mark.
                let _ = target.set_pointer_capture(event.pointer_id());
            }
        }
    };
    let on_move = move |event: PointerEvent| {
        let Some((x, y)) = grip.get_value() else {
            return;
        };
        let (across, down) = (event.client_x() - x, event.client_y() - y);
        if has_dragged.get_value() || across.abs().max(down.abs()) > SLACK {
            has_dragged.set_value(true);
            if let Some(at) = point_of(&event, map.get_untracked()) {
                mover.drag(node, map.get_untracked(), at);
            }
        }
    };
    let on_up = move |_: PointerEvent| {
        grip.set_value(None);
        if has_dragged.get_value() {
            mover.settle();
        }
    };
    let on_lost = move |_: PointerEvent| {
        grip.set_value(None);
        mover.cancel();
    };
    let on_keydown = move |event: KeyboardEvent| {
        let key = event.key();
        let place = mark.with_untracked(|mark| mark.place);
        match key.as_str() {
            "Enter" | " " if mover.is_moving(node) => mover.settle(),
            "Enter" | " " => state.inspect_node(node),
            "Escape" if mover.is_moving(node) => mover.cancel(),
            "Delete" | "Backspace" => {
                let bench = state.bench;
                let switch = bench.with_untracked(|bench| Switch::at(bench.world(), node, site));
                bench.send(Input::Switch { node, switch });
            }
            _ if can_move() && mover.step(node, place, &key, event.shift_key()) => {}
            _ => return,
        }
        event.prevent_default();
    };
    let on_menu = move |event: MouseEvent| {
        event.prevent_default();
        menu.set(Some(FaultMenuState::at_site(&event, node, site)));
    };

    let status = move || {
        mark.with(|mark| {
            match (
                mark.is_down || mark.is_withdrawn,
                mark.is_active,
                mark.is_used,
            ) {
                (true, ..) => "down",
                (_, true, _) => "active",
                (_, _, true) => "used",
                _ => "idle",
            }
        })
    };
    let is_chosen = move || {
        let chosen = state.bench.selection.with(|selection| selection.node);
        (chosen == Some(node)).then_some("true")
    };
    let place = move || mark.with(|mark| format!("translate({:.1} {:.1})", mark.at.x, mark.at.y));
    let sign = move || {
        mark.with(|mark| match mark.group {
            _ if mark.is_down => "×".to_owned(),
            _ if mark.is_withdrawn => "–".to_owned(),
            Some((_, letter)) => letter.to_string(),
            None => String::new(),
        })
    };
    view! {
        <g
            id=format!("mark-{}-{site}", node.index())
            class="lab-mark"
            data-role=move || mark.with(|mark| mark.role.as_str())
            data-status=status
            data-group=move || mark.with(|mark| mark.group.map(|(index, _)| index % GROUPS))
            data-lost=move || mark.with(|mark| mark.is_lost.then_some("true"))
            data-move=move || mark.with(|mark| mark.can_move.then_some("true"))
            data-chosen=is_chosen
            role="button"
            tabindex="0"
            transform=place
            on:click=on_click
            on:pointerdown=on_down
            on:pointermove=on_move
            on:pointerup=while_here(on_up)
            on:pointercancel=while_here(on_lost)
            on:blur=while_here(move |_| if mover.is_moving(node) { mover.cancel() })
            on:keydown=on_keydown
            on:contextmenu=on_menu
        >
            {svg::title().child(move || mark.with(|mark| mark.label.clone()))}
            <circle class="lab-mark__target" r=MapMark::TARGET />
            <circle class="lab-mark__lost" r="11.500" />
            <path class="lab-mark__shape" d=move || mark.with(|mark| role_shape(mark.role)) />
            <text class="lab-mark__sign" y="3.700" text-anchor="middle" aria-hidden="true">{sign}</text>
        </g>
    }
}

/// The number of colors of groups.
const GROUPS: usize = crate::scene::GROUP_COLORS;

/// The other machines at a place. They are listed below the map when it is opened.
#[component]
pub fn CrowdDot(
    /// The crowd.
    crowd: Item<MapCrowd>,
    /// The name of the place whose machines are listed.
    opened: RwSignal<Option<String>>,
) -> impl IntoView {
    let open = move || opened.set(Some(crowd.with_untracked(|crowd| crowd.place.clone())));
    let on_keydown = move |event: KeyboardEvent| {
        if matches!(event.key().as_str(), "Enter" | " ") {
            event.prevent_default();
            open();
        }
    };
    let place =
        move || crowd.with(|crowd| format!("translate({:.1} {:.1})", crowd.at.x, crowd.at.y));
    view! {
        <g
            class="lab-crowd"
            role="button"
            tabindex="0"
            transform=place
            on:click=move |_| open()
            on:keydown=on_keydown
        >
            {svg::title().child(move || crowd.with(|crowd| crowd.label.clone()))}
            <circle class="lab-mark__target" r=MapMark::TARGET />
            <circle class="lab-crowd__dot" r=MapCrowd::RADIUS />
        </g>
    }
}
