//! Words shared by captions, labels and tables.

use crate::dns::{Name, Question, Rtype};
use crate::engine::{NodeId, Rank, SimDuration, World};
pub(super) use crate::scenario::capitalize;

/// A name as prose shows it: no final dot, and "the root" for the root.
pub(super) fn name_in_prose(name: &Name) -> String {
    if name.is_root() {
        "the root".to_owned()
    } else {
        name.without_dot()
    }
}

/// A zone as the title of its box.
pub(super) fn zone_title(zone: &Name) -> String {
    if zone.is_root() {
        "Root".to_owned()
    } else {
        zone.without_dot()
    }
}

/// A question as prose shows it: `www.example.com A`.
pub(super) fn question_words(question: &Question) -> String {
    format!("{} {}", question.qname.without_dot(), question.qtype)
}

/// The text with its first letter in upper case, unless it is a name of the DNS or a title.
pub(super) fn begin_sentence(text: &str) -> String {
    if text.starts_with("the ") {
        capitalize(text)
    } else {
        text.to_owned()
    }
}

/// A span as text; whole seconds of a long span are dropped.
pub(super) fn duration(span: SimDuration) -> String {
    span.to_string()
}

/// A number and its noun in the right number.
pub(super) fn count(number: usize, one: &str, many: &str) -> String {
    if number == 1 {
        format!("1 {one}")
    } else {
        format!("{number} {many}")
    }
}

/// How far data is trusted, in plain words.
pub(super) fn rank_words(rank: Rank) -> &'static str {
    match rank {
        Rank::Additional => "came along, such as glue",
        Rank::Referral => "from a referral",
        Rank::AdditionalWithAuthority => "came along with an answer from the zone",
        Rank::NonAuthoritativeAnswer => "answer of a resolver",
        Rank::Authority => "from the zone, beside an answer",
        Rank::Answer => "answer from the zone itself",
    }
}

/// What a negative entry says: the whole name is missing, or one type.
pub(super) fn negative_words(rtype: Option<Rtype>) -> String {
    rtype.map_or_else(
        || "does not exist".to_owned(),
        |rtype| format!("no {rtype} records"),
    )
}

/// What the stage calls a node.
pub(super) fn node_title(world: &World, node: NodeId) -> &str {
    &world.spec(node).title
}

/// A moment since the start of the run, of steady width while time flows: `47.2 ms`,
/// `12.034 s`, `2 min 03.5 s`, `1 h 02 min 04 s`, `3 d 01 h 02 min`.
pub fn moment(at: crate::engine::SimTime) -> String {
    let micros = at.as_micros();
    let secs = micros / 1_000_000;
    let (days, hours, minutes) = (secs / 86_400, secs / 3600, secs % 3600 / 60);
    let rest = (micros % 60_000_000) as f64 / 1e6;
    match secs {
        0 => format!("{:.1} ms", micros as f64 / 1e3),
        1..=59 => format!("{:.3} s", micros as f64 / 1e6),
        60..=3599 => format!("{minutes} min {rest:04.1} s"),
        3600..=86_399 => format!("{hours} h {minutes:02} min {rest:02.0} s"),
        _ => format!("{days} d {:02} h {minutes:02} min", hours % 24),
    }
}

/// An opcode as its mnemonic alone.
pub(super) fn opcode_mnemonic(opcode: crate::dns::Opcode) -> String {
    let text = opcode.to_string();
    text.split_once('(')
        .map_or_else(|| text.clone(), |(mnemonic, _)| mnemonic.to_owned())
}
