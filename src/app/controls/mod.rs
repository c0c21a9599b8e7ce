//! Small controls that several panels use.

mod drag_number;
mod icon;
mod keyed;
mod knob_slider;
mod tabs;

pub use drag_number::DragNumber;
pub use icon::{Icon, Pictogram};
pub use keyed::keyed;
pub use knob_slider::KnobSlider;
pub use tabs::{Tab, Tabs};
