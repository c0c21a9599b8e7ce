//! The rows of the waterfall, made from the events of one lookup.

use super::axis::{SHORTEST, Scale, ticks};
use super::party::{Party, key_of, layer_of};
use super::{
    Bar, Lane, LaneKind, RowMark, SequenceFocus, SequenceRow, SequenceScene, SequenceWindow,
};
use crate::engine::Uselessness;
use crate::engine::order::sort_places;
use crate::engine::{
    CacheLayer, EventKind, Node, NodeId, Outcome, SimDuration, SimTime, Timeline, Trace,
    TraceEvent, Transport, World,
};
use crate::scene::Playhead;
use crate::scene::caption::{Tone, event_message, message_result, outcome_words, tone, tone_of};
use crate::scene::story::{Exchange, Lookup, current_lookup, handshake_time, lookups, time_of};
use crate::scene::words::{count, duration, node_title, question_words, zone_title};

/// The waterfall at one moment.
pub(super) fn compose(
    timeline: &Timeline,
    playhead: Playhead,
    focus: &SequenceFocus,
    window: SequenceWindow,
) -> SequenceScene {
    let trace = timeline.trace();
    let world = timeline.initial();
    let playhead = playhead.fit(trace);
    let client = world.find(&focus.client);
    let lookup = client.and_then(|id| match focus.lookup {
        None => current_lookup(trace, Some(id), playhead.events),
        Some(number) => lookups(trace)
            .into_iter()
            .filter(|own| own.client == id)
            .nth(number),
    });
    let Some(lookup) = lookup else { return empty() };
    let first = time_of(trace, lookup.started);
    let last = lookup
        .events
        .last()
        .map_or(first, |last| time_of(trace, *last));
    let total = last.since(first);
    let (start, end) = match window {
        SequenceWindow::Whole => (first, last),
        SequenceWindow::Between(start, end) => (start, end),
    };
    let end = end.max(start + SHORTEST);
    let scale = Scale { start, end };
    let mut maker = RowMaker {
        world,
        trace,
        playhead,
        lookup: &lookup,
        scale,
        lanes: Vec::new(),
    };
    let mut rows = maker.rows();
    let lanes = maker.finish_lanes(&mut rows);
    rows.retain(|row| scale.shows(row, window));
    let title = question_words(&lookup.question);
    let total_text = duration(total);
    let is_inside = playhead.time >= start && playhead.time <= end;
    let label = format!(
        "{title}: {} within {total_text}",
        count(lookup.exchanges.len(), "exchange", "exchanges")
    );
    SequenceScene {
        title,
        start,
        end,
        total,
        total_text,
        lanes,
        rows,
        ticks: ticks(scale, first),
        playhead: is_inside.then(|| scale.fraction(playhead.time)),
        label,
    }
}

/// The waterfall when there is nothing to show.
fn empty() -> SequenceScene {
    SequenceScene {
        title: String::new(),
        start: SimTime::ZERO,
        end: SimTime::ZERO + SHORTEST,
        total: SimDuration::ZERO,
        total_text: String::new(),
        lanes: Vec::new(),
        rows: Vec::new(),
        ticks: Vec::new(),
        playhead: None,
        label: "Nothing has been asked yet".to_owned(),
    }
}

/// Makes rows and the lanes they refer to.
struct RowMaker<'a> {
    /// Titles.
    world: &'a World,
    /// The trace.
    trace: &'a Trace,
    /// The moment.
    playhead: Playhead,
    /// The lookup.
    lookup: &'a Lookup,
    /// The time axis.
    scale: Scale,
    /// The lanes so far, in order of appearance.
    lanes: Vec<Party>,
}

impl RowMaker<'_> {
    /// All rows in order of time.
    fn rows(&mut self) -> Vec<SequenceRow> {
        let mut rows: Vec<SequenceRow> = Vec::new();
        let mut stored: Vec<&TraceEvent> = Vec::new();
        let trace = self.trace;
        let lookup = self.lookup;
        for index in &lookup.events {
            let Some(event) = trace.events().get(*index) else {
                continue;
            };
            let is_store = matches!(
                event.kind,
                EventKind::RrsetCached { .. } | EventKind::NegativeCached { .. }
            );
            let goes_on = stored.last().is_none_or(|last| {
                is_store && layer_of(last) == layer_of(event) && last.at == event.at
            });
            if !goes_on {
                rows.extend(self.stored_row(&stored));
                stored.clear();
            }
            if is_store {
                stored.push(event);
                continue;
            }
            let exchange = lookup
                .exchanges
                .iter()
                .find(|exchange| exchange.sent == *index);
            rows.extend(match exchange {
                Some(exchange) => Some(self.exchange_row(event, exchange)),
                None => self.instant_row(event),
            });
        }
        rows.extend(self.stored_row(&stored));
        rows
    }

    /// The index of a party's lane.
    fn lane(&mut self, party: Party) -> usize {
        if let Some(index) = self.lanes.iter().position(|known| *known == party) {
            return index;
        }
        self.lanes.push(party);
        self.lanes.len() - 1
    }

    /// The party behind a node that is no server.
    fn party(&self, node: NodeId) -> Party {
        match self.world.node(node) {
            Node::Client(_) => Party::Stub,
            Node::Resolver(_) => Party::Resolver(node),
            Node::Authoritative(_) | Node::Host(_) => {
                Party::Host(node_title(self.world, node).to_owned())
            }
        }
    }

    /// What a lane is called.
    fn title(&self, party: &Party) -> String {
        match party {
            Party::Application => match self.world.node(self.lookup.client) {
                Node::Client(client) if client.browser_cache().is_some() => "Browser".to_owned(),
                _ => "Application".to_owned(),
            },
            Party::Stub => "OS stub".to_owned(),
            Party::Resolver(_) => "Resolver".to_owned(),
            Party::Zone(zone) => zone_title(zone),
            Party::Host(title) => title.clone(),
        }
    }

    /// A row for one event at one instant.
    fn row(&mut self, event: &TraceEvent, party: Party, what: &str, result: String) -> SequenceRow {
        let lane = self.lane(party.clone());
        let text = format!("{}: {what}", self.title(&party));
        let is_future = event.id.index() >= self.playhead.events;
        let tone = tone(event);
        let label = if result.is_empty() {
            text.clone()
        } else {
            format!("{text}, {result}")
        };
        SequenceRow {
            event: event.id.index(),
            lane,
            to_lane: None,
            text,
            result,
            tone,
            mark: RowMark::Instant(self.scale.fraction(event.at)),
            duration: String::new(),
            is_future,
            is_failed: tone == Tone::Failure,
            label,
        }
    }

    /// The row of an event that is no exchange; `None` if it is part of another row.
    fn instant_row(&mut self, event: &TraceEvent) -> Option<SequenceRow> {
        let row = match &event.kind {
            EventKind::LookupStarted { question } => {
                let what = format!("asks for {}", question_words(question));
                self.row(event, Party::Application, &what, String::new())
            }
            EventKind::HostsFileUsed { address, .. } => {
                self.row(event, Party::Stub, "hosts file", address.to_string())
            }
            EventKind::CacheMissed { layer, question } => {
                let what = format!("cache, {}", question_words(question));
                self.row(
                    event,
                    self.cache_party(event, *layer),
                    &what,
                    "miss".to_owned(),
                )
            }
            EventKind::CacheHit {
                layer,
                question,
                outcome,
                ..
            } => {
                let what = format!("cache, {}", question_words(question));
                let result = format!("hit: {}", outcome_words(question, outcome));
                self.row(event, self.cache_party(event, *layer), &what, result)
            }
            EventKind::ResolutionStarted {
                question,
                sub: true,
            } => {
                let what = format!("first needs {}", question_words(question));
                self.row(event, self.party(event.node), &what, String::new())
            }
            EventKind::AliasFollowed { alias, target, .. } => {
                let what = format!("{} is an alias", alias.without_dot());
                let result = format!("goes on with {}", target.without_dot());
                self.row(event, self.party(event.node), &what, result)
            }
            EventKind::ServerPassedOver {
                server, rcode, why, ..
            } => {
                let what = format!("passes over {}", server.without_dot());
                let why = match why {
                    Uselessness::Lame => "lame".to_owned(),
                    Uselessness::Recursive => "only a resolver".to_owned(),
                    Uselessness::Error => rcode.to_string(),
                    Uselessness::Empty => "says nothing".to_owned(),
                };
                self.row(event, self.party(event.node), &what, why)
            }
            EventKind::StaleServed { expired_for, .. } => {
                let result = format!("over for {}", duration(*expired_for));
                self.row(event, self.party(event.node), "gives its old copy", result)
            }
            EventKind::PrefetchStarted { remaining, .. } => {
                let result = match *remaining {
                    SimDuration::ZERO => String::new(),
                    left => format!("{} left", duration(left)),
                };
                self.row(event, self.party(event.node), "refreshes its copy", result)
            }
            EventKind::FailureRecalled { .. } => {
                let what = "remembers that it failed";
                self.row(event, self.party(event.node), what, String::new())
            }
            EventKind::ParentConsulted { zone } => {
                let what = format!("goes back to the parent of {}", zone.without_dot());
                self.row(event, self.party(event.node), &what, String::new())
            }
            EventKind::ResponseIgnored { .. } => {
                let result = "not waited for".to_owned();
                self.row(event, self.party(event.node), "ignores a response", result)
            }
            EventKind::RecordIgnored { owner, rtype, .. } => {
                let what = format!("ignores {} {rtype}", owner.without_dot());
                self.row(event, self.party(event.node), &what, String::new())
            }
            EventKind::ResolutionFinished {
                question,
                outcome: Outcome::Failure(rcode, why),
                ..
            } => {
                let what = format!("gives up {}", question_words(question));
                self.row(
                    event,
                    self.party(event.node),
                    &what,
                    format!("{rcode}: {why}"),
                )
            }
            EventKind::LookupFinished {
                question,
                outcome,
                elapsed,
                ..
            } => {
                let result = outcome_words(question, outcome);
                let mut row = self.row(event, Party::Application, "has its answer", result);
                if matches!(outcome, Outcome::Failure(..)) {
                    row.text = row.text.replace("has its answer", "gets an error");
                }
                row.duration = duration(*elapsed);
                row.label = format!("{}, {}, after {}", row.text, row.result, row.duration);
                row
            }
            _ => return None,
        };
        Some(row)
    }

    /// Who owns a cache.
    fn cache_party(&self, event: &TraceEvent, layer: CacheLayer) -> Party {
        match layer {
            CacheLayer::Browser => Party::Application,
            CacheLayer::Stub => Party::Stub,
            CacheLayer::Resolver => Party::Resolver(event.node),
        }
    }

    /// One row for all that a cache stored at one instant.
    fn stored_row(&mut self, events: &[&TraceEvent]) -> Option<SequenceRow> {
        let first = events.first()?;
        let party = self.cache_party(first, layer_of(first)?);
        let mut keys: Vec<String> = events.iter().filter_map(|event| key_of(event)).collect();
        let hidden = keys.len().saturating_sub(2);
        keys.truncate(2);
        let more = if hidden > 0 {
            format!(" + {hidden} more")
        } else {
            String::new()
        };
        let what = format!("cache stores {}{more}", keys.join(", "));
        Some(self.row(first, party, &what, String::new()))
    }

    /// What came of a connection: behind a balancer, to which of its servers it leads.
    fn connected(&self, exchange: &Exchange) -> String {
        let meanwhile = exchange.sent..exchange.received.unwrap_or(exchange.sent);
        let mut meanwhile = self.trace.events().get(meanwhile).into_iter().flatten();
        let server = meanwhile.find_map(|event| match &event.kind {
            EventKind::BalancerChose { server, .. } if Some(event.node) == exchange.to => {
                Some(server)
            }
            _ => None,
        });
        match server {
            Some(server) => format!("connected to {server}"),
            None => "connected".to_owned(),
        }
    }

    /// The row of a query and its response.
    fn exchange_row(&mut self, event: &TraceEvent, exchange: &Exchange) -> SequenceRow {
        let from = if exchange.is_handshake() {
            Party::Application
        } else {
            self.party(exchange.from)
        };
        let to = match (&exchange.zone, exchange.to) {
            (Some(zone), _) => Party::Zone(zone.clone()),
            (None, Some(node)) => self.party(node),
            (None, None) => Party::Host(exchange.destination.ip().to_string()),
        };
        let (lane, to_lane) = (self.lane(from.clone()), self.lane(to.clone()));
        let gave_up = exchange.gave_up.map(|index| time_of(self.trace, index));
        let received = exchange.received.map(|index| time_of(self.trace, index));
        let came_in_time = match (received, gave_up) {
            (Some(received), Some(gave_up)) => received <= gave_up,
            (received, None) => received.is_some(),
            (None, Some(_)) => false,
        };
        let sent_at = event.at;
        let end = if came_in_time { received } else { gave_up };
        let end = end.unwrap_or(self.scale.end).max(sent_at);
        let response = exchange.received.filter(|_| came_in_time);
        let response = response.and_then(|index| self.trace.events().get(index));
        let message = response.and_then(event_message);
        let (result, tone) = match (response, message) {
            (None, _) => ("no answer".to_owned(), Tone::Failure),
            (Some(_), None) => (self.connected(exchange), Tone::Answer),
            (Some(_), Some(message)) => (message_result(message), tone_of(message)),
        };
        let handshake = handshake_time(event);
        let what = match (&exchange.question, exchange.transport) {
            (None, _) => "TCP connection".to_owned(),
            (Some(question), Transport::Udp) => question_words(question),
            (Some(question), Transport::Tcp) => format!("{} over TCP", question_words(question)),
        };
        let at = |index: Option<usize>| {
            index.map(|index| self.scale.fraction(time_of(self.trace, index)))
        };
        let (start, stop) = (self.scale.fraction(sent_at), self.scale.fraction(end));
        let is_future = exchange.sent >= self.playhead.events;
        let now = self.scale.fraction(self.playhead.time).clamp(start, stop);
        let connect = handshake.map(|span| self.scale.fraction(sent_at + span));
        let bar = Bar {
            start,
            connect,
            arrive: at(exchange.arrived),
            turn: at(exchange.answered).filter(|_| came_in_time),
            end: stop,
            shown_until: if is_future { start } else { now },
        };
        let text = format!("{} → {}: {what}", self.title(&from), self.title(&to));
        let whole = end.since(sent_at);
        // What the handshake takes and what the exchange takes after it.
        let (duration, spoken) = match handshake.filter(|_| came_in_time) {
            Some(shake) => {
                let (shake, rest) = (duration(shake), duration(whole - shake));
                let sum = match (shake.strip_suffix(" ms"), rest.strip_suffix(" ms")) {
                    (Some(number), Some(_)) => format!("{number} + {rest}"),
                    _ => format!("{shake} + {rest}"),
                };
                (sum, format!("handshake {shake}, then {rest}"))
            }
            None => (duration(whole), duration(whole)),
        };
        SequenceRow {
            event: exchange.sent,
            lane,
            to_lane: Some(to_lane),
            label: format!("{text}, {result}, {spoken}"),
            text,
            result,
            tone,
            mark: RowMark::Bar(bar),
            duration,
            is_future,
            is_failed: tone == Tone::Failure && message.is_none_or(|message| !message.flags.tc),
        }
    }

    /// The lanes from the application outward; the rows' indices are changed to match.
    fn finish_lanes(&self, rows: &mut [SequenceRow]) -> Vec<Lane> {
        let rank = |party: &Party| match party {
            Party::Application => 0,
            Party::Stub => 1,
            Party::Resolver(_) => 2,
            Party::Zone(_) => 3,
            Party::Host(_) => 4,
        };
        let mut order: Vec<usize> = (0..self.lanes.len()).collect();
        sort_places(&mut order, &|a, b| {
            rank(&self.lanes[a]).cmp(&rank(&self.lanes[b]))
        });
        let place = |old: usize| order.iter().position(|index| *index == old).unwrap_or(0);
        for row in rows.iter_mut() {
            row.lane = place(row.lane);
            row.to_lane = row.to_lane.map(place);
        }
        let lanes = order.iter().enumerate().map(|(lane, index)| {
            let own = rows
                .iter()
                .filter(|row| row.lane == lane || row.to_lane == Some(lane));
            let spans = own.map(|row| match row.mark {
                RowMark::Instant(at) => (at, at),
                RowMark::Bar(bar) => (bar.start, bar.end),
            });
            let span = spans.reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)));
            let party = &self.lanes[*index];
            let kind = match party {
                Party::Application => LaneKind::Application,
                Party::Stub => LaneKind::Stub,
                Party::Resolver(_) => LaneKind::Resolver,
                Party::Zone(_) => LaneKind::Server,
                Party::Host(_) => LaneKind::Host,
            };
            Lane {
                kind,
                title: self.title(party),
                span,
            }
        });
        lanes.collect()
    }
}
