//! Responses: matched with the query they answer, read, remembered, and acted upon.

use std::net::SocketAddr;
use std::sync::Arc;

use super::super::{DNS_PORT, Datagram, Transport};
use super::RecursiveResolver;
use super::resolution::{Candidate, ResolutionId, State};
use super::scrub::{self, Analysis, Finding};
use crate::dns::{Message, Name, Question, Rrset, Rtype, Ttl};
use crate::engine::cache::MAX_ALIASES;
use crate::engine::{CacheLayer, EventKind, FailureReason, IgnoreReason, Outcome, SimTime};

/// From a response to the next state.
impl RecursiveResolver {
    /// Takes a server's response: matches it with a query and reads it.
    pub(super) fn handle_response(
        &mut self,
        now: SimTime,
        datagram: &Datagram,
        response: &Arc<Message>,
    ) {
        let key = (response.id, datagram.destination.port());
        let matched = self.outstanding.get(&key).copied().filter(|id| {
            let Some(resolution) = self.resolutions.get(id) else {
                return false;
            };
            let State::AwaitResponse { candidate, .. } = &resolution.state else {
                return false;
            };
            datagram.source == SocketAddr::new(candidate.address, DNS_PORT)
                && response.question.as_ref().is_some_and(|question| {
                    question.qname == resolution.qname
                        && question.qtype == resolution.question.qtype
                })
        });
        let Some(id) = matched else {
            self.outbox.report(EventKind::ResponseIgnored {
                datagram: datagram.clone().into(),
            });
            return;
        };
        let Some(resolution) = self.resolutions.get_mut(&id) else {
            return;
        };
        let State::AwaitResponse {
            zone,
            hosts,
            candidate,
            sent_at,
            deadline,
            ..
        } = std::mem::replace(&mut resolution.state, State::ConsultCache)
        else {
            return;
        };
        let question = Question::new(resolution.qname.clone(), resolution.question.qtype);
        self.outstanding.remove(&key);
        self.timers.remove(&(deadline, id));
        if datagram.transport == Transport::Udp {
            self.servers
                .record_answer(candidate.address, now.since(sent_at));
        }
        let analysis = scrub::analyze(response, &question, &zone);
        let granted = self.remember(now, &analysis);
        let regrant = |sets: Vec<Rrset>| -> Vec<Rrset> {
            let grant = |set: Rrset| {
                let ttl = granted
                    .iter()
                    .find(|(s, _)| s.owner == set.owner && s.rtype == set.rtype);
                ttl.map_or_else(|| set.clone(), |(_, ttl)| set.with_ttl(*ttl))
            };
            sets.into_iter().map(grant).collect()
        };
        match analysis.finding {
            Finding::Answer { aliases, sets } => {
                self.report_aliases(id, &aliases);
                let mut answer = regrant(aliases);
                answer.extend(regrant(sets));
                self.conclude(now, id, Outcome::Answer(answer), Vec::new(), None);
            }
            Finding::Alias { aliases, target } => {
                self.follow_alias(now, id, regrant(aliases), target);
            }
            Finding::NoData { aliases, soa } => {
                self.report_aliases(id, &aliases);
                let owner = end_of(&aliases, &question.qname);
                let soa = self.remember_negative(now, &owner, Some(question.qtype), soa);
                self.conclude(now, id, Outcome::NoData, regrant(aliases), soa);
            }
            Finding::NxDomain { aliases, soa } => {
                self.report_aliases(id, &aliases);
                let owner = end_of(&aliases, &question.qname);
                let soa = self.remember_negative(now, &owner, None, soa);
                self.conclude(now, id, Outcome::NxDomain, regrant(aliases), soa);
            }
            Finding::Referral(cut) => {
                let hosts: Vec<Name> = cut.name_servers().collect();
                let glue = response
                    .additional
                    .iter()
                    .filter(|set| hosts.contains(&set.owner));
                self.outbox.report(EventKind::ReferralFollowed {
                    from_zone: zone,
                    zone_cut: cut.owner.clone(),
                    servers: hosts.len(),
                    glue: glue.map(|set| set.data.len()).sum(),
                });
                self.enter_zone(id, cut.owner, hosts);
            }
            Finding::Truncated if datagram.transport == Transport::Udp => {
                let root = self
                    .resolutions
                    .get(&id)
                    .map_or(id, |resolution| resolution.root);
                if self.charge(id, root) {
                    let transport = Transport::Tcp;
                    self.send(now, id, zone, hosts, candidate, question, transport);
                } else {
                    self.fail(now, id, FailureReason::WorkLimit);
                }
            }
            Finding::Truncated => self.pass_over(id, zone, hosts, &candidate, response, false),
            Finding::Useless { is_lame } => {
                self.pass_over(id, zone, hosts, &candidate, response, is_lame);
            }
        }
    }

    /// Leaves a server whose response was of no use and turns to the next.
    pub(super) fn pass_over(
        &mut self,
        id: ResolutionId,
        zone: Name,
        hosts: Vec<Name>,
        candidate: &Candidate,
        response: &Message,
        is_lame: bool,
    ) {
        self.outbox.report(EventKind::ServerPassedOver {
            server: candidate.host.clone(),
            address: candidate.address,
            rcode: response.rcode,
            is_lame,
        });
        if let Some(resolution) = self.resolutions.get_mut(&id) {
            // It answered; asking it again would bring the same.
            resolution
                .attempts
                .insert(candidate.address, self.config.selection.attempts);
        }
        self.proceed(id, State::ChooseServer { zone, hosts });
    }

    /// Caches what a response may be believed about. Returns the TTLs granted.
    pub(super) fn remember(&mut self, now: SimTime, analysis: &Analysis) -> Vec<(Rrset, Ttl)> {
        let layer = CacheLayer::Resolver;
        for (owner, rtype) in &analysis.out_of_zone {
            let (owner, rtype, reason) = (owner.clone(), *rtype, IgnoreReason::OutOfZone);
            self.outbox.report(EventKind::RecordIgnored {
                owner,
                rtype,
                reason,
            });
        }
        let mut granted_ttls = Vec::new();
        for (set, rank) in &analysis.believed {
            let rank = *rank;
            match self.cache.store(now, set, rank) {
                Some((granted, expires_at)) => {
                    granted_ttls.push((set.clone(), granted));
                    let rrset = set.clone();
                    self.outbox.report(EventKind::RrsetCached {
                        layer,
                        rrset,
                        rank,
                        granted,
                        expires_at,
                    });
                }
                None if set.ttl > Ttl::ZERO => {
                    let (owner, rtype) = (set.owner.clone(), set.rtype);
                    let reason = IgnoreReason::LowerRank;
                    self.outbox.report(EventKind::RecordIgnored {
                        owner,
                        rtype,
                        reason,
                    });
                }
                None => {}
            }
        }
        granted_ttls
    }

    /// Caches that something does not exist. Returns the SOA for the client, with the TTL granted.
    pub(super) fn remember_negative(
        &mut self,
        now: SimTime,
        owner: &Name,
        rtype: Option<Rtype>,
        soa: Option<Rrset>,
    ) -> Option<Rrset> {
        let stored = self.cache.store_negative(now, owner, rtype, soa.as_ref());
        let Some((granted, expires_at)) = stored else {
            return soa;
        };
        self.outbox.report(EventKind::NegativeCached {
            layer: CacheLayer::Resolver,
            owner: owner.clone(),
            rtype,
            granted,
            expires_at,
        });
        soa.map(|set| set.with_ttl(granted))
    }

    /// Reports the aliases a response itself followed.
    pub(super) fn report_aliases(&mut self, id: ResolutionId, aliases: &[Rrset]) {
        let before = self
            .resolutions
            .get(&id)
            .map_or(0, |resolution| resolution.aliases.len());
        for (index, set) in aliases.iter().enumerate() {
            let Some(target) = set.alias_target() else {
                continue;
            };
            let (alias, count) = (set.owner.clone(), before + index + 1);
            self.outbox.report(EventKind::AliasFollowed {
                alias,
                target,
                count,
            });
        }
    }

    /// Goes on with the target of an alias, from the cache downward.
    pub(super) fn follow_alias(
        &mut self,
        now: SimTime,
        id: ResolutionId,
        aliases: Vec<Rrset>,
        target: Name,
    ) {
        self.report_aliases(id, &aliases);
        let Some(resolution) = self.resolutions.get_mut(&id) else {
            return;
        };
        resolution.aliases.extend(aliases);
        let is_loop = resolution.aliases.iter().any(|set| set.owner == target);
        if is_loop || resolution.aliases.len() > MAX_ALIASES {
            self.fail(now, id, FailureReason::AliasLoop);
            return;
        }
        resolution.qname = target;
        self.proceed(id, State::ConsultCache);
    }
}

/// The name at the end of an alias chain that begins at `qname`.
fn end_of(aliases: &[Rrset], qname: &Name) -> Name {
    aliases
        .last()
        .and_then(Rrset::alias_target)
        .unwrap_or_else(|| qname.clone())
}
