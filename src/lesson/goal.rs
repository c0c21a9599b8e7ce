//! When a step is done: conditions over what the learner has seen happen.

#[cfg(feature = "author")]
mod words;

use std::collections::BTreeMap;
use std::net::IpAddr;

use serde::{Deserialize, Serialize};

#[cfg(feature = "author")]
pub(super) use self::words::{parse_number, parse_word};
use super::{CrowdRun, Inline, Lesson};
use crate::dns::{Rtype, rtype_number};
use crate::engine::{CacheLayer, EventKind, Outcome, Timeline, TraceEvent, Transport};
use crate::scenario::{Figure, Measure};

/// When a step is done.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Goal {
    /// What the learner is to do, in one sentence.
    pub text: Vec<Inline>,
    /// What must hold, all of it; never empty.
    pub conditions: Vec<Condition>,
}

/// Something that holds or not.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Condition {
    /// The learner has committed to a prediction and it was run.
    Predicted,
    /// This many lookups were finished.
    Lookups {
        /// At least.
        count: usize,
    },
    /// This many lookups ended like this.
    Outcome {
        /// How.
        outcome: OutcomeName,
        /// At least.
        count: usize,
    },
    /// This many lookups brought this address first.
    Address {
        /// The address.
        address: IpAddr,
        /// At least.
        count: usize,
    },
    /// This many lookups brought records of a type.
    Answer {
        /// The type.
        #[serde(with = "rtype_number")]
        rtype: Rtype,
        /// At least.
        count: usize,
    },
    /// This many responses came cut short, with the TC bit.
    Truncated {
        /// At least.
        count: usize,
    },
    /// This many queries went out over TCP.
    OverTcp {
        /// At least.
        count: usize,
    },
    /// A lookup was finished and cost the resolvers so many queries.
    Queries {
        /// Which lookup, from 0.
        lookup: usize,
        /// At least.
        min: u64,
        /// At most.
        max: u64,
    },
    /// A cache layer answered this many times.
    Hit {
        /// The layer.
        layer: CacheLayer,
        /// At least.
        count: usize,
    },
    /// Events of this kind happened.
    Event {
        /// Their kind.
        event: EventName,
        /// At least.
        count: usize,
    },
    /// This many runs of the step's crowd were seen to their end.
    CrowdRan {
        /// At least.
        count: usize,
    },
    /// A figure of the crowd's last run lies within a range.
    Figure {
        /// The id of the lesson's measure.
        id: String,
        /// Not below, as [`Figure::number`] counts.
        min: f64,
        /// Not above.
        max: f64,
    },
    /// A knob stands within a range.
    Knob {
        /// Its id.
        id: String,
        /// Not below.
        min: f64,
        /// Not above.
        max: f64,
    },
}

/// What a goal is judged by.
#[derive(Clone, Copy, Debug)]
pub struct GoalInput<'a> {
    /// The session.
    pub timeline: &'a Timeline,
    /// How many events of its trace the learner has seen: the furthest the playhead has come.
    pub seen: usize,
    /// Where the knobs stand, by id.
    pub knobs: &'a BTreeMap<String, f64>,
    /// The learner has committed to a prediction and it was run.
    pub predicted: bool,
    /// What was seen of the step's crowd.
    pub crowd: CrowdSeen<'a>,
}

/// What the learner has seen of a step's crowd.
#[derive(Clone, Copy, Debug, Default)]
pub struct CrowdSeen<'a> {
    /// How many runs were seen to their end since the step was opened.
    pub runs: usize,
    /// The last of them, with the figures of the lesson.
    pub last: Option<(&'a Lesson, &'a CrowdRun)>,
}

impl Goal {
    /// Whether all conditions hold.
    pub fn is_met(&self, input: &GoalInput<'_>) -> bool {
        self.conditions
            .iter()
            .all(|condition| condition.holds(input))
    }
}

impl Condition {
    /// Whether the condition holds.
    pub fn holds(&self, input: &GoalInput<'_>) -> bool {
        let seen = |matches: &dyn Fn(&TraceEvent) -> bool| {
            let events = input.timeline.trace().events().iter().take(input.seen);
            events.filter(|event| matches(event)).count()
        };
        match self {
            Self::Predicted => input.predicted,
            Self::Lookups { count } => {
                seen(&|event| EventName::LookupFinished.is_of(&event.kind)) >= *count
            }
            Self::Outcome { outcome, count } => {
                let is_such = |event: &TraceEvent| match &event.kind {
                    EventKind::LookupFinished { outcome: found, .. } => outcome.is_of(found),
                    _ => false,
                };
                seen(&is_such) >= *count
            }
            Self::Address { address, count } => {
                let is_such = |event: &TraceEvent| match &event.kind {
                    EventKind::LookupFinished { outcome, .. } => {
                        outcome.address() == Some(*address)
                    }
                    _ => false,
                };
                seen(&is_such) >= *count
            }
            Self::Answer { rtype, count } => {
                let is_such = |event: &TraceEvent| match &event.kind {
                    EventKind::LookupFinished {
                        outcome: Outcome::Answer(sets),
                        ..
                    } => sets.iter().any(|set| set.rtype == *rtype),
                    _ => false,
                };
                seen(&is_such) >= *count
            }
            Self::Truncated { count } => {
                let is_such = |event: &TraceEvent| match &event.kind {
                    EventKind::DatagramReceived { datagram, .. } => datagram
                        .message()
                        .is_ok_and(|message| message.flags.qr && message.flags.tc),
                    _ => false,
                };
                seen(&is_such) >= *count
            }
            Self::OverTcp { count } => {
                let is_such = |event: &TraceEvent| match &event.kind {
                    EventKind::DatagramSent { datagram, .. } => {
                        datagram.transport == Transport::Tcp
                            && datagram.message().is_ok_and(|message| !message.flags.qr)
                    }
                    _ => false,
                };
                seen(&is_such) >= *count
            }
            Self::Queries { lookup, min, max } => {
                let finished = seen(&|event| EventName::LookupFinished.is_of(&event.kind));
                let measure = Measure::UpstreamQueries { lookup: *lookup };
                finished > *lookup
                    && matches!(measure.evaluate(input.timeline), Ok(Figure::Count(count)) if (*min..=*max).contains(&count))
            }
            Self::Hit { layer, count } => {
                let is_such = |event: &TraceEvent| matches!(&event.kind, EventKind::CacheHit { layer: hit, .. } if hit == layer);
                seen(&is_such) >= *count
            }
            Self::Event { event: name, count } => seen(&|event| name.is_of(&event.kind)) >= *count,
            Self::CrowdRan { count } => input.crowd.runs >= *count,
            Self::Figure { id, min, max } => {
                let figure = { input.crowd.last }
                    .and_then(|(lesson, run)| lesson.figure_of(id, run).ok())
                    .and_then(|figure| figure.number());
                figure.is_some_and(|figure| (*min..=*max).contains(&figure))
            }
            Self::Knob { id, min, max } => input
                .knobs
                .get(id)
                .is_some_and(|value| (*min..=*max).contains(value)),
        }
    }
}

/// How a lookup ended, without the details.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum OutcomeName {
    /// With records.
    Answer,
    /// The name exists without such records.
    NoData,
    /// The name does not exist.
    NxDomain,
    /// No answer could be had.
    Failure,
}

impl OutcomeName {
    /// Whether an outcome is of this kind.
    pub fn is_of(self, outcome: &Outcome) -> bool {
        self == match outcome {
            Outcome::Answer(_) => Self::Answer,
            Outcome::NoData => Self::NoData,
            Outcome::NxDomain => Self::NxDomain,
            Outcome::Failure(..) => Self::Failure,
        }
    }
}

/// The kinds of events, without their details.
macro_rules! event_names {
    ($($name:ident),* $(,)?) => {
        /// A kind of event, without its details; see [`EventKind`].
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(rename_all = "kebab-case")]
        #[expect(missing_docs, reason = "each is the variant of EventKind with its name")]
        pub enum EventName {
            $($name),*
        }

        impl EventName {
            /// Whether an event is of this kind.
            pub fn is_of(self, kind: &EventKind) -> bool {
                self == match kind {
                    $(EventKind::$name { .. } => Self::$name),*
                }
            }
        }
    };
}

event_names!(
    Intervened,
    LookupStarted,
    HostsFileUsed,
    CacheMissed,
    CacheHit,
    RrsetCached,
    NegativeCached,
    ResolutionStarted,
    StartingPointChosen,
    PrimingStarted,
    QnameMinimised,
    MinimisationEnded,
    ParentConsulted,
    TruncationMet,
    EdnsDropped,
    SubnetSent,
    ScopedAnswerCached,
    FailureCached,
    FailureRecalled,
    StaleServed,
    PrefetchStarted,
    ClientRefused,
    ServerForbidden,
    ServerChosen,
    DatagramSent,
    DatagramReceived,
    DatagramDropped,
    ZoneConsulted,
    ReferralFollowed,
    AliasFollowed,
    RecordIgnored,
    ResponseIgnored,
    QueryTimedOut,
    ServerPassedOver,
    ResolutionFinished,
    LookupFinished,
    ConnectionOpened,
    ConnectionFailed,
    ConnectionReset,
    ConnectionClosed,
    RouteChanged,
    BalancerChose,
    BalancerRefused,
    ServerJudged,
    PolicyDecided,
    AliasFlattened,
    EndpointProbed,
    HealthChanged,
);
