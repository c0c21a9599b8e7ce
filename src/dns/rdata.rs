//! Record data and RRsets.

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;

use bytes::Bytes;
use domain::base::rdata::ComposeRecordData as _;
use domain::base::zonefile_fmt::{DisplayKind, ZonefileFmt};
use domain::rdata::svcb::value::{Ipv4Hint, Ipv6Hint};
use domain::rdata::{self, ZoneRecordData};

use super::name::RawName;
use super::{Class, Name, Rtype, Ttl};

/// The data of one record, of any type that may stand in a zone.
pub type Rdata = ZoneRecordData<Bytes, RawName>;

/// The fields of a SOA record that behaviour depends on ([RFC 1035 §3.3.13]).
///
/// [RFC 1035 §3.3.13]: https://www.rfc-editor.org/rfc/rfc1035#section-3.3.13
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Soa {
    /// The version of the zone.
    pub serial: u32,
    /// Upper bound on negative caching, in seconds ([RFC 2308 §4](https://www.rfc-editor.org/rfc/rfc2308#section-4)).
    pub minimum: Ttl,
}

/// Questions the engine asks of record data.
pub trait RdataExt {
    /// The address of an A or AAAA record.
    fn address(&self) -> Option<IpAddr>;
    /// The addresses a service binding hints at ([RFC 9460 §7.3](https://www.rfc-editor.org/rfc/rfc9460#section-7.3)).
    fn address_hints(&self) -> Vec<IpAddr>;
    /// The target of a CNAME record.
    fn cname_target(&self) -> Option<Name>;
    /// The host named by an NS record.
    fn ns_target(&self) -> Option<Name>;
    /// The name whose addresses a client will need next: NS, MX and SRV targets ([RFC 1035 §3.3]).
    ///
    /// [RFC 1035 §3.3]: https://www.rfc-editor.org/rfc/rfc1035#section-3.3
    fn additional_name(&self) -> Option<Name>;
    /// The SOA fields.
    fn soa(&self) -> Option<Soa>;
    /// Presentation format, as in a zone file.
    fn presentation(&self) -> String;
    /// Wire format without compression, as RDATA stands outside a message.
    fn octets(&self) -> Vec<u8>;
}

impl RdataExt for Rdata {
    fn address(&self) -> Option<IpAddr> {
        match self {
            Self::A(a) => Some(IpAddr::V4(a.addr())),
            Self::Aaaa(aaaa) => Some(IpAddr::V6(aaaa.addr())),
            _ => None,
        }
    }

    fn address_hints(&self) -> Vec<IpAddr> {
        let params = match self {
            Self::Svcb(binding) => binding.params(),
            Self::Https(binding) => binding.params(),
            _ => return Vec::new(),
        };
        let mut hints = Vec::new();
        for hint in params.iter::<Ipv4Hint<Bytes>>().flatten() {
            hints.extend(hint.iter().map(IpAddr::V4));
        }
        for hint in params.iter::<Ipv6Hint<Bytes>>().flatten() {
            hints.extend(hint.iter().map(IpAddr::V6));
        }
        hints
    }

    fn cname_target(&self) -> Option<Name> {
        match self {
            Self::Cname(cname) => Some(cname.cname().clone().into()),
            _ => None,
        }
    }

    fn ns_target(&self) -> Option<Name> {
        match self {
            Self::Ns(ns) => Some(ns.nsdname().clone().into()),
            _ => None,
        }
    }

    fn additional_name(&self) -> Option<Name> {
        match self {
            Self::Ns(ns) => Some(ns.nsdname().clone().into()),
            Self::Mx(mx) => Some(mx.exchange().clone().into()),
            Self::Srv(srv) => Some(srv.target().clone().into()),
            _ => None,
        }
    }

    fn soa(&self) -> Option<Soa> {
        match self {
            Self::Soa(soa) => Some(Soa {
                serial: soa.serial().into_int(),
                minimum: soa.minimum(),
            }),
            _ => None,
        }
    }

    fn presentation(&self) -> String {
        self.display_zonefile(DisplayKind::Simple).to_string()
    }

    fn octets(&self) -> Vec<u8> {
        let mut octets = Vec::new();
        // Composing into a vector cannot fail.
        let _ = self.compose_rdata(&mut octets);
        octets
    }
}

/// What identifies an RRset in a zone or a cache: owner and type.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RrsetKey {
    /// The name the records belong to.
    pub owner: Name,
    /// The type of all records of the set.
    pub rtype: Rtype,
}

/// All records of one owner, class and type; they share one TTL ([RFC 2181 §5]).
///
/// Cloning is cheap: the record data is shared.
///
/// [RFC 2181 §5]: https://www.rfc-editor.org/rfc/rfc2181#section-5
#[derive(Clone, PartialEq)]
pub struct Rrset {
    /// The name the records belong to.
    pub owner: Name,
    /// The class, nearly always `IN`.
    pub class: Class,
    /// The type of all records of the set.
    pub rtype: Rtype,
    /// Seconds the set may be cached from now on.
    pub ttl: Ttl,
    /// The data, one item a record, never empty.
    pub data: Arc<[Rdata]>,
}

impl Rrset {
    /// A set of class `IN`. All `data` must be of type `rtype`.
    pub fn new(owner: Name, rtype: Rtype, ttl: Ttl, data: Vec<Rdata>) -> Self {
        Self {
            owner,
            class: Class::IN,
            rtype,
            ttl,
            data: data.into(),
        }
    }

    /// A set of one address record.
    pub fn from_address(owner: Name, ttl: Ttl, address: IpAddr) -> Self {
        let (rtype, data) = match address {
            IpAddr::V4(v4) => (Rtype::A, Rdata::A(rdata::A::new(v4))),
            IpAddr::V6(v6) => (Rtype::AAAA, Rdata::Aaaa(rdata::Aaaa::new(v6))),
        };
        Self::new(owner, rtype, ttl, vec![data])
    }

    /// A set of NS records.
    pub fn from_name_servers(owner: Name, ttl: Ttl, servers: &[Name]) -> Self {
        let data = servers
            .iter()
            .map(|host| Rdata::Ns(rdata::Ns::new(host.raw().clone())));
        Self::new(owner, Rtype::NS, ttl, data.collect())
    }

    /// A set of one TXT record. Text beyond 255 octets goes into further strings of the record.
    pub fn from_text(owner: Name, ttl: Ttl, text: &str) -> Self {
        // Only text of more than 65 535 octets does not fit; it is left out.
        let data = rdata::Txt::build_from_slice(text.as_bytes()).map(Rdata::Txt);
        Self::new(owner, Rtype::TXT, ttl, data.into_iter().collect())
    }

    /// A SOA set of the root that grants a negative entry this life
    /// ([RFC 2308 §5](https://www.rfc-editor.org/rfc/rfc2308#section-5)).
    pub fn granting(life: Ttl) -> Self {
        let (root, second) = (Name::root(), Ttl::from_secs(1));
        let (mname, rname) = (root.raw().clone(), root.raw().clone());
        let soa = rdata::Soa::new(mname, rname, 1.into(), second, second, second, life);
        Self::new(root, Rtype::SOA, life, vec![Rdata::Soa(soa)])
    }

    /// The signatures of an RRSIG set that cover `rtype`; `None` if there are none.
    pub fn covering(&self, rtype: Rtype) -> Option<Self> {
        let covers = |data: &&Rdata| match data {
            Rdata::Rrsig(signature) => signature.type_covered() == rtype,
            _ => false,
        };
        let data: Vec<Rdata> = self.data.iter().filter(covers).cloned().collect();
        (!data.is_empty()).then(|| Self {
            data: data.into(),
            ..self.clone()
        })
    }

    /// The alias a DNAME set makes for `qname`, a name below its owner
    /// ([RFC 6672 §2.2](https://www.rfc-editor.org/rfc/rfc6672#section-2.2)); it has the TTL of
    /// the DNAME set (§3.1). `None` if the new name would be too long.
    pub fn synthesized_alias(&self, qname: &Name) -> Option<Self> {
        let Some(Rdata::Dname(dname)) = self.data.first() else {
            return None;
        };
        let target = qname.with_suffix(&self.owner, &dname.dname().clone().into())?;
        let data = Rdata::Cname(rdata::Cname::new(target.raw().clone()));
        let alias = Self::new(qname.clone(), Rtype::CNAME, self.ttl, vec![data]);
        Some(Self {
            class: self.class,
            ..alias
        })
    }

    /// Owner and type.
    pub fn key(&self) -> RrsetKey {
        RrsetKey {
            owner: self.owner.clone(),
            rtype: self.rtype,
        }
    }

    /// The same data with another TTL.
    pub fn with_ttl(&self, ttl: Ttl) -> Self {
        Self {
            ttl,
            ..self.clone()
        }
    }

    /// The same data under another owner, as a wildcard produces it.
    pub fn with_owner(&self, owner: Name) -> Self {
        Self {
            owner,
            ..self.clone()
        }
    }

    /// The addresses of an A or AAAA set.
    pub fn addresses(&self) -> impl Iterator<Item = IpAddr> {
        self.data.iter().filter_map(RdataExt::address)
    }

    /// The hosts named by an NS set.
    pub fn name_servers(&self) -> impl Iterator<Item = Name> {
        self.data.iter().filter_map(RdataExt::ns_target)
    }

    /// The target of a CNAME set.
    pub fn alias_target(&self) -> Option<Name> {
        self.data.first().and_then(RdataExt::cname_target)
    }

    /// A SOA set with another MINIMUM field; `None` for other types.
    pub fn with_soa_minimum(&self, minimum: Ttl) -> Option<Self> {
        let Some(Rdata::Soa(soa)) = self.data.first() else {
            return None;
        };
        let data = Rdata::Soa(rdata::Soa::new(
            soa.mname().clone(),
            soa.rname().clone(),
            soa.serial(),
            soa.refresh(),
            soa.retry(),
            soa.expire(),
            minimum,
        ));
        Some(Self {
            data: [data].into(),
            ..self.clone()
        })
    }

    /// The fields of a SOA set.
    pub fn soa(&self) -> Option<Soa> {
        self.data.first().and_then(RdataExt::soa)
    }
}

/// Zone file lines, one a record.
impl fmt::Display for Rrset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, data) in self.data.iter().enumerate() {
            if index > 0 {
                f.write_str("\n")?;
            }
            let (owner, class, rtype) = (&self.owner, self.class, self.rtype);
            write!(
                f,
                "{owner} {} {class} {rtype} {}",
                self.ttl.as_secs(),
                data.presentation()
            )?;
        }
        Ok(())
    }
}

impl fmt::Debug for Rrset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
