//! What makes a population one that can be simulated.

use std::error::Error;
use std::fmt;

use super::{Change, Population};
use crate::engine::policy::{PolicySets, TreeFault};

/// Why a population cannot be simulated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PopulationError {
    /// The duration is zero.
    NoDuration,
    /// The bin is zero.
    NoBin,
    /// More bins and changes than [`Population::MOST_SEGMENTS`].
    TooManySegments,
    /// No provider, or more than [`Population::MOST_PROVIDERS`].
    Providers,
    /// A provider, by index, without a site.
    NoSite(usize),
    /// A group of resolvers, by index, without resolvers.
    NoResolvers(usize),
    /// More clients than [`Population::MOST_CLIENTS`].
    TooManyClients,
    /// More groups of clients or of resolvers than [`Population::MOST_GROUPS`].
    TooManyGroups,
    /// A group of clients, by index, asks resolvers that are not there, or its shares are not
    /// numbers above 0.
    Resolvers(usize),
    /// A group of clients, by index, without a prefix, or all of them with more than
    /// [`Population::MOST_PREFIXES`].
    Prefixes(usize),
    /// The requests of a group of clients, by index, are no rate: negative, not a number, or
    /// more than a million per second.
    Rate(usize),
    /// A change, by index, names a provider or a group that is not there, or a factor below 0.
    Change(usize),
    /// A change, by index, comes before the one it is listed behind.
    Order(usize),
    /// An anycast address, by its place in the list, is none the name is answered with.
    Anycast(usize),
    /// The price is negative or no number.
    Price,
    /// Endpoints lead to sets that are not there, or in a circle.
    Branches,
}

impl fmt::Display for PopulationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let one = |index: &usize| index + 1;
        match self {
            Self::NoDuration => f.write_str("The duration must be longer than zero."),
            Self::NoBin => f.write_str("A bin must be longer than zero."),
            Self::TooManySegments => write!(
                f,
                "Bins and changes cut the time into too many pieces; {} are the most. Make the bins wider.",
                Population::MOST_SEGMENTS
            ),
            Self::Providers => write!(
                f,
                "A zone needs 1 to {} providers.",
                Population::MOST_PROVIDERS
            ),
            Self::NoSite(index) => write!(f, "Provider {} needs a site.", one(index)),
            Self::NoResolvers(index) => {
                write!(
                    f,
                    "Resolver group {} needs at least one resolver.",
                    one(index)
                )
            }
            Self::TooManyClients => write!(
                f,
                "There are too many clients; {} are the most.",
                Population::MOST_CLIENTS
            ),
            Self::TooManyGroups => write!(
                f,
                "There are too many groups; {} of clients and as many of resolvers are the most.",
                Population::MOST_GROUPS
            ),
            Self::Resolvers(index) => write!(
                f,
                "Client group {} needs resolvers that exist, with shares above 0.",
                one(index)
            ),
            Self::Prefixes(index) => write!(
                f,
                "Client group {} needs at least one prefix, and all groups together at most {}.",
                one(index),
                Population::MOST_PREFIXES
            ),
            Self::Rate(index) => write!(
                f,
                "Client group {} needs a rate from 0 to 1000000 requests per second.",
                one(index)
            ),
            Self::Change(index) => write!(
                f,
                "Change {} names something that is not there, or a factor below 0.",
                one(index)
            ),
            Self::Order(index) => write!(
                f,
                "Change {} is earlier than the one before it; list changes in order of time.",
                one(index)
            ),
            Self::Anycast(index) => write!(
                f,
                "Anycast address {} is none that the name is answered with.",
                one(index)
            ),
            Self::Price => f.write_str("The price must be 0 or more."),
            Self::Branches => {
                f.write_str("An alias leads to a set that is not there, or in a circle.")
            }
        }
    }
}

impl Error for PopulationError {}

impl Population {
    /// Clients at most.
    pub const MOST_CLIENTS: u64 = 2_000_000;
    /// Pieces of time at most: bins, and changes inside them.
    pub const MOST_SEGMENTS: u64 = 20_000;
    /// Providers at most.
    pub const MOST_PROVIDERS: usize = 8;
    /// Groups of clients, and of resolvers, at most.
    pub const MOST_GROUPS: usize = 256;
    /// Client prefixes at most.
    pub const MOST_PREFIXES: u64 = 65_536;

    /// Whether it can be simulated.
    ///
    /// # Errors
    /// The first thing found that is out of range.
    pub fn check(&self) -> Result<(), PopulationError> {
        use PopulationError as Fault;
        if self.duration.as_micros() == 0 {
            return Err(Fault::NoDuration);
        }
        if self.bin.as_micros() == 0 {
            return Err(Fault::NoBin);
        }
        let bins = self.duration.as_micros().div_ceil(self.bin.as_micros());
        if bins.saturating_add(self.timeline.len() as u64) > Self::MOST_SEGMENTS {
            return Err(Fault::TooManySegments);
        }
        let providers = &self.service.providers;
        if !(1..=Self::MOST_PROVIDERS).contains(&providers.len()) {
            return Err(Fault::Providers);
        }
        if let Some(index) = providers.iter().position(|p| p.sites.is_empty()) {
            return Err(Fault::NoSite(index));
        }
        let price = self.service.price_per_million;
        if !price.is_finite() || price < 0.0 {
            return Err(Fault::Price);
        }
        let mut sets = PolicySets::default();
        for (pool, policy) in &self.service.branches {
            sets.insert(pool.clone(), policy.clone());
        }
        sets.insert(self.service.pool.clone(), self.service.policy.clone());
        let is_off = |fault: &TreeFault| !matches!(fault, TreeFault::Policy(_));
        if sets.faults().iter().any(|(_, fault)| is_off(fault)) {
            return Err(Fault::Branches);
        }
        if let Some(index) = self.resolvers.iter().position(|group| group.count == 0) {
            return Err(Fault::NoResolvers(index));
        }
        if self.clients.len().max(self.resolvers.len()) > Self::MOST_GROUPS {
            return Err(Fault::TooManyGroups);
        }
        let clients: u64 = self.clients.iter().map(|g| u64::from(g.count)).sum();
        if clients > Self::MOST_CLIENTS {
            return Err(Fault::TooManyClients);
        }
        self.check_clients()?;
        self.check_timeline()
    }

    /// Whether the clients are sound.
    fn check_clients(&self) -> Result<(), PopulationError> {
        let mut prefixes = 0;
        for (index, group) in self.clients.iter().enumerate() {
            let is_there = |&(resolver, share): &(usize, f64)| {
                resolver < self.resolvers.len() && share.is_finite() && share >= 0.0
            };
            let has_any = group.resolvers.iter().any(|&(_, share)| share > 0.0);
            if !has_any || !group.resolvers.iter().all(is_there) {
                return Err(PopulationError::Resolvers(index));
            }
            prefixes += u64::from(group.prefixes);
            if group.prefixes == 0 || prefixes > Self::MOST_PREFIXES {
                return Err(PopulationError::Prefixes(index));
            }
            if !(0.0..=1e6).contains(&group.rate) {
                return Err(PopulationError::Rate(index));
            }
        }
        Ok(())
    }

    /// Whether the timeline is sound.
    fn check_timeline(&self) -> Result<(), PopulationError> {
        let providers = self.service.providers.len();
        let is_provider = |index: Option<usize>| index.is_none_or(|index| index < providers);
        let addresses = self.addresses().len();
        let is_site = |address: usize, site: usize| {
            let mut sites = self.service.anycast.iter();
            sites.any(|(known, anycast)| *known == address && site < anycast.sites().len())
        };
        let mut anycast = self.service.anycast.iter();
        if let Some(index) = anycast.position(|(address, _)| *address >= addresses) {
            return Err(PopulationError::Anycast(index));
        }
        for (index, (at, change)) in self.timeline.iter().enumerate() {
            let is_sound = match change {
                Change::SetPool { provider, .. } | Change::SetPolicy { provider, .. } => {
                    is_provider(*provider)
                }
                Change::SetProviderUp { provider, .. } => is_provider(Some(*provider)),
                Change::SetCondition { address, .. } => *address < addresses,
                Change::SetAnnounced { address, site, .. }
                | Change::SetSiteUp { address, site, .. } => is_site(*address, *site),
                Change::SetDemand { group, factor } => {
                    group.is_none_or(|group| group < self.clients.len())
                        && (0.0..=1e6).contains(factor)
                }
            };
            if !is_sound {
                return Err(PopulationError::Change(index));
            }
            if index > 0 && self.timeline[index - 1].0 > *at {
                return Err(PopulationError::Order(index));
            }
        }
        Ok(())
    }
}
