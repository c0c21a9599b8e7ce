//! Lines of a scenario file without their comments.

use std::fmt;

/// A line that says something, with its number in the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Line {
    /// Counted from 1.
    pub(crate) number: usize,
    /// Without leading and trailing blanks and without comment.
    pub(crate) text: String,
}

/// Why a file cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    /// The line, counted from 1.
    pub(crate) line: usize,
    /// What is wrong with it.
    pub(crate) problem: String,
}

impl Fault {
    /// A fault at a line.
    pub(crate) fn new(line: usize, problem: impl Into<String>) -> Self {
        Self {
            line,
            problem: problem.into(),
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.problem)
    }
}

/// The lines of `text` that say something; a comment begins with `;` or, at the start of a
/// line, with `#`.
pub(crate) fn meaningful_lines(text: &str, first_number: usize) -> Vec<Line> {
    text.lines()
        .enumerate()
        .filter_map(|(index, raw)| {
            let text = without_comment(raw).trim();
            let says_something = !text.is_empty() && !text.starts_with('#');
            says_something.then(|| Line {
                number: first_number + index,
                text: text.to_owned(),
            })
        })
        .collect()
}

/// The part of a line before a `;` that stands outside quotes.
pub(crate) fn without_comment(line: &str) -> &str {
    let mut is_quoted = false;
    let mut is_escaped = false;
    for (position, ch) in line.char_indices() {
        match ch {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            '"' => is_quoted = !is_quoted,
            ';' if !is_quoted => return &line[..position],
            _ => {}
        }
    }
    line
}

/// Lines read one after another.
#[derive(Debug)]
pub(crate) struct Reader {
    /// All lines.
    lines: Vec<Line>,
    /// The index of the next one.
    position: usize,
}

impl Reader {
    /// A reader at the first line.
    pub(crate) fn new(lines: Vec<Line>) -> Self {
        Self { lines, position: 0 }
    }

    /// The next line, left in place.
    pub(crate) fn peek(&self) -> Option<&Line> {
        self.lines.get(self.position)
    }

    /// Takes the next line.
    pub(crate) fn next(&mut self) -> Option<Line> {
        let line = self.peek().cloned()?;
        self.position += 1;
        Some(line)
    }

    /// The number of the last line, for faults at the end of the file.
    pub(crate) fn last_number(&self) -> usize {
        self.lines.last().map_or(0, |line| line.number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_end_lines_but_not_quoted_text() {
        let lines = meaningful_lines("# all\n  a ; b\n\nx \"p;q\" ; r\n ;\n", 5);
        let texts: Vec<(usize, &str)> = lines.iter().map(|l| (l.number, l.text.as_str())).collect();
        assert_eq!(texts, [(6, "a"), (8, "x \"p;q\"")]);
    }
}
