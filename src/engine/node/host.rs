//! A web server, seen from DNS: something that accepts connections.

use std::net::SocketAddr;

use indexmap::IndexMap;

use super::{Action, Datagram, Outbox, Payload};
use crate::engine::balancer::{Balancer, Condition};
use crate::engine::{EventKind, SimTime};

/// The most connections a host remembers; the oldest is forgotten first.
const MAX_CONNECTIONS: usize = 4096;

/// A machine that completes TCP handshakes, gives out long answers in parts, and answers no
/// DNS query.
///
/// With several sites it is one machine at each: a connection is known only where it began.
/// With a [`Balancer`] it is the address of several servers.
#[derive(Clone, Debug, Default)]
pub struct Host {
    /// The open connections by both ends, with the site they are at.
    connections: IndexMap<(SocketAddr, SocketAddr), usize>,
    /// Who picks a server for each connection; `None` for a machine that is its own server.
    balancer: Option<Balancer>,
    /// What waits to be sent.
    outbox: Outbox,
}

impl Host {
    /// The address of the servers behind a balancer.
    pub fn with_balancer(balancer: Balancer) -> Self {
        Self {
            balancer: Some(balancer),
            ..Self::default()
        }
    }

    /// Who picks a server for each connection.
    pub fn balancer(&self) -> Option<&Balancer> {
        self.balancer.as_ref()
    }

    /// Who picks a server, to change its servers.
    pub(crate) fn balancer_mut(&mut self) -> Option<&mut Balancer> {
        self.balancer.as_mut()
    }

    /// Takes a segment of a connection at one of the host's sites; anything else is ignored.
    pub(crate) fn handle_datagram(&mut self, now: SimTime, site: usize, datagram: &Datagram) {
        let ends = (datagram.source, datagram.destination);
        let is_here = self.connections.get(&ends) == Some(&site);
        match datagram.payload {
            Payload::Syn => self.accept(now, site, datagram),
            Payload::Request if is_here => self.answer(datagram),
            Payload::Request => self.outbox.transmit(datagram.reset()),
            Payload::Fin => {
                self.connections.shift_remove(&ends);
                if let Some(balancer) = &mut self.balancer {
                    balancer.close(ends);
                }
            }
            _ => {}
        }
    }

    /// Takes a new connection, or has one of the servers take it.
    fn accept(&mut self, now: SimTime, site: usize, datagram: &Datagram) {
        let ends = (datagram.source, datagram.destination);
        if let Some(balancer) = &mut self.balancer {
            let candidates = balancer.servers().iter().filter(|server| server.is_open());
            let candidates = candidates.count();
            let choice = balancer.open(now, ends);
            let chosen = choice
                .and_then(|choice| Some((choice.why, balancer.servers().get(choice.server)?)));
            let Some((why, server)) = chosen else {
                self.outbox.report(EventKind::BalancerRefused);
                self.outbox.transmit(datagram.reset());
                return;
            };
            let condition = server.condition;
            self.outbox.report(EventKind::BalancerChose {
                server: server.config.id.clone(),
                why,
                candidates,
                condition,
            });
            if condition == Condition::Dead {
                return;
            }
        }
        if self.connections.len() >= MAX_CONNECTIONS {
            self.connections.shift_remove_index(0);
        }
        self.connections.insert(ends, site);
        self.outbox.transmit(datagram.back(Payload::SynAck));
    }

    /// Gives out the next part, if the server that has the connection can.
    fn answer(&mut self, datagram: &Datagram) {
        let ends = (datagram.source, datagram.destination);
        if let Some(balancer) = &mut self.balancer {
            let server = balancer.hold(ends);
            let server = server.and_then(|server| balancer.servers().get(server));
            match server.map(|server| server.condition) {
                Some(Condition::Well) => {}
                // An error comes instead of the part.
                Some(Condition::Sick) => return,
                Some(Condition::Dead) | None => {
                    self.connections.shift_remove(&ends);
                    self.outbox.transmit(datagram.reset());
                    return;
                }
            }
        }
        self.outbox.transmit(datagram.back(Payload::Part));
    }

    /// Checks the servers, if that is due.
    pub(crate) fn handle_timeout(&mut self, now: SimTime) {
        let Some(balancer) = &mut self.balancer else {
            return;
        };
        if balancer.next_check().is_none_or(|due| due > now) {
            return;
        }
        let probe = balancer.check().probe;
        for index in balancer.run_check(now) {
            if let Some(server) = balancer.servers().get(index) {
                self.outbox.report(EventKind::ServerJudged {
                    server: server.config.id.clone(),
                    healthy: server.verdict.healthy,
                    probe,
                });
            }
        }
    }

    /// When the servers are checked next.
    pub(crate) fn next_timeout(&self) -> Option<SimTime> {
        self.balancer.as_ref()?.next_check()
    }

    /// The next action.
    pub(crate) fn poll_action(&mut self) -> Option<Action> {
        self.outbox.pop()
    }
}
