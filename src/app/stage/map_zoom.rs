//! Which part of the world the map shows: buttons, keys, drag and wheel.

use leptos::ev::{KeyboardEvent, MouseEvent, PointerEvent, WheelEvent};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::Element;

use super::map_move::Mover;
use crate::app::binding::while_here;
use crate::scene::{MapScene, MapWindow, REGIONS};

/// How much larger or smaller one step makes the map.
const STEP: f64 = 1.6;
/// How far an arrow key moves the map, as a share of it.
const STRIDE: f64 = 0.2;
/// What lies on the map and has the pointer for itself.
const THINGS: &str = ".lab-mark, .lab-crowd, .lab-packet";

/// The part of the world that is shown, and how it is changed.
#[derive(Clone, Copy)]
pub struct Lens {
    /// The part.
    pub window: RwSignal<MapWindow>,
    /// Which of the named choices it is; empty if the learner has moved it.
    choice: RwSignal<&'static str>,
    /// Where the pointer was last while it drags the map, in pixels.
    grip: StoredValue<Option<(i32, i32)>>,
}

/// The element below a pointer, and where in it the pointer is, as shares of its size.
fn frame_of(event: &MouseEvent) -> Option<(Element, f64, f64, f64, f64)> {
    let target: Element = event.current_target()?.dyn_into().ok()?;
    let frame = target.get_bounding_client_rect();
    let (width, height) = (frame.width().max(1.0), frame.height().max(1.0));
    let across = (f64::from(event.client_x()) - frame.x()) / width;
    let down = (f64::from(event.client_y()) - frame.y()) / height;
    Some((target, width, height, across, down))
}

/// Whether an event began at something on the map, and not at the map.
fn is_at_thing(event: &web_sys::Event) -> bool {
    let target = event
        .target()
        .and_then(|target| target.dyn_into::<Element>().ok());
    target.is_some_and(|target| target.closest(THINGS).ok().flatten().is_some())
}

impl Lens {
    /// All of the world.
    pub fn new() -> Self {
        Self {
            window: RwSignal::new(MapWindow::WORLD),
            choice: RwSignal::new("World"),
            grip: StoredValue::new(None),
        }
    }

    /// Whether only a part of the world is shown.
    pub fn is_near(self) -> bool {
        self.window.get() != MapWindow::WORLD
    }

    /// Shows another part.
    fn show(self, window: MapWindow, choice: &'static str) {
        let is_world = window == MapWindow::WORLD;
        self.choice.set(if is_world { "World" } else { choice });
        if self.window.get_untracked() != window {
            self.window.set(window);
        }
    }

    /// Draws everything larger or smaller around a point, given as shares of the map.
    fn zoom(self, factor: f64, (across, down): (f64, f64)) {
        let window = self.window.get_untracked();
        self.show(window.zoomed(factor, across, down), "");
    }

    /// Moves the window by shares of the map.
    fn pan(self, across: f64, down: f64) {
        let window = self.window.get_untracked();
        self.show(window.moved(across, down), "");
    }

    /// Shows what the story is about.
    fn fit(self, scene: Memo<MapScene>) {
        let window = scene.with_untracked(|scene| MapWindow::fitted(&scene.used));
        self.show(window, "This lookup");
    }

    /// What a key does on the map. Keys that a mark has used do not come here.
    pub fn on_key(self, event: &KeyboardEvent, scene: Memo<MapScene>) {
        if event.default_prevented() || event.ctrl_key() || event.alt_key() || event.meta_key() {
            return;
        }
        let is_near = self.window.get_untracked() != MapWindow::WORLD;
        match event.key().as_str() {
            "+" | "=" => self.zoom(STEP, focused_point(event)),
            "-" => self.zoom(1.0 / STEP, focused_point(event)),
            "0" => self.show(MapWindow::WORLD, "World"),
            "f" => self.fit(scene),
            // On the map of the world there is nowhere to go: the arrows step through time.
            "ArrowLeft" if is_near => self.pan(-STRIDE, 0.0),
            "ArrowRight" if is_near => self.pan(STRIDE, 0.0),
            "ArrowUp" if is_near => self.pan(0.0, -STRIDE),
            "ArrowDown" if is_near => self.pan(0.0, STRIDE),
            _ => return,
        }
        event.prevent_default();
    }

    /// The pointer goes down on the map itself.
    pub fn on_down(self, event: &PointerEvent) {
        let is_near = self.window.get_untracked() != MapWindow::WORLD;
        if event.button() != 0 || !is_near || is_at_thing(event) {
            return;
        }
        self.grip
            .set_value(Some((event.client_x(), event.client_y())));
        if let Some((target, ..)) = frame_of(event) {
            // Without capture the drag ends where the pointer leaves the map.
            let _ = target.set_pointer_capture(event.pointer_id());
        }
    }

    /// The pointer drags the map.
    pub fn on_move(self, event: &PointerEvent) {
        let Some((x, y)) = self.grip.get_value() else {
            return;
        };
        let Some((_, width, height, ..)) = frame_of(event) else {
            return;
        };
        let (across, down) = (event.client_x(), event.client_y());
        self.grip.set_value(Some((across, down)));
        self.pan(f64::from(x - across) / width, f64::from(y - down) / height);
    }

    /// The pointer is up again.
    pub fn on_up(self) {
        self.grip.set_value(None);
    }

    /// A double click on the map itself.
    pub fn on_double_click(self, event: &MouseEvent) {
        if is_at_thing(event) {
            return;
        }
        if let Some((.., across, down)) = frame_of(event) {
            self.zoom(STEP, (across, down));
        }
    }

    /// The wheel with the control key, which is also what two fingers on a touchpad send; the
    /// wheel alone scrolls the page.
    pub fn on_wheel(self, event: &WheelEvent) {
        if !event.ctrl_key() {
            return;
        }
        event.prevent_default();
        if let Some((.., across, down)) = frame_of(event) {
            let factor = if event.delta_y() < 0.0 {
                1.15
            } else {
                1.0 / 1.15
            };
            self.zoom(factor, (across, down));
        }
    }
}

/// The point that stays where it is when a key changes the size: the thing that has the focus,
/// so that it does not leave the map, or the middle.
fn focused_point(event: &KeyboardEvent) -> (f64, f64) {
    let middle = (0.5, 0.5);
    let element = |target: Option<web_sys::EventTarget>| target?.dyn_into::<Element>().ok();
    let Some((thing, map)) = element(event.target()).zip(element(event.current_target())) else {
        return middle;
    };
    let Some(thing) = thing.closest(THINGS).ok().flatten() else {
        return middle;
    };
    let (thing, map) = (
        thing.get_bounding_client_rect(),
        map.get_bounding_client_rect(),
    );
    (
        (thing.x() + thing.width() / 2.0 - map.x()) / map.width().max(1.0),
        (thing.y() + thing.height() / 2.0 - map.y()) / map.height().max(1.0),
    )
}

/// The choice of a part of the world, and larger and smaller.
#[component]
pub fn ZoomBar(
    /// The part.
    lens: Lens,
    /// What is on the map.
    scene: Memo<MapScene>,
) -> impl IntoView {
    let mover: Mover = expect_context();
    let options = REGIONS.into_iter().map(|region| {
        view! { <option value=region.name>{region.name}</option> }
    });
    let choose = move |event| {
        let name = event_target_value(&event);
        match REGIONS.into_iter().find(|region| region.name == name) {
            Some(region) => lens.show(MapWindow::of(region), region.name),
            None if name == "World" => lens.show(MapWindow::WORLD, "World"),
            None => lens.fit(scene),
        }
    };
    let is_largest = Memo::new(move |_| {
        let window = lens.window.get();
        window.zoomed(STEP, 0.5, 0.5) == window
    });
    let outside = Memo::new(move |_| scene.with(|scene| scene.outside));
    let said = move || match outside.get() {
        0 => mover.said.get(),
        1 => format!("1 machine lies outside this part. {}", mover.said.get()),
        many => format!(
            "{many} machines lie outside this part. {}",
            mover.said.get()
        ),
    };
    view! {
        <div class="lab-map__bar">
            <p id="map-said" class="lab-map__said" role="status">{said}</p>
            <div class="lab-map__zoom" role="group" aria-label="Part of the world">
                <select
                    id="map-region"
                    class="lab-select lab-select--small"
                    aria-label="Part of the world"
                    prop:value=move || lens.choice.get()
                    on:change=while_here(choose)
                >
                    <option value="World">"World"</option>
                    <option value="This lookup">"This lookup"</option>
                    {options.collect_view()}
                    <option value="" hidden>"Own part"</option>
                </select>
                <button
                    id="map-smaller"
                    type="button"
                    class="lab-button lab-button--sign"
                    aria-label="Zoom out"
                    disabled=move || !lens.is_near()
                    on:click=move |_| lens.zoom(1.0 / STEP, (0.5, 0.5))
                >
                    "−"
                </button>
                <button
                    id="map-larger"
                    type="button"
                    class="lab-button lab-button--sign"
                    aria-label="Zoom in"
                    disabled=is_largest
                    on:click=move |_| lens.zoom(STEP, (0.5, 0.5))
                >
                    "+"
                </button>
            </div>
        </div>
    }
}
