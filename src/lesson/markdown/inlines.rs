//! Reads the words of a paragraph: emphasis, code, links, knobs and figures.

use super::blocks::Line;
use super::{Known, link_target};
use crate::lesson::{Inline, plain_text};

/// What a paragraph's words say, and what is wrong with them by the offset where it stands.
#[derive(Debug, Default)]
pub(super) struct Words {
    /// The pieces.
    pub(super) pieces: Vec<Inline>,
    /// The problems.
    pub(super) problems: Vec<(usize, String)>,
}

/// Reads the words of some lines.
pub(super) fn read_words(lines: &[Line<'_>], known: Known<'_>) -> Words {
    let texts: Vec<&str> = lines.iter().map(|line| line.text).collect();
    let text = texts.join("\n");
    let mut reader = Reader {
        text: &text,
        lines,
        known,
        at: 0,
        open: vec![Open::new("")],
        problems: Vec::new(),
    };
    reader.read();
    while reader.open.len() > 1 {
        reader.give_up();
    }
    let pieces = reader.open.pop().map(|open| open.pieces);
    Words {
        pieces: pieces.unwrap_or_default(),
        problems: reader.problems,
    }
}

/// Something that was opened, and what stands in it so far.
#[derive(Debug)]
struct Open {
    /// What opened it: `*`, `**`, `_`, `__` or `[`; empty for the paragraph itself.
    sign: &'static str,
    /// What stands in it.
    pieces: Vec<Inline>,
}

impl Open {
    fn new(sign: &'static str) -> Self {
        let pieces = Vec::new();
        Self { sign, pieces }
    }
}

/// Reads words from left to right.
#[derive(Debug)]
struct Reader<'a> {
    /// The words, with the ends of their lines.
    text: &'a str,
    /// The lines they come from.
    lines: &'a [Line<'a>],
    /// What they may refer to.
    known: Known<'a>,
    /// How far the words are read, in bytes.
    at: usize,
    /// What is open, the outermost first. Never empty.
    open: Vec<Open>,
    /// What is wrong.
    problems: Vec<(usize, String)>,
}

impl<'a> Reader<'a> {
    fn read(&mut self) {
        while let Some(next) = self.rest().chars().next() {
            match next {
                '\\' => self.escape(),
                '`' => self.code(),
                '*' | '_' => self.emphasis(next),
                '[' if self.rest().starts_with("[[") => self.token(),
                '[' => {
                    self.at += 1;
                    self.open.push(Open::new("["));
                }
                ']' => self.link(),
                '\n' => self.take(1, " "),
                '!' if self.rest()[1..].starts_with('[') => {
                    self.problem("lessons have no images and nothing like it in a line");
                    self.at += 1;
                }
                '<' if self.is_tag() => {
                    self.problem("lessons have no HTML in a line");
                    self.at += 1;
                }
                '&' if self.is_entity() => {
                    self.problem("write the character itself and not its HTML name");
                    self.at += 1;
                }
                other => {
                    let mut buffer = [0; 4];
                    self.take(other.len_utf8(), other.encode_utf8(&mut buffer));
                }
            }
        }
    }

    /// What is left.
    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// The character before.
    fn before(&self) -> Option<char> {
        self.text[..self.at].chars().next_back()
    }

    /// Passes over octets and adds words for them.
    fn take(&mut self, octets: usize, words: &str) {
        self.at += octets;
        self.push_text(words);
    }

    /// Adds words to what is open.
    fn push_text(&mut self, words: &str) {
        if let Some(open) = self.open.last_mut() {
            push_text(&mut open.pieces, words);
        }
    }

    /// Adds a piece to what is open.
    fn push(&mut self, piece: Inline) {
        if let Some(open) = self.open.last_mut() {
            open.pieces.push(piece);
        }
    }

    /// Notes a problem here.
    fn problem(&mut self, problem: impl Into<String>) {
        let mut begin = 0;
        let mut offset = 0;
        for line in self.lines {
            let within = self.at.saturating_sub(begin);
            offset = line.offset + within.min(line.text.len());
            begin += line.text.len() + 1;
            if self.at < begin {
                break;
            }
        }
        self.problems.push((offset, problem.into()));
    }

    /// A backslash takes the meaning from the sign behind it.
    fn escape(&mut self) {
        let sign = self.rest()[1..].chars().next();
        match sign.filter(char::is_ascii_punctuation) {
            Some(_) => {
                let sign = &self.rest()[1..2];
                self.take(2, sign);
            }
            None => self.take(1, "\\"),
        }
    }

    /// Code lies between two equally long runs of backticks.
    fn code(&mut self) {
        let rest = self.rest();
        let after = rest.trim_start_matches('`');
        let run = &rest[..rest.len() - after.len()];
        let mut end = 0;
        while let Some(found) = after[end..].find('`') {
            let begin = end + found;
            let behind = after[begin..].trim_start_matches('`');
            end = after.len() - behind.len();
            if end - begin == run.len() {
                let code = after[..begin].replace('\n', " ");
                let inner = code
                    .strip_prefix(' ')
                    .and_then(|code| code.strip_suffix(' '));
                let inner = inner.filter(|inner| !inner.trim().is_empty());
                let code = inner.unwrap_or(&code).to_owned();
                self.push(Inline::Code(code));
                self.at += run.len() + end;
                return;
            }
        }
        self.take(run.len(), run);
    }

    /// A run of stars or underscores closes what it can, and opens what is left of it.
    fn emphasis(&mut self, sign: char) {
        let rest = self.rest();
        let mut left = rest.len() - rest.trim_start_matches(sign).len();
        let (before, after) = (self.before(), rest[left..].chars().next());
        let is_space = |side: Option<char>| side.is_none_or(char::is_whitespace);
        let is_mark = |side: Option<char>| side.is_some_and(|c| c.is_ascii_punctuation());
        let is_left = !is_space(after) && (!is_mark(after) || is_space(before) || is_mark(before));
        let is_right = !is_space(before) && (!is_mark(before) || is_space(after) || is_mark(after));
        let is_star = sign == '*';
        let opens = is_left && (is_star || !is_right || is_mark(before));
        let closes = is_right && (is_star || !is_left || is_mark(after));
        let signs = if is_star { ["*", "**"] } else { ["_", "__"] };
        while closes && left > 0 {
            let inner = self.open.iter().rposition(|open| open.sign == "[");
            let first = inner.map_or(0, |bracket| bracket + 1);
            let fits = |open: &Open| signs.contains(&open.sign) && open.sign.len() <= left;
            let Some(found) = self.open[first..].iter().rposition(fits) else {
                break;
            };
            while self.open.len() > first + found + 1 {
                self.give_up();
            }
            let Some(open) = self.open.pop() else { break };
            left -= open.sign.len();
            self.at += open.sign.len();
            self.push(match open.sign.len() {
                2 => Inline::Strong(open.pieces),
                _ => Inline::Emphasis(open.pieces),
            });
        }
        while opens && left > 0 {
            let width = left.min(2);
            self.open.push(Open::new(signs[width - 1]));
            self.at += width;
            left -= width;
        }
        let literal = &self.rest()[..left];
        self.take(left, literal);
    }

    /// What was opened last stays open: its sign is a sign like any other.
    fn give_up(&mut self) {
        let Some(open) = self.open.pop() else { return };
        self.push_text(open.sign);
        for piece in open.pieces {
            match piece {
                Inline::Text(text) => self.push_text(&text),
                piece => self.push(piece),
            }
        }
    }

    /// A closing bracket ends the text of a link, if one was opened and a target follows.
    fn link(&mut self) {
        let Some(bracket) = self.open.iter().rposition(|open| open.sign == "[") else {
            return self.take(1, "]");
        };
        while self.open.len() > bracket + 1 {
            self.give_up();
        }
        let target = self.rest().strip_prefix("](").and_then(|rest| {
            let end = rest.find([')', ' ', '\n'])?;
            rest[end..].starts_with(')').then(|| &rest[..end])
        });
        let Some(url) = target else {
            self.give_up();
            return self.take(1, "]");
        };
        let text = self.open.pop().map(|open| open.pieces).unwrap_or_default();
        match link_target(url) {
            Ok(_) if plain_text(&text).is_empty() => self.problem("this link has no text"),
            Ok(target) => self.push(Inline::Link { text, target }),
            Err(problem) => self.problem(problem),
        }
        self.at += url.len() + 3;
    }

    /// Reads `[[knob:ID]]` or `[[figure:ID]]`.
    fn token(&mut self) {
        let rest = &self.rest()[2..];
        let Some(end) = rest.find("]]") else {
            self.problem("a `[[` has no `]]`");
            return self.take(2, "[[");
        };
        let token = &rest[..end];
        let among = |id: &str, known: &[String]| match known.iter().any(|known| known == id) {
            true => Ok(id.to_owned()),
            false if known.is_empty() => Err(format!("`{id}` is not defined: there are none")),
            false => Err(format!(
                "`{id}` is not defined; there are: {}",
                known.join(", ")
            )),
        };
        let piece = match token.split_once(':') {
            Some(("knob", id)) => among(id, self.known.knobs).map(Inline::Knob),
            Some(("figure", id)) => among(id, self.known.measures).map(Inline::Figure),
            _ => Err(format!("`[[{token}]]`: write [[knob:ID]] or [[figure:ID]]")),
        };
        match piece {
            Ok(piece) => self.push(piece),
            Err(problem) => self.problem(problem),
        }
        self.at += end + 4;
    }

    /// Whether what follows looks like an HTML tag.
    fn is_tag(&self) -> bool {
        let mut chars = self.rest().chars().skip(1);
        let begins = |c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '!' | '?');
        chars.next().is_some_and(begins) && self.rest().contains('>')
    }

    /// Whether what follows is a character by its HTML name.
    fn is_entity(&self) -> bool {
        let name = self.rest()[1..].split_once(';').map(|(name, _)| name);
        let is_name = |name: &str| {
            let name = name.strip_prefix('#').unwrap_or(name);
            !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric())
        };
        name.is_some_and(is_name)
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
