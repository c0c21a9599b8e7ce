//! One lookup of an application, from its question to an answer or a connection.

use std::net::IpAddr;

use super::super::Transport;
use crate::dns::Question;
use crate::engine::SimTime;

/// Where one lookup stands.
#[derive(Clone, Debug)]
pub(super) enum Stage {
    /// The browser looks into its cache.
    ConsultBrowser,
    /// The stub looks into the hosts file and its cache.
    ConsultStub,
    /// The resolver was asked.
    AwaitResolver {
        /// The ID of the query.
        id: u16,
        /// The port it was sent from.
        port: u16,
        /// How it was sent.
        transport: Transport,
        /// Which try this is, from 1.
        attempt: u32,
        /// When it was sent.
        sent_at: SimTime,
    },
    /// A connection is being opened.
    Connect {
        /// To where.
        address: IpAddr,
        /// From which port.
        port: u16,
        /// Which try this is, from 1.
        attempt: u32,
        /// When the first segment left.
        started: SimTime,
    },
}

/// One application asking for one name.
#[derive(Clone, Debug)]
pub(super) struct Lookup {
    /// What it asks.
    pub(super) question: Question,
    /// When it asked.
    pub(super) started: SimTime,
    /// How far it is.
    pub(super) stage: Stage,
    /// When the stage is over or given up.
    pub(super) due: SimTime,
    /// Whether nobody waits for it: an old answer was given already.
    pub(super) refresh: bool,
}
