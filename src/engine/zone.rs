//! Zone data and the lookup of [RFC 1034 §4.3.2].
//!
//! [RFC 1034 §4.3.2]: https://www.rfc-editor.org/rfc/rfc1034#section-4.3.2

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::dns::{
    Name, Rrset, Rtype, Ttl, ZoneFileError, pack_rrsets, parse_records, unpack_rrsets,
    write_records,
};
use crate::engine::order::sort_by;
use crate::engine::table::Table;

/// The records a zone is authoritative for, with the NS sets and glue of its zone cuts.
///
/// Every name between the apex and a record has an entry, possibly an empty one: that is
/// how an empty non-terminal answers NODATA and not NXDOMAIN
/// ([RFC 4592 §2.2.2](https://www.rfc-editor.org/rfc/rfc4592#section-2.2.2)).
#[derive(Clone, Debug)]
pub struct Zone {
    /// The name at the top.
    origin: Name,
    /// The RRsets of each name.
    nodes: Table<Name, Vec<Rrset>>,
}

/// What a zone says about a name and a type.
#[derive(Clone, Debug, PartialEq)]
pub enum ZoneAnswer {
    /// The RRset, its owner replaced by the asked name if a wildcard matched.
    Records(Rrset),
    /// All RRsets of the name, for a question of type ANY.
    All(Vec<Rrset>),
    /// The name is an alias; the CNAME set.
    Alias(Rrset),
    /// The name lies below a DNAME.
    Redirect {
        /// The DNAME set.
        dname: Rrset,
        /// The alias it makes for the name; `None` when that would be too long.
        alias: Option<Rrset>,
    },
    /// The name is at or below a zone cut; the NS set of the cut.
    Referral(Rrset),
    /// The name exists without records of the type.
    NoData,
    /// The name does not exist.
    NxDomain,
}

impl Zone {
    /// Reads a zone file.
    ///
    /// # Errors
    /// A line that cannot be read, a record outside the zone, a missing or doubled SOA,
    /// missing NS records at the apex, a CNAME beside other data
    /// ([RFC 1034 §3.6.2](https://www.rfc-editor.org/rfc/rfc1034#section-3.6.2)), or two DNAME
    /// records of one name ([RFC 6672 §2.4](https://www.rfc-editor.org/rfc/rfc6672#section-2.4)).
    pub fn parse(origin: &Name, text: &str) -> Result<Self, ZoneFileError> {
        Self::from_rrsets(origin, parse_records(origin, text)?)
    }

    /// A zone of RRsets, each of another owner or type.
    ///
    /// # Errors
    /// As [`parse`](Self::parse), but for lines.
    pub fn from_rrsets(
        origin: &Name,
        sets: impl IntoIterator<Item = Rrset>,
    ) -> Result<Self, ZoneFileError> {
        let mut zone = Self {
            origin: origin.clone(),
            nodes: Table::default(),
        };
        for set in sets {
            if !set.owner.is_at_or_below(origin) {
                let owner = &set.owner;
                return Err(ZoneFileError::whole(format!(
                    "{owner} is outside the zone {origin}: add a final dot only to full names"
                )));
            }
            zone.insert(set);
        }
        zone.check()?;
        Ok(zone)
    }

    /// Checks the rules a zone must keep.
    ///
    /// # Errors
    /// The rule that is broken, and where.
    pub(super) fn check(&self) -> Result<(), ZoneFileError> {
        let origin = &self.origin;
        let soa = self.get(origin, Rtype::SOA);
        let Some(soa) = soa else {
            return Err(ZoneFileError::whole(format!("{origin} needs a SOA record")));
        };
        if soa.data.len() > 1 {
            return Err(ZoneFileError::whole(format!(
                "{origin} has more than one SOA record"
            )));
        }
        if self.get(origin, Rtype::NS).is_none() {
            return Err(ZoneFileError::whole(format!(
                "{origin} needs at least one NS record"
            )));
        }
        for (name, sets) in &self.nodes {
            for rtype in [Rtype::CNAME, Rtype::DNAME] {
                let set = sets.iter().find(|set| set.rtype == rtype);
                if set.is_some_and(|set| set.data.len() > 1) {
                    return Err(ZoneFileError::whole(format!(
                        "{name} has more than one {rtype}"
                    )));
                }
            }
            // Signatures stand beside what they sign (RFC 4035 §2.5).
            let mut data = sets
                .iter()
                .filter(|set| !matches!(set.rtype, Rtype::RRSIG | Rtype::NSEC));
            let has_alias = data.clone().any(|set| set.rtype == Rtype::CNAME);
            if has_alias && data.nth(1).is_some() {
                return Err(ZoneFileError::whole(format!(
                    "{name} has a CNAME and other records: an alias stands alone"
                )));
            }
        }
        Ok(())
    }

    /// Adds or replaces an RRset; names on the way to it come to exist.
    fn insert(&mut self, set: Rrset) {
        for ancestor in set.owner.ancestors() {
            if ancestor == self.origin {
                break;
            }
            self.nodes.entry(ancestor).or_default();
        }
        let sets = self.nodes.entry(set.owner.clone()).or_default();
        match sets.iter_mut().find(|known| known.rtype == set.rtype) {
            Some(known) => *known = set,
            None => sets.push(set),
        }
    }

    /// The name at the top of the zone.
    pub fn origin(&self) -> &Name {
        &self.origin
    }

    /// One RRset, zone cuts and wildcards not considered.
    pub fn get(&self, owner: &Name, rtype: Rtype) -> Option<&Rrset> {
        self.nodes.get(owner)?.iter().find(|set| set.rtype == rtype)
    }

    /// The SOA set with the TTL a negative answer gives it: the smaller of its own TTL and
    /// its MINIMUM field ([RFC 2308 §3](https://www.rfc-editor.org/rfc/rfc2308#section-3)).
    pub fn negative_soa(&self) -> Option<Rrset> {
        let set = self.get(&self.origin, Rtype::SOA)?;
        let minimum = set.soa()?.minimum;
        Some(set.with_ttl(set.ttl.min(minimum)))
    }

    /// All RRsets in canonical order, the apex and its SOA first.
    pub fn rrsets(&self) -> Vec<&Rrset> {
        let mut sets: Vec<&Rrset> = self.nodes.values().flatten().collect();
        sort_by(&mut sets, |a, b| {
            let order = |set: &Rrset| (set.rtype != Rtype::SOA, set.rtype != Rtype::NS);
            a.owner.cmp(&b.owner).then_with(|| order(a).cmp(&order(b)))
        });
        sets
    }

    /// The zone as a zone file.
    pub fn to_text(&self) -> String {
        write_records(&self.origin, self.rrsets())
    }

    /// A copy with another TTL on one RRset; `None` if there is no such set.
    pub fn with_ttl(&self, owner: &Name, rtype: Rtype, ttl: Ttl) -> Option<Self> {
        let set = self.get(owner, rtype)?.with_ttl(ttl);
        let mut zone = self.clone();
        zone.insert(set);
        Some(zone)
    }

    /// A copy with RRsets added, or replaced where there was one of that owner and type.
    pub fn with_rrsets(&self, sets: impl IntoIterator<Item = Rrset>) -> Self {
        let mut zone = self.clone();
        for set in sets {
            zone.insert(set);
        }
        zone
    }

    /// A copy without one RRset and without the names that existed for it alone; `None` if
    /// there is no such set.
    pub(super) fn without(&self, owner: &Name, rtype: Rtype) -> Option<Self> {
        self.get(owner, rtype)?;
        let mut zone = Self {
            origin: self.origin.clone(),
            nodes: Table::default(),
        };
        let is_other = |set: &&Rrset| set.owner != *owner || set.rtype != rtype;
        for set in self.nodes.values().flatten().filter(is_other) {
            zone.insert(set.clone());
        }
        Some(zone)
    }

    /// The signatures that cover a set this zone answered with, under the set's owner and
    /// with its TTL ([RFC 4034 §3](https://www.rfc-editor.org/rfc/rfc4034#section-3)).
    pub fn signatures(&self, set: &Rrset) -> Option<Rrset> {
        let sets = self.nodes.get(&set.owner).or_else(|| {
            // The set came from a wildcard.
            let existing = |name: &Name| self.nodes.contains_key(name);
            let encloser = set.owner.ancestors().find(existing)?;
            self.nodes.get(&encloser.wildcard()?)
        })?;
        let signatures = sets.iter().find(|known| known.rtype == Rtype::RRSIG)?;
        let covering = signatures.covering(set.rtype)?;
        Some(covering.with_owner(set.owner.clone()).with_ttl(set.ttl))
    }

    /// Answers a question of class `IN` by [RFC 1034 §4.3.2](https://www.rfc-editor.org/rfc/rfc1034#section-4.3.2) step 3,
    /// with the DNAME of [RFC 6672 §3.2](https://www.rfc-editor.org/rfc/rfc6672#section-3.2) and
    /// the wildcards of [RFC 4592](https://www.rfc-editor.org/rfc/rfc4592).
    pub fn lookup(&self, qname: &Name, qtype: Rtype) -> ZoneAnswer {
        // The search goes from the apex down, so the highest cut or DNAME wins.
        let apex_labels = self.origin.label_count();
        let below_apex = qname.label_count().saturating_sub(apex_labels);
        let mut deepest_existing = self.origin.clone();
        for extra in 0..=below_apex {
            let name = qname.ancestor_with(apex_labels + extra);
            let Some(sets) = self.nodes.get(&name) else {
                break;
            };
            let is_whole = extra == below_apex;
            let of_type = |rtype| sets.iter().find(|set| set.rtype == rtype);
            // 3b: a zone cut on the way down ends this zone's authority. The DS set of a cut
            // belongs to the parent side (RFC 4035 §3.1.4.1).
            let is_parental = is_whole && qtype == Rtype::DS;
            let cut = of_type(Rtype::NS).filter(|_| extra > 0 && !is_parental);
            if let Some(cut) = cut {
                return ZoneAnswer::Referral(cut.clone());
            }
            // 3c: a DNAME moves all that is below it, but not its own name.
            if let Some(dname) = of_type(Rtype::DNAME).filter(|_| !is_whole) {
                return ZoneAnswer::Redirect {
                    dname: dname.clone(),
                    alias: dname.synthesized_alias(qname),
                };
            }
            deepest_existing = name;
        }
        // 3a: the whole name was matched.
        if deepest_existing.label_count() == qname.label_count() {
            return self
                .nodes
                .get(qname)
                .map_or(ZoneAnswer::NoData, |sets| pick(sets, qname, qtype));
        }
        // 3c: only a wildcard directly below the closest encloser may stand in.
        let wildcard = deepest_existing
            .wildcard()
            .and_then(|name| self.nodes.get(&name));
        wildcard.map_or(ZoneAnswer::NxDomain, |sets| pick(sets, qname, qtype))
    }
}

/// What the RRsets of one name answer, under the name that was asked.
fn pick(sets: &[Rrset], qname: &Name, qtype: Rtype) -> ZoneAnswer {
    if qtype == Rtype::ANY && !sets.is_empty() {
        return ZoneAnswer::All(
            sets.iter()
                .map(|set| set.with_owner(qname.clone()))
                .collect(),
        );
    }
    let matching = |rtype| sets.iter().find(|set| set.rtype == rtype);
    if let Some(set) = matching(qtype) {
        return ZoneAnswer::Records(set.with_owner(qname.clone()));
    }
    match matching(Rtype::CNAME) {
        Some(alias) => ZoneAnswer::Alias(alias.with_owner(qname.clone())),
        None => ZoneAnswer::NoData,
    }
}

/// As its origin and its records, the latter as octets of messages.
impl Serialize for Zone {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let sets = self.nodes.values().flatten();
        (&self.origin, pack_rrsets(sets)).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Zone {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let wrong = || D::Error::custom("no zone");
        let (origin, pieces): (Name, Vec<Vec<u8>>) = Deserialize::deserialize(deserializer)?;
        let mut sets = Vec::new();
        for piece in &pieces {
            sets.extend(unpack_rrsets(piece).ok_or_else(wrong)?);
        }
        Self::from_rrsets(&origin, sets).map_err(|_| wrong())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ZONE: &str = "\
$TTL 300
@          IN SOA   ns1 hostmaster 1 7200 900 1209600 900
@             NS    ns1
@             NS    ns2.example.net.
ns1           A     192.0.2.53
www           A     198.51.100.5
api           CNAME www
a.b.lab       A     198.51.100.9
*.dev         A     198.51.100.7
exact.dev     TXT   \"here\"
sub           NS    ns1.sub
ns1.sub       A     192.0.2.54
moved         DNAME www.example.net.
moved         TXT   \"stays\"
under.sub     DNAME example.org.
";

    fn zone() -> Zone {
        Zone::parse(&name("example.com"), ZONE).expect("a good zone")
    }

    fn name(text: &str) -> Name {
        text.parse().expect("a valid name")
    }

    fn ask(qname: &str, qtype: Rtype) -> ZoneAnswer {
        zone().lookup(&name(qname), qtype)
    }

    #[test]
    fn records_alias_nodata_and_nxdomain_are_told_apart() {
        assert!(matches!(
            ask("www.example.com", Rtype::A),
            ZoneAnswer::Records(_)
        ));
        assert!(matches!(
            ask("api.example.com", Rtype::A),
            ZoneAnswer::Alias(_)
        ));
        assert!(matches!(
            ask("api.example.com", Rtype::CNAME),
            ZoneAnswer::Records(_)
        ));
        assert_eq!(ask("www.example.com", Rtype::MX), ZoneAnswer::NoData);
        assert_eq!(ask("nope.example.com", Rtype::A), ZoneAnswer::NxDomain);
    }

    #[test]
    fn apex_ns_is_an_answer_and_not_a_referral() {
        assert!(matches!(
            ask("example.com", Rtype::NS),
            ZoneAnswer::Records(_)
        ));
        assert_eq!(ask("example.com", Rtype::A), ZoneAnswer::NoData);
    }

    #[test]
    fn names_at_and_below_a_cut_are_referred() {
        for qname in [
            "sub.example.com",
            "x.y.sub.example.com",
            "ns1.sub.example.com",
        ] {
            assert!(
                matches!(ask(qname, Rtype::A), ZoneAnswer::Referral(_)),
                "{qname}"
            );
        }
        assert_eq!(ask("sub.example.com", Rtype::DS), ZoneAnswer::NoData);
    }

    #[test]
    fn empty_non_terminal_exists() {
        assert_eq!(ask("b.lab.example.com", Rtype::A), ZoneAnswer::NoData);
        assert_eq!(ask("lab.example.com", Rtype::A), ZoneAnswer::NoData);
    }

    #[test]
    fn wildcard_covers_missing_names_only() {
        let ZoneAnswer::Records(set) = ask("any.dev.example.com", Rtype::A) else {
            panic!("the wildcard matches");
        };
        assert_eq!(set.owner, name("any.dev.example.com"));
        assert!(matches!(
            ask("x.y.dev.example.com", Rtype::A),
            ZoneAnswer::Records(_)
        ));
        assert_eq!(ask("exact.dev.example.com", Rtype::A), ZoneAnswer::NoData);
        assert_eq!(ask("dev.example.com", Rtype::A), ZoneAnswer::NoData);
    }

    #[test]
    fn a_dname_moves_what_is_below_it_and_not_itself() {
        let ZoneAnswer::Redirect { dname, alias } = ask("a.moved.example.com", Rtype::A) else {
            panic!("it lies below a DNAME");
        };
        assert_eq!(dname.owner, name("moved.example.com"));
        let target = alias.and_then(|alias| alias.alias_target());
        assert_eq!(target, Some(name("a.www.example.net")));
        assert_eq!(ask("moved.example.com", Rtype::A), ZoneAnswer::NoData);
        assert!(matches!(
            ask("moved.example.com", Rtype::TXT),
            ZoneAnswer::Records(_)
        ));
        assert!(matches!(
            ask("a.moved.example.com", Rtype::DNAME),
            ZoneAnswer::Redirect { .. }
        ));
    }

    #[test]
    fn a_dname_below_a_zone_cut_is_not_ours_to_follow() {
        assert!(matches!(
            ask("x.under.sub.example.com", Rtype::A),
            ZoneAnswer::Referral(_)
        ));
    }

    #[test]
    fn broken_zones_are_refused_with_the_reason() {
        let soa = "@ 300 SOA ns1 h 1 2 3 4 5\n";
        let cases = [
            ("@ 300 NS ns1\n".to_owned(), "needs a SOA"),
            (soa.to_owned(), "needs at least one NS"),
            (
                format!("{soa}@ 300 NS ns1\n@ 300 CNAME www\n"),
                "an alias stands alone",
            ),
            (
                format!("{soa}@ 300 NS ns1\nx 300 DNAME a\nx 300 DNAME b\n"),
                "more than one DNAME",
            ),
            (
                format!("{soa}@ 300 NS ns1\nwww.example.org. 300 A 192.0.2.1\n"),
                "outside the zone",
            ),
        ];
        for (text, reason) in cases {
            let error = Zone::parse(&name("example.com"), &text).expect_err(reason);
            assert!(error.to_string().contains(reason), "{error}");
        }
    }

    #[test]
    fn zone_text_reads_back_the_same() {
        let text = zone().to_text();
        let again = Zone::parse(&name("example.com"), &text).expect("our own text");
        assert_eq!(again.to_text(), text);
    }
}
