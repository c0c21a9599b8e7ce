//! Reads Markdown into [`Block`]s. What lessons do not use is reported, not guessed at.
//!
//! Lessons use a small part of CommonMark, so the lab reads it itself: a whole Markdown parser
//! would be a larger part of the page than the resolver. A test compares with such a parser.

mod blocks;
mod inlines;

use self::blocks::{Line, RawBlock, blocks, lines};
use self::inlines::read_words;
use super::error::Problems;
use super::{Block, Inline, LinkTarget, RfcLink, plain_text};

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
    let mut reader = Reader { known, problems };
    let mut sections: Vec<Section> = Vec::new();
    let mut has_rule = false;
    for (offset, block) in blocks(&lines(text)) {
        match block {
            RawBlock::Heading(2, line) => {
                let (line, id) = anchor(line);
                let title = plain_text(&reader.words(&[line]));
                let id = id.map_or_else(|| slug(&title), str::to_owned);
                if sections.iter().any(|section| section.id == id) {
                    reader.problem(offset, format!("two headings are called `{id}`"));
                }
                has_rule = false;
                let (text, why, after) = (Vec::new(), Vec::new(), Vec::new());
                sections.push(Section {
                    id,
                    title,
                    text,
                    why,
                    after,
                    offset,
                });
            }
            RawBlock::Rule if sections.is_empty() || has_rule => {
                let problem = "write `---` once in a step, between what is shown at once and why";
                reader.problem(offset, problem);
            }
            RawBlock::Rule => has_rule = true,
            block => {
                let block = reader.block(offset, block, 0);
                match (sections.last_mut(), block) {
                    (Some(section), Some(block)) if has_rule => section.why.push(block),
                    (Some(section), Some(block)) => section.text.push(block),
                    (None, Some(_)) => {
                        let problem = "this text belongs to no step: begin with a `## heading`";
                        reader.problem(offset, problem);
                    }
                    (_, None) => {}
                }
            }
        }
    }
    sections
}

/// Reads a line of Markdown that stands in another file, at an offset there.
pub(super) fn parse_line(
    text: &str,
    known: Known<'_>,
    offset: usize,
    problems: &mut Problems<'_>,
) -> Vec<Inline> {
    let lines = lines(text);
    let mut blocks = blocks(&lines).into_iter();
    let (Some((_, RawBlock::Paragraph(paragraph))), None) = (blocks.next(), blocks.next()) else {
        problems.add_at(offset, "write one paragraph of text here, and no blocks");
        return Vec::new();
    };
    let words = read_words(&paragraph, known);
    for (_, problem) in words.problems {
        problems.add_at(offset, problem);
    }
    words.pieces
}

/// A heading without its anchor, and the anchor: `{#id}` at its end.
fn anchor(line: Line<'_>) -> (Line<'_>, Option<&str>) {
    let parts = line
        .text
        .strip_suffix('}')
        .and_then(|text| text.split_once("{#"));
    match parts {
        Some((title, id)) => {
            let text = title.trim_end();
            (Line { text, ..line }, Some(id))
        }
        None => (line, None),
    }
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

/// How deep lists and quotes may stand in each other.
const MAX_DEPTH: usize = 4;

/// Turns raw blocks into blocks.
struct Reader<'a, 'p, 't> {
    /// What the text may refer to.
    known: Known<'a>,
    /// What is wrong.
    problems: &'p mut Problems<'t>,
}

impl Reader<'_, '_, '_> {
    /// Notes a problem.
    fn problem(&mut self, offset: usize, problem: impl Into<String>) {
        self.problems.add_at(offset, problem);
    }

    /// Reads the words of a paragraph.
    fn words(&mut self, lines: &[Line<'_>]) -> Vec<Inline> {
        let words = read_words(lines, self.known);
        for (offset, problem) in words.problems {
            self.problem(offset, problem);
        }
        words.pieces
    }

    /// Reads a block; `None` if it is none that lessons have.
    fn block(&mut self, offset: usize, block: RawBlock<'_>, depth: usize) -> Option<Block> {
        match block {
            RawBlock::Paragraph(lines) => Some(Block::Paragraph(self.words(&lines))),
            RawBlock::Quote(lines) => Some(Block::Quote(self.blocks(&lines, offset, depth))),
            RawBlock::List { is_ordered, items } => {
                let items = items.iter().map(|item| self.blocks(item, offset, depth));
                let items = items.collect();
                Some(Block::List { is_ordered, items })
            }
            RawBlock::Code { language, lines } => {
                let language = language.to_owned();
                let text = lines.iter().flat_map(|line| [line.text, "\n"]).collect();
                Some(Block::Code { language, text })
            }
            RawBlock::Heading(..) | RawBlock::Rule => {
                let problem = "lessons know `## ` headings, paragraphs, lists, quotes and code: \
                               write this as one of them";
                self.problem(offset, problem);
                None
            }
            RawBlock::Unknown(problem) => {
                self.problem(offset, problem);
                None
            }
        }
    }

    /// Reads what a list item or a quote encloses.
    fn blocks(&mut self, lines: &[Line<'_>], offset: usize, depth: usize) -> Vec<Block> {
        if depth == MAX_DEPTH {
            self.problem(offset, "lists and quotes stand too deep in each other here");
            return Vec::new();
        }
        let blocks = blocks(lines).into_iter();
        blocks
            .filter_map(|(offset, block)| self.block(offset, block, depth + 1))
            .collect()
    }
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
        "`{url}` is no link: write https://…, rfc:1034#4.3.2 or lesson:ID"
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
            "`{text}` is no RFC: write a number and a section, such as 1034#4.3.2"
        )),
    }
}

#[cfg(test)]
mod tests;
