//! The cache every layer uses: positive and negative entries with an end of life.

use indexmap::IndexMap;
use indexmap::map::Entry;
use serde::{Deserialize, Serialize};

use crate::dns::{Name, Question, Rrset, RrsetKey, Rtype, Ttl};
use crate::engine::{Outcome, SimDuration, SimTime};

/// How far data is trusted ([RFC 2181 §5.4.1], lowest first).
///
/// [RFC 2181 §5.4.1]: https://www.rfc-editor.org/rfc/rfc2181#section-5.4.1
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rank {
    /// The additional section of a response, glue included.
    Additional,
    /// The authority section of a referral.
    Referral,
    /// The answer section of a response without AA, such as a resolver's.
    NonAuthoritativeAnswer,
    /// The authority section of a response with AA.
    Authority,
    /// The answer section of a response with AA.
    Answer,
}

impl Rank {
    /// Whether a client may be answered with such data; what came only as a pointer on
    /// the way may not ([RFC 2181 §5.4.1](https://www.rfc-editor.org/rfc/rfc2181#section-5.4.1)).
    pub fn is_answer(self) -> bool {
        self >= Self::NonAuthoritativeAnswer
    }
}

/// What one cache layer makes of the TTLs it is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TtlPolicy {
    /// Shorter TTLs are raised to this many seconds.
    pub floor: u32,
    /// Longer TTLs are cut to this many seconds.
    pub cap: u32,
    /// Negative entries are cut to this many seconds; 0 keeps none.
    pub negative_cap: u32,
    /// Every positive entry lives exactly this many seconds, whatever its TTL says.
    pub hold: Option<u32>,
    /// The most entries kept.
    pub capacity: usize,
}

impl TtlPolicy {
    /// Obeys every TTL up to the protocol's limit of 2^31 − 1 seconds ([RFC 2181 §8](https://www.rfc-editor.org/rfc/rfc2181#section-8)).
    pub const HONEST: Self = Self {
        floor: 0,
        cap: i32::MAX as u32,
        negative_cap: i32::MAX as u32,
        hold: None,
        capacity: 100_000,
    };
    /// Chromium: the system resolver hands over no TTL, so 60 s flat, and failures not at
    /// all (`kCacheEntryTTLSeconds`, `kNegativeCacheEntryTTLSeconds`).
    pub const CHROMIUM: Self = Self {
        hold: Some(60),
        negative_cap: 0,
        capacity: 1000,
        ..Self::HONEST
    };
    /// Firefox: 60 s flat (`network.dnsCacheExpiration`).
    pub const FIREFOX: Self = Self {
        hold: Some(60),
        negative_cap: 60,
        capacity: 400,
        ..Self::HONEST
    };
    /// systemd-resolved: TTL up to 2 h, 4096 entries (`resolved-dns-cache.c`).
    pub const SYSTEMD_RESOLVED: Self = Self {
        cap: 7200,
        negative_cap: 7200,
        capacity: 4096,
        ..Self::HONEST
    };
    /// Windows client: TTL up to 86 400 s, negative answers up to 900 s (TechNet, `MaxCacheEntryTtlLimit`).
    pub const WINDOWS: Self = Self {
        cap: 86_400,
        negative_cap: 900,
        ..Self::HONEST
    };
    /// Unbound: TTL up to 86 400 s, negative 3600 s (`cache-max-ttl`, `cache-max-negative-ttl`).
    pub const UNBOUND: Self = Self {
        cap: 86_400,
        negative_cap: 3600,
        ..Self::HONEST
    };
    /// BIND: TTL up to 604 800 s, negative 10 800 s (`max-cache-ttl`, `max-ncache-ttl`).
    pub const BIND: Self = Self {
        cap: 604_800,
        negative_cap: 10_800,
        ..Self::HONEST
    };
    /// PowerDNS Recursor: TTL up to 86 400 s, negative 3600 s, at least 1 s (`max-cache-ttl`,
    /// `max-negative-ttl`, `minimum-ttl-override`).
    pub const POWERDNS: Self = Self {
        floor: 1,
        cap: 86_400,
        negative_cap: 3600,
        ..Self::HONEST
    };

    /// The seconds a positive entry may live.
    pub fn grant(&self, ttl: Ttl) -> Ttl {
        match self.hold {
            Some(hold) => Ttl::from_secs(hold),
            // A record that asks not to be cached is only kept by a layer with a floor.
            None => Ttl::from_secs(ttl.as_secs().max(self.floor).min(self.cap)),
        }
    }

    /// The seconds a negative entry may live.
    pub fn grant_negative(&self, ttl: Ttl) -> Ttl {
        Ttl::from_secs(ttl.as_secs().min(self.negative_cap))
    }
}

/// What an entry remembers.
#[derive(Clone, Debug, PartialEq)]
pub enum CacheFact {
    /// These records exist.
    Records(Rrset),
    /// The name exists without records of this type; the SOA set that said so.
    NoData(Option<Rrset>),
    /// The name does not exist; the SOA set that said so.
    NxDomain(Option<Rrset>),
}

/// One remembered fact with its end of life.
#[derive(Clone, Debug, PartialEq)]
pub struct CacheEntry {
    /// What is remembered.
    pub fact: CacheFact,
    /// How far it is trusted.
    pub rank: Rank,
    /// When it was stored.
    pub stored_at: SimTime,
    /// When it stops being used.
    pub expires_at: SimTime,
}

impl CacheEntry {
    /// The time left at `now`.
    pub fn remaining(&self, now: SimTime) -> SimDuration {
        self.expires_at.since(now)
    }

    /// The life the entry was granted.
    pub fn lifetime(&self) -> SimDuration {
        self.expires_at.since(self.stored_at)
    }

    /// Whether the entry may still be used at `now`. It may not at the very moment of expiry.
    pub fn is_live(&self, now: SimTime) -> bool {
        now < self.expires_at
    }

    /// The records, their TTL counted down to `now`.
    pub fn records(&self, now: SimTime) -> Option<Rrset> {
        match &self.fact {
            CacheFact::Records(set) => Some(set.with_ttl(self.remaining(now).as_ttl())),
            _ => None,
        }
    }
}

/// What a cache can say about a question; see [`Cache::resolve`].
#[derive(Clone, Debug, PartialEq)]
pub struct CachedOutcome {
    /// How the question is settled.
    pub outcome: Outcome,
    /// The aliases that lead to a negative outcome.
    pub aliases: Vec<Rrset>,
    /// The SOA set behind a negative outcome, its TTL counted down.
    pub soa: Option<Rrset>,
    /// For how long all of it stays in the cache.
    pub remaining: SimDuration,
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
    entries: IndexMap<RrsetKey, CacheEntry>,
}

impl Cache {
    /// The type under which the absence of a whole name is stored.
    pub const WHOLE_NAME: Rtype = Rtype::ANY;

    /// An empty cache.
    pub fn new(policy: TtlPolicy) -> Self {
        Self {
            policy,
            entries: IndexMap::new(),
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
        self.entries(now).map(|(_, entry)| entry.expires_at).min()
    }

    /// The live entry for one owner and type.
    pub fn get(&self, now: SimTime, owner: &Name, rtype: Rtype) -> Option<&CacheEntry> {
        let key = BorrowedKey { owner, rtype };
        self.entries.get(&key).filter(|entry| entry.is_live(now))
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
        let mut chain: Vec<Rrset> = Vec::new();
        let mut qname = question.qname.clone();
        let mut remaining = SimDuration::from_micros(u64::MAX);
        loop {
            let step = Question {
                qname: qname.clone(),
                ..question.clone()
            };
            let entry = match self.lookup(now, &step) {
                Some(entry) => entry,
                None if question.qtype == Rtype::CNAME => return None,
                None => self
                    .get(now, &qname, Rtype::CNAME)
                    .filter(|e| e.rank.is_answer())?,
            };
            remaining = remaining.min(entry.remaining(now));
            let (outcome, soa) = match &entry.fact {
                CacheFact::NoData(soa) => (Outcome::NoData, soa.as_ref()),
                CacheFact::NxDomain(soa) => (Outcome::NxDomain, soa.as_ref()),
                CacheFact::Records(set) => {
                    let is_link = set.rtype == Rtype::CNAME && question.qtype != Rtype::CNAME;
                    chain.push(set.with_ttl(entry.remaining(now).as_ttl()));
                    match set.alias_target() {
                        Some(target) if is_link => {
                            if chain.len() > MAX_ALIASES || chain.iter().any(|s| s.owner == target)
                            {
                                return None;
                            }
                            qname = target;
                            continue;
                        }
                        _ => (Outcome::Answer(std::mem::take(&mut chain)), None),
                    }
                }
            };
            let soa = soa.map(|set| set.with_ttl(entry.remaining(now).as_ttl()));
            return Some(CachedOutcome {
                outcome,
                aliases: chain,
                soa,
                remaining,
            });
        }
    }

    /// Stores records. Returns the TTL granted and the end of the entry, or `None` when
    /// live data of a higher rank stays, or the TTL is zero.
    pub fn store(&mut self, now: SimTime, set: &Rrset, rank: Rank) -> Option<(Ttl, SimTime)> {
        let granted = self.policy.grant(set.ttl);
        let expires_at = now + SimDuration::from(granted);
        if expires_at <= now {
            return None;
        }
        self.make_room(now);
        let entry = CacheEntry {
            fact: CacheFact::Records(set.clone()),
            rank,
            stored_at: now,
            expires_at,
        };
        match self.entries.entry(set.key()) {
            Entry::Vacant(vacant) => {
                vacant.insert(entry);
            }
            Entry::Occupied(mut occupied) => {
                let known = occupied.get();
                if known.is_live(now) && known.rank > rank {
                    return None;
                }
                occupied.insert(entry);
            }
        }
        // Records prove that the name exists.
        self.entries.swap_remove(&BorrowedKey {
            owner: &set.owner,
            rtype: Self::WHOLE_NAME,
        });
        Some((granted, expires_at))
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
        let expires_at = now + SimDuration::from(granted);
        if expires_at <= now {
            return None;
        }
        self.make_room(now);
        let fact = match rtype {
            Some(_) => CacheFact::NoData(Some(set.clone())),
            None => CacheFact::NxDomain(Some(set.clone())),
        };
        let key = RrsetKey {
            owner: owner.clone(),
            rtype: rtype.unwrap_or(Self::WHOLE_NAME),
        };
        let entry = CacheEntry {
            fact,
            rank: Rank::Answer,
            stored_at: now,
            expires_at,
        };
        self.entries.insert(key, entry);
        Some((granted, expires_at))
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
                .map(|entry| entry.expires_at)
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

impl indexmap::Equivalent<RrsetKey> for BorrowedKey<'_> {
    fn equivalent(&self, key: &RrsetKey) -> bool {
        self.rtype == key.rtype && *self.owner == key.owner
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dns::parse_records;

    fn name(text: &str) -> Name {
        text.parse().expect("a valid name")
    }

    fn sets(text: &str) -> Vec<Rrset> {
        parse_records(&name("example.com"), text).expect("good records")
    }

    fn at(secs: u64) -> SimTime {
        SimTime::ZERO + SimDuration::from_secs(secs)
    }

    fn question(qname: &str) -> Question {
        Question::new(name(qname), Rtype::A)
    }

    #[test]
    fn entry_lives_until_its_ttl_and_not_at_it() {
        let mut cache = Cache::new(TtlPolicy::HONEST);
        cache.store(at(0), &sets("www 300 A 192.0.2.1\n")[0], Rank::Answer);
        assert!(
            cache
                .lookup(at(299), &question("www.example.com"))
                .is_some()
        );
        assert!(
            cache
                .lookup(at(300), &question("www.example.com"))
                .is_none()
        );
    }

    #[test]
    fn remaining_ttl_counts_down() {
        let mut cache = Cache::new(TtlPolicy::HONEST);
        cache.store(at(0), &sets("www 300 A 192.0.2.1\n")[0], Rank::Answer);
        let entry = cache
            .lookup(at(100), &question("www.example.com"))
            .expect("live");
        assert_eq!(
            entry.records(at(100)).expect("records").ttl,
            Ttl::from_secs(200)
        );
    }

    #[test]
    fn glue_does_not_replace_an_answer_and_does_not_answer() {
        let mut cache = Cache::new(TtlPolicy::HONEST);
        let glue = &sets("ns1 300 A 192.0.2.1\n")[0];
        cache.store(at(0), glue, Rank::Additional);
        assert!(cache.lookup(at(1), &question("ns1.example.com")).is_none());
        let answer = &sets("ns1 300 A 192.0.2.2\n")[0];
        cache.store(at(2), answer, Rank::Answer);
        assert_eq!(cache.store(at(3), glue, Rank::Additional), None);
        let entry = cache
            .lookup(at(4), &question("ns1.example.com"))
            .expect("live");
        assert_eq!(entry.fact, CacheFact::Records(answer.clone()));
    }

    #[test]
    fn negative_life_is_the_smaller_of_soa_ttl_and_minimum() {
        for (ttl, minimum, expected) in [(3600, 900, 900), (60, 900, 60)] {
            let soa = &sets(&format!(
                "@ {ttl} SOA ns1 host 1 7200 900 1209600 {minimum}\n"
            ))[0];
            let mut cache = Cache::new(TtlPolicy::HONEST);
            let stored = cache.store_negative(at(0), &name("nope.example.com"), None, Some(soa));
            assert_eq!(stored.map(|(ttl, _)| ttl.as_secs()), Some(expected));
        }
    }

    #[test]
    fn missing_name_settles_every_type() {
        let soa = &sets("@ 900 SOA ns1 host 1 7200 900 1209600 900\n")[0];
        let mut cache = Cache::new(TtlPolicy::HONEST);
        cache.store_negative(at(0), &name("nope.example.com"), None, Some(soa));
        let aaaa = Question::new(name("nope.example.com"), Rtype::AAAA);
        assert!(cache.lookup(at(899), &aaaa).is_some());
        assert!(cache.lookup(at(900), &aaaa).is_none());
    }

    #[test]
    fn presets_bend_the_ttl_as_documented() {
        let secs = |policy: TtlPolicy, ttl| policy.grant(Ttl::from_secs(ttl)).as_secs();
        assert_eq!(secs(TtlPolicy::CHROMIUM, 5), 60);
        assert_eq!(secs(TtlPolicy::CHROMIUM, 86_400), 60);
        assert_eq!(secs(TtlPolicy::SYSTEMD_RESOLVED, 86_400), 7200);
        assert_eq!(secs(TtlPolicy::UNBOUND, 172_800), 86_400);
        assert_eq!(secs(TtlPolicy::HONEST, 172_800), 172_800);
    }

    #[test]
    fn full_cache_drops_what_would_end_first() {
        let mut cache = Cache::new(TtlPolicy {
            capacity: 2,
            ..TtlPolicy::HONEST
        });
        for set in &sets("a 300 A 192.0.2.1\nb 100 A 192.0.2.2\nc 200 A 192.0.2.3\n") {
            cache.store(at(0), set, Rank::Answer);
        }
        assert!(cache.lookup(at(1), &question("a.example.com")).is_some());
        assert!(cache.lookup(at(1), &question("b.example.com")).is_none());
        assert!(cache.lookup(at(1), &question("c.example.com")).is_some());
    }
}
