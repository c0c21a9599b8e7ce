//! What the learner does to a world, as values: small enough for a link, replayable in a test.

use std::fmt;
use std::net::IpAddr;

use serde::{Deserialize, Serialize};

use super::zone_edit::checked_zone;
use super::{NodeId, World};
use crate::dns::{Name, Question, Rtype, Ttl};
use crate::engine::balancer::Condition;
use crate::engine::{CacheLayer, Coordinates, EventKind, Node, SimDuration, Trace, TtlPolicy};

/// The longest download, in seconds.
const MAX_DOWNLOAD: u32 = 3600;

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
        text: String,
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
        records: String,
    },
    /// RRsets are added or replaced on all servers of one zone, also where a zone lies nearer
    /// to their owners: that is how the parent's side of a delegation changes.
    SetRecordsIn {
        /// The zone.
        zone: Name,
        /// Zone file lines with absolute names.
        records: String,
    },
    /// RRsets are added or replaced at one DNS provider only, or on one server: the others keep
    /// what they have, and from then on they disagree.
    SetRecordsAt {
        /// The provider, or the id of a server.
        servers: String,
        /// Zone file lines with absolute names.
        records: String,
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
        records: String,
    },
    /// One RRset is removed from all servers of its zone.
    RemoveRecords {
        /// The zone, where it is not the nearest to the owner.
        #[serde(default, skip_serializing_if = "Option::is_none")]
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
            Self::NoSuchNode(id) => write!(f, "there is no machine called `{id}` in this world"),
            Self::WrongRole(id) => write!(f, "`{id}` cannot do that"),
            Self::NoSuchZone(name) => write!(f, "no server here serves a zone for {name}"),
            Self::NoSuchRecords(name, rtype) => write!(f, "{name} has no {rtype} records"),
            Self::NotServed(id, zone) => write!(f, "`{id}` does not serve {zone}"),
            Self::NoSuchServer(id, server) => {
                write!(f, "`{id}` has no server called `{server}` behind it")
            }
            Self::NoSuchProvider(name) => write!(f, "no server here is of a provider `{name}`"),
            Self::NoSuchSite(id, site) => write!(f, "`{id}` has no site called `{site}`"),
            Self::NoSuchPlace => f.write_str("there is no such place on the Earth"),
            Self::BadZone(problem) => f.write_str(problem),
            Self::NotSteered(name, rtype) => {
                write!(f, "no policy chooses among such {rtype} records of {name}")
            }
            Self::NoSuchPolicy(id) => write!(f, "there is no policy called `{id}`"),
        }
    }
}

impl std::error::Error for InterventionError {}

impl World {
    /// Carries out an intervention now and records it.
    ///
    /// # Errors
    /// If it names something that is not there; the world is then unchanged.
    pub fn apply(
        &mut self,
        act: &Intervention,
        trace: &mut Trace,
    ) -> Result<(), InterventionError> {
        let (node, what) = self.perform(act)?;
        let now = self.now();
        let cause = match act {
            // The question itself is the first event of its story.
            Intervention::Ask { .. } | Intervention::Download { .. } => None,
            _ => trace.push(now, node, None, EventKind::Intervened { what }),
        };
        self.drain(node, cause, trace);
        Ok(())
    }

    /// Changes the world; returns the node concerned and what was done, in the past tense.
    fn perform(&mut self, act: &Intervention) -> Result<(NodeId, String), InterventionError> {
        let now = self.now();
        match act {
            Intervention::Ask {
                client,
                qname,
                qtype,
            } => {
                let id = self.named(client)?;
                let Node::Client(node) = self.node_mut(id) else {
                    return Err(InterventionError::WrongRole(client.clone()));
                };
                node.ask(now, Question::new(qname.clone(), *qtype));
                Ok((id, String::new()))
            }
            Intervention::FlushCache { node, layer } => {
                let id = self.named(node)?;
                let wrong_role = || InterventionError::WrongRole(node.clone());
                self.node_mut(id)
                    .cache_mut(*layer)
                    .ok_or_else(wrong_role)?
                    .flush();
                Ok((
                    id,
                    format!(
                        "The {} of {} was flushed",
                        layer.as_str(),
                        self.spec(id).title
                    ),
                ))
            }
            Intervention::SetDown { node, down } => {
                let id = self.named(node)?;
                self.set_down(id, *down);
                let verb = if *down { "went down" } else { "came back" };
                Ok((id, format!("{} {verb}", self.spec(id).title)))
            }
            Intervention::EditZone { origin, text } => {
                let zone = checked_zone(origin, text)?;
                let id = self.replace_zone(zone)?;
                Ok((id, format!("The zone {} was edited", origin.without_dot())))
            }
            Intervention::SetTtl { owner, rtype, ttl } => {
                self.set_ttl(owner, *rtype, Ttl::from_secs(*ttl))
            }
            Intervention::SetRecords { records } => self.set_records(None, None, records),
            Intervention::SetRecordsIn { zone, records } => {
                self.set_records(None, Some(zone), records)
            }
            Intervention::SetRecordsAt { servers, records } => {
                self.set_records(Some(servers), None, records)
            }
            Intervention::RemoveRecordsAt {
                servers,
                owner,
                rtype,
            } => self.remove_records(Some(servers), None, owner, *rtype),
            Intervention::SetProviderDown { provider, down } => {
                self.set_provider_down(provider, *down)
            }
            Intervention::Publish { records } => self.publish(records),
            Intervention::RemoveRecords { zone, owner, rtype } => {
                self.remove_records(None, zone.as_ref(), owner, *rtype)
            }
            Intervention::SetServed { node, zone, served } => {
                let id = self.named(node)?;
                self.set_served(id, zone, *served)
            }
            Intervention::SetPolicy {
                node,
                layer,
                policy,
            } => {
                let id = self.named(node)?;
                let wrong_role = || InterventionError::WrongRole(node.clone());
                self.node_mut(id)
                    .cache_mut(*layer)
                    .ok_or_else(wrong_role)?
                    .set_policy(*policy);
                Ok((id, format!("{} got other TTL limits", self.spec(id).title)))
            }
            Intervention::MoveNode {
                node,
                latitude,
                longitude,
            } => {
                let (latitude, longitude) = (*latitude, *longitude);
                let id = self.named(node)?;
                let to = Coordinates {
                    latitude,
                    longitude,
                };
                Ok((id, self.move_node(id, to)?))
            }
            Intervention::SetAnnounced {
                node,
                site,
                announced,
            } => {
                let (id, index) = self.site(node, site)?;
                self.announce(id, index, *announced);
                let spec = self.spec(id);
                let (title, place) = (&spec.title, &spec.sites[index].name);
                let verb = if *announced { "announced" } else { "withdrew" };
                Ok((id, format!("{place} {verb} the addresses of {title}")))
            }
            Intervention::SetSiteDown { node, site, down } => {
                let (id, index) = self.site(node, site)?;
                self.set_site_up(id, index, !down);
                let spec = self.spec(id);
                let (title, place) = (&spec.title, &spec.sites[index].name);
                let verb = if *down { "went down" } else { "came back" };
                Ok((id, format!("The site {place} of {title} {verb}")))
            }
            Intervention::SetServer {
                node,
                server,
                state,
            } => {
                let id = self.named(node)?;
                let missing = || InterventionError::NoSuchServer(node.clone(), server.clone());
                let Node::Host(host) = self.node_mut(id) else {
                    return Err(InterventionError::WrongRole(node.clone()));
                };
                let balancer = host.balancer_mut().ok_or_else(missing)?;
                let index = balancer.find(server).ok_or_else(missing)?;
                let what = match state {
                    ServerState::Well => {
                        balancer.set_condition(index, Condition::Well, now);
                        "works again"
                    }
                    ServerState::Sick => {
                        balancer.set_condition(index, Condition::Sick, now);
                        "now answers every request with an error"
                    }
                    ServerState::Dead => {
                        balancer.set_condition(index, Condition::Dead, now);
                        "died"
                    }
                    ServerState::Draining => {
                        balancer.set_draining(index, true);
                        "gets no new connections any more"
                    }
                    ServerState::Serving => {
                        balancer.set_draining(index, false);
                        "gets new connections again"
                    }
                };
                Ok((
                    id,
                    format!("{server} behind {} {what}", self.spec(id).title),
                ))
            }
            Intervention::Download {
                client,
                qname,
                seconds,
            } => {
                let id = self.named(client)?;
                let Node::Client(node) = self.node_mut(id) else {
                    return Err(InterventionError::WrongRole(client.clone()));
                };
                let seconds = (*seconds).clamp(1, MAX_DOWNLOAD);
                node.download(now, qname.clone(), SimDuration::from_secs(seconds.into()));
                Ok((id, String::new()))
            }
            Intervention::SetWeight {
                owner,
                address,
                weight,
            } => self.set_weight(owner, *address, *weight),
            Intervention::SetSteering {
                owner,
                rtype,
                policy,
            } => self.set_rule(owner, *rtype, policy),
            Intervention::Drain {
                owner,
                address,
                drained,
            } => self.set_drained(owner, *address, *drained),
            Intervention::SetLoss { percent } => {
                self.network_mut().set_loss(f64::from(*percent) / 100.0);
                let id = self.node_ids().next();
                let id = id.ok_or_else(|| InterventionError::NoSuchNode("any".into()))?;
                Ok((
                    id,
                    format!("The network now loses {percent} % of all datagrams"),
                ))
            }
        }
    }

    /// A node and one of its sites, as an index.
    fn site(&self, node: &str, site: &str) -> Result<(NodeId, usize), InterventionError> {
        let id = self.named(node)?;
        let missing = || InterventionError::NoSuchSite(node.to_owned(), site.to_owned());
        Ok((id, self.site_named(id, site).ok_or_else(missing)?))
    }

    /// The node with an identifier.
    fn named(&self, id: &str) -> Result<NodeId, InterventionError> {
        self.find(id)
            .ok_or_else(|| InterventionError::NoSuchNode(id.to_owned()))
    }
}

/// Record types as their mnemonics in serialized form.
mod rtype_text {
    use serde::{Deserialize, Deserializer, Serializer};

    use crate::dns::Rtype;

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
        text.parse()
            .map_err(|_| serde::de::Error::custom(format!("`{text}` is no record type")))
    }
}
