//! What is on its way.

use super::layout::Plan;
use super::links::{end_of, is_vertical};
use super::stage::Stage;
use super::{Link, LinkEnd, Packet};
use crate::dns::{Message, Rcode, RdataExt as _, Rrset, Rtype};
use crate::engine::{Datagram, EventKind, Payload, TraceEvent};
use crate::scene::caption::{Tone, is_referral, tone};
use crate::scene::story::Exchange;
use crate::scene::words::{name_in_prose, question_words};
use crate::scene::{Curve, Point};

/// Where a datagram that was lost on the way stops.
const LOST_AT: f64 = 0.55;
/// Where a datagram stops that nobody took.
const REFUSED_AT: f64 = 0.9;

/// The datagrams of the lookup that are on their way, and those lost that are still waited for.
pub(super) fn packets(stage: &Stage<'_>, links: &[Link], plan: &Plan) -> Vec<Packet> {
    let mut packets = Vec::new();
    for (_, exchange) in stage.exchanges() {
        let Some(end) = end_of(stage, exchange) else {
            continue;
        };
        let Some(link) = links.iter().find(|link| link.end == end) else {
            continue;
        };
        let ways = [
            (Some(exchange.sent), exchange.arrived, false),
            (exchange.answered, exchange.received, true),
        ];
        for (sent, arrived, is_response) in ways {
            let Some(event) = stage.shown(sent) else {
                continue;
            };
            if let Some((progress, is_lost)) = flight(stage, exchange, event, arrived) {
                let leg = leg(event, progress, is_response, is_lost);
                packets.push(packet(plan, link, event, leg, is_lost));
            }
        }
    }
    packets
}

/// How far a datagram is on its way and whether it was lost; `None` if it has arrived or
/// nobody waits for it any more.
fn flight(
    stage: &Stage<'_>,
    exchange: &Exchange,
    sent: &TraceEvent,
    arrived: Option<usize>,
) -> Option<(f64, bool)> {
    let EventKind::DatagramSent { arrives_at, .. } = &sent.kind else {
        return None;
    };
    if stage.shown(arrived).is_some() {
        return None;
    }
    let is_over = stage.shown(exchange.end()).is_some() || stage.shown(exchange.gave_up).is_some();
    let dropped = stage
        .shown(exchange.dropped)
        .filter(|event| event.cause == Some(sent.id));
    let Some(arrives_at) = arrives_at else {
        return (!is_over).then_some((LOST_AT, true));
    };
    if dropped.is_some() {
        return (!is_over).then_some((REFUSED_AT, true));
    }
    let whole = arrives_at.since(sent.at).as_micros() as f64;
    let done = stage.playhead.time.since(sent.at).as_micros() as f64;
    Some((
        if whole > 0.0 {
            (done / whole).clamp(0.0, 1.0)
        } else {
            1.0
        },
        false,
    ))
}

/// One of the ways a datagram goes.
struct Leg {
    /// How much of it is done.
    progress: f64,
    /// Whether it leads back to the asker.
    is_response: bool,
    /// What travels, where it is not the datagram itself: a segment of a handshake.
    segment: Option<Payload>,
}

/// Which way a datagram is on. A query over TCP waits for a handshake: there and back, and
/// only then does it leave.
fn leg(event: &TraceEvent, progress: f64, is_response: bool, is_lost: bool) -> Leg {
    let trips = event_datagram(event).map_or(1, Datagram::trips);
    if trips == 1 || is_lost {
        return Leg {
            progress,
            is_response,
            segment: None,
        };
    }
    let trip = progress * f64::from(trips);
    let (is_response, segment) = match trip {
        ..1.0 => (false, Some(Payload::Syn)),
        ..2.0 => (true, Some(Payload::SynAck)),
        _ => (false, None),
    };
    Leg {
        progress: (trip - trip.floor().min(f64::from(trips - 1))).clamp(0.0, 1.0),
        is_response,
        segment,
    }
}

/// One packet.
fn packet(plan: &Plan, link: &Link, event: &TraceEvent, leg: Leg, is_lost: bool) -> Packet {
    let Leg {
        progress,
        is_response,
        segment,
    } = leg;
    let along = if is_response {
        1.0 - progress
    } else {
        progress
    };
    let at = link.curve.at(along);
    let payload = segment.as_ref();
    let payload = payload.or_else(|| event_datagram(event).map(|datagram| &datagram.payload));
    let (title, detail) = payload.map_or_else(Default::default, words);
    let longest = title.chars().count().max(detail.chars().count()) as f64;
    let width = (longest * 6.8 + 20.0).clamp(64.0, 230.0);
    let callout = plan.callout(at, width, 40.0, is_vertical(&link.curve));
    let (from, to) = match &link.end {
        LinkEnd::Resolver => ("the client".to_owned(), "the resolver".to_owned()),
        LinkEnd::Server(zone) => ("the resolver".to_owned(), name_in_prose(zone)),
        LinkEnd::Host => ("the client".to_owned(), "the web host".to_owned()),
    };
    let (from, to) = if is_response { (to, from) } else { (from, to) };
    let label = if is_lost {
        format!("{title}, {detail}, from {from} to {to}, is lost")
    } else {
        format!("{title}, {detail}, is on its way from {from} to {to}")
    };
    Packet {
        event: event.id.index(),
        link: link.end.clone(),
        is_response,
        progress,
        at,
        heading: heading(&link.curve, along, is_response),
        tone: if is_lost { Tone::Failure } else { tone(event) },
        title,
        detail,
        callout,
        is_lost,
        label,
    }
}

/// The datagram of an event.
fn event_datagram(event: &TraceEvent) -> Option<&Datagram> {
    crate::scene::story::datagram_of(event)
}

/// The direction of travel.
fn heading(curve: &Curve, along: f64, is_response: bool) -> Point {
    const STEP: f64 = 0.01;
    let (before, after) = (curve.at(along - STEP), curve.at(along + STEP));
    let (x, y) = (after.x - before.x, after.y - before.y);
    let length = x.hypot(y);
    let sign = if is_response { -1.0 } else { 1.0 };
    if length > 0.0 {
        Point {
            x: sign * x / length,
            y: sign * y / length,
        }
    } else {
        Point { x: sign, y: 0.0 }
    }
}

/// What a packet is, in two lines.
fn words(payload: &Payload) -> (String, String) {
    match payload {
        Payload::Syn => ("Connect".to_owned(), "TCP SYN".to_owned()),
        Payload::SynAck => ("Accept".to_owned(), "TCP SYN-ACK".to_owned()),
        Payload::Request => ("Request".to_owned(), "next part".to_owned()),
        Payload::Part => ("Data".to_owned(), "one part".to_owned()),
        Payload::Fin => ("Close".to_owned(), "TCP FIN".to_owned()),
        Payload::Reset => ("Reset".to_owned(), "TCP RST".to_owned()),
        Payload::Octets(octets) => ("Octets".to_owned(), format!("{} octets", octets.len())),
        Payload::Message(message) => message_words(message),
    }
}

/// What a message is, in two lines.
fn message_words(message: &Message) -> (String, String) {
    let question = message.question.as_ref();
    let asked = question.map(question_words).unwrap_or_default();
    if !message.flags.qr {
        return ("Query".to_owned(), format!("{asked} ?"));
    }
    let qname = question
        .map(|question| question.qname.without_dot())
        .unwrap_or_default();
    let qtype = question.map_or(Rtype::A, |question| question.qtype);
    if message.flags.tc {
        return ("Truncated".to_owned(), "ask again over TCP".to_owned());
    }
    match message.rcode {
        Rcode::NOERROR if is_referral(message) => {
            let cut = message.authority.iter().find(|set| set.rtype == Rtype::NS);
            let cut = cut.map(|set| set.owner.without_dot()).unwrap_or_default();
            ("Referral".to_owned(), format!("{cut} NS →"))
        }
        Rcode::NOERROR => match answer_words(message, qtype) {
            Some(detail) => ("Answer".to_owned(), detail),
            None => ("No data".to_owned(), format!("{qname} has no {qtype}")),
        },
        Rcode::NXDOMAIN => ("NXDOMAIN".to_owned(), qname),
        rcode => (rcode.to_string(), asked),
    }
}

/// What an answer says, in one line: an address, an alias or the number of records.
fn answer_words(message: &Message, qtype: Rtype) -> Option<String> {
    let Some(set) = message.answer.iter().find(|set| set.rtype == qtype) else {
        let target = message.answer.iter().rev().find_map(Rrset::alias_target)?;
        return Some(format!("alias for {}", target.without_dot()));
    };
    let first = set.data.first()?.presentation();
    let first = first.trim_end_matches('.');
    let first = if first.chars().count() > 28 {
        ""
    } else {
        first
    };
    Some(match (first, set.data.len()) {
        ("", count) => format!("{count} × {qtype}"),
        (first, 1) => first.to_owned(),
        (first, count) => format!("{first} + {} more", count - 1),
    })
}
