//! Where the focus goes when another page is opened.
//!
//! Who goes by keys or hears the page begins at its heading, and not at the link that led there or
//! nowhere. The heading may come late, after a fetch: until then the focus waits at the page itself,
//! and whoever has gone on meanwhile is left in peace.

use super::{Machine, Outward};

/// The id of the page itself, which has the focus until its heading is there.
pub const PAGE: &str = "main";

/// Where the focus is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Focus {
    /// At nothing, or at the page as a whole.
    Nowhere,
    /// At something that the reader went to.
    Somewhere,
}

/// What can happen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// Another page was opened. The first one of a visit is not another.
    Opened,
    /// A frame was drawn.
    Drawn {
        /// The id of the page's heading, once it is there.
        heading: Option<String>,
        /// Where the focus is.
        focus: Focus,
    },
}

/// What is asked for.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// To be told what the next frame shows.
    Look,
    /// Something that the browser does.
    Out(Outward<Input>),
}

/// How far the opening of a page has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Phase {
    /// Nothing is opened.
    #[default]
    Still,
    /// Opened, and nothing of it seen yet: the focus is still where the reader left from.
    Opened,
    /// The page is there, its heading is not.
    Waiting,
}

/// Follows the opening of pages.
#[derive(Clone, Copy, Debug, Default)]
pub struct Arrival {
    /// How far it has come.
    phase: Phase,
}

impl Machine for Arrival {
    type Input = Input;
    type Effect = Effect;

    fn handle(&mut self, input: Input) -> Vec<Effect> {
        let focus_on = |id: &str| Effect::Out(Outward::Focus(id.to_owned()));
        match (input, self.phase) {
            (Input::Opened, before) => {
                self.phase = Phase::Opened;
                // Who is told already need not ask again.
                let is_told = before != Phase::Still;
                (!is_told).then_some(Effect::Look).into_iter().collect()
            }
            (Input::Drawn { .. }, Phase::Still) => Vec::new(),
            (
                Input::Drawn {
                    focus: Focus::Somewhere,
                    ..
                },
                Phase::Waiting,
            ) => {
                self.phase = Phase::Still;
                Vec::new()
            }
            (
                Input::Drawn {
                    heading: Some(id), ..
                },
                _,
            ) => {
                self.phase = Phase::Still;
                vec![focus_on(&id)]
            }
            (Input::Drawn { heading: None, .. }, Phase::Opened) => {
                self.phase = Phase::Waiting;
                vec![focus_on(PAGE), Effect::Look]
            }
            (Input::Drawn { heading: None, .. }, Phase::Waiting) => vec![Effect::Look],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(heading: Option<&str>, focus: Focus) -> Input {
        Input::Drawn {
            heading: heading.map(str::to_owned),
            focus,
        }
    }

    fn focus(id: &str) -> Effect {
        Effect::Out(Outward::Focus(id.to_owned()))
    }

    #[test]
    fn a_page_that_is_there_at_once_has_the_focus_at_its_heading() {
        let mut arrival = Arrival::default();
        assert_eq!(arrival.handle(Input::Opened), [Effect::Look]);
        // The link in the header that led here still has it.
        let first = drawn(Some("title"), Focus::Somewhere);
        assert_eq!(arrival.handle(first), [focus("title")]);
    }

    #[test]
    fn a_page_that_is_fetched_has_the_focus_until_its_heading_comes() {
        let mut arrival = Arrival::default();
        arrival.handle(Input::Opened);
        let first = arrival.handle(drawn(None, Focus::Nowhere));
        assert_eq!(first, [focus(PAGE), Effect::Look]);
        assert_eq!(arrival.handle(drawn(None, Focus::Nowhere)), [Effect::Look]);
        let last = arrival.handle(drawn(Some("title"), Focus::Nowhere));
        assert_eq!(last, [focus("title")]);
    }

    #[test]
    fn who_goes_on_while_a_page_is_fetched_is_left_in_peace() {
        let mut arrival = Arrival::default();
        arrival.handle(Input::Opened);
        arrival.handle(drawn(None, Focus::Nowhere));
        assert!(arrival.handle(drawn(None, Focus::Somewhere)).is_empty());
        assert!(
            arrival
                .handle(drawn(Some("title"), Focus::Nowhere))
                .is_empty()
        );
    }

    #[test]
    fn a_second_page_opened_before_the_first_has_come_asks_only_once() {
        let mut arrival = Arrival::default();
        arrival.handle(Input::Opened);
        arrival.handle(drawn(None, Focus::Nowhere));
        assert!(arrival.handle(Input::Opened).is_empty());
        let last = arrival.handle(drawn(Some("title"), Focus::Somewhere));
        assert_eq!(last, [focus("title")]);
    }

    #[test]
    fn the_first_page_of_a_visit_leaves_the_focus_alone() {
        let mut arrival = Arrival::default();
        assert!(
            arrival
                .handle(drawn(Some("title"), Focus::Nowhere))
                .is_empty()
        );
    }
}
