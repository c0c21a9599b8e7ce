//! Responses: matched with the query they answer, read, remembered, and acted upon.

use std::net::SocketAddr;
use std::sync::Arc;

use super::super::{DNS_PORT, Datagram, Transport};
use super::RecursiveResolver;
use super::config::Minimisation;
use super::delegation::DelegationPoint;
use super::remember::as_kept;
use super::resolution::{Conclusion, Exchange, Extras, Purpose, ResolutionId, State};
use super::scrub::{Analysis, Finding, Reader};
use super::servers::Lameness;
use super::states::add_addresses;
use crate::dns::{Message, Name, Rcode, Rrset, Rtype};
use crate::engine::{EventKind, FailureReason, MinimisationTrouble, Outcome, SimTime, Uselessness};

/// Responses without any content that are asked about elsewhere before they are believed.
const MAX_EMPTY_RESPONSES: u32 = 2;

/// From a response to the next state.
impl RecursiveResolver {
    /// The resolution a datagram answers: ID, port, address and question must all fit
    /// ([RFC 5452 §9.1](https://www.rfc-editor.org/rfc/rfc5452#section-9.1)).
    fn matching(&self, datagram: &Datagram, response: &Message) -> Option<ResolutionId> {
        let key = (response.id, datagram.destination.port());
        let id = *self.outstanding.get(&key)?;
        let State::AwaitResponse(exchange) = &self.resolutions.get(&id)?.state else {
            return None;
        };
        let fits = datagram.source == SocketAddr::new(exchange.candidate.address, DNS_PORT)
            && datagram.destination.ip() == exchange.local
            && datagram.transport == exchange.transport
            // A server that cannot read a query may leave its question out.
            && match &response.question {
                Some(question) => *question == exchange.question,
                None => response.rcode != Rcode::NOERROR,
            };
        // An answer for another network than the one told of is dropped (RFC 7871 §7.3).
        let told = response.subnet().map(|subnet| subnet.network);
        let is_meant = exchange.subnet.is_none() || told.is_none() || told == exchange.subnet;
        (fits && is_meant).then_some(id)
    }

    /// Takes a server's response: matches it with a query and reads it.
    pub(super) fn handle_response(
        &mut self,
        now: SimTime,
        datagram: &Datagram,
        response: &Arc<Message>,
    ) {
        let matched = self.matching(datagram, response);
        let ended = matched.and_then(|id| Some((id, self.end_exchange(id)?)));
        let Some((id, exchange)) = ended else {
            self.outbox.report(EventKind::ResponseIgnored {
                datagram: datagram.clone().into(),
            });
            return;
        };
        if exchange.transport == Transport::Udp {
            let rtt = now.since(exchange.sent_at);
            let address = exchange.candidate.address;
            self.servers
                .record_answer(now, address, rtt, &self.config.selection);
        }
        if self.retry_without_edns(now, id, &exchange, response) {
            return;
        }
        let Some(resolution) = self.resolutions.get(&id) else {
            return;
        };
        let Some(zone) = resolution
            .delegation
            .as_ref()
            .map(|point| point.zone.clone())
        else {
            return;
        };
        let reader = Reader {
            zone: &zone,
            is_recursive: exchange.recursive,
            hardening: &self.config.hardening,
        };
        let analysis = reader.analyze(response, &exchange.question);
        let is_part = exchange.question != resolution.current_question();
        self.note_scope(id, &exchange, response);
        let is_scoped = self.is_scoped(id);
        let kept = self.remember(now, id, &analysis, is_scoped && !is_part);
        if is_part && self.learn_from_part(now, id, &exchange, &analysis.finding) {
            return;
        }
        self.act(now, id, exchange, response, analysis, &kept);
    }

    /// Does what the response calls for.
    fn act(
        &mut self,
        now: SimTime,
        id: ResolutionId,
        exchange: Exchange,
        response: &Message,
        analysis: Analysis,
        kept: &[Rrset],
    ) {
        let policy = self.cache.policy();
        let regrant = |sets: Vec<Rrset>| as_kept(sets, kept, policy);
        if let Finding::Referral(cut) = analysis.finding {
            // A delegation is followed as it is told now, whatever the cache prefers.
            let told = Extras {
                authority: analysis.authority,
                additional: analysis.additional,
            };
            self.follow_referral(now, id, &cut, &told);
            return;
        }
        // What is meant for one network is not mixed with what is meant for all.
        let is_apart = exchange.subnet.is_some();
        let beside = |sets: Vec<Rrset>| as_kept(sets, if is_apart { &[] } else { kept }, policy);
        let extras = Extras {
            authority: beside(analysis.authority),
            additional: beside(analysis.additional),
        };
        match analysis.finding {
            Finding::Answer { aliases, sets } => {
                self.report_aliases(id, &aliases);
                let mut answer = regrant(aliases);
                answer.extend(regrant(sets));
                let conclusion = Conclusion {
                    extras,
                    ..Conclusion::bare(Outcome::Answer(answer))
                };
                self.remember_extras(now, id, &exchange, &conclusion);
                self.conclude(now, id, conclusion);
            }
            Finding::Alias { aliases, target } => {
                // What proves an alias from a wildcard goes to the client with it.
                if let Some(resolution) = self.resolutions.get_mut(&id) {
                    let denials = extras.authority.into_iter().filter_map(denial);
                    resolution.proofs.extend(denials);
                }
                self.follow_alias(now, id, regrant(aliases), target);
            }
            Finding::NoData {
                aliases,
                owner,
                soa,
            } => {
                self.report_aliases(id, &aliases);
                let rtype = Some(exchange.question.qtype);
                let soa = self.remember_negative(now, id, &owner, rtype, soa);
                let conclusion = Conclusion {
                    aliases: regrant(aliases),
                    soa,
                    extras,
                    ..Conclusion::bare(Outcome::NoData)
                };
                self.remember_extras(now, id, &exchange, &conclusion);
                self.conclude(now, id, conclusion);
            }
            Finding::NxDomain {
                aliases,
                owner,
                soa,
            } => {
                self.report_aliases(id, &aliases);
                let soa = self.remember_negative(now, id, &owner, None, soa);
                let conclusion = Conclusion {
                    aliases: regrant(aliases),
                    soa,
                    extras,
                    ..Conclusion::bare(Outcome::NxDomain)
                };
                self.remember_extras(now, id, &exchange, &conclusion);
                self.conclude(now, id, conclusion);
            }
            Finding::NameTooLong(aliases) => {
                let outcome = Outcome::Failure(Rcode::YXDOMAIN, FailureReason::Reported);
                let conclusion = Conclusion {
                    aliases,
                    ..Conclusion::bare(outcome)
                };
                self.conclude(now, id, conclusion);
            }
            Finding::Referral(_) => {}
            Finding::Truncated if exchange.transport == Transport::Udp => {
                self.outbox.report(EventKind::TruncationMet {
                    server: exchange.candidate.host.clone(),
                    address: exchange.candidate.address,
                });
                if self.charge(id) {
                    let transport = Transport::Tcp;
                    self.send(now, id, exchange.candidate, exchange.question, transport);
                } else {
                    self.fail(now, id, FailureReason::WorkLimit);
                }
            }
            Finding::Truncated => {
                self.pass_over(now, id, &exchange, response.rcode, Uselessness::Error);
            }
            Finding::Useless(why) => {
                self.pass_over(now, id, &exchange, response.rcode, why);
            }
        }
    }

    /// A server that does not understand EDNS is asked again without it
    /// ([RFC 6891 §6.2.2](https://www.rfc-editor.org/rfc/rfc6891#section-6.2.2)). Returns whether it is.
    fn retry_without_edns(
        &mut self,
        now: SimTime,
        id: ResolutionId,
        exchange: &Exchange,
        response: &Message,
    ) -> bool {
        let is_complaint = matches!(response.rcode, Rcode::FORMERR | Rcode::NOTIMP);
        // A server that echoes the OPT record knows what it is.
        let is_about_edns = is_complaint && exchange.edns && response.edns.is_none();
        if !is_about_edns || !self.charge(id) {
            return false;
        }
        let address = exchange.candidate.address;
        let selection = self.config.selection;
        self.servers.record_lack_of_edns(now, address, &selection);
        self.outbox.report(EventKind::EdnsDropped {
            server: exchange.candidate.host.clone(),
            address,
        });
        let (candidate, question) = (exchange.candidate.clone(), exchange.question.clone());
        self.send(now, id, candidate, question, exchange.transport);
        true
    }

    /// What the response to a part of the name teaches. Returns whether that is all there is
    /// to do; referrals and cut responses are acted upon as ever.
    fn learn_from_part(
        &mut self,
        now: SimTime,
        id: ResolutionId,
        exchange: &Exchange,
        finding: &Finding,
    ) -> bool {
        let asked = &exchange.question;
        let trouble = match finding {
            Finding::Referral(_) | Finding::Truncated => return false,
            Finding::Answer { .. }
            | Finding::Alias { .. }
            | Finding::Useless(Uselessness::Empty) => None,
            Finding::NoData { soa, .. } => {
                self.remember_negative(now, id, &asked.qname, Some(asked.qtype), soa.clone());
                None
            }
            Finding::NxDomain { soa, .. } => {
                let soa = self.remember_negative(now, id, &asked.qname, None, soa.clone());
                if self.config.minimisation == Minimisation::Strict {
                    // Nothing exists below a missing name.
                    let conclusion = Conclusion {
                        soa,
                        ..Conclusion::bare(Outcome::NxDomain)
                    };
                    self.conclude(now, id, conclusion);
                    return true;
                }
                Some(MinimisationTrouble::NxDomain)
            }
            Finding::NameTooLong(_) | Finding::Useless(_) => Some(MinimisationTrouble::Error),
        };
        if let Some(trouble) = trouble {
            if !self.stop_hiding(id, trouble) {
                return false;
            }
        } else if let Some(resolution) = self.resolutions.get_mut(&id) {
            let full = resolution.current_question();
            resolution.disclosure.reveal_more(&full, asked);
        }
        if let Some(resolution) = self.resolutions.get_mut(&id) {
            resolution.attempts.clear();
        }
        self.proceed(id, State::ChooseServer);
        true
    }

    /// Turns to the servers of a zone cut nearer to the name.
    fn follow_referral(&mut self, now: SimTime, id: ResolutionId, cut: &Rrset, extras: &Extras) {
        let mut point = DelegationPoint::from_ns(cut);
        add_addresses(&mut point, extras);
        let glue = point.hosts.iter().map(|host| host.addresses.len()).sum();
        let limit = self.config.limits.referrals;
        let Some(resolution) = self.resolutions.get_mut(&id) else {
            return;
        };
        let from_zone = resolution
            .delegation
            .as_ref()
            .map_or_else(Name::root, |point| point.zone.clone());
        resolution.referrals += 1;
        let is_too_far = resolution.referrals > limit;
        let is_parent_side = resolution.purpose == Purpose::ParentSideAddress;
        let question = resolution.current_question();
        let is_refetch = resolution.parents_consulted.contains(&cut.owner);
        self.outbox.report(EventKind::ReferralFollowed {
            from_zone: from_zone.clone(),
            zone_cut: cut.owner.clone(),
            servers: point.hosts.len(),
            glue,
        });
        if is_too_far {
            self.fail(now, id, FailureReason::WorkLimit);
            return;
        }
        self.limit_servers(now, &mut point);
        // What stood between is gone: the parent itself refers past it.
        let between = cut.owner.ancestors().skip(1);
        for zone in between.take_while(|zone| zone.is_below(&from_zone)) {
            self.cache.forget_expired(now, &zone, Rtype::NS);
        }
        let ttl = self.cache.policy().grant(cut.ttl);
        self.parents.remember(now, point.clone(), ttl);
        if is_parent_side {
            // The glue is what was asked for, if it is there.
            let is_wanted =
                |set: &&Rrset| set.owner == question.qname && set.rtype == question.qtype;
            if let Some(glue) = extras.additional.iter().find(is_wanted) {
                let outcome = Outcome::Answer(vec![glue.clone()]);
                self.conclude(now, id, Conclusion::bare(outcome));
                return;
            }
        }
        if is_refetch {
            point.origin = super::delegation::Origin::Parent;
        } else if self.config.hardening.unverified_glue {
            for host in &mut point.hosts {
                if !host.name.is_at_or_below(&cut.owner) {
                    host.unverified = std::mem::take(&mut host.addresses);
                }
            }
        }
        self.enter_zone(now, id, point);
    }

    /// Leaves a server whose response was of no use and turns to the next.
    fn pass_over(
        &mut self,
        now: SimTime,
        id: ResolutionId,
        exchange: &Exchange,
        rcode: Rcode,
        why: Uselessness,
    ) {
        let candidate = &exchange.candidate;
        self.outbox.report(EventKind::ServerPassedOver {
            server: candidate.host.clone(),
            address: candidate.address,
            rcode,
            why,
        });
        let attempts = self.config.selection.attempts.max(1);
        let Some(resolution) = self.resolutions.get_mut(&id) else {
            return;
        };
        // It answered; asking it again would bring the same.
        resolution.attempts.insert(candidate.address, attempts);
        let zone = resolution
            .delegation
            .as_ref()
            .map(|point| point.zone.clone());
        let lameness = match why {
            // A refusal may concern this name or this client only.
            Uselessness::Lame if rcode == Rcode::NOERROR => Some(Lameness::Lame),
            Uselessness::Recursive => Some(Lameness::Recursive),
            Uselessness::Empty => {
                resolution.empty_responses += 1;
                None
            }
            Uselessness::Lame | Uselessness::Error => None,
        };
        let is_settled = resolution.empty_responses >= MAX_EMPTY_RESPONSES;
        if let (Some(lameness), Some(zone)) = (lameness, zone) {
            let selection = self.config.selection;
            let address = candidate.address;
            let place = (&zone, exchange.question.qtype);
            self.servers
                .record_lameness(now, address, place, lameness, &selection);
        }
        if is_settled {
            self.conclude_empty(now, id);
            return;
        }
        self.proceed(id, State::ChooseServer);
    }

    /// Reports the aliases a response itself followed.
    pub(super) fn report_aliases(&mut self, id: ResolutionId, aliases: &[Rrset]) {
        let is_alias = |set: &&Rrset| set.rtype == Rtype::CNAME;
        let before = self.resolutions.get(&id).map_or(0, |resolution| {
            resolution.aliases.iter().filter(is_alias).count()
        });
        for (index, set) in aliases.iter().filter(is_alias).enumerate() {
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
}

/// A set as far as it denies that something exists: NSEC and NSEC3 records and their signatures.
fn denial(set: Rrset) -> Option<Rrset> {
    match set.rtype {
        Rtype::NSEC | Rtype::NSEC3 => Some(set),
        Rtype::RRSIG => set
            .covering(Rtype::NSEC)
            .or_else(|| set.covering(Rtype::NSEC3)),
        _ => None,
    }
}
