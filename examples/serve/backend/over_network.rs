//! The lab's resolver with real servers behind it.

use std::collections::VecDeque;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};

use dns_lab::engine::{
    Action, Datagram, Delegation, Payload, RecursiveResolver, ResolverConfig, SimTime,
};
use mio::{Registry, Token};

use super::upstream::Upstream;
use super::{Backend, Reply};
use crate::front::{Guest, Query};

/// The port of DNS.
const DNS_PORT: u16 = 53;

/// A resolver between clients and real servers.
#[derive(Debug)]
pub(crate) struct OverNetwork {
    /// The resolver.
    resolver: RecursiveResolver,
    /// Its sockets.
    upstream: Upstream,
    /// Responses not yet taken.
    replies: VecDeque<Reply>,
}

impl OverNetwork {
    /// A resolver that begins at `hints`.
    pub(crate) fn new(hints: Delegation, seed: u64, registry: Registry) -> Self {
        let any = [
            IpAddr::V4(Ipv4Addr::UNSPECIFIED),
            IpAddr::V6(Ipv6Addr::UNSPECIFIED),
        ];
        let addresses = any.into_iter().filter(|own| reaches(*own, &hints));
        let config = ResolverConfig::new(addresses.collect(), hints);
        Self {
            resolver: RecursiveResolver::new(config, seed, "serve"),
            upstream: Upstream::new(registry),
            replies: VecDeque::new(),
        }
    }

    /// Carries out what the resolver wants done.
    fn drain(&mut self, now: SimTime) {
        while let Some(action) = self.resolver.poll_action() {
            let Action::Transmit(datagram) = action else {
                continue;
            };
            let Payload::Message(message) = &datagram.payload else {
                continue;
            };
            if message.flags.qr {
                let guest = Guest(datagram.destination.port());
                self.replies.push_back((guest, message.clone()));
            } else {
                self.upstream.send(now, &datagram);
            }
        }
    }

    /// Gives the resolver what servers sent.
    fn hand_over(&mut self, now: SimTime, arrived: &[Datagram]) {
        for datagram in arrived {
            self.resolver.handle_datagram(now, datagram);
            self.drain(now);
        }
    }
}

impl Backend for OverNetwork {
    fn ask(&mut self, now: SimTime, query: Query) {
        self.resolver.handle_datagram(now, &query.datagram);
        self.drain(now);
    }

    fn poll_reply(&mut self) -> Option<Reply> {
        self.replies.pop_front()
    }

    fn advance(&mut self, now: SimTime) {
        self.upstream.expire(now);
        while self.resolver.next_timeout().is_some_and(|due| due <= now) {
            self.resolver.handle_timeout(now);
            self.drain(now);
        }
    }

    fn next_due(&self) -> Option<SimTime> {
        let due = [self.resolver.next_timeout(), self.upstream.next_due()];
        due.into_iter().flatten().min()
    }

    fn handle_event(&mut self, now: SimTime, token: Token) {
        let arrived = self.upstream.handle_event(token);
        self.hand_over(now, &arrived);
    }
}

/// Whether this machine has a way to any server of the hints of the family of `own`. No packet
/// is sent to find out.
fn reaches(own: IpAddr, hints: &Delegation) -> bool {
    let Ok(socket) = UdpSocket::bind(SocketAddr::new(own, 0)) else {
        return false;
    };
    let mut servers = hints.servers.iter().flat_map(|(_, addresses)| addresses);
    servers.any(|server| {
        server.is_ipv4() == own.is_ipv4()
            && socket.connect(SocketAddr::new(*server, DNS_PORT)).is_ok()
    })
}
