//! A message taken apart.

use leptos::prelude::*;

use super::hex_dump::HexDump;
use super::record_tables::{HeaderFields, RecordTable};
use crate::app::state::LabState;
use crate::engine::{Datagram, EventKind, SimDuration, Trace};
use crate::scene::{MessageView, dig_text, message_view};

/// The datagram an event is about.
fn datagram_of(kind: &EventKind) -> Option<&Datagram> {
    match kind {
        EventKind::DatagramSent { datagram, .. }
        | EventKind::DatagramReceived { datagram, .. }
        | EventKind::DatagramDropped { datagram, .. }
        | EventKind::ResponseIgnored { datagram } => Some(datagram),
        _ => None,
    }
}

/// The event whose message is shown: the chosen one, or the last DNS message up to the playhead.
fn event_shown(trace: &Trace, chosen: Option<usize>, events: usize) -> Option<usize> {
    let datagram = |index: &usize| {
        trace
            .events()
            .get(*index)
            .and_then(|event| datagram_of(&event.kind))
    };
    let last = chosen
        .map_or(events, |chosen| chosen.saturating_add(1))
        .min(trace.len());
    let is_dns = |index: &usize| datagram(index).is_some_and(|it| it.message().is_ok());
    let chosen = chosen.filter(|index| datagram(index).is_some());
    chosen.or_else(|| (0..last).rev().find(is_dns))
}

/// Fields, sections, octets and dig text of a message.
#[component]
pub fn MessagePanel() -> impl IntoView {
    let state = LabState::expect();
    let bench = state.bench;
    let event = Memo::new(move |_| {
        let chosen = state.bench.selection.with(|selection| selection.event);
        let events = bench.playhead.with(|playhead| playhead.events);
        bench
            .timeline()
            .with(|timeline| event_shown(timeline.trace(), chosen, events))
    });
    let message = Memo::new(move |_| -> Option<MessageView> {
        let event = event.get()?;
        bench.timeline().with(|timeline| {
            let event = timeline.trace().events().get(event)?;
            Some(message_view(datagram_of(&event.kind)?))
        })
    });
    let dig = Memo::new(move |_| -> Option<String> {
        let event = event.get()?;
        bench.timeline().with(|timeline| {
            let datagram = datagram_of(&timeline.trace().events().get(event)?.kind)?;
            let message = datagram.message().ok()?;
            let elapsed = round_trip(timeline.trace(), event, message.id);
            message
                .flags
                .qr
                .then(|| dig_text(&message, datagram.source, elapsed))
        })
    });
    let body = move || {
        match message.get() {
        Some(message) => view! { <MessageDetails message dig=dig.get() /> }.into_any(),
        None => view! {
            <p class="lab-empty">"No message has been sent yet. Play, or ask for a name, and look inside each one here."</p>
        }
        .into_any(),
    }
    };
    view! { <div class="lab-message-panel">{body}</div> }
}

/// The time between the query with an ID and an event.
fn round_trip(trace: &Trace, event: usize, id: u16) -> SimDuration {
    let end = trace
        .events()
        .get(event)
        .map(|event| event.at)
        .unwrap_or_default();
    let query = trace
        .events()
        .iter()
        .take(event)
        .rev()
        .find(|event| match &event.kind {
            EventKind::DatagramSent { datagram, .. } => datagram
                .message()
                .is_ok_and(|message| message.id == id && !message.flags.qr),
            _ => false,
        });
    query.map_or(SimDuration::ZERO, |query| end.since(query.at))
}

/// One message.
#[component]
fn MessageDetails(
    /// The message.
    message: MessageView,
    /// The same as `dig` prints it, for responses.
    dig: Option<String>,
) -> impl IntoView {
    // The field that is pointed at, in the tables or in the octets.
    let field = RwSignal::new(None::<usize>);
    let chips = message.chips.into_iter().map(|chip| {
        view! { <li class="lab-chip" title=chip.explanation>{chip.text}</li> }
    });
    let dig = dig.map(|dig| {
        view! {
            <details class="lab-details">
                <summary>"As dig prints it"</summary>
                <pre class="lab-code" tabindex="0">{dig}</pre>
            </details>
        }
    });
    let records = (!message.records.is_empty())
        .then(|| view! { <RecordTable records=message.records field /> });
    let header = (!message.header.is_empty())
        .then(|| view! { <HeaderFields header=message.header field /> });
    let has_octets = !message.hex.is_empty();
    let octets = has_octets.then(|| {
        view! {
            <h3 class="lab-subheading">"Octets"</h3>
            <HexDump lines=message.hex names=message.fields field />
        }
    });
    view! {
        <h2 class="lab-panel-title">{message.title}</h2>
        <p class="lab-panel-summary">{message.summary}</p>
        <ul class="lab-chips">{chips.collect_view()}</ul>
        <p class="lab-path"><code>{message.source}</code>" → "<code>{message.destination}</code></p>
        {records}
        {header}
        {octets}
        {dig}
    }
}
