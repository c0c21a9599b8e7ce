//! What machines ask of the browser.

use super::Notice;

/// Something the browser does for a machine whose inputs are `I`. Its outcome comes back as one
/// of the inputs that the effect brings along.
#[derive(Clone, Debug, PartialEq)]
pub enum Outward<I> {
    /// Sends an input after a while. A timer of the same name that is still running starts over.
    After {
        /// The name of the timer, one of the machine's own.
        timer: &'static str,
        /// Milliseconds until it fires.
        ms: u32,
        /// What is sent then.
        then: I,
    },
    /// Stops a timer, if it is running.
    Stop {
        /// The name of the timer.
        timer: &'static str,
    },
    /// Shows a message above the page.
    Notify(Notice),
    /// The learner has done something, so a message about a problem before it is out of date.
    Acted,
    /// Puts text into the clipboard.
    Copy {
        /// The text.
        text: String,
        /// What is sent once it is there.
        done: I,
        /// What is sent if the browser does not allow it.
        refused: I,
    },
    /// Shows another address for the page at hand, without a new entry in the history.
    ReplaceAddress(String),
    /// Goes to another page, as a link does.
    Open(String),
    /// Moves the focus to an element, by its id, once what has changed is drawn.
    Focus(String),
}
