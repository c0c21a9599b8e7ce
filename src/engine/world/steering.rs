//! How interventions change the policies of steered sets, on all servers that have them.

use std::net::IpAddr;

use super::{InterventionError, NodeId, World};
use crate::dns::{Name, RrsetKey, Rtype};
use crate::engine::Node;
use crate::engine::policy::{Endpoint, Health, Pool, presets};

/// The node concerned and what was done, in the past tense.
type Done = Result<(NodeId, String), InterventionError>;

impl World {
    /// Changes the pool of a set on all servers that have a policy for it; returns the first
    /// of them.
    pub(super) fn change_pools(
        &mut self,
        key: &RrsetKey,
        mut change: impl FnMut(&mut Pool),
    ) -> Option<NodeId> {
        let mut first = None;
        for id in self.node_ids() {
            let steers = matches!(self.node(id), Node::Authoritative(server)
                if server.steered(key).is_some());
            if !steers {
                continue;
            }
            if let Node::Authoritative(server) = self.node_mut(id)
                && let Some(pool) = server.pool_mut(key)
            {
                change(pool);
                first = first.or(Some(id));
            }
        }
        first
    }

    /// The set of a name that an address belongs to, checked to be steered.
    fn steered_key(&self, owner: &Name, address: IpAddr) -> Result<RrsetKey, InterventionError> {
        let rtype = if address.is_ipv4() {
            Rtype::A
        } else {
            Rtype::AAAA
        };
        let key = RrsetKey {
            owner: owner.clone(),
            rtype,
        };
        let has_it = |id: &NodeId| {
            matches!(self.node(*id), Node::Authoritative(server)
            if server.steered(&key).is_some_and(|(pool, _)| {
                pool.addresses().any(|known| known == address)
            }))
        };
        if self.node_ids().any(|id| has_it(&id)) {
            Ok(key)
        } else {
            Err(InterventionError::NotSteered(owner.clone(), rtype))
        }
    }

    /// Gives an address another weight.
    pub(super) fn set_weight(&mut self, owner: &Name, address: IpAddr, weight: u32) -> Done {
        let key = self.steered_key(owner, address)?;
        let weight = weight.min(Endpoint::MAX_WEIGHT);
        let id = self.change_pools(&key, |pool| pool.change(address, |e| e.weight = weight));
        let owner_text = owner.without_dot();
        let id = id.ok_or_else(|| InterventionError::NotSteered(owner.clone(), key.rtype))?;
        Ok((
            id,
            format!("The weight of {address} for {owner_text} was set to {weight}"),
        ))
    }

    /// Takes an address out of the answers, or puts it back.
    pub(super) fn set_drained(&mut self, owner: &Name, address: IpAddr, drained: bool) -> Done {
        let key = self.steered_key(owner, address)?;
        let health = if drained {
            Health::Drained
        } else {
            self.health_of(&key, address)
        };
        let id = self.change_pools(&key, |pool| pool.change(address, |e| e.health = health));
        let id = id.ok_or_else(|| InterventionError::NotSteered(owner.clone(), key.rtype))?;
        let verb = if drained {
            "was taken out of the answers for"
        } else {
            "was put back into the answers for"
        };
        Ok((id, format!("{address} {verb} {}", owner.without_dot())))
    }

    /// Lets another policy choose among the addresses of a name.
    pub(super) fn set_rule(&mut self, owner: &Name, rtype: Rtype, preset: &str) -> Done {
        let key = RrsetKey {
            owner: owner.clone(),
            rtype,
        };
        let found = presets().into_iter().find(|known| known.id == preset);
        let found = found.ok_or_else(|| InterventionError::NoSuchPolicy(preset.to_owned()))?;
        let mut first = None;
        for id in self.node_ids() {
            let steers = matches!(self.node(id), Node::Authoritative(server)
                if server.steered(&key).is_some());
            if steers && let Node::Authoritative(server) = self.node_mut(id) {
                server.set_rule(&key, found.policy.clone());
                first = first.or(Some(id));
            }
        }
        let id = first.ok_or_else(|| InterventionError::NotSteered(owner.clone(), rtype))?;
        let (name, product, title) = (owner.without_dot(), found.product, found.title);
        Ok((
            id,
            format!("The policy of {name} {rtype} was set to {product}: {title}"),
        ))
    }
}
