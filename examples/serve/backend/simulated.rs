//! A resolver of a simulated world. The world's time follows the clock, so TTLs count down and
//! packets take as long as they would.

use std::collections::VecDeque;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use dns_lab::engine::{
    Datagram, DropReason, EventKind, NodeId, Payload, SimTime, Trace, TraceEvent, World,
};
use dns_lab::scene::log_line;

use super::{Backend, Reply};
use crate::front::{Guest, Query};
use crate::say;

/// Events kept, so that later ones can refer to them; then the record begins anew.
const MAX_EVENTS: usize = 100_000;
/// The port of DNS.
const DNS_PORT: u16 = 53;

/// A world with real clients at one of its resolvers.
#[derive(Debug)]
pub(crate) struct Simulated {
    /// The world.
    world: World,
    /// The resolver.
    resolver: NodeId,
    /// Where it has its address in the world.
    address: SocketAddr,
    /// What happened lately.
    trace: Trace,
    /// How many events of the trace were looked at.
    seen: usize,
    /// How many queries wait for an answer of the world.
    waiting: usize,
    /// Whether to print what happens.
    log: bool,
    /// Responses not yet taken.
    replies: VecDeque<Reply>,
}

impl Simulated {
    /// Clients ask `resolver`; with `log` all events are printed.
    pub(crate) fn new(world: World, resolver: NodeId, log: bool) -> Self {
        // A world's machine has at least one address; its reader sees to that.
        let own = world.spec(resolver).addresses.first().copied();
        let ip = own.unwrap_or(IpAddr::V4(Ipv4Addr::LOCALHOST));
        Self {
            world,
            resolver,
            address: SocketAddr::new(ip, DNS_PORT),
            trace: Trace::default(),
            seen: 0,
            waiting: 0,
            log,
            replies: VecDeque::new(),
        }
    }

    /// Whether the event says that nobody in the world has the address of a real client, whom
    /// the response reaches all the same.
    fn is_delivery(&self, event: &TraceEvent) -> bool {
        let EventKind::DatagramDropped { datagram, reason } = &event.kind else {
            return false;
        };
        *reason == DropReason::NoSuchAddress
            && event.node == self.resolver
            && datagram.message().is_ok_and(|message| message.flags.qr)
    }

    /// Looks at the new events: responses that leave the world are for our guests.
    fn collect(&mut self) {
        for event in &self.trace.events()[self.seen..] {
            if self.log && !self.is_delivery(event) {
                let line = log_line(&self.world, &self.trace, event);
                say(&format!("{:>10}  {}: {}", line.time, line.actor, line.text));
            }
            let EventKind::DatagramSent {
                datagram, to: None, ..
            } = &event.kind
            else {
                continue;
            };
            if let Payload::Message(message) = &datagram.payload
                && event.node == self.resolver
                && message.flags.qr
            {
                let guest = Guest(datagram.destination.port());
                self.replies.push_back((guest, message.clone()));
                self.waiting = self.waiting.saturating_sub(1);
            }
        }
        self.seen = self.trace.len();
        if self.waiting == 0 || self.seen > MAX_EVENTS {
            self.trace = Trace::default();
            self.seen = 0;
        }
    }
}

impl Backend for Simulated {
    fn ask(&mut self, now: SimTime, query: Query) {
        self.world.run_until(now, &mut self.trace);
        let mut source = query.datagram.source;
        if self.world.node_at(source.ip()).is_some() {
            // A real client with an address of the world is still outside of it.
            source.set_ip(IpAddr::V4(Ipv4Addr::LOCALHOST));
        }
        self.waiting += 1;
        self.world.inject(
            self.resolver,
            Datagram {
                source,
                destination: self.address,
                ..query.datagram
            },
        );
        self.advance(now);
    }

    fn poll_reply(&mut self) -> Option<Reply> {
        self.replies.pop_front()
    }

    fn advance(&mut self, now: SimTime) {
        self.world.run_until(now, &mut self.trace);
        self.collect();
    }

    fn next_due(&self) -> Option<SimTime> {
        self.world.next_event_at()
    }
}
