//! What the learner does to a world, as values: small enough for a link, replayable in a test.
//!
//! Serialized, an act has its zone file text as it was written, and what comes back from that is
//! [read](Intervention::read_text) before it is performed. [`act_as_read`](super::act_as_read) is the
//! form that brings along what was read.

use std::fmt;
use std::net::IpAddr;

use serde::{Deserialize, Serialize};

use crate::dns::{Name, Question, Rtype, ZoneText, quoted};
use crate::engine::{CacheLayer, TtlPolicy};

/// One act of the learner.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Intervention {
    /// An application on a client asks for a name.
    Ask {
        /// The client.
        client: String,
        /// The name.
        qname: Name,
        /// The type.
        #[serde(with = "rtype_text")]
        qtype: Rtype,
    },
    /// A cache forgets everything.
    FlushCache {
        /// The node.
        node: String,
        /// Which of its caches.
        layer: CacheLayer,
    },
    /// A node goes down or comes back.
    SetDown {
        /// The node.
        node: String,
        /// Down, or up again.
        down: bool,
    },
    /// A zone is replaced on all its servers.
    EditZone {
        /// The zone.
        origin: Name,
        /// Its new zone file.
        text: ZoneText,
    },
    /// One RRset gets another TTL on all servers of its zone.
    SetTtl {
        /// The owner of the set.
        owner: Name,
        /// Its type.
        #[serde(with = "rtype_text")]
        rtype: Rtype,
        /// Seconds.
        ttl: u32,
    },
    /// RRsets are added or replaced on all servers of the zones nearest to their owners.
    SetRecords {
        /// Zone file lines with absolute names.
        records: ZoneText,
    },
    /// RRsets are added or replaced on all servers of one zone, also where a zone lies nearer
    /// to their owners: that is how the parent's side of a delegation changes.
    SetRecordsIn {
        /// The zone.
        zone: Name,
        /// Zone file lines with absolute names.
        records: ZoneText,
    },
    /// RRsets are added or replaced at one DNS provider only, or on one server: the others keep
    /// what they have, and from then on they disagree.
    SetRecordsAt {
        /// The provider, or the id of a server.
        servers: String,
        /// Zone file lines with absolute names.
        records: ZoneText,
    },
    /// One RRset is removed at one DNS provider only, or on one server.
    RemoveRecordsAt {
        /// The provider, or the id of a server.
        servers: String,
        /// The owner of the set.
        owner: Name,
        /// Its type.
        #[serde(with = "rtype_text")]
        rtype: Rtype,
    },
    /// All servers of a DNS provider go down or come back.
    SetProviderDown {
        /// The provider.
        provider: String,
        /// Down, or up again.
        down: bool,
    },
    /// A new version of a zone, with RRsets added or replaced, is given to its servers, as a
    /// reload does. Servers that find the version at fault go on with the old one; unlike
    /// [`SetRecords`](Self::SetRecords) that is something that happens, and no error.
    Publish {
        /// Zone file lines with absolute names.
        records: ZoneText,
    },
    /// One RRset is removed from all servers of its zone.
    RemoveRecords {
        /// The zone, where it is not the nearest to the owner.
        #[serde(default)]
        zone: Option<Name>,
        /// The owner of the set.
        owner: Name,
        /// Its type.
        #[serde(with = "rtype_text")]
        rtype: Rtype,
    },
    /// One server drops a zone, or loads it as other servers have it, or had it last. A server
    /// that a delegation names and that lacks the zone is lame ([RFC 1912 §2.8](https://www.rfc-editor.org/rfc/rfc1912#section-2.8)).
    SetServed {
        /// The server.
        node: String,
        /// The zone.
        zone: Name,
        /// Whether it serves the zone from now on.
        served: bool,
    },
    /// A cache gets other rules for TTLs.
    SetPolicy {
        /// The node.
        node: String,
        /// Which of its caches.
        layer: CacheLayer,
        /// The rules.
        policy: TtlPolicy,
    },
    /// A site of an anycast machine announces its addresses or withdraws them. Routes follow
    /// within the network's [convergence](crate::engine::anycast::Convergence).
    SetAnnounced {
        /// The machine.
        node: String,
        /// The id of the place.
        site: String,
        /// Announces, or withdraws.
        announced: bool,
    },
    /// A site of an anycast machine crashes, or recovers, and goes on announcing its addresses
    /// if it did: what is sent there is lost.
    SetSiteDown {
        /// The machine.
        node: String,
        /// The id of the place.
        site: String,
        /// Down, or up again.
        down: bool,
    },
    /// A server behind a balancer falls ill, dies, recovers, or is drained.
    SetServer {
        /// The machine with the balancer.
        node: String,
        /// The id of the server.
        server: String,
        /// How it is from now on.
        state: ServerState,
    },
    /// An application looks up the address of a name, connects, and asks for a part of a long
    /// answer each second, for a number of seconds.
    Download {
        /// The client.
        client: String,
        /// The name.
        qname: Name,
        /// For how long, 1 to 3600 s.
        seconds: u32,
    },
    /// An address of a steered name gets another weight.
    SetWeight {
        /// The name.
        owner: Name,
        /// The address.
        address: IpAddr,
        /// 0 to [`Endpoint::MAX_WEIGHT`](crate::engine::policy::Endpoint::MAX_WEIGHT).
        weight: u32,
    },
    /// Another policy chooses among the addresses of a steered name.
    SetSteering {
        /// The name.
        owner: Name,
        /// A or AAAA.
        #[serde(with = "rtype_text")]
        rtype: Rtype,
        /// The id of a preset; see [`presets`](crate::engine::policy::presets).
        policy: String,
    },
    /// An address of a steered name is taken out of the answers, or put back.
    Drain {
        /// The name.
        owner: Name,
        /// The address.
        address: IpAddr,
        /// Whether it is out from now on.
        drained: bool,
    },
    /// The network loses this share of all datagrams, in percent.
    SetLoss {
        /// 0 to 100.
        percent: u8,
    },
    /// A machine that stands at one place moves to another. A client joins the network there:
    /// it gets an address of the nearest network of the table of places, and asks the
    /// nearest resolver.
    MoveNode {
        /// The machine.
        node: String,
        /// Degrees north, -90 to 90.
        latitude: f64,
        /// Degrees east, -180 to 180.
        longitude: f64,
    },
}

/// What becomes of a server behind a balancer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ServerState {
    /// It works again.
    Well,
    /// It accepts connections and answers every request with an error.
    Sick,
    /// It does nothing at all.
    Dead,
    /// It gets no new connections; those it has go on.
    Draining,
    /// It gets new connections again.
    Serving,
}

impl Intervention {
    /// An application on a client asks.
    pub fn ask(client: impl Into<String>, question: Question) -> Self {
        Self::Ask {
            client: client.into(),
            qname: question.qname,
            qtype: question.qtype,
        }
    }

    /// A zone is replaced on all its servers by what a zone file says.
    pub fn edit_zone(origin: Name, text: impl Into<String>) -> Self {
        let text = ZoneText::read(&origin, text);
        Self::EditZone { origin, text }
    }

    /// RRsets are added or replaced, from lines with absolute names.
    pub fn set_records(lines: impl Into<String>) -> Self {
        let records = ZoneText::read_lines(lines);
        Self::SetRecords { records }
    }

    /// Reads the text it carries, if it carries one: who has an act from its text alone does so
    /// before anything else.
    pub fn read_text(&mut self) {
        match self {
            Self::EditZone { origin, text } => text.read_again(origin),
            _ => {
                if let Some(lines) = self.text_mut() {
                    lines.read_again(&Name::root());
                }
            }
        }
    }

    /// The zone file text that it carries.
    pub(super) fn text(&self) -> Option<&ZoneText> {
        match self {
            Self::EditZone { text, .. } => Some(text),
            Self::SetRecords { records }
            | Self::SetRecordsIn { records, .. }
            | Self::SetRecordsAt { records, .. }
            | Self::Publish { records } => Some(records),
            _ => None,
        }
    }

    /// The zone file text that it carries, to be read.
    pub(super) fn text_mut(&mut self) -> Option<&mut ZoneText> {
        match self {
            Self::EditZone { text, .. } => Some(text),
            Self::SetRecords { records }
            | Self::SetRecordsIn { records, .. }
            | Self::SetRecordsAt { records, .. }
            | Self::Publish { records } => Some(records),
            _ => None,
        }
    }
}

/// Why an intervention cannot be carried out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InterventionError {
    /// No node has this identifier.
    NoSuchNode(String),
    /// The node cannot do that, for instance a server that is asked to start a lookup.
    WrongRole(String),
    /// No server serves this zone.
    NoSuchZone(Name),
    /// There is no such RRset.
    NoSuchRecords(Name, Rtype),
    /// The server does not serve this zone.
    NotServed(String, Name),
    /// No point of the Earth has these coordinates.
    NoSuchPlace,
    /// No server is of this provider.
    NoSuchProvider(String),
    /// The machine has no such server behind it.
    NoSuchServer(String, String),
    /// The machine has no site there.
    NoSuchSite(String, String),
    /// The zone text cannot be used; the message says where.
    BadZone(String),
    /// No policy chooses among such records of this name.
    NotSteered(Name, Rtype),
    /// No policy has this id.
    NoSuchPolicy(String),
}

impl fmt::Display for InterventionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoSuchNode(id) => write!(
                f,
                "there is no machine called {id} in this world",
                id = quoted(id)
            ),
            Self::WrongRole(id) => write!(f, "{id} cannot do that", id = quoted(id)),
            Self::NoSuchZone(name) => write!(f, "no server here serves a zone for {name}"),
            Self::NoSuchRecords(name, rtype) => write!(f, "{name} has no {rtype} records"),
            Self::NotServed(id, zone) => write!(f, "{id} does not serve {zone}", id = quoted(id)),
            Self::NoSuchServer(id, server) => {
                write!(
                    f,
                    "{id} has no server called {server} behind it",
                    id = quoted(id),
                    server = quoted(server)
                )
            }
            Self::NoSuchProvider(name) => write!(
                f,
                "no server here is of a provider {name}",
                name = quoted(name)
            ),
            Self::NoSuchSite(id, site) => write!(
                f,
                "{id} has no site called {site}",
                id = quoted(id),
                site = quoted(site)
            ),
            Self::NoSuchPlace => f.write_str("there is no such place on the Earth"),
            Self::BadZone(problem) => f.write_str(problem),
            Self::NotSteered(name, rtype) => {
                write!(f, "no policy chooses among such {rtype} records of {name}")
            }
            Self::NoSuchPolicy(id) => write!(f, "there is no policy called {id}", id = quoted(id)),
        }
    }
}

impl std::error::Error for InterventionError {}

/// Record types as their mnemonics in serialized form.
mod rtype_text {
    use serde::{Deserialize, Deserializer, Serializer};

    use crate::dns::{Rtype, quoted};

    pub(super) fn serialize<S: Serializer>(
        rtype: &Rtype,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.collect_str(rtype)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Rtype, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(|_| {
            serde::de::Error::custom(format!("{text} is no record type", text = quoted(&text)))
        })
    }
}
