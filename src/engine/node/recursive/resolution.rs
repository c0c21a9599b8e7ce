//! One question on its way through the tree: the data behind the explicit states.

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use crate::dns::{Message, Name, Question, Rrset};
use crate::engine::{Outcome, SimTime};

/// The number of a resolution within its resolver.
pub(super) type ResolutionId = u64;

/// Who waits for a resolution.
#[derive(Clone, Debug)]
pub(super) enum Waiter {
    /// A client; its query and where it came from.
    Client {
        /// Where to answer.
        client: SocketAddr,
        /// The address that was asked.
        local: SocketAddr,
        /// The query.
        query: Arc<Message>,
    },
    /// Another resolution that needs the address of a name server.
    Resolution(ResolutionId),
}

/// A name server to ask.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Candidate {
    /// Its host name.
    pub(super) host: Name,
    /// One of its addresses.
    pub(super) address: IpAddr,
}

/// Where one resolution stands. The working states are the steps of [RFC 1034 §5.3.3].
///
/// [RFC 1034 §5.3.3]: https://www.rfc-editor.org/rfc/rfc1034#section-5.3.3
#[derive(Clone, Debug)]
pub(super) enum State {
    /// Step 1: is the answer known? Step 2: which servers are nearest to it?
    ConsultCache,
    /// Step 3: pick a server of the zone and send the query.
    ChooseServer {
        /// The zone whose servers are asked.
        zone: Name,
        /// Their hosts.
        hosts: Vec<Name>,
    },
    /// Step 3, waiting.
    AwaitResponse {
        /// The zone whose server was asked.
        zone: Name,
        /// The zone's hosts, for the next try.
        hosts: Vec<Name>,
        /// Who was asked.
        candidate: Candidate,
        /// The ID of the query.
        id: u16,
        /// The port it was sent from.
        port: u16,
        /// When it was sent.
        sent_at: SimTime,
        /// When the wait ends.
        deadline: SimTime,
    },
    /// A delegation without a usable address: another resolution looks for one.
    AwaitNameServerAddress {
        /// The zone whose server is looked for.
        zone: Name,
        /// The zone's hosts.
        hosts: Vec<Name>,
        /// The other resolution.
        child: ResolutionId,
    },
}

/// One question being worked on.
#[derive(Clone, Debug)]
pub(super) struct Resolution {
    /// What was asked.
    pub(super) question: Question,
    /// The name looked for now; differs from the question's after an alias.
    pub(super) qname: Name,
    /// The aliases followed, in order.
    pub(super) aliases: Vec<Rrset>,
    /// Who waits.
    pub(super) waiters: Vec<Waiter>,
    /// 0 for a client's question, 1 for a name server's address it needs, and so on.
    pub(super) depth: usize,
    /// The resolution whose work limit this one's queries count against.
    pub(super) root: ResolutionId,
    /// Queries sent for this resolution and, at a root, for all it started.
    pub(super) queries: usize,
    /// How often each address was asked about the current zone.
    pub(super) attempts: BTreeMap<IpAddr, u32>,
    /// Name servers whose address was looked for in vain.
    pub(super) unreachable: Vec<Name>,
    /// Where it stands.
    pub(super) state: State,
}

/// How a resolution ended.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Conclusion {
    /// How the question is settled; aliases come first in an answer.
    pub(super) outcome: Outcome,
    /// The aliases before a negative outcome.
    pub(super) aliases: Vec<Rrset>,
    /// The SOA behind a negative outcome.
    pub(super) soa: Option<Rrset>,
}
