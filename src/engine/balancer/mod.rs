//! A regional load balancer: DNS picks the region, the balancer picks the server.
//!
//! Sans-I/O and without timers of its own: whoever has it tells it of connections and lets it
//! check when [`next_check`](Balancer::next_check) says so. It chooses for each connection,
//! where DNS chooses for each resolution.

mod check;

use std::net::{IpAddr, SocketAddr};

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

pub use self::check::{CheckConfig, Probe, Verdict};
use super::{SimDuration, SimTime};

/// How a balancer picks a server among those that serve.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Algorithm {
    /// One after the other.
    #[default]
    RoundRobin,
    /// The one with the fewest open connections; of several the first.
    LeastConnections,
    /// The one the client's address leads to, by rendezvous hashing: each server is given a
    /// number made of its id and the address, and the highest number wins. When a server goes,
    /// only its own clients move; when one comes, only those move that it wins.
    IpHash,
}

/// How a server is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Condition {
    /// It does its work.
    #[default]
    Well,
    /// It accepts connections and answers every request with an error.
    Sick,
    /// It does nothing at all.
    Dead,
}

/// A server behind a balancer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServerConfig {
    /// Its name, for the log and for acts.
    pub id: String,
    /// How long it works on one request.
    pub service: SimDuration,
    /// How many requests it works on at a time, 1 or more; others wait.
    pub slots: usize,
}

/// What is fixed about a balancer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BalancerConfig {
    /// How it picks.
    pub algorithm: Algorithm,
    /// How it finds out who serves.
    pub check: CheckConfig,
    /// The servers.
    pub servers: Vec<ServerConfig>,
}

/// Why a server was picked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BalancerReason {
    /// No other serves.
    OnlyOne,
    /// It is its turn.
    Turn,
    /// It has the fewest open connections: so many.
    FewestConnections(usize),
    /// The client's address leads to it.
    AddressHash,
}

/// What a balancer did with a new connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Choice {
    /// The server, as an index.
    pub server: usize,
    /// Why this one.
    pub why: BalancerReason,
    /// When it is done with the first request; a server that is not well never is, and a
    /// sick one says so at once.
    pub done_at: SimTime,
}

/// One server with what the balancer knows of it.
#[derive(Clone, Debug)]
pub struct Backend {
    /// What is fixed about it.
    pub config: ServerConfig,
    /// How it really is.
    pub condition: Condition,
    /// Whether it gets no new connections, while those it has go on.
    pub draining: bool,
    /// What the checks say.
    pub verdict: Verdict,
    /// How many connections it was given so far.
    pub chosen: u64,
    /// Until when each of its slots is busy.
    busy: Vec<SimTime>,
}

impl Backend {
    /// Whether it gets new connections.
    pub fn is_open(&self) -> bool {
        !self.draining && self.verdict.healthy
    }
}

/// Both ends of a connection: the client's, then the balancer's.
type Ends = (SocketAddr, SocketAddr);

/// One connection.
#[derive(Clone, Copy, Debug)]
struct Connection {
    /// The server that has it.
    server: usize,
    /// Until when it is in use; `None` for one that is held open until it is closed.
    until: Option<SimTime>,
}

/// A balancer and its servers.
#[derive(Clone, Debug)]
pub struct Balancer {
    /// How it picks.
    algorithm: Algorithm,
    /// How it finds out who serves.
    check: CheckConfig,
    /// The servers.
    servers: Vec<Backend>,
    /// Whose turn it is.
    turn: usize,
    /// The connections in use.
    connections: IndexMap<Ends, Connection>,
    /// When the servers are checked next; `None` while nothing new can come of it.
    next_check: Option<SimTime>,
}

impl Balancer {
    /// A balancer all of whose servers are well.
    pub fn new(config: BalancerConfig) -> Self {
        let servers = config.servers.into_iter().map(|config| Backend {
            busy: vec![SimTime::ZERO; config.slots.max(1)],
            config,
            condition: Condition::Well,
            draining: false,
            verdict: Verdict::default(),
            chosen: 0,
        });
        Self {
            algorithm: config.algorithm,
            check: config.check,
            servers: servers.collect(),
            turn: 0,
            connections: IndexMap::new(),
            next_check: None,
        }
    }

    /// How it picks.
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// The servers.
    pub fn servers(&self) -> &[Backend] {
        &self.servers
    }

    /// The server with an id, as an index.
    pub fn find(&self, id: &str) -> Option<usize> {
        self.servers
            .iter()
            .position(|server| server.config.id == id)
    }

    /// How many connections a server has at a moment.
    pub fn open_connections(&self, server: usize, now: SimTime) -> usize {
        let mut open = 0;
        for connection in self.connections.values() {
            let in_use = connection.until.is_none_or(|until| until > now);
            open += usize::from(connection.server == server && in_use);
        }
        open
    }

    /// A server falls ill, dies or recovers. The checks find out in their own time.
    pub fn set_condition(&mut self, server: usize, condition: Condition, now: SimTime) {
        let Some(backend) = self.servers.get_mut(server) else {
            return;
        };
        backend.condition = condition;
        if condition == Condition::Dead {
            // What it had is gone with it.
            self.connections.retain(|_, known| known.server != server);
        }
        self.plan_check(now);
    }

    /// A server gets no new connections, or gets them again.
    pub fn set_draining(&mut self, server: usize, draining: bool) {
        if let Some(backend) = self.servers.get_mut(server) {
            backend.draining = draining;
        }
    }

    /// Takes a new connection; `None` if no server serves.
    pub fn open(&mut self, now: SimTime, ends: Ends) -> Option<Choice> {
        self.connections
            .retain(|_, known| known.until.is_none_or(|until| until > now));
        let (server, why) = self.choose(now, ends.0.ip())?;
        let backend = self.servers.get_mut(server)?;
        backend.chosen += 1;
        let mut done_at = now;
        if backend.condition == Condition::Well {
            let first_free = backend.busy.iter_mut().min();
            if let Some(slot) = first_free {
                *slot = (*slot).max(now) + backend.config.service;
                done_at = *slot;
            }
        }
        if backend.condition != Condition::Dead {
            let until = Some(done_at);
            self.connections.insert(ends, Connection { server, until });
        }
        Some(Choice {
            server,
            why,
            done_at,
        })
    }

    /// The server that has a connection; from now on it is held open until it is closed.
    pub fn hold(&mut self, ends: Ends) -> Option<usize> {
        let connection = self.connections.get_mut(&ends)?;
        connection.until = None;
        Some(connection.server)
    }

    /// A connection ends.
    pub fn close(&mut self, ends: Ends) {
        self.connections.shift_remove(&ends);
    }

    /// Picks a server for a client.
    fn choose(&mut self, now: SimTime, client: IpAddr) -> Option<(usize, BalancerReason)> {
        let open = self.servers.iter().enumerate();
        let open = open.filter(|(_, server)| server.is_open());
        let open: Vec<usize> = open.map(|(index, _)| index).collect();
        let &first = open.first()?;
        if open.len() == 1 {
            return Some((first, BalancerReason::OnlyOne));
        }
        Some(match self.algorithm {
            Algorithm::RoundRobin => {
                let next = open.iter().find(|index| **index >= self.turn);
                let server = *next.unwrap_or(&first);
                self.turn = server + 1;
                (server, BalancerReason::Turn)
            }
            Algorithm::LeastConnections => {
                let counted = open
                    .iter()
                    .map(|index| (self.open_connections(*index, now), *index));
                let (count, server) = counted.min()?;
                (server, BalancerReason::FewestConnections(count))
            }
            Algorithm::IpHash => {
                let id = |index: usize| self.servers[index].config.id.as_str();
                let server = open.iter().max_by_key(|index| weight(client, id(**index)));
                (*server?, BalancerReason::AddressHash)
            }
        })
    }
}

/// The number a server is given for a client (FNV-1a over both, then the finalizer of
/// SplitMix64 so that near addresses lie far apart).
fn weight(client: IpAddr, server: &str) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    let mut add = |byte: u8| hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    match client {
        IpAddr::V4(address) => address.octets().into_iter().for_each(&mut add),
        IpAddr::V6(address) => address.octets().into_iter().for_each(&mut add),
    }
    server.bytes().for_each(&mut add);
    hash = (hash ^ (hash >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    hash = (hash ^ (hash >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    hash ^ (hash >> 31)
}

#[cfg(test)]
mod tests;
