//! What stands in the boxes.

use super::layout::Plan;
use super::links::state_of;
use super::stage::{Stage, served_zone, server_count};
use super::{
    CacheChip, ClientBox, ClientRow, HostBox, LinkEnd, LinkState, Packet, ResolverBox, RowState,
    ServerBox,
};
use crate::dns::{Name, Rtype};
use crate::engine::order::sort_by_key;
use crate::engine::{Cache, CacheEntry, CacheFact, CacheLayer, EventKind, Node, Outcome, SimTime};
use crate::scene::cache_view::fraction_left;
use crate::scene::server_view::pending;
use crate::scene::words::{count, duration, name_in_prose, negative_words, node_title, zone_title};

/// Whether a packet travels over one of these links.
fn is_on(packets: &[Packet], is_end: impl Fn(&LinkEnd) -> bool) -> bool {
    packets
        .iter()
        .any(|packet| !packet.is_lost && is_end(&packet.link))
}

/// The client's box.
pub(super) fn client(stage: &Stage<'_>, plan: &Plan, packets: &[Packet]) -> Option<ClientBox> {
    let node = stage.client?;
    let title = node_title(stage.world, node).to_owned();
    let rows: Vec<ClientRow> = vec![
        client_row(stage, plan, CacheLayer::Browser, 0),
        client_row(stage, plan, CacheLayer::Stub, 1),
    ];
    let name = name_in_prose(&stage.question.qname);
    let connecting = stage.exchanges().find_map(|(_, exchange)| {
        let is_open = exchange.is_handshake() && state_of(stage, exchange) == LinkState::Active;
        is_open.then(|| format!("connecting to {}", exchange.destination.ip()))
    });
    let waiting = if stage.is_waiting() {
        Some(format!("waiting for {name}"))
    } else {
        connecting
    };
    let is_down = stage.world.is_down(node);
    let mut label = title.clone();
    for row in &rows {
        label = format!("{label}; {}", row.label);
    }
    if let Some(waiting) = &waiting {
        label = format!("{label}; {waiting}");
    }
    let is_active = stage.acts_now(node)
        || is_on(packets, |end| {
            matches!(end, LinkEnd::Resolver | LinkEnd::Host)
        });
    Some(ClientBox {
        node,
        rect: plan.client,
        title,
        rows,
        waiting,
        is_active,
        is_down,
        label: with_down(label, is_down),
    })
}

/// One cache of the client.
fn client_row(stage: &Stage<'_>, plan: &Plan, layer: CacheLayer, place: usize) -> ClientRow {
    let title = match layer {
        CacheLayer::Browser => "Browser cache",
        _ => "OS stub + hosts",
    };
    let cache = stage
        .client
        .and_then(|node| stage.world.node(node).cache(layer));
    let now = stage.playhead.time;
    let held = cache.and_then(|cache| cache.resolve(now, &stage.question));
    let entry = cache.and_then(|cache| cache.lookup(now, &stage.question));
    let (mut was_hit, mut was_missed, mut hosts) = (false, false, None);
    for event in stage.events() {
        match &event.kind {
            EventKind::CacheHit { layer: own, .. } if *own == layer => was_hit = true,
            EventKind::CacheMissed { layer: own, .. } if *own == layer => was_missed = true,
            EventKind::HostsFileUsed { address, .. } if layer == CacheLayer::Stub => {
                hosts = Some(*address);
            }
            _ => {}
        }
    }
    let left = held.as_ref().map(|held| {
        let what = match held.outcome {
            Outcome::Answer(_) if was_hit => "hit".to_owned(),
            Outcome::Answer(_) => "kept".to_owned(),
            Outcome::NoData => format!("no {}", stage.question.qtype),
            Outcome::NxDomain => "no such name".to_owned(),
            Outcome::Failure(..) => "failed".to_owned(),
        };
        format!("{what}, {} left", duration(held.remaining))
    });
    let is_over = stage.lookup.is_some() && !stage.is_waiting();
    let (state, text) = match (hosts, cache, left) {
        (Some(address), ..) => (RowState::Hit, format!("hosts file: {address}")),
        (_, None, _) => (RowState::Absent, "not used".to_owned()),
        (_, _, Some(left)) if was_hit => (RowState::Hit, left),
        (_, _, Some(left)) => (RowState::Holds, left),
        (_, _, None) if was_hit => (RowState::Hit, "hit".to_owned()),
        (_, _, None) if was_missed => (RowState::Miss, "miss".to_owned()),
        (_, _, None) if is_over => (RowState::Idle, "not asked".to_owned()),
        (_, Some(cache), None) => (
            RowState::Idle,
            match cache.entries(now).count() {
                0 => "empty".to_owned(),
                other => count(other, "other entry", "other entries"),
            },
        ),
    };
    let word = match state {
        RowState::Hit if hosts.is_none() => "hit, ",
        _ => "",
    };
    ClientRow {
        layer,
        rect: plan.rows[place],
        label: format!("{title}: {word}{text}"),
        title: title.to_owned(),
        fraction: entry.map(|entry| fraction_left(entry, stage.playhead)),
        text,
        state,
    }
}

/// The resolver's box.
pub(super) fn resolver(stage: &Stage<'_>, plan: &Plan, packets: &[Packet]) -> Option<ResolverBox> {
    let node = stage.resolver?;
    let subtitle = node_title(stage.world, node).to_owned();
    let chips = chips(stage, plan);
    let now = stage.playhead.time;
    let cache = stage.world.node(node).cache(CacheLayer::Resolver);
    let entries = cache.map_or(0, |cache| cache.entries(now).count());
    let hidden = entries - chips.len().min(entries);
    let open = pending(stage.trace, node, stage.playhead);
    let open = open.iter().filter(|row| !row.is_sub).count();
    let mut counters = vec![format!(
        "{} · {open} pending",
        count(entries, "RRset", "RRsets")
    )];
    let (hits, misses) = questions_of_clients(stage);
    if hits + misses > 0 {
        counters.push(format!(
            "hit ratio {:.2}",
            hits as f64 / (hits + misses) as f64
        ));
    }
    let is_down = stage.world.is_down(node);
    let is_active = stage.acts_now(node)
        || is_on(packets, |end| {
            matches!(end, LinkEnd::Resolver | LinkEnd::Server(_))
        });
    let label = format!("Recursive resolver, {subtitle}; {}", counters.join(", "));
    Some(ResolverBox {
        node,
        rect: plan.resolver,
        title: match stage.world.node(node) {
            Node::Resolver(_) => "Recursive resolver".to_owned(),
            _ => "Asked as a resolver".to_owned(),
        },
        subtitle,
        chips,
        more: (hidden > 0).then(|| format!("+ {hidden} more")),
        more_at: plan.more(),
        counters,
        counters_at: plan.counters(),
        is_active,
        is_down,
        label: with_down(label, is_down),
    })
}

/// How many questions of clients the resolver has answered from its cache, and how many not.
fn questions_of_clients(stage: &Stage<'_>) -> (usize, usize) {
    let (mut hits, mut misses) = (0, 0);
    for event in stage.playhead.shown(stage.trace) {
        if Some(event.node) != stage.resolver {
            continue;
        }
        match &event.kind {
            // A hit on the way to another answer follows a step of the resolver itself.
            EventKind::CacheHit { .. } => {
                let cause = event.cause.and_then(|cause| stage.trace.get(cause));
                let is_clients = cause
                    .is_some_and(|cause| matches!(cause.kind, EventKind::DatagramReceived { .. }));
                hits += usize::from(is_clients);
            }
            EventKind::CacheMissed { .. } => misses += 1,
            _ => {}
        }
    }
    (hits, misses)
}

/// The entries of the resolver's cache that matter most here.
fn chips(stage: &Stage<'_>, plan: &Plan) -> Vec<CacheChip> {
    let now = stage.playhead.time;
    let Some(cache) = stage
        .resolver
        .and_then(|node| stage.world.node(node).cache(CacheLayer::Resolver))
    else {
        return Vec::new();
    };
    let exchanges: Vec<_> = stage.exchanges().map(|(_, exchange)| exchange).collect();
    let relevance = |owner: &Name, rtype: Rtype| -> (u8, usize) {
        let is_asked = *owner == stage.question.qname
            || exchanges.iter().any(|exchange| {
                exchange
                    .question
                    .as_ref()
                    .is_some_and(|question| question.qname == *owner)
            });
        let is_server = exchanges
            .iter()
            .any(|exchange| exchange.server.as_ref() == Some(owner));
        match rtype {
            Rtype::NS if stage.question.qname.is_at_or_below(owner) => {
                (1, 128 - owner.label_count())
            }
            _ if is_asked => (0, 0),
            Rtype::NS if stage.zones.contains(owner) => (2, 0),
            _ if is_server => (3, 0),
            _ => (4, 0),
        }
    };
    let mut entries: Vec<_> = cache.entries(now).collect();
    sort_by_key(&mut entries, |(key, entry)| {
        let recent = SimTime::FAR_FUTURE.since(entry.life.stored_at);
        (relevance(&key.owner, key.rtype), recent)
    });
    let shown = entries.into_iter().take(Plan::CHIPS).enumerate();
    shown
        .map(|(place, (key, entry))| chip(stage, plan, place, &key.owner, key.rtype, entry))
        .collect()
}

/// One entry as a chip.
fn chip(
    stage: &Stage<'_>,
    plan: &Plan,
    place: usize,
    owner: &Name,
    rtype: Rtype,
    entry: &CacheEntry,
) -> CacheChip {
    let is_whole_name = rtype == Cache::WHOLE_NAME && matches!(entry.fact, CacheFact::NxDomain(_));
    let key = format!("{} {rtype}", owner.without_dot());
    let (text, is_negative) = match &entry.fact {
        CacheFact::Records(_) => (key.clone(), false),
        CacheFact::NoData(_) => (
            format!("{}: {}", owner.without_dot(), negative_words(Some(rtype))),
            true,
        ),
        CacheFact::NxDomain(_) if is_whole_name => (
            format!("{}: {}", owner.without_dot(), negative_words(None)),
            true,
        ),
        CacheFact::NxDomain(_) => (key.clone(), true),
    };
    let remaining = duration(entry.remaining(stage.playhead.time));
    CacheChip {
        rect: plan.chip(place),
        label: format!("{text}, {remaining} left"),
        remaining,
        fraction: fraction_left(entry, stage.playhead),
        is_new: entry.life.stored_at == stage.playhead.time,
        is_negative,
        text,
        key,
    }
}

/// The boxes of the zones.
pub(super) fn servers(stage: &Stage<'_>, plan: &Plan, packets: &[Packet]) -> Vec<ServerBox> {
    let places = stage.zones.iter().zip(&plan.servers);
    places
        .map(|(zone, rect)| {
            let asked = stage
                .exchanges()
                .map(|(_, exchange)| exchange)
                .rfind(|exchange| exchange.zone.as_ref() == Some(zone));
            let known = served_zone(stage.world, zone);
            let node = match asked {
                Some(exchange) => exchange.to,
                None => known.map(|(node, _)| node),
            };
            let server = match asked.and_then(|exchange| exchange.server.as_ref()) {
                Some(host) => host.without_dot(),
                None => known.map_or_else(
                    || "no server known".to_owned(),
                    |(_, zone)| count(server_count(zone), "name server", "name servers"),
                ),
            };
            let address = asked.map_or_else(String::new, |e| e.destination.ip().to_string());
            let is_down = node.is_some_and(|node| match asked {
                Some(_) => stage.world.is_down(node),
                None => all_down(stage, zone),
            });
            let title = zone_title(zone);
            let is_used = asked.is_some();
            let state = if is_used {
                format!("{server}, {address}")
            } else {
                format!("{server}, not asked")
            };
            let is_active = is_on(
                packets,
                |end| matches!(end, LinkEnd::Server(own) if own == zone),
            ) || (is_used
                && node.is_some_and(|node| stage.acts_now(node))
                && is_last_asked(stage, zone));
            ServerBox {
                zone: zone.clone(),
                node,
                rect: *rect,
                label: with_down(format!("{title}: {state}"), is_down),
                title,
                server,
                address,
                depth: zone.label_count(),
                is_active,
                is_used,
                is_down,
            }
        })
        .collect()
}

/// Whether the last query of a resolver went to this zone: one machine may serve several.
fn is_last_asked(stage: &Stage<'_>, zone: &Name) -> bool {
    let last = stage
        .exchanges()
        .rfind(|(_, exchange)| exchange.zone.is_some());
    last.is_some_and(|(_, exchange)| exchange.zone.as_ref() == Some(zone))
}

/// Whether every server of a zone is down.
fn all_down(stage: &Stage<'_>, zone: &Name) -> bool {
    let mut serving = stage.world.node_ids().filter(|id| {
        matches!(stage.world.node(*id), Node::Authoritative(server)
            if server.zones().iter().any(|known| known.origin() == zone))
    });
    serving.all(|id| stage.world.is_down(id))
}

/// The web host's box, once the client turns to it.
pub(super) fn host(stage: &Stage<'_>, plan: &Plan, packets: &[Packet]) -> Option<HostBox> {
    let (_, exchange) = stage
        .exchanges()
        .rfind(|(_, exchange)| exchange.is_handshake())?;
    let node = exchange.to;
    let title = node.map_or_else(
        || "No machine".to_owned(),
        |id| node_title(stage.world, id).to_owned(),
    );
    let address = exchange.destination.ip().to_string();
    let outcome = stage.events().rev().find_map(|event| match &event.kind {
        EventKind::ConnectionOpened { elapsed, .. } => Some((
            LinkState::Done,
            format!("connected in {}", duration(*elapsed)),
        )),
        EventKind::ConnectionFailed { elapsed, .. } => Some((
            LinkState::Failed,
            format!("no answer after {}", duration(*elapsed)),
        )),
        _ => None,
    });
    let (state, text) = outcome.unwrap_or_else(|| (LinkState::Active, "connecting".to_owned()));
    let is_down = node.is_some_and(|id| stage.world.is_down(id));
    let is_active = is_on(packets, |end| *end == LinkEnd::Host)
        || node.is_some_and(|node| stage.acts_now(node));
    let label = with_down(format!("{title}, {address}: {text}"), is_down);
    Some(HostBox {
        node,
        rect: plan.host,
        title,
        address,
        text,
        state,
        is_active,
        is_down,
        label,
    })
}

/// A label that also says that the machine is down.
fn with_down(label: String, is_down: bool) -> String {
    if is_down {
        format!("{label}; down")
    } else {
        label
    }
}
