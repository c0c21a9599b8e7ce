//! The story of a trace in words: one sentence or two for each event.

mod memory;
mod phrases;
mod rule;
mod text;
mod transport;

pub(super) use phrases::{message_result, outcome_words};

use super::story::{datagram_of, message_of};
use super::words::node_title;
use crate::dns::{Message, Rcode, Rtype};
use crate::engine::{EventKind, Outcome, Payload, Trace, TraceEvent, World, ZoneVerdict};

/// What an event means, for its color.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tone {
    /// Somebody asks.
    Query,
    /// Somebody is sent further down the tree.
    Referral,
    /// An answer, a negative one included.
    Answer,
    /// A cache is read or filled.
    Cached,
    /// Something goes wrong.
    Failure,
    /// Anything else.
    Neutral,
}

impl Tone {
    /// The tone as an attribute value.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Query => "query",
            Self::Referral => "referral",
            Self::Answer => "answer",
            Self::Cached => "cached",
            Self::Failure => "failure",
            Self::Neutral => "neutral",
        }
    }

    /// The tone as the legend names it.
    pub fn legend(self) -> &'static str {
        match self {
            Self::Query => "query",
            Self::Referral => "referral",
            Self::Answer => "answer",
            Self::Cached => "from cache",
            Self::Failure => "failure",
            Self::Neutral => "other",
        }
    }
}

/// The rule behind an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// `RFC 1034 §5.3.3`.
    pub label: String,
    /// Where to read it.
    pub url: String,
}

/// An event in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caption {
    /// What the stage calls the machine it happened at.
    pub actor: String,
    /// Complete sentences in the present tense.
    pub text: String,
    /// What it means.
    pub tone: Tone,
    /// The rule behind it, if there is one.
    pub rule: Option<Rule>,
}

/// A line of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogLine {
    /// The event, as an index into the trace.
    pub event: usize,
    /// The time since the start: `47.2 ms`.
    pub time: String,
    /// Who.
    pub actor: String,
    /// What.
    pub text: String,
    /// What it means.
    pub tone: Tone,
}

/// An event in words.
pub fn caption(world: &World, trace: &Trace, event: &TraceEvent) -> Caption {
    Caption {
        actor: node_title(world, event.node).to_owned(),
        text: text::text(world, trace, event),
        tone: tone(event),
        rule: rule::rule(event),
    }
}

/// An event as a line of the log.
pub fn log_line(world: &World, trace: &Trace, event: &TraceEvent) -> LogLine {
    let Caption {
        actor, text, tone, ..
    } = caption(world, trace, event);
    let time = super::words::moment(event.at);
    LogLine {
        event: event.id.index(),
        time,
        actor,
        text,
        tone,
    }
}

/// What an event means.
pub fn tone(event: &TraceEvent) -> Tone {
    match &event.kind {
        EventKind::LookupStarted { .. } | EventKind::ResolutionStarted { .. } => Tone::Query,
        EventKind::CacheHit { .. }
        | EventKind::RrsetCached { .. }
        | EventKind::NegativeCached { .. } => Tone::Cached,
        EventKind::DatagramSent { datagram, .. } | EventKind::DatagramReceived { datagram, .. } => {
            match &datagram.payload {
                Payload::Message(message) => tone_of(message),
                Payload::Octets(_) => Tone::Failure,
                Payload::Syn => Tone::Query,
                Payload::SynAck => Tone::Answer,
            }
        }
        EventKind::ZoneConsulted { verdict, .. } => match verdict {
            ZoneVerdict::Referral => Tone::Referral,
            ZoneVerdict::Refused => Tone::Failure,
            ZoneVerdict::Answer
            | ZoneVerdict::Alias
            | ZoneVerdict::NoData
            | ZoneVerdict::NxDomain => Tone::Answer,
        },
        EventKind::ReferralFollowed { .. } | EventKind::AliasFollowed { .. } => Tone::Referral,
        EventKind::DatagramDropped { .. }
        | EventKind::ResponseIgnored { .. }
        | EventKind::QueryTimedOut { .. }
        | EventKind::ServerPassedOver { .. }
        | EventKind::ConnectionFailed { .. } => Tone::Failure,
        EventKind::ResolutionFinished { outcome, .. }
        | EventKind::LookupFinished { outcome, .. } => {
            if matches!(outcome, Outcome::Failure(..)) {
                Tone::Failure
            } else {
                Tone::Answer
            }
        }
        EventKind::HostsFileUsed { .. } | EventKind::ConnectionOpened { .. } => Tone::Answer,
        EventKind::Intervened { .. }
        | EventKind::CacheMissed { .. }
        | EventKind::StartingPointChosen { .. }
        | EventKind::ServerChosen { .. }
        | EventKind::RecordIgnored { .. } => Tone::Neutral,
    }
}

/// What a message means.
pub(super) fn tone_of(message: &Message) -> Tone {
    if !message.flags.qr {
        return Tone::Query;
    }
    match message.rcode {
        Rcode::NOERROR if is_referral(message) => Tone::Referral,
        Rcode::NOERROR if message.flags.tc => Tone::Failure,
        Rcode::NOERROR | Rcode::NXDOMAIN => Tone::Answer,
        _ => Tone::Failure,
    }
}

/// Whether a response points further down the tree ([RFC 9499 §4](https://www.rfc-editor.org/rfc/rfc9499#section-4)).
pub(super) fn is_referral(message: &Message) -> bool {
    message.flags.qr
        && message.rcode == Rcode::NOERROR
        && !message.flags.aa
        && !message.flags.tc
        && message.answer.is_empty()
        && message.authority.iter().any(|set| set.rtype == Rtype::NS)
        && message.authority_soa().is_none()
}

/// The message of an event that is about one.
pub(super) fn event_message(event: &TraceEvent) -> Option<&Message> {
    datagram_of(event).and_then(message_of)
}
