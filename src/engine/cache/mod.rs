//! The cache every layer uses: positive and negative entries with an end of life.

mod entry;
mod life;
mod policy;
mod presets;

pub use self::entry::{CacheEntry, CacheFact, Freshness, Rank};
pub use self::life::Life;
pub use self::policy::TtlPolicy;
pub use self::presets::{CachePreset, cache_preset, cache_presets};
use crate::dns::{Name, Question, Rdata, Rrset, RrsetKey, Rtype, Ttl};
use crate::engine::table::{Set, Table};
use crate::engine::{Outcome, SimDuration, SimTime};

/// What a cache can say about a question; see [`Cache::resolve`].
#[derive(Clone, Debug, PartialEq)]
pub struct CachedOutcome {
    /// How the question is settled.
    pub outcome: Outcome,
    /// The aliases that lead to a negative outcome.
    pub aliases: Vec<Rrset>,
    /// The SOA set behind a negative outcome, its TTL counted down.
    pub soa: Option<Rrset>,
    /// For how long all of it stays in the cache; zero if a part is stale.
    pub remaining: SimDuration,
    /// The shortest life any part of it was granted.
    pub lifetime: SimDuration,
    /// How long ago the first part of it ended; zero if all of it is live.
    pub expired_for: SimDuration,
}

/// Records on their way into a cache; see [`Cache::insert`].
#[derive(Clone, Copy, Debug)]
pub struct NewEntry<'a> {
    /// The records.
    pub set: &'a Rrset,
    /// The RRSIG records that cover them.
    pub signatures: Option<&'a Rrset>,
    /// How far they are trusted.
    pub rank: Rank,
    /// What ends within this span counts as ended: the records were fetched to replace it.
    pub leeway: SimDuration,
}

impl<'a> NewEntry<'a> {
    /// Unsigned records that came by the way.
    pub fn of(set: &'a Rrset, rank: Rank) -> Self {
        Self {
            set,
            signatures: None,
            rank,
            leeway: SimDuration::ZERO,
        }
    }
}

/// What became of records; see [`Cache::insert`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stored {
    /// They are in the cache.
    New {
        /// The TTL the cache grants after its own limits.
        granted: Ttl,
        /// When the entry ends.
        expires_at: SimTime,
    },
    /// The same records were there already and keep the end they have.
    Known {
        /// When the entry ends.
        expires_at: SimTime,
    },
    /// Better data was there and stays.
    Outranked,
    /// Their TTL is zero.
    TooShort,
}

/// The longest alias chain a cache follows (BIND's `max-query-restarts`).
pub(crate) const MAX_ALIASES: usize = 11;

/// A DNS cache with the clock passed in.
///
/// An entry is keyed by owner and type; a name that does not exist is stored once, under
/// the pseudo-type [`Cache::WHOLE_NAME`].
#[derive(Clone, Debug)]
pub struct Cache {
    /// The layer's own view of TTLs.
    policy: TtlPolicy,
    /// Entries, dead ones included until they are overwritten or swept.
    entries: Table<RrsetKey, CacheEntry>,
}

impl Cache {
    /// The type under which the absence of a whole name is stored.
    pub const WHOLE_NAME: Rtype = Rtype::ANY;

    /// An empty cache.
    pub fn new(policy: TtlPolicy) -> Self {
        Self {
            policy,
            entries: Table::default(),
        }
    }

    /// The layer's view of TTLs.
    pub fn policy(&self) -> TtlPolicy {
        self.policy
    }

    /// Changes the layer's view of TTLs; entries already stored keep the end they have.
    pub fn set_policy(&mut self, policy: TtlPolicy) {
        self.policy = policy;
    }

    /// Forgets everything.
    pub fn flush(&mut self) {
        self.entries.clear();
    }

    /// The live entries at `now`, oldest key first.
    pub fn entries(&self, now: SimTime) -> impl Iterator<Item = (&RrsetKey, &CacheEntry)> {
        self.entries
            .iter()
            .filter(move |(_, entry)| entry.is_live(now))
    }

    /// The next moment after `now` at which an entry expires.
    pub fn next_expiry(&self, now: SimTime) -> Option<SimTime> {
        self.entries(now)
            .map(|(_, entry)| entry.life.expires_at)
            .min()
    }

    /// The live entry for one owner and type.
    pub fn get(&self, now: SimTime, owner: &Name, rtype: Rtype) -> Option<&CacheEntry> {
        let key = BorrowedKey { owner, rtype };
        self.entries.get(&key).filter(|entry| entry.is_live(now))
    }

    /// Whether the cache remembers records of one owner and type that have ended.
    pub fn has_expired(&self, now: SimTime, owner: &Name, rtype: Rtype) -> bool {
        let entry = self.entries.get(&BorrowedKey { owner, rtype });
        entry.is_some_and(|entry| !entry.is_live(now))
    }

    /// Forgets records of one owner and type that have ended.
    pub fn forget_expired(&mut self, now: SimTime, owner: &Name, rtype: Rtype) {
        if self.has_expired(now, owner, rtype) {
            self.entries.swap_remove(&BorrowedKey { owner, rtype });
        }
    }

    /// The records of one owner and type as fresh as asked for, whatever their rank.
    pub fn records_with(
        &self,
        now: SimTime,
        owner: &Name,
        rtype: Rtype,
        freshness: Freshness,
    ) -> Option<Rrset> {
        let entry = self.entries.get(&BorrowedKey { owner, rtype })?;
        match &entry.fact {
            CacheFact::Records(set) if entry.is_usable(now, freshness) => {
                Some(set.with_ttl(entry.ttl(now, freshness, set.ttl)))
            }
            _ => None,
        }
    }

    /// The live entry that settles a question: records, a missing type or a missing name.
    /// Data that may not answer a client is passed over.
    pub fn lookup(&self, now: SimTime, question: &Question) -> Option<&CacheEntry> {
        self.get(now, &question.qname, question.qtype)
            .filter(|entry| entry.rank.is_answer())
            .or_else(|| self.get(now, &question.qname, Self::WHOLE_NAME))
    }

    /// What the cache alone can say about a question, aliases followed: the outcome, the SOA
    /// behind a negative one, and how long all of it stays. `None` if a link is missing.
    pub fn resolve(&self, now: SimTime, question: &Question) -> Option<CachedOutcome> {
        self.resolve_with(now, question, Freshness::Live)
    }

    /// As [`resolve`](Self::resolve), with data as fresh as asked for.
    pub fn resolve_with(
        &self,
        now: SimTime,
        question: &Question,
        freshness: Freshness,
    ) -> Option<CachedOutcome> {
        let mut chain: Vec<Rrset> = Vec::new();
        let mut links = 0;
        let mut qname = question.qname.clone();
        let mut found = CachedOutcome {
            outcome: Outcome::NoData,
            aliases: Vec::new(),
            soa: None,
            remaining: SimDuration::from_micros(u64::MAX),
            lifetime: SimDuration::from_micros(u64::MAX),
            expired_for: SimDuration::ZERO,
        };
        loop {
            let entry = self.settling_entry(now, &qname, question.qtype, freshness)?;
            found.remaining = found.remaining.min(entry.remaining(now));
            found.lifetime = found.lifetime.min(entry.lifetime());
            found.expired_for = found.expired_for.max(now.since(entry.life.expires_at));
            let counted = |set: &Rrset| set.with_ttl(entry.ttl(now, freshness, set.ttl));
            let soa = match &entry.fact {
                CacheFact::NoData(soa) => soa,
                CacheFact::NxDomain(soa) => {
                    found.outcome = Outcome::NxDomain;
                    soa
                }
                CacheFact::Records(set) => {
                    let is_link = set.rtype == Rtype::CNAME && question.qtype != Rtype::CNAME;
                    if set.rtype == Rtype::CNAME {
                        chain.extend(self.maker_of(now, set, freshness));
                    }
                    chain.push(counted(set));
                    chain.extend(entry.signatures.as_ref().map(counted));
                    match set.alias_target() {
                        Some(target) if is_link => {
                            links += 1;
                            let is_same =
                                |set: &Rrset| set.rtype == Rtype::CNAME && set.owner == target;
                            let is_loop = chain.iter().any(is_same);
                            if links > MAX_ALIASES || is_loop {
                                return None;
                            }
                            qname = target;
                            continue;
                        }
                        _ => {
                            found.outcome = Outcome::Answer(chain);
                            return Some(found);
                        }
                    }
                }
            };
            found.soa = soa.as_ref().map(counted);
            found.aliases = chain;
            return Some(found);
        }
    }

    /// What a positive answer that has ended may still say within the policy's
    /// [grace](TtlPolicy::grace); a fresh one has to be fetched behind it.
    pub fn resolve_in_grace(&self, now: SimTime, question: &Question) -> Option<CachedOutcome> {
        let grace = SimDuration::from_secs(u64::from(self.policy.grace));
        if grace == SimDuration::ZERO {
            return None;
        }
        let freshness = Freshness::Stale {
            max: Some(grace),
            reply_ttl: 0,
        };
        let found = self.resolve_with(now, question, freshness);
        found.filter(|found| matches!(found.outcome, Outcome::Answer(_)))
    }

    /// The DNAME set that made an alias, and its signatures: the alias is but its shadow
    /// ([RFC 6672 §3.2](https://www.rfc-editor.org/rfc/rfc6672#section-3.2)).
    fn maker_of(&self, now: SimTime, alias: &Rrset, freshness: Freshness) -> Vec<Rrset> {
        let target = alias.alias_target();
        let made = alias.owner.ancestors().skip(1).find_map(|owner| {
            let key = BorrowedKey {
                owner: &owner,
                rtype: Rtype::DNAME,
            };
            let entry = self.entries.get(&key)?;
            let entry = Some(entry).filter(|entry| entry.is_usable(now, freshness))?;
            let CacheFact::Records(set) = &entry.fact else {
                return None;
            };
            let makes = set.synthesized_alias(&alias.owner)?.alias_target();
            (makes == target).then_some((entry, set))
        });
        let Some((entry, set)) = made else {
            return Vec::new();
        };
        let counted = |set: &Rrset| set.with_ttl(entry.ttl(now, freshness, set.ttl));
        let both = [Some(set), entry.signatures.as_ref()];
        both.into_iter().flatten().map(counted).collect()
    }

    /// The entry that settles a name and type, or leads on as an alias.
    fn settling_entry(
        &self,
        now: SimTime,
        owner: &Name,
        qtype: Rtype,
        freshness: Freshness,
    ) -> Option<&CacheEntry> {
        let of_type = |rtype| {
            self.entries
                .get(&BorrowedKey { owner, rtype })
                .filter(|entry| entry.is_usable(now, freshness))
        };
        let answer = of_type(qtype).filter(|entry| entry.rank.is_answer());
        let missing = of_type(Self::WHOLE_NAME);
        let settled = match (answer, missing) {
            // What has ended and was denied since is gone.
            (Some(old), Some(new))
                if !old.is_live(now) && new.life.stored_at > old.life.stored_at =>
            {
                Some(new)
            }
            (answer, missing) => answer.or(missing),
        };
        settled.or_else(|| {
            let alias = of_type(Rtype::CNAME).filter(|_| qtype != Rtype::CNAME);
            alias.filter(|entry| entry.rank.is_answer())
        })
    }

    /// Stores records. Returns the TTL granted and the end of the entry, or `None` when
    /// live data of a higher rank stays, or the TTL is zero.
    pub fn store(&mut self, now: SimTime, set: &Rrset, rank: Rank) -> Option<(Ttl, SimTime)> {
        match self.insert(now, NewEntry::of(set, rank)) {
            Stored::New {
                granted,
                expires_at,
            } => Some((granted, expires_at)),
            Stored::Known { expires_at } => Some((expires_at.since(now).as_ttl(), expires_at)),
            Stored::Outranked | Stored::TooShort => None,
        }
    }

    /// Stores records by the rules of [RFC 2181 §5.4.1](https://www.rfc-editor.org/rfc/rfc2181#section-5.4.1):
    /// live data of a higher rank stays. The same data again does not prolong its life, and
    /// new name servers do not prolong a delegation, so that a zone whose parent has
    /// withdrawn it ends ("ghost domains", Jiang et al., NDSS 2012). What ends within the
    /// leeway counts as ended already.
    pub fn insert(&mut self, now: SimTime, new: NewEntry<'_>) -> Stored {
        let set = new.set;
        let granted = self.policy.grant(set.ttl);
        let Some(mut life) = Life::granted(now, granted) else {
            return Stored::TooShort;
        };
        self.make_room(now);
        let known = self.entries.get(&BorrowedKey::of(set));
        if let Some(known) = known.filter(|known| known.is_live(now + new.leeway)) {
            let is_same = matches!(&known.fact, CacheFact::Records(old) if same_data(old, set));
            if known.rank > new.rank {
                return Stored::Outranked;
            }
            if known.rank == new.rank && is_same {
                return Stored::Known {
                    expires_at: known.life.expires_at,
                };
            }
            if set.rtype == Rtype::NS {
                life.expires_at = life.expires_at.min(known.life.expires_at);
            }
        }
        let entry = CacheEntry {
            fact: CacheFact::Records(set.clone()),
            rank: new.rank,
            signatures: new.signatures.cloned(),
            life,
        };
        self.entries.insert(set.key(), entry);
        // Records prove that the name exists.
        self.entries.swap_remove(&BorrowedKey {
            owner: &set.owner,
            rtype: Self::WHOLE_NAME,
        });
        Stored::New {
            granted: life.remaining(now).as_ttl(),
            expires_at: life.expires_at,
        }
    }

    /// Stores that a type (`Some`) or a whole name (`None`) does not exist.
    ///
    /// The life is the smaller of the SOA's own TTL and its MINIMUM field
    /// ([RFC 2308 §5](https://www.rfc-editor.org/rfc/rfc2308#section-5)), cut by the policy;
    /// without a SOA nothing is stored.
    pub fn store_negative(
        &mut self,
        now: SimTime,
        owner: &Name,
        rtype: Option<Rtype>,
        soa: Option<&Rrset>,
    ) -> Option<(Ttl, SimTime)> {
        let set = soa?;
        let granted = self.policy.grant_negative(set.ttl.min(set.soa()?.minimum));
        self.insert_negative(now, owner, rtype, soa, granted)
    }

    /// As [`store_negative`](Self::store_negative), for the time given.
    pub fn insert_negative(
        &mut self,
        now: SimTime,
        owner: &Name,
        rtype: Option<Rtype>,
        soa: Option<&Rrset>,
        granted: Ttl,
    ) -> Option<(Ttl, SimTime)> {
        let life = Life::granted(now, granted)?;
        self.make_room(now);
        let soa = soa.cloned();
        let fact = match rtype {
            Some(_) => CacheFact::NoData(soa),
            None => CacheFact::NxDomain(soa),
        };
        let key = RrsetKey {
            owner: owner.clone(),
            rtype: rtype.unwrap_or(Self::WHOLE_NAME),
        };
        let entry = CacheEntry {
            fact,
            rank: Rank::Answer,
            signatures: None,
            life,
        };
        self.entries.insert(key, entry);
        Some((granted, life.expires_at))
    }

    /// Lets the expired data that answers a question count as expired just now.
    pub fn reset_expiry(&mut self, now: SimTime, question: &Question) {
        let rtypes = [question.qtype, Rtype::CNAME, Self::WHOLE_NAME];
        for rtype in rtypes {
            let owner = &question.qname;
            if let Some(entry) = self.entries.get_mut(&BorrowedKey { owner, rtype })
                && !entry.is_live(now)
            {
                entry.life.expires_at = now;
            }
        }
    }

    /// Keeps the number of entries within the capacity: dead entries go first, then the
    /// one closest to its end.
    fn make_room(&mut self, now: SimTime) {
        if self.entries.len() < self.policy.capacity.max(1) {
            return;
        }
        self.entries.retain(|_, entry| entry.is_live(now));
        while self.entries.len() >= self.policy.capacity.max(1) {
            let soonest = self
                .entries
                .values()
                .map(|entry| entry.life.expires_at)
                .enumerate();
            let Some((index, _)) = soonest.min_by_key(|(_, expires_at)| *expires_at) else {
                return;
            };
            self.entries.swap_remove_index(index);
        }
    }
}

/// A key that need not own its name.
#[derive(Hash)]
struct BorrowedKey<'a> {
    /// As [`RrsetKey::owner`].
    owner: &'a Name,
    /// As [`RrsetKey::rtype`].
    rtype: Rtype,
}

impl<'a> BorrowedKey<'a> {
    /// The key of a set.
    fn of(set: &'a Rrset) -> Self {
        Self {
            owner: &set.owner,
            rtype: set.rtype,
        }
    }
}

/// Whether two sets hold the same records, in whatever order.
fn same_data(a: &Rrset, b: &Rrset) -> bool {
    if a.data.len() != b.data.len() || a.data == b.data {
        return a.data.len() == b.data.len();
    }
    // A set may have hundreds.
    let known: Set<&Rdata> = b.data.iter().collect();
    a.data.iter().all(|item| known.contains(item))
}

impl indexmap::Equivalent<RrsetKey> for BorrowedKey<'_> {
    fn equivalent(&self, key: &RrsetKey) -> bool {
        self.rtype == key.rtype && *self.owner == key.owner
    }
}

#[cfg(test)]
mod tests;
