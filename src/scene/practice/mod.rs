//! Practice problems as the page shows them: curves that show a verdict, and words for parts.

mod curve;
mod editor;
mod probes;

pub use curve::{CurvePicture, PictureTick, draw_curve};
pub use editor::{AddressLine, address_lines, policy_groups, zone_gutter};
pub use probes::{ProbeLine, probe_lines};
