//! What a zone text is made of, checked before it is scanned for records: its size, its
//! characters, quotes, parentheses and directives.

use super::ZoneFileError;
use crate::dns::name::{called, escaped};
use crate::dns::punycode::ascii_name;
use crate::dns::quote::{is_unseen, quoted};

/// The longest zone text that is read, in octets.
pub const ZONE_OCTETS: usize = 1_000_000;
/// The most lines with something in them that a zone text may have. The page reads that many
/// in less than half a second.
pub const ZONE_LINES: usize = 10_000;

/// What a zone text has too much of, in words, to be told while it is typed; `None` if it can
/// be read.
pub fn zone_text_excess(text: &str) -> Option<String> {
    let octets = text.len();
    if octets > ZONE_OCTETS {
        let (thousands, most) = (octets.div_ceil(1000), ZONE_OCTETS / 1000);
        return Some(format!(
            "this text has {thousands} kB: a zone of this lab takes {most} kB at most, so write \
             fewer records"
        ));
    }
    // Blank lines cost nothing, and a text without that many line ends cannot have too many.
    let lines = text.lines().filter(|line| !line.trim().is_empty());
    let count = lines.take(ZONE_LINES + 1).count();
    (count > ZONE_LINES).then(|| {
        format!(
            "this text has more than {ZONE_LINES} lines: a zone of this lab takes no more, so \
             write fewer records"
        )
    })
}

/// The text without the byte order mark that some editors put in front, if its shape is sound.
///
/// # Errors
/// What the scanner does not survive, lets through or has no words for, with its line.
pub(super) fn checked(text: &str) -> Result<&str, ZoneFileError> {
    if let Some(problem) = zone_text_excess(text) {
        return Err(ZoneFileError::whole(problem));
    }
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    // Lines with a parenthesis that is still open.
    let mut open = Vec::new();
    for (index, line) in text.lines().enumerate() {
        check_line(line, index + 1, &mut open).map_err(|problem| ZoneFileError {
            line: Some(index + 1),
            problem,
        })?;
    }
    match open.first() {
        Some(line) => Err(ZoneFileError {
            line: Some(*line),
            problem: "a parenthesis is opened and never closed: write ) where the record ends"
                .to_owned(),
        }),
        None => Ok(text),
    }
}

/// Checks one line; `open` has the lines of parentheses that are open at its start.
fn check_line(line: &str, number: usize, open: &mut Vec<usize>) -> Result<(), String> {
    if open.is_empty() && line.starts_with('$') {
        check_directive(line)?;
    }
    let mut is_quoted = false;
    let mut last = ' ';
    let mut chars = line.chars();
    let mut rest = line;
    while let Some(ch) = chars.next() {
        match ch {
            '\\' => escaped(&mut chars)?,
            '"' => is_quoted = !is_quoted,
            ';' if !is_quoted => break,
            ch if !ch.is_ascii() || (ch.is_control() && ch != '\t') => {
                return Err(odd_character(line, rest, ch, is_quoted));
            }
            _ if is_quoted => {}
            '(' => open.push(number),
            ')' if open.pop().is_none() => {
                return Err("a parenthesis is closed that was not opened: leave out the )".into());
            }
            '.' if last == '.' => {
                return Err("two dots in a row: a part of the name between them is missing".into());
            }
            _ => {}
        }
        last = ch;
        rest = chars.as_str();
    }
    if is_quoted {
        return Err(
            "a quote is opened and not closed: a text ends on its own line, with \"".into(),
        );
    }
    Ok(())
}

/// Checks a line that begins with a dollar sign.
fn check_directive(line: &str) -> Result<(), String> {
    let mut words = line.split_whitespace();
    let directive = words.next().unwrap_or_default().to_ascii_uppercase();
    match directive.as_str() {
        "$ORIGIN" | "$TTL" => Ok(()),
        "$GENERATE" => Err(
            "this lab does not read $GENERATE: write a line for each of the records it makes"
                .into(),
        ),
        "$INCLUDE" => Err(
            "this lab has no other files, so it does not read $INCLUDE: paste the records here"
                .into(),
        ),
        other => Err(format!(
            "{} is no directive of a zone file: those are $ORIGIN and $TTL",
            quoted(other)
        )),
    }
}

/// What to do about a character that stands in no record; `rest` begins with it.
fn odd_character(line: &str, rest: &str, ch: char, is_quoted: bool) -> String {
    let before = &line[..line.len() - rest.len()];
    let place = format!("column {}: {}", before.chars().count() + 1, called(ch));
    let is_word = |ch: char| !ch.is_whitespace() && ch != '"';
    let start = before.rfind(|ch| !is_word(ch)).map_or(0, |at| {
        at + before[at..].chars().next().map_or(1, char::len_utf8)
    });
    let word: String = line[start..]
        .chars()
        .take_while(|ch| is_word(*ch))
        .collect();
    match ch {
        '“' | '”' | '„' | '«' | '»' | '‘' | '’' => {
            format!("{place}: quotes of a zone file are straight, so write \"")
        }
        ch if ch.is_whitespace() => format!("{place}: write a plain space"),
        ch if is_unseen(ch) => format!("{place}: leave it out"),
        ch if is_quoted => {
            let mut octets = [0; 4];
            let octets = ch.encode_utf8(&mut octets).bytes();
            let escapes: String = octets.map(|octet| format!("\\{octet:03}")).collect();
            format!("{place}: texts are written in ASCII, so write its octets as {escapes}")
        }
        _ => match ascii_name(&word) {
            Some(ascii) if ascii.len() <= 255 => {
                let ascii = quoted(&ascii);
                format!("{place}: names are written in ASCII, so write {ascii}")
            }
            _ => format!("{place}, which stands in no record: leave it out"),
        },
    }
}
