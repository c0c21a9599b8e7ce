//! The geometry of charts: scales, ticks, paths, labels and readouts, without a browser.
//!
//! [`ChartData`] says what there is to see, in the units of the world; [`Chart::draw`] says
//! where it lies in a picture of a given width. The page prints the result as plain SVG.
//! Everything a chart shows is also a [`Table`], and the table is also CSV text.
//!
//! No charting crate is used: `leptos-chartistry` adds 115 kB to a page whose first visit is
//! above its size budget already, and it has neither theory curves nor error bands, nor a
//! readout by keys. What is needed here is a few hundred lines of arithmetic.

mod data;
mod labels;
mod markers;
mod path;
mod picture;
mod quantity;
mod scale;
mod svg;
mod symbol;
mod table;

#[cfg(test)]
mod tests;

pub use data::{ChartData, Form, Hue, Line, Marker, Reach, Role, Sample, XAxis};
pub use labels::spread;
pub use picture::{Chart, DrawnLine, DrawnMarker, EndLabel, Readout, ReadoutRow};
pub use quantity::Quantity;
pub use scale::{AxisTick, Scale};
pub(in crate::scene) use svg::escaped;
pub use svg::{chart_markup, svg_file};
pub use symbol::Symbol;
pub use table::Table;
