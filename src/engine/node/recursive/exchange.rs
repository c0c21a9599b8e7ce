//! Queries to servers: which one is asked what, and what a silence means.

use std::net::{IpAddr, SocketAddr};

use super::super::client::ephemeral_port;
use super::super::{DNS_PORT, Datagram, Transport};
use super::RecursiveResolver;
use super::config::Minimisation;
use super::delegation::{Candidate, Origin};
use super::minimisation::MAX_SILENCES;
use super::resolution::{Conclusion, Exchange, ResolutionId, State};
use crate::dns::{Edns, EdnsOption, Message, Question, Subnet};
use crate::engine::{EventKind, FailureReason, MinimisationTrouble, Outcome, SimTime};

/// From a question to a datagram and back to the next server.
impl RecursiveResolver {
    /// Step 3: sends the query to one of the zone's servers, or looks for an address first.
    pub(super) fn choose_server(&mut self, now: SimTime, id: ResolutionId) {
        let Some(resolution) = self.resolutions.get(&id) else {
            return;
        };
        if resolution.delegation.is_none() {
            self.fail(now, id, FailureReason::NoServerAddress);
            return;
        }
        if self
            .budgets
            .is_exhausted(resolution.root, &self.config.limits)
        {
            self.fail(now, id, FailureReason::WorkLimit);
            return;
        }
        let Some(asked) = self.next_question(now, id) else {
            return;
        };
        let candidates = self.candidates(now, id);
        let Some(resolution) = self.resolutions.get(&id) else {
            return;
        };
        let limit = self.config.selection.attempts.max(1);
        let attempts = |address: &IpAddr| resolution.attempts.get(address).copied().unwrap_or(0);
        // Every server gets its first chance before one gets a second.
        let usable = candidates.iter().filter(|c| attempts(&c.address) < limit);
        let fewest = usable.clone().map(|c| attempts(&c.address)).min();
        let round: Vec<&Candidate> = usable
            .filter(|c| Some(attempts(&c.address)) == fewest)
            .collect();
        let addresses: Vec<IpAddr> = round.iter().map(|candidate| candidate.address).collect();
        let Some((index, reason)) = self.servers.choose(
            now,
            &addresses,
            &self.config.selection,
            &mut self.random_choice,
        ) else {
            self.look_further(now, id, !candidates.is_empty());
            return;
        };
        let candidate = round[index].clone();
        let zone = resolution
            .delegation
            .as_ref()
            .map(|point| point.zone.clone());
        if !self.charge(id) {
            self.fail(now, id, FailureReason::WorkLimit);
            return;
        }
        self.outbox.report(EventKind::ServerChosen {
            zone: zone.unwrap_or_else(crate::dns::Name::root),
            server: candidate.host.clone(),
            address: candidate.address,
            reason,
            candidates: candidates.len(),
        });
        self.send(now, id, candidate, asked, Transport::Udp);
    }

    /// What to ask next: the question itself, or as little of its name as will do. `None`
    /// if what is known of a part of the name settled the question.
    fn next_question(&mut self, now: SimTime, id: ResolutionId) -> Option<Question> {
        let resolution = self.resolutions.get_mut(&id)?;
        let point = resolution.delegation.as_ref()?;
        let full = resolution.current_question();
        if point.origin == Origin::Forward {
            return Some(full);
        }
        let zone = point.zone.clone();
        let mut disclosure = resolution.disclosure;
        let asked = loop {
            let asked = disclosure.question(&full, &zone);
            if asked == full {
                break asked;
            }
            // A part of the name that is known not to be a zone cut need not be asked for.
            match self.cache.resolve(now, &asked).map(|known| known.outcome) {
                None => break asked,
                Some(Outcome::NxDomain) => {
                    if self.config.minimisation == Minimisation::Strict {
                        self.conclude(now, id, Conclusion::bare(Outcome::NxDomain));
                        return None;
                    }
                    disclosure.is_hidden = false;
                }
                Some(_) => disclosure.reveal_more(&full, &asked),
            }
        };
        let resolution = self.resolutions.get_mut(&id)?;
        resolution.disclosure = disclosure;
        if asked != full {
            let (qname, asked) = (full.qname, asked.clone());
            self.outbox
                .report(EventKind::QnameMinimised { qname, asked });
        }
        Some(asked)
    }

    /// Sends one query and waits for the response.
    pub(super) fn send(
        &mut self,
        now: SimTime,
        id: ResolutionId,
        candidate: Candidate,
        question: Question,
        transport: Transport,
    ) {
        let Some(source) = self.own_address(candidate.address) else {
            return;
        };
        let Some(resolution) = self.resolutions.get(&id) else {
            return;
        };
        let is_forwarded = resolution
            .delegation
            .as_ref()
            .is_some_and(|point| point.origin == Origin::Forward);
        let recursive = is_forwarded || resolution.demand.recursion_as_last_resort;
        let subnet = self.subnet_for(id, candidate.address, &question);
        let selection = self.config.selection;
        let stats = self.servers.stats(now, candidate.address, &selection);
        let message_id = self.random_id.next_u16();
        let mut port = ephemeral_port(&mut self.random_id);
        while self.outstanding.contains_key(&(message_id, port)) {
            port = ephemeral_port(&mut self.random_id);
        }
        let mut query = Message::query(message_id, question.clone());
        query.flags.rd = recursive;
        let size = self.config.udp_payload_size.filter(|_| !stats.lacks_edns);
        query.edns = size.map(Edns::with_payload_size);
        if let Some(edns) = &mut query.edns {
            edns.dnssec_ok = self.config.dnssec_ok;
            let option = subnet.map(|network| EdnsOption::subnet(Subnet::of(network)));
            edns.options.extend(option);
        }
        let subnet = subnet.filter(|_| query.edns.is_some());
        if let Some(network) = subnet {
            let address = candidate.address;
            self.outbox
                .report(EventKind::SubnetSent { address, network });
        }
        let edns = query.edns.is_some();
        let from = SocketAddr::new(source, port);
        let to = SocketAddr::new(candidate.address, DNS_PORT);
        self.outbox.transmit(Datagram {
            transport,
            ..Datagram::udp(from, to, query)
        });
        let wait = match transport {
            Transport::Udp => stats.timeout(&selection),
            // The handshake comes first.
            Transport::Tcp => stats.timeout(&selection).saturating_mul(2),
        };
        let deadline = now + wait;
        self.outstanding.insert((message_id, port), id);
        self.timers.insert((deadline, super::Timer::Server(id)));
        if let Some(resolution) = self.resolutions.get_mut(&id) {
            *resolution.attempts.entry(candidate.address).or_insert(0) += 1;
            resolution.state = State::AwaitResponse(Box::new(Exchange {
                candidate,
                question,
                local: source,
                id: message_id,
                port,
                transport,
                sent_at: now,
                deadline,
                subnet,
                recursive,
                edns,
            }));
        }
    }

    /// Takes a resolution out of its wait for a response.
    pub(super) fn end_exchange(&mut self, id: ResolutionId) -> Option<Exchange> {
        let resolution = self.resolutions.get_mut(&id)?;
        if !matches!(resolution.state, State::AwaitResponse(_)) {
            return None;
        }
        let state = std::mem::replace(&mut resolution.state, State::ChooseServer);
        let State::AwaitResponse(exchange) = state else {
            return None;
        };
        self.outstanding.remove(&(exchange.id, exchange.port));
        self.timers
            .remove(&(exchange.deadline, super::Timer::Server(id)));
        Some(*exchange)
    }

    /// A wait is over without a response.
    pub(super) fn server_was_silent(&mut self, now: SimTime, id: ResolutionId) {
        let Some(exchange) = self.end_exchange(id) else {
            return;
        };
        let address = exchange.candidate.address;
        let selection = self.config.selection;
        self.servers.record_silence(now, address, &selection);
        self.outbox.report(EventKind::QueryTimedOut {
            server: Some(exchange.candidate.host),
            address,
            waited: now.since(exchange.sent_at),
        });
        if let Some(resolution) = self.resolutions.get_mut(&id)
            && exchange.question != resolution.current_question()
        {
            resolution.disclosure.silences += 1;
            let is_enough = resolution.disclosure.silences >= MAX_SILENCES;
            if is_enough
                && self.stop_hiding(id, MinimisationTrouble::Silence)
                && let Some(resolution) = self.resolutions.get_mut(&id)
            {
                // The whole question is another one, and every server gets it anew.
                resolution.attempts.clear();
            }
        }
        self.proceed(id, State::ChooseServer);
    }

    /// A server knows nothing of the connection a query went over: it is asked again, or
    /// another one is.
    pub(super) fn connection_was_reset(&mut self, now: SimTime, datagram: &Datagram) {
        let waiting = self.resolutions.iter().find(|(_, resolution)| {
            let State::AwaitResponse(exchange) = &resolution.state else {
                return false;
            };
            exchange.transport == Transport::Tcp
                && exchange.port == datagram.destination.port()
                && datagram.source == SocketAddr::new(exchange.candidate.address, DNS_PORT)
        });
        let id = waiting.map(|(id, _)| *id);
        let Some((id, exchange)) = id.and_then(|id| Some((id, self.end_exchange(id)?))) else {
            return;
        };
        self.outbox.report(EventKind::ConnectionReset {
            address: exchange.candidate.address,
            elapsed: now.since(exchange.sent_at),
        });
        self.proceed(id, State::ChooseServer);
    }

    /// Goes on with the full name, unless names are hidden strictly. Returns whether it does.
    pub(super) fn stop_hiding(&mut self, id: ResolutionId, trouble: MinimisationTrouble) -> bool {
        if self.config.minimisation != Minimisation::Relaxed {
            return false;
        }
        let Some(resolution) = self.resolutions.get_mut(&id) else {
            return false;
        };
        if !resolution.disclosure.is_hidden {
            return false;
        }
        resolution.disclosure.is_hidden = false;
        let qname = resolution.qname.clone();
        self.outbox
            .report(EventKind::MinimisationEnded { qname, trouble });
        true
    }
}
