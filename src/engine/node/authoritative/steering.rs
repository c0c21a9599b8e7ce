//! Policies on an authoritative server: the sets of a zone that are chosen anew for each
//! question.
//!
//! The zone holds the whole set; the answer is found as ever, and then the set in it gives
//! way to what the policy chose. So aliases, wildcards aside, lead to steered names too.

use std::net::IpAddr;
use std::sync::Arc;

use indexmap::IndexMap;

use super::{AuthoritativeServer, add_soa};
use crate::dns::{EdnsOption, Message, Rrset, RrsetKey, Rtype, Subnet};
use crate::engine::policy::{Asker, Decision, PlaceTable, Policy, Pool};
use crate::engine::{Stream, ZoneVerdict};

/// The policies of a server, with what they draw from and look up in.
#[derive(Clone, Debug)]
pub(super) struct Steering {
    /// The pool and the policy of each steered set.
    sets: IndexMap<RrsetKey, (Pool, Policy)>,
    /// Where askers are.
    places: Arc<PlaceTable>,
    /// What the policies draw from.
    random: Stream,
}

impl Steering {
    /// The decision for a set; `None` if it has no policy.
    fn decide(&mut self, set: &Rrset, asker: &Asker) -> Option<(Decision, Option<Rrset>)> {
        let (pool, policy) = self.sets.get(&set.key())?;
        let decision = policy.decide(pool, asker, &self.places, &mut self.random);
        // The owner stays as the question spells it.
        let chosen = decision.rrset(pool);
        let chosen = chosen.map(|records| records.with_owner(set.owner.clone()));
        Some((decision, chosen))
    }
}

/// Policies.
impl AuthoritativeServer {
    /// Puts the set of the pool's name and type under a policy, in place of an earlier one.
    /// The zone must hold a set of that name and type for the policy to be asked.
    ///
    /// `places` tells for all policies of the server where askers are; `random` is what they
    /// draw from. Both are those of the last call.
    pub fn set_policy(
        &mut self,
        pool: Pool,
        policy: Policy,
        places: Arc<PlaceTable>,
        random: Stream,
    ) {
        let key = RrsetKey {
            owner: pool.owner().clone(),
            rtype: pool.rtype(),
        };
        let sets = self.steering.take().map(|steering| steering.sets);
        let mut sets = sets.unwrap_or_default();
        sets.insert(key, (pool, policy));
        self.steering = Some(Box::new(Steering {
            sets,
            places,
            random,
        }));
    }

    /// The pool under a policy, to change the health of its endpoints.
    pub fn pool_mut(&mut self, key: &RrsetKey) -> Option<&mut Pool> {
        let steering = self.steering.as_mut()?;
        steering.sets.get_mut(key).map(|(pool, _)| pool)
    }

    /// Lets the policies choose among the sets of an answer. Returns the verdict on what is
    /// left: without records it is "no data".
    pub(super) fn steer(
        &mut self,
        query: &Message,
        sender: IpAddr,
        response: &mut Message,
        verdict: ZoneVerdict,
    ) -> ZoneVerdict {
        let Some(mut steering) = self.steering.take() else {
            return verdict;
        };
        let asker = Asker {
            resolver: sender,
            subnet: query.subnet(),
            turn: query.id,
        };
        let mut verdict = verdict;
        let (mut steered, mut scope, mut emptied) = (Vec::new(), 0, None);
        for set in std::mem::take(&mut response.answer) {
            match steering.decide(&set, &asker) {
                None => response.answer.push(set),
                Some((decision, chosen)) => {
                    scope = scope.max(decision.scope.unwrap_or(0));
                    steered.push(set.key());
                    if chosen.is_none() {
                        emptied = Some(set.owner.clone());
                    }
                    response.answer.extend(chosen);
                }
            }
        }
        self.steering = Some(steering);
        // A signature holds for the whole set only, so it cannot come along.
        response.answer.retain(|set| {
            let is_over =
                |key: &RrsetKey| set.owner == key.owner && set.covering(key.rtype).is_some();
            set.rtype != Rtype::RRSIG || !steered.iter().any(is_over)
        });
        if let Some(owner) = emptied {
            verdict = ZoneVerdict::NoData;
            if let Some(zone) = self.zone_for(&owner).cloned() {
                add_soa(response, &zone, false);
            }
        }
        tell_scope(response, scope);
        verdict
    }
}

/// Writes the scope into the Client Subnet that goes back
/// ([RFC 7871 §7.2.1](https://www.rfc-editor.org/rfc/rfc7871#section-7.2.1)).
fn tell_scope(response: &mut Message, scope: u8) {
    let options = response.edns.iter_mut().flat_map(|edns| &mut edns.options);
    for option in options {
        if let Some(Ok(Subnet { network, .. })) = option.as_subnet()
            && scope > 0
        {
            *option = EdnsOption::subnet(Subnet { network, scope });
        }
    }
}
