//! One lookup of an application, from its question to an answer or a connection.

use std::net::IpAddr;

use super::super::Transport;
use crate::dns::Question;
use crate::engine::{SimDuration, SimTime};

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
    /// Parts of a long answer come over an open connection.
    Transfer {
        /// From where.
        address: IpAddr,
        /// From which port.
        port: u16,
        /// When the connection stood.
        opened: SimTime,
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
    /// What the application does with the connection; `None` if it only opens one.
    pub(super) download: Option<Download>,
}

/// A long answer that comes in parts over one connection, or over several if one breaks.
#[derive(Clone, Debug)]
pub(super) struct Download {
    /// For how long parts are asked for, from the first connection on.
    pub(super) length: SimDuration,
    /// When the first connection stood.
    pub(super) began: Option<SimTime>,
    /// How many parts were asked for.
    pub(super) requests: u32,
    /// How many came.
    pub(super) parts: u32,
    /// How many connections were reset.
    pub(super) resets: u32,
}

impl Download {
    /// One that has not begun.
    pub(super) fn new(length: SimDuration) -> Self {
        Self {
            length,
            began: None,
            requests: 0,
            parts: 0,
            resets: 0,
        }
    }
}
