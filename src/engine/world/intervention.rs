//! What the learner does to a world, as values: small enough for a link, replayable in a test.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{NodeId, World};
use crate::dns::{Name, Question, Rtype, Ttl};
use crate::engine::{CacheLayer, EventKind, Node, Trace, TtlPolicy, Zone};

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
    /// One RRset is added or replaced on all servers of its zone.
    SetRecords {
        /// Zone file lines of one owner and type, with absolute names.
        records: String,
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
    /// The network loses this share of all datagrams, in percent.
    SetLoss {
        /// 0 to 100.
        percent: u8,
    },
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
    /// The zone text cannot be used; the message says where.
    BadZone(String),
}

impl fmt::Display for InterventionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoSuchNode(id) => write!(f, "there is no machine called `{id}` in this world"),
            Self::WrongRole(id) => write!(f, "`{id}` cannot do that"),
            Self::NoSuchZone(name) => write!(f, "no server here serves a zone for {name}"),
            Self::NoSuchRecords(name, rtype) => write!(f, "{name} has no {rtype} records"),
            Self::BadZone(problem) => f.write_str(problem),
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
            Intervention::Ask { .. } => None,
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
                let zone = Zone::parse(origin, text)
                    .map_err(|error| InterventionError::BadZone(error.to_string()))?;
                let id = self.replace_zone(zone)?;
                Ok((id, format!("The zone {} was edited", origin.without_dot())))
            }
            Intervention::SetTtl { owner, rtype, ttl } => {
                let zone = self.zone_of(owner)?;
                let zone = zone
                    .with_ttl(owner, *rtype, Ttl::from_secs(*ttl))
                    .ok_or_else(|| InterventionError::NoSuchRecords(owner.clone(), *rtype))?;
                let id = self.replace_zone(zone)?;
                let owner = owner.without_dot();
                Ok((id, format!("The TTL of {owner} {rtype} was set to {ttl} s")))
            }
            Intervention::SetRecords { records } => {
                let sets = crate::dns::parse_records(&Name::root(), records)
                    .map_err(|error| InterventionError::BadZone(error.to_string()))?;
                let mut done = None;
                for set in sets {
                    let what = format!("{} {} was set", set.owner.without_dot(), set.rtype);
                    let zone = self.zone_of(&set.owner)?.with_rrset(set);
                    done = Some((self.replace_zone(zone)?, what));
                }
                done.ok_or_else(|| InterventionError::BadZone("there is no record".into()))
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

    /// The node with an identifier.
    fn named(&self, id: &str) -> Result<NodeId, InterventionError> {
        self.find(id)
            .ok_or_else(|| InterventionError::NoSuchNode(id.to_owned()))
    }

    /// The nearest zone above `name` that a server of this world serves.
    pub fn zone_of(&self, name: &Name) -> Result<Arc<Zone>, InterventionError> {
        let served = self.node_ids().filter_map(|id| match self.node(id) {
            Node::Authoritative(server) => Some(server.zones()),
            _ => None,
        });
        let holding = served
            .flatten()
            .filter(|zone| name.is_at_or_below(zone.origin()));
        holding
            .max_by_key(|zone| zone.origin().label_count())
            .cloned()
            .ok_or_else(|| InterventionError::NoSuchZone(name.clone()))
    }

    /// Replaces a zone on all servers that serve it; returns the first of them.
    fn replace_zone(&mut self, zone: Zone) -> Result<NodeId, InterventionError> {
        let zone = Arc::new(zone);
        let mut first = None;
        for id in self.node_ids() {
            let serves = matches!(self.node(id), Node::Authoritative(server)
                if server.zones().iter().any(|known| known.origin() == zone.origin()));
            if serves {
                if let Node::Authoritative(server) = self.node_mut(id) {
                    server.set_zone(Arc::clone(&zone));
                }
                first = first.or(Some(id));
            }
        }
        first.ok_or_else(|| InterventionError::NoSuchZone(zone.origin().clone()))
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
