//! Splits a zone file into entries and words ([RFC 1035 §5.1]).
//!
//! An entry is a line, or several lines held together by parentheses. Escapes stay in the
//! words as they are written: only who reads a word knows what it is.
//!
//! [RFC 1035 §5.1]: https://www.rfc-editor.org/rfc/rfc1035#section-5.1

use std::collections::VecDeque;

use super::ZoneFileError;

/// A word of an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Word {
    /// Its text without quotes, with its escapes.
    pub(super) text: String,
    /// Whether it was quoted, so that it is never a sign such as `@`.
    pub(super) is_quoted: bool,
}

/// A line of a zone file that says something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    /// Where it begins, counted from 1.
    pub(super) line: usize,
    /// Whether it begins with white space: its owner is that of the entry before.
    pub(super) is_indented: bool,
    /// Its words; never empty.
    pub(super) words: VecDeque<Word>,
}

/// Splits a text into entries.
///
/// # Errors
/// Quotes and parentheses that are left open, and an escape of nothing.
pub(super) fn entries(text: &str) -> Result<Vec<Entry>, ZoneFileError> {
    let mut entries = Vec::new();
    let mut entry: Option<Entry> = None;
    // The lines of parentheses that are open.
    let mut open: Vec<usize> = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let number = index + 1;
        let entry_here = entry.get_or_insert_with(|| Entry {
            line: number,
            is_indented: line.starts_with([' ', '\t']),
            words: VecDeque::new(),
        });
        split(line, number, entry_here, &mut open)?;
        if open.is_empty() {
            entries.extend(entry.take().filter(|entry| !entry.words.is_empty()));
        }
    }
    match open.first() {
        Some(line) => Err(fault(*line, "a parenthesis is opened and never closed")),
        None => Ok(entries),
    }
}

/// Adds the words of a line to an entry.
fn split(
    line: &str,
    number: usize,
    entry: &mut Entry,
    open: &mut Vec<usize>,
) -> Result<(), ZoneFileError> {
    let mut word: Option<Word> = None;
    let mut is_quoted = false;
    let mut chars = line.chars();
    while let Some(ch) = chars.next() {
        let ends_word = !is_quoted && matches!(ch, ' ' | '\t' | '\r' | '(' | ')' | ';');
        if ends_word {
            entry.words.extend(word.take());
            match ch {
                ';' => return Ok(()),
                '(' => open.push(number),
                ')' if open.pop().is_none() => {
                    return Err(fault(
                        number,
                        "a closing parenthesis without an opening one",
                    ));
                }
                _ => {}
            }
            continue;
        }
        let word = word.get_or_insert_with(|| Word {
            text: String::new(),
            is_quoted: ch == '"',
        });
        match ch {
            '"' => is_quoted = !is_quoted,
            '\\' => {
                let Some(escaped) = chars.next() else {
                    return Err(fault(
                        number,
                        "a backslash at the end of the line escapes nothing",
                    ));
                };
                word.text.extend(['\\', escaped]);
            }
            ch => word.text.push(ch),
        }
    }
    if is_quoted {
        return Err(fault(
            number,
            "a quote is opened and not closed on the same line",
        ));
    }
    entry.words.extend(word);
    Ok(())
}

/// A fault in a line.
pub(super) fn fault(line: usize, problem: impl Into<String>) -> ZoneFileError {
    ZoneFileError {
        line: Some(line),
        problem: problem.into(),
    }
}
