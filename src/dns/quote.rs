//! What a person wrote, repeated in a message.

use std::fmt;

/// The longest piece of somebody's words that a message repeats, in characters.
const LONGEST: usize = 60;

/// Somebody's words in quotation marks, as a message repeats them: the first line that has
/// any, cut after 60 characters, and no character in it that could disturb what stands around.
pub fn quoted(text: &(impl fmt::Display + ?Sized)) -> String {
    let mut start = Start::default();
    // What does not fit any more stops the writing: a text of megabytes is not copied.
    let _ = fmt::write(&mut start, format_args!("{text}"));
    let first = start.text.trim();
    let mut chars = first.chars();
    let shown: String = chars.by_ref().take(LONGEST).map(shown).collect();
    let is_cut = start.is_cut || chars.next().is_some();
    format!("“{shown}{}”", if is_cut { "…" } else { "" })
}

/// A character as a message shows it.
fn shown(ch: char) -> char {
    if is_unseen(ch) { '\u{fffd}' } else { ch }
}

/// Whether a character cannot be seen, or changes how others are shown: controls, marks of
/// direction, and those without width.
pub(super) fn is_unseen(ch: char) -> bool {
    ch.is_control()
        || matches!(ch, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// The start of what is written to it: its first line that is not blank.
#[derive(Debug, Default)]
struct Start {
    /// What has been kept.
    text: String,
    /// Whether there was more.
    is_cut: bool,
}

impl fmt::Write for Start {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for ch in text.chars() {
            if ch == '\n' && self.text.trim().is_empty() {
                self.text.clear();
                continue;
            }
            // White space in front is not counted; no line begins with this much of it.
            if ch == '\n' || self.text.len() > 8 * LONGEST {
                self.is_cut = true;
                return Err(fmt::Error);
            }
            self.text.push(ch);
        }
        Ok(())
    }
}

/// A text that is not longer than so many characters, or its start.
pub fn shortened(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// Several things in one sentence: the first few and how many more there are.
pub fn listed<T: fmt::Display>(things: &[T], most: usize) -> String {
    let shown: Vec<String> = things.iter().take(most).map(ToString::to_string).collect();
    match things.len().saturating_sub(most) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_words_are_repeated_as_they_are() {
        assert_eq!(quoted("app"), "“app”");
        assert_eq!(quoted(""), "“”");
        assert_eq!(quoted(&7), "“7”");
    }

    #[test]
    fn long_words_are_cut_and_only_one_line_is_repeated() {
        assert_eq!(quoted("\n \n one\ntwo\n"), "“one…”");
        let long = "ü".repeat(5_000_000);
        let told = quoted(&long);
        assert_eq!(told.chars().count(), LONGEST + 3);
        assert!(told.ends_with("ü…”"));
        assert!(quoted(&format!("{}x", " ".repeat(900))).len() < 20);
    }

    #[test]
    fn characters_that_disturb_are_not_repeated() {
        assert_eq!(quoted("a\0b\u{202e}c\td"), "“a\u{fffd}b\u{fffd}c\u{fffd}d”");
    }

    #[test]
    fn a_text_is_shortened_between_characters() {
        assert_eq!(shortened("grün", 4), "grün");
        assert_eq!(shortened("grünes", 3), "grü…");
    }

    #[test]
    fn of_many_things_the_first_are_named() {
        assert_eq!(listed(&[1, 2, 3], 3), "1, 2, 3");
        assert_eq!(listed(&[1, 2, 3, 4, 5], 2), "1, 2 and 3 more");
    }
}
