//! Messages above the page: one at a time, and none outlives the page it speaks of.

use super::{Machine, Outward};

/// How long a message that all is well stays, in milliseconds, for each of its letters; a slow
/// reader needs about 60.
const MS_PER_LETTER: u32 = 80;
/// The least such a message stays, in milliseconds.
const LEAST_MS: u32 = 5_000;
/// The most such a message stays, in milliseconds.
const MOST_MS: u32 = 20_000;
/// The timer that closes a message.
const CLOSING: &str = "notice";

/// How grave a notice is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoticeTone {
    /// Something went well. It closes by itself.
    Info,
    /// Something could not be done. It stays until it is closed or the learner does something else.
    Problem,
}

/// A message above the page that can be dismissed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// How grave it is.
    pub tone: NoticeTone,
    /// What it says.
    pub text: String,
}

impl Notice {
    /// A message that something went well.
    pub fn info(text: impl Into<String>) -> Self {
        Self {
            tone: NoticeTone::Info,
            text: text.into(),
        }
    }

    /// A message that something could not be done.
    pub fn problem(text: impl Into<String>) -> Self {
        Self {
            tone: NoticeTone::Problem,
            text: text.into(),
        }
    }

    /// How long it stays of itself, in milliseconds; `None` for ever.
    fn stay(&self) -> Option<u32> {
        let letters = u32::try_from(self.text.chars().count()).unwrap_or(u32::MAX);
        let stay = letters.saturating_mul(MS_PER_LETTER);
        (self.tone == NoticeTone::Info).then_some(stay.clamp(LEAST_MS, MOST_MS))
    }
}

/// What can happen to the message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// Something is to be said.
    Show(Notice),
    /// The learner dismissed it.
    Dismissed,
    /// Another page was opened.
    PageOpened,
    /// The learner did something that may mend what was wrong.
    Acted,
    /// Pointer or focus came to the message, or left it.
    Attended(bool),
    /// It has stayed long enough.
    Expired,
}

/// The message above the page.
#[derive(Clone, Debug, Default)]
pub struct Notices {
    /// The message, if there is one.
    current: Option<Notice>,
    /// Whether somebody is at it with pointer or focus.
    is_attended: bool,
}

impl Notices {
    /// The message, if there is one.
    pub fn current(&self) -> Option<&Notice> {
        self.current.as_ref()
    }

    /// Takes the message away.
    fn close(&mut self) -> Vec<Outward<Input>> {
        self.is_attended = false;
        match self.current.take() {
            Some(_) => vec![Outward::Stop { timer: CLOSING }],
            None => Vec::new(),
        }
    }

    /// Starts or stops the timer that closes the message.
    fn time(&self) -> Vec<Outward<Input>> {
        let stay = self.current.as_ref().and_then(Notice::stay);
        match stay {
            Some(ms) if !self.is_attended => vec![Outward::After {
                timer: CLOSING,
                ms,
                then: Input::Expired,
            }],
            _ => vec![Outward::Stop { timer: CLOSING }],
        }
    }
}

impl Machine for Notices {
    type Input = Input;
    type Effect = Outward<Input>;

    fn handle(&mut self, input: Input) -> Vec<Outward<Input>> {
        match input {
            Input::Show(notice) => {
                self.current = Some(notice);
                self.time()
            }
            Input::Dismissed | Input::PageOpened => self.close(),
            Input::Acted => {
                let tone = self.current.as_ref().map(|notice| notice.tone);
                match tone {
                    Some(NoticeTone::Problem) => self.close(),
                    _ => Vec::new(),
                }
            }
            Input::Attended(is_attended) if self.current.is_some() => {
                self.is_attended = is_attended;
                self.time()
            }
            Input::Attended(_) => Vec::new(),
            Input::Expired => {
                // The timer may have fired in the moment in which it was stopped.
                let stays = self.current.as_ref().is_some_and(|it| it.stay().is_none());
                if stays || self.is_attended {
                    return Vec::new();
                }
                self.close()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a machine shows after some inputs.
    fn shown(inputs: impl IntoIterator<Item = Input>) -> Option<String> {
        let mut notices = Notices::default();
        for input in inputs {
            notices.handle(input);
        }
        notices.current().map(|notice| notice.text.clone())
    }

    #[test]
    fn a_message_closes_by_itself_after_it_could_be_read() {
        let mut notices = Notices::default();
        let effects = notices.handle(Input::Show(Notice::info("Link copied.")));
        assert_eq!(
            effects,
            [Outward::After {
                timer: CLOSING,
                ms: 5_000,
                then: Input::Expired
            }]
        );
        notices.handle(Input::Expired);
        assert_eq!(notices.current(), None);
    }

    #[test]
    fn a_long_message_stays_longer_than_a_short_one() {
        let mut notices = Notices::default();
        let text = "word ".repeat(20);
        let effects = notices.handle(Input::Show(Notice::info(text)));
        assert!(matches!(effects[..], [Outward::After { ms: 8_000, .. }]));
        let endless = "word ".repeat(10_000);
        let effects = notices.handle(Input::Show(Notice::info(endless)));
        assert!(matches!(effects[..], [Outward::After { ms: 20_000, .. }]));
    }

    #[test]
    fn a_message_somebody_is_at_stays_until_they_leave_it() {
        let mut notices = Notices::default();
        notices.handle(Input::Show(Notice::info("Link copied.")));
        let stop = [Outward::Stop { timer: CLOSING }];
        assert_eq!(notices.handle(Input::Attended(true)), stop);
        // The timer may have fired in the same moment.
        notices.handle(Input::Expired);
        assert!(notices.current().is_some());
        let effects = notices.handle(Input::Attended(false));
        assert!(matches!(effects[..], [Outward::After { ms: 5_000, .. }]));
    }

    #[test]
    fn a_problem_stays_until_it_is_closed_or_the_learner_goes_on() {
        let problem = || Input::Show(Notice::problem("There is no such client."));
        assert!(shown([problem(), Input::Expired]).is_some());
        assert_eq!(shown([problem(), Input::Dismissed]), None);
        assert_eq!(shown([problem(), Input::Acted]), None);
    }

    #[test]
    fn a_problem_starts_no_timer() {
        let effects = Notices::default().handle(Input::Show(Notice::problem("Refused.")));
        assert_eq!(effects, [Outward::Stop { timer: CLOSING }]);
    }

    #[test]
    fn an_act_does_not_take_away_what_it_was_told() {
        let told = Input::Show(Notice::info("The zone is changed."));
        assert!(shown([told, Input::Acted]).is_some());
    }

    #[test]
    fn no_message_outlives_the_page_it_speaks_of() {
        for notice in [Notice::info("Done."), Notice::problem("Refused.")] {
            assert_eq!(shown([Input::Show(notice), Input::PageOpened]), None);
        }
    }

    #[test]
    fn the_later_of_two_messages_is_the_one_that_is_read() {
        let first = Input::Show(Notice::problem("Refused."));
        let second = Input::Show(Notice::info("Done."));
        assert_eq!(shown([first, second]).as_deref(), Some("Done."));
    }
}
