//! Crowds: populations as data.
//!
//! `lessons/crowds/<id>.toml` describes a service, who answers for it, the resolvers and the
//! clients that use it, what is done to it and when, the knobs a learner can move, and the
//! charts and figures to look at. `CrowdSource::parse` reads it and reports every fault with
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

#[cfg(feature = "author")]
mod act;
mod chart;
#[cfg(feature = "author")]
mod fault;
mod measure;
mod population;
#[cfg(feature = "author")]
mod read;
#[cfg(feature = "author")]
mod read_chart;
#[cfg(feature = "author")]
mod read_knob;
#[cfg(feature = "author")]
mod read_measure;
#[cfg(feature = "author")]
mod read_target;
#[cfg(feature = "author")]
mod shape;
mod source;
mod spec;
mod target;
#[cfg(test)]
mod tests;
pub mod theory;
mod view;
#[cfg(feature = "author")]
mod words;

#[cfg(feature = "author")]
pub use act::parse_crowd_act;
pub use chart::{Chart, ChartKind};
#[cfg(feature = "author")]
pub use fault::CrowdError;
pub use measure::{CrowdFigure, CrowdMeasure, Tier, Trouble};
pub use source::{CrowdPlace, CrowdSource, NamedFigure};
pub use spec::{Crowd, CrowdAct, CrowdChange, CrowdEndpoint, Named};
pub use target::{ChoiceValue, CrowdChoice, CrowdTarget};
pub use view::CrowdView;

use super::packed::{FileFault, FileKind, read_file};

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

/// Reads a crowd's file.
///
/// # Errors
/// Why it is of no use.
pub fn read_crowd(id: &str, octets: &[u8]) -> Result<CrowdSource, FileFault> {
    let crowd: CrowdSource = read_file(FileKind::Crowd, id, octets)?;
    if crowd.id == id {
        Ok(crowd)
    } else {
        Err(FileFault::Misplaced)
    }
}

/// Writes a crowd's file.
///
/// # Errors
/// If it has no packed form; a test sees to it that shipped crowds have.
#[cfg(feature = "author")]
pub fn write_crowd(crowd: &CrowdSource) -> Result<Vec<u8>, super::packed::Damage> {
    super::packed::write_file(FileKind::Crowd, &crowd.id, crowd)
}
