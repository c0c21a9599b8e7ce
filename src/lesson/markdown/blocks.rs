//! Splits a text into blocks by its lines.
//!
//! The part of [CommonMark] that lessons use: headings, paragraphs, lists, quotes, fenced code
//! and rules. Blocks that enclose others are read again from their lines without the markers.
//!
//! [CommonMark]: https://spec.commonmark.org/0.31.2/

/// A line with the place where it stands.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line<'a> {
    /// Its text without the end of the line, and without the markers of what encloses it.
    pub(super) text: &'a str,
    /// Where `text` begins, in bytes from the start of the file.
    pub(super) offset: usize,
}

impl<'a> Line<'a> {
    /// The line without its first octets, which are ASCII.
    fn skip(self, octets: usize) -> Self {
        Self {
            text: self.text.get(octets..).unwrap_or_default(),
            offset: self.offset + octets.min(self.text.len()),
        }
    }

    /// The line without leading and trailing space.
    fn trim(self) -> Self {
        let line = self.skip(self.indent());
        let text = line.text.trim_end();
        Self { text, ..line }
    }

    /// How many spaces it begins with.
    fn indent(self) -> usize {
        self.text.len() - self.text.trim_start_matches(' ').len()
    }

    fn is_blank(self) -> bool {
        self.text.trim().is_empty()
    }

    /// Whether it is a rule, `---`.
    fn is_rule(self) -> bool {
        let text = self.text.trim();
        text.len() >= 3 && text.chars().all(|c| c == '-')
    }

    /// The level of the heading it is, and the heading.
    fn heading(self) -> Option<(usize, Self)> {
        let line = self.trim();
        let level = line.text.len() - line.text.trim_start_matches('#').len();
        let is_heading = (1..=6).contains(&level) && line.text[level..].starts_with(' ');
        is_heading.then(|| (level, line.skip(level).trim()))
    }

    /// The language of the fenced code it begins.
    fn fence(self) -> Option<&'a str> {
        self.text.trim().strip_prefix("```").map(str::trim)
    }

    /// The line without the marker of a quote.
    fn quoted(self) -> Option<Self> {
        let line = self.trim();
        let rest = line.text.strip_prefix('>')?;
        Some(line.skip(1 + usize::from(rest.starts_with(' '))))
    }

    /// The marker of the list item it begins, and by how much what belongs to it is indented.
    fn item(self) -> Option<(Marker, usize)> {
        let text = self.text.trim_start_matches(' ');
        let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let marker = match (digits, text[digits..].chars().next()?) {
            (0, sign @ ('-' | '*' | '+')) => Marker::Bullet(sign),
            (1..=9, '.' | ')') => Marker::Number {
                is_first: &text[..digits] == "1",
            },
            _ => return None,
        };
        let rest = &text[digits + 1..];
        let space = rest.len() - rest.trim_start_matches(' ').len();
        let is_item = space > 0 && !rest.trim().is_empty();
        is_item.then(|| (marker, self.indent() + digits + 1 + space))
    }

    /// Whether it begins something else in the middle of a paragraph.
    fn interrupts(self) -> bool {
        let is_item = match self.item() {
            Some((Marker::Bullet(_), _)) => true,
            Some((Marker::Number { is_first }, _)) => is_first,
            None => false,
        };
        is_item
            || self.is_blank()
            || self.is_rule()
            || self.heading().is_some()
            || self.fence().is_some()
            || self.quoted().is_some()
    }
}

/// What a list item begins with.
#[derive(Clone, Copy, Debug)]
enum Marker {
    /// A sign.
    Bullet(char),
    /// A number.
    Number {
        /// Whether it is 1, which alone begins a list in the middle of a paragraph.
        is_first: bool,
    },
}

impl Marker {
    /// Whether two items belong to one list.
    fn is_like(self, other: Self) -> bool {
        match (self, other) {
            (Self::Bullet(sign), Self::Bullet(other)) => sign == other,
            (Self::Number { .. }, Self::Number { .. }) => true,
            _ => false,
        }
    }
}

/// A block whose words are not read yet.
#[derive(Debug)]
pub(super) enum RawBlock<'a> {
    /// A heading of any level.
    Heading(usize, Line<'a>),
    /// A rule.
    Rule,
    /// Lines of words.
    Paragraph(Vec<Line<'a>>),
    /// Fenced code.
    Code {
        /// What stands behind the fence.
        language: &'a str,
        /// Its lines.
        lines: Vec<Line<'a>>,
    },
    /// A quote, without its markers.
    Quote(Vec<Line<'a>>),
    /// A list.
    List {
        /// Whether it is numbered.
        is_ordered: bool,
        /// Its items, without their markers.
        items: Vec<Vec<Line<'a>>>,
    },
    /// Something lessons do not have, and what to do about it.
    Unknown(&'static str),
}

/// The lines of a text.
pub(super) fn lines(text: &str) -> Vec<Line<'_>> {
    let mut offset = 0;
    let lines = text.split_inclusive('\n').map(|whole| {
        let text = whole.trim_end_matches(['\n', '\r']);
        let line = Line { text, offset };
        offset += whole.len();
        line
    });
    lines.collect()
}

/// The blocks of some lines, each with the offset where it begins.
pub(super) fn blocks<'a>(mut lines: &[Line<'a>]) -> Vec<(usize, RawBlock<'a>)> {
    let mut blocks = Vec::new();
    while let Some((first, after)) = lines.split_first() {
        if first.is_blank() {
            lines = after;
            continue;
        }
        let (block, taken) = block(*first, lines);
        blocks.push((first.offset, block));
        lines = lines.get(taken.max(1)..).unwrap_or_default();
    }
    blocks
}

/// The block that begins with the first of some lines, and how many lines it takes.
fn block<'a>(first: Line<'a>, lines: &[Line<'a>]) -> (RawBlock<'a>, usize) {
    if first.indent() >= 4 {
        let problem = "lessons have no indented code: write it between ``` lines";
        return (RawBlock::Unknown(problem), 1);
    }
    if let Some((level, line)) = first.heading() {
        return (RawBlock::Heading(level, line), 1);
    }
    if first.is_rule() {
        return (RawBlock::Rule, 1);
    }
    if let Some(language) = first.fence() {
        let Some(length) = lines[1..].iter().position(|line| line.fence().is_some()) else {
            return (RawBlock::Unknown("this code has no ``` line at its end"), 1);
        };
        let lines = lines[1..=length].to_vec();
        return (RawBlock::Code { language, lines }, length + 2);
    }
    if first.quoted().is_some() {
        return quote(lines);
    }
    if let Some((marker, _)) = first.item() {
        return list(marker, lines);
    }
    if first.trim().text.starts_with('<') {
        let problem = "lessons have no HTML and nothing like it here";
        return (RawBlock::Unknown(problem), 1);
    }
    let more = lines[1..].iter().take_while(|line| !line.interrupts());
    let paragraph: Vec<_> = lines[..1]
        .iter()
        .chain(more)
        .map(|line| line.trim())
        .collect();
    let taken = paragraph.len();
    if lines.get(taken).is_some_and(|line| line.is_rule()) {
        let problem = "leave a line empty between text and `---`";
        return (RawBlock::Unknown(problem), taken + 1);
    }
    (RawBlock::Paragraph(paragraph), taken)
}

/// A quote: lines with the marker, and lines that go on with the paragraph before them.
fn quote<'a>(lines: &[Line<'a>]) -> (RawBlock<'a>, usize) {
    let mut inside = Vec::new();
    for line in lines {
        match line.quoted() {
            Some(line) => inside.push(line),
            None if line.interrupts() => break,
            None => inside.push(*line),
        }
    }
    let taken = inside.len();
    (RawBlock::Quote(inside), taken)
}

/// A list: items whose lines are indented to the words of the first one, or go on with the
/// paragraph before them.
fn list<'a>(marker: Marker, lines: &[Line<'a>]) -> (RawBlock<'a>, usize) {
    let mut items: Vec<Vec<Line<'a>>> = Vec::new();
    let mut indent = 0;
    let mut was_blank = false;
    let mut taken = 0;
    for (index, line) in lines.iter().enumerate() {
        let belongs = line.indent() >= indent;
        match (line.item(), items.last_mut()) {
            (_, Some(_)) if line.is_blank() => {
                was_blank = true;
                continue;
            }
            (Some((next, width)), item) if item.is_none() || !belongs => {
                if !marker.is_like(next) {
                    break;
                }
                indent = width;
                items.push(vec![line.skip(width)]);
            }
            (_, Some(item)) if belongs || !(was_blank || line.interrupts()) => {
                if was_blank {
                    let blank = Line { text: "", ..*line };
                    item.push(blank);
                }
                item.push(if belongs {
                    line.skip(indent)
                } else {
                    line.trim()
                });
            }
            _ => break,
        }
        was_blank = false;
        taken = index + 1;
    }
    let is_ordered = matches!(marker, Marker::Number { .. });
    (RawBlock::List { is_ordered, items }, taken)
}
