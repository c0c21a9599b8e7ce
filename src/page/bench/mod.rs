//! The bench of a world: what it is made of, what was done to it, the moment looked at, and how.
//!
//! [`Bench`] is the machine, [`Input`] what can happen to it. Everything a learner does in a world
//! comes through here: turning a knob, asking, taking a machine down, playing, going back, and
//! acting in the past, which drops what came later. What that looks like is computed by
//! [`crate::scene`] from the session, the playhead and the one world that [`Bench::world`] finds
//! for the moment.
//!
//! Not here: the bench of a crowd, what a lesson asks for (predictions, goals, hints), and the text
//! of links, which carry a [`Session`](crate::scenario::Session).

mod acting;
mod clock;
mod input;
mod look;
mod looking;
mod machine;
mod scenario;
mod switch;
#[cfg(test)]
mod tests;
mod words;

pub use self::input::{Input, Move, SessionSource, Told};
pub use self::look::{InspectorTab, Selection, StageView};
pub use self::machine::Bench;
pub use self::scenario::{FreePlay, LAB_WORLD, Scenario};
pub use self::switch::Switch;
