//! The rule behind an event.

use super::{Rule, event_message, is_referral};
use crate::dns::Rcode;
use crate::engine::policy::Source;
use crate::engine::{
    CacheLayer, DropReason, EventKind, FailureReason, IgnoreReason, Outcome, Payload, SimDuration,
    StartingPoint, TraceEvent, Transport, Uselessness, ZoneVerdict,
};
use crate::scenario::RfcPlace;

impl Rule {
    /// The rule that stands in a section of an RFC.
    pub(in crate::scene) fn of((number, section): RfcPlace) -> Self {
        let base = format!("https://www.rfc-editor.org/rfc/rfc{number}");
        if section.is_empty() {
            Self {
                label: format!("RFC {number}"),
                url: base,
            }
        } else {
            Self {
                label: format!("RFC {number} §{section}"),
                url: format!("{base}#section-{section}"),
            }
        }
    }
}

/// The rule behind an event, if there is one worth reading.
pub(super) fn rule(event: &TraceEvent) -> Option<Rule> {
    place(event).map(Rule::of)
}

/// Where the rule stands.
fn place(event: &TraceEvent) -> Option<RfcPlace> {
    match &event.kind {
        EventKind::Intervened { .. } | EventKind::HostsFileUsed { .. } => None,
        EventKind::LookupStarted { .. } => Some((1034, "5.2.1")),
        EventKind::CacheMissed { layer, .. } => Some(match layer {
            CacheLayer::Resolver => (1034, "5.3.3"),
            CacheLayer::Browser | CacheLayer::Stub => (1034, "5.3.1"),
        }),
        EventKind::CacheHit { outcome, .. } => Some(match outcome {
            Outcome::NoData | Outcome::NxDomain => (2308, "5"),
            Outcome::Answer(_) | Outcome::Failure(..) => (1034, "5.3.3"),
        }),
        EventKind::RrsetCached { rank, .. } => Some(if rank.is_answer() {
            (1035, "7.4")
        } else {
            (2181, "5.4.1")
        }),
        EventKind::NegativeCached { .. } => Some((2308, "5")),
        EventKind::ResolutionStarted { .. } => Some((1034, "5.3.3")),
        EventKind::StartingPointChosen { source, .. } => Some(match source {
            StartingPoint::CachedDelegation => (1034, "5.3.3"),
            StartingPoint::RootHints => (9609, "2"),
            StartingPoint::StubZone | StartingPoint::ForwardZone => (9499, "6"),
        }),
        EventKind::ServerChosen { .. } | EventKind::QueryTimedOut { .. } => Some((1035, "7.2")),
        EventKind::DatagramSent { datagram, .. } | EventKind::DatagramReceived { datagram, .. } => {
            if matches!(datagram.payload, Payload::Syn | Payload::SynAck) {
                return Some((9293, "3.5"));
            }
            match datagram.payload {
                Payload::Request | Payload::Part => return Some((9293, "3.8")),
                Payload::Fin => return Some((9293, "3.6")),
                Payload::Reset => return Some((9293, "3.5.2")),
                _ => {}
            }
            let message = event_message(event)?;
            Some(match (message.flags.qr, message.rcode) {
                (false, _) if datagram.transport == Transport::Tcp => (7766, "5"),
                (false, _) => (1035, "4.1.1"),
                (true, Rcode::NXDOMAIN) => (2308, "2.1"),
                (true, Rcode::NOERROR) if message.flags.tc => (2181, "9"),
                (true, Rcode::NOERROR) if is_referral(message) => (1034, "4.3.2"),
                (true, _) => (1035, "4.1.1"),
            })
        }
        EventKind::DatagramDropped { reason, .. } => Some(match reason {
            DropReason::Withdrawn | DropReason::NoRoute => (4271, "3.1"),
            DropReason::SiteDown => (4786, "4.4.1"),
            DropReason::OtherSite => (9293, "3.5.2"),
            DropReason::Loss | DropReason::NodeDown | DropReason::NoSuchAddress => (1035, "4.2.1"),
        }),
        // Balancers follow no RFC.
        EventKind::BalancerChose { .. }
        | EventKind::BalancerRefused
        | EventKind::ServerJudged { .. } => None,
        EventKind::RouteChanged { .. } => Some((4271, "3.1")),
        // To answer one question differently each time is older than any policy of today.
        EventKind::PolicyDecided(report) => Some(match report.asker.source() {
            Source::ClientSubnet(_) => (7871, "7.2.1"),
            Source::Resolver(_) => (1794, "3"),
        }),
        // No RFC has flattening; this one has the rule it gets around.
        EventKind::AliasFlattened { .. } => Some((1034, "3.6.2")),
        EventKind::EndpointProbed { .. } | EventKind::HealthChanged { .. } => None,
        EventKind::ConnectionReset { .. } => Some((9293, "3.5.2")),
        EventKind::ConnectionClosed { .. } => Some((9293, "3.6")),
        EventKind::ZoneConsulted { verdict, .. } => Some(match verdict {
            ZoneVerdict::Answer | ZoneVerdict::Referral => (1034, "4.3.2"),
            ZoneVerdict::Alias => (1034, "3.6.2"),
            ZoneVerdict::NoData => (2308, "2.2"),
            ZoneVerdict::NxDomain => (2308, "2.1"),
            ZoneVerdict::Refused => (1035, "4.1.1"),
        }),
        EventKind::ReferralFollowed { .. } => Some((1034, "5.3.3")),
        EventKind::AliasFollowed { .. } => Some((1034, "3.6.2")),
        EventKind::RecordIgnored { reason, .. } => Some(match reason {
            IgnoreReason::OutOfZone => (5452, "6"),
            IgnoreReason::LowerRank | IgnoreReason::Unneeded => (2181, "5.4.1"),
            IgnoreReason::Irrelevant => (5452, "6"),
            IgnoreReason::PrivateAddress => (1918, "5"),
            IgnoreReason::AliasTail => (1034, "3.6.2"),
        }),
        EventKind::ResponseIgnored { .. } => Some((5452, "9.1")),
        EventKind::ServerPassedOver { why, .. } => Some(match why {
            Uselessness::Lame => (1912, "2.8"),
            Uselessness::Recursive => (2181, "5.4.1"),
            Uselessness::Error => (1035, "7.3"),
            Uselessness::Empty => (2308, "2.2"),
        }),
        EventKind::PrimingStarted { .. } => Some((9609, "3")),
        EventKind::QnameMinimised { .. } | EventKind::MinimisationEnded { .. } => Some((9156, "3")),
        EventKind::ParentConsulted { .. } => Some((8767, "5")),
        EventKind::TruncationMet { .. } => Some((7766, "5")),
        EventKind::EdnsDropped { .. } => Some((6891, "6.2.2")),
        EventKind::SubnetSent { .. } => Some((7871, "7.1")),
        EventKind::ScopedAnswerCached { .. } => Some((7871, "7.3")),
        EventKind::FailureCached { .. } | EventKind::FailureRecalled { .. } => Some((9520, "3.2")),
        EventKind::StaleServed { .. } => Some((8767, "5")),
        EventKind::PrefetchStarted { remaining, .. } if *remaining == SimDuration::ZERO => {
            Some((8767, "5"))
        }
        // No RFC has a rule for prefetching; this one allows it: a TTL is the longest life of
        // a copy, and a cache may renew it earlier.
        EventKind::PrefetchStarted { .. } => Some((2181, "8")),
        EventKind::ClientRefused { .. } => Some((1034, "4.3.1")),
        EventKind::ServerForbidden { .. } => Some((6890, "2.2")),
        EventKind::ResolutionFinished { outcome, .. } => Some(match outcome {
            Outcome::Answer(_) => (1034, "5.3.3"),
            Outcome::NoData => (2308, "2.2"),
            Outcome::NxDomain => (2308, "2.1"),
            Outcome::Failure(_, reason) => failure_place(*reason),
        }),
        EventKind::LookupFinished { outcome, .. } => match outcome {
            Outcome::Answer(_) => Some((1034, "5.2.1")),
            Outcome::NoData => Some((2308, "2.2")),
            Outcome::NxDomain => Some((2308, "2.1")),
            Outcome::Failure(_, reason) => Some(failure_place(*reason)),
        },
        EventKind::ConnectionOpened { .. } | EventKind::ConnectionFailed { .. } => {
            Some((9293, "3.5"))
        }
    }
}

/// Where a failure is spoken of.
fn failure_place(reason: FailureReason) -> RfcPlace {
    match reason {
        FailureReason::NoServerAnswered | FailureReason::NoServerAddress => (9520, "2"),
        FailureReason::AliasLoop => (9520, "2.5"),
        FailureReason::WorkLimit => (1034, "5.3.3"),
        FailureReason::Reported => (1035, "4.1.1"),
        FailureReason::ResolverSilent => (1034, "5.2.3"),
    }
}
