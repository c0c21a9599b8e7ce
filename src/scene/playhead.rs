//! The moment a trace is looked at.

use crate::engine::{EventKind, SimTime, Timeline, Trace, TraceEvent};

/// A moment of a trace. Several events may share one instant, so a time alone does not say
/// which of them have already been shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Playhead {
    /// Between the last shown event and the next; it may lie beyond the last event.
    pub time: SimTime,
    /// How many events are shown: the length of a prefix of the trace.
    pub events: usize,
}

impl Playhead {
    /// Before anything happened.
    pub fn start() -> Self {
        Self::default()
    }

    /// At the last event.
    pub fn end(trace: &Trace) -> Self {
        trace
            .len()
            .checked_sub(1)
            .map_or_else(Self::start, |last| Self::at_event(trace, last))
    }

    /// At a time, everything of that instant shown.
    pub fn at_time(trace: &Trace, time: SimTime) -> Self {
        Self {
            time,
            events: trace.count_until(time),
        }
    }

    /// At an event, which is the last one shown; at the end if there is no such event.
    pub fn at_event(trace: &Trace, index: usize) -> Self {
        match trace.events().get(index) {
            Some(event) => Self {
                time: event.at,
                events: index + 1,
            },
            None if trace.is_empty() => Self::start(),
            None => Self::end(trace),
        }
    }

    /// The playhead moved to where this trace can be looked at: a trace that was cut
    /// has fewer events than the playhead may remember.
    #[must_use]
    pub fn fit(self, trace: &Trace) -> Self {
        let events = self.events.min(trace.len());
        let earliest = events.checked_sub(1).map(|last| trace.events()[last].at);
        let latest = trace.events().get(events).map(|next| next.at);
        let time = earliest.map_or(self.time, |earliest| self.time.max(earliest));
        Self {
            time: latest.map_or(time, |latest| time.min(latest)),
            events,
        }
    }

    /// The last event shown.
    pub fn last_event(self, trace: &Trace) -> Option<&TraceEvent> {
        trace.events().get(self.events.checked_sub(1)?)
    }

    /// The events shown.
    pub fn shown(self, trace: &Trace) -> &[TraceEvent] {
        &trace.events()[..self.events.min(trace.len())]
    }

    /// Whether every event is shown.
    pub fn is_at_end(self, trace: &Trace) -> bool {
        self.events >= trace.len()
    }

    /// Shows one more event; stays if there is none.
    #[must_use]
    pub fn step_forward(self, trace: &Trace) -> Self {
        if self.is_at_end(trace) {
            self
        } else {
            Self::at_event(trace, self.events)
        }
    }

    /// Goes back to the last shown event, or from there to the one before it.
    #[must_use]
    pub fn step_back(self, trace: &Trace) -> Self {
        match self.last_event(trace) {
            None => Self::start(),
            Some(last) if self.time > last.at => Self {
                time: last.at,
                ..self
            },
            Some(_) if self.events == 1 => Self::start(),
            Some(_) => Self::at_event(trace, self.events - 2),
        }
    }

    /// Goes to the next event that carries the story; to the end if none is left.
    #[must_use]
    pub fn next_milestone(self, trace: &Trace) -> Self {
        let rest = trace.events().iter().skip(self.events);
        let next = rest.into_iter().find(|event| is_milestone(&event.kind));
        next.map_or_else(
            || Self::end(trace).max(self),
            |event| Self::at_event(trace, event.id.index()),
        )
    }

    /// Goes back to the last event before this moment that carries the story; to the start
    /// if there is none.
    #[must_use]
    pub fn previous_milestone(self, trace: &Trace) -> Self {
        let is_between = self
            .last_event(trace)
            .is_some_and(|last| self.time > last.at);
        let before = if is_between {
            self.events
        } else {
            self.events.saturating_sub(1)
        };
        let earlier = trace.events().iter().take(before).rev();
        let previous = earlier.into_iter().find(|event| is_milestone(&event.kind));
        previous.map_or_else(Self::start, |event| Self::at_event(trace, event.id.index()))
    }

    /// Goes to the next moment at which some cache entry ends; `None` if none will.
    pub fn next_expiry(self, timeline: &Timeline) -> Option<Self> {
        let time = timeline.next_expiry(self.time)?;
        Some(Self::at_time(timeline.trace(), time))
    }

    /// The later of two playheads.
    fn max(self, other: Self) -> Self {
        if (self.time, self.events) >= (other.time, other.events) {
            self
        } else {
            other
        }
    }
}

/// Whether an event moves the story on, as opposed to filling it in.
pub fn is_milestone(kind: &EventKind) -> bool {
    match kind {
        EventKind::Intervened { .. }
        | EventKind::LookupStarted { .. }
        | EventKind::HostsFileUsed { .. }
        | EventKind::CacheHit { .. }
        | EventKind::DatagramDropped { .. }
        | EventKind::ReferralFollowed { .. }
        | EventKind::AliasFollowed { .. }
        | EventKind::PrimingStarted { .. }
        | EventKind::MinimisationEnded { .. }
        | EventKind::ParentConsulted { .. }
        | EventKind::TruncationMet { .. }
        | EventKind::EdnsDropped { .. }
        | EventKind::FailureRecalled { .. }
        | EventKind::StaleServed { .. }
        | EventKind::PrefetchStarted { .. }
        | EventKind::ClientRefused { .. }
        | EventKind::QueryTimedOut { .. }
        | EventKind::ServerPassedOver { .. }
        | EventKind::LookupFinished { .. }
        | EventKind::ConnectionOpened { .. }
        | EventKind::ConnectionReset { .. }
        | EventKind::ConnectionClosed { .. }
        | EventKind::BalancerChose { .. }
        | EventKind::BalancerRefused
        | EventKind::ServerJudged { .. }
        | EventKind::RouteChanged { .. }
        | EventKind::PolicyDecided(_)
        | EventKind::AliasFlattened { .. }
        | EventKind::EndpointProbed { .. }
        | EventKind::HealthChanged { .. }
        | EventKind::ConnectionFailed { .. } => true,
        EventKind::ResolutionFinished { sub, .. } | EventKind::ResolutionStarted { sub, .. } => {
            *sub
        }
        EventKind::CacheMissed { .. }
        | EventKind::RrsetCached { .. }
        | EventKind::NegativeCached { .. }
        | EventKind::StartingPointChosen { .. }
        | EventKind::QnameMinimised { .. }
        | EventKind::SubnetSent { .. }
        | EventKind::ScopedAnswerCached { .. }
        | EventKind::FailureCached { .. }
        | EventKind::ServerForbidden { .. }
        | EventKind::ServerChosen { .. }
        | EventKind::DatagramSent { .. }
        | EventKind::DatagramReceived { .. }
        | EventKind::ZoneConsulted { .. }
        | EventKind::RecordIgnored { .. }
        | EventKind::ResponseIgnored { .. } => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scene::samples;

    #[test]
    fn stepping_forward_and_back_are_inverse() {
        for timeline in samples::all() {
            let trace = timeline.trace();
            let mut playhead = Playhead::start();
            for index in 0..trace.len() {
                let next = playhead.step_forward(trace);
                assert_eq!(next, Playhead::at_event(trace, index));
                assert_eq!(next.step_back(trace), playhead);
                playhead = next;
            }
            assert_eq!(playhead, Playhead::end(trace));
            assert_eq!(playhead.step_forward(trace), playhead);
        }
    }

    #[test]
    fn milestones_lead_to_the_end_and_back_to_the_start() {
        let timeline = samples::cold();
        let trace = timeline.trace();
        let mut playhead = Playhead::start();
        for _ in 0..=trace.len() {
            playhead = playhead.next_milestone(trace);
        }
        assert_eq!(playhead, Playhead::end(trace));
        for _ in 0..=trace.len() {
            playhead = playhead.previous_milestone(trace);
        }
        assert_eq!(playhead, Playhead::start());
    }

    #[test]
    fn cut_trace_pulls_the_playhead_back() {
        let long = samples::cold();
        let short = samples::session(&[]);
        let fitted = Playhead::end(long.trace()).fit(short.trace());
        assert_eq!(fitted.events, 0);
    }
}
