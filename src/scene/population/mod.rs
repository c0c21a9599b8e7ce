//! What there is to see of a crowd: charts, a field of dots, figures, a summary in words.
//!
//! All of it is a function of a [`CrowdRun`], which is a crowd with its knobs where they stood
//! and the series that came out, and for some of it of the moment looked at. Nothing here runs
//! a population.

mod charts;
mod compare;
mod dots;
mod history;
mod outlook;
mod run;
mod summary;
mod theory;
mod window;
mod words;

#[cfg(test)]
mod tests;

pub use charts::{GroupBar, crowd_charts, group_bars};
pub use compare::{changes_between, common_reach};
pub use dots::{DotField, DotGroup, DotLayer, dot_field};
pub use history::{PastRun, curve_chart};
pub use outlook::{Outlook, OutlookMoment, OutlookRow, crowd_outlook};
pub use run::{CrowdRun, FigureLine, key_figures};
pub use summary::crowd_summary;
pub use window::{TimeWindow, WindowMoment, window_moments};
