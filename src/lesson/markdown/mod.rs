//! Reads Markdown into [`Block`]s. What lessons do not use is reported, not guessed at.
//!
//! The text is read as CommonMark says, by `pulldown-cmark`; `reader.rs` takes from it the small
//! part that lessons have.

mod reader;

use self::reader::Reader;
use super::error::Problems;
use super::{Block, Inline, LinkTarget, RfcLink};
use crate::dns::quoted;

/// What the text may refer to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Known<'a> {
    /// The ids of the knobs.
    pub(super) knobs: &'a [String],
    /// The ids of the measures.
    pub(super) measures: &'a [String],
}

/// The part of a lesson's text that belongs to one step.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Section {
    /// The anchor of its heading.
    pub(super) id: String,
    /// Its heading.
    pub(super) title: String,
    /// What is shown at once.
    pub(super) text: Vec<Block>,
    /// Why it went so.
    pub(super) why: Vec<Block>,
    /// What is shown only when the goal is met.
    pub(super) after: Vec<Block>,
    /// Where the heading begins, in bytes.
    pub(super) offset: usize,
}

/// Reads a `text.md`.
pub(super) fn parse_sections(
    text: &str,
    known: Known<'_>,
    problems: &mut Problems<'_>,
) -> Vec<Section> {
    Reader::new(text, known, None, problems).sections()
}

/// Reads a line of Markdown that stands in another file, at an offset there.
pub(super) fn parse_line(
    text: &str,
    known: Known<'_>,
    offset: usize,
    problems: &mut Problems<'_>,
) -> Vec<Inline> {
    let only = Reader::new(text, known, Some(offset), problems).only_paragraph();
    only.unwrap_or_else(|| {
        problems.add_at(offset, "write one paragraph of text here, and no blocks");
        Vec::new()
    })
}

/// A heading as an anchor: its letters and digits of ASCII, in lower case, with hyphens.
fn slug(title: &str) -> String {
    let words = title
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty());
    words
        .map(str::to_ascii_lowercase)
        .collect::<Vec<_>>()
        .join("-")
}

/// Reads a link: `https://…`, `rfc:1034#4.3.2` or `lesson:ID`.
fn link_target(url: &str) -> Result<LinkTarget, String> {
    if let Some(rfc) = url.strip_prefix("rfc:") {
        return Ok(LinkTarget::Web(parse_rfc(rfc)?.url()));
    }
    if let Some(id) = url.strip_prefix("lesson:") {
        return Ok(LinkTarget::Lesson(id.to_owned()));
    }
    let host = url
        .strip_prefix("https://")
        .and_then(|rest| rest.split('/').next());
    let is_good = host.is_some_and(|host| host.contains('.'))
        && !url.contains(|c: char| c.is_whitespace() || c.is_control());
    if is_good {
        return Ok(LinkTarget::Web(url.to_owned()));
    }
    Err(format!(
        "{url} is no link: write https://…, rfc:1034#4.3.2 or lesson:ID",
        url = quoted(url)
    ))
}

/// Reads a reference such as `1034#4.3.2`.
pub(super) fn parse_rfc(text: &str) -> Result<RfcLink, String> {
    let (number, section) = match text.split_once('#') {
        Some((number, section)) => (number, Some(section)),
        None => (text, None),
    };
    let is_good = |section: &str| {
        section.split('.').all(|part| {
            !part.is_empty() && part.len() < 4 && part.chars().all(|c| c.is_ascii_alphanumeric())
        })
    };
    match (number.parse(), section.is_none_or(is_good)) {
        (Ok(number), true) => Ok(RfcLink {
            number,
            section: section.map(str::to_owned),
        }),
        _ => Err(format!(
            "{text} is no RFC: write a number and a section, such as 1034#4.3.2",
            text = quoted(text)
        )),
    }
}

#[cfg(test)]
mod tests;
