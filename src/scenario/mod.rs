//! Data to a running world: topology, knobs, measures, and what a link has to carry.
//!
//! A [`WorldSource`] is a world as its files describe it; a [`Knob`] bends one figure of
//! it; a [`Measure`] runs the engine to find one figure; a [`Session`] is everything that
//! brings a run back.

mod asking;
#[cfg(feature = "author")]
mod content;
pub mod crowd;
#[cfg(feature = "author")]
pub(crate) mod data_file;
mod entry;
pub(crate) mod json;
mod knob;
mod knob_kind;
mod measure;
mod options;
pub mod packed;
mod session;
mod span;
mod steered;
#[cfg(feature = "author")]
mod steering_file;
mod world_file;

pub use asking::{AskFault, Asked, capitalize, check_records, name_excess, read_ask, sentence};
#[cfg(feature = "author")]
pub(crate) use content::check_id;
#[cfg(feature = "author")]
pub use content::{ContentFolder, world_ids, world_source};
pub use entry::NumberEntry;
pub use knob::{Knob, KnobTarget, Unit, option_values};
pub use knob_kind::KnobKind;
pub(crate) use measure::group_thousands;
pub use measure::{Evaluation, Figure, Measure, MeasureError, Pick};
pub use options::{
    Need, OptionGroup, OptionKind, OptionUnit, OptionValues, PRODUCTS, ResolverOption, RfcPlace,
    option_key, product_key, resolver_option, resolver_options,
};
pub(crate) use options::{chosen_product, configured, preset_config};
pub use session::Session;
pub(crate) use span::parse_span;
pub use world_file::{ClientInfo, ResolverInfo, WorldSource, read_world};
#[cfg(feature = "author")]
pub use world_file::{WorldError, write_world};

use crate::dns::{NameError, Question, Rtype, quoted};

/// Reads a question as `name type`, for instance `www.example.com A`.
///
/// # Errors
/// What is wrong with the name or the type.
pub fn parse_question(text: &str) -> Result<Question, String> {
    let mut words = text.split_whitespace();
    let (Some(qname), Some(qtype), None) = (words.next(), words.next(), words.next()) else {
        return Err(format!(
            "{text}: write a name and a type, such as www.example.com A",
            text = quoted(text)
        ));
    };
    let qname = qname
        .parse()
        .map_err(|error: NameError| error.to_string())?;
    let qtype: Rtype = qtype
        .to_ascii_uppercase()
        .parse()
        .map_err(|_| format!("{qtype} is no record type", qtype = quoted(qtype)))?;
    Ok(Question::new(qname, qtype))
}
