//! The links between the boxes and how they stand.

use super::layout::Plan;
use super::stage::Stage;
use super::{Link, LinkEnd, LinkLabel, LinkState};
use crate::scene::caption::{Tone, event_message, tone_of};
use crate::scene::story::Exchange;
use crate::scene::words::{duration, name_in_prose};

/// The links of the scene: to the resolver, to each zone, to the web host.
pub(super) fn links(stage: &Stage<'_>, plan: &Plan) -> Vec<Link> {
    let mut links = Vec::new();
    if stage.client.is_some() && stage.resolver.is_some() {
        links.push(link(stage, plan, LinkEnd::Resolver, plan.resolver_link()));
    }
    if stage.resolver.is_some() {
        for (index, zone) in stage.zones.iter().enumerate() {
            links.push(link(
                stage,
                plan,
                LinkEnd::Server(zone.clone()),
                plan.server_link(index),
            ));
        }
    }
    if stage
        .exchanges()
        .any(|(_, exchange)| exchange.is_handshake())
    {
        links.push(link(stage, plan, LinkEnd::Host, plan.host_link()));
    }
    links
}

/// The link an exchange goes over.
pub(in crate::scene) fn end_of(stage: &Stage<'_>, exchange: &Exchange) -> Option<LinkEnd> {
    match &exchange.zone {
        _ if exchange.is_handshake() => Some(LinkEnd::Host),
        _ if Some(exchange.from) == stage.client => Some(LinkEnd::Resolver),
        Some(zone) if stage.zones.contains(zone) => Some(LinkEnd::Server(zone.clone())),
        _ => None,
    }
}

/// How an exchange stands at the playhead.
pub(in crate::scene) fn state_of(stage: &Stage<'_>, exchange: &Exchange) -> LinkState {
    if let Some(received) = stage.shown(exchange.received) {
        let came_late = exchange
            .gave_up
            .is_some_and(|gave_up| gave_up < received.id.index());
        let failed = event_message(received)
            .is_some_and(|message| tone_of(message) == Tone::Failure && !message.flags.tc);
        return if came_late || failed {
            LinkState::Failed
        } else {
            LinkState::Done
        };
    }
    if stage.shown(exchange.gave_up).is_some() {
        LinkState::Failed
    } else {
        LinkState::Active
    }
}

/// One link with its state and text.
fn link(stage: &Stage<'_>, plan: &Plan, end: LinkEnd, curve: crate::scene::Curve) -> Link {
    let used: Vec<(usize, &Exchange)> = stage
        .exchanges()
        .filter(|(_, exchange)| end_of(stage, exchange).as_ref() == Some(&end))
        .collect();
    let state = match used.last() {
        None => LinkState::Idle,
        Some((_, last)) => state_of(stage, last),
    };
    let time = used.last().map(|(_, last)| match state {
        LinkState::Active => "now".to_owned(),
        LinkState::Failed if last.received.is_none() => "silent".to_owned(),
        _ => last
            .round_trip(stage.trace)
            .map(duration)
            .unwrap_or_default(),
    });
    let is_vertical = is_vertical(&curve);
    let text = time.map(|time| LinkLabel {
        text: format!("{} · {time}", steps(&used)),
        at: plan.link_text(&curve, is_vertical),
    });
    let what = match &end {
        LinkEnd::Resolver => "Client to resolver".to_owned(),
        LinkEnd::Server(zone) => format!("Resolver to {}", name_in_prose(zone)),
        LinkEnd::Host => "Client to web host".to_owned(),
    };
    let label = match (state, used.last(), &text) {
        (LinkState::Idle, ..) | (_, None, _) | (_, _, None) => format!("{what}: not used"),
        (LinkState::Active, Some((number, _)), _) => {
            format!("{what}: step {number} is under way")
        }
        (LinkState::Done, Some((number, last)), _) => {
            let time = last
                .round_trip(stage.trace)
                .map(duration)
                .unwrap_or_default();
            format!("{what}: step {number}, answered within {time}")
        }
        (LinkState::Failed, Some((number, _)), _) => format!("{what}: step {number} failed"),
    };
    Link {
        end,
        curve,
        path: curve.path(),
        state,
        text,
        label,
    }
}

/// The numbers of the exchanges over one link: `2`, `2, 5`, `2–9`.
pub(in crate::scene) fn steps(used: &[(usize, &Exchange)]) -> String {
    match used {
        [] => String::new(),
        [(only, _)] => only.to_string(),
        [(first, _), (second, _)] => format!("{first}, {second}"),
        [(first, _), .., (last, _)] => format!("{first}–{last}"),
    }
}

/// Whether a curve goes straight down.
pub(super) fn is_vertical(curve: &crate::scene::Curve) -> bool {
    let [from, .., to] = curve.points;
    (from.x - to.x).abs() < 1.0
}
