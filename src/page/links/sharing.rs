//! Copying a link. The reader's own address stays as it is: a reload of it must not lead back to
//! the moment that was shared.

use super::NoLink;
use crate::page::{Machine, Notice, Outward};

/// The id of the field that shows a link.
pub const FIELD: &str = "link-to-copy";

/// What can happen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// A link is wanted.
    Share {
        /// The whole address, or why there is none.
        link: Result<String, NoLink>,
        /// What it brings back, as a sentence.
        brings: &'static str,
    },
    /// The link is in the clipboard.
    Copied,
    /// The browser does not let the page use the clipboard.
    Refused,
    /// The field with the link was closed, or its page was left.
    Closed,
}

/// The link that is being shared.
#[derive(Clone, Debug, Default)]
pub struct Sharing {
    /// The link, and what it brings back.
    link: Option<(String, &'static str)>,
    /// Whether it is shown, to be copied by hand.
    is_shown: bool,
}

impl Sharing {
    /// The link to be copied by hand, if one has to be.
    pub fn shown(&self) -> Option<&str> {
        let (link, _) = self.link.as_ref().filter(|_| self.is_shown)?;
        Some(link)
    }
}

impl Machine for Sharing {
    type Input = Input;
    type Effect = Outward<Input>;

    fn handle(&mut self, input: Input) -> Vec<Outward<Input>> {
        match input {
            Input::Share { link, brings } => {
                self.is_shown = false;
                match link {
                    Ok(text) => {
                        self.link = Some((text.clone(), brings));
                        vec![Outward::Copy {
                            text,
                            done: Input::Copied,
                            refused: Input::Refused,
                        }]
                    }
                    Err(problem) => {
                        self.link = None;
                        let text = format!("{problem} Nothing was copied.");
                        vec![Outward::Notify(Notice::problem(text))]
                    }
                }
            }
            Input::Copied => {
                let brings = self.link.take().map_or("", |(_, brings)| brings);
                let text = format!("Link copied. {brings}");
                vec![Outward::Notify(Notice::info(text))]
            }
            Input::Refused if self.link.is_some() => {
                self.is_shown = true;
                vec![Outward::Focus(FIELD.to_owned())]
            }
            Input::Refused => Vec::new(),
            Input::Closed => {
                self.is_shown = false;
                self.link = None;
                Vec::new()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A link that can be made.
    fn share() -> Input {
        Input::Share {
            link: Ok("https://lab.example/#/lab?s=2.abc".to_owned()),
            brings: "It brings back this answer.",
        }
    }

    #[test]
    fn a_link_is_copied_and_the_address_stays_the_plain_one() {
        let mut sharing = Sharing::default();
        let mut effects = sharing.handle(share());
        effects.extend(sharing.handle(Input::Copied));
        let changes =
            |it: &Outward<Input>| matches!(it, Outward::ReplaceAddress(_) | Outward::Open(_));
        assert!(!effects.iter().any(changes), "{effects:?}");
        let told = Notice::info("Link copied. It brings back this answer.");
        assert_eq!(effects.pop(), Some(Outward::Notify(told)));
        assert_eq!(sharing.shown(), None);
    }

    #[test]
    fn where_there_is_no_clipboard_the_link_is_shown_to_be_copied_by_hand() {
        let mut sharing = Sharing::default();
        sharing.handle(share());
        let effects = sharing.handle(Input::Refused);
        assert_eq!(effects, [Outward::Focus(FIELD.to_owned())]);
        assert_eq!(sharing.shown(), Some("https://lab.example/#/lab?s=2.abc"));
        sharing.handle(Input::Closed);
        assert_eq!(sharing.shown(), None);
    }

    #[test]
    fn a_link_that_would_be_too_long_is_not_copied_and_that_is_said() {
        let mut sharing = Sharing::default();
        sharing.handle(share());
        let link = Err(NoLink::TooLong(21_000));
        let effects = sharing.handle(Input::Share { link, brings: "" });
        let [Outward::Notify(notice)] = effects.as_slice() else {
            panic!("{effects:?}");
        };
        assert!(notice.text.contains("21000 characters"), "{}", notice.text);
        assert!(notice.text.ends_with("Nothing was copied."));
    }

    #[test]
    fn an_answer_of_the_clipboard_that_comes_after_the_page_was_left_shows_nothing() {
        let mut sharing = Sharing::default();
        sharing.handle(share());
        sharing.handle(Input::Closed);
        assert_eq!(sharing.handle(Input::Refused), []);
        assert_eq!(sharing.shown(), None);
    }
}
