//! Reads Markdown into [`Block`]s. What lessons do not use is reported, not guessed at.

use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, Options, Parser, Tag, TagEnd};

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
    /// What is shown when the step is done.
    pub(super) why: Vec<Block>,
    /// Where the heading begins, in bytes.
    pub(super) offset: usize,
}

/// Reads a `text.md`.
pub(super) fn parse_sections(
    text: &str,
    known: Known<'_>,
    problems: &mut Problems<'_>,
) -> Vec<Section> {
    let mut reader = Reader::new(text, known, problems);
    let mut sections: Vec<Section> = Vec::new();
    let mut has_rule = false;
    while let Some((event, range)) = reader.next() {
        match event {
            Event::Start(Tag::Heading {
                level: HeadingLevel::H2,
                id,
                ..
            }) => {
                let title = plain_text(&reader.inlines());
                let id = id.map_or_else(|| slug(&title), |id| id.to_string());
                if sections.iter().any(|section| section.id == id) {
                    reader.problem(&range, format!("two headings are called `{id}`"));
                }
                has_rule = false;
                let (text, why) = (Vec::new(), Vec::new());
                sections.push(Section {
                    id,
                    title,
                    text,
                    why,
                    offset: range.start,
                });
            }
            Event::Rule if sections.is_empty() || has_rule => {
                let problem = "write `---` once in a step, between what is shown at once and why";
                reader.problem(&range, problem.to_owned());
            }
            Event::Rule => has_rule = true,
            event => {
                let block = reader.block(event, &range);
                match (sections.last_mut(), block) {
                    (Some(section), Some(block)) if has_rule => section.why.push(block),
                    (Some(section), Some(block)) => section.text.push(block),
                    (None, Some(_)) => {
                        let problem = "this text belongs to no step: begin with a `## heading`";
                        reader.problem(&range, problem.to_owned());
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
    let mut inner = Problems::new("", text);
    let mut reader = Reader::new(text, known, &mut inner);
    let mut line = Vec::new();
    let mut paragraphs = 0;
    while let Some((event, range)) = reader.next() {
        match event {
            Event::Start(Tag::Paragraph) => {
                line.extend(reader.inlines());
                paragraphs += 1;
            }
            event => {
                reader.block(event, &range);
                reader.problem(&range, "write one paragraph here, and no blocks".to_owned());
            }
        }
    }
    if paragraphs != 1 {
        problems.add_at(offset, "write one paragraph of text here");
    }
    for found in inner.into_found() {
        problems.add_at(offset, found.problem);
    }
    line
}

/// A heading as an anchor: lower case, with hyphens.
fn slug(title: &str) -> String {
    let words = title
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty());
    words.map(str::to_lowercase).collect::<Vec<_>>().join("-")
}

/// Turns Markdown events into blocks.
struct Reader<'a, 'p, 't> {
    /// The events that are left, with where they stand.
    events: std::vec::IntoIter<(Event<'a>, Range<usize>)>,
    /// What the text may refer to.
    known: Known<'a>,
    /// What is wrong.
    problems: &'p mut Problems<'t>,
}

impl<'a, 'p, 't> Reader<'a, 'p, 't> {
    /// Reads a text.
    fn new(text: &'a str, known: Known<'a>, problems: &'p mut Problems<'t>) -> Self {
        let parser = Parser::new_ext(text, Options::ENABLE_HEADING_ATTRIBUTES);
        let events: Vec<_> = parser.into_offset_iter().collect();
        Self {
            events: events.into_iter(),
            known,
            problems,
        }
    }

    /// The next event.
    fn next(&mut self) -> Option<(Event<'a>, Range<usize>)> {
        self.events.next()
    }

    /// Notes a problem.
    fn problem(&mut self, range: &Range<usize>, problem: String) {
        self.problems.add_at(range.start, problem);
    }

    /// Reads the block an event begins; `None` if it is none that lessons have.
    fn block(&mut self, event: Event<'a>, range: &Range<usize>) -> Option<Block> {
        match event {
            Event::Start(Tag::Paragraph) => Some(Block::Paragraph(self.inlines())),
            Event::Start(Tag::BlockQuote(_)) => Some(Block::Quote(self.blocks())),
            Event::Start(Tag::List(first)) => {
                let mut items = Vec::new();
                while let Some((event, range)) = self.next() {
                    match event {
                        Event::Start(Tag::Item) => items.push(self.item()),
                        Event::End(_) => break,
                        event => {
                            self.block(event, &range);
                        }
                    }
                }
                Some(Block::List {
                    is_ordered: first.is_some(),
                    items,
                })
            }
            Event::Start(Tag::CodeBlock(kind)) => {
                let language = match kind {
                    CodeBlockKind::Fenced(language) => language.to_string(),
                    CodeBlockKind::Indented => String::new(),
                };
                let mut text = String::new();
                while let Some((Event::Text(line), _)) = self.next() {
                    text.push_str(&line);
                }
                Some(Block::Code { language, text })
            }
            Event::Start(tag) => {
                let problem = "lessons know `## ` headings, paragraphs, lists, quotes and code: \
                               write this as one of them";
                self.problem(range, problem.to_owned());
                self.skip(&tag.to_end());
                None
            }
            _ => {
                self.problem(
                    range,
                    "lessons have no HTML and nothing like it here".to_owned(),
                );
                None
            }
        }
    }

    /// Reads blocks until what encloses them ends.
    fn blocks(&mut self) -> Vec<Block> {
        let mut blocks = Vec::new();
        while let Some((event, range)) = self.next() {
            match event {
                Event::End(_) => break,
                event => blocks.extend(self.block(event, &range)),
            }
        }
        blocks
    }

    /// Reads a list item, whose words need not stand in a paragraph.
    fn item(&mut self) -> Vec<Block> {
        let mut blocks = Vec::new();
        let mut loose = Vec::new();
        while let Some((event, range)) = self.next() {
            match event {
                Event::End(_) => break,
                event @ Event::Start(
                    Tag::Paragraph | Tag::List(_) | Tag::BlockQuote(_) | Tag::CodeBlock(_),
                ) => {
                    if !loose.is_empty() {
                        blocks.push(Block::Paragraph(self.split_tokens(&mut loose, &range)));
                    }
                    blocks.extend(self.block(event, &range));
                }
                event => self.inline(event, &range, &mut loose),
            }
        }
        if !loose.is_empty() {
            blocks.push(Block::Paragraph(self.split_tokens(&mut loose, &(0..0))));
        }
        blocks
    }

    /// Passes over everything up to the end of a tag.
    fn skip(&mut self, end: &TagEnd) {
        let mut depth = 0_usize;
        while let Some((event, _)) = self.next() {
            match event {
                Event::Start(_) => depth += 1,
                Event::End(found) if depth == 0 => {
                    debug_assert_eq!(found, *end, "the parser closes what it opens");
                    return;
                }
                Event::End(_) => depth -= 1,
                _ => {}
            }
        }
    }

    /// Reads a line until what encloses it ends.
    fn inlines(&mut self) -> Vec<Inline> {
        let mut line = Vec::new();
        let mut whole = None;
        while let Some((event, range)) = self.next() {
            whole.get_or_insert_with(|| range.clone());
            match event {
                Event::End(_) => break,
                event => self.inline(event, &range, &mut line),
            }
        }
        self.split_tokens(&mut line, &whole.unwrap_or_default())
    }

    /// Reads one piece of a line.
    fn inline(&mut self, event: Event<'a>, range: &Range<usize>, line: &mut Vec<Inline>) {
        match event {
            Event::Text(text) => push_text(line, &text),
            Event::SoftBreak | Event::HardBreak => push_text(line, " "),
            Event::Code(code) => line.push(Inline::Code(code.to_string())),
            Event::Start(Tag::Strong) => line.push(Inline::Strong(self.inlines())),
            Event::Start(Tag::Emphasis) => line.push(Inline::Emphasis(self.inlines())),
            Event::Start(Tag::Link { dest_url, .. }) => {
                let text = self.inlines();
                match link_target(&dest_url) {
                    Ok(target) => line.push(Inline::Link { text, target }),
                    Err(problem) => self.problem(range, problem),
                }
            }
            Event::Start(tag) => {
                let problem = "lessons have no images and nothing like it in a line";
                self.problem(range, problem.to_owned());
                self.skip(&tag.to_end());
            }
            _ => self.problem(range, "lessons have no HTML in a line".to_owned()),
        }
    }

    /// Replaces `[[knob:ID]]` and `[[figure:ID]]` in the words of a line.
    fn split_tokens(&mut self, line: &mut Vec<Inline>, range: &Range<usize>) -> Vec<Inline> {
        let mut pieces = Vec::new();
        for piece in line.drain(..) {
            let Inline::Text(text) = piece else {
                pieces.push(piece);
                continue;
            };
            let mut rest = text.as_str();
            while let Some((before, after)) = rest.split_once("[[") {
                let Some((token, after)) = after.split_once("]]") else {
                    self.problem(range, "a `[[` has no `]]`".to_owned());
                    break;
                };
                push_text(&mut pieces, before);
                match self.token(token) {
                    Ok(found) => pieces.push(found),
                    Err(problem) => self.problem(range, problem),
                }
                rest = after;
            }
            push_text(&mut pieces, rest);
        }
        pieces
    }

    /// Reads what stands between double brackets.
    fn token(&self, token: &str) -> Result<Inline, String> {
        let among = |id: &str, known: &[String]| match known.iter().any(|known| known == id) {
            true => Ok(id.to_owned()),
            false if known.is_empty() => Err(format!("`{id}` is not defined: there are none")),
            false => Err(format!(
                "`{id}` is not defined; there are: {}",
                known.join(", ")
            )),
        };
        match token.split_once(':') {
            Some(("knob", id)) => Ok(Inline::Knob(among(id, self.known.knobs)?)),
            Some(("figure", id)) => Ok(Inline::Figure(among(id, self.known.measures)?)),
            _ => Err(format!("`[[{token}]]`: write [[knob:ID]] or [[figure:ID]]")),
        }
    }
}

/// Adds words to a line; nothing for none.
fn push_text(line: &mut Vec<Inline>, text: &str) {
    if text.is_empty() {
        return;
    }
    if let Some(Inline::Text(last)) = line.last_mut() {
        last.push_str(text);
    } else {
        line.push(Inline::Text(text.to_owned()));
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
#[path = "markdown_tests.rs"]
mod tests;
