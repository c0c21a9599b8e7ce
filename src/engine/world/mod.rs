//! A world: nodes, the network between them, and the queue of what comes next.

pub mod act_as_read;
mod acting;
mod checks;
mod intervention;
mod moving;
mod network;
mod routes;
mod steering;
mod timeline;
mod trace;
mod zone_edit;

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::net::IpAddr;
use std::sync::Arc;

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

pub use intervention::{Intervention, InterventionError, ServerState};
pub(in crate::engine) use network::travel_ms;
pub use network::{Network, NetworkConfig, Place, Way};
pub use timeline::{SessionTooLong, Timeline};
pub use trace::{EventId, Trace, TraceEvent};

use self::routes::RouteChange;
use crate::dns::Name;
use crate::engine::node::Action;
use crate::engine::table::Table;
use crate::engine::{Datagram, DropReason, EventKind, Node, SimDuration, SimTime, Zone};

/// Which node of a world; its index.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(u16);

impl NodeId {
    /// The index into [`World::specs`].
    pub fn index(self) -> usize {
        usize::from(self.0)
    }
}

/// What is fixed about a node: its name, addresses and places.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct NodeSpec {
    /// Stable identifier, for instance `resolver-frankfurt` or a server's host name.
    pub id: String,
    /// What the stage calls it.
    pub title: String,
    /// Its addresses.
    pub addresses: Vec<IpAddr>,
    /// Where it stands; several places when its addresses are anycast. Never empty.
    pub sites: Vec<Place>,
    /// For a name server, the DNS provider that runs it, if the world says.
    pub provider: Option<String>,
}

/// Something that will happen.
#[derive(Clone, Debug)]
struct Scheduled {
    /// When.
    at: SimTime,
    /// Order of insertion, which breaks ties.
    sequence: u64,
    /// At which node.
    node: NodeId,
    /// What.
    what: Upcoming,
}

/// What will happen at a node.
#[derive(Clone, Debug)]
enum Upcoming {
    /// A datagram arrives.
    Arrival {
        /// What arrives.
        datagram: Arc<Datagram>,
        /// Who sent it.
        from: NodeId,
        /// The event of its sending.
        sent: Option<EventId>,
        /// At which of the receiver's sites.
        site: usize,
    },
    /// The network of the node sends to another site of an anycast address from now on.
    Route(RouteChange),
    /// The node asked to be woken.
    Wakeup,
    /// A health check has news.
    Check(checks::CheckNews),
}

impl Scheduled {
    /// The order of events: time first, then order of insertion.
    fn key(&self) -> (SimTime, u64) {
        (self.at, self.sequence)
    }
}

impl PartialEq for Scheduled {
    fn eq(&self, other: &Self) -> bool {
        self.key() == other.key()
    }
}

impl Eq for Scheduled {}

impl PartialOrd for Scheduled {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Scheduled {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.key().cmp(&other.key())
    }
}

/// Nodes that exchange datagrams over a simulated network.
///
/// Cloning is cheap: a node is copied only when one of the copies changes it. That is what
/// makes checkpoints and what-if runs free.
#[derive(Clone, Debug)]
pub struct World {
    /// The present moment.
    now: SimTime,
    /// What is fixed about the nodes.
    specs: Arc<[NodeSpec]>,
    /// Which node has an address.
    addresses: Arc<Table<IpAddr, NodeId>>,
    /// The nodes themselves.
    nodes: Vec<Arc<Node>>,
    /// Which nodes are down: nothing reaches or leaves them.
    down: Vec<bool>,
    /// For each node the earliest wake-up in the queue.
    wakeups: Vec<Option<SimTime>>,
    /// What comes next.
    queue: BinaryHeap<Reverse<Scheduled>>,
    /// The next tie-breaker.
    sequence: u64,
    /// How datagrams travel.
    network: Network,
    /// Zones that no server serves at the moment; they can be loaded again.
    shelf: IndexMap<Name, Arc<Zone>>,
    /// Where machines stood to begin with: what points of the map are called.
    gazetteer: Arc<[Place]>,
    /// The health checks.
    checks: Vec<checks::Watch>,
}

impl World {
    /// A world at time zero. Of two nodes with one address the first is reached.
    pub fn new(seed: u64, config: NetworkConfig, nodes: Vec<(NodeSpec, Node)>) -> Self {
        let mut addresses = Table::default();
        let mut specs = Vec::new();
        let mut states = Vec::new();
        for (index, (spec, node)) in nodes.into_iter().enumerate() {
            let id = NodeId(u16::try_from(index).unwrap_or(u16::MAX));
            for address in &spec.addresses {
                addresses.entry(*address).or_insert(id);
            }
            specs.push(spec);
            states.push(Arc::new(node));
        }
        Self {
            now: SimTime::ZERO,
            down: vec![false; states.len()],
            wakeups: vec![None; states.len()],
            gazetteer: Self::gazetteer(&specs),
            specs: specs.into(),
            addresses: Arc::new(addresses),
            nodes: states,
            queue: BinaryHeap::new(),
            sequence: 0,
            network: Network::new(seed, config),
            shelf: IndexMap::new(),
            checks: Vec::new(),
        }
    }

    /// The present moment.
    pub fn now(&self) -> SimTime {
        self.now
    }

    /// What is fixed about all nodes, in the order of their ids.
    pub fn specs(&self) -> &[NodeSpec] {
        &self.specs
    }

    /// All node ids.
    pub fn node_ids(&self) -> impl Iterator<Item = NodeId> + use<> {
        (0..u16::try_from(self.specs.len()).unwrap_or(u16::MAX)).map(NodeId)
    }

    /// What is fixed about one node.
    pub fn spec(&self, id: NodeId) -> &NodeSpec {
        &self.specs[id.index()]
    }

    /// One node's state.
    pub fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id.index()]
    }

    /// One node's state, to change it.
    pub fn node_mut(&mut self, id: NodeId) -> &mut Node {
        Arc::make_mut(&mut self.nodes[id.index()])
    }

    /// The node with an identifier.
    pub fn find(&self, id: &str) -> Option<NodeId> {
        self.node_ids().find(|node| self.spec(*node).id == id)
    }

    /// The node that has an address.
    pub fn node_at(&self, address: IpAddr) -> Option<NodeId> {
        self.addresses.get(&address).copied()
    }

    /// Whether a node is down.
    pub fn is_down(&self, id: NodeId) -> bool {
        self.down[id.index()]
    }

    /// Takes a node down or brings it back.
    pub fn set_down(&mut self, id: NodeId, down: bool) {
        self.down[id.index()] = down;
        self.recheck();
    }

    /// How datagrams travel.
    pub fn network(&self) -> &Network {
        &self.network
    }

    /// How datagrams travel, to change it.
    pub fn network_mut(&mut self) -> &mut Network {
        &mut self.network
    }

    /// The expected round-trip time between two nodes, without jitter.
    pub fn round_trip(&mut self, a: NodeId, b: NodeId) -> SimDuration {
        let one_way = self.network.base_delay(&self.specs, a, b);
        one_way.saturating_mul(2)
    }

    /// When something happens next.
    pub fn next_event_at(&self) -> Option<SimTime> {
        self.queue.peek().map(|Reverse(scheduled)| scheduled.at)
    }

    /// Lets time pass without anything happening before `at`; never goes back.
    pub fn advance_to(&mut self, at: SimTime) {
        self.now = self.now.max(at);
    }

    /// Processes the next thing in the queue. `false` if there was none.
    pub fn step(&mut self, trace: &mut Trace) -> bool {
        let Some(Reverse(scheduled)) = self.queue.pop() else {
            return false;
        };
        let node = scheduled.node;
        let is_wakeup = matches!(scheduled.what, Upcoming::Wakeup);
        if is_wakeup && self.wakeups[node.index()] != Some(scheduled.at) {
            // The node has changed its mind since; no time passes for it.
            return true;
        }
        if matches!(scheduled.what, Upcoming::Check(news) if self.is_outdated(news)) {
            return true;
        }
        self.now = self.now.max(scheduled.at);
        let now = self.now;
        let cause = match scheduled.what {
            Upcoming::Route(change) => {
                self.tell_route_change(node, change, trace);
                return true;
            }
            Upcoming::Check(news) => {
                self.hear(node, news, trace);
                return true;
            }
            Upcoming::Wakeup => {
                self.wakeups[node.index()] = None;
                self.node_mut(node).handle_timeout(now);
                None
            }
            Upcoming::Arrival {
                datagram,
                from,
                sent,
                site,
            } => {
                let reason = if self.is_down(node) {
                    Some(DropReason::NodeDown)
                } else {
                    self.fate_on_arrival(node, from, &datagram, site)
                };
                if let Some(reason) = reason {
                    if reason == DropReason::OtherSite {
                        let reset = datagram.reset();
                        trace.push(
                            now,
                            node,
                            sent,
                            EventKind::DatagramDropped { datagram, reason },
                        );
                        self.transmit(node, reset, None, trace);
                        return true;
                    }
                    trace.push(
                        now,
                        node,
                        sent,
                        EventKind::DatagramDropped { datagram, reason },
                    );
                    return true;
                }
                let received = EventKind::DatagramReceived {
                    datagram: datagram.clone(),
                    from,
                };
                let cause = trace.push(now, node, sent, received);
                self.node_mut(node).handle_datagram_at(now, site, &datagram);
                cause
            }
        };
        self.drain(node, cause, trace);
        true
    }

    /// Carries out what a node wants done, until it is silent.
    pub(crate) fn drain(&mut self, node: NodeId, cause: Option<EventId>, trace: &mut Trace) {
        let now = self.now;
        let mut cause = cause;
        while let Some(action) = Arc::make_mut(&mut self.nodes[node.index()]).poll_action() {
            match action {
                Action::Report(kind) => {
                    // A silence is caused by the query that was not answered.
                    let earlier = match &kind {
                        EventKind::QueryTimedOut { address, .. } => {
                            trace.last_query(node, *address)
                        }
                        _ => None,
                    };
                    cause = trace.push(now, node, earlier.or(cause), kind);
                }
                Action::Transmit(datagram) => {
                    cause = self.transmit(node, datagram, cause, trace);
                }
            }
        }
        let due = self.node(node).next_timeout().map(|due| due.max(now));
        let planned = std::mem::replace(&mut self.wakeups[node.index()], due);
        if let Some(due) = due.filter(|due| planned != Some(*due)) {
            self.schedule(due, node, Upcoming::Wakeup);
        }
    }

    /// Puts a datagram on the network. Returns the event of its sending.
    fn transmit(
        &mut self,
        from: NodeId,
        datagram: Datagram,
        cause: Option<EventId>,
        trace: &mut Trace,
    ) -> Option<EventId> {
        let now = self.now;
        if self.is_down(from) {
            return cause;
        }
        let datagram = Arc::new(datagram);
        let to = self.node_at(datagram.destination.ip());
        let fate = match to {
            Some(to) => (self.network).judge(&self.specs, now, (from, to), &datagram),
            None => Err(DropReason::NoSuchAddress),
        };
        let arrives_at = fate.ok().map(|(delay, _)| now + delay);
        let sent = EventKind::DatagramSent {
            datagram: Arc::clone(&datagram),
            arrives_at,
            to,
        };
        let sent = trace.push(now, from, cause, sent);
        match (to, fate) {
            (Some(to), Ok((delay, path))) => {
                let what = Upcoming::Arrival {
                    datagram,
                    from,
                    sent,
                    site: path.to_site,
                };
                self.schedule(now + delay, to, what);
            }
            (_, Err(reason)) => {
                let lost = EventKind::DatagramDropped { datagram, reason };
                trace.push(now, from, sent, lost);
            }
            // Without a receiver there is no delay either.
            (None, Ok(_)) => {}
        }
        sent
    }

    /// Puts something into the queue.
    fn schedule(&mut self, at: SimTime, node: NodeId, what: Upcoming) {
        let sequence = self.sequence;
        self.sequence += 1;
        self.queue.push(Reverse(Scheduled {
            at,
            sequence,
            node,
            what,
        }));
    }

    /// Injects a datagram that arrives at once, as a forger or a fuzzer would send it.
    pub fn inject(&mut self, to: NodeId, datagram: Datagram) {
        let from = self.node_at(datagram.source.ip()).unwrap_or(to);
        let datagram = Arc::new(datagram);
        self.schedule(
            self.now,
            to,
            Upcoming::Arrival {
                datagram,
                from,
                sent: None,
                site: 0,
            },
        );
    }

    /// Processes everything up to and including `until`, then stands at `until`. Returns the
    /// number of steps that took.
    pub fn run_until(&mut self, until: SimTime, trace: &mut Trace) -> usize {
        let mut steps = 0;
        while self.next_event_at().is_some_and(|at| at <= until) {
            self.step(trace);
            steps += 1;
        }
        self.advance_to(until);
        steps
    }

    /// Processes everything until nothing is left to happen, `limit` steps at most.
    /// Returns whether the world came to rest.
    pub fn run_to_rest(&mut self, limit: usize, trace: &mut Trace) -> bool {
        for _ in 0..limit {
            if !self.step(trace) {
                return true;
            }
        }
        self.queue.is_empty()
    }
}
