//! Who takes part in a waterfall, and what their caches store.

use crate::dns::{Name, Rtype};
use crate::engine::{CacheLayer, EventKind, NodeId, TraceEvent};

/// Who a lane stands for.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Party {
    /// The application.
    Application,
    /// The stub resolver.
    Stub,
    /// A recursive resolver.
    Resolver(NodeId),
    /// The servers of a zone.
    Zone(Name),
    /// A web host, or the address of none.
    Host(String),
}

/// The cache an event stores something in.
pub(super) fn layer_of(event: &TraceEvent) -> Option<CacheLayer> {
    match &event.kind {
        EventKind::RrsetCached { layer, .. } | EventKind::NegativeCached { layer, .. } => {
            Some(*layer)
        }
        _ => None,
    }
}

/// What an event stores: `com NS`, `no nope.example.com`.
pub(super) fn key_of(event: &TraceEvent) -> Option<String> {
    match &event.kind {
        EventKind::RrsetCached { rrset, .. } => {
            Some(format!("{} {}", rrset.owner.without_dot(), rrset.rtype))
        }
        EventKind::NegativeCached { owner, rtype, .. } => {
            let rtype = rtype.map_or_else(String::new, |rtype: Rtype| format!(" {rtype}"));
            Some(format!("“no {}{rtype}”", owner.without_dot()))
        }
        _ => None,
    }
}
