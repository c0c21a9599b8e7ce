//! The world: where the machines stand and which way datagrams go.

use leptos::ev::resize;
use leptos::html::Div;
use leptos::prelude::*;

use super::fault_menu::{FaultMenu, FaultMenuState};
use super::legend::Legend;
use super::map_list::{MapLegend, MapLists};
use super::map_marks::{CrowdDot, MachineMark};
use super::map_move::Mover;
use super::map_zoom::{Lens, ZoomBar};
use super::packet_dot::{PacketCallout, PacketDot};
use crate::app::controls::keyed;
use crate::app::listen::on_window;
use crate::app::state::LabState;
use crate::scene::{MapFocus, MapMark, MapScene, Projection, land_path, map_scene};

/// The width of the map before it is known, and its limits, in pixels.
const WIDTH: (f64, f64, f64) = (320.0, 700.0, 1200.0);
/// Widths are rounded to a multiple of this, so that the map is not made anew for each pixel.
const ROUND: f64 = 20.0;

/// The map of a lookup.
#[component]
pub fn MapView() -> impl IntoView {
    let state = LabState::expect();
    let bench = state.bench;
    let mover = Mover::new(state);
    let menu = RwSignal::new(None::<FaultMenuState>);
    provide_context(mover);
    provide_context(menu);
    let opened = RwSignal::new(None::<String>);
    let lens = Lens::new();

    // Letters and marks keep their size: the map is computed for the pixels it has.
    let frame = NodeRef::<Div>::new();
    let width = RwSignal::new(WIDTH.1);
    let measure = move || {
        if let Some(frame) = frame.get_untracked() {
            let pixels = f64::from(frame.client_width()).clamp(WIDTH.0, WIDTH.2);
            width.set((pixels / ROUND).floor() * ROUND);
        }
    };
    Effect::new(move || {
        if frame.get().is_some() {
            measure();
        }
    });
    on_window(resize, move |_| measure());

    let scene = Memo::new(move |_| {
        let chosen = state.bench.selection.with(|selection| selection.node);
        let question = bench.question.get()?;
        let focus = MapFocus {
            client: bench.client.get(),
            question,
            chosen,
            width: width.get(),
            window: lens.window.get(),
        };
        let scene = bench
            .with(|bench| map_scene(bench.world(), bench.timeline(), bench.playhead(), &focus));
        Some(scene)
    });
    let is_there = Memo::new(move |_| scene.with(Option::is_some));
    let picture = move || {
        is_there.get().then(|| {
            let scene = Memo::new(move |before: Option<&MapScene>| {
                // While the page is left the last map stays.
                let now = scene.get().or_else(|| before.cloned());
                now.unwrap_or_default()
            });
            view! {
                <ZoomBar lens scene />
                <World scene width lens />
                <MapLists scene opened />
                <div class="lab-map__legends">
                    <Legend />
                    <MapLegend scene />
                </div>
            }
        })
    };
    // The parts below share the scene with the dots of the picture.
    provide_context(opened);
    view! {
        <div class="lab-map">
            <div class="lab-map__frame" node_ref=frame>{picture}</div>
            <FaultMenu menu />
        </div>
    }
}

/// The picture.
#[component]
fn World(
    /// What is on it.
    scene: Memo<MapScene>,
    /// The width of the view box.
    width: RwSignal<f64>,
    /// The part of the world that is shown.
    lens: Lens,
) -> impl IntoView {
    let state = LabState::expect();
    let mover: Mover = expect_context();
    let opened: RwSignal<Option<String>> = expect_context();
    let map = Memo::new(move |_| Projection::of(width.get(), lens.window.get()));
    let land = state.library.land();
    // The outline is drawn once for a width; a part of it is that same drawing, moved and scaled.
    let land = move || land.with(|land| land_path(land, Projection::new(width.get())));
    let view_box =
        move || scene.with(|scene| format!("0 0 {:.0} {:.0}", scene.width, scene.height));
    let links = keyed(
        scene,
        |scene| &scene.links,
        |link| link.key,
        |link| {
            view! {
                <g class="lab-link" data-state=move || link.with(|link| link.state.as_str())>
                    <path class="lab-link__line" d=move || link.with(|link| link.path.clone()) />
                </g>
            }
        },
    );
    let spokes = keyed(
        scene,
        |scene| &scene.spokes,
        |spoke| spoke.key,
        |spoke| {
            view! {
                <path
                    class="lab-map__spoke"
                    data-group=move || spoke.with(|spoke| spoke.color)
                    data-lost=move || spoke.with(|spoke| spoke.is_lost.then_some("true"))
                    d=move || spoke.with(|spoke| spoke.path.clone())
                />
            }
        },
    );
    let leaders = keyed(
        scene,
        |scene| &scene.marks,
        MapMark::key,
        |mark| {
            let path = move || {
                mark.with(|mark| {
                    let (from, to) = (mark.anchor, mark.at);
                    format!("M{:.1} {:.1}L{:.1} {:.1}", from.x, from.y, to.x, to.y)
                })
            };
            view! { <path class="lab-map__leader" d=path /> }
        },
    );
    let crowds = keyed(
        scene,
        |scene| &scene.crowds,
        |crowd| crowd.place.clone(),
        move |crowd| view! { <CrowdDot crowd opened /> },
    );
    let marks = keyed(
        scene,
        |scene| &scene.marks,
        MapMark::key,
        move |mark| view! { <MachineMark mark map /> },
    );
    let labels = keyed(
        scene,
        |scene| &scene.labels,
        |label| label.key.clone(),
        |label| {
            view! {
                <text
                    class="lab-map__label"
                    data-kind=move || label.with(|label| label.kind)
                    x=move || label.with(|label| label.at.x)
                    y=move || label.with(|label| label.at.y)
                    text-anchor=move || label.with(|label| label.anchor)
                >
                    {move || label.with(|label| label.text.clone())}
                </text>
            }
        },
    );
    let packets = keyed(
        scene,
        |scene| &scene.packets,
        |packet| packet.event,
        |packet| view! { <PacketDot packet /> },
    );
    let callouts = keyed(
        scene,
        |scene| &scene.packets,
        |packet| packet.event,
        |packet| view! { <PacketCallout packet /> },
    );
    let ghost = move || {
        let to = mover.current.get()?;
        let at = map.get().project(to.to);
        let from = scene.with(|scene| {
            let mut marks = scene.marks.iter();
            marks.find(|mark| mark.node == to.node).map(|mark| mark.at)
        })?;
        let (_, place) = mover.names(to.node, to.to);
        let line = format!("M{:.1} {:.1}L{:.1} {:.1}", from.x, from.y, at.x, at.y);
        Some(view! {
            <g class="lab-ghost" aria-hidden="true">
                <path class="lab-ghost__line" d=line />
                <circle class="lab-ghost__mark" cx=at.x cy=at.y r="9" />
                <text class="lab-map__label" data-kind="machine" x=at.x y=at.y - 15.0 text-anchor="middle">{place}</text>
            </g>
        })
    };
    view! {
        <svg
            id="map"
            class="lab-map__svg lab-picture__svg"
            viewBox=view_box
            data-near=move || lens.is_near().then_some("true")
            role="group"
            tabindex="0"
            aria-label=move || scene.with(|scene| scene.label.clone())
            on:keydown=move |event| lens.on_key(&event, scene)
            on:pointerdown=move |event| lens.on_down(&event)
            on:pointermove=move |event| lens.on_move(&event)
            on:pointerup=move |_| lens.on_up()
            on:pointercancel=move |_| lens.on_up()
            on:dblclick=move |event| lens.on_double_click(&event)
            on:wheel=move |event| lens.on_wheel(&event)
        >
            <path class="lab-map__land" d=land transform=move || map.with(|map| map.transform()) />
            <g aria-hidden="true">{leaders}{spokes}{links}</g>
            {crowds}
            {marks}
            <g aria-hidden="true">{labels}</g>
            {ghost}
            {packets}
            <g aria-hidden="true">{callouts}</g>
        </svg>
    }
}
