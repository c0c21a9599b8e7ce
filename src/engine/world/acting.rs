//! Carrying out what a learner does to a world.

use super::intervention::{Intervention, InterventionError, ServerState};
use super::zone_edit::checked_zone;
use super::{NodeId, World};
use crate::dns::{Question, Ttl};
use crate::engine::balancer::Condition;
use crate::engine::{Coordinates, EventKind, Node, SimDuration, Trace};

/// The longest download, in seconds.
const MAX_DOWNLOAD: u32 = 3600;

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
