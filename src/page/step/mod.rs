//! A step of a lesson: predict, act, and why it went so; and questions from earlier lessons.
//!
//! [`StepPlay`] is the life of one step on the page, [`Review`] that of one question. What the
//! world does is the business of the benches; here is only how far the learner has come, and what
//! may be shown because of it. [`tellable()`] leaves out what cannot be told yet.

mod play;
mod review;
mod tellable;

pub use self::play::{Choice, Effect, Input, Kept, Phase, Shape, StepPlay, Verdict};
pub use self::review::{Input as ReviewInput, Review};
pub use self::tellable::tellable;
