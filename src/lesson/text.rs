//! Lesson text as typed blocks: the small part of Markdown that lessons use.
//!
//! Allowed are paragraphs, lists, quotes (asides), code blocks, code, emphasis for a term at
//! its first mention, strong text and links. `[[knob:ID]]` is a number the learner drags,
//! `[[figure:ID]]` one the engine finds. Each `## heading` begins a step, and `---` within a
//! step parts what is shown at once from *why* it went so, which is shown when it is known, and a
//! second `---` that from what is shown only when the goal is met. Anything
//! else is a problem to report, not something to guess at.

mod packed;

use serde::{Deserialize, Serialize};

/// A block of text.
#[derive(Clone, Debug, PartialEq)]
pub enum Block {
    /// A paragraph.
    Paragraph(Vec<Inline>),
    /// A list; each item is a list of blocks.
    List {
        /// Numbered, or with bullets.
        is_ordered: bool,
        /// The items.
        items: Vec<Vec<Self>>,
    },
    /// An aside: true, and not needed to go on.
    Quote(Vec<Self>),
    /// Text to be shown as it is.
    Code {
        /// What it is written in, such as `zone`; may be empty.
        language: String,
        /// The text.
        text: String,
    },
}

/// A piece of a line.
#[derive(Clone, Debug, PartialEq)]
pub enum Inline {
    /// Words.
    Text(String),
    /// A name, a record or another thing to be written as it is.
    Code(String),
    /// What must not be missed.
    Strong(Vec<Self>),
    /// A term of the field at its first mention.
    Emphasis(Vec<Self>),
    /// A link.
    Link {
        /// What it says.
        text: Vec<Self>,
        /// Where it leads.
        target: LinkTarget,
    },
    /// A number the learner drags; the id of a knob.
    Knob(String),
    /// A number the engine finds; the id of a measure.
    Figure(String),
}

/// Where a link leads.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum LinkTarget {
    /// To a page on the web, beginning with `https://`.
    Web(String),
    /// To another lesson, by id.
    Lesson(String),
}

/// The words of a line without their looks; knobs and figures are left out.
pub fn plain_text(line: &[Inline]) -> String {
    let words = line.iter().map(|piece| match piece {
        Inline::Text(text) | Inline::Code(text) => text.clone(),
        Inline::Strong(inner) | Inline::Emphasis(inner) => plain_text(inner),
        Inline::Link { text, .. } => plain_text(text),
        Inline::Knob(_) | Inline::Figure(_) => String::new(),
    });
    words.collect()
}
