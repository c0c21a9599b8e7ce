//! When a step is done: conditions over what the learner has seen happen.

use std::collections::BTreeMap;
use std::net::IpAddr;

use serde::Deserialize;
use serde::de::IntoDeserializer as _;
use serde::de::value::Error as ValueError;

use super::act::parse_rtype;
use super::{CrowdRun, Inline, Lesson};
use crate::dns::Rtype;
use crate::engine::{CacheLayer, EventKind, Outcome, Timeline, TraceEvent, Transport};
use crate::scenario::{Figure, Measure};

/// When a step is done.
#[derive(Clone, Debug, PartialEq)]
pub struct Goal {
    /// What the learner is to do, in one sentence.
    pub text: Vec<Inline>,
    /// What must hold, all of it; never empty.
    pub conditions: Vec<Condition>,
}

/// Something that holds or not.
#[derive(Clone, Debug, PartialEq)]
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

    /// Reads a condition as a lesson writes it, for instance `event referral-followed 2`.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let words: Vec<&str> = text.split_whitespace().collect();
        Ok(match words.as_slice() {
            ["predicted"] => Self::Predicted,
            ["lookups", count] => Self::Lookups {
                count: parse_count(count)?,
            },
            ["outcome", outcome, count] => Self::Outcome {
                outcome: parse_word(outcome)?,
                count: parse_count(count)?,
            },
            ["address", address, count] => Self::Address {
                address: address
                    .parse()
                    .map_err(|_| format!("`{address}` is no address"))?,
                count: parse_count(count)?,
            },
            ["answer", rtype, count] => Self::Answer {
                rtype: parse_rtype(rtype)?,
                count: parse_count(count)?,
            },
            ["truncated", count] => Self::Truncated {
                count: parse_count(count)?,
            },
            ["over-tcp", count] => Self::OverTcp {
                count: parse_count(count)?,
            },
            ["queries", lookup, min, max] => {
                let number = |text: &str| {
                    let parsed = text.parse::<u64>();
                    parsed.map_err(|_| format!("`{text}` is no number of queries"))
                };
                Self::Queries {
                    lookup: lookup
                        .parse()
                        .map_err(|_| format!("`{lookup}` is no lookup: count from 0"))?,
                    min: number(min)?,
                    max: number(max)?,
                }
            }
            ["hit", layer, count] => Self::Hit {
                layer: parse_word(layer)?,
                count: parse_count(count)?,
            },
            ["event", event, count] => Self::Event {
                event: parse_word(event)?,
                count: parse_count(count)?,
            },
            ["crowd-ran", count] => Self::CrowdRan {
                count: parse_count(count)?,
            },
            ["figure", id, min, max] => Self::Figure {
                id: (*id).to_owned(),
                min: parse_number(min)?,
                max: parse_number(max)?,
            },
            ["knob", id, min, max] => Self::Knob {
                id: (*id).to_owned(),
                min: parse_number(min)?,
                max: parse_number(max)?,
            },
            _ => {
                return Err(format!(
                    "`{text}` is no condition: write `predicted`, `lookups N`, `outcome KIND N`, \
                     `address ADDRESS N`, `answer TYPE N`, `truncated N`, `over-tcp N`, `queries LOOKUP MIN MAX`, `hit LAYER N`, `event KIND N`, `crowd-ran N`, `figure ID MIN MAX` or `knob ID MIN MAX`"
                ));
            }
        })
    }
}

/// Reads a word of a closed list, as serde spells it.
pub(super) fn parse_word<'de, T: Deserialize<'de>>(word: &'de str) -> Result<T, String> {
    T::deserialize(word.into_deserializer()).map_err(|error: ValueError| error.to_string())
}

/// Reads how many times something must happen: once at least.
fn parse_count(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(count) if count > 0 => Ok(count),
        _ => Err(format!("`{text}`: write how many times, 1 or more")),
    }
}

/// Reads a finite number.
pub(super) fn parse_number(text: &str) -> Result<f64, String> {
    crate::engine::parse_number(text).ok_or_else(|| format!("`{text}` is no number"))
}

/// How a lookup ended, without the details.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
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
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions_are_read() {
        assert_eq!(
            Condition::parse("event referral-followed 2"),
            Ok(Condition::Event {
                event: EventName::ReferralFollowed,
                count: 2
            })
        );
        assert_eq!(
            Condition::parse("outcome nx-domain 1"),
            Ok(Condition::Outcome {
                outcome: OutcomeName::NxDomain,
                count: 1
            })
        );
        assert_eq!(Condition::parse("predicted"), Ok(Condition::Predicted));
    }

    #[test]
    fn nonsense_is_refused_with_advice() {
        for text in [
            "",
            "lookups 0",
            "event big-bang 1",
            "hit attic 1",
            "knob ttl x 2",
        ] {
            assert!(Condition::parse(text).is_err(), "{text}");
        }
        let problem = Condition::parse("hit attic 1").expect_err("no such layer");
        assert!(problem.contains("browser"), "{problem}");
    }
}
