//! The page as plain state machines: what it knows, and what follows from what happens to it.
//!
//! Here is what the page *decides*: what a press of a key does, which acts are dropped when the
//! learner acts in the past, what a restored session shows. How that looks is [`crate::scene`]'s;
//! how it gets to a screen is `app`'s, which binds each machine to signals and carries out what it
//! asks for.
//!
//! Rules of this layer:
//!
//! - A machine is a value with [`Machine::handle`]: an input in, effects out. The getters beside it
//!   only read.
//! - No browser type, no signal, no thread-local, no clock. Moments come in with the inputs:
//!   milliseconds as `f64`, days as `u32`. A timer is an effect, its firing an input.
//! - Machines do not hold each other. What concerns another machine is an effect that `app`
//!   delivers as an input.
//! - The program is served in parts, and the part of the home page comes first. Nothing that it
//!   needs ([`Outward`], [`Notice`]) names a type of the engine, of lessons or of crowds.
//! - Tests are native and read as stories.

mod outward;

pub mod arrival;
pub mod bench;
pub mod crowd;
pub mod figure;
pub mod keys;
pub mod library;
pub mod links;
pub mod notices;
pub mod practice;
pub mod routes;
pub mod runs;
pub mod step;
pub mod store;
pub mod voice;

pub use self::notices::{Notice, NoticeTone};
pub use self::outward::Outward;

/// A state machine of the page.
pub trait Machine {
    /// What can happen to it.
    type Input;
    /// What it asks of the world outside of it.
    type Effect;

    /// Takes an input in and says what is to be done, in order. Whoever calls carries all of it
    /// out before the next input.
    fn handle(&mut self, input: Self::Input) -> Vec<Self::Effect>;
}
