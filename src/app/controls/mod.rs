//! Small controls that several panels use.

mod drag_number;
mod icon;
mod item;
mod keyed;
mod knob_choice;
mod knob_control;
mod knob_slider;
mod tabs;

pub use icon::{Icon, Pictogram};
pub use item::Item;
pub use keyed::keyed;
pub use knob_control::{KnobControl, KnobInline};
pub use tabs::{Tab, Tabs};
