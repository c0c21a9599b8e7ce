//! From the events of a CommonMark parser to blocks.

use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, LinkType, Options, Parser, Tag};

use super::{Known, Section, link_target, slug};
use crate::dns::quoted;
use crate::lesson::error::Problems;
use crate::lesson::{Block, Inline, plain_text};

/// How deep lists and quotes may stand in each other.
const MAX_DEPTH: usize = 4;
/// How deep emphasis and links may stand in each other.
const MAX_INLINE_DEPTH: usize = 8;

/// What a step's text is made of.
const BLOCKS: &str = "lessons know `## ` headings, paragraphs, lists, quotes and code: write this as \
                      one of them";

/// Reads a text from its events.
pub(super) struct Reader<'a, 'p, 't> {
    /// The text.
    source: &'a str,
    /// What it may refer to.
    known: Known<'a>,
    /// Where problems stand, if the text stands in another file.
    fixed: Option<usize>,
    /// What is wrong.
    problems: &'p mut Problems<'t>,
    /// The events that are left, in reverse.
    events: Vec<(Event<'a>, Range<usize>)>,
}

impl<'a, 'p, 't> Reader<'a, 'p, 't> {
    /// A reader of a text; `fixed` is where its problems stand, if it stands in another file.
    pub(super) fn new(
        source: &'a str,
        known: Known<'a>,
        fixed: Option<usize>,
        problems: &'p mut Problems<'t>,
    ) -> Self {
        let parser = Parser::new_ext(source, Options::ENABLE_HEADING_ATTRIBUTES);
        let definitions = parser.reference_definitions().iter();
        let definitions: Vec<usize> = definitions.map(|(_, it)| it.span.start).collect();
        let mut events: Vec<_> = parser.into_offset_iter().collect();
        events.reverse();
        let mut reader = Self {
            source,
            known,
            fixed,
            problems,
            events,
        };
        for at in definitions {
            reader.problem(
                at,
                "write the address of a link behind its words: [words](https://…)",
            );
        }
        reader
    }

    /// Notes a problem.
    fn problem(&mut self, at: usize, problem: impl Into<String>) {
        self.problems.add_at(self.fixed.unwrap_or(at), problem);
    }

    /// The next event, without taking it.
    fn peek(&self) -> Option<&Event<'a>> {
        self.events.last().map(|(event, _)| event)
    }

    /// Passes over what has just been begun, to its end.
    fn skip(&mut self) {
        let mut depth = 1;
        while depth > 0 {
            match self.events.pop() {
                Some((Event::Start(_), _)) => depth += 1,
                Some((Event::End(_), _)) => depth -= 1,
                Some(_) => {}
                None => return,
            }
        }
    }

    /// The text of the source that an event is about.
    fn slice(&self, range: &Range<usize>) -> &'a str {
        self.source.get(range.clone()).unwrap_or_default()
    }

    /// The line of a text that is one paragraph.
    pub(super) fn only_paragraph(mut self) -> Option<Vec<Inline>> {
        let Some((Event::Start(Tag::Paragraph), _)) = self.events.pop() else {
            return None;
        };
        let line = self.line(0);
        self.events.pop();
        self.events.is_empty().then_some(line)
    }

    /// The sections of a text.
    pub(super) fn sections(mut self) -> Vec<Section> {
        let mut sections: Vec<Section> = Vec::new();
        let mut rules = 0;
        while let Some((event, range)) = self.events.pop() {
            let at = range.start;
            match event {
                Event::Start(Tag::Heading {
                    level: HeadingLevel::H2,
                    id,
                    classes,
                    attrs,
                }) if self.slice(&range).starts_with('#') => {
                    let title = plain_text(&self.line(0));
                    self.events.pop();
                    let id = id.map_or_else(|| slug(&title), |id| id.to_string());
                    if !classes.is_empty() || !attrs.is_empty() {
                        self.problem(at, "a heading has an anchor and nothing else: {#anchor}");
                    }
                    if sections.iter().any(|section| section.id == id) {
                        self.problem(
                            at,
                            format!("two headings are called {id}", id = quoted(&id)),
                        );
                    }
                    rules = 0;
                    sections.push(Section {
                        id,
                        title,
                        text: Vec::new(),
                        why: Vec::new(),
                        after: Vec::new(),
                        offset: at,
                    });
                }
                Event::Rule if self.slice(&range).trim().chars().all(|c| c == '-') => {
                    rules += 1;
                    if sections.is_empty() || rules > 2 {
                        self.problem(
                            at,
                            "write `---` twice at most in a step: before why, and before what is \
                             shown when the goal is met",
                        );
                    }
                }
                event => {
                    let block = self.block(event, &range, 0);
                    match (sections.last_mut(), block) {
                        (Some(section), Some(block)) => match rules {
                            0 => section.text.push(block),
                            1 => section.why.push(block),
                            _ => section.after.push(block),
                        },
                        (None, Some(_)) => self.problem(
                            at,
                            "this text belongs to no step: begin with a `## heading`",
                        ),
                        (_, None) => {}
                    }
                }
            }
        }
        sections
    }

    /// Blocks up to the end of what encloses them, which is taken as well.
    fn blocks(&mut self, depth: usize) -> Vec<Block> {
        let mut blocks = Vec::new();
        while let Some((event, range)) = self.events.pop() {
            if matches!(event, Event::End(_)) {
                break;
            }
            blocks.extend(self.block(event, &range, depth));
        }
        blocks
    }

    /// The block that an event begins; `None` if it is none that lessons have.
    fn block(&mut self, event: Event<'a>, range: &Range<usize>, depth: usize) -> Option<Block> {
        let at = range.start;
        let problem = match event {
            Event::Start(Tag::Paragraph) => {
                let line = self.line(0);
                self.events.pop();
                return Some(Block::Paragraph(line));
            }
            Event::Start(Tag::List(_) | Tag::BlockQuote(_)) if depth == MAX_DEPTH => {
                self.skip();
                "lists and quotes stand too deep in each other here"
            }
            Event::Start(Tag::BlockQuote(_)) => return Some(Block::Quote(self.blocks(depth + 1))),
            Event::Start(Tag::List(first)) => {
                let mut items = Vec::new();
                while let Some((Event::Start(Tag::Item), _)) = self.events.pop() {
                    items.push(self.blocks(depth + 1));
                }
                let is_ordered = first.is_some();
                return Some(Block::List { is_ordered, items });
            }
            Event::Start(Tag::CodeBlock(kind)) => return self.code(&kind, range),
            Event::Start(Tag::Heading { .. }) => {
                let is_underlined = !self.slice(range).starts_with('#');
                self.skip();
                if is_underlined {
                    "leave a line empty between text and `---`"
                } else {
                    BLOCKS
                }
            }
            Event::Start(Tag::HtmlBlock) => {
                self.skip();
                "lessons have no HTML and nothing like it here"
            }
            Event::Rule => BLOCKS,
            // The words of an item that stands close to the others come without a paragraph.
            event if is_inline(&event) => {
                self.events.push((event, range.clone()));
                return Some(Block::Paragraph(self.line(0)));
            }
            Event::Start(_) => {
                self.skip();
                BLOCKS
            }
            _ => BLOCKS,
        };
        self.problem(at, problem);
        None
    }

    /// A block of code.
    fn code(&mut self, kind: &CodeBlockKind<'_>, range: &Range<usize>) -> Option<Block> {
        let mut text = String::new();
        while let Some((Event::Text(part), _)) = self.events.pop() {
            text.push_str(&part);
        }
        let source = self.slice(range).trim_end();
        let problem = match kind {
            CodeBlockKind::Indented => "lessons have no indented code: write it between ``` lines",
            CodeBlockKind::Fenced(_) if !source.starts_with("```") => {
                "write code between ``` lines"
            }
            CodeBlockKind::Fenced(_) if !(source.ends_with("```") && source.contains('\n')) => {
                "this code has no ``` line at its end"
            }
            CodeBlockKind::Fenced(language) => {
                return Some(Block::Code {
                    language: language.to_string(),
                    text,
                });
            }
        };
        self.problem(range.start, problem);
        None
    }

    /// The words up to the end of what encloses them or to a block, neither of which is taken.
    fn line(&mut self, depth: usize) -> Vec<Inline> {
        let mut line = Line::default();
        while self.peek().is_some_and(is_inline) {
            let Some((event, range)) = self.events.pop() else {
                break;
            };
            let at = range.start;
            if !matches!(event, Event::Text(_)) {
                self.flush(&mut line);
            }
            match event {
                Event::Text(text) => self.text(&mut line, &text, range),
                Event::Code(code) => line.pieces.push(Inline::Code(code.to_string())),
                Event::SoftBreak => line.push_text(" "),
                Event::Start(_) if depth == MAX_INLINE_DEPTH => {
                    self.skip();
                    self.problem(at, "emphasis and links stand too deep in each other here");
                }
                Event::Start(Tag::Emphasis) => {
                    let inner = self.inside(depth);
                    line.pieces.push(Inline::Emphasis(inner));
                }
                Event::Start(Tag::Strong) => {
                    let inner = self.inside(depth);
                    line.pieces.push(Inline::Strong(inner));
                }
                Event::Start(Tag::Link {
                    link_type,
                    dest_url,
                    title,
                    ..
                }) => {
                    let text = self.inside(depth);
                    let target = link_target(&dest_url);
                    match target {
                        _ if link_type != LinkType::Inline || !title.is_empty() => {
                            self.problem(at, "write a link as [words](https://…) and without more");
                        }
                        Ok(_) if plain_text(&text).is_empty() => {
                            self.problem(at, "this link has no text");
                        }
                        Ok(target) => line.pieces.push(Inline::Link { text, target }),
                        Err(problem) => self.problem(at, problem),
                    }
                }
                Event::Start(_) => {
                    self.skip();
                    self.problem(at, "lessons have no images and nothing like it in a line");
                }
                Event::HardBreak => self.problem(
                    at,
                    "end no line with two spaces or a backslash: leave a line empty instead",
                ),
                _ => self.problem(at, "lessons have no HTML in a line"),
            }
        }
        self.flush(&mut line);
        line.pieces
    }

    /// The words inside of what has just been begun, with its end.
    fn inside(&mut self, depth: usize) -> Vec<Inline> {
        let line = self.line(depth + 1);
        self.events.pop();
        line
    }

    /// Adds words. They come in pieces, and what has a meaning to the lab may be cut by them.
    fn text(&mut self, line: &mut Line, text: &str, range: Range<usize>) {
        let source = self.slice(&range);
        if text != source && source.starts_with('&') {
            let problem = "write the character itself and not its HTML name";
            self.problem(range.start, problem);
            return;
        }
        let (mut text, mut start) = (text, range.start);
        if text != source || line.end != start {
            self.flush(line);
            // A sign behind a backslash is a sign like any other.
            if self
                .source
                .get(..start)
                .is_some_and(|it| it.ends_with('\\'))
            {
                let sign = text.chars().next().map_or(0, char::len_utf8);
                let (escaped, rest) = text.split_at(sign);
                line.push_text(escaped);
                (text, start) = (rest, start + sign);
            }
            line.start = start;
        }
        line.words.push_str(text);
        line.end = range.end;
    }

    /// Takes words to be whole: finds `[[knob:ID]]` and `[[figure:ID]]` in them.
    fn flush(&mut self, line: &mut Line) {
        let words = std::mem::take(&mut line.words);
        line.end = usize::MAX;
        let mut rest = words.as_str();
        while let Some((before, after)) = rest.split_once("[[") {
            line.push_text(before);
            let at = line.start + (words.len() - after.len() - 2);
            let Some((token, after)) = after.split_once("]]") else {
                self.problem(at, "a `[[` has no `]]`");
                return;
            };
            match self.token(token) {
                Ok(piece) => line.pieces.push(piece),
                Err(problem) => self.problem(at, problem),
            }
            rest = after;
        }
        line.push_text(rest);
    }

    /// What stands between `[[` and `]]`.
    fn token(&self, token: &str) -> Result<Inline, String> {
        let among = |id: &str, known: &[String]| match known.iter().any(|known| known == id) {
            true => Ok(id.to_owned()),
            false if known.is_empty() => Err(format!(
                "{id} is not defined: there are none",
                id = quoted(id)
            )),
            false => Err(format!(
                "{id} is not defined; there are: {}",
                known.join(", "),
                id = quoted(id)
            )),
        };
        match token.split_once(':') {
            Some(("knob", id)) => among(id, self.known.knobs).map(Inline::Knob),
            Some(("figure", id)) => among(id, self.known.measures).map(Inline::Figure),
            _ => Err(format!("`[[{token}]]`: write [[knob:ID]] or [[figure:ID]]")),
        }
    }
}

/// Whether an event is part of a line.
fn is_inline(event: &Event<'_>) -> bool {
    match event {
        Event::Start(tag) => matches!(
            tag,
            Tag::Emphasis | Tag::Strong | Tag::Strikethrough | Tag::Link { .. } | Tag::Image { .. }
        ),
        Event::Text(_)
        | Event::Code(_)
        | Event::InlineHtml(_)
        | Event::InlineMath(_)
        | Event::FootnoteReference(_)
        | Event::SoftBreak
        | Event::HardBreak => true,
        _ => false,
    }
}

/// A line as far as it was read.
#[derive(Default)]
struct Line {
    /// Its pieces.
    pieces: Vec<Inline>,
    /// Words that may go on.
    words: String,
    /// Where they begin, in bytes.
    start: usize,
    /// Where they end.
    end: usize,
}

impl Line {
    /// Adds words; nothing for none.
    fn push_text(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        if let Some(Inline::Text(last)) = self.pieces.last_mut() {
            last.push_str(text);
        } else {
            self.pieces.push(Inline::Text(text.to_owned()));
        }
    }
}
