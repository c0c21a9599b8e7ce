//! What the inspector shows of a server: its zones, or what a resolver knows of others.

use super::words::duration;
use super::{Playhead, words};
use crate::dns::{Name, Question};
use crate::engine::{EventKind, Node, NodeId, SimTime, Trace, World};

/// An authoritative server.
#[derive(Clone, Debug, PartialEq)]
pub struct ServerView {
    /// Its host name.
    pub title: String,
    /// Its addresses.
    pub addresses: Vec<String>,
    /// The cities it stands in.
    pub sites: Vec<String>,
    /// Whether it is down.
    pub is_down: bool,
    /// The zones it serves.
    pub zones: Vec<ZoneView>,
}

/// A zone as a server serves it.
#[derive(Clone, Debug, PartialEq)]
pub struct ZoneView {
    /// The zone, as data.
    pub origin: Name,
    /// `Root`, `example.com`.
    pub title: String,
    /// The zone file.
    pub text: String,
    /// The number of records.
    pub records: usize,
    /// The zones it delegates, by name.
    pub delegations: Vec<String>,
}

/// A recursive resolver.
#[derive(Clone, Debug, PartialEq)]
pub struct ResolverView {
    /// What it is called.
    pub title: String,
    /// Its addresses.
    pub addresses: Vec<String>,
    /// Whether it is down.
    pub is_down: bool,
    /// What it remembers of servers.
    pub servers: Vec<ServerRow>,
    /// What it is working on.
    pub pending: Vec<PendingRow>,
}

/// What a resolver remembers of one server address.
#[derive(Clone, Debug, PartialEq)]
pub struct ServerRow {
    /// The node that has the address.
    pub node: Option<NodeId>,
    /// The server's host name, or its address.
    pub title: String,
    /// The address.
    pub address: String,
    /// The smoothed round-trip time, `21 ms`, or `not known yet`.
    pub round_trip: String,
    /// The same in milliseconds.
    pub round_trip_ms: Option<f64>,
    /// How long the resolver would wait for it: `50 ms`.
    pub timeout: String,
    /// How often in a row it was silent.
    pub silent: u32,
    /// The row in words.
    pub label: String,
}

/// A question a resolver is working on.
#[derive(Clone, Debug, PartialEq)]
pub struct PendingRow {
    /// The question, as data.
    pub question: Question,
    /// `www.example.com A`.
    pub text: String,
    /// Whether the resolver asks it for itself.
    pub is_sub: bool,
    /// For how long it has been working: `21 ms`.
    pub since: String,
}

/// An authoritative server in the world of one moment; `None` if the node is none.
pub fn server_view(world: &World, node: NodeId) -> Option<ServerView> {
    let Node::Authoritative(server) = world.node(node) else {
        return None;
    };
    let spec = world.spec(node);
    let zones = server.zones().iter().map(|zone| {
        let sets = zone.rrsets();
        let cuts = sets
            .iter()
            .filter(|set| set.rtype == crate::dns::Rtype::NS && set.owner != *zone.origin());
        ZoneView {
            origin: zone.origin().clone(),
            title: words::zone_title(zone.origin()),
            text: zone.to_text(),
            records: sets.iter().map(|set| set.data.len()).sum(),
            delegations: cuts.map(|set| set.owner.without_dot()).collect(),
        }
    });
    Some(ServerView {
        title: spec.title.clone(),
        addresses: spec.addresses.iter().map(ToString::to_string).collect(),
        sites: spec.sites.iter().map(|site| site.name.clone()).collect(),
        is_down: world.is_down(node),
        zones: zones.collect(),
    })
}

/// A recursive resolver at the playhead; `world` is the world of that moment. `None` if the
/// node is none.
pub fn resolver_view(
    world: &World,
    trace: &Trace,
    node: NodeId,
    playhead: Playhead,
) -> Option<ResolverView> {
    let Node::Resolver(resolver) = world.node(node) else {
        return None;
    };
    let spec = world.spec(node);
    let servers = resolver.server_stats().map(|(address, stats)| {
        let node = world.node_at(*address);
        let title = node.map_or_else(|| address.to_string(), |id| world.spec(id).title.clone());
        let known = stats.smoothed_rtt;
        let round_trip = known.map_or_else(|| "not known yet".to_owned(), duration);
        let silence = match stats.silent {
            0 => String::new(),
            1 => ", silent once".to_owned(),
            times => format!(", silent {times} times in a row"),
        };
        ServerRow {
            node,
            label: format!("{title}, {address}: round trip {round_trip}{silence}"),
            title,
            address: address.to_string(),
            round_trip,
            round_trip_ms: known.map(|rtt| rtt.as_millis_f64()),
            timeout: duration(stats.timeout(&resolver.config().selection)),
            silent: stats.silent,
        }
    });
    Some(ResolverView {
        title: spec.title.clone(),
        addresses: spec.addresses.iter().map(ToString::to_string).collect(),
        is_down: world.is_down(node),
        servers: servers.collect(),
        pending: pending(trace, node, playhead),
    })
}

/// The questions a resolver has begun and not settled, by the shown part of the trace.
pub(super) fn pending(trace: &Trace, node: NodeId, playhead: Playhead) -> Vec<PendingRow> {
    let mut open: Vec<(&Question, bool, SimTime)> = Vec::new();
    for event in playhead
        .shown(trace)
        .iter()
        .filter(|event| event.node == node)
    {
        match &event.kind {
            EventKind::ResolutionStarted { question, sub } => open.push((question, *sub, event.at)),
            EventKind::ResolutionFinished { question, .. } => {
                if let Some(index) = open.iter().position(|(known, ..)| *known == question) {
                    open.remove(index);
                }
            }
            _ => {}
        }
    }
    let rows = open
        .into_iter()
        .map(|(question, is_sub, since)| PendingRow {
            question: question.clone(),
            text: words::question_words(question),
            is_sub,
            since: duration(playhead.time.since(since)),
        });
    rows.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scene::{samples, world_at};

    #[test]
    fn server_shows_its_zones_and_their_delegations() {
        let timeline = samples::session(&[]);
        let world = timeline.initial();
        let view = server_view(world, world.find("ns1.example.com").expect("a server"));
        let view = view.expect("it is authoritative");
        assert_eq!(view.zones[0].title, "example.com");
        assert_eq!(view.zones[0].delegations, ["eu.example.com"]);
        assert!(server_view(world, world.find("laptop").expect("a client")).is_none());
    }

    #[test]
    fn resolver_shows_what_it_works_on_and_whom_it_knows() {
        let timeline = samples::cold();
        let trace = timeline.trace();
        let node = timeline
            .initial()
            .find("resolver-frankfurt")
            .expect("a resolver");
        let middle = Playhead::at_time(trace, SimTime::from_micros(50_000));
        let view = |playhead| {
            resolver_view(&world_at(&timeline, playhead), trace, node, playhead)
                .expect("a resolver")
        };
        assert_eq!(view(middle).pending[0].text, "www.example.com A");
        let end = view(Playhead::end(trace));
        assert!(end.pending.is_empty());
        assert_eq!(end.servers.len(), 3);
    }
}
