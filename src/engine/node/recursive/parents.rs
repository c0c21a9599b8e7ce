//! What parents said of their children: the NS sets and glue of referrals.
//!
//! The cache prefers what a zone says of itself ([RFC 2181 §5.4.1]). When that leads nowhere,
//! for instance because the zone lists dead servers, the parent's view may still be right
//! ([RFC 8767 §5]: refresh the delegation and start again, once).
//!
//! [RFC 8767 §5]: https://www.rfc-editor.org/rfc/rfc8767#section-5
//! [RFC 2181 §5.4.1]: https://www.rfc-editor.org/rfc/rfc2181#section-5.4.1

use super::delegation::DelegationPoint;
use crate::dns::{Name, Ttl};
use crate::engine::table::Table;
use crate::engine::{SimDuration, SimTime};

/// Delegations remembered at most; the one that ends first goes first.
const CAPACITY: usize = 1000;

/// The parents' view of zones, each with the end of its TTL.
#[derive(Clone, Debug, Default)]
pub(super) struct ParentMemory(Table<Name, (DelegationPoint, SimTime)>);

impl ParentMemory {
    /// Remembers a referral.
    pub(super) fn remember(&mut self, now: SimTime, point: DelegationPoint, ttl: Ttl) {
        if self.0.len() >= CAPACITY && !self.0.contains_key(&point.zone) {
            let ends = self.0.values().map(|(_, expires_at)| *expires_at);
            if let Some((index, _)) = ends.enumerate().min_by_key(|(_, end)| *end) {
                self.0.swap_remove_index(index);
            }
        }
        let expires_at = now + SimDuration::from(ttl);
        self.0.insert(point.zone.clone(), (point, expires_at));
    }

    /// What the parent said of a zone, while it lives.
    pub(super) fn get(&self, now: SimTime, zone: &Name) -> Option<&DelegationPoint> {
        let (point, expires_at) = self.0.get(zone)?;
        (now < *expires_at).then_some(point)
    }

    /// Forgets everything.
    pub(super) fn clear(&mut self) {
        self.0.clear();
    }
}
