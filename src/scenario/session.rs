//! Everything that brings a run back. Links carry it, and the page keeps it.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Deserializer, Serialize};

use super::crowd::CrowdView;
use crate::dns::{Name, Rtype, ZoneText};
use crate::engine::{EventKind, Intervention, Node, SimTime, Timeline};

/// What the learner did to a scenario, and where they look.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Session {
    /// The seed, if it is not the scenario's own.
    #[serde(default)]
    pub seed: Option<u64>,
    /// Knobs that were moved, by id.
    #[serde(default)]
    pub knobs: BTreeMap<String, f64>,
    /// Interventions in order.
    #[serde(default, deserialize_with = "read_acts")]
    pub acts: Vec<(SimTime, Intervention)>,
    /// The moment looked at.
    #[serde(default)]
    pub at: SimTime,
    /// The view of the stage, by name, if it is not the first.
    #[serde(default)]
    pub view: Option<String>,
    /// The event looked at, counted from 0, as several may share a moment.
    #[serde(default)]
    pub event: Option<usize>,
    /// The crowd looked at, with its own knobs and seed.
    #[serde(default)]
    pub crowd: Option<CrowdView>,
}

/// Acts as links have them: by the text of zone files, which is read here.
fn read_acts<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Vec<(SimTime, Intervention)>, D::Error> {
    let mut acts = Vec::<(SimTime, Intervention)>::deserialize(deserializer)?;
    for (_, act) in &mut acts {
        act.read_text();
    }
    Ok(acts)
}

/// RRsets by owner and type.
type Keys = BTreeSet<(Name, Rtype)>;

impl Session {
    /// The session without changes of records, TTLs and loss that a later one of the same moment
    /// overrides. `timeline` is the run of the session. Replayed, the shorter session comes to
    /// the same end, and shows the same event at the moment looked at.
    ///
    /// Only what provably makes no difference goes: nothing was asked in between, and the two
    /// are about the same zone, set or network. A zone with a policy stays as it is, as pools
    /// remember addresses that come and go.
    #[must_use]
    pub fn shortened(mut self, timeline: &Timeline) -> Self {
        let Some(events) = events_of_acts(&self, timeline) else {
            return self;
        };
        let mut is_dropped = vec![false; self.acts.len()];
        for later in 1..self.acts.len() {
            let mut is_next = true;
            for earlier in (0..later).rev() {
                let ((at, act), (when, before)) = (&self.acts[later], &self.acts[earlier]);
                if at != when {
                    break;
                }
                if is_dropped[earlier] {
                    continue;
                }
                // A moment between the two can be looked at.
                let is_between = self.event.is_some_and(|event| {
                    events[earlier].is_some_and(|first| event >= first)
                        && events[later].is_some_and(|second| event < second)
                });
                if overrides(act, before, is_next, timeline) && !is_between {
                    is_dropped[earlier] = true;
                } else if is_apart(act, before) {
                    is_next = false;
                } else {
                    break;
                }
            }
        }
        if let Some(event) = self.event {
            let gone = { events.iter().zip(&is_dropped) }
                .filter(|(place, is_dropped)| **is_dropped && place.is_some_and(|it| it < event));
            self.event = Some(event - gone.count());
        }
        let mut dropped = is_dropped.into_iter();
        self.acts.retain(|_| dropped.next() != Some(true));
        self
    }
}

/// Which event of the trace tells each act; `None` for questions, which tell themselves, and as a
/// whole where the timeline is not that of the session.
fn events_of_acts(session: &Session, timeline: &Timeline) -> Option<Vec<Option<usize>>> {
    if session.acts != timeline.acts() {
        return None;
    }
    let trace = timeline.trace().events().iter();
    let mut told = trace
        .filter(|event| matches!(event.kind, EventKind::Intervened { .. }))
        .map(|event| event.id.index());
    let events = session.acts.iter().map(|(_, act)| match act {
        Intervention::Ask { .. } | Intervention::Download { .. } => Some(None),
        _ => told.next().map(Some),
    });
    let events = events.collect::<Option<Vec<_>>>()?;
    told.next().is_none().then_some(events)
}

/// Whether after `act` it makes no difference that there was `before`. `is_next` tells that
/// nothing else lies between them.
fn overrides(
    act: &Intervention,
    before: &Intervention,
    is_next: bool,
    timeline: &Timeline,
) -> bool {
    use Intervention::{EditZone, SetLoss, SetRecords, SetRecordsAt, SetRecordsIn, SetTtl};
    match (act, before) {
        (EditZone { origin, .. }, EditZone { origin: other, .. }) => {
            origin == other && is_plain(timeline, origin)
        }
        (
            SetTtl { owner, rtype, .. },
            SetTtl {
                owner: name,
                rtype: of,
                ..
            },
        ) => owner == name && rtype == of && is_plain(timeline, owner),
        (SetLoss { .. }, SetLoss { .. }) => true,
        (SetRecords { records }, SetRecords { records: old }) => {
            is_next && replaces(records, old, timeline)
        }
        (
            SetRecordsIn { zone, records },
            SetRecordsIn {
                zone: of,
                records: old,
            },
        ) => is_next && zone == of && replaces(records, old, timeline),
        (
            SetRecordsAt { servers, records },
            SetRecordsAt {
                servers: of,
                records: old,
            },
        ) => is_next && servers == of && replaces(records, old, timeline),
        _ => false,
    }
}

/// Whether neither of two acts makes a difference to the other, so that one may be looked past.
fn is_apart(act: &Intervention, other: &Intervention) -> bool {
    use Intervention::{EditZone, SetLoss, SetTtl};
    match (act, other) {
        (SetLoss { .. }, EditZone { .. } | SetTtl { .. })
        | (EditZone { .. } | SetTtl { .. }, SetLoss { .. })
        | (SetTtl { .. }, SetTtl { .. }) => true,
        (EditZone { origin, .. }, EditZone { origin: of, .. }) => origin != of,
        _ => false,
    }
}

/// Whether one text of records sets just the RRsets that the other does.
fn replaces(records: &ZoneText, old: &ZoneText, timeline: &Timeline) -> bool {
    let keys = |text: &ZoneText| -> Option<Keys> {
        let sets = text.sets().ok()?.iter();
        Some(sets.map(|set| (set.owner.clone(), set.rtype)).collect())
    };
    let (new, old) = (keys(records), keys(old));
    new == old && new.is_some_and(|keys| keys.iter().all(|(owner, _)| is_plain(timeline, owner)))
}

/// Whether no server answers by a policy or for another name at or below a name.
fn is_plain(timeline: &Timeline, name: &Name) -> bool {
    let world = timeline.initial();
    world.node_ids().all(|id| match world.node(id) {
        Node::Authoritative(server) => {
            let mut steered = server.steered_sets();
            let is_below = |owner: &Name| owner.is_at_or_below(name);
            server.flattened().is_empty() && !steered.any(|(pool, _)| is_below(pool.owner()))
        }
        _ => true,
    })
}
