//! Behaviour over simulated time: servers, resolvers, clients, caches and the network.
//!
//! Everything here is sans-I/O and deterministic. The engine never asks what time it is:
//! `now` is an argument. It draws randomness only from streams derived from the world's
//! seed, so the same seed and the same interventions give the same trace, natively and in
//! the browser. A protocol failure (NXDOMAIN, timeout, lame server) is data, never `Err`.
//!
//! Start with [`World`] for how nodes exchange datagrams, [`Timeline`] for how a session is
//! replayed, scrubbed and branched, and [`RecursiveResolver`] for the heart of the lab.

pub mod anycast;
pub mod balancer;
mod cache;
mod coordinates;
mod event;
pub mod health;
mod node;
mod number;
pub(crate) mod order;
pub mod policy;
pub mod population;
mod rng;
mod table;
mod time;
mod world;
mod zone;

pub use cache::{
    Cache, CacheEntry, CacheFact, CachePreset, CachedOutcome, Freshness, Life, NewEntry, Rank,
    Stored, TtlPolicy, cache_preset, cache_presets,
};
pub use coordinates::Coordinates;
pub use event::{
    CacheLayer, DropReason, EventKind, FailureReason, IgnoreReason, MinimisationTrouble, Outcome,
    PolicyReport, ServerReason, StartingPoint, Uselessness, ZoneVerdict,
};
pub use node::{
    Action, Answering, AuthoritativeServer, Client, ClientConfig, ClientSubnet, ConfiguredZone,
    Datagram, Delegation, FlattenedName, Hardening, Host, Minimisation, Node, Payload, Prefetch,
    PrefetchTrigger, QueryFate, RecursiveResolver, ResolverConfig, ResolverProduct, ServeStale,
    ServerSelection, ServerStats, Transport, UDP_PAYLOAD_SIZE, WorkLimits, ZoneMode, fit_udp,
};
pub use number::parse_number;
pub use rng::Stream;
pub use time::{SimDuration, SimTime};
pub use world::{
    EventId, Intervention, InterventionError, Network, NetworkConfig, NodeId, NodeSpec, Place,
    ServerState, SessionTooLong, Timeline, Trace, TraceEvent, Way, World, act_as_read,
};
pub use zone::{Zone, ZoneAnswer};
