//! The story of a trace in words: one sentence or two for each event.

mod balancer;
mod memory;
mod phrases;
mod resolver;
mod rule;
mod steering;
mod text;
mod transport;

pub(super) use phrases::{message_result, outcome_words};
pub(super) use steering::{policy_title, record_for, target_text};

use super::story::{datagram_of, message_of};
use super::words::node_title;
use crate::dns::{Message, Rcode, Rtype};
use crate::engine::balancer::Condition;
use crate::engine::health::Condition as ProbeCondition;
use crate::engine::{
    EventKind, Outcome, Payload, PolicyReport, Trace, TraceEvent, World, ZoneVerdict,
};

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
    /// The rule behind it, if there is one.
    pub rule: Option<Rule>,
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

/// Each step of a decision in words, those left out of its caption too.
pub(super) fn steps_of(
    world: &World,
    trace: &Trace,
    event: &TraceEvent,
    report: &PolicyReport,
) -> Vec<String> {
    let teller = text::Teller {
        world,
        trace,
        event,
    };
    let steps = report.decision.steps.iter();
    let words = |step| steering::step_words(&teller, report, step, true).unwrap_or_default();
    steps.map(words).collect()
}

/// An event as a line of the log.
pub fn log_line(world: &World, trace: &Trace, event: &TraceEvent) -> LogLine {
    let Caption {
        actor,
        text,
        tone,
        rule,
    } = caption(world, trace, event);
    let time = super::words::moment(event.at);
    LogLine {
        event: event.id.index(),
        time,
        actor,
        text,
        tone,
        rule,
    }
}

/// What an event means.
pub fn tone(event: &TraceEvent) -> Tone {
    match &event.kind {
        EventKind::LookupStarted { .. }
        | EventKind::ResolutionStarted { .. }
        | EventKind::PrefetchStarted { .. } => Tone::Query,
        EventKind::CacheHit { .. }
        | EventKind::RrsetCached { .. }
        | EventKind::NegativeCached { .. }
        | EventKind::ScopedAnswerCached { .. }
        | EventKind::StaleServed { .. } => Tone::Cached,
        EventKind::DatagramSent { datagram, .. } | EventKind::DatagramReceived { datagram, .. } => {
            match &datagram.payload {
                Payload::Message(message) => tone_of(message),
                Payload::Octets(_) | Payload::Reset => Tone::Failure,
                Payload::Syn | Payload::Request => Tone::Query,
                Payload::SynAck | Payload::Part => Tone::Answer,
                Payload::Fin => Tone::Neutral,
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
        EventKind::ReferralFollowed { .. }
        | EventKind::AliasFollowed { .. }
        | EventKind::ParentConsulted { .. } => Tone::Referral,
        EventKind::DatagramDropped { .. }
        | EventKind::ResponseIgnored { .. }
        | EventKind::QueryTimedOut { .. }
        | EventKind::ServerPassedOver { .. }
        | EventKind::FailureCached { .. }
        | EventKind::FailureRecalled { .. }
        | EventKind::ClientRefused { .. }
        | EventKind::ConnectionReset { .. }
        | EventKind::BalancerRefused
        | EventKind::BalancerChose {
            condition: Condition::Sick | Condition::Dead,
            ..
        }
        | EventKind::ServerJudged { healthy: false, .. }
        | EventKind::ConnectionFailed { .. } => Tone::Failure,
        EventKind::ResolutionFinished { outcome, .. }
        | EventKind::LookupFinished { outcome, .. } => {
            if matches!(outcome, Outcome::Failure(..)) {
                Tone::Failure
            } else {
                Tone::Answer
            }
        }
        EventKind::EndpointProbed { met, .. } => match met {
            ProbeCondition::Up => Tone::Answer,
            ProbeCondition::Refusing | ProbeCondition::Silent => Tone::Failure,
        },
        EventKind::HealthChanged { healthy, .. } => match healthy {
            true => Tone::Answer,
            false => Tone::Failure,
        },
        EventKind::HostsFileUsed { .. }
        | EventKind::AliasFlattened { .. }
        | EventKind::ConnectionOpened { .. }
        | EventKind::ConnectionClosed { .. } => Tone::Answer,
        EventKind::Intervened { .. }
        | EventKind::RouteChanged { .. }
        | EventKind::ServerJudged { healthy: true, .. }
        | EventKind::BalancerChose {
            condition: Condition::Well,
            ..
        }
        | EventKind::PolicyDecided(_)
        | EventKind::CacheMissed { .. }
        | EventKind::StartingPointChosen { .. }
        | EventKind::ServerChosen { .. }
        | EventKind::PrimingStarted { .. }
        | EventKind::QnameMinimised { .. }
        | EventKind::MinimisationEnded { .. }
        | EventKind::TruncationMet { .. }
        | EventKind::EdnsDropped { .. }
        | EventKind::SubnetSent { .. }
        | EventKind::ServerForbidden { .. }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scene::samples;

    /// The captions of a session, those about stored records left out.
    fn story(timeline: &crate::engine::Timeline) -> Vec<String> {
        let events = timeline.trace().events().iter();
        let told = events.filter(|event| !matches!(event.kind, EventKind::RrsetCached { .. }));
        told.map(|event| caption(timeline.initial(), timeline.trace(), event).text)
            .collect()
    }

    #[test]
    fn a_machine_is_not_named_twice_in_one_line() {
        let down = crate::engine::Intervention::SetDown {
            node: "ns1.example.com".to_owned(),
            down: true,
        };
        let timeline = samples::session(&[(0, down)]);
        let event = &timeline.trace().events()[0];
        let caption = caption(timeline.initial(), timeline.trace(), event);
        assert_eq!(caption.actor, "ns1.example.com");
        assert_eq!(caption.text, "It went down.");
    }

    #[test]
    fn cold_lookup_tells_a_story() {
        let told = story(&samples::cold());
        let expected = [
            "The browser needs the address of www.example.com.",
            "Cache miss: the browser has nothing under www.example.com. It asks the operating system.",
            "Cache miss: the operating system's stub resolver has nothing under www.example.com, and its hosts file does not list the name.",
            "The stub resolver asks the recursive resolver for the address of www.example.com, and for the whole work of finding it (RD).",
            "The query reaches the resolver after",
            "Cache miss: the resolver has nothing under www.example.com.",
            "It begins to look for the address of www.example.com.",
            "It knows no name server for example.com or com, so it starts at the root.",
            "It picks",
            "It asks the root for the address of www.example.com.",
            "The query reaches",
            "The root does not know the address. It refers the resolver to com.",
            "The root refers the resolver to com: 4 name servers, with 8 addresses as glue.",
            "The referral reaches the resolver,",
            "It follows the referral from the root to com, which has 4 name servers. 8 addresses came along as glue.",
            "It picks",
            "It asks com for the address of www.example.com.",
            "The query reaches",
            "com does not know the address. It refers the resolver to example.com.",
            "com refers the resolver to example.com: 2 name servers, with 4 addresses as glue.",
            "The referral reaches the resolver,",
            "It follows the referral from com to example.com, which has 2 name servers. 4 addresses came along as glue.",
            "It picks",
            "It asks example.com for the address of www.example.com.",
            "The query reaches",
            "The zone of example.com has the address of www.example.com.",
            "example.com tells the resolver: www.example.com is 198.51.100.5, good for 5 min.",
            "The answer reaches the resolver,",
            "It has the answer after 3 queries: www.example.com is 198.51.100.5.",
            "The resolver tells the client: www.example.com is 198.51.100.5, good for 5 min.",
            "The answer reaches the machine that asked,",
            "The browser has its answer after",
            "The machine opens a TCP connection to Web server, Frankfurt (198.51.100.5).",
            "The request for a connection reaches Web server, Frankfurt after",
            "Web server, Frankfurt accepts the connection.",
            "The acceptance reaches the machine that asked,",
            "The TCP connection to 198.51.100.5 stands after",
        ];
        assert_eq!(told.len(), expected.len());
        for (told, expected) in told.iter().zip(expected) {
            assert!(told.starts_with(expected), "{told}\nis not: {expected}");
        }
    }

    #[test]
    fn every_caption_is_a_sentence_with_names_without_final_dot() {
        for timeline in samples::all().iter().chain(&samples::busy()) {
            for event in timeline.trace().events() {
                let Caption { text, actor, .. } =
                    caption(timeline.initial(), timeline.trace(), event);
                assert!(text.ends_with('.') && !text.contains(".."), "{text}");
                assert!(!text.contains("  ") && !text.contains(" ."), "{text}");
                assert!(!actor.is_empty());
            }
        }
    }

    #[test]
    fn every_event_names_the_rule_behind_it() {
        for timeline in samples::all().iter().chain(&samples::busy()) {
            for event in timeline.trace().events() {
                let caption = caption(timeline.initial(), timeline.trace(), event);
                // What the learner does and what a hosts file says follow no rule of DNS.
                let is_free = matches!(
                    event.kind,
                    EventKind::Intervened { .. } | EventKind::HostsFileUsed { .. }
                );
                assert_eq!(caption.rule.is_none(), is_free, "{}", caption.text);
            }
        }
    }

    #[test]
    fn decisions_that_options_allow_are_told() {
        let told: Vec<String> = samples::busy().iter().flat_map(story).collect();
        for begin in [
            "It knows 13 root servers to start from.",
            "It looks for www.example.com but asks for com A only",
            "The answer for www.example.com A has 10",
            "Fresh data for www.example.com A is not to be had in time.",
            "It remembers for 5 min that it could not resolve x.y.eu.example.com A.",
            "It has just failed to resolve x.y.eu.example.com A.",
        ] {
            let is_told = told.iter().any(|text| text.starts_with(begin));
            assert!(is_told, "{begin}\n{}", told.join("\n"));
        }
    }

    #[test]
    fn every_failure_is_told_as_one() {
        for timeline in samples::all() {
            for event in timeline.trace().events() {
                if let EventKind::LookupFinished {
                    outcome: Outcome::Failure(rcode, _),
                    ..
                } = &event.kind
                {
                    let caption = caption(timeline.initial(), timeline.trace(), event);
                    assert_eq!(caption.tone, Tone::Failure);
                    assert!(caption.text.contains(&rcode.to_string()));
                    assert!(caption.rule.is_some());
                }
            }
        }
    }

    #[test]
    fn expired_entry_is_told_apart_from_a_name_never_seen() {
        let timeline = samples::session(&[
            (0, samples::ask("www.example.com")),
            (70, samples::ask("www.example.com")),
        ]);
        let told = story(&timeline);
        assert!(told.iter().any(|text| {
            text.starts_with("Cache miss: the browser has no A under www.example.com any more")
        }));
    }
}
