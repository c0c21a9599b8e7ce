//! Sets that lead to other sets: the trees that Route 53 makes of [alias records].
//!
//! An endpoint may lead to another set of the same zone and type. What that set chooses is
//! answered in the endpoint's place, with the TTL of the records found there. Where the
//! endpoint evaluates the health of its target, it is as healthy as that set: healthy while
//! [at least one] record of the set is. So a decision never goes down a branch with nothing
//! healthy in it while another one is there. If no branch is healthy all count as healthy, at
//! each fork anew, and the tree answers as if nothing were wrong.
//!
//! [alias records]: https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-failover-complex-configs.html
//! [at least one]: https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/health-checks-how-route-53-chooses-records.html

use std::borrow::Cow;
use std::fmt;
use std::net::IpAddr;

use super::asker::Asker;
use super::decision::Decision;
use super::endpoint::{Health, Target};
use super::places::PlaceTable;
use super::pool::{Pool, rrset_of};
use super::{Policy, PolicyFault};
use crate::dns::{Name, Rrset, RrsetKey, Ttl};
use crate::engine::Stream;
use crate::engine::table::Table;

/// Sets that may lead to each other, each with its policy.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PolicySets {
    /// The sets by name and type, in the order they were given.
    sets: Table<RrsetKey, (Pool, Policy)>,
}

/// What a tree answers to one question.
#[derive(Clone, Debug, PartialEq)]
pub struct Choice {
    /// The addresses in the order of the answer. Empty means an answer without records.
    pub addresses: Vec<IpAddr>,
    /// The TTL of the records: the least of the sets they come from.
    pub ttl: Ttl,
    /// As [`Decision::scope`]: the longest that one of the decisions holds for.
    pub scope: Option<u8>,
    /// The decisions, each before those it leads to. The first is that of the set asked for.
    pub branches: Vec<Branch>,
}

/// One decision of a tree.
#[derive(Clone, Debug, PartialEq)]
pub struct Branch {
    /// The set that led here; `None` for the one asked for.
    pub from: Option<Name>,
    /// What there was to choose from. Endpoints that lead on have the health of their targets.
    pub pool: Pool,
    /// The rule.
    pub policy: Policy,
    /// What was chosen.
    pub decision: Decision,
}

/// Why sets make no trees.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TreeFault {
    /// An endpoint leads to a name that has no set of the type.
    NoSuchSet(RrsetKey),
    /// The names lead in a circle; the first is the last as well.
    Loop(Vec<Name>),
    /// A path from a set is longer than [`PolicySets::MAX_DEPTH`].
    TooDeep,
    /// The policy cannot have the pool.
    Policy(PolicyFault),
}

impl fmt::Display for TreeFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoSuchSet(key) => write!(
                f,
                "an alias leads to “{}”, which is no steered name of type {}",
                key.owner.without_dot(),
                key.rtype
            ),
            Self::Loop(names) => {
                let names: Vec<String> = names.iter().map(Name::without_dot).collect();
                write!(f, "the aliases lead in a circle: {}", names.join(" -> "))
            }
            Self::TooDeep => write!(
                f,
                "the aliases lead on and on; {} sets in a row are the most",
                PolicySets::MAX_DEPTH
            ),
            Self::Policy(fault) => fault.fmt(f),
        }
    }
}

impl std::error::Error for TreeFault {}

impl Choice {
    /// The records to answer with under a name, each once; `None` if there are none.
    pub fn rrset(&self, key: &RrsetKey) -> Option<Rrset> {
        rrset_of(key, self.ttl, self.addresses.iter().copied())
    }
}

impl PolicySets {
    /// Sets in a row that lead on to each other, at most. Route 53 draws trees of three or four.
    pub const MAX_DEPTH: usize = 8;

    /// Puts the set of the pool's name and type under a policy, in place of an earlier one.
    pub fn insert(&mut self, pool: Pool, policy: Policy) {
        self.sets.insert(pool.key(), (pool, policy));
    }

    /// Whether there is no set.
    pub fn is_empty(&self) -> bool {
        self.sets.is_empty()
    }

    /// All sets, in the order they were given. Endpoints that lead on have no health of their
    /// targets here; see [`judged`](Self::judged).
    pub fn iter(&self) -> impl Iterator<Item = (&Pool, &Policy)> {
        self.sets.values().map(|(pool, policy)| (pool, policy))
    }

    /// A set; `None` if there is none of that name and type.
    pub fn get(&self, key: &RrsetKey) -> Option<(&Pool, &Policy)> {
        self.sets.get(key).map(|(pool, policy)| (pool, policy))
    }

    /// A pool, to change what is known of its endpoints.
    pub fn pool_mut(&mut self, key: &RrsetKey) -> Option<&mut Pool> {
        self.sets.get_mut(key).map(|(pool, _)| pool)
    }

    /// All pools, to change what is known of their endpoints.
    pub fn pools_mut(&mut self) -> impl Iterator<Item = &mut Pool> {
        self.sets.values_mut().map(|(pool, _)| pool)
    }

    /// Lets another policy choose from a pool; nothing happens if there is no such set.
    pub fn set_policy(&mut self, key: &RrsetKey, policy: Policy) {
        if let Some((_, known)) = self.sets.get_mut(key) {
            *known = policy;
        }
    }

    /// The pool of a set, with the health of their targets at endpoints that lead on.
    pub fn judged(&self, key: &RrsetKey) -> Option<Cow<'_, Pool>> {
        self.judged_within(key, Self::MAX_DEPTH)
    }

    /// As [`judged`](Self::judged), with so many sets in a row allowed.
    fn judged_within(&self, key: &RrsetKey, depth: usize) -> Option<Cow<'_, Pool>> {
        let (pool, _) = self.get(key)?;
        if !pool.leads_on() {
            return Some(Cow::Borrowed(pool));
        }
        let mut judged = pool.clone();
        for (index, endpoint) in pool.endpoints().iter().enumerate() {
            let Target::Set {
                name,
                evaluates_health: true,
            } = &endpoint.target
            else {
                continue;
            };
            // What somebody took out stays out, and so does what a check of its own fails.
            if !endpoint.health.is_usable() {
                continue;
            }
            let target = RrsetKey {
                owner: name.clone(),
                rtype: key.rtype,
            };
            let health = if self.is_healthy_within(&target, depth.saturating_sub(1)) {
                Health::Healthy
            } else {
                Health::Unhealthy
            };
            judged.set_health(index, health);
        }
        Some(Cow::Owned(judged))
    }

    /// Whether a set counts as healthy for endpoints that lead to it.
    pub fn is_healthy(&self, key: &RrsetKey) -> bool {
        self.is_healthy_within(key, Self::MAX_DEPTH)
    }

    /// As [`is_healthy`](Self::is_healthy), with so many sets in a row allowed.
    fn is_healthy_within(&self, key: &RrsetKey, depth: usize) -> bool {
        if depth == 0 {
            return false;
        }
        let judged = self.judged_within(key, depth);
        let policy = self.sets.get(key).map(|(_, policy)| policy);
        match (judged, policy) {
            (Some(pool), Some(policy)) => policy.is_up(&pool),
            _ => false,
        }
    }

    /// Chooses from a set, and from those it leads to; `None` if there is no such set.
    pub fn choose(
        &self,
        key: &RrsetKey,
        asker: &Asker,
        places: &PlaceTable,
        random: &mut Stream,
    ) -> Option<Choice> {
        let mut branches = Vec::new();
        let mut walk = Walk {
            sets: self,
            asker,
            places,
            random,
            branches: &mut branches,
        };
        let (addresses, ttl) = walk.descend(key, None, Self::MAX_DEPTH)?;
        let scopes = branches.iter().map(|branch| branch.decision.scope);
        Some(Choice {
            addresses,
            ttl,
            scope: scopes.max().flatten(),
            branches,
        })
    }

    /// Every address that a set can lead to, each once.
    pub fn addresses(&self, key: &RrsetKey) -> Vec<IpAddr> {
        let mut found = Vec::new();
        self.gather(key, Self::MAX_DEPTH, &mut found);
        found
    }

    /// Everything a set can be answered with, as one set with its TTL; `None` if that is nothing.
    pub fn rrset(&self, key: &RrsetKey) -> Option<Rrset> {
        let (pool, _) = self.get(key)?;
        rrset_of(key, pool.ttl(), self.addresses(key).into_iter())
    }

    /// Adds the addresses that a set can lead to.
    fn gather(&self, key: &RrsetKey, depth: usize, found: &mut Vec<IpAddr>) {
        let Some((pool, _)) = self.get(key).filter(|_| depth > 0) else {
            return;
        };
        for endpoint in pool.endpoints() {
            match &endpoint.target {
                Target::Address(address) if found.contains(address) => {}
                Target::Address(address) => found.push(*address),
                Target::Set { name, .. } => {
                    let target = RrsetKey {
                        owner: name.clone(),
                        rtype: key.rtype,
                    };
                    self.gather(&target, depth - 1, found);
                }
            }
        }
    }

    /// What is wrong with the sets, and with which.
    pub fn faults(&self) -> Vec<(RrsetKey, TreeFault)> {
        let mut faults = Vec::new();
        for (key, (pool, policy)) in &self.sets {
            let fault = policy.fault(pool).map(TreeFault::Policy);
            let fault = fault.or_else(|| self.fault_below(key, &mut Vec::new()));
            faults.extend(fault.map(|fault| (key.clone(), fault)));
        }
        faults
    }

    /// What is wrong on the paths from a set; `path` has the names before it.
    fn fault_below(&self, key: &RrsetKey, path: &mut Vec<Name>) -> Option<TreeFault> {
        let (pool, _) = self.get(key)?;
        path.push(key.owner.clone());
        if path.len() > Self::MAX_DEPTH {
            return Some(TreeFault::TooDeep);
        }
        for name in pool.endpoints().iter().filter_map(|e| e.alias_name()) {
            let target = RrsetKey {
                owner: name.clone(),
                rtype: key.rtype,
            };
            if path.first() == Some(name) {
                path.push(name.clone());
                return Some(TreeFault::Loop(std::mem::take(path)));
            }
            // A circle that does not come back to the first name is told at its own names.
            if path.contains(name) {
                continue;
            }
            if !self.sets.contains_key(&target) {
                if path.len() == 1 {
                    return Some(TreeFault::NoSuchSet(target));
                }
                // It is told at the set that leads there.
                continue;
            }
            let fault = self.fault_below(&target, path);
            if fault.is_some() {
                return fault;
            }
        }
        path.pop();
        None
    }
}

/// One walk through a tree.
struct Walk<'w> {
    /// The sets.
    sets: &'w PolicySets,
    /// Who asks.
    asker: &'w Asker,
    /// Where askers are.
    places: &'w PlaceTable,
    /// What policies draw from.
    random: &'w mut Stream,
    /// The decisions so far.
    branches: &'w mut Vec<Branch>,
}

impl Walk<'_> {
    /// The addresses a set chooses and their TTL.
    fn descend(
        &mut self,
        key: &RrsetKey,
        from: Option<&Name>,
        depth: usize,
    ) -> Option<(Vec<IpAddr>, Ttl)> {
        let (_, policy) = self.sets.get(key).filter(|_| depth > 0)?;
        let pool = self.sets.judged_within(key, depth)?;
        let decision = policy.decide(&pool, self.asker, self.places, self.random);
        let targets: Vec<Target> = { decision.endpoints(&pool) }
            .map(|endpoint| endpoint.target.clone())
            .collect();
        let own_ttl = decision.ttl;
        self.branches.push(Branch {
            from: from.cloned(),
            pool: pool.into_owned(),
            policy: policy.clone(),
            decision,
        });
        let (mut addresses, mut ttl) = (Vec::new(), None::<Ttl>);
        let mut add = |found: Vec<IpAddr>, its_ttl: Ttl| {
            for address in found {
                if !addresses.contains(&address) {
                    addresses.push(address);
                }
            }
            ttl = Some(ttl.map_or(its_ttl, |ttl| ttl.min(its_ttl)));
        };
        for target in targets {
            match target {
                Target::Address(address) => add(vec![address], own_ttl),
                Target::Set { name, .. } => {
                    let target = RrsetKey {
                        owner: name,
                        rtype: key.rtype,
                    };
                    if let Some((found, its_ttl)) =
                        self.descend(&target, Some(&key.owner), depth - 1)
                    {
                        add(found, its_ttl);
                    }
                }
            }
        }
        Some((addresses, ttl.unwrap_or(own_ttl)))
    }
}
