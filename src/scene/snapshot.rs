//! The world as the playhead shows it.

use super::Playhead;
use crate::dns::{Name, Rrset, Ttl};
use crate::engine::{CacheLayer, EventKind, Intervention, NodeId, SimTime, Timeline, Trace, World};

/// The world at a playhead: its machines, caches and what is down.
///
/// Between two instants this is the engine's own world. Within an instant of which only some
/// events are shown, the world before it is taken and what these events say is done to it.
/// It depends on the number of shown events only, and on the time through `now`: caches are
/// to be asked with the playhead's time.
pub fn world_at(timeline: &Timeline, playhead: Playhead) -> World {
    let trace = timeline.trace();
    let playhead = playhead.fit(trace);
    let Some(last) = playhead.last_event(trace) else {
        return timeline.initial().clone();
    };
    let hidden = trace.events().get(playhead.events);
    if hidden.is_none_or(|next| next.at > last.at) {
        return timeline.world_at(last.at);
    }
    let instant = last.at;
    let mut world = match instant.as_micros().checked_sub(1) {
        Some(before) => timeline.world_at(SimTime::from_micros(before)),
        None => timeline.initial().clone(),
    };
    world.advance_to(instant);
    let mut acts = timeline
        .acts()
        .iter()
        .filter(|(at, act)| *at == instant && !matches!(act, Intervention::Ask { .. }));
    let shown = playhead.shown(trace);
    let first = shown.partition_point(|event| event.at < instant);
    for event in &shown[first..] {
        match &event.kind {
            EventKind::Intervened { .. } => {
                if let Some((_, act)) = acts.next() {
                    // It could be carried out then, so it can be now.
                    let _ = world.apply(act, &mut Trace::silent());
                }
            }
            EventKind::RrsetCached {
                layer, rrset, rank, ..
            } => {
                if let Some(cache) = world.node_mut(event.node).cache_mut(*layer) {
                    cache.store(instant, rrset, *rank);
                }
            }
            EventKind::NegativeCached {
                layer,
                owner,
                rtype,
                granted,
                ..
            } => {
                store_negative(&mut world, event.node, *layer, owner, *rtype, *granted);
            }
            _ => {}
        }
    }
    world
}

/// Stores that something does not exist, for as long as an event says.
fn store_negative(
    world: &mut World,
    node: NodeId,
    layer: CacheLayer,
    owner: &Name,
    rtype: Option<crate::dns::Rtype>,
    granted: Ttl,
) {
    let now = world.now();
    if let Some(cache) = world.node_mut(node).cache_mut(layer) {
        // Nothing else of the SOA set is ever shown.
        let soa = Rrset::granting(granted);
        cache.store_negative(now, owner, rtype, Some(&soa));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::CacheLayer;
    use crate::scene::samples;

    /// The number of live entries of every cache.
    fn sizes(world: &World, now: SimTime) -> Vec<usize> {
        let layers = [CacheLayer::Browser, CacheLayer::Stub, CacheLayer::Resolver];
        let nodes = world.node_ids().flat_map(|id| {
            layers
                .into_iter()
                .filter_map(move |layer| world.node(id).cache(layer))
        });
        nodes.map(|cache| cache.entries(now).count()).collect()
    }

    #[test]
    fn entries_appear_one_event_at_a_time() {
        let timeline = samples::cold();
        let trace = timeline.trace();
        let mut stored = 0;
        for (index, event) in trace.events().iter().enumerate() {
            stored += usize::from(matches!(event.kind, EventKind::RrsetCached { .. }));
            let world = world_at(&timeline, Playhead::at_event(trace, index));
            let total: usize = sizes(&world, event.at).iter().sum();
            assert_eq!(total, stored, "after event {index}");
        }
    }

    #[test]
    fn whole_instants_are_the_worlds_of_the_engine() {
        for timeline in samples::all() {
            let trace = timeline.trace();
            for event in trace.events() {
                let playhead = Playhead::at_time(trace, event.at);
                let (ours, engine) = (world_at(&timeline, playhead), timeline.world_at(event.at));
                assert_eq!(sizes(&ours, event.at), sizes(&engine, event.at));
            }
        }
    }
}
