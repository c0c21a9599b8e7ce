//! Crowds: populations as data.
//!
//! `lessons/crowds/<id>.toml` describes a service, who answers for it, the resolvers and the
//! clients that use it, what is done to it and when, the knobs a learner can move, and the
//! charts and figures to look at. [`CrowdSource::parse`] reads it and reports every fault with
//! its line. [`CrowdSource::crowd`] is the crowd with the knobs where they stand: a plain value
//! whose parts have names and may be exchanged. [`Crowd::population`] makes of it what the engine
//! runs. [`CrowdMeasure::evaluate`] reads figures off the series that comes out.
//!
//! ```toml
//! format = 1
//! title = "Canary release"
//! about = "…"
//! seed = 1
//! duration = "1h"
//! bin = "1m"
//!
//! [service]
//! name = "app.example.com"
//! ttl = 60
//! policy = "route53-weighted"
//!
//! [[place]]
//! id = "frankfurt"
//! …
//! ```
//!
//! The files that ship are the best examples; `shape.rs` lists every field.

mod act;
mod chart;
mod fault;
mod measure;
mod population;
mod read;
mod read_knob;
mod shape;
mod source;
mod spec;
mod target;
#[cfg(test)]
mod tests;
pub mod theory;
mod view;
mod words;

pub use act::parse_crowd_act;
pub use chart::{Chart, ChartKind};
pub use fault::CrowdError;
pub use measure::{CrowdFigure, CrowdMeasure, Tier, Trouble};
pub use source::{CrowdPlace, CrowdSource, NamedFigure};
pub use spec::{Crowd, CrowdAct, CrowdChange, CrowdEndpoint, Named};
pub use target::{ChoiceValue, CrowdChoice, CrowdTarget};
pub use view::CrowdView;

/// The ids of the crowds that ship with the lab.
#[cfg(feature = "author")]
pub fn crowd_ids() -> Vec<String> {
    super::ContentFolder::shipped().crowd_ids()
}

/// A crowd that ships with the lab.
///
/// # Errors
/// As [`ContentFolder::crowd`](super::ContentFolder::crowd).
#[cfg(feature = "author")]
pub fn crowd_source(id: &str) -> Result<CrowdSource, Vec<CrowdError>> {
    super::ContentFolder::shipped().crowd(id)
}
