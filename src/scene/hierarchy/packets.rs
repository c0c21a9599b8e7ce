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
use crate::scene::{Point, Rect};

/// The height of a callout.
pub(in crate::scene) const CALLOUT_HEIGHT: f64 = 40.0;
/// Where a datagram that was lost on the way stops.
const LOST_AT: f64 = 0.55;
/// Where a datagram stops that nobody took.
const REFUSED_AT: f64 = 0.9;

/// A datagram on its way, wherever it is drawn.
pub(in crate::scene) struct Flight<'a> {
    /// The event of its sending.
    pub(in crate::scene) event: &'a TraceEvent,
    /// How far it is from the asking side, 0 to 1.
    pub(in crate::scene) along: f64,
    /// Whether it travels toward the asking side.
    pub(in crate::scene) is_response: bool,
    /// Whether it was dropped; it then stands still.
    pub(in crate::scene) is_lost: bool,
    /// What it is: `Query`, `Referral`.
    pub(in crate::scene) title: String,
    /// What it says: `example.com NS →`.
    pub(in crate::scene) detail: String,
}

impl Flight<'_> {
    /// What it is, for its color and shape.
    pub(in crate::scene) fn tone(&self) -> Tone {
        if self.is_lost {
            Tone::Failure
        } else {
            tone(self.event)
        }
    }

    /// How wide a callout for its two lines is.
    pub(in crate::scene) fn callout_width(&self) -> f64 {
        let longest = self.title.chars().count().max(self.detail.chars().count());
        (longest as f64 * 6.8 + 20.0).clamp(64.0, 230.0)
    }

    /// The same as it is drawn.
    pub(in crate::scene) fn packet(
        self,
        link: LinkEnd,
        at: Point,
        callout: Rect,
        asker: &str,
        asked: &str,
    ) -> Packet {
        Packet {
            event: self.event.id.index(),
            link,
            is_response: self.is_response,
            progress: if self.is_response {
                1.0 - self.along
            } else {
                self.along
            },
            at,
            tone: self.tone(),
            callout,
            label: self.label(asker, asked),
            title: self.title,
            detail: self.detail,
            is_lost: self.is_lost,
        }
    }

    /// The datagram in words, on its way between two machines: the asking one and the asked.
    pub(in crate::scene) fn label(&self, asker: &str, asked: &str) -> String {
        let (from, to) = if self.is_response {
            (asked, asker)
        } else {
            (asker, asked)
        };
        let Self { title, detail, .. } = self;
        if self.is_lost {
            format!("{title}, {detail}, from {from} to {to}, is lost")
        } else {
            format!("{title}, {detail}, is on its way from {from} to {to}")
        }
    }
}

/// The datagrams of an exchange that are on their way, and those lost that are still waited for.
pub(in crate::scene) fn flights<'a>(stage: &Stage<'a>, exchange: &Exchange) -> Vec<Flight<'a>> {
    let ways = [
        (Some(exchange.sent), exchange.arrived, false),
        (exchange.answered, exchange.received, true),
    ];
    let flights = ways.into_iter().filter_map(|(sent, arrived, is_response)| {
        let event = stage.shown(sent)?;
        let (progress, is_lost) = flight(stage, exchange, event, arrived)?;
        let leg = leg(event, progress, is_response, is_lost);
        let payload = leg.segment.as_ref();
        let payload = payload.or_else(|| event_datagram(event).map(|datagram| &datagram.payload));
        let (title, detail) = payload.map_or_else(Default::default, words);
        Some(Flight {
            event,
            along: if leg.is_response {
                1.0 - leg.progress
            } else {
                leg.progress
            },
            is_response: leg.is_response,
            is_lost,
            title,
            detail,
        })
    });
    flights.collect()
}

/// The datagrams of the lookup that are on their way, drawn on their links.
pub(super) fn packets(stage: &Stage<'_>, links: &[Link], plan: &Plan) -> Vec<Packet> {
    let mut packets = Vec::new();
    for (_, exchange) in stage.exchanges() {
        let Some(end) = end_of(stage, exchange) else {
            continue;
        };
        let Some(link) = links.iter().find(|link| link.end == end) else {
            continue;
        };
        let drawn = flights(stage, exchange).into_iter();
        packets.extend(drawn.map(|flight| packet(plan, link, flight)));
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

/// One packet on a link of the picture.
fn packet(plan: &Plan, link: &Link, flight: Flight<'_>) -> Packet {
    let at = link.curve.at(flight.along);
    let (asker, asked) = match &link.end {
        LinkEnd::Resolver => ("the client", "the resolver".to_owned()),
        LinkEnd::Server(zone) => ("the resolver", name_in_prose(zone)),
        LinkEnd::Host => ("the client", "the web host".to_owned()),
    };
    let is_vertical = is_vertical(&link.curve);
    let callout = plan.callout(at, flight.callout_width(), CALLOUT_HEIGHT, is_vertical);
    flight.packet(link.end.clone(), at, callout, asker, &asked)
}

/// The datagram of an event.
fn event_datagram(event: &TraceEvent) -> Option<&Datagram> {
    crate::scene::story::datagram_of(event)
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
